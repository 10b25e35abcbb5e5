"""When and where a figure is for, and whether it is a change."""

import re
from bisect import bisect_left
from typing import NamedTuple

from pipeline.components.figure_numbers import Place, words
from pipeline.patterns import alternation
from pipeline.spans import Match
from pipeline.values import DASH, MONTH, NUMBER

_G = r"\s{1,40}"
_N = rf"(?:\d{{1,2}}|{NUMBER})"
_YEAR = r"(?:19|20)\d\d"
_UNIT = r"(?:financial{g}|academic{g}|calendar{g}|municipal{g})?(?:year|quarter|month|term|reporting{g}period)".replace(
    "{g}", _G
)
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?{_G}{MONTH}(?:,?{_G}{_YEAR})?|{MONTH}{_G}{_YEAR}|(?=(?-i:[A-Z])){MONTH}"
    rf"|{_YEAR}(?:\s?[/–-]\s?\d{{2,4}})?)"
)
_PERIOD = re.compile(
    rf"\b(?P<said>(?:last|past|previous|present|current|same|preceding|coming|first|next){_G}(?:full{_G})?(?:{_N}{_G})?{_UNIT}s?\b(?:{_G}(?:before|after))?"
    rf"|year{_G}(?:before|after|to{_G}date)\b|{_N}{_G}(?:year|month|week)s?{_G}(?:before|ago|earlier)\b"
    rf"|(?:quarter{_G}|q)(?:[1-4]|one|two|three|four)\b(?:{_G}(?:of{_G})?{_DATE})?|life{_G}of{_G}the{_G}\w+"
    rf"|(?:end|close|start|beginning){_G}of{_G}(?:{_DATE}|(?:the|last|this){_G}(?:[a-z]+{_G})?(?:year|quarter|month)))"
    rf"|\b(?:in|by|during|since|for|at|on|to|of|from|as{_G}at){_G}(?:the{_G}year{_G}to{_G})?(?P<dated>{_DATE})\b(?!\s?[%£])"
    rf"|\b(?:in|during|over|for|this){_G}(?:the{_G})?(?P<year>(?:year|quarter|month)\b)(?!{_G}(?:of|before|after|to{_G}date))"
    rf"|(?<!for )\b(?:in|over|within){_G}(?P<length>{_N}{_G}(?:year|month)s?)\b(?!{_G}(?:of|time)|['’])",
    re.I,
)
_LEAD = re.compile(
    rf"(?:,\s*)?(?:\b(?:in|by|during|since|for|at|over|on|to|within|as{_G}at|of|from){_G})?(?:the{_G})?(?:(?:financial|academic){_G}year{_G})?\Z",
    re.I,
)
_PLACE_BEHIND = re.compile(r"\s*(?:in|for|across)\s+(?:the\s+)?\Z", re.I)
_PLACE_OPENS = re.compile(r"(?:\A|[.;:|\n]|\bthat|\band|,)\s*(?:in|across|for)\s+(?:the\s+)?\Z|(?:\A|\n)\W*\Z", re.I)
_RISE, _FALL = (re.compile(rf"\b{alternation(words(kind))}\b", re.I) for kind in ("rise", "fall"))
_PAID = re.compile(
    r"\s*(?:lower|higher|less|more|fewer|down|up)\s+(?:than|on)\b[^.;]{0,60}?"
    r"\b(?:presently|at present|current(?:ly)?|last|previous|before|paid|now)\b",
    re.I,
)
_UP = re.compile(r"\s*(?:higher|more|up)\b", re.I)
_CHANGE_BEHIND = re.compile(
    r"\s*(?:(?:[\w-]+|cost of living|pay)\s+)?"
    r"(?=(?:increase|rise|uplift|growth|reduction|decrease|fall|cut|drop|decline)s?\b)",
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
    for match in _PERIOD.finditer(text, first, last):
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


def place_of(text: str, start: int, end: int, first: int, last: int, places: list[Place]) -> Place | None:
    """The place that a figure is for: `84% in Kent`, `In Kent 84% of ...`, `Kent | 84%`; not where children live."""
    opening = None
    for place in places:
        if first <= place[0] and place[1] <= start and _PLACE_OPENS.search(text, max(first, place[0] - 40), place[0]):
            opening = place if re.match(r"[\s,:|–-]*(?:$|[\d(|]|[^.;]*)", text[place[1] : start]) else None
        if place[0] >= end and place[1] <= last and _PLACE_BEHIND.fullmatch(text[end : place[0]]):
            return place
    return opening


def named_in(text: str, start: int, end: int, places: list[Place]) -> Place | None:
    """The place in what was measured: `Unit costs in Harrow had fallen by 11%`."""
    inside = (
        p for p in places if start < p[0] and p[1] <= end and _PLACE_BEHIND.search(text, max(start, p[0] - 20), p[0])
    )
    return next(inside, None)


def change_of(text: str, left: int, start: int, end: int, last: int) -> str:
    """`rise` or `fall` where the words in text[left:start], that lead to the figure, or those behind it tell of one."""
    if behind := _CHANGE_BEHIND.match(text, end, min(last, end + 60)):
        return direction(text, behind.end(), min(last, behind.end() + 12))
    if _PAID.match(text, end, min(last, end + 120)):
        return "rise" if _UP.match(text, end) else "fall"
    return direction(text, left, start)


def direction(text: str, start: int, end: int) -> str:
    """The change that the last word for one in text[start:end] tells of; empty where there is none."""
    best, said = -1, ""
    for pattern, name in ((_RISE, "rise"), (_FALL, "fall")):
        for found in pattern.finditer(text, start, end):
            if found.start() > best and not (
                found[0].lower() == "up" and re.match(r"\s+to\s+(?:a\s+)?(?:max|£|\d)", text[found.end() : end + 6])
            ):
                best, said = found.start(), name
    return said


__all__ = ["DASH", "Period", "before_period", "change_of", "direction", "periods", "place_of"]
