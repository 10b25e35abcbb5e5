"""The council whose page a text is, where its frame states it: browser title, masthead, running heads, footer."""

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.components.page.bodies import find_council, hints_council, is_body
from pipeline.components.page.furniture import is_prose
from pipeline.components.page.lines import Line
from pipeline.components.page.words import FILLERS, NOT_COUNCIL, stripped, word_list
from pipeline.patterns import alternation

_PARTS = re.compile(r"\t|\s[-–—|·:>»]\s|\s\s+")
_OWNED = re.compile(r"(?:©|\(c\)|copyright\b)", re.IGNORECASE)
_AROUND = FILLERS | {"welcome", "logo", "website", "home", "©", "(c)", "copyright", "all", "rights", "reserved", "our"}
_OWNER = re.compile(r"(?<=ouncil)['’]s\b|(?<=OUNCIL)['’]S\b")
_KINDS = word_list("short_kind")
_LONG_KINDS = [kind for kind in _KINDS if len(kind) > 2]  # "Ruth Hill CC" may be a county councillor
_PLACE = r"[A-Z][\w'’-]+(?: (?:[A-Z][\w'’-]+|and|&|of|upon|on)){0,4}"
_SHORT = re.compile(rf"LB(?: [A-Z][a-z]+)+|{_PLACE} {alternation(_LONG_KINDS)}")  # LB Sutton, Rhondda Cynon Taf CBC
# What also states a council where a page or a title begins with it: "Staffs CC"; "RCTCBC", "KCC".
_SHORTER = re.compile(rf"{_PLACE} {alternation(_KINDS)}")
_LETTERS = re.compile(rf"(?:[A-Z]{{1,4}}{alternation(_LONG_KINDS)}|[A-Z]{{1,3}}CC|[LR]B[A-Z]{{1,3}})")
_NOT_SHORT = frozenset(word_list("not_short"))
_TOP, _BELOW, _FOOT = 40, 6, 12  # lines above and below the one that opens a page, and at its end


def stated_by_title(title: str) -> str:
    """The council in a title such as "Agenda for Cabinet on 3 May - Wexmoor Council"; the last part counts first."""
    parts = _PARTS.split(title[:300])
    if hints_council(title):
        for part in reversed(parts):
            if name := _stated(part):
                return name
    return next(filter(None, map(_short, reversed(parts))), "")


def stated_first(title: str) -> str:
    """The council that the first line of a page, or a title, begins with in short: "Staffs CC - Cabinet", "RCTCBC"."""
    part = _PARTS.split(title[:300])[0].strip()
    if _LETTERS.fullmatch(part):
        return "" if part.lower() in _NOT_SHORT else part
    return _short(part, _SHORTER)


def stated_by_frame(lines: Sequence[Line], start: int, content: int, end: int) -> str:
    """The council in the lines above and below the content of lines[start:end].

    content (int): The line that opens the page, or its first line.
    """
    for line in lines[max(start, content - _TOP) : min(content + _BELOW, end)]:
        if line.opens("marker", "cue"):
            break
        apart = len(line.text) > 160 or line.text[0] in "-•·"
        if not apart and (name := stated_by_title(line.text)) and not is_prose(line):
            return name
    if start < end and (name := stated_first(lines[start].text)):
        return name
    for line in reversed(lines[max(start, end - _FOOT) : end]):
        if len(line.text) < 160 and _OWNED.match(line.text) and (found := find_council(line.text)):
            return found[2]
    repeated = Counter(line.text for line in lines[start:end] if len(line.text) < 80 and "ouncil" in line.text.lower())
    return next((name for text, count in repeated.items() if count > 1 and (name := stated_by_title(text))), "")


def _stated(part: str) -> str:
    """The council that a part of a line names and does not merely mention."""
    part = _OWNER.sub("", part)
    found = find_council(part)
    if not found:
        return ""
    start, end, name = found
    before, after = _trimmed(part[:start]), part[end:]
    dated = after.startswith((",", " held")) and any(map(str.isdigit, after))
    if not (_is_around(before) or is_body(before)):
        return ""
    return name if dated or _is_around(after) or is_body(after.strip(" ,-:")) else ""


def _short(part: str, pattern: re.Pattern[str] = _SHORT) -> str:
    """A part of a line that is a council's name with the kind of council in letters."""
    part = part.strip()
    known = len(part) < 60 and pattern.fullmatch(part) and not NOT_COUNCIL.intersection(part.lower().split())
    return part if known else ""


def _trimmed(before: str) -> str:
    """What stands before a council's name, less "Minutes of a meeting of the" and a last "of"."""
    words = before.split()
    while words and stripped(words[-1]) in _AROUND:
        words.pop()
    while words and stripped(words[0]) in _AROUND:
        words.pop(0)
    return " ".join(words).strip(" ,-:")


def _is_around(text: str) -> bool:
    """Whether words beside a council's name tell no more than that it is its page."""
    return all(stripped(word) in _AROUND or not any(map(str.isalpha, word)) for word in text.split())
