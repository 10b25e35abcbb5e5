"""Which place a figure is for: `84% of homes in Kent`, `In Kent 84%`, `Kent had 44 homes, of which 12% ...`."""

import re

from pipeline.components.figure_numbers import Place, words
from pipeline.components.figure_phrases import FINITE
from pipeline.patterns import alternation

NEAR = 300  # characters between a place and its figure
_THE = r"(?:the\s+)?"
_IN = rf"{alternation(words('within'))}\s+{_THE}\Z"
_BEHIND = re.compile(rf"(?<!not )\b(?:{_IN}|{alternation(words('falling_to'))}\s+{_THE}\Z)", re.I)
_BEFORE = re.compile(rf"(?<!not )\b{_IN}", re.I)
_PAST = re.compile(
    rf"[,;:|()]|\.\s|\b{alternation(words('stop', 'beyond', 'case'))}\b"
    r"|\band\s+(?=(?:the|an?|that|it|its|this|there|been|was|were|had|have|has)\b)|\bor\s+(?=(?:in|at|within|across)\b)",
    re.I,
)
_OPENS = re.compile(
    rf"(?:[.;:|•·*\n–—-]|[.)]|\b(?:that|and|but|while|whereas))\s*(?:(?P<in>{alternation(words('within'))})\s+)?{_THE}\Z",
    re.I,
)
_TAKES_UP = re.compile(rf"\s*(?:[,\d]|{alternation(words('resuming'))}\b)", re.I)
_DOES = re.compile(
    rf"\s+(?:itself\s+|also\s+|now\s+)?{alternation(words('having', 'holding', 'rise', 'fall'))}\b", re.I
)
_WHERE = re.compile(r"\s*,?\s+where\b[^;|]*\Z", re.I)
_CELL = re.compile(r"(?:\s*[|:\t–—-]|\s{2,}|\s*\Z)[^.;]*\Z|\s+\Z")
_NAMED_FOR = re.compile(
    rf"(?:['’]s)?\s+{alternation(words('summary'))}\b"
    rf"(?:\s+{alternation(words('auxiliary', 'carrying', 'particle'))})*\W*\Z",
    re.I,
)
_OF = re.compile(rf"\bof\s+{_THE}\Z", re.I)
_STRAIGHT = re.compile(rf"(?:\s+{alternation(words('auxiliary', 'carrying', 'particle', 'comparator'))}\b)*\W*\Z", re.I)
_OF_THEM = re.compile(r"\bof\s+(?:whom|which|them|these|those)\b", re.I)
_LISTED = re.compile(
    r"\s*,?\s*(?:or\b|(?:and|&|/)\s+(?:(?:in|at|within|across|for|around)\s+)?(?:the\s+)?(?:[A-Z]|within\b|nearby\b|beyond\b))"
)
_JOINS = re.compile(r"\s*(?:,|,?\s*(?:and|or|&|/))\s*(?:(?:in|at|for|across|within)\s+)?(?:the\s+)?")


def places_of(
    text: str,
    first: int,
    last: int,
    figures: list[Place],
    measured: list[Place | None],
    linked: list[bool],
    places: list[Place],
) -> list[Place | None]:
    """The place of each figure of the sentence text[first:last].

    measured (list[tuple[int, int] | None]): What each figure measures.
    linked (list[bool]): Whether that is what the figure before it measures.
    """
    single = [p for i, p in enumerate(places) if not _listed(text, places, i)]
    found: list[Place | None] = []
    held = None  # the place that was told for this figure and all behind it
    for index, (start, end) in enumerate(figures):
        previous = figures[index - 1][1] if index else first
        edge = figures[index + 1][0] if index + 1 < len(figures) else last
        between = text[previous:start]
        if any(previous <= p[0] < start for p in places) or ";" in between:
            held = None
        told = [p for p in single if previous <= p[0] and p[1] <= start and start - p[1] <= NEAR]
        front = next((p for p in reversed(told) if _rules(text, *p, start, first)), None)
        held = front or held
        own = behind(text, end, edge, single) or front
        if not own:
            own = next((p for p in reversed(told) if _leads(text, *p, start, measured[index])), None)
        if not own and index and (linked[index] or _OF_THEM.search(text, previous, end + 12)) and ";" not in between:
            own = found[-1]
        found.append(own or held)
    return found


def _listed(text: str, places: list[Place], index: int) -> bool:
    """Whether a place is one of several: `in Kent and Surrey`, `in Kent or a neighbouring county`."""
    start, end = places[index]
    near = [(places[index - 1][1], start)] if index else []
    near += [(end, places[index + 1][0])] if index + 1 < len(places) else []
    return bool(_LISTED.match(text, end)) or any(_JOINS.fullmatch(text, *gap) for gap in near)


def behind(text: str, end: int, edge: int, places: list[Place]) -> Place | None:
    """`81% of homes in Kent were good`: the place in the figure's own statement."""
    for place in places:
        if end <= place[0] and place[1] <= edge:
            gap = text[end : place[0]]
            return place if len(gap) <= NEAR and _BEHIND.search(gap) and not _PAST.search(gap) else None
    return None


def _rules(text: str, start: int, end: int, at: int, first: int) -> bool:
    """Whether a place holds for its whole clause: `In Kent ...`, `Kent had ...`, `Kent | ...`, `in Kent, where ...`."""
    if _WHERE.match(text, end, at):
        return True
    lead = text[max(first, start - 40) : start]
    opens = _OPENS.search(f"\n{lead}" if start - first <= 40 else lead)
    if not opens:
        return False
    if opens["in"]:
        return bool(_TAKES_UP.match(text, end, at + 1))
    row = text[text.rfind("\n", first, start) + 1 or first : start]
    return bool(_DOES.match(text, end, at) or (not re.search(r"\w{2}", row) and _CELL.match(text, end, at)))


def _leads(text: str, start: int, end: int, at: int, measure: Place | None) -> bool:
    """Whether a place stands in the words that lead to the figure: `the share in Kent was`, `the Kent average of`."""
    if _NAMED_FOR.match(text, end, at):
        return True
    lead = text[max(0, start - 40) : start]
    if _OF.search(lead):
        return bool(measure and measure[1] == end <= at) or bool(_STRAIGHT.match(text, end, at))
    if _BEFORE.search(lead) and _DOES.match(text, end, at):  # "demand at Elm House had fallen, only 54% of nights"
        return True
    inside = measure and measure[0] <= start and start < at
    return bool(inside and (_BEFORE.search(lead) or text[end : end + 1] in "'’") and FINITE.search(text, end, at))
