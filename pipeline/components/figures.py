"""The component `minutes_figures`: what percentages, and counts and sums beside them, measure."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components import percentages
from pipeline.components.figure_changes import changes, from_to
from pipeline.components.figure_labels import line_label
from pipeline.components.figure_measures import RULES, measures
from pipeline.components.figure_numbers import Number, Place, numbers
from pipeline.components.figure_places import places_of
from pipeline.components.figure_times import periods, periods_of
from pipeline.joins import FIGURES, empty
from pipeline.spans import Match, one_line

FACTORY = "minutes_figures"
LONGEST = 600  # characters of a sentence on either side of a percentage
UNITS = {"count": "number", "money": "GBP"}

_END = re.compile(r"[.!?][\"”’')\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9£])|\n")
_ABBREVIATED = re.compile(r"\b(?:approx|c|ca|no|e\.g|i\.e|vs|inc|est)\.\s+\Z", re.I)
_BULLET = re.compile(
    r"[^\S\n]*(?:[•·▪*|–—-]|\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[A-Za-z]|[ivx]{1,4})[.)]\s|\d{1,2}(?:\.\d{1,2}){1,3}\s)"
)
_WRAPPED = 45  # characters: a shorter line that the next one does not continue in lower case ends on purpose


@Language.factory(FACTORY, requires=["doc.ents", "doc.spans"], assigns=["doc._.figures"])
def make_figures(nlp: Language, name: str) -> "Figures":
    return Figures()


class Figures:
    """Writes `doc._.figures`: dicts with the fields of `pipeline.joins.FIGURES`, by start."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.figures = find(doc)
        return doc


def find(doc: Doc) -> list[dict[str, Any]]:
    """The figures of every sentence with a percentage."""
    text = doc.text
    percents = sorted(
        (match for span in doc.spans.get("percentages", ()) for match in _percentage(span)),
        key=lambda match: match.start,
    )
    ranges = sorted(
        (Match(s.start_char, s.end_char, s.id_, s._.date_range or {}) for s in doc.spans.get("date_ranges", ())),
        key=lambda match: match.start,
    )
    places = [(ent.start_char, ent.end_char) for ent in doc.ents if ent.label_ == "PLACE"]
    names = [(ent.start_char, ent.end_char) for ent in doc.ents]
    found: list[dict[str, Any]] = []
    for first, last, inside in sentences(text, percents):
        found += _sentence(
            text,
            first,
            last,
            inside,
            _between(ranges, first, last),
            _places(places, first, last),
            _places(names, first, last),
        )
    return found


def _percentage(span: Span) -> list[Match]:
    """The percentage with its value; none where a span that no matcher wrote cannot be read as one."""
    values = [span._.percentage] if span._.percentage else [match.value for match in percentages.find(span.text)]
    return [Match(span.start_char, span.end_char, span.id_, value) for value in values[:1]]


def _between(matches: list[Match], first: int, last: int) -> list[Match]:
    at = bisect_left(matches, first, key=lambda match: match.start)
    stop = bisect_left(matches, last, key=lambda match: match.start)
    return [match for match in matches[at:stop] if match.end <= last]


def _places(places: list[Place], first: int, last: int) -> list[Place]:
    return [p for p in places[bisect_left(places, (first, 0)) : bisect_left(places, (last, 0))] if p[1] <= last]


def sentences(text: str, percents: list[Match]) -> Iterator[tuple[int, int, list[Match]]]:
    """Start and end of each sentence or line with percentages, and these; a wrapped sentence is one."""
    done = index = 0
    while index < len(percents):
        start, end = percents[index].start, percents[index].end
        first, last = max(done, start - LONGEST), min(len(text), end + LONGEST)
        for stop in _END.finditer(text, first, min(len(text), start + 2)):
            if stop.end() <= start and _ends(text, stop):
                first = stop.end()
        last = next((stop.start() + 1 for stop in _END.finditer(text, end, last) if _ends(text, stop)), last)
        inside = []
        while index < len(percents) and percents[index].end <= last:
            inside.append(percents[index])
            index += 1
        if index < len(percents) and percents[index].start < last:
            last = percents[index].start
        yield first, last, inside
        done = max(last, inside[-1].end)


def _ends(text: str, stop: re.Match[str]) -> bool:
    """Whether a sentence ends here, and neither a wrapped line nor an abbreviation."""
    at = stop.start()
    if stop[0] != "\n":
        return "\n" in stop[0] or not _ABBREVIATED.search(text, max(0, stop.end() - 12), stop.end())
    line = text[max(0, at - 200) : at].rpartition("\n")[2].rstrip()
    following = text[at + 1 : at + 80].lstrip(" \t\u00a0")
    if not line or not following or following[0] == "\n" or line[-1] in ".!?:;|" or "|" in line or "\t" in line:
        return True
    if _BULLET.match(following):
        return True
    return not (following[0].islower() or (len(line) >= _WRAPPED and " " in line))


def _sentence(
    text: str,
    first: int,
    last: int,
    percents: list[Match],
    ranges: list[Match],
    places: list[Place],
    names: list[Place],
) -> list[dict[str, Any]]:
    """The figures of one sentence."""
    known = [p for p in periods(text, first, last, ranges) if not any(a <= p.start and p.end <= b for a, b in names)]
    taken = [(m.start, m.end) for m in percents] + [(p.start, p.end) for p in known] + names
    bullet = _BULLET.match(text, first, last)
    counted = [
        Number(m.start, m.end, "percentage", m.value["low"], m.value["high"], m.value["qualifier"]) for m in percents
    ]
    units = {(m.start, m.end): m.value["unit"] for m in percents}
    figures = sorted(counted + numbers(text, bullet.end() if bullet else first, last, taken))
    offsets = [(figure.start, figure.end) for figure in figures]
    found = measures(text, first, last, offsets, known)
    changed = changes(text, last, offsets, found)
    spans = [index > 0 and from_to(text, offsets[index - 1], offsets[index]) for index in range(len(offsets))]
    whens = periods_of(text, last, offsets, known, spans)
    wheres = places_of(text, first, last, offsets, [m.place for m in found], [m.linked for m in found], places)
    rows: list[dict[str, Any]] = []
    label = None
    for index, (figure, measure) in enumerate(zip(figures, found, strict=True)):
        row: dict[str, Any] = {**empty(FIGURES), **figure._asdict(), "change": changed[index], "rule": measure.rule}
        row["unit"] = units.get(offsets[index]) or UNITS[figure.kind]
        when, place = whens[index], wheres[index]
        unsaid = measure.place is None and (index == 0 or (label and measure.linked))
        label = line_label(text, first) if unsaid else None
        chosen = measure.place or label
        if chosen:
            row |= _written(text, "measure", chosen)
            rule = measure.rule if measure.place else "label"
            row |= {"rule": rule, "confidence": RULES[rule][1]}
        if when:
            row |= _written(text, "period", (when.start, when.end)) | {
                "first_day": when.first_day,
                "last_day": when.last_day,
            }
        if place:
            row |= _written(text, "place", place)
        rows.append(row)
    return rows


def _written(text: str, name: str, place: Place) -> dict[str, Any]:
    return {name: one_line(text[slice(*place)]), f"{name}_start": place[0], f"{name}_end": place[1]}
