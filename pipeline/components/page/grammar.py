"""A text to its pages, meetings, items and sections. Knows nothing of spaCy."""

from collections.abc import Sequence

from pipeline.components.page.bodies import find_council
from pipeline.components.page.councils import stated_by_frame, stated_by_title, stated_first
from pipeline.components.page.draft import Draft, Structure
from pipeline.components.page.furniture import furniture
from pipeline.components.page.headers import read_block, read_header
from pipeline.components.page.items import find_headings
from pipeline.components.page.kinds import (
    heading_lines,
    read_agenda_item,
    read_decision,
    read_issue_decisions,
    read_issue_history,
    read_minutes,
)
from pipeline.components.page.lines import Line, read_lines
from pipeline.components.page.names import dated_title, is_record
from pipeline.components.page.words import normal

KINDS = (
    "agenda_item",  # one item of one meeting
    "issue_history",  # one issue and the meetings that took it
    "issue_decisions",  # one issue and the decisions on it
    "decision_details",  # one decision, as a page or as a form
    "whole_meeting",  # all items of a meeting, as a web page shows them
    "document_minutes",  # minutes as PDF and Word files hold them, or a piece of such minutes
    "other",  # no minutes at all: one section, no meeting, no item
)
_ABOVE = 6  # lines above an opening line that may name the page; those further up are menus
_TOP = 14  # lines that tell what a page without an opening line is
_READERS = {
    "agenda_item": read_agenda_item,
    "issue_history": read_issue_history,
    "issue_decisions": read_issue_decisions,
    "decision_details": read_decision,
}


def find_structure(text: str, title: str = "") -> Structure:
    """The structure of a saved page or file of any kind.

    title (str): The title that the file itself has, such as that of an HTML page; it may state the council.
    """
    lines = read_lines(text)
    draft = Draft(lines)
    for start, end, opener in _pages(lines):
        cue = lines[opener].cue if opener >= 0 else None
        kind = cue.value if cue else _kind_of(lines, start, end)
        if reader := _READERS.get(kind):
            reader(draft, start, end, opener)
        elif kind != "other":
            read_minutes(draft, start, end, opener, kind)
        draft.add_menu(start, opener - _ABOVE)
        if council := stated_by_frame(lines, start, max(start, opener), end):
            draft.add_council(start, council)
    if council := stated_by_title(title) or stated_first(title):
        draft.add_council(0, council)
    return draft.finish()


def _pages(lines: Sequence[Line]) -> list[tuple[int, int, int]]:
    """(start, end, index of the opening line or -1) of each page in a file."""
    starts: list[tuple[int, int]] = []
    for index in range(len(lines)):
        if not _opens_page(lines, index) or (starts and starts[-1][1] == index - 1):
            continue
        start = _with_preamble(lines, index, starts[-1][1] + 1 if starts else 0)
        if not starts and start > 0:
            starts.append((0, -1))
        starts.append((start, index))
    if lines and not starts:
        starts.append((0, -1))
    stops = [*(start for start, _ in starts[1:]), len(lines)]
    return [(start, stops[number], opener) for number, (start, opener) in enumerate(starts)]


def _opens_page(lines: Sequence[Line], index: int) -> bool:
    cue = lines[index].cue
    if not cue or cue.kind != "page" or not cue.alone or cue.colon or cue.numbered or index + 1 >= len(lines):
        return False
    if cue.value == "issue_history" and "meeting" not in lines[index].text.lower():
        return any(read_block(line.text) for line in lines[index + 1 : index + 5])
    return True


def _with_preamble(lines: Sequence[Line], opener: int, floor: int) -> int:
    """Where the page of an opening line starts: menus, the council's name, a title may stand above it."""
    if floor == 0 and all(len(line.text) < 80 and not line.opens("marker", "cue") for line in lines[:opener]):
        return 0
    start = opener
    while start > floor and opener - start < 4 and _is_preamble(lines, start - 1):
        start -= 1
    return start


def _is_preamble(lines: Sequence[Line], index: int) -> bool:
    text = " ".join(lines[index].text.split())
    found = find_council(text)
    return (found is not None and found[2] == text) or (
        lines[index].cue is not None and furniture(lines, index)[0] == "line"
    )


def _kind_of(lines: Sequence[Line], start: int, end: int) -> str:
    """The kind of a page that no line opens."""
    page, top = lines[start:end], lines[start : min(end, start + _TOP)]
    cues = [line.cue for line in page if line.cue]
    if any(line.cue and line.cue.rule == "key_meeting" and read_block(line.text) for line in page):
        return "issue_history"
    listed = any(line.lists_persons() for line in page)
    if not listed and any(dated_title(line.text) for line in top) and sum(map(_is_dated, page)) > 1:
        return "issue_decisions"
    if any(is_record(line) for line in top[:5]) or _is_keyed(top):
        return "decision_details"
    if any(cue.rule == "minutes" and cue.colon and cue.alone and not cue.numbered for cue in cues):
        return "whole_meeting" if len(find_headings(lines, start, end, False)) > 1 else "agenda_item"
    if listed or any(cue.kind == "marker" for cue in cues):
        return "document_minutes"
    if any(heading.number for heading in find_headings(lines, start, end, False)):
        return "document_minutes"
    if any(line.text.startswith("Dear ") for line in top):
        return "other"
    values = read_header(heading_lines(lines, start, start, min(end, start + _TOP)))
    return "document_minutes" if values["body"] and values["date"] else "other"


def _is_dated(line: Line) -> bool:
    return dated_title(line.text) is not None


def _is_keyed(lines: Sequence[Line]) -> bool:
    """Whether keys and values of a decision fill the top of a page."""
    if any(line.cue and line.cue.rule == "attendance" for line in lines):
        return False
    keys, about_meeting = set(), set()
    for line in lines:
        if line.cue and line.cue.kind == "key" and line.cue.colon:
            key = normal(line.text[:40]).split(":")[0]
            keys.add(key)
            if line.cue.value in ("venue", "time", "date", "meeting"):
                about_meeting.add(key)
    return sum("decision" in key for key in keys) > 1 or len(keys - about_meeting) > 3
