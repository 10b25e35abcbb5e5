"""What anybody would try first for each kind of link. A join that does not beat it is not shipped."""

import re
from collections.abc import Iterable
from itertools import combinations
from typing import Any

from spacy.tokens import Doc, Span

from pipeline.components.names import LABELS as NAMED
from pipeline.spans import sentence_bounds

NEAR = 60  # characters between an office and the name beside it
_NAME = re.compile(r"[A-Z][\w'’-]+ [A-Z][\w'’-]+")
_BODY = re.compile(r"\b(?:Cabinet|Committee|Board|Panel|Council|Forum|Executive|Members)\b")
_THAT = re.compile(r"(?:that|to)\s+(?:\w+\s+)?(?:the\s+)?", re.I)
_BE = re.compile(r"\s+(?:be|is|are)\b")
_OF = re.compile(r"\s*of\s+(?:the\s+|all\s+)?([^,.;:()\n]+)")
_TAIL = re.compile(r"(?:by|before|in|within|at)\s+((?:the\s+)?(?:next|\d+|January|March|April|June|July)\b[^,.;\n]*)")
_CONDITION = re.compile(r"\bsubject to\b[^.;\n]*")
_RISE = re.compile(r"\b(?:increas\w*|ris\w*|rose|grow\w*|up)\b", re.I)
_FALL = re.compile(r"\b(?:decreas\w*|fall\w*|fell|reduc\w*|down)\b", re.I)
_MONEY = re.compile(r"£[\d,.]+(?:\s?(?:m|k|million|bn)\b)?")
_COUNT = re.compile(r"(?<![\w£.,/-])\d{1,3}(?:,\d{3})*(?![\w%.,/-]*[\d%])(?!\s*per\s?cent)")
Found = set[Any]


def people(doc: Doc) -> Iterable[tuple[int, int, str, str]]:
    """The nearest two words in capitals before or behind each office."""
    for ent in doc.ents:
        if ent.label_ == "ROLE":
            first = max(0, ent.start_char - NEAR)
            near = [m for m in _NAME.finditer(doc.text, first, ent.end_char + NEAR) if outside(m, ent)]
            if near:
                best = min(near, key=lambda m: max(m.start() - ent.end_char, ent.start_char - m.end()))
                yield best.start(), best.end(), best.group(), ent.text


def outside(match: re.Match[str], span: Span) -> bool:
    return match.end() <= span.start_char or match.start() >= span.end_char


def names(doc: Doc, label: str) -> Found:
    """Mentions with the same words, whatever their case."""
    ents = [ent for ent in doc.ents if ent.label_ == label]
    same = [(a, b) for a, b in combinations(ents, 2) if a.text.casefold().split() == b.text.casefold().split()]
    return {((a.start_char, a.end_char), (b.start_char, b.end_char)) for a, b in same}


def records(doc: Doc) -> dict[str, Found]:
    """The last body named before the clause; the words between `that the` and `be`; simple phrases for the rest."""
    found: dict[str, Found] = {field: set() for field in ("actor", "object", "deadline", "condition", "votes")}
    for span in doc.spans.get("resolutions", ()):
        start, end = span.start_char, span.end_char
        if bodies := list(_BODY.finditer(doc.text, max(0, start - 100), start)):
            found["actor"].add((start, *bodies[-1].span()))
        lead, verb = _THAT.match(doc.text, start, end), _BE.search(doc.text, start, end)
        found["object"].add((start, lead.end() if lead else start, verb.start() if verb else end))
        if tail := _TAIL.search(doc.text, start, end):
            found["deadline"].add((start, *tail.span(1)))
        if condition := _CONDITION.search(doc.text, start, end):
            found["condition"].add((start, *condition.span()))
        if "unanimous" in doc.text[max(0, start - 200) : end].lower():
            found["votes"].add((start, "unanimous", True))
    return found


def figures(doc: Doc) -> dict[str, Found]:
    """Numbers in sentences with a percentage; the words behind `of`, or those before the figure."""
    found: dict[str, Found] = {field: set() for field in ("found", "measure", "change", "period", "place")}
    for span in doc.spans.get("percentages", ()):
        first, last = sentence_bounds(doc.text, span.start_char, span.end_char)
        here = {(span.start_char, span.end_char, "percentage")}
        here |= {(*m.span(), "money") for m in _MONEY.finditer(doc.text, first, last)}
        here |= {(*m.span(), "count") for m in _COUNT.finditer(doc.text, first, last)}
        found["found"] |= here
        inside = [e for e in doc.ents if e.label_ == "PLACE" and first <= e.start_char < last]
        ranges = [r for r in doc.spans.get("date_ranges", ()) if first <= r.start_char < last]
        for start, end, _ in here:
            behind = _OF.match(doc.text, end, last)
            found["measure"].add((start, end, *(behind.span(1) if behind else (first, start))))
            for change, pattern in (("rise", _RISE), ("fall", _FALL)):
                if pattern.search(doc.text, first, last):
                    found["change"].add((start, end, change))
            for field, spans in (("period", ranges), ("place", inside)):
                if spans:
                    nearest = min(spans, key=lambda s: abs(s.start_char - start))
                    found[field].add((start, end, nearest.start_char, nearest.end_char))
    return found


def baselines(doc: Doc) -> dict[str, Found]:
    """What the baselines find in a document, as keys like those of `pipeline.training.links`."""
    linked = set(people(doc))
    return {
        "people: who it is": {link[:3] for link in linked},
        "people: which office": linked,
        **{f"names: {label}": names(doc, label) for label in NAMED},
        **{f"record: {field}": found for field, found in records(doc).items()},
        **{f"figures: {field}": found for field, found in figures(doc).items()},
    }
