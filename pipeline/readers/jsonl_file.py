"""JSON lines: one object with a text per line, as Prodigy, doccano and `training_data/` have it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pipeline.errors import Errors
from pipeline.readers.characters import decode
from pipeline.readers.record import MEGABYTE, Item, Limits, failure
from pipeline.readers.rows import TEXT, column, make_record, without_halves


def read(path: Path, limits: Limits) -> Iterator[Item]:
    """The text of each line in path; a line that cannot be read is a failure, the next one goes on."""
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file, limits.megabytes * MEGABYTE), 1):
            if line is None:
                size = f"line {number} with more than {limits.megabytes}"
                yield failure(Errors.E107, "jsonl", str(number), size=size, limit=limits.megabytes)
            elif line.strip():
                yield _record(line, number)


def _record(line: bytes, number: int) -> Item:
    text, encoding = decode(line)
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as err:
        return failure(Errors.E152, "jsonl", str(number), row=number, error=err)
    if not isinstance(row, dict) or (text_key := column(row, TEXT)) is None:
        return failure(Errors.E153, "jsonl", str(number), row=number)
    meta = row.pop("meta", None)
    pairs = {**(meta if isinstance(meta, dict) else {}), **row}.items()
    row = {without_halves(key): without_halves(value) for key, value in pairs}
    return make_record(row, "jsonl", number, text_key, encoding)


def _lines(file: IO[bytes], limit: int) -> Iterator[bytes | None]:
    """The lines of file; None for one that is longer than limit bytes."""
    while line := file.readline(limit + 1):
        if len(line) <= limit or line.endswith(b"\n"):
            yield line
            continue
        while (rest := file.readline(limit)) and not rest.endswith(b"\n"):
            pass
        yield None
