"""The periods of a sentence, and which of them each figure is for."""

import re
from bisect import bisect_left
from typing import NamedTuple

from pipeline.components.figure_numbers import Place, words
from pipeline.patterns import alternation
from pipeline.spans import Match
from pipeline.values import BELOW_100, DASH, MONTH

_G = r"\s{1,40}"
_N = rf"(?:\d{{1,2}}|{BELOW_100})"
_YEAR = r"(?:19|20)\d\d"
_UNIT = r"(?:financial{g}|academic{g}|calendar{g}|municipal{g})?(?:year|quarter|month|term|reporting{g}period)".replace(
    "{g}", _G
)
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?{_G}{MONTH}(?:,?{_G}{_YEAR})?|{MONTH}{_G}{_YEAR}|(?=(?-i:[A-Z])){MONTH}"
    rf"|{_YEAR}(?:\s?[/–-]\s?\d{{2,4}})?)"
)
_PERIOD = re.compile(
    rf"\b(?P<said>(?:same{_G}time{_G})?(?:last|past|previous|present|current|same|preceding|coming|first|second|third|final|next){_G}(?:full{_G})?(?:{_N}{_G})?{_UNIT}s?\b(?:{_G}(?:before|after))?"
    rf"|year{_G}(?:before|after|to{_G}date)\b|{_N}{_G}(?:year|month|week)s?{_G}(?:before|ago|earlier)\b"
    rf"|(?:quarter{_G}|q)(?:[1-4]|one|two|three|four)\b(?:{_G}(?:of{_G})?{_DATE})?|life{_G}of{_G}the{_G}\w+"
    rf"|(?:end|close|start|beginning){_G}of{_G}(?:{_DATE}|(?:the|last|this){_G}(?:[a-z]+{_G})?(?:year|quarter|month)))"
    rf"|\b(?:in|by|during|since|for|at|on|to|of|from|as{_G}at){_G}(?:the{_G}year{_G}to{_G})?(?P<dated>{_DATE})\b(?!\s?[%£])"
    rf"|\b(?:in|during|over|for|this|within|since){_G}(?:the{_G})?(?P<year>(?:calendar{_G}|financial{_G}|academic{_G}|school{_G})?(?:year|quarter|month|term)\b"
    rf"|{alternation(words('season'))}\b(?:{_G}(?:of{_G})?{_YEAR}\b)?)(?!{_G}(?:of|before|after|time|to{_G}date))"
    rf"|(?<!for )\b(?:in|(?<!ing )over|within){_G}(?P<length>{_N}{_G}(?:year|month)s?)\b(?!{_G}(?:of|time)|['’])",
    re.I,
)
YEAR_ROW = rf"{_YEAR}(?:\s?[/–-]\s?\d{{2,4}})?"
_ROW = re.compile(rf"[^\S\n]*(?P<row>{YEAR_ROW})(?=[^\S\n]*(?:[|:\t]|\s\s)[^\w\n]*\d)")
_LEAD = re.compile(
    rf"(?:,\s*)?(?:\b(?:in|by|during|since|for|at|over|on|to|within|between|as{_G}at|of|from){_G})?(?:the{_G})?(?:(?:financial|academic){_G}year{_G})?\Z",
    re.I,
)


class Period(NamedTuple):
    """A period with its offsets, and its first and last day where it is written as one."""

    start: int
    end: int
    first_day: str | None = None
    last_day: str | None = None


def periods(text: str, first: int, last: int, ranges: list[Match]) -> list[Period]:
    """The periods in text[first:last], by start.

    ranges (list[Match]): What the DATE_RANGE matcher found there.
    """
    found = [Period(r.start, r.end, r.value.get("start"), r.value.get("end")) for r in ranges]
    row = _ROW.match(text, first, last)  # "2018 | 82%"
    for match in [*([row] if row else []), *_PERIOD.finditer(text, first, last)]:
        start, end = match.span(match.lastgroup or 0)
        if all(end <= known.start or known.end <= start for known in found):
            found.append(Period(start, end))
    return sorted(found)


def before_period(text: str, start: int, end: int, known: list[Period]) -> int:
    """Where words end that end in a period: `placements in the year` ends behind `placements`."""
    at = bisect_left([period.start for period in known], start)
    for period in reversed(known[at:]):
        if period.end <= end and not text[period.end : end].strip(" ,\n\t"):
            lead = _LEAD.search(text, max(start, period.start - 60), period.start)
            return lead.start() if lead and (lead[0].strip() or lead.start() <= start + 1) else end
    return end


_APART = re.compile(r";|,?\s+and\s+that\b|\b(?:but|while|whereas|although)\b", re.I)
_BASE = re.compile(r"\b(?:on|than|than\s+in)\s+(?:the\s+|a\s+)?\Z", re.I)  # "an increase on the year before"
_SINCE = re.compile(r"\bsince\s+(?:the\s+)?\Z", re.I)
_NOW = re.compile(r"\band\s+(?:was|were|is|are)\s+now\b", re.I)
_BESIDE = re.compile(r"[\s,:|]{0,12}")
_LINKED = re.compile(r"[^.;]{0,80}?\b(?:of\s+whom|of\s+which|which\s+was|which\s+is)\b", re.I)


def periods_of(
    text: str, last: int, offsets: list[Place], known: list[Period], spans: list[bool]
) -> list[Period | None]:
    """The period of each figure: behind it, else right in front of it, else what opens the sentence.

    spans (list[bool]): Whether a figure is the B of `from A to B`.
    """
    known = [
        p
        for p in known
        if any(c.isdigit() for c in text[p.start : p.end]) or not _BASE.search(text, max(0, p.start - 20), p.start)
    ]
    opening = next((period for period in reversed(known) if offsets and period.end <= offsets[0][0]), None)
    if opening and _NOW.search(text, opening.end, offsets[0][0]):
        opening = None
    whens: list[Period | None] = []
    for index, (start, end) in enumerate(offsets):
        edge = offsets[index + 1][0] if index + 1 < len(offsets) else last
        previous = offsets[index - 1][1] if index else 0
        behind = next((p for p in known if end <= p.start and p.end <= edge), None)
        if behind and (
            _APART.search(text, end, behind.start) or (edge != last and _BESIDE.fullmatch(text, behind.end, edge))
        ):
            behind = None  # "5%, and that in 2019", "and in 2019 15%"
        front = next((p for p in reversed(known) if index and previous <= p.start and p.end <= start), None)
        if front and not _BESIDE.fullmatch(text, front.end, start):
            front = None
        linked = whens[index - 1] if index and _LINKED.match(text, previous, start) else None
        if behind and spans[index] and _SINCE.search(text, max(end, behind.start - 20), behind.start):
            whens[-1], behind = behind, None  # "from 34% to 32% since last year"
        from_to = spans[index] or (index + 1 < len(offsets) and spans[index + 1])
        whens.append(behind or front or linked or (None if from_to else opening))
    return whens


__all__ = ["DASH", "YEAR_ROW", "Period", "before_period", "periods", "periods_of"]
