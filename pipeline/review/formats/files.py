"""The JSON of annotation tools, read so that whatever is wrong is said with its place."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import Errors, PipelineError
from pipeline.writers import atomic

Row = dict[str, Any]


def read_bytes(path: Path) -> bytes:
    """RAISES (PipelineError): When the file is not there or may not be read."""
    if not path.exists():
        raise PipelineError(Errors.E101.format(path=path))
    try:
        return path.read_bytes()
    except OSError as err:
        raise PipelineError(Errors.E511.format(path=path, cause=err.strerror or err)) from err


def broken(path: Path, where: str, problem: object) -> PipelineError:
    """The error for a file that is not as its tool writes it."""
    return PipelineError(Errors.E512.format(path=path, where=where, problem=problem))


def read_rows(path: Path) -> list[tuple[str, Row]]:
    """The objects of a JSON list or of JSONL, each with its place: `item 3` or `line 3`.

    RAISES (PipelineError): When it is neither.
    """
    data = read_bytes(path)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        rows = load(path, "the file", data)
        return [(f"item {number}", as_row(path, f"item {number}", row)) for number, row in enumerate(rows, 1)]
    lines = [
        (f"line {number}", line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip(b"\xef\xbb\xbf \t\r")
    ]
    return [(where, as_row(path, where, load(path, where, line))) for where, line in lines]


def load(path: Path, where: str, data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as err:
        raise broken(path, where, f"it is no JSON in UTF-8 ({err})") from err


def as_row(path: Path, where: str, row: Any) -> Row:
    if not isinstance(row, dict):
        raise broken(path, where, "it is no JSON object")
    return row


def text_of(path: Path, where: str, row: Row) -> str:
    """RAISES (PipelineError): When the row holds no text."""
    text = row.get("text")
    if not isinstance(text, str):
        raise broken(path, where, f"it holds no `text`, only {', '.join(map(repr, row)) or 'nothing'}")
    return text


def words_of(row: Row, key: str) -> str:
    """A value that is a text if it is there; tools make numbers of ids that look like one."""
    value = row.get(key)
    return str(value) if isinstance(value, str | int) else ""


def objects(path: Path, where: str, value: Any) -> list[Row]:
    """A list of objects, or nothing at all.

    RAISES (PipelineError): When it is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise broken(path, where, "a list is missing")
    return [as_row(path, f"{where}, entry {number}", row) for number, row in enumerate(value, 1)]


def offset(path: Path, where: str, value: Any) -> int:
    """A place in a text, also one written as a string or as 12.0.

    RAISES (PipelineError): When it is no whole number.
    """
    try:
        number = float(value)
        if not isinstance(value, bool) and number == int(number):
            return int(value) if isinstance(value, int) else int(number)
    except (TypeError, ValueError, OverflowError):
        pass
    raise broken(path, where, f"{value!r} is no place in a text")


def write_json(path: Path, value: Any) -> Path:
    """In ASCII, like all that we write for other tools: doccano guesses the encoding, and guesses wrong."""
    return write_text(path, [json.dumps(value, indent=1), "\n"])


def write_jsonl(path: Path, rows: Iterable[Row]) -> Path:
    return write_text(path, (json.dumps(row) + "\n" for row in rows))


def write_text(path: Path, parts: Iterable[str]) -> Path:
    """A UTF-8 file with the parts' own line ends."""
    with atomic(path) as part, part.open("w", encoding="utf8", newline="") as file:
        file.writelines(parts)
    return path


def finished(path: Path, corrections: list[Any], left_out: Iterable[tuple[str, int]]) -> Iterator[Any]:
    """The corrections of a file.

    left_out: What was not taken, and how often.
    RAISES (PipelineError): When nothing was taken.
    """
    if not corrections:
        counts = ", ".join(f"{count} {reason}" for reason, count in left_out) or "nothing at all"
        raise PipelineError(Errors.E513.format(path=path, counts=counts))
    return iter(corrections)
