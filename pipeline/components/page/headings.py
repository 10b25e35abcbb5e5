"""Lines that may head an agenda item, each with how sure that is."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.components.page.bodies import clean_body, find_council
from pipeline.components.page.dates import find_date
from pipeline.components.page.lines import Line
from pipeline.components.page.numbers import Number, is_numbered, read_number
from pipeline.components.page.sections import is_prose
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

_REACH = 9  # lines below a heading within which a section of its item opens


class Heading(NamedTuple):
    """A line that heads an item, or may.

    index (int): Of the line; last (int): of the title's last line.
    number (str): As written; order (int): its running part; scheme (str): what the numbers of one run share.
    title (str), strength (int), rule (str).
    text_at (int): Where the item's text starts, if it does so on the title's own line; 0 if not.
    """

    index: int
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
    cue_at = -1
    for index in range(start, end):
        text = lines[index].text
        if not any(map(str.isdigit, text[:20])) or (text[0].islower() and text[0] not in "aimt"):
            continue
        if cue_at <= index:
            cue_at = next((i for i in range(index + 1, min(index + _REACH, end)) if _opens_section(lines[i])), -1)
        if found := _read(lines, index, start, end, cells, cue_at - index if cue_at > index else _REACH):
            yield found


def _opens_section(line: Line) -> bool:
    cue = line.cue
    return bool(
        cue and cue.kind == "cue" and cue.value in ("minutes", "decision", "supporting_documents") and not cue.numbered
    )


def _read(lines: Sequence[Line], index: int, start: int, end: int, cells: bool, cue_below: int) -> Heading | None:
    line = lines[index]
    if line.cue and not _may_head(line.cue):
        return None
    number = read_number(line.text[:300])
    if not number:
        return None
    rest, last = line.text[number.end : 300], index
    if not rest:
        if (
            index + 1 >= end
            or (index < start + 3 and _names_paper(lines[index + 1 : min(index + 5, end)]))
            or not _stands_alone(number, cells, lines[index + 1])
        ):
            return None
        last, rest = index + 1, lines[index + 1].text[:300]
    title = read_title(rest, line.gap, lines[last + 1] if last + 1 < end else None)
    if line.cue and line.cue.kind == "marker" and not title.behind:
        return None
    apart = line.gap and (cue_below < _REACH or index == start)
    strength = _strength(number, title, last > index, apart)
    directly = cue_below - last + index < 3 and not rest.endswith(".")
    if strength and (has_link(rest) or directly or (cue_below < _REACH and strength >= LIKELY)):
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


def _stands_alone(number: Number, cells: bool, below: Line) -> bool:
    """Whether a number on a line of its own has its title on the line below."""
    if number.form == "plain" and not number.mark and not cells:
        return False  # a page number
    cue = below.cue
    if cue and (cue.kind in ("page", "marker", "tail") or (cue.kind == "key" and (cue.colon or not cue.alone))):
        return False
    if number.form == "item" and (find_council(below.text[:300]) or clean_body(below.text)):
        return False  # the number of a paper above the committee's name
    return len(below.text) < 200 and not (len(below.text) < 60 and find_date(below.text))


def _names_paper(below: Sequence[Line]) -> bool:
    """Whether a number alone is that of the paper: the meeting's name and date stand below."""
    heads = [line.text[:200] for line in below if not is_prose(line)]
    return any(map(find_date, heads)) and any(clean_body(head) for head in heads)


def _continued(lines: Sequence[Line], index: int, end: int, title: str) -> tuple[int, str]:
    """The title with the lines on which a hard wrap set the rest of it."""
    last, capitals = index, is_capitals(title)
    while last + 1 < end and last < index + 3:
        below = lines[last + 1]
        more = below.text
        if below.gap or below.cue or len(more) > 100 or more[0] in "([•·" or more[-1] in ".:;" or is_numbered(more):
            break
        closes = last + 2 >= end or lines[last + 2].gap
        if not (is_capitals(more) if capitals else closes and len(lines[last].text) > 40):
            break
        title, last = f"{title} {without_link(more)}", last + 1
    return last, title
