"""One reader per kind of page: each notes the page's meetings, items and sections in a draft."""

import re
from collections.abc import Sequence

from pipeline.components.page.bodies import clean_body, find_council
from pipeline.components.page.dates import find_date
from pipeline.components.page.draft import Draft
from pipeline.components.page.headers import read_block, read_header, read_meeting_line, value_of
from pipeline.components.page.items import find_headings, split_number
from pipeline.components.page.lines import Line
from pipeline.components.page.meetings import meeting_starts
from pipeline.components.page.sections import furniture, is_prose, label_block, label_header, label_of
from pipeline.components.page.titles import without_link
from pipeline.components.page.words import normal, word_list
from pipeline.patterns import alternation

_AFTER_DECISION = re.compile(r"decision\s*[-–—:]\s*", re.IGNORECASE)
_RECORD = re.compile(
    rf"{alternation(word_list('record'))}(?:$|\s*[-:(/]|\s+(?:ref|no|number|made|taken|by|of|under|form|details|proforma|\w*\d))"
)


def read_agenda_item(draft: Draft, start: int, end: int, opener: int) -> None:
    """One item of one meeting, which a line such as "Meeting of Cabinet, Thursday, 8 February 2018 (Item 64)" may name."""
    lines = draft.lines
    below = opener + 1 if opener >= 0 else start
    first_cue = _first_cue(lines, below, end)
    heads, number, title = _agenda_title(lines, below, first_cue, opener < 0)
    item_at, text_at = (heads[0], heads[1] + 1) if title else (start, below)
    label_block(lines, text_at, end, draft.labels)
    draft.add_heading(start, text_at, "agenda_item")
    values, rule = read_header(lines[start : max(opener, start)]), "page"
    named = [index for index in range(start, first_cue) if index not in (*heads, opener)]
    for index in named:
        if found := read_meeting_line(lines[index].text):
            body = found[0]["body"] or (clean_body(lines[index - 1].text) if index - 1 in named else "")
            values, rule = {**found[0], "body": body or values["body"], "council": values["council"]}, "meeting_line"
            number = found[1] or number
            draft.labels[index] = ("heading", "meeting_line")
            break
    if opener < 0 and rule == "page":
        values = read_header([lines[index] for index in named if index < item_at or not is_prose(lines[index])])
    draft.add_page("agenda_item", title, values["council"])
    draft.add_meeting(start, end, values, rule)
    draft.add_item(item_at, end, number, title, "agenda_item")


def _agenda_title(lines: Sequence[Line], start: int, end: int, unopened: bool) -> tuple[tuple[int, int], str, str]:
    """First and last line, number and title of the item that the page is about."""
    numbered = [heading for heading in find_headings(lines, start, end, False) if heading.number] if unopened else []
    if numbered:
        return (numbered[0].index, numbered[0].last), numbered[0].number, numbered[0].title
    title_at = _title_at(lines, start, end, unopened)
    return (title_at, title_at), *(split_number(lines[title_at].text) if title_at < end else ("", ""))


def read_issue_history(draft: Draft, start: int, end: int, opener: int) -> None:
    """An issue and the meetings that took it, a block each: "Meeting: 25/03/2021 - Cabinet (Item 7)"."""
    lines = draft.lines
    blocks = [(index, *found) for index in range(start, end) if (found := read_block(lines[index].text))]
    first = blocks[0][0] if blocks else end
    title_at = _title_at(lines, opener + 1 if opener >= 0 else start, first, False)
    if title_at >= first:
        title_at = _title_at(lines, start, first, False)
    title = without_link(lines[title_at].text) if title_at < first else ""
    above = read_header(lines[start : min(first, start + 6)])
    if not title and blocks:
        title = _block_title(lines, first + 1, end, blocks[0][2])[2]
    draft.add_page("issue_history", title, above["council"])
    draft.add_heading(start, first, "issue_history")
    if not blocks and title_at < end:
        label_block(lines, title_at + 1, end, draft.labels)
        draft.add_item(title_at, end, "", title, "issue_history")
    stops = _stops([block[0] for block in blocks], end)
    for (index, values, number), stop in zip(blocks, stops, strict=True):
        values = {**values, "body": values["body"] or above["body"], "council": above["council"]}
        item_at, found_number, found_title = _block_title(lines, index + 1, stop, number)
        draft.add_meeting(index, stop, values, "meeting_block")
        draft.add_heading(index, item_at, "meeting_block")
        if index + 1 < stop:
            draft.add_item(min(index + 1, item_at), stop, number or found_number, found_title or title, "meeting_block")
        label_block(lines, item_at, stop, draft.labels)


def read_issue_decisions(draft: Draft, start: int, end: int, opener: int) -> None:
    """An issue and the decisions on it, a block each: "07/12/2007 - Title of the decision"."""
    lines = draft.lines
    blocks = [(index, *found) for index in range(start, end) if (found := dated_title(lines[index].text))]
    first = blocks[0][0] if blocks else end
    title_at = _title_at(lines, opener + 1, first, False)
    title = without_link(lines[title_at].text) if title_at < first else blocks[0][2] if blocks else ""
    above = read_header(lines[start : max(opener, start)])
    draft.add_page("issue_decisions", title, above["council"])
    draft.add_heading(start, first, "issue_decisions")
    if not blocks and title_at < end:
        label_block(lines, title_at + 1, end, draft.labels)
        draft.add_item(title_at, end, "", title, "issue_decisions")
    stops = _stops([block[0] for block in blocks], end)
    for (index, day, heading), stop in zip(blocks, stops, strict=True):
        draft.add_meeting(index, stop, {**above, "date": day}, "decision_block")
        draft.add_item(index, stop, "", heading or title, "decision_block")
        draft.add_heading(index, index + 1, "decision_block")
        label_block(lines, index + 1, stop, draft.labels)


def read_decision(draft: Draft, start: int, end: int, opener: int) -> None:
    """One decision with its keys: decision maker, date, status."""
    lines = draft.lines
    first = next(
        (
            i
            for i in range(max(opener + 1, start), end)
            if lines[i].cue and lines[i].cue.kind in ("key", "cue", "marker")
        ),
        end,
    )  # type: ignore[union-attr]
    first = min(first, next((i for i in range(max(opener + 1, start), first) if is_prose(lines[i])), first))
    title = _decision_title(lines, start, first, end, opener)
    head = [line for index, line in enumerate(lines[start:first], start) if index != opener and not _is_form(line)]
    keys = [i for i in range(start, end) if (cue := lines[i].cue) and cue.kind == "key" and cue.value]
    values = read_header([*head, *(line for i in keys for line in lines[i : i + 2])][:80], keyed=True)
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
        first = headings[0].index if headings else stop
        values = read_header(heading_lines(lines, begin, below, first))
        draft.add_page(kind, values["body"] or (headings[0].title if headings else ""), values["council"])
        draft.add_meeting(begin, stop, values, kind)
        draft.add_heading(begin, below, "opener")
        label_header(lines, below, first, draft.labels)
        for heading, after in zip(headings, _stops([h.index for h in headings], stop), strict=True):
            draft.add_item(heading.index, after, heading.number, heading.title, heading.rule)
            draft.add_heading(heading.index, heading.last + 1, heading.rule)
            state = ("", "")
            if heading.text_at:
                state = label_of(lines[heading.index].text[heading.text_at :])
                draft.cuts[heading.index] = (heading.text_at, *state)
            label_block(lines, heading.last + 1, after, draft.labels, before=state)
        if not cells:
            _mark_running_heads(draft, below, first, stop)


def _stops(starts: Sequence[int], end: int) -> list[int]:
    """Where each of several stretches ends: at the next one's start, the last at `end`."""
    return [*starts[1:], end][: len(starts)]


def is_record(line: Line) -> bool:
    """Whether a line is the name of the form on which a decision is recorded."""
    return len(line.text) < 100 and bool(_RECORD.match(normal(line.text)))


def _is_form(line: Line) -> bool:
    """Whether a line names the form and not who decided: "Record of decision taken by Cabinet" names both."""
    return bool(_RECORD.search(normal(line.text[:100]))) and (
        " by " not in line.text.lower() or "decision" in clean_body(line.text).lower()
    )


def _first_cue(lines: Sequence[Line], start: int, end: int) -> int:
    """The first line that opens a section; the title and the meeting's name stand above it."""
    for index in range(start, end):
        cue = lines[index].cue
        if cue and (cue.kind == "marker" or (cue.kind == "cue" and not cue.numbered)):
            return index
        if index > start and is_prose(lines[index]):
            return index
    return end


def _title_at(lines: Sequence[Line], start: int, end: int, unopened: bool) -> int:
    """The line that is the page's title, `end` if none is."""
    spare = end
    for index in range(start, end):
        line = lines[index]
        if (
            furniture(lines, index)[0]
            or (line.cue and line.cue.kind == ("key" if unopened else "page"))
            or (unopened and line.text[0].islower())
            or read_meeting_line(line.text)
            or read_block(line.text)
        ):
            continue
        if unopened and (find_date(line.text[:300]) or find_council(line.text) or clean_body(line.text) == line.text):
            spare = min(spare, index) if not find_date(line.text[:300]) else spare
            continue
        return index
    return spare


def _block_title(lines: Sequence[Line], start: int, end: int, number: str) -> tuple[int, str, str]:
    """Where the text of a block of an issue's history starts, and the item's number and title above it."""
    for index in range(start, min(start + 3, end)):
        line = lines[index]
        if furniture(lines, index)[0]:
            continue
        if line.text[0] in "[(" or (line.cue and line.cue.kind in ("cue", "marker", "key") and not line.cue.numbered):
            break
        if line.text.rstrip(". ") == number and index + 1 < end:
            return index + 2, number, without_link(lines[index + 1].text)
        found, title = split_number(line.text)
        if not found and line.text.endswith("."):
            break
        if number and line.text.startswith(number) and found != number:
            found, title = number, without_link(line.text[len(number) :].lstrip(" .\t\xa0"))
        return (index + 1, found, title) if found or not is_prose(line) else (index, "", "")
    return start, "", ""


def dated_title(text: str) -> tuple[str, str] | None:
    """Date and title in "07/12/2007 - Title of the decision"."""
    head = text[:24]
    found = find_date(head)
    if not found or found[0] or "/" not in head[: found[1]]:
        return None
    rest = text[found[1] : 400].lstrip()
    return (found[2], without_link(rest.lstrip("-–— "))) if rest[:1] in ("-", "–", "—") else None


def _decision_title(lines: Sequence[Line], start: int, first: int, end: int, opener: int) -> str:
    """The title below the opening line, of a key such as "Subject:", or above the opening line."""
    above = [i for i in range(start, max(opener, start)) if not furniture(lines, i)[0]]
    plain = [
        i for i in range(max(opener + 1, start), first) if not furniture(lines, i)[0] and not _names_only(lines[i])
    ]
    keyed = [
        i
        for i in range(start, min(end, start + 40))
        if (cue := lines[i].cue) and cue.kind == "key" and cue.value == "title"
    ]
    if opener >= 0 and plain:
        number, title = split_number(lines[plain[0]].text)
        return title if number and lines[plain[0]].text[:4].lower() == "item" else without_link(lines[plain[0]].text)
    if keyed:
        return without_link(value_of(lines, keyed[0]))
    if opener >= 0 and above:
        return without_link(_AFTER_DECISION.sub("", lines[above[-1]].text))
    plain += [
        i
        for i in range(first, min(end, first + 8))
        if not lines[i].cue and len(lines[i].text) < 150 and not is_prose(lines[i])
    ]
    return without_link(lines[plain[0]].text) if plain else ""


def _names_only(line: Line) -> bool:
    """Whether a heading line holds a date, a council, a body or the name of the form, but no title."""
    head = line.text[:300]
    return bool(
        (line.cue and line.cue.kind in ("record", "page"))
        or is_record(line)
        or find_date(head)
        or find_council(head)
        or clean_body(head) == head
    )


def heading_lines(lines: Sequence[Line], begin: int, below: int, first: int) -> list[Line]:
    """The lines that may name the meeting: those above the attendance, or all above the first item where that is all there is."""
    head: list[Line] = []
    for index in range(begin, min(first, begin + 25)):
        line = lines[index]
        if furniture(lines, index)[0] or (line.cue and line.cue.kind == "marker" and line.text.endswith(":")):
            continue
        if head and index > below and line.cue and line.cue.kind == "lead" and line.cue.rule == "attendance":
            break
        if is_prose(line) and (len(head) > 2 or not find_date(line.text[:300])):
            break
        head.append(line)
    return head


def _mark_running_heads(draft: Draft, start: int, first: int, end: int) -> None:
    """Lines of the heading that a printed page repeats are no content."""
    lines, labels = draft.lines, draft.labels
    head = [lines[index].text for index in range(start, min(first, start + 8)) if labels[index][0] == "heading"]
    names = {_plain(text) for text in head} - {""}
    longest = max(map(len, head), default=0) + 20
    starts = {text[0] for text in head}
    for index in range(first, end):
        text = lines[index].text
        if len(text) < longest and text[0] in starts and labels[index][0] != "heading" and _plain(text) in names:
            labels[index] = ("tail", "running_head")
            for beside in (index - 1, index + 1):
                if first < beside < end and lines[beside].text.isdigit():
                    labels[beside] = ("tail", "page_number")


def _plain(text: str) -> str:
    return "".join(char for char in normal(text) if char.isalpha())
