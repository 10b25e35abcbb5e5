"""Lines that may head an agenda item, each with how sure that is."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.components.page.bodies import clean_body, find_council
from pipeline.components.page.dates import find_date
from pipeline.components.page.furniture import is_prose
from pipeline.components.page.lines import Line
from pipeline.components.page.numbers import Number, is_numbered, read_number
from pipeline.components.page.titles import (
    CERTAIN,
    LIKELY,
    NONE,
    POSSIBLE,
    Title,
    has_link,
    is_capitals,
    read_title,
    without_link,
)
from pipeline.components.page.words import Cue

_WRAP = 60  # characters after which a hard wrap may come
_REACH = 9  # lines below a heading within which a section of its item opens


class Heading(NamedTuple):
    """A line that heads an item, or may.

    first (int), last (int): Indices of the title's first and last line.
    number (str): As written; order (int): its running part; scheme (str): what the numbers of one run share.
    title (str), strength (int), rule (str).
    text_at (int): Where the item's text starts, if it does so on the title's own line; 0 if not.
    """

    first: int
    last: int
    number: str
    order: int
    scheme: str
    title: str
    strength: int
    rule: str
    text_at: int = 0


def read_candidates(lines: Sequence[Line], start: int, end: int, cells: bool) -> Iterator[Heading]:
    """The numbered lines among lines[start:end] that read like headings.

    cells (bool): The page comes from a table, so that a number may stand on a line of its own.
    """
    section_at = -1
    for index in range(start, end):
        text = lines[index].text
        if not any(map(str.isdigit, text[:20])) or (text[0].islower() and text[0] not in "aimt"):
            continue
        if section_at <= index:
            near = range(index + 1, min(index + _REACH, end))
            section_at = next((i for i in near if _opens_section(lines[i])), -1)
        distance = section_at - index if section_at > index else _REACH
        if found := _read(lines, index, start, end, cells, distance):
            yield found


def _opens_section(line: Line) -> bool:
    cue = line.cue
    if not cue or cue.kind != "cue" or cue.numbered:
        return False
    return cue.value in ("minutes", "decision", "supporting_documents")


def _read(lines: Sequence[Line], index: int, start: int, end: int, cells: bool, distance: int) -> Heading | None:
    """The heading on a line; `distance` lines below it a section opens."""
    line = lines[index]
    number = read_number(line.head) if not line.cue or _may_head(line.cue) else None
    if not number:
        return None
    rest, last = line.head[number.end :], index
    if not rest:
        below = lines[index + 1 : min(index + 5, end)]
        if not below or not _stands_alone(number, cells, below) or (index < start + 3 and _names_paper(below)):
            return None
        last, rest = index + 1, below[0].head
    title = read_title(rest, line.gap, lines[last + 1] if last + 1 < end else None)
    if line.opens("marker") and not title.behind:
        return None
    strength = _strength(number, title, last > index, line.gap and (distance < _REACH or index == start))
    directly = distance - (last - index) < 3 and not rest.endswith(".")
    if strength and (has_link(rest) or directly or (distance < _REACH and strength >= LIKELY)):
        strength = CERTAIN
    if not strength:
        return None
    text_at = number.end + title.behind if title.behind and last == index else 0
    name = title.text
    if last == index and strength >= LIKELY and not text_at and not has_link(rest):
        last, name = _continued(lines, index, end, name)
    rule = "heading_" + (number.form if number.form in ("item", "plain") else "code")
    return Heading(index, last, number.written, number.order, number.scheme, name, strength, rule, text_at)


def _strength(number: Number, title: Title, below: bool, apart: bool) -> int:
    """How sure a heading is: its words weighed with the form of its number."""
    strength = title.strength
    if number.form == "item":
        return CERTAIN if strength else NONE
    if number.form == "decimal":
        return LIKELY if strength == CERTAIN else NONE
    if number.form == "code" and not (below or len(number.gap) > 1 or "\t" in number.gap or is_capitals(title.text)):
        return NONE
    if number.form in ("code", "slash"):
        return CERTAIN if strength >= LIKELY else strength
    if number.mark == ")" or (not number.mark and number.gap == " " and strength < CERTAIN and not apart):
        return min(strength, POSSIBLE)
    return strength


def _may_head(cue: Cue) -> bool:
    """Whether words that announce something else may name an item: "4. Minutes", "2. Declarations of interest"."""
    if cue.kind == "cue":
        return cue.value == "minutes"
    if cue.kind == "marker":
        return cue.rule == "marker_capitals"  # 2/19 MINUTES RESOLVED that ...
    if cue.kind == "lead":
        return cue.numbered or cue.alone
    return cue.kind in ("key", "record", "page") and cue.alone and not (cue.colon and cue.kind == "key")


def _stands_alone(number: Number, cells: bool, below: Sequence[Line]) -> bool:
    """Whether a number on a line of its own has its title on the line below."""
    line = below[0]
    if (number.form == "plain" and not number.mark and not cells) or len(line.text) >= 200:
        return False  # a page number
    if line.opens("page", "marker", "tail") or line.holds_value():
        return False
    if number.form == "item" and (find_council(line.head) or clean_body(line.text)):
        return False
    return len(line.text) >= 60 or not find_date(line.text)


def _names_paper(below: Sequence[Line]) -> bool:
    """Whether a number alone is that of the paper: the meeting's name and date stand below."""
    heads = [line.head for line in below if not is_prose(line)]
    return any(map(find_date, heads)) and any(map(clean_body, heads))


def _continued(lines: Sequence[Line], index: int, end: int, title: str) -> tuple[int, str]:
    """The title with the lines on which a hard wrap set the rest of it."""
    last, capitals = index, is_capitals(title)
    while last + 1 < end and last < index + 3:
        below = lines[last + 1]
        more = below.text
        if below.gap or below.cue or len(more) > 100 or more[0] in "([•·" or more[-1] in ".:;" or is_numbered(more):
            break
        closes = last + 2 >= end or lines[last + 2].gap
        wraps = closes and (len(lines[last].text) > _WRAP or more[0].islower())
        if not (is_capitals(more) if capitals else wraps):
            break
        title, last = f"{title} {without_link(more)}", last + 1
    return last, title
