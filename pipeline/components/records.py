"""The component `minutes_records`: each decision clause as a record: who decided what, with whom, by when."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components import record_leads, record_objects
from pipeline.components.record_tails import Place, condition, deadline
from pipeline.joins import RECORD, empty
from pipeline.spans import one_line

FACTORY = "minutes_records"
NAMED = {"strategies": "STRATEGY", "roles": "ROLE", "providers": "PROVIDER"}
# Between two clauses under one announcement: numbers, bullets, "and".
_JOINT = re.compile(
    r"[\W_]*(?:(?:and|or)\b[\W_]*)?(?:[(\[]?(?:\d{1,2}(?:\.\d{1,2}){0,2}|[a-zA-Z]|[ivxIVX]{1,4})[.):\]][\W_]*)?(?:that\b\W*)?"
)
_LONGEST_JOINT = 80


@Language.factory(FACTORY, requires=["doc.spans", "doc.ents"], assigns=["span._.record"])
def make_records(nlp: Language, name: str) -> "Records":
    return Records()


class Records:
    """Writes `span._.record` of every resolution: a dict with the fields of `pipeline.joins.RECORD`."""

    def __call__(self, doc: Doc) -> Doc:
        text = doc.text
        named = Named(doc)
        first = 0
        for group, last in groups(text, sorted(doc.spans.get("resolutions", ()), key=lambda span: span.start_char)):
            start, end = group[0].start_char, group[-1].end_char
            body = record_leads.actor(text, start, first)
            told = record_leads.told_behind(text, end, last)
            votes = record_leads.votes(text, start, end, first, told)
            for span in group:
                span._.record = record(text, span, body) | votes._asdict() | named.within(span)
            first = told
        return doc


def groups(text: str, spans: list[Span]) -> Iterator[tuple[list[Span], int]]:
    """The clauses under one announcement, and where the next ones start."""
    group: list[Span] = []
    for span in spans:
        if group:
            gap = text[group[-1].end_char : span.start_char]
            if len(gap) > _LONGEST_JOINT or not _JOINT.fullmatch(gap):
                yield group, span.start_char
                group = []
        group.append(span)
    if group:
        yield group, len(text)


def record(text: str, span: Span, body: Place | None) -> dict[str, Any]:
    """The record of a resolution, but for its votes and for what it names.

    body (tuple[int, int] | None): Offsets of the body that is named before the clause.
    """
    start, end = span.start_char, span.end_char
    found = record_objects.find(text, start, end)
    places = {
        "actor": found.actor or body,
        "object": found.place,
        "deadline": deadline(text, max(start, found.rest), end, found.place),
        "condition": condition(text, start, end),
    }
    values: dict[str, Any] = {**empty(RECORD)}
    for name, place in places.items():
        if place:
            values |= {name: one_line(text[slice(*place)]), f"{name}_start": place[0], f"{name}_end": place[1]}
    if found.place:
        values |= {"record_rule": found.rule, "record_confidence": record_objects.RULES[found.rule][1]}
    return values


class Named:
    """The names and periods of a doc by place."""

    def __init__(self, doc: Doc):
        self.spans = {
            **{field: [ent for ent in doc.ents if ent.label_ == label] for field, label in NAMED.items()},
            "periods": sorted(doc.spans.get("date_ranges", ()), key=lambda span: span.start_char),
        }
        self.starts = {field: [span.start_char for span in spans] for field, spans in self.spans.items()}

    def within(self, clause: Span) -> dict[str, str | None]:
        """The names inside a clause, each once, with `; ` between them; None where it has none."""
        found: dict[str, str | None] = {}
        for field, spans in self.spans.items():
            first, last = (bisect_left(self.starts[field], at) for at in (clause.start_char, clause.end_char))
            names = dict.fromkeys(one_line(s.text) for s in spans[first:last] if s.end_char <= clause.end_char)
            found[field] = "; ".join(names) or None
        return found
