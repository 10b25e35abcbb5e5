"""What goes round between a review folder and the people who correct: documents, corrections and problems."""

import datetime
import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Document = dict[str, Any]  # a line of training_data/*.jsonl: `text`, `spans` and `meta` (`id`, `source`, `review`)
State = Literal["predicted", "reviewed", "adjudicated"]


class Found(NamedTuple):
    """A span as somebody's file has it, not checked yet.

    start, end (int): Characters of the document's text, end exclusive.
    label (str): As in the file.
    text (str | None): The words that stand there, as the file says; None where the format does not say.
    where (str): Its place in the file, for people: `row 12`, `task 7, region Zk3`.
    """

    start: int
    end: int
    label: str
    text: str | None
    where: str


@dataclass(frozen=True)
class Correction:
    """One document as it came back.

    file (str), where (str): The file's name and the document's place in it.
    doc_id (str): Empty where the file does not say.
    text (str | None): None where the format does not carry it (the sheet).
    digest (str): `digest_of` the text that was exported; empty where the file does not say.
    spans (list[Found]): All spans that the document should have, overlapping ones included.
    """

    file: str
    where: str
    doc_id: str
    text: str | None
    digest: str
    spans: list[Found] = field(default_factory=list)


def digest_of(text: str) -> str:
    """Sixteen characters by which a text is known again."""
    return hashlib.sha256(text.encode("utf8", "surrogatepass")).hexdigest()[:16]


def spans_of(document: Document) -> frozenset[tuple[int, int, str]]:
    """Start, end and label of all spans."""
    return frozenset((span["start"], span["end"], span["label"]) for span in document["spans"])


def reviewed(document: Document, spans: list[dict[str, Any]], state: State, by: str, at: datetime.datetime) -> Document:
    """A document with other spans, and in `meta.review` what it is: state, by whom, when.

    at (datetime): With a time zone.
    """
    review = {"state": state, "by": by, "at": at.isoformat(timespec="seconds")}
    return {**document, "spans": spans, "meta": {**document["meta"], "review": review}}
