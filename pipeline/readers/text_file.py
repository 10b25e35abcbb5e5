"""Plain text: decoded, otherwise kept exactly as it is, line ends included."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import Errors
from pipeline.readers.characters import decode
from pipeline.readers.record import Limits, Record, failure


def from_bytes(data: bytes) -> Record:
    """The text of data.

    RAISES (ReadFailure): If it holds zero bytes, so is no text.
    """
    text, encoding = decode(data)
    if "\x00" in text:
        raise failure(Errors.E112, "text")
    return Record(text, "text", encoding=encoding)


def read(path: Path, limits: Limits) -> Iterator[Record]:
    """The one text in path."""
    yield from_bytes(path.read_bytes())
