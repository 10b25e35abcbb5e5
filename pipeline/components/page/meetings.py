"""Where the minutes of a further meeting begin in one file."""

from collections.abc import Sequence

from pipeline.components.page.bodies import body_beside_date, clean_body, find_council
from pipeline.components.page.dates import find_date
from pipeline.components.page.headers import Values, read_header
from pipeline.components.page.lines import Line
from pipeline.components.page.numbers import read_number
from pipeline.components.page.sections import is_closing, is_prose, is_signature, is_told

_ABOVE, _BELOW = 5, 2  # lines around the date that may name the meeting
_REACH = 12  # lines within which the attendance follows


def meeting_starts(lines: Sequence[Line], start: int, end: int) -> list[int]:
    """The first lines of second and later meetings in lines[start:end].

    A heading is known by a body and a date close together, other than those of the meeting before (a running head repeats
    them), and either an attendance list below or the close of the meeting before above.
    """
    starts: list[int] = []
    latest: Values = {}
    index = start + _ABOVE + 1
    while index < end:
        line = lines[index]
        if _is_heading_like(line) and _is_dated(lines, index, end) and _has_evidence(lines, index, start, end):
            if not latest:
                latest = read_header(lines[start : min(end, start + _REACH)])
            begin = _first_line(lines, index, start)
            values = read_header(lines[begin : min(end, index + _BELOW + 1)])
            if begin > start and values["body"] and values["date"] and not _same(values, latest):
                starts.append(begin)
                latest = values
                index += _ABOVE
        index += 1
    return starts


def _is_heading_like(line: Line) -> bool:
    """Whether a line may stand in the heading of a meeting."""
    text = line.text
    if len(text) > 200 or (line.cue and line.cue.kind in ("marker", "page", "cue") and not line.cue.rule == "minutes"):
        return False
    if text[0].isdigit() and not text.isdigit() and not find_date(text[:40]):
        return False
    if text.endswith((".", ";")) and (is_told(text) or not find_date(text)):
        return False
    return not (is_closing(line) or is_signature(line) or is_prose(line))


def _has_evidence(lines: Sequence[Line], index: int, start: int, end: int) -> bool:
    for below in range(index + 1, min(end, index + _REACH)):
        cue = lines[below].cue
        if cue and cue.kind == "marker":
            break
        if cue and cue.rule == "attendance" and not cue.numbered:
            return True
    above = range(max(start, index - _ABOVE - 3), index)
    return any(is_closing(lines[i]) or is_signature(lines[i]) for i in above) or _stands_out(lines, index, start, end)


def _is_dated(lines: Sequence[Line], index: int, end: int) -> bool:
    """Whether a line holds a date, which a hard wrap may have cut."""
    text = lines[index].text
    if find_date(text):
        return True
    if index + 1 >= end or lines[index + 1].gap or not text[-1].isalnum():
        return False
    return bool(find_date(f"{text[-30:]} {lines[index + 1].text[:30]}")) and not find_date(lines[index + 1].text[:30])


def _stands_out(lines: Sequence[Line], index: int, start: int, end: int) -> bool:
    """Whether council and body stand above the date, or a body of its own line with a numbered item soon below."""
    above = [lines[i].text for i in range(max(start, index - 3), index + 1)]
    council = any((found := find_council(text)) and len(found[2]) > 0.8 * len(text) for text in above)
    body = any((name := clean_body(text)) and len(name) > 0.8 * len(text) for text in above[:-1])
    body = body or len(body_beside_date(above[-1])) > 0.3 * len(above[-1])
    numbered = any(read_number(lines[i].text[:60]) for i in range(index + 1, min(end, index + 4)))
    closed = index - len(above) < start or lines[index - len(above)].text.endswith((".", ")", "....", ";"))
    return body and (council or (numbered and closed and lines[index - 1].gap))


def _first_line(lines: Sequence[Line], index: int, start: int) -> int:
    """The first line of the heading that a date stands in: the council's or the body's name, with what is joined to it."""
    top = index
    while top > start and index - top < _ABOVE and _is_heading_like(lines[top - 1]):
        top -= 1
    begin = next((i for i in range(top, index + 1) if find_council(lines[i].text) or clean_body(lines[i].text)), index)
    while begin > top and not lines[begin].gap:
        begin -= 1
    return begin


def _same(values: Values, latest: Values) -> bool:
    return values["date"] == latest["date"] and values["body"].lower() == latest["body"].lower()
