"""Doc and Span attributes, registered once, when this module is first imported. Values are plain JSON types."""

from typing import Any

from spacy.tokens import Doc, Span

from pipeline.labels import BY_NAME, RULES

DOC_ATTRIBUTES: dict[str, Any] = {
    "id": "",  # unique in a run; the key of every table
    "record": {},  # where the text came from: source, reader, encoding, page offsets, the reader's own metadata
    "recognised": [],  # what the model found before any rule: first token, token after the last, label, confidence
    "page": {},  # kind, title and council of the page as a whole
    "people": [],  # mentions of people with their offices: pipeline.components.people
    "figures": [],  # what percentages, counts and sums measure: pipeline.components.figures
}
SPAN_ATTRIBUTES: dict[str, Any] = {
    **{label.attribute: None for label in RULES},
    "confidence": None,  # of a learned entity: the share of entities with this number that are right
    "name": None,  # of a strategy, provider or place: which mentions are one, pipeline.components.names
    "record": None,  # of a resolution: who decided what, pipeline.components.records
    "meeting": None,  # on doc.spans["meetings"]: body, date, time, council
    "item": None,  # on doc.spans["items"]: number, title
}


def value(span: Span) -> dict[str, Any]:
    """The value of a span that a matcher found, whatever its label; `{}` for learned entities."""
    label = BY_NAME.get(span.label_)
    return (span._.get(label.attribute) or {}) if label and label.attribute else {}


for _name, _default in DOC_ATTRIBUTES.items():
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=_default)
for _name, _default in SPAN_ATTRIBUTES.items():
    if not Span.has_extension(_name):
        Span.set_extension(_name, default=_default)
if not Span.has_extension("value"):
    Span.set_extension("value", getter=value)
