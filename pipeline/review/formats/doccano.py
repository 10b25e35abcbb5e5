"""doccano: texts with our spans for a sequence labelling project, its labels, and what it exports.

Shapes: doccano's own source, and what its version 1.8.4 made of our files. Two settings of the project matter: "allow
overlapping spans" must be on, or doccano drops spans without a word; "count grapheme clusters" must stay off, since the
export does not say that it is on.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.labels import LABELS
from pipeline.review.formats.files import (
    Row,
    broken,
    finished,
    offset,
    read_rows,
    text_of,
    words_of,
    write_json,
    write_jsonl,
)
from pipeline.review.records import Correction, Document, Found, digest_of

OUTPUT = "doccano"
INK = "#000000"  # on all of our colours, which are pale
KEYS = ("entities", "label", "labels")  # the last in exports before version 1.5
UNTOUCHED = "as exported by us: it never was in doccano"


def write(documents: Sequence[Document], folder: Path) -> list[Path]:
    """`doccano/documents.jsonl`, a data set to import, and `doccano/labels.json`, to import under Labels."""
    labels = [
        {"text": label.name, "suffix_key": str(number), "background_color": label.colour, "text_color": INK}
        for number, label in enumerate(LABELS, 1)
    ]
    return [
        write_jsonl(folder / OUTPUT / "documents.jsonl", map(row_of, documents)),
        write_json(folder / OUTPUT / "labels.json", labels),
    ]


def row_of(document: Document) -> Row:
    """A document as a row. `id` is doccano's own key, so ours has another name."""
    text, meta = document["text"], document["meta"]
    label = [[span["start"], span["end"], span["label"]] for span in document["spans"]]
    return {"text": text, "label": label, "doc_id": meta["id"], "source": meta["source"], "digest": digest_of(text)}


def read(path: Path) -> Iterator[Correction]:
    """The documents of an export.

    RAISES (PipelineError): When the file is broken, or it is the one that was to be imported there.
    """
    corrections, left = parse(path)
    return finished(path, corrections, left.items())


def left_out(path: Path) -> Counter[str]:
    """What `read` does not take, and why."""
    return parse(path)[1]


def parse(path: Path) -> tuple[list[Correction], Counter[str]]:
    left, corrections = Counter[str](), []
    for where, row in read_rows(path):
        if "digest" in row and "id" not in row:
            left[UNTOUCHED] += 1
        else:
            corrections.append(correction(path, where, row))
    return corrections, left


def correction(path: Path, where: str, row: Row) -> Correction:
    """RAISES (PipelineError): When a span has no place."""
    text = text_of(path, where, row)
    meta = row["meta"] if isinstance(row.get("meta"), dict) else {}
    given = next((row[key] for key in KEYS if isinstance(row.get(key), list)), None)
    if given is None:
        raise broken(path, where, f"it holds none of {', '.join(KEYS)}")
    spans = [found_of(path, f"{where}, span {number}", span) for number, span in enumerate(given, 1)]
    known = {key: words_of(row, key) or words_of(meta, key) for key in ("doc_id", "digest")}
    return Correction(path.name, where, known["doc_id"], text, known["digest"], spans)


def found_of(path: Path, place: str, span: Any) -> Found:
    """From `[0, 5, "ROLE"]`, or from an entity of a project with relations."""
    match span:
        case [start, end, label]:
            pass
        case {"start_offset": start, "end_offset": end, "label": label}:
            pass
        case _:
            raise broken(path, place, "it has no start, end and label")
    return Found(offset(path, place, start), offset(path, place, end), str(label), None, place)
