"""Whether a figure is the size or result of a rise or fall."""

import re

from pipeline.components.figure_measures import Measure
from pipeline.components.figure_numbers import Place, words
from pipeline.components.figure_phrases import VERB
from pipeline.patterns import alternation

_RISE, _FALL = (
    re.compile(rf"\b{alternation(words(kind))}\b(?!\s+(?:short|within|outside|into)\b)", re.I)
    for kind in ("rise", "fall")
)
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
_FROM = re.compile(r"\bfrom\s+(?:\w+\s+){0,2}\Z", re.I)
_TO = re.compile(r"[\s,]*(?:in\s+\S+\s+|last\s+year\s+)?(?:and\s+)?(?:to|up\s+to|down\s+to)\s+(?:\w+\s+){0,2}\Z", re.I)
_JOINED = re.compile(r"\b(?:and|but)\s+(?=(?:was|were|is|are|had|has|have|would|will|now)\b)", re.I)
_TOLD_BEHIND = re.compile(  # "322, a fall of 10%", "97% in the term, up from 88%", "2,610 pupils, having increased by"
    rf"(?:\s+(?:of|in|during|at|over)\s+[^,;.()\n]{{1,40}}(?=,))?[\s,(–-]*(?:an?\s+|having\s+)?(?:(?P<up>up|{alternation(words('rise'))})"
    rf"|(?P<down>down|{alternation(words('fall'))}))\s+(?:from|on|of|by)\b"
    r"|(?:\s+of\s+[^,;.()\n]{1,40}(?=,))?\s*,\s*(?:up\s+|down\s+)?from\s+an?\s+(?:(?P<low>low)|(?P<peak>high|peak))\b",
    re.I,
)
_AS_BEFORE = re.compile(r"\s*(?:,|,?\s*(?:and|or)\b|,\s*including\b)\s*", re.I)
_GAPPED = re.compile(
    rf"\s*,?\s*(?:and\b|but\b|,)[^.;:|()]{{1,80}}\b(?:by|to)\s+(?:a\s+further\s+|{alternation(words('resuming'))}\s+)?\Z",
    re.I,
)


def changes(text: str, last: int, offsets: list[Place], found: list[Measure]) -> list[str]:
    """Rise or fall of each figure; that from which it rose has none."""
    said: list[str] = []
    for index, (start, end) in enumerate(offsets):
        left = max(found[index].subject, start - 80)
        place = found[index].place
        if index and from_to(text, offsets[index - 1], offsets[index]):
            lead = max(found[index - 1].subject, offsets[index - 1][0] - 80)
            said.append(direction(text, lead, offsets[index - 1][0]) or (said[index - 2] if index > 1 else ""))
        elif _FROM.search(text[left:start]):
            said.append("")
        elif index and said[-1] and _as_before(text, left, offsets[index - 1][1], start, found[index]):
            said.append(said[-1])
        else:
            said.append(_own(text, left, start, end, last, found[index]))
        told = _TOLD_BEHIND.match(text, end, last)
        if not told and place and end <= place[0]:
            told = _TOLD_BEHIND.match(text, place[1], last)
        if told:
            said[-1] = "rise" if told["up"] or told["low"] else "fall"
    return said


def from_to(text: str, first: Place, second: Place) -> bool:
    """Whether two figures are A and B of `rose from A to B`."""
    return bool(_TO.fullmatch(text[first[1] : second[0]]) and _FROM.search(text, max(0, first[0] - 40), first[0]))


def _as_before(text: str, left: int, previous: int, start: int, measure: Measure) -> bool:
    """`increases of 5%, 7.5% and 10%`, `rose by 4% and the highest by 12%`: as told before."""
    between = text[previous:start]
    if _AS_BEFORE.fullmatch(between):
        return measure.linked or "including" in between
    return not measure.linked and bool(_GAPPED.fullmatch(text[left:start])) and not VERB.search(text, left, start)


def _own(text: str, left: int, start: int, end: int, last: int, measure: Measure) -> str:
    place = measure.place
    for joined in _JOINED.finditer(text, left, start):
        left = joined.end()
    if place and measure.rule == "head" and text[place[1] : start].split()[:1] == ["by"]:
        return direction(text, left, start)
    if place and measure.rule in ("subject", "head"):
        left = max(left, place[1]) if place[1] <= start else left
        head = direction(text, place[0], min(place[1], place[0] + 24)) if place[0] < start else ""
        return _change_of(text, left, start, end, last) or head
    left = max(left, start - 24)
    if measure.rule == "behind":  # "had fallen, only 54% of nights"
        left = max(left, text.rfind(",", left, start))
    return _change_of(text, left, start, end, last)


def _change_of(text: str, left: int, start: int, end: int, last: int) -> str:
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
