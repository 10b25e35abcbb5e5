"""The component `minutes_records`: each decision clause as a record: who decided what, with whom, by when."""

from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.joins import RECORD, empty

FACTORY = "minutes_records"


@Language.factory(FACTORY, requires=["doc.spans"], assigns=["span._.record"])
def make_records(nlp: Language, name: str) -> "Records":
    return Records()


class Records:
    """Writes `span._.record` of every resolution: a dict with the fields of `pipeline.joins.RECORD`."""

    def __call__(self, doc: Doc) -> Doc:
        for span in doc.spans.get("resolutions", ()):
            span._.record = record(doc, span)
        return doc


def record(doc: Doc, span: Span) -> dict[str, Any]:
    """The record of a resolution."""
    return {**empty(RECORD)}
