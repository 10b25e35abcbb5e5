"""The documents as the report's page takes them: text, highlights, decisions, people and figures; some at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import Errors, PipelineError
from pipeline.labels import LABELS
from pipeline.report.payload import pack
from pipeline.results import Results

CHUNK = 300_000  # characters of text
NUMBER = {label.name: number for number, label in enumerate(LABELS)}
RECORD = ("actor", "object", "deadline", "condition", "strategies", "roles", "providers", "periods")
VOTES = ("unanimous", "votes_for", "votes_against", "abstentions")
UNTOLD = {"body", "clause", "truncated"}  # of a value: the words themselves
WIDE = 0xFFFF  # beyond it a character counts as two in a browser


@dataclass
class Texts:
    """Chunks of documents.

    results (Results). ids (Mapping[str, int]): The number of each document.
    firsts (list[int]): The number of the first document in each chunk, known once they are all made.
    """

    results: Results
    ids: Mapping[str, int]
    firsts: list[int] = field(default_factory=list)

    def chunks(self) -> Iterator[str]:
        """RAISES (PipelineError): When a line is no document, or the documents are not those of the tables."""
        made = list[dict[str, Any]]()
        size = count = 0
        for document in self.results.documents():
            doc_id = document["meta"]["id"]
            if self.ids.get(doc_id) != count:
                raise PipelineError(Errors.E706.format(folder=self.results.folder, doc=doc_id))
            if not made:
                self.firsts.append(count)
            made.append(shown(document))
            count += 1
            size += len(document["text"])
            if size >= CHUNK:
                yield pack(made)
                made, size = [], 0
        if made:
            yield pack(made)
        if count != len(self.ids):
            missing = next(doc_id for doc_id, number in self.ids.items() if number == count)
            raise PipelineError(Errors.E706.format(folder=self.results.folder, doc=missing))


def shown(document: Mapping[str, Any]) -> dict[str, Any]:
    """One document. Offsets count characters; `wide` tells the page where a browser counts two."""
    text, spans = document["text"], document["spans"]
    made = {
        "text": text,
        "wide": [place for place, char in enumerate(text) if ord(char) > WIDE] if not text.isascii() else [],
        "spans": [[s["start"], s["end"], NUMBER[s["label"]], note(s)] for s in spans if s["label"] in NUMBER],
        "decisions": [decision(span) for span in spans if span["label"] == "RESOLUTION"],
    }
    people = {(one["person"], one["office"]): one for one in reversed(document.get("people") or [])}
    made["people"] = [[*key, people[key]["start"], people[key]["end"]] for key in reversed(people)]
    made["figures"] = [
        [text[one["start"] : one["end"]], one["measure"], one["period"], one["start"], one["end"]]
        for one in document.get("figures") or []
    ]
    return made


def note(span: Mapping[str, Any]) -> str:
    """What is known of a span beside its words, in one line."""
    told = {key: value for key, value in (span.get("value") or {}).items() if key not in UNTOLD}
    if name := (span.get("name") or {}).get("name"):
        told["name"] = line(name)
    if span.get("confidence") is not None:
        told["confidence"] = f"{span['confidence']:.2f}"
    return ", ".join(f"{key}: {value}" for key, value in told.items() if value not in ("", None))


def decision(span: Mapping[str, Any]) -> dict[str, Any]:
    """A resolution with its record; only what the text says."""
    value, record = span.get("value") or {}, span.get("record") or {}
    made = {
        "start": span["start"],
        "end": span["end"],
        "clause": value.get("body") or line(span["text"]),
        "number": value.get("number"),
        "outcome": value.get("outcome"),
        **{name: line(record[name]) for name in RECORD if isinstance(record.get(name), str)},
        **{name: record.get(name) for name in VOTES},
    }
    return {name: found for name, found in made.items() if found not in (None, "")}


def line(text: str) -> str:
    """The words on one line."""
    return " ".join(text.split())
