"""Where the minutes of a further meeting begin in one file."""

from collections.abc import Sequence

from pipeline.components.page.bodies import clean_body, has_body
from pipeline.components.page.dates import find_date
from pipeline.components.page.lines import Line
from pipeline.components.page.sections import furniture, is_closing, is_prose, is_signature

_REACH = 12  # lines that the heading of a meeting fills at most


def meeting_starts(lines: Sequence[Line], start: int, end: int) -> list[int]:
    """The first lines of second and later meetings in lines[start:end].

    A heading is known by a body and a date close together, and either an attendance list below it or the closing formula
    of another meeting above it.
    """
    starts: list[int] = []
    for index in range(start + 3, end):
        line = lines[index]
        begin = -1
        if line.cue and line.cue.kind == "lead" and line.cue.rule == "attendance" and not line.cue.numbered:
            begin = _heading_above(lines, index, max(start, starts[-1] if starts else start))
        elif is_closing(line):
            begin = _heading_below(lines, index, end)
        if begin > start and (not starts or begin > starts[-1] + 3):
            starts.append(begin)
    return starts


def _heading_above(lines: Sequence[Line], index: int, floor: int) -> int:
    """Where the heading above an attendance list starts, -1 where there is none or it is the floor's own."""
    begin = index
    while begin > floor and index - begin < _REACH and _is_heading_like(lines, begin - 1):
        begin -= 1
    if begin == index or begin <= floor + 1 or index - begin == _REACH:
        return -1
    while begin < index and furniture(lines, begin)[0]:
        begin += 1
    return begin if _names_meeting(lines[begin:index]) else -1


def _heading_below(lines: Sequence[Line], index: int, end: int) -> int:
    """Where a heading starts below a closing formula, -1 where there is none."""
    begin = index + 1
    while begin < end and (furniture(lines, begin)[0] or is_signature(lines[begin]) or is_closing(lines[begin])):
        begin += 1
    last = begin
    while last < min(end, begin + 6) and _is_heading_like(lines, last):
        last += 1
    return begin if _names_meeting(lines[begin:last]) else -1


def _is_heading_like(lines: Sequence[Line], index: int) -> bool:
    line = lines[index]
    if is_closing(line) or is_signature(line) or is_prose(line) or (line.cue and line.cue.kind in ("marker", "page")):
        return False
    return (
        len(line.text) < 160
        and not line.text.endswith((".", ";"))
        and not (line.text[0].isdigit() and not find_date(line.text) and not line.text.isdigit())
    )


def _names_meeting(lines: Sequence[Line]) -> bool:
    heads = [line.text[:300] for line in lines if not (line.text.endswith(".") and len(line.text.split()) > 12)]
    dated = any(map(find_date, heads))
    return dated and any(has_body(head) and (clean_body(head) or find_date(head)) for head in heads)
