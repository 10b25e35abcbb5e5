"""Docs to rows and DataFrames: one row per document, per entity and per value."""

import datetime
import hashlib
from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from spacy.tokens import Doc

from pipeline.components.names import LABELS as NAMED
from pipeline.components.structure import locate
from pipeline.documents import all_spans
from pipeline.joins import FIGURES, NAME, PEOPLE, RECORD, empty
from pipeline.labels import LABELS, RULES, Field
from pipeline.schema import TABLES, to_arrow
from pipeline.spans import one_line, sentence_around

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]


def tables(docs: Iterable[Doc], model: str = "") -> dict[str, "pd.DataFrame"]:
    """The tables of some docs; `pipeline.schema.TABLES` says what the columns mean.

    docs (Iterable[Doc]): Docs that went through a pipeline of `pipeline.load()`.
    model (str): Name of the model, for the column `model`.
    RETURNS (dict[str, DataFrame]): `documents`, `entities` and one table per rule label.
    """
    return {table: to_arrow(table, rows).to_pandas() for table, rows in rows_of(docs, model).items()}


def rows_of(docs: Iterable[Doc], model: str) -> dict[str, list[Row]]:
    """Rows of every table but `failures`, with plain Python values."""
    made: dict[str, list[Row]] = {table: [] for table in TABLES if table != "failures"}
    for doc in docs:
        made["documents"].append(document_row(doc))
        rows = SpanRows(doc)
        for ent in doc.ents:
            found = {"label": ent.label_, "confidence": ent._.confidence, "model": model}
            joined = ent._.name if ent._.name and ent.label_ in NAMED else empty(NAME)
            made["entities"].append(rows.row(ent.start_char, ent.end_char) | found | joined)
        for label in RULES:
            for span in doc.spans.get(label.spans_key, ()):
                values = {f.column or f.name: typed(f.type, span._.value[f.name]) for f in label.fields}
                if label.spans_key == "resolutions":
                    values |= span._.record or empty(RECORD)
                made[label.spans_key].append(rows.row(span.start_char, span.end_char) | values | {"rule": span.id_})
        for person in doc._.people:
            made["people"].append(rows.row(person["start"], person["end"]) | typed_all(PEOPLE, person))
        for figure in doc._.figures:
            made["figures"].append(rows.row(figure["start"], figure["end"]) | typed_all(FIGURES, figure))
    return made


def typed_all(fields: Iterable[Field], values: Row) -> Row:
    """The fields of a join as the columns' types."""
    return {field.name: typed(field.type, values[field.name]) for field in fields}


def typed(kind: type, value: Any) -> Any:
    """A value as its column's type: ISO strings become dates."""
    return datetime.date.fromisoformat(value) if kind is datetime.date and value else value


def meeting_columns(meeting: Row) -> Row:
    """Body, date and council of a meeting, empty where there is none."""
    return {
        "body": meeting.get("body", ""),
        "meeting_date": typed(datetime.date, meeting.get("date")) or None,
        "council": meeting.get("council", ""),
    }


def document_row(doc: Doc) -> Row:
    """The document's row: where it came from, what it is, how much was found."""
    meetings = [span._.meeting for span in doc.spans.get("meetings", ())]
    found = [span.label_ for span in all_spans(doc)]
    first = meeting_columns(meetings[0] if meetings else {})
    return {
        "doc_id": doc._.id,
        "source": doc._.record.get("source", ""),
        "reader": doc._.record.get("reader", ""),
        "encoding": doc._.record.get("encoding", ""),
        "kind": doc._.page.get("kind", ""),
        "title": doc._.page.get("title", ""),
        "meetings": len(meetings),
        **first,
        "council": doc._.page.get("council") or first["council"],
        "characters": len(doc.text),
        "words": len(doc.text.split()),
        **{label.name.lower(): found.count(label.name) for label in LABELS},
        "sha256": hashlib.sha256(doc.text.encode("utf8", "surrogatepass")).hexdigest(),
    }


class SpanRows:
    """The columns that every span's row has, for the spans of one doc."""

    def __init__(self, doc: Doc):
        self.doc = doc
        self.text = doc.text  # spaCy builds it anew at every call
        self.locate = locate(doc)
        self.page_starts = [start for start, _ in doc._.record.get("pages", ())]

    def row(self, start: int, end: int) -> Row:
        section, meeting, item = self.locate(start)
        before = bisect_right(self.page_starts, start)
        meeting = meeting | {"council": self.doc._.page.get("council") or meeting.get("council", "")}
        return {
            "doc_id": self.doc._.id,
            "start": start,
            "end": end,
            "page": self.doc._.record["pages"][before - 1][1] if before else None,
            "section": section,
            "sentence": one_line(sentence_around(self.text, start, end)),
            "text": self.text[start:end],
            **meeting_columns(meeting),
            "item_number": item.get("number", ""),
            "item_title": item.get("title", ""),
        }
