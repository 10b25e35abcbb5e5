"""Where the minutes of a further meeting begin in one file."""

from collections.abc import Sequence

from pipeline.components.page.bodies import body_beside_date, clean_body, find_council
from pipeline.components.page.dates import find_date
from pipeline.components.page.furniture import furniture, is_closing, is_prose, is_signature, is_told
from pipeline.components.page.headers import Values, read_header
from pipeline.components.page.lines import Line
from pipeline.components.page.numbers import read_number

_ABOVE, _BELOW = 5, 2  # lines around the date that may name the meeting
_REACH = 12  # lines within which the attendance follows


def meeting_starts(lines: Sequence[Line], start: int, end: int) -> list[int]:
    """The first lines of second and later meetings in lines[start:end].

    A heading is known by a body and a date close together, other than those of the meeting before (a running head
    repeats them), and by what stands around: attendance below, the close of the other meeting above.
    """
    starts: list[int] = []
    latest: Values = {}
    index = start + _ABOVE + 1
    while index < end:
        if _may_date(lines, index, end) and _has_evidence(lines, index, start, end):
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


def _may_date(lines: Sequence[Line], index: int, end: int) -> bool:
    """Whether a line may stand in a heading and holds a date, which a hard wrap may have cut."""
    line = lines[index]
    text = line.text
    if len(text) > 200:
        return False
    if furniture(lines, index)[0]:
        return False
    if find_date(text):
        return _is_heading_like(line)
    if index + 1 >= end or lines[index + 1].gap or not text[-1].isalnum():
        return False
    below = lines[index + 1].text[:30]
    return find_date(f"{text[-30:]} {below}") is not None and not find_date(below) and _is_heading_like(line)


def _is_heading_like(line: Line) -> bool:
    """Whether a line may stand in the heading of a meeting."""
    text = line.text
    if (
        len(text) > 200
        or line.opens("marker", "page")
        or (line.opens("cue") and line.cue and line.cue.rule != "minutes")
    ):
        return False
    if text[0].isdigit() and not text.isdigit() and not find_date(text[:40]):
        return False
    if text.endswith((".", ";")) and (is_told(text) or not find_date(text)):
        return False
    return not (is_closing(line) or is_signature(line) or is_prose(line))


def _has_evidence(lines: Sequence[Line], index: int, start: int, end: int) -> bool:
    """Whether what stands around a date makes it that of a meeting."""
    for line in lines[index + 1 : min(end, index + _REACH)]:
        if line.opens("marker"):
            break
        if line.lists_persons():
            return True
    if any(is_closing(line) or is_signature(line) for line in lines[max(start, index - _ABOVE - 3) : index]):
        return True
    return _stands_out(lines, index, start, end)


def _stands_out(lines: Sequence[Line], index: int, start: int, end: int) -> bool:
    """Whether council and body stand above the date, or a body of its own line with a numbered item soon below."""
    top = max(start, index - 3)
    above = [line.text for line in lines[top:index]]
    own = lines[index].text
    if not any(_fills(clean_body(text), text, 0.8) for text in above) and not _fills(body_beside_date(own), own, 0.3):
        return False
    councils = ((find_council(text), text) for text in [*above, own])
    if any(found and _fills(found[2], text, 0.8) for found, text in councils):
        return True
    numbered = any(read_number(line.text[:60]) for line in lines[index + 1 : min(end, index + 4)])
    closed = top == start or lines[top - 1].text.endswith((".", ")", "....", ";"))
    return numbered and closed and lines[index - 1].gap


def _fills(name: str, text: str, share: float) -> bool:
    return len(name) > share * len(text)


def _first_line(lines: Sequence[Line], index: int, start: int) -> int:
    """The first line of the heading that a date stands in: the council's or body's name, with what is joined to it."""
    top = index
    while top > start and index - top < _ABOVE and _is_heading_like(lines[top - 1]):
        top -= 1
    begin = next((i for i in range(top, index + 1) if find_council(lines[i].text) or clean_body(lines[i].text)), index)
    while begin > top and not lines[begin].gap:
        begin -= 1
    return begin


def _same(values: Values, latest: Values) -> bool:
    return values["date"] == latest["date"] and values["body"].lower() == latest["body"].lower()
