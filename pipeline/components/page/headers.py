"""What the heading of a meeting states: body, date, time, council."""

import re
from collections.abc import Sequence

from pipeline.components.page.bodies import body_beside_date, clean_body, find_council, has_body, is_body
from pipeline.components.page.dates import find_date, find_time
from pipeline.components.page.lines import Line, after_key
from pipeline.components.page.words import FILLERS, word_list
from pipeline.patterns import alternation, by_kind

_OTHER_DATE = re.compile(rf"\b{alternation(word_list('not_meeting'))}\b", re.IGNORECASE)
_OF = re.compile(
    r"\b(?i:minutes?|notes?|record|proceedings|meeting|session|extract)\s+(?i:of|from|for)\s+(?:(?i:the|an?)\b|[A-Z])"
)
_BLOCK = re.compile(r"[\W_]{0,16}Meeting:\s*(\d{1,2}/\d{1,2}/\d{2,4})\s*(?:[-–—]\s*)?", re.IGNORECASE)
_ITEM = re.compile(r"\(\s*(?:Agenda )?Items?\.?\s*(?:no\.?\s*)?([^()\s]{1,12})\)", re.IGNORECASE)
_MEETING_OF = re.compile(r"[\W_]{0,16}(?:meeting|minutes|extract from the minutes) of\b", re.IGNORECASE)
_UNFINISHED = re.compile(r"\b(?:and|of|the|for|&|a|in)\s*$|,$", re.IGNORECASE)
_COMMON = frozenset(  # "Committee" alone names none
    word for row in by_kind("structure", "body") if row.value == "common" for word in row.words
)

Values = dict[str, str]


def empty() -> Values:
    """A meeting of which nothing is stated."""
    return {"body": "", "date": "", "time": "", "council": ""}


def value_of(lines: Sequence[Line], index: int) -> str:
    """The value of a key: what follows on its line, or the next line where nothing does."""
    line = lines[index]
    if line.cue and line.cue.alone:
        below = lines[index + 1] if index + 1 < len(lines) else None
        return below.head if below and not (below.cue and below.cue.alone) else ""
    return after_key(line.head)


def read_block(text: str) -> tuple[Values, str] | None:
    """Values and item number of "Meeting: 25/03/2021 - Corporate Parenting Board (Item 7)", None for another line."""
    match = _BLOCK.match(text)
    found = find_date(match[1]) if match else None
    if not match or not found:
        return None
    rest = text[match.end() : 400]
    item = _ITEM.search(rest)
    body = " ".join((rest[: item.start()] if item else rest).split()).strip(" ,;.-–—")
    return {**empty(), "body": body, "date": found[2]}, item[1].strip(".") if item else ""


def read_meeting_line(line: Line) -> tuple[Values, str] | None:
    """Values and item number of "Meeting of Cabinet, Thursday, 8th February, 2018 7.00 pm (Item 642)" and the like."""
    head = line.head
    item, found = _ITEM.search(head), find_date(head)
    if not found or not (item or _MEETING_OF.match(head)) or line.text.endswith("."):
        return None
    body = body_beside_date(head[: item.start()] if item else head)
    if not body and not item:
        return None
    values = {**empty(), "body": body, "date": found[2], "time": find_time(head[found[0] :])}
    return values, item[1].strip(".") if item else ""


def read_header(lines: Sequence[Line], keyed: bool = False) -> Values:
    """What the lines above a meeting's first item state.

    keyed (bool): They come from a decision record, where a key may stand on a line of its own without a colon.
    """
    values = empty()
    _from_keys(lines, values, keyed)
    values["council"] = next((found[2] for line in lines if (found := find_council(" ".join(line.head.split())))), "")
    values["body"] = values["body"] or _body_of(lines)
    if not values["date"]:
        _from_date_line(lines, values)
    if not values["time"]:
        times = (find_time(line.head) for line in lines if not _OTHER_DATE.search(line.head))
        values["time"] = next(filter(None, times), "")
    if not values["body"]:
        values["body"] = _body_alone(lines)
    if not values["body"] and values["date"] and values["council"]:
        values["body"] = _other_name(lines) or values["council"]  # a meeting of the council itself
    return values


def _from_keys(lines: Sequence[Line], values: Values, keyed: bool) -> None:
    for index, line in enumerate(lines):
        cue = line.cue
        if not cue or cue.kind != "key" or not cue.value or not (keyed or line.holds_value()):
            continue
        text = value_of(lines, index)
        if text.lower().startswith(("n/a", "none")):
            continue
        found = find_date(text)
        if cue.value in ("meeting", "date") and found and not values["date"]:
            values["date"], values["time"] = found[2], find_time(text[found[1] :]) or find_time(text[: found[0]])
        if cue.value == "meeting":
            values["body"] = body_beside_date(text) or values["body"]
        elif cue.value == "body" and not values["body"]:
            values["body"] = body_beside_date(text) or (text if cue.colon and len(text) < 120 else "")
        elif cue.value == "time" and not values["time"]:
            values["time"] = find_time(text)


def _from_date_line(lines: Sequence[Line], values: Values) -> None:
    """The first date that is the meeting's, with what stands beside it; a hard wrap may run through it."""
    for index, line in enumerate(lines):
        head = line.head
        below = lines[index + 1].text[:60] if index + 1 < len(lines) and not lines[index + 1].gap else ""
        found = find_date(head)
        if not found and below and not find_date(below):
            found = find_date(f"{head} {below}")
        if not found or _OTHER_DATE.search(head[: found[0]] if found[0] > 20 else head):
            continue
        beside = f"{head} {below}"
        values["date"] = found[2]
        values["time"] = find_time(beside[found[1] :]) or find_time(beside[: found[0]])
        values["body"] = values["body"] or body_beside_date(head)
        return


def _body_of(lines: Sequence[Line]) -> str:
    """The body in "Minutes of a meeting of the ...", over a hard wrap if need be."""
    for index, line in enumerate(lines):
        if not _OF.search(line.head):
            continue
        text = line.head
        for below in lines[index + 1 : index + 3]:
            if below.gap or (clean_body(text) and not _UNFINISHED.search(text)):
                break
            text = f"{text} {below.text[:200]}"
        if body := body_beside_date(text):
            return body
    return ""


def _body_alone(lines: Sequence[Line]) -> str:
    """The first short line that names a body, with the line that a wrap set apart."""
    for index, line in enumerate(lines):
        text = line.text
        if line.opens("lead", "tail", "marker") or line.holds_value() or len(text) > 200:
            continue
        if text.endswith("?") or (text.endswith(".") and len(text.split()) > 12):
            continue
        if body := body_beside_date(text):
            return _with_neighbour(lines, index, body)
    return ""


def _with_neighbour(lines: Sequence[Line], index: int, body: str) -> str:
    """A body's name with the part of it on the line above or below: "CHILDREN'S SERVICES", "COMMITTEE"."""
    line = lines[index]
    above = lines[index - 1] if index and not line.gap else None
    if above and body.lower() in _COMMON and _may_be_part(above):
        return f"{above.text} {body}"
    below = lines[index + 1] if index + 1 < len(lines) and not lines[index + 1].gap else None
    if below and len(below.text.split()) < 4 and is_body(below.text) and below.text.isupper() == line.text.isupper():
        return f"{body} {below.text}"
    return body


def _may_be_part(line: Line) -> bool:
    """Whether a line can be the first part of a body's name."""
    named = has_body(line.text) or find_council(line.text) or find_date(line.text)
    return not named and not line.cue and len(line.text) < 90


def _other_name(lines: Sequence[Line]) -> str:
    """The line between council and date, where no line holds a word for a body."""
    for line in lines:
        text = line.text
        if line.cue or find_council(line.head) or find_date(line.head) or len(text) > 90:
            continue
        named = any(word.lower().strip(",.") not in FILLERS for word in text.split())
        if named and text[0].isupper() and not text.endswith("."):
            return text
    return ""
