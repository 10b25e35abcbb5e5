"""Plain text: decoded, otherwise kept exactly as it is, line ends included."""

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import Errors
from pipeline.readers.characters import decode
from pipeline.readers.record import Limits, Record, failure

CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
RARE = 20  # characters for each control character, below which zero bytes show that a file is no text


def read(path: Path, limits: Limits) -> Iterator[Record]:
    """The one text in path.

    RAISES (ReadFailure): If it holds zero bytes and more than a few control characters, so is no text.
    """
    text, encoding = decode(path.read_bytes())
    if "\x00" in text and RARE * len(CONTROL.findall(text)) > len(text):
        raise failure(Errors.E112, "text")
    yield Record(text, "text", encoding=encoding)
