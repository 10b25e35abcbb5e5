"""One reader per kind of page: each notes the page's meetings, items and sections in a draft."""

from collections.abc import Sequence

from pipeline.components.page.bodies import clean_body
from pipeline.components.page.dates import find_date
from pipeline.components.page.draft import Draft
from pipeline.components.page.furniture import furniture, is_prose
from pipeline.components.page.headers import Values, read_block, read_header, read_meeting_line
from pipeline.components.page.items import find_headings
from pipeline.components.page.lines import Line
from pipeline.components.page.meetings import meeting_starts
from pipeline.components.page.names import (
    agenda_title,
    block_title,
    dated_title,
    decision_title,
    names_no_body,
    title_line,
)
from pipeline.components.page.sections import label_block, label_header, label_of
from pipeline.components.page.titles import without_link
from pipeline.components.page.words import normal

_ABOVE = 6  # lines above an opening line that belong to it
_TOP = 25  # lines among which a meeting's name and date stand


def read_agenda_item(draft: Draft, start: int, end: int, opener: int) -> None:
    """One item of one meeting, which a line such as "Meeting of Cabinet, Thursday, 8 February 2018 (Item 64)" names."""
    lines = draft.lines
    below = opener + 1 if opener >= 0 else start
    section_at = _section_at(lines, below, end)
    first, last, number, title = agenda_title(lines, below, section_at, opener < 0)
    if not title:
        first, last = start, below - 1
    label_block(lines, last + 1, end, draft.labels)
    draft.add_heading(start, last + 1, "agenda_item")
    values, rule = _stated_above(lines, start, opener), "page"
    named = [
        index
        for index in range(start, section_at)
        if index != opener and not first <= index <= last and not furniture(lines, index)[0]
    ]
    for index in named:
        if found := read_meeting_line(lines[index]):
            above = clean_body(lines[index - 1].text) if index - 1 in named else ""
            body = found[0]["body"] or above or values["body"]
            values, rule = {**found[0], "body": body, "council": values["council"]}, "meeting_line"
            number = found[1] or number
            draft.labels[index] = ("heading", rule)
            break
    if opener < 0 and rule == "page":
        values = read_header([lines[index] for index in named if index < first or not is_prose(lines[index])])
    draft.add_page("agenda_item", title, values["council"])
    draft.add_meeting(start, end, values, rule)
    draft.add_item(first, end, number, title, "agenda_item")


def _stated_above(lines: Sequence[Line], start: int, opener: int) -> Values:
    """What the lines directly above the opening line state; further up stand menus."""
    above = range(max(start, opener - _ABOVE), max(start, opener))
    return read_header([lines[index] for index in above if not furniture(lines, index)[0]])


def _section_at(lines: Sequence[Line], start: int, end: int) -> int:
    """The first line that opens a section; the title and the meeting's name stand above it."""
    for index in range(start, end):
        cue = lines[index].cue
        if cue and (cue.kind == "marker" or (cue.kind == "cue" and not cue.numbered)):
            return index
        if index > start and is_prose(lines[index]):
            return index
    return end


def read_issue_history(draft: Draft, start: int, end: int, opener: int) -> None:
    """An issue and the meetings that took it, a block each: "Meeting: 25/03/2021 - Cabinet (Item 7)"."""
    lines = draft.lines
    blocks = [(index, *found) for index in range(start, end) if (found := read_block(lines[index].text))]
    first = blocks[0][0] if blocks else end
    title_at = title_line(lines, opener + 1 if opener >= 0 else start, first, False)
    if title_at >= first:
        title_at = title_line(lines, max(start, opener - _ABOVE), first, False)
    title = without_link(lines[title_at].text) if title_at < first else ""
    if not title and blocks:
        title = block_title(lines, first + 1, end, blocks[0][2])[2]
    above = _stated_above(lines, start, opener if opener >= 0 else first)
    draft.add_page("issue_history", title, above["council"])
    draft.add_heading(start, first, "issue_history")
    if not blocks:
        _read_rest(draft, title_at, end, title)
    for (index, values, number), stop in zip(blocks, _stops([block[0] for block in blocks], end), strict=True):
        text_at, its_number, its_title = block_title(lines, index + 1, stop, number)
        body = values["body"] or above["body"]
        draft.add_meeting(index, stop, {**values, "body": body, "council": above["council"]}, "meeting_block")
        draft.add_heading(index, text_at, "meeting_block")
        label_block(lines, text_at, stop, draft.labels)
        if index + 1 < stop:
            draft.add_item(index + 1, stop, number or its_number, its_title or title, "meeting_block")


def read_issue_decisions(draft: Draft, start: int, end: int, opener: int) -> None:
    """An issue and the decisions on it, a block each: "07/12/2007 - Title of the decision"."""
    lines = draft.lines
    blocks = [(index, *found) for index in range(start, end) if (found := dated_title(lines[index].text))]
    first = blocks[0][0] if blocks else end
    title_at = title_line(lines, opener + 1, first, False)
    title = without_link(lines[title_at].text) if title_at < first else blocks[0][2] if blocks else ""
    above = _stated_above(lines, start, opener)
    draft.add_page("issue_decisions", title, above["council"])
    draft.add_heading(start, first, "issue_decisions")
    if not blocks:
        _read_rest(draft, title_at, end, title)
    for (index, day, its_title), stop in zip(blocks, _stops([block[0] for block in blocks], end), strict=True):
        draft.add_meeting(index, stop, {**above, "date": day}, "decision_block")
        draft.add_item(index, stop, "", its_title or title, "decision_block")
        draft.add_heading(index, index + 1, "decision_block")
        label_block(lines, index + 1, stop, draft.labels)


def _read_rest(draft: Draft, title_at: int, end: int, title: str) -> None:
    """An issue whose page shows no block: its text is one item's."""
    if title_at < end:
        label_block(draft.lines, title_at + 1, end, draft.labels)
        draft.add_item(title_at, end, "", title, "issue")


def read_decision(draft: Draft, start: int, end: int, opener: int) -> None:
    """One decision with its keys: decision maker, date, status."""
    lines = draft.lines
    below = max(opener + 1, start)
    first = next((i for i in range(below, end) if lines[i].opens("key", "cue", "marker") or is_prose(lines[i])), end)
    title = decision_title(lines, start, first, end, opener)
    head = [
        lines[index]
        for index in range(start, first)
        if index != opener and not names_no_body(lines[index]) and not furniture(lines, index)[0]
    ]
    for index in range(start, end):
        cue = lines[index].cue
        if cue and cue.kind == "key" and cue.value and len(head) < 80:
            head += lines[index : index + 2]  # the value may stand on the next line
    values = read_header(head, keyed=True)
    if values["body"] in (title, values["council"]):
        values["body"] = ""
    draft.add_page("decision_details", title, values["council"])
    draft.add_meeting(start, end, values, "decision")
    draft.add_item(start, end, "", title, "decision")
    draft.add_heading(start, first, "decision_details")
    label_block(lines, first, end, draft.labels, keyed=True)


def read_minutes(draft: Draft, start: int, end: int, opener: int, kind: str) -> None:
    """The minutes of one meeting or, one after the other, of several."""
    lines = draft.lines
    cells = kind == "whole_meeting"
    starts = [start, *meeting_starts(lines, max(opener + 1, start), end)]
    for begin, stop in zip(starts, _stops(starts, end), strict=True):
        below = opener + 1 if begin == start and opener >= 0 else begin
        headings = find_headings(lines, below, stop, cells)
        first = headings[0].first if headings else stop
        values = read_header(heading_lines(lines, begin, below, first))
        if not headings and not any(values.values()):
            label_block(lines, begin, stop, draft.labels)  # a piece of minutes
            draft.add_page(kind, "", "")
            continue
        only_title = headings[0].title if len(headings) == 1 else ""
        draft.add_page(kind, values["body"] or only_title, values["council"])
        draft.add_meeting(begin, stop, values, kind)
        draft.add_heading(begin, below, "opener")
        label_header(lines, below, first, draft.labels)
        for heading, after in zip(headings, _stops([h.first for h in headings], stop), strict=True):
            draft.add_item(heading.first, after, heading.number, heading.title, heading.rule)
            draft.add_heading(heading.first, heading.last + 1, heading.rule)
            label = ("", "")
            if heading.text_at:
                label = label_of(lines[heading.first].text[heading.text_at :])
                draft.cuts[heading.first] = (heading.text_at, *label)
            label_block(lines, heading.last + 1, after, draft.labels, before=label)
        if not cells:
            _mark_running_heads(draft, below, first, stop)


def heading_lines(lines: Sequence[Line], begin: int, below: int, first: int) -> list[Line]:
    """The lines of lines[begin:first] that may name a meeting: those above the attendance and the text.

    below (int): The first line below the one that opens the page.
    """
    head: list[Line] = []
    for index in range(begin, min(first, begin + _TOP)):
        line = lines[index]
        if furniture(lines, index)[0] or (line.opens("marker") and line.text.endswith(":")):
            continue
        if head and index > below and line.lists_persons():
            break
        if is_prose(line) and (len(head) > 2 or not find_date(line.head)):
            break
        head.append(line)
    return head


def _mark_running_heads(draft: Draft, start: int, first: int, end: int) -> None:
    """Lines of the heading that a printed page repeats are no content, nor is a number beside one."""
    lines, labels = draft.lines, draft.labels
    head = [lines[index].text for index in range(start, min(first, start + 8)) if labels[index][0] == "heading"]
    names = {_letters(text) for text in head} - {""}
    longest = max(map(len, head), default=0) + 20
    starts = {text[0] for text in head}
    for index in range(first, end):
        text = lines[index].text
        if len(text) < longest and text[0] in starts and labels[index][0] != "heading" and _letters(text) in names:
            labels[index] = ("tail", "running_head")
            for beside in (index - 1, index + 1):
                if first < beside < end and lines[beside].text.isdigit():
                    labels[beside] = ("tail", "page_number")


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, normal(text)))


def _stops(starts: Sequence[int], end: int) -> list[int]:
    """Where each of several stretches ends: at the next one's start, the last at `end`."""
    return [*starts[1:], end][: len(starts)]
