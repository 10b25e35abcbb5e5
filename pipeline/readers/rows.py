"""Files of many texts: what JSONL, CSV and Parquet have in common."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.errors import Errors
from pipeline.readers.record import Item, Record, failure

TEXT = "text"
ID = "id"
HALF = re.compile("[\ud800-\udfff]")


def column(names: Iterable[str], wanted: str) -> str | None:
    """The name among names that is wanted, however it is written."""
    return next((name for name in names if name.strip().lower() == wanted), None)


def need_text_column(names: Sequence[str], reader: str) -> str:
    """The column of the texts.

    RAISES (ReadFailure): If there is none; names the columns there are.
    """
    found = column(names, TEXT)
    if found is None:
        raise failure(Errors.E150, reader, columns=", ".join(names) or "none")
    return found


def without_halves(value: Any) -> Any:
    """A string without halves of characters, which JSON can hold and no file can."""
    return HALF.sub("\ufffd", value) if isinstance(value, str) else value


def scalar(value: Any) -> bool:
    """Whether a value can stand in a table cell and says something."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str | int) and value != ""


def make_record(row: Mapping[str, Any], reader: str, number: int, text: str, encoding: str = "") -> Item:
    """The record of one row, or the failure that stands for it if it has no text.

    number (int): Where the row stands in its file, from 1: its name unless it has an id.
    text (str): Name of the column of the texts.
    """
    id_column = column(row, ID)
    id_ = row[id_column] if id_column is not None else None
    name = str(id_) if scalar(id_) else str(number)
    value = row[text]
    if not isinstance(value, str) or not value.strip():
        return failure(Errors.E151, reader, name, row=number)
    metadata = {key: each for key, each in row.items() if key not in (text, id_column) and scalar(each)}
    return Record(value, reader, name, encoding, metadata)
