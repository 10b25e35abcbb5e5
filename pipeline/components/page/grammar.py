"""A text to its pages, meetings, items and sections. Knows nothing of spaCy."""

from collections.abc import Sequence

from pipeline.components.page.bodies import find_council
from pipeline.components.page.draft import Draft, Structure
from pipeline.components.page.headers import read_block, read_header
from pipeline.components.page.items import find_headings
from pipeline.components.page.kinds import (
    dated_title,
    heading_lines,
    is_record,
    read_agenda_item,
    read_decision,
    read_issue_decisions,
    read_issue_history,
    read_minutes,
)
from pipeline.components.page.lines import Line, read_lines
from pipeline.components.page.sections import furniture
from pipeline.components.page.words import normal

KINDS = (
    "agenda_item",
    "issue_history",
    "issue_decisions",
    "decision_details",
    "whole_meeting",
    "document_minutes",
    "other",
)
_HEAD = 14  # lines that the top of a page fills at most
_READERS = {
    "agenda_item": read_agenda_item,
    "issue_history": read_issue_history,
    "issue_decisions": read_issue_decisions,
    "decision_details": read_decision,
}


def find_structure(text: str) -> Structure:
    """The structure of a saved page or file of any kind."""
    lines = read_lines(text)
    draft = Draft(lines)
    for start, end, opener in _pages(lines):
        kind = lines[opener].cue.value if opener >= 0 else _kind_of(lines, start, end)  # type: ignore[union-attr]
        if reader := _READERS.get(kind):
            reader(draft, start, end, opener)
        elif kind != "other":
            read_minutes(draft, start, end, opener, kind)
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
    stops = [start for start, _ in starts[1:]] + [len(lines)]
    return [(start, stops[number], opener) for number, (start, opener) in enumerate(starts)]


def _opens_page(lines: Sequence[Line], index: int) -> bool:
    cue = lines[index].cue
    if not cue or cue.kind != "page" or not cue.alone or cue.colon or cue.numbered or index + 1 >= len(lines):
        return False
    if cue.value == "issue_history" and "meeting" not in lines[index].text.lower():
        return any(read_block(line.text) for line in lines[index + 1 : index + 5])
    return True


def _with_preamble(lines: Sequence[Line], opener: int, floor: int) -> int:
    """Where the page of an opening line starts: menus and the council's name may stand above it."""
    if (
        floor == 0
        and opener < 7
        and not any(line.cue and line.cue.kind in ("marker", "cue") for line in lines[:opener])
    ):
        return 0
    start = opener
    while start > floor and opener - start < 4 and _is_preamble(lines, start - 1):
        start -= 1
    return start


def _is_preamble(lines: Sequence[Line], index: int) -> bool:
    text = " ".join(lines[index].text.split())
    if (found := find_council(text)) and found[2] == text:
        return True
    return furniture(lines, index)[0] == "line" and lines[index].cue is not None


def _kind_of(lines: Sequence[Line], start: int, end: int) -> str:
    """The kind of a page that no line opens."""
    cues = [line.cue for line in lines[start:end] if line.cue]
    if any(cue.rule == "key_meeting" for cue in cues) and any(
        line.cue and line.cue.rule == "key_meeting" and read_block(line.text) for line in lines[start:end]
    ):
        return "issue_history"
    if sum(dated_title(line.text) is not None for line in lines[start:end]) > 1:
        return "issue_decisions"
    top = lines[start : min(end, start + _HEAD)]
    if any(is_record(line) for line in top[:5]) or _is_keyed(top):
        return "decision_details"
    if any(cue.rule == "minutes" and cue.colon and cue.alone and not cue.numbered for cue in cues):
        return "whole_meeting" if len(find_headings(lines, start, end, False)) > 1 else "agenda_item"
    if any(cue.kind == "marker" or cue.rule == "attendance" for cue in cues):
        return "document_minutes"
    if any(heading.number for heading in find_headings(lines, start, end, False)):
        return "document_minutes"
    if any(line.text.startswith("Dear ") for line in top):
        return "other"
    values = read_header(heading_lines(lines, start, start, min(end, start + _HEAD)))
    return "document_minutes" if values["body"] and values["date"] else "other"


def _is_keyed(lines: Sequence[Line]) -> bool:
    """Whether keys and values of a decision fill the top of a page."""
    keys = {
        normal(line.text[:40]).split(":")[0] for line in lines if line.cue and line.cue.kind == "key" and line.cue.colon
    }
    about_meeting = {
        normal(line.text[:40]).split(":")[0]
        for line in lines
        if line.cue and line.cue.value in ("venue", "time", "date", "meeting")
    }
    if any(line.cue and line.cue.rule == "attendance" for line in lines):
        return False
    return sum("decision" in key for key in keys) > 1 or len(keys - about_meeting) > 3
