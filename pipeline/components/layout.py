"""How far a clause reaches on the page: hard wraps, blank lines, page breaks, sub-items, the ends of sentences."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from pipeline.components.numbering import Number, number_at
from pipeline.components.outcomes import BLANKS, MONTHS, decisive, subjunctive, words
from pipeline.patterns import alternation

WINDOW = 4000  # characters that are looked at from one place, at most
HANGING = 2  # blanks by which a line must hang below the first one to go on with it
_GAP = re.compile(rf"[\s{BLANKS}]*")
_TAIL = re.compile(rf"[(\[*]*\s?{alternation(words('tail'))}(?!\w)|[_=-]{{4}}|\.{{6}}", re.I)
_REASON = re.compile(r"Reasons?\b", re.I)
_MARKER = re.compile(rf"{alternation(words('marker', 'heading'))}\s*(?:$|[:;,.(–—-]|\b(?:that|to|unanimously)\b)", re.I)
_SENTENCE_END = re.compile(
    rf"[.!?|](?:(?<!\|)[\"”’')\]]*[\s{BLANKS}]+(?=[\"“‘(\[]?[A-Z0-9•·\uf0b7])"
    r"|(?<=[a-z]{3}\.)(?=[A-Z][a-z])|(?<=[ \t]\|)(?=\s))"
)
_ABBREVIATION = re.compile(
    rf"(?:\b{alternation(words('abbreviation'))}|(?:\b(?:and|Mr|Mrs|Ms|Dr|Cllr|Councillor)\.?\s|\b[A-Z]\.\s?)[A-Z])$",
    re.I,
)
CUT = re.compile(
    r"[.…\[Vv](?:(?<=\.)\.\.|(?<=…)|(?<=\[)…|(?<=v)iew the full (?:minutes|decision|agenda)|(?<=V)iew the full)"
)
UNFINISHED = re.compile(
    r"(?:[,(–—-]|\b(?:a|all|an|and|any|as|at|be|been|both|but|by|each|for|from|has|have|her|his|in|into|is|its|not|of|"
    r"on|or|other|our|such|than|that|the|their|these|this|those|to|upon|which|will|with|within|who|whose))$"
)
NEXT_CLAUSE = re.compile(r"[\"“]?(?:and\s+)?(?:(that|t\sh\sa\st)|(to))\b", re.I)
_PAGE_NUMBER = re.compile(r"(?:[Pp]age\s)?[-–]?\s?\d{1,4}\s?[-–]?(?:\s(?:of|/)\s\d{1,4})?")
_ANNOUNCES = re.compile(r"\b(?:as\s+follows|the\s+following)\b[^;:]{0,160}:[ \t]*\r?\n")
_DATE = re.compile(rf"{MONTHS}\s+(?:19|20)\d\d\b")
_INLINE_NUMBER = re.compile(rf"(?:[;,.:–-]|\band|\bAND)[\s{BLANKS}]+(?=[(\d]|[a-z]{{1,4}}[.)]\s)")


class Line(NamedTuple):
    """A line without the blanks around it: empty where start equals end. `next` is where the following one starts."""

    start: int
    end: int
    next: int


class Extent(NamedTuple):
    """Where a clause ends, whether it holds sub-items, and the next number of its list."""

    end: int
    nested: bool
    following: Number | None


def strip(text: str, start: int, end: int, chars: str) -> tuple[int, int]:
    """The offsets without any of chars, no letter or digit among them, at either end."""
    part = text[start:end]
    if not part[:1].isalnum():  # spares making a set of chars where there is nothing to strip
        kept = part.lstrip(chars)
        start, part = start + len(part) - len(kept), kept
    return start, start + (len(part) if part[-1:].isalnum() else len(part.rstrip(chars)))


def lines(text: str, position: int) -> Iterator[Line]:
    """The rest of the line at position, then the lines after it, for WINDOW characters."""
    limit = min(len(text), position + WINDOW)
    while position < limit:
        stop = text.find("\n", position, limit)
        stop = limit if stop < 0 else stop
        start, end = strip(text, position, stop, BLANKS)
        yield Line(start, end, stop + 1)
        position = stop + 1


def filled(text: str, position: int) -> Line | None:
    """The first line from position that is not blank."""
    gap = _GAP.match(text, position, position + WINDOW)
    start = gap.end() if gap else position
    if start >= min(len(text), position + WINDOW):
        return None
    stop = text.find("\n", start, start + WINDOW)
    stop = min(len(text), start + WINDOW) if stop < 0 else stop
    return Line(start, strip(text, start, stop, BLANKS)[1], stop + 1)


def one_line(text: str, start: int, end: int) -> str:
    """The words from start to end with single blanks, without a quotation mark before them."""
    return " ".join(text[start:end].split()).lstrip('"“‘')


def marks(content: str) -> bool:
    """Whether a line starts with a marker or a heading of decisions."""
    return bool(_MARKER.match(content))


def other(text: str, line: Line) -> bool:
    """Whether the line opens something that is not a clause: the reasons, the papers, another marker."""
    return bool(_TAIL.match(text, line.start, line.end) or _MARKER.match(text, line.start, line.end))


def extent(text: str, start: int, number: Number | None, nesting: bool = True) -> Extent:
    """The clause that starts at start: its lines and sub-items, until a gap, a heading or the next number of its list.

    nesting (bool): Other numbers may open sub-items.
    """
    end, blank, before = start, False, ""
    subs: list[Number] = []
    for line in lines(text, start):
        if line.start == line.end or (blank and before and _PAGE_NUMBER.fullmatch(text, line.start, line.end)):
            blank = True
            continue
        content = text[line.start : line.end]
        if before:
            found = number_at(text, line.start)
            if found and number and found.follows(number):
                return Extent(end, bool(subs), found)
            if found:
                opens = _opens_sub_items(before, found) or any(found.follows(sub) for sub in subs)
                if not nesting or not (opens or (number and _interrupts(text, line, before, found, number))):
                    break
                subs.append(found)
            elif not (_runs_on(before, content) if blank else _wraps(text, start, end, before, line, number is None)):
                break
        end, blank, before = line.end, False, content
        if CUT.search(content):
            break
    return Extent(end, bool(subs), None)


def _opens_sub_items(before: str, found: Number) -> bool:
    return found.first and (before.endswith((":", ":-", ",")) or before.lower().endswith((" to", " that")))


def _interrupts(text: str, line: Line, before: str, found: Number, number: Number) -> bool:
    """Whether a list begins below an item that is not finished, and the item's own list goes on after it."""
    return found.first and before.endswith((";", "; and")) and bool(later_number(text, line.start, number))


def _runs_on(before: str, content: str) -> bool:
    """Whether a clause goes on after a blank line or a page break."""
    return content[0].islower() and before[-1] not in ".;:!?)" and bool(UNFINISHED.search(before) or len(before) >= 40)


def _wraps(text: str, start: int, end: int, before: str, line: Line, plain: bool) -> bool:
    """Whether a line goes on with the clause from start to end, whose last line is before."""
    finished = before[-1] in ".;:!?"
    if plain and finished and NEXT_CLAUSE.match(text, line.start):
        return False
    closing = other(text, line)
    if finished and not closing and _itemised(text, start, before, line):
        return True
    runs_on = text[line.start].islower() or text[line.start] in "£0123456789"
    if UNFINISHED.search(before) or (runs_on and not (closing and finished)):
        return True
    if finished or closing:
        return False
    if _DATE.match(text, line.start):
        return True
    hangs = _indent(text, line.start) > _indent(text, start) + HANGING
    return hangs or not decisive(one_line(text, start, end)) or _hard_wrapped(text, end, line.start)


def _itemised(text: str, start: int, before: str, line: Line) -> bool:
    """Whether a line is an item without a number in a list that the clause announces: `as follows:`, `Lot A to B;`."""
    if before[-1] == ":":
        return text[line.end - 1] == ";" and bool(_ANNOUNCES.search(text, start, line.start))
    return before.endswith((";", "; and")) and bool(_ANNOUNCES.search(text, start, line.start))


def _indent(text: str, position: int) -> int:
    """The blanks that the line of a position starts with."""
    line = text[text.rfind("\n", 0, position) + 1 : position + 1]
    return len(line) - len(line.lstrip())


def _hard_wrapped(text: str, end: int, following: int) -> bool:
    """Whether the line that stops at end is as long as the lines around it, so that the next word had no room."""
    length = end - text.rfind("\n", max(0, end - 200), end) + len(text[following : following + 40].split()[0])
    lengths = [len(line.rstrip()) for line in text[max(0, end - 1200) : end + 600].split("\n")]
    width = max(lengths)
    return 40 < width <= 120 and length > width - 3 and sum(other > width - 12 for other in lengths) >= 3


def sentence_end(text: str, start: int, end: int) -> int:
    """Where the first sentence ends, its full stop included; end if there is but one."""
    for found in _SENTENCE_END.finditer(text, start, end):
        if found.group()[0] == "|":
            return found.start()
        if not _ABBREVIATION.search(text, max(start, found.start() - 20), found.start()):
            return found.start() + 1
    return end


def inline_number(text: str, start: int, end: int, number: Number) -> Number | None:
    """The next number of the list where it stands within a line: `(a) that A be noted, and (b) that ...`."""
    for found in _INLINE_NUMBER.finditer(text, start, end):
        upcoming = number_at(text, found.end())
        if upcoming and upcoming.text and upcoming.follows(number) and upcoming.text != number.text:
            rest = text[upcoming.end : min(end, upcoming.end + 400)].lstrip()
            if decisive(rest) and not rest.startswith(("and ", "or ", "of ", "above", "below")):
                return upcoming
    return None


def later_number(text: str, position: int, number: Number) -> Number | None:
    """The next number of the list after lines that are no clause, such as names or comments."""
    for line in islice(lines(text, position), 1, 12):
        found = number_at(text, line.start)
        if found and found.follows(number) and found.text != number.text:
            content = filled(text, found.end)
            opens = content and (
                NEXT_CLAUSE.match(text, content.start) or subjunctive(text[content.start : content.end])
            )
            return found if opens else None
        if line.end > line.start and other(text, line) and not _REASON.match(text, line.start):
            return None
    return None
