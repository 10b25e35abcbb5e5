"""What a page is about: the title of its item, issue or decision."""

import re
from collections.abc import Sequence

from pipeline.components.page.bodies import clean_body, find_council, is_body
from pipeline.components.page.dates import find_date
from pipeline.components.page.furniture import furniture, is_prose
from pipeline.components.page.headers import read_block, read_meeting_line, value_of
from pipeline.components.page.items import find_headings, split_number
from pipeline.components.page.lines import Line
from pipeline.components.page.titles import without_link
from pipeline.components.page.words import normal, word_list
from pipeline.patterns import alternation

_AFTER_DECISION = re.compile(r"decision\s*[-–—:]\s*", re.IGNORECASE)
_RECORD = re.compile(
    rf"{alternation(word_list('record'))}"
    r"(?:$|\s*[-:(/]|\s+(?:ref|no|number|made|taken|by|of|under|form|details|proforma|\w*\d))"
)


def is_record(line: Line) -> bool:
    """Whether a line is the name of the form on which a decision is recorded."""
    return len(line.text) < 100 and bool(_RECORD.match(normal(line.text)))


def names_no_body(line: Line) -> bool:
    """Whether a line names the form and not who decided; "Record of decision taken by Cabinet" names both."""
    if not _RECORD.search(normal(line.text[:100])):
        return False
    return " by " not in line.text.lower() or "decision" in clean_body(line.text).lower()


def title_line(lines: Sequence[Line], start: int, end: int, unopened: bool) -> int:
    """The line that is the page's title, `end` if none is.

    unopened (bool): No line such as "Agenda item" stands above, so that it may be the meeting's name or date instead.
    """
    spare = end
    for index in range(start, end):
        line = lines[index]
        if furniture(lines, index)[0] or read_meeting_line(line) or read_block(line.text):
            continue
        if line.opens("key" if unopened else "page") or (unopened and line.text[0].islower()):
            continue
        if not unopened:
            return index
        if find_date(line.head):
            continue
        if not find_council(line.text) and not is_body(line.text):
            return index
        spare = min(spare, index)
    return spare


def agenda_title(lines: Sequence[Line], start: int, end: int, unopened: bool) -> tuple[int, int, str, str]:
    """First and last line, number and title of the item that a page is about."""
    if unopened:
        for heading in find_headings(lines, start, end, False):
            if heading.number:
                return heading.first, heading.last, heading.number, heading.title
    at = title_line(lines, start, end, unopened)
    return at, at, *(split_number(lines[at].text) if at < end else ("", ""))


def block_title(lines: Sequence[Line], start: int, end: int, number: str) -> tuple[int, str, str]:
    """Where the text of a block of an issue's history starts, and the item's number and title above it.

    number (str): The number in the line that opens the block.
    """
    for index in range(start, min(start + 3, end)):
        line = lines[index]
        text = line.text
        if furniture(lines, index)[0]:
            continue
        if text[0] in "[(" or (line.opens("cue", "marker", "key") and line.cue and not line.cue.numbered):
            break
        if text.rstrip(". ") == number and index + 1 < end:
            return index + 2, number, without_link(lines[index + 1].text)
        found, title = split_number(text)
        if number and text.startswith(number) and found != number:
            found, title = number, without_link(text[len(number) :].lstrip(" .\t\xa0"))
        if not found and (text.endswith(".") or is_prose(line)):
            break
        return index + 1, found, title
    return start, "", ""


def dated_title(text: str) -> tuple[str, str] | None:
    """Date and title in "07/12/2007 - Title of the decision", None for another line."""
    head = text[:24]
    found = find_date(head) if head[:1].isdigit() else None
    if not found or found[0] or "/" not in head[: found[1]]:
        return None
    rest = text[found[1] : 400].lstrip()
    return (found[2], without_link(rest.lstrip("-–— "))) if rest[:1] in ("-", "–", "—") else None


def decision_title(lines: Sequence[Line], start: int, first: int, end: int, opener: int) -> str:
    """The title of a decision: below the opening line, beside a key such as "Subject:", or above the opening line.

    first (int): The first line with a key or a section.
    """
    plain = [
        lines[index].text
        for index in range(max(opener + 1, start), first)
        if not furniture(lines, index)[0] and not _names_only(lines[index])
    ]
    if opener >= 0 and plain:
        number, title = split_number(plain[0])
        return title if number and plain[0][:4].lower() == "item" else without_link(plain[0])
    for index in range(start, min(end, start + 40)):
        cue = lines[index].cue
        if cue and cue.kind == "key" and cue.value == "title":
            return without_link(value_of(lines, index))
    above = [lines[index].text for index in range(start, max(opener, start)) if not furniture(lines, index)[0]]
    if above:
        return without_link(_AFTER_DECISION.sub("", above[-1]))
    below = lines[first : min(end, first + 8)]
    plain += [line.text for line in below if not line.cue and len(line.text) < 150 and not is_prose(line)]
    return without_link(plain[0]) if plain else ""


def _names_only(line: Line) -> bool:
    """Whether a heading line holds a date, a council, a body or the name of the form, but no title."""
    if line.opens("record", "page") or is_record(line) or is_body(line.head):
        return True
    return find_date(line.head) is not None or find_council(line.head) is not None
