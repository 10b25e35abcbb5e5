"""Prodigy: tasks with our spans for `spans.manual`, its settings, and what `prodigy db-out` writes.

Shape: Explosion's published files, since Prodigy itself is sold and in no registry.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.labels import COLOURS, LABELS
from pipeline.review.formats.anchors import anchor
from pipeline.review.formats.files import (
    Row,
    broken,
    finished,
    objects,
    offset,
    read_rows,
    text_of,
    words_of,
    write_json,
    write_jsonl,
)
from pipeline.review.formats.tokens import tokenize
from pipeline.review.records import Correction, Document, Found, digest_of

OUTPUT = "prodigy"
LEFT_OUT = {"reject": "rejected", "ignore": "ignored"}
UNANSWERED, OLDER, OTHERS = "not answered", "older than another answer to its text", "of other annotators"
PERSON = ("_annotator_id", "_session_id")


def write(documents: Sequence[Document], folder: Path) -> list[Path]:
    """`prodigy/tasks.jsonl`, the source of the recipe `spans.manual`, and `prodigy/prodigy.json`, its settings."""
    settings = {"labels": [label.name for label in LABELS], "custom_theme": {"labels": COLOURS}}
    return [
        write_jsonl(folder / OUTPUT / "tasks.jsonl", map(task, documents)),
        write_json(folder / OUTPUT / "prodigy.json", settings),
    ]


def task(document: Document) -> Row:
    """A document as a task, with our tokens: what people select snaps to them."""
    doc, meta = tokenize(document), document["meta"]
    firsts = {token.idx: token.i for token in doc}
    lasts = {token.idx + len(token): token.i for token in doc}
    tokens = [
        {
            "text": token.text,
            "start": token.idx,
            "end": token.idx + len(token),
            "id": token.i,
            "ws": bool(token.whitespace_),
        }
        for token in doc
    ]
    spans = [
        {
            "start": span["start"],
            "end": span["end"],
            "token_start": firsts[span["start"]],
            "token_end": lasts[span["end"]],
            "label": span["label"],
            "text": document["text"][span["start"] : span["end"]],
        }
        for span in document["spans"]
    ]
    return {
        "text": document["text"],
        "meta": {"id": meta["id"], "source": meta["source"]},
        "digest": digest_of(document["text"]),
        "tokens": tokens,
        "spans": spans,
    }


def read(path: Path, annotator: str = "") -> Iterator[Correction]:
    """The accepted tasks of an export; a rejected one is no document without spans.

    annotator (str): Of the session; of several answers to one text the newest is taken if empty.
    RAISES (PipelineError): When the file is broken or nothing in it was accepted.
    """
    corrections, left = parse(path, annotator)
    return finished(path, corrections, left.items())


def left_out(path: Path, annotator: str = "") -> Counter[str]:
    """What `read` does not take, and why."""
    return parse(path, annotator)[1]


def parse(path: Path, annotator: str) -> tuple[list[Correction], Counter[str]]:
    left, taken = Counter[str](), dict[tuple[str, str], tuple[str, Row]]()
    for where, row in read_rows(path):
        answer = row.get("answer")
        if answer != "accept":
            left[LEFT_OUT.get(str(answer), UNANSWERED)] += 1
        elif annotator and not any(is_of(words_of(row, key), annotator) for key in PERSON):
            left[OTHERS] += 1
        else:
            key = (doc_id(row), text_of(path, where, row))
            earlier = taken.get(key)
            left[OLDER] += earlier is not None
            if earlier is None or timestamp(row) >= timestamp(earlier[1]):
                taken[key] = (where, row)
    return [correction(path, where, row) for where, row in taken.values()], +left


def is_of(session: str, annotator: str) -> bool:
    """A session is called after the data set and the person: `minutes-anna`."""
    return session.casefold() == annotator.casefold() or session.casefold().endswith(f"-{annotator.casefold()}")


def timestamp(row: Row) -> float:
    """0 where there is none, so that the later line counts as the newer answer."""
    value = row.get("_timestamp")
    return value if isinstance(value, int | float) else 0.0


def doc_id(row: Row) -> str:
    meta = row.get("meta")
    return words_of(row, "doc_id") or (words_of(meta, "id") if isinstance(meta, dict) else "")


def correction(path: Path, where: str, row: Row) -> Correction:
    """RAISES (PipelineError): When a span has no place."""
    text, tokens, spans = text_of(path, where, row), objects(path, where, row.get("tokens")), []
    for number, span in enumerate(objects(path, where, row.get("spans")), 1):
        place = f"{where}, span {number}"
        start, end = (edge(path, place, span, tokens, side) for side in ("start", "end"))
        words = span.get("text")
        if isinstance(words, str):
            start, end, words = anchor(text, start, end, words)
        spans.append(Found(start, end, str(span.get("label") or ""), words if isinstance(words, str) else None, place))
    return Correction(path.name, where, doc_id(row), text, words_of(row, "digest"), spans)


def edge(path: Path, place: str, span: Row, tokens: list[Row], side: str) -> int:
    """Of a span's characters; where they are not given, of its first or last token: `token_end` is inclusive."""
    if side in span:
        return offset(path, place, span[side])
    number = offset(path, place, span.get(f"token_{side}"))
    if not 0 <= number < len(tokens):
        raise broken(path, place, f"there is no token {number}")
    return offset(path, place, tokens[number].get(side))
