"""CSV as Excel and scripts write it: comma, semicolon, tab or bar between cells, UTF-8 or windows-1252."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pipeline.errors import Errors
from pipeline.readers.characters import MARKS, SAMPLE, decode, unmarked_utf_16
from pipeline.readers.record import MEGABYTE, Item, Limits, failure
from pipeline.readers.rows import make_record, need_text_column

SEPARATORS = ",;\t|"
LARGEST = 2**31 - 1  # what the csv module takes on every system


def read(path: Path, limits: Limits) -> Iterator[Item]:
    """The text of each row in path. Row 1 is the header, as in a spreadsheet.

    RAISES (ReadFailure): If no column is called text, or a quotation mark is never closed.
    """
    csv.field_size_limit(min(limits.megabytes * MEGABYTE, LARGEST))
    with path.open("rb") as file:
        is_wide, encoding = _encoding(file)
        lines = io.TextIOWrapper(file, encoding if is_wide else "latin-1", "replace", newline="")
        header_line = lines.readline()
        separator = _separator(header_line)
        columns = next(csv.reader([header_line], delimiter=separator), [])
        if not is_wide:
            columns, _ = _decode(columns)
        text = need_text_column(columns, "csv")
        table = csv.reader(lines, delimiter=separator, strict=True)
        number = 1
        while True:
            number += 1
            try:
                cells = next(table)
            except StopIteration:
                return
            except csv.Error as err:
                raise failure(Errors.E155, "csv", row=number) from err
            if len(cells) > len(columns):
                yield failure(
                    Errors.E154, "csv", str(number), row=number, cells=len(cells), columns=len(columns), mark=separator
                )
            elif cells:
                if not is_wide:
                    cells, encoding = _decode(cells)
                row = dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))
                yield make_record(row, "csv", number, text, encoding)


def _encoding(file: IO[bytes]) -> tuple[bool, str]:
    """Whether characters are wider than a byte, and the encoding; leaves the file behind its byte order mark.

    What is not so wide is read as if a byte were a character, then decoded row by row: separators and quotation marks
    are the same, and a file pasted together from two encodings comes out right.
    """
    sample = file.read(SAMPLE)
    for mark, encoding in MARKS:
        if sample.startswith(mark):
            file.seek(len(mark))
            return encoding != "utf-8", encoding
    file.seek(0)
    encoding = unmarked_utf_16(sample)
    return bool(encoding), encoding


def _decode(cells: list[str]) -> tuple[list[str], str]:
    decoded = [decode(cell.encode("latin-1")) for cell in cells]
    used = [encoding for cell, encoding in decoded if not cell.isascii()]
    return [cell for cell, _ in decoded], used[0] if used else "utf-8"


def _separator(header: str) -> str:
    """The separator under which a column is called text; else the most frequent one."""
    for separator in SEPARATORS:
        names = next(csv.reader([header], delimiter=separator), [])
        if any(name.strip().lower() == "text" for name in names):
            return separator
    return max(SEPARATORS, key=header.count)
