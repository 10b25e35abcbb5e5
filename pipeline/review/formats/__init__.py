"""The formats that go round: which there are, how a file is recognised, and one way to write and to read them all."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from pipeline.errors import Errors, PipelineError
from pipeline.review.formats.files import read_bytes
from pipeline.review.records import Correction, Document

FORMATS = {  # name on the command line: module here, whose OUTPUT is its file or folder in the review folder
    "html": "page",
    "xlsx": "sheet",
    "label-studio": "label_studio",
    "prodigy": "prodigy",
    "doccano": "doccano",
    "docbin": "docbin",
    "conll": "conll",
}
SUFFIXES = {
    ".xlsx": "xlsx",
    ".csv": "xlsx",
    ".html": "html",
    ".htm": "html",
    ".spacy": "docbin",
    ".conll": "conll",
    ".conllup": "conll",
    ".iob": "conll",
    ".bio": "conll",
}
OPTIONS = {"label-studio": ("annotator",), "prodigy": ("annotator",), "conll": ("texts",)}
COUNTING = ("label-studio", "prodigy", "doccano")  # formats that know what is not finished
ARCHIVE = b"PK\x03\x04"
HEAD = 4_096  # bytes that are looked at where a file is not JSON


def module_of(name: str) -> ModuleType:
    """RAISES (PipelineError): When there is no such format."""
    if name not in FORMATS:
        raise PipelineError(Errors.E305.format(format=name, formats=", ".join(FORMATS)))
    return import_module(f"{__name__}.{FORMATS[name]}")


def write(name: str, documents: Sequence[Document], folder: Path) -> list[Path]:
    """Export documents with their spans.

    name (str): One of `FORMATS`.
    folder (Path): The review folder; each format has its own place in it.
    RETURNS (list[Path]): The files made.
    RAISES (PipelineError): When there is no such format, it cannot hold a document, or the disk does not take it.
    """
    try:
        made: list[Path] = module_of(name).write(documents, folder)
    except OSError as err:
        raise PipelineError(Errors.E303.format(path=err.filename or folder, cause=err.strerror or err)) from err
    return made


def read(path: Path, texts: Mapping[str, str] | None = None, annotator: str = "") -> Iterator[Correction]:
    """The documents of a file that came back, whatever its format.

    texts (Mapping[str, str] | None): The texts of the review folder by id, for files that hold words without places.
    annotator (str): Whose work to take where a file holds that of several people; the newest of each document if empty.
    RAISES (PipelineError): When no format is recognised, the file is broken or nothing in it is finished.
    """
    name = detect(path)
    options = {"texts": texts, "annotator": annotator}
    corrections: Iterator[Correction] = module_of(name).read(
        path, **{key: options[key] for key in OPTIONS.get(name, ())}
    )
    return corrections


def left_out(path: Path, annotator: str = "") -> Counter[str]:
    """What `read` does not take from a file, and how often: what was skipped, rejected or never finished."""
    name = detect(path)
    if name not in COUNTING:
        return Counter()
    options = {"annotator": annotator} if "annotator" in OPTIONS.get(name, ()) else {}
    counts: Counter[str] = module_of(name).left_out(path, **options)
    return counts


def detect(path: Path) -> str:
    """The name of a file's format, from its suffix or else from what it holds.

    RAISES (PipelineError): When it is none of ours.
    """
    if path.suffix.lower() in SUFFIXES:
        return SUFFIXES[path.suffix.lower()]
    data = read_bytes(path)
    if data.startswith(ARCHIVE):
        raise PipelineError(Errors.E516.format(path=path))
    name = of_json(data) if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{") else of_lines(data)
    if name is None:
        raise PipelineError(Errors.E510.format(path=path))
    return name


def of_json(data: bytes) -> str | None:
    """From the keys of the first object; what is wrong with the file is left to the reader of its format."""
    try:
        row = first_object(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict):
        return None
    if str(row.get("format", "")).startswith("minutes-review"):
        return "html"
    if isinstance(row.get("data"), dict) or "annotation_id" in row:
        return "label-studio"
    if "answer" in row or "_task_hash" in row or "spans" in row:
        return "prodigy"
    return "doccano" if any(isinstance(row.get(key), list) for key in ("label", "labels", "entities")) else None


def first_object(text: str) -> Any:
    """The first value of a JSON list, of JSONL or of a whole JSON file; it alone is parsed."""
    text = text.lstrip()
    start = len(text) - len(text[1:].lstrip()) if text.startswith("[") else 0
    return json.JSONDecoder().raw_decode(text, start)[0]


def of_lines(data: bytes) -> str | None:
    """A word and a tag in one of the first lines is CoNLL."""
    rows = [row.split() for row in data[:HEAD].split(b"\n") if row.strip() and not row.startswith(b"#")]
    tagged = [row for row in rows[:20] if len(row) > 1 and (row[-1] == b"O" or row[-1][1:2] == b"-")]
    return "conll" if tagged else None
