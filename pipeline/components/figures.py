"""The component `minutes_figures`: what percentages, and counts and sums beside them, measure."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components import percentages
from pipeline.components.figure_measures import RULES, Measure, measures
from pipeline.components.figure_numbers import Number, Place, numbers
from pipeline.components.figure_times import Period, change_of, direction, named_in, periods, place_of
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
_LABEL = re.compile(r"(?:\A|\n)[^\S\n]*(?P<label>[^\W\d_][^.!?\n|]{1,60})[.\n]\s*\Z")
_FROM = re.compile(r"\bfrom\s+(?:\w+\s+){0,2}\Z", re.I)
_TO = re.compile(r"[\s,]*(?:in\s+\S+\s+|last\s+year\s+)?(?:and\s+)?(?:to|up\s+to|down\s+to)\s+(?:\w+\s+){0,2}\Z", re.I)
_JOINED = re.compile(r"\b(?:and|but)\s+(?=(?:was|were|is|are|had|has|have|would|will|now)\b)", re.I)
_UP_FROM = re.compile(
    r"[\s,(–-]*(?:(?P<up>up|a\s+rise|rising|an\s+increase)|(?P<down>down|a\s+fall|falling|a\s+decrease|a\s+reduction))\s+(?:from|on)\b",
    re.I,
)


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
    changes = _changes(text, last, offsets, found)
    whens = _periods(text, offsets, known)
    rows = []
    for index, (figure, measure) in enumerate(zip(figures, found, strict=True)):
        edge = offsets[index + 1][0] if index + 1 < len(offsets) else last
        place = place_of(text, figure.start, figure.end, first, edge, places)
        if not place and measure.rule == "subject" and measure.place:
            place = named_in(text, *measure.place, places)
        row: dict[str, Any] = {**empty(FIGURES), **figure._asdict(), "change": changes[index], "rule": measure.rule}
        row["unit"] = units.get(offsets[index]) or UNITS[figure.kind]
        when = whens[index]
        label = _label(text, first) if measure.place is None and index == 0 else None
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


def _label(text: str, first: int) -> Place | None:
    """A sentence or line of few words in front: `In house fostering. 49%`."""
    found = _LABEL.search(text, max(0, first - 70), first)
    return found.span("label") if found and len(found["label"].split()) <= 6 else None


def _changes(text: str, last: int, offsets: list[Place], found: list[Measure]) -> list[str]:
    """Rise or fall of each figure; that from which it rose has none."""
    said: list[str] = []
    for index, (start, end) in enumerate(offsets):
        left = max(found[index].subject, start - 80)
        before = text[left:start]
        if (
            index
            and _TO.fullmatch(text[offsets[index - 1][1] : start])
            and _FROM.search(text, max(0, offsets[index - 1][0] - 40), offsets[index - 1][0])
        ):
            lead = max(found[index - 1].subject, offsets[index - 1][0] - 80)
            said.append(direction(text, lead, offsets[index - 1][0]) or _earlier(said, index - 1))
        elif _FROM.search(before):
            said.append("")
        else:
            said.append(_own(text, left, start, end, last, found[index]))
        if up := _UP_FROM.match(text, end, last):
            said[-1] = "rise" if up["up"] else "fall"
    return said


def _earlier(said: list[str], index: int) -> str:
    """The change that was told before `from A to B`: `risen by 17%, from 402 to 470`."""
    return said[index - 1] if index else ""


def _own(text: str, left: int, start: int, end: int, last: int, measure: Measure) -> str:
    place = measure.place
    for joined in _JOINED.finditer(text, left, start):
        left = joined.end()
    if place and measure.rule == "head" and text[place[1] : start].split()[:1] == ["by"]:
        return direction(text, left, start)
    if place and measure.rule in ("subject", "head"):
        left = max(left, place[1]) if place[1] <= start else left
        head = direction(text, place[0], min(place[1], place[0] + 24)) if place[0] < start else ""
        return change_of(text, left, start, end, last) or head
    return change_of(text, max(left, start - 24), start, end, last)


def _periods(text: str, offsets: list[Place], known: list[Period]) -> list[Period | None]:
    """The period of each figure: behind it, else right in front of it, else what opens the sentence."""
    opening = next((period for period in reversed(known) if offsets and period.end <= offsets[0][0]), None)
    whens: list[Period | None] = []
    for index, (_, end) in enumerate(offsets):
        edge = offsets[index + 1][0] if index + 1 < len(offsets) else len(text)
        previous = offsets[index - 1][1] if index else 0
        behind = next((p for p in known if end <= p.start and p.end <= edge), None)
        front = next((p for p in reversed(known) if index and previous <= p.start and p.end <= offsets[index][0]), None)
        if behind and edge != len(text) and re.fullmatch(r"[\s,:]{0,3}", text[behind.end : edge]):
            behind = None  # "and in 2019 15%"
        if front and not re.fullmatch(r"[\s,:]{0,3}", text[front.end : offsets[index][0]]):
            front = None
        linked = (
            whens[index - 1]
            if index
            and re.match(r"[^.;]{0,80}?(?:of whom|which was|which is|of which)\b", text[previous : offsets[index][0]])
            else None
        )
        origin = bool(_FROM.search(text, max(0, offsets[index][0] - 40), offsets[index][0]))
        told = index and _TO.fullmatch(text[previous : offsets[index][0]])
        whens.append(behind or front or linked or (None if origin or told else opening))
    return whens
