"""What the heading of a meeting states: body, date, time, council."""

import re
from collections.abc import Sequence

from pipeline.components.page.bodies import body_beside_date, clean_body, find_council, has_body
from pipeline.components.page.dates import find_date, find_time
from pipeline.components.page.lines import Line
from pipeline.components.page.words import FILLERS, LONGEST, NUMBERING, word_list
from pipeline.patterns import alternation, by_kind

_OTHER_DATE = re.compile(rf"\b{alternation(word_list('not_meeting'))}\b", re.IGNORECASE)
_OF = re.compile(
    r"\b(?i:minutes?|notes?|record|proceedings|meeting|session|extract)\s+(?i:of|from|for)\s+(?:(?i:the|an?)\b|[A-Z])"
)
_BLOCK = re.compile(r"[\W_]{0,16}Meeting:\s*(\d{1,2}/\d{1,2}/\d{2,4})\s*(?:[-–—]\s*)?", re.IGNORECASE)
_ITEM = re.compile(r"\(\s*(?:Agenda )?Items?\.?\s*(?:no\.?\s*)?([^()\s]{1,12})\)", re.IGNORECASE)
_MEETING_OF = re.compile(r"[\W_]{0,16}(?:meeting|minutes|extract from the minutes) of\b", re.IGNORECASE)
_UNFINISHED = re.compile(r"\b(?:and|of|the|for|&|a|in)\s*$|,$", re.IGNORECASE)

_COMMON = frozenset(
    word for row in by_kind("structure", "body") if row.value == "common" for word in row.words
)  # "Committee" alone names none

Values = dict[str, str]


def empty() -> Values:
    """A meeting of which nothing is stated."""
    return {"body": "", "date": "", "time": "", "council": ""}


def value_of(lines: Sequence[Line], index: int) -> str:
    """The value of a key: what follows on its line, or the next line where nothing does."""
    line = lines[index]
    if line.cue and line.cue.alone:
        below = lines[index + 1] if index + 1 < len(lines) else None
        return below.text[:300] if below and not (below.cue and below.cue.alone) else ""
    head = line.text[:300].lstrip(NUMBERING)
    return re.split(r":[-–—]?" if ":" in head[:LONGEST] else r"\t|\s\s+|\s[-–—]\s", head, maxsplit=1)[-1].strip()


def read_block(text: str) -> tuple[Values, str] | None:
    """Values and item number of "Meeting: 25/03/2021 - Corporate Parenting Board (Item 7)", None for another line."""
    match = _BLOCK.match(text)
    if not match or not (found := find_date(match[1])):
        return None
    rest = text[match.end() : 400]
    item = _ITEM.search(rest)
    body = " ".join((rest[: item.start()] if item else rest).split()).strip(" ,;.-–—")
    return {**empty(), "body": body, "date": found[2]}, item[1].strip(".") if item else ""


def read_meeting_line(text: str) -> tuple[Values, str] | None:
    """Values and item number of "Meeting of Cabinet, Thursday, 8th February, 2018 7.00 pm (Item 642)" and its variants."""
    head = text[:300]
    item = _ITEM.search(head)
    found = find_date(head)
    if not found or not (item or _MEETING_OF.match(head)) or text.endswith("."):
        return None
    body = body_beside_date(head[: item.start()] if item else head)
    if not body and not item:
        return None
    return {**empty(), "body": body, "date": found[2], "time": find_time(head[found[0] :])}, item[1].strip(
        "."
    ) if item else ""


def read_header(lines: Sequence[Line], keyed: bool = False) -> Values:
    """What the lines above a meeting's first item state.

    keyed (bool): They come from a decision record, where a key may stand on a line of its own without a colon.
    """
    values = empty()
    _from_keys(lines, values, keyed)
    values["council"] = next(
        (found[2] for line in lines if (found := find_council(" ".join(line.text[:300].split())))), ""
    )
    values["body"] = values["body"] or _body_of(lines)
    if not values["date"]:
        _find_date_line(lines, values)
    if not values["time"]:
        values["time"] = next(
            (
                time
                for line in lines
                if not _OTHER_DATE.search(line.text[:300]) and (time := find_time(line.text[:300]))
            ),
            "",
        )
    if not values["body"]:
        values["body"] = _body_alone(lines) or (_only_name(lines) or values["council"] if values["date"] else "")
    return values


def _from_keys(lines: Sequence[Line], values: Values, keyed: bool) -> None:
    for index, line in enumerate(lines):
        if not (line.cue and line.cue.kind == "key" and line.cue.value) or (
            line.cue.alone and not line.cue.colon and not keyed
        ):
            continue
        kind, text = line.cue.value, value_of(lines, index)
        found = find_date(text)
        if text.lower().startswith(("n/a", "none")):
            continue
        if kind in ("meeting", "date") and found and not values["date"]:
            values["date"], values["time"] = found[2], find_time(text[found[1] :]) or find_time(text[: found[0]])
        if kind == "meeting" and (body := body_beside_date(text)):
            values["body"] = body
        elif kind == "body" and not values["body"]:
            values["body"] = body_beside_date(text) or (text if line.cue.colon and len(text) < 120 else "")
        elif kind == "time" and not values["time"]:
            values["time"] = find_time(text)


def _find_date_line(lines: Sequence[Line], values: Values) -> None:
    """The first date that is the meeting's; a hard wrap may run through it."""
    for index, line in enumerate(lines):
        below = lines[index + 1] if index + 1 < len(lines) and not lines[index + 1].gap else None
        head = line.text[:300]
        found = find_date(head) or (
            find_date(f"{head} {below.text[:60]}") if below and not find_date(below.text[:60]) else None
        )
        if not found or _OTHER_DATE.search(head[: found[0]] if found[0] > 20 else head):
            continue
        values["date"] = found[2]
        beside = f"{head} {below.text[:60] if below else ''}"
        values["time"] = find_time(beside[found[1] :]) or find_time(beside[: found[0]])
        values["body"] = values["body"] or body_beside_date(head)
        return


def _body_of(lines: Sequence[Line]) -> str:
    """The body in "Minutes of a meeting of the ...", over a hard wrap if need be."""
    for index, line in enumerate(lines):
        if not _OF.search(line.text[:300]):
            continue
        text = line.text[:300]
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
        if (
            (
                line.cue
                and (
                    line.cue.kind in ("lead", "tail", "marker")
                    or (line.cue.kind == "key" and (line.cue.colon or not line.cue.alone))
                )
            )
            or len(text) > 200
            or (text.endswith(".") and len(text.split()) > 12)
        ):
            continue
        if not (body := body_beside_date(text)):
            continue
        above = lines[index - 1] if index and not line.gap else None
        below = lines[index + 1] if index + 1 < len(lines) and not lines[index + 1].gap else None
        if (
            above
            and body.lower() in _COMMON
            and not above.cue
            and not has_body(above.text)
            and not find_council(above.text)
            and not find_date(above.text)
            and len(above.text) < 90
        ):
            return f"{above.text} {body}"
        if (
            below
            and len(below.text.split()) < 4
            and clean_body(below.text) == below.text
            and not find_council(below.text)
            and below.text.isupper() == text.isupper()
        ):
            return f"{body} {below.text}"
        return body
    return ""


def _only_name(lines: Sequence[Line]) -> str:
    """The line that stands between council and date, where no line holds a word for a body."""
    if not any(map(find_council, (line.text[:300] for line in lines))):
        return ""
    for line in lines:
        text = line.text
        if (
            line.cue
            or find_council(text[:300])
            or find_date(text[:300])
            or len(text) > 90
            or not text[0].isupper()
            or text.endswith(".")
        ):
            continue
        if any(word.lower().strip(",.") not in FILLERS for word in text.split()):
            return text
    return ""
