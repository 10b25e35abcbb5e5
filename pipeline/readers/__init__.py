"""Files to texts: one module per format, each with a function `read(path, limits)` that gives records.

Whatever goes wrong comes out as a `ReadFailure` with a cause and a next step. Raised, it ends the file; yielded, it
stands for one row of a file of many texts, and the next row goes on.
"""

import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from pipeline.errors import Errors
from pipeline.readers.kind import DOCX, HEAD, HTML, OLD_OFFICE, PDF, kind
from pipeline.readers.record import MEGABYTE, Item, Limits, ReadFailure, Record, failure

# By suffix; the reader's module is `<name>_file` and is imported when its first file comes.
SUFFIXES = {
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
}
STREAMED = ("jsonl", "csv", "parquet")  # read row by row, so the size of the file does not matter
STDIN = Path("-")
LONGEST = 200  # characters of a library's own words in a message


def read(path: Path, limits: Limits) -> Iterator[Item]:
    """The texts of a file, or of standard input where path is a dash.

    A PDF or Word file under the name of another document, and a web page under the name of a .txt, are read as what
    they are; the record's `reader` tells. A web page under another name is mostly a log-in or error page: a failure.

    RAISES (ReadFailure): If the file gives no text, or no further one.
    """
    reader = "text" if path == STDIN else reader_of(path, limits)
    is_empty = True
    for item in _read_stdin(limits) if path == STDIN else _guarded(path, reader, limits):
        is_empty = False
        fault = _fault(item, limits)
        if fault is None:
            yield item
        elif fault.name:
            yield fault
        else:
            raise fault
    if is_empty:
        raise failure(Errors.E157, reader)


def reader_of(path: Path, limits: Limits) -> str:
    """The name of the reader that path needs, after a look at its first bytes.

    RAISES (ReadFailure): If it cannot be opened, is empty or too big, or is nothing that can be read.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise failure(Errors.E110, suffix=suffix or "nameless", suffixes=", ".join(SUFFIXES))
    reader = SUFFIXES[suffix]
    try:
        if not path.is_file():
            missing = Errors.E118 if path.is_symlink() else Errors.E103
            raise failure(Errors.E104 if path.exists() else missing, reader)
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as err:
        raise failure(Errors.E105, reader, error=err.strerror) from err
    if not size:
        raise failure(Errors.E106, reader)
    if size > limits.megabytes * MEGABYTE and reader not in STREAMED:
        raise failure(Errors.E107, reader, size=size // MEGABYTE, limit=limits.megabytes)
    return _by_content(path, head, reader)


def _by_content(path: Path, head: bytes, reader: str) -> str:
    """The reader for what path really is, where that is safe to tell."""
    found, advice = kind(path, head)
    if found in ("", reader):
        return reader
    if reader not in STREAMED and (found in (PDF, DOCX) or (found == HTML and reader == "text")):
        return found
    if reader == DOCX and head.startswith(OLD_OFFICE):
        raise failure(Errors.E140, reader)
    if not advice:
        suffix = next(suffix for suffix, name in SUFFIXES.items() if name == found)
        found = f"a {suffix} file"
        advice = f"Open it to see what was saved; if it is what you want, let its name end in {suffix}."
    raise failure(Errors.E111, reader, suffix=path.suffix, kind=found, advice=advice)


def _guarded(path: Path, reader: str, limits: Limits) -> Iterator[Item]:
    """What the reader gives, with every error of a library turned into a failure."""
    try:
        yield from import_module(f"{__name__}.{reader}_file").read(path, limits)
    except ReadFailure:
        raise
    except MemoryError as err:
        raise failure(Errors.E115, reader) from err
    except OSError as err:
        raise failure(Errors.E105, reader, error=err.strerror or err) from err
    except Exception as err:
        raise failure(Errors.E116, reader, error=" ".join(f"{type(err).__name__}: {err}".split())[:LONGEST]) from err


def _read_stdin(limits: Limits) -> Iterator[Item]:
    """Whatever comes in is put in a file and read as what it is, like a document under the name of a text."""
    data = sys.stdin.buffer.read(limits.megabytes * MEGABYTE + 1)
    if not data:
        raise failure(Errors.E117, "text")
    if len(data) > limits.megabytes * MEGABYTE:
        raise failure(Errors.E107, "text", size=f"more than {limits.megabytes}", limit=limits.megabytes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stdin.txt"
        path.write_bytes(data)
        yield from _guarded(path, reader_of(path, limits), limits)


def _fault(item: Item, limits: Limits) -> ReadFailure | None:
    """What is wrong with an item, if anything: it is a failure, has no text, or too much of it."""
    if isinstance(item, ReadFailure):
        return item
    if not item.text.strip():
        return failure(Errors.E108, item.reader, item.name)
    if len(item.text) > limits.characters:
        return failure(Errors.E109, item.reader, item.name, count=len(item.text), limit=limits.characters)
    return None


__all__ = ["STDIN", "SUFFIXES", "Item", "Limits", "ReadFailure", "Record", "read", "reader_of"]
