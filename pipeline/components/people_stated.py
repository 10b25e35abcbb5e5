"""Names that stand beside their office: "Jane Hill, Head of Homes", "the Chair (Councillor Hill)", attendance lists.

For every ROLE the words on both sides are read, a bounded way; where both are names, the closer bond wins.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.components.person_names import REACH, TITLE_LISTS, Name, name_after, name_before
from pipeline.patterns import alternation, by_kind
from pipeline.values import DASHES

BLANKS = r"[^\S\n]{0,40}"
WRAP = rf"{BLANKS}(?:\n{BLANKS})?"  # at most one line break
ARTICLE = r"(?:(?:the|our|its|your|now|currently|council['’]s|board['’]s|new)\s{1,3}){0,2}"
BECAME = r"(?:(?:was|were|is|be|been|being|duly|had|has|re-?)[ -]{0,2}){0,4}(?:re-?)?(?:elected|appointed|confirmed)"
GAP = 60  # characters; the longest that stands between a name and its office


class Bond(NamedTuple):
    """What stands between a name and its office. rule (str), gap (Pattern), strength (float): the closer bond wins."""

    rule: str
    gap: re.Pattern[str]
    strength: float


def _before(rule: str, gap: str, strength: float) -> Bond:
    return Bond(rule, re.compile(rf"(?:{gap})\Z", re.IGNORECASE), strength)


def _after(rule: str, gap: str, strength: float) -> Bond:
    return Bond(rule, re.compile(gap, re.IGNORECASE), strength)


BEFORE = (
    _before("name_bracket_title", rf"{WRAP}[(\[]{ARTICLE}", 6),
    _before(
        "name_in_chair", rf"{WRAP}[{DASHES},(\[:]{{0,2}}{BLANKS}(?:(?:was|is|now|being|then|who was) )?in\s+the\s+", 6
    ),
    _before("name_became_title", rf"\s{BECAME}\s+(?:as\s+|to\s+be\s+)?{ARTICLE}|\s+as\s+", 6),
    _before("name_comma_title", rf"[^\S\n]?,(?:{WRAP}(?:who\s+(?:is|was)\s+|as\s+)?{ARTICLE})", 5),
    _before("name_dash_title", rf"(?:{BLANKS}\s[{DASHES}]{WRAP}|[{DASHES}][^\S\n]{BLANKS}){ARTICLE}", 4),
    _before("name_column_title", rf"{BLANKS}[|\t]{BLANKS}|[^\S\n]{{2,40}}", 4),
    _before("name_is_title", rf"\s+(?:is|was)\s+{ARTICLE}", 4),
    _before("name_line_title", rf"{BLANKS}\n{BLANKS}", 1),
    _before("name_space_title", r"[^\S\n]", 2),
)
AFTER = (
    _after("title_bracket_name", rf"{WRAP}[(\[]", 5.5),
    _after("title_comma_name", rf"[^\S\n]?,{WRAP}", 3.5),
    _after("title_colon_name", rf"{BLANKS}:-?{WRAP}", 4.5),
    _after("title_dash_name", rf"{BLANKS}\s[{DASHES}]{WRAP}|[{DASHES}][^\S\n]{BLANKS}", 3),
    _after("title_column_name", rf"{BLANKS}[|\t]{BLANKS}|[^\S\n]{{2,40}}", 3),
    _after("title_line_name", rf"{BLANKS}\n{BLANKS}", 0.9),
    _after("title_space_name", "[ \xa0]", 5.2),
)
LOOSE = frozenset({"name_line_title", "name_space_title", "title_line_name"})  # a whole line each
OPENING = frozenset({"title_line_name", "title_column_name"})  # the office opens its line
CLOSED = re.compile(rf"\s*(?:[{DASHES},.;:)\](]|and\b|at\b|for\b|in\b|\Z)|{BLANKS}\n")
ARTICLE_END = re.compile(r"\b(?:the|our|its|your|new)\s+\Z", re.IGNORECASE)
REPLACED = re.compile(r"\b(?:replac|succe|thank)\w{1,6}\s[^.;\n]{0,30}\Z", re.IGNORECASE)
SECOND = re.compile(rf"(?:{WRAP},)?{WRAP}(?:and\s|&|/){WRAP}|{WRAP},{WRAP}", re.IGNORECASE)
CHAIR = re.compile(r"(?:vice[\s-]*)?chair(?:man|woman|person)?\b", re.IGNORECASE)
LIST_HEAD = re.compile(rf"\b({alternation(TITLE_LISTS)})(?!\w)", re.IGNORECASE)
LIST_REACH = 400  # characters; how far above a name the head of its list is looked for
LABEL = re.compile(
    rf"(?:^|\n)(?:[^\n:]{{1,40}}:)?[{DASHES}\s•·*]{{0,20}}(?:(?:mr|mrs|ms|miss|dr|cllr|councillor)\.?\s)?\Z", re.I
)
MEMBER = tuple(word for row in by_kind("people", "member") for word in row.words)


class Stated(NamedTuple):
    """A name beside its office. name (Name), office (tuple[int, int]): characters of the ROLE, rule (str)."""

    name: Name
    office: tuple[int, int]
    rule: str


class Side(NamedTuple):
    """A name on one side of an office, and how close the bond is."""

    name: Name
    rule: str
    strength: float


class Text:
    """A text with its entities, as far as names of people are looked for in it.

    text (str), entities (list[tuple[int, int, str]]): start, end and label, in order and without overlap.
    """

    def __init__(self, text: str, entities: list[tuple[int, int, str]]):
        self.text = text
        self.entities = entities
        self.starts = [start for start, _, _ in entities]
        self.roles = [(start, end) for start, end, label in entities if label == "ROLE"]

    def clear(self, name: Name) -> bool:
        """Whether no entity overlaps the name; a surname may look like a place where a courtesy title is before it."""
        index = bisect_right(self.starts, name.end - 1) - 1
        if index < 0 or self.entities[index][1] <= name.start:
            return True
        return bool(name.title) and self.entities[index][2] == "PLACE" and self.starts[index] >= name.start

    def sides(self, start: int, end: int) -> tuple[list[Side], list[Side]]:
        """The names on both sides of an office, the closest bond first."""
        return sorted(self._left(start, end), key=_strength), sorted(self._right(start, end), key=_strength)

    def _left(self, start: int, end: int) -> Iterator[Side]:
        low = max(0, start - GAP)
        window = self.text[low:start]
        for bond in BEFORE:
            gap = bond.gap.search(window)
            if not gap or (bond.rule == "name_in_chair" and not CHAIR.fullmatch(self.text, start, end)):
                continue
            at = low + gap.start()
            if bond.rule == "name_in_chair" and self.text[at - 1 : at] == ")":
                at = max(self.text.rfind("(", max(0, at - 120), at), 0)
                at = (
                    len(self.text[:at].rstrip())
                    if at < REACH
                    else at - (len(self.text[at - REACH : at]) - len(self.text[at - REACH : at].rstrip()))
                )
            if bond.rule == "name_comma_title" and ARTICLE_END.search(gap[0]) and not CLOSED.match(self.text, end):
                continue
            name = name_before(self.text, at)
            if (
                name
                and bond.rule == "name_became_title"
                and REPLACED.search(self.text[max(0, name.start - GAP) : name.start])
            ):
                continue
            if name and self._good(name, bond.rule) and (bond.rule not in LOOSE or self._lines(name, end, bond.rule)):
                yield Side(self._titled(name), bond.rule, bond.strength)

    def _right(self, start: int, end: int) -> Iterator[Side]:
        for bond in AFTER:
            gap = bond.gap.match(self.text, end, end + GAP)
            name = name_after(self.text, gap.end()) if gap else None
            if not name or not self._good(name, bond.rule):
                continue
            if bond.rule in OPENING and not self._opens(start):
                continue
            if bond.rule == "title_line_name" and not self._ends(name.end):
                continue
            if bond.rule == "title_space_name" and name_before(self.text, start - 1):
                continue  # "Jane Hill Head of Homes Robert Moss Head of Finance": what belongs to whom?
            yield Side(self._titled(name), bond.rule, bond.strength)

    def _good(self, name: Name, rule: str) -> bool:
        if not self.clear(name):
            return False
        return bool(name.title) or len(name.words) > 1 or (rule == "name_bracket_title" and bool(self.listed(name)))

    def _titled(self, name: Name) -> Name:
        """The name with the title that the head of its list gives, where it has none itself."""
        return name if name.title else name._replace(title=self.listed(name))

    def listed(self, name: Name) -> str:
        """What the head of the list above a name says: `councillor` for "Councillors Hill (Chair)"; or empty."""
        low = max(0, name.start - LIST_REACH)
        paragraph = self.text[low : name.start]
        paragraph = paragraph[max(paragraph.rfind("\n\n"), paragraph.rfind(";"), paragraph.rfind(". ")) + 1 :]
        heads = LIST_HEAD.findall(paragraph)
        return TITLE_LISTS.get(heads[-1].casefold(), "") if heads else ""

    def _lines(self, name: Name, end: int, rule: str) -> bool:
        """Whether a name begins its line, and the office behind it ends it."""
        return self._opens(name.start) and self._ends(end) and (len(name.words) > 1 or rule == "name_line_title")

    def _opens(self, start: int) -> bool:
        return bool(LABEL.search(self.text[max(0, start - REACH) : start]))

    def _ends(self, end: int) -> bool:
        return not self.text[end : end + REACH].partition("\n")[0].strip(" \t\xa0.;,")


def _strength(side: Side) -> float:
    return -side.strength


def stated(text: Text) -> list[Stated]:
    """Every name that stands beside its office, in the order of the offices."""
    sides = [text.sides(*role) for role in text.roles]
    found: list[Stated] = []
    for index, role in enumerate(text.roles):
        side = _closest(sides, index, found)
        if side is None:
            second = _second(text, role, found)
            if second:
                found.append(second)
            continue
        found.append(Stated(side.name, role, side.rule))
    return found


def _closest(sides: list[tuple[list[Side], list[Side]]], index: int, found: list[Stated]) -> Side | None:
    """The name that an office belongs to, of those beside it."""
    left, right = sides[index]
    taken = found[-1] if found else None
    if taken and taken.rule.startswith("title_"):
        left = [side for side in left if side.name.start != taken.name.start or side.rule == "name_bracket_title"]
    following = sides[index + 1] if index + 1 < len(sides) else ([], [])
    for side in list(right):
        claims = [other for other in following[0] if other.name.start == side.name.start]
        if claims and (left or not any(other.rule == side.rule for other in following[1])):
            right.remove(side)
    both = sorted([*left[:1], *right[:1]], key=_strength)
    return both[0] if both else None


def _second(text: Text, role: tuple[int, int], found: list[Stated]) -> Stated | None:
    """The second office of the person before: "Jane Hill, Head of Legal and Monitoring Officer"."""
    last = found[-1] if found else None
    if (
        not last
        or not last.rule.startswith(("name_", "second"))
        or not SECOND.fullmatch(text.text, last.office[1], role[0])
    ):
        return None
    return Stated(last.name, role, "second_office")


def member_office(office: str) -> bool:
    """Whether a councillor holds the office: Chair, Leader, Cabinet Member."""
    words = office.casefold().replace("-", " ")
    return any(member.replace("-", " ") in words for member in MEMBER)
