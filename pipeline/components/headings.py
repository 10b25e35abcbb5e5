"""Where a heading or a field of a form holds the decision: `Decision:`, `DECISION TAKEN`, `Decision | Approved ...`."""

import re
from itertools import islice
from typing import NamedTuple

from pipeline.components.clauses import ACTED, SPOKEN, Need
from pipeline.components.context import planned, proposal, recorded, taken
from pipeline.components.layout import NEXT_CLAUSE, Line, extent, filled, lines, marks, other, sentence_end, strip
from pipeline.components.numbering import number_at
from pipeline.components.outcomes import BLANKS, FORMAL, MONTHS, decisive, elliptic, opening_verb, words
from pipeline.patterns import alternation

LOOK_BACK = 240
HEADS = ("decision", "conclusion", "resolution", "recommendation")
_LABEL = 80  # characters; how long a heading may be before its last word
_BODIES = alternation(words("body", "person"))
_HEADING_WORDS = frozenset(words("heading"))
_FORMULAS = frozenset(words("formula"))
_DUE = frozenset(words("pending"))  # as the head of a column
_SKIP = re.compile(
    r"(?:[ \t\u00a0]*(?:[:;,/|*_–—-]+|\((?!\s?(?:\d{1,3}|[a-z]|[ivx]+)\s?\))[^()\n]{0,160}\)"
    r"|\d{1,4}\s?[/:–-]\s?\d{1,4}\b|(?i:unanimously|by\s+(?:a\s+)?majority|nem\.?\s+con\.?|as\s+follows)\b"
    r"|\tReasons?[^\n]{0,40}(?=\n)))*[ \t\u00a0]*"
)
_ADJUNCT = re.compile(
    r",?\s*(?:by|on|with|upon|subject\s+to|for\s+the)\b"
    rf"(?![^.;\n]{{0,160}}?(?:\b(?:19|20)\d\d|\sin\s{MONTHS}\b))[^.;\n]{{0,160}}?"
    r"(?:[,:–-]\s*(?=(?:that|to|\(?[1ia][.)])[\s“\"])|\s(?=that\b))",
    re.I,
)
ADDRESSEE = re.compile(
    rf"\s*to\s+(?:[\w’']+\s+){{0,6}}?{_BODIES}s?(?:\s+on\s[^:\n]{{1,40}})?"
    r"(?:\s*[:–—-]+[ \t]*|\s+(?=that\b)|[ \t]*(?=\r?\n))",
    re.I,
)
_HEADING = re.compile(
    rf"(?P<whose>(?-i:[A-Z])[^\n:.;|]{{0,60}}?['’]s?\s+)?(?:{alternation(words('qualifier'))}\s+){{0,2}}"
    rf"{alternation(words('heading', 'result'))}\s*(?:\([^()\n]{{0,80}}\))?\s*"
    r"(?:(?:no\.?\s?|number\s)?\d{1,4}(?:[/.-]\d{1,4}){0,2}(?=\s*[:–—]))?"
    r"(?:(?:of|by)\s+(?:the\s+)?[A-Z][^\n:]{0,80})?"
    r"(?P<close>\s*[:–—-]+|\s*$)",
    re.I | re.M,
)
_FOLLOWING = re.compile(r"(?<=the following )(?:decisions?|resolutions?)\b[^.:\n]{0,60}:")
_NOT_WHOSE = re.compile(rf"{alternation(words('tail'))}\b", re.I)
_FIELD = re.compile(
    rf"(?P<marker>{alternation(word for word in words('heading') if 'decision' in word or 'resolution' in word)})"
    r"(?P<gap>\t[ \t]*|[ \u00a0]{2,}|[ ])(?-i:(?=[A-Z]))",
    re.I,
)
_CELL = re.compile(
    r"(?P<marker>[^|\n:]{1,60}?)[ \t\u00a0:]{0,9}\|[ \t\u00a0]{0,9}(?=[^|\s])(?=[^|\n]{0,4000}\|?[ \t\u00a0]*$)", re.M
)
_MAKER = re.compile(rf"{alternation(words('maker'))}\s*[:|–-][^\n]{{1,160}}\n", re.I)
_TAKER = re.compile(
    rf"(?<!\bbe\s)\b{alternation(word for word in words('maker') if word.endswith(' by'))}\s*(?:[:|–-]|the\b)", re.I
)
_ACTING = re.compile(
    r"(?:\(?\w{1,4}[.)]\s+)?(?:[Tt]he\s+)?(?:[A-Z][\w’'-]+\s+){0,4}?"
    rf"(?:(?i:{_BODIES})\s+)?{ACTED}\b"
)
_DECISION_ABOVE = re.compile(rf"{alternation(words('heading'))}\s*[:–—-]*\s+(?:[^.:;\n]{{0,80}})?$", re.I)


class Opening(NamedTuple):
    """Where a decision opens.

    marker (str): The words that announce it, empty if none.
    position (int): Where to read its clauses.
    need (Need): What they must show.
    rule (str): Which rule saw it.
    column (int): In a table, the column that holds the decisions.
    """

    marker: str
    position: int
    need: Need
    rule: str
    column: int = 0


def line_start(text: str, start: int) -> int:
    """Where the line of start begins, blanks and list number left out; start - LOOK_BACK at most."""
    left = max(text.rfind("\n", max(0, start - LOOK_BACK), start) + 1, start - LOOK_BACK, 0)
    left, _ = strip(text, left, start, BLANKS + "|*_#")
    number = number_at(text, left)
    return strip(text, number.end, start, BLANKS)[0] if number and number.end <= start else left


def after(text: str, end: int, marker: str) -> int:
    """Where the clauses can start: past punctuation, references, votes, and whom it is recommended to."""
    if marker.lower().startswith("recommend") and (found := ADDRESSEE.match(text, end)):
        end = found.end()
    if skipped := _SKIP.match(text, end):
        end = skipped.end()
    adjunct = _ADJUNCT.match(text, end)
    return adjunct.end() if adjunct else end


def below_heading(text: str, start: int) -> bool:
    """Whether a heading of decisions stands above start, with some words between at most."""
    above = text[max(0, start - 120) : start]
    return any(head in above.lower() for head in HEADS) and bool(_DECISION_ABOVE.search(above))


def heading(text: str, start: int, end: int) -> Opening | None:
    """Decision, DECISION TAKEN: as a line of its own, or with a colon."""
    if found := _FOLLOWING.match(text, start):
        return Opening(f"the following {text[start:end]}", found.end(), "form", "heading")
    left = line_start(text, start)
    if row := _row(text, left) if start - left < _LABEL else None:
        return row
    if "|" in text[start - 2 : start] + text[end : end + 3]:
        return _column(text, start)
    found = _HEADING.match(text, left) if start - left < _LABEL else None
    if found and found["whose"] and (_NOT_WHOSE.match(found["whose"]) or text[start].lower() not in "dr"):
        return None
    if not found and text[max(0, start - 3) : start].rstrip().endswith((".", ";")):
        found = _HEADING.match(text, start)
        found = found if found and found["close"].strip() else None
    if not found or found.end() < end:
        return (_field(text, left) or _entry(text, left)) if start - left < _LABEL else None
    marker = " ".join(text[found.start() : found.start("close")].split())
    position = after(text, found.end(), marker)
    line = filled(text, position)
    if marker.lower().endswith("to be taken") and not taken(text, start, end):
        return None
    if marker.lower().endswith("details") and not found["close"].strip():
        return None
    carried = marker.lower().endswith(("agreed", "approved"))
    if carried and marker.lower().startswith("recommend"):
        return Opening(marker, position, "strict", "heading") if found["close"].strip() else None
    if "recommend" in marker.lower() and (
        not found["close"].strip() or not line or "\n" not in text[position : line.start] or proposal(text, start, end)
    ):
        return None
    if line and (_ACTING.match(text, line.start, line.end) or _spoken_below(text, line)):
        return None
    if line and "\n" not in text[position : line.start] and planned(text, left, line.start):
        return None
    return Opening(marker, position, "form", "heading")


def _spoken_below(text: str, line: Line) -> bool:
    """Whether the first sentence under a heading says itself who decides: `On the proposition of A, Cabinet agreed`."""
    if SPOKEN.search(text, line.start, min(line.end, line.start + 600)):
        return True
    stop = extent(text, line.start, None, nesting=False).end
    stop = sentence_end(text, line.start, min(stop, line.start + 600))
    following = filled(text, stop)
    return bool(SPOKEN.search(text, line.start, following.end if following else stop))


def _row(text: str, left: int) -> Opening | None:
    """A row of two cells, the second one the decision: Decision | To award the contract."""
    found = _CELL.match(text, left)
    if not found or found["marker"].lower() not in _HEADING_WORDS:
        return None
    return _valued(text, found, free=True)


def _field(text: str, left: int) -> Opening | None:
    """A field without a colon, the decision on its line: Decision Approved for six months."""
    found = _FIELD.match(text, left)
    return _valued(text, found, free=found["gap"] != " ") if found else None


def _entry(text: str, left: int) -> Opening | None:
    """An entry in a list of decisions taken: `Decision maker: Director`, and below it `To grant a licence`."""
    found = _MAKER.match(text, left)
    line = filled(text, found.end()) if found else None
    if not line or text[line.start : line.start + 3] != "To " or not opening_verb(text[line.start : line.start + 60]):
        return None
    return Opening("", line.start, "strict", "heading") if recorded(text, left) else None


def entered(text: str, position: int) -> bool:
    """Whether position stands in an entry of a register of decisions: a field above it names who took this one."""
    paragraphs = text[max(0, position - 600) : position].rstrip().split("\n\n")
    return any(map(_TAKER.search, paragraphs[-2:]))


def _valued(text: str, found: re.Match[str], free: bool) -> Opening | None:
    """The opening of a field whose value is a decision; another field must follow it unless it is set apart (free)."""
    line = filled(text, found.end())
    if line is None or marks(text[line.start : line.end]):
        return None
    number = number_at(text, line.start)
    value = text[number.end if number else line.start : line.end].strip(BLANKS + "|.")
    if " " not in value or not _is_value(value):
        return None
    return Opening(found["marker"], line.start, "form", "heading") if free or _field_below(text, line) else None


def _is_value(value: str) -> bool:
    """Whether a field's value is a decision: `Refused the bid`, `To sell the mill`, and not `Record of the officer`."""
    opens = NEXT_CLAUSE.match(value)
    if opens and opens.group(1):
        return decisive(value)
    verb = opening_verb(value)
    return verb in (FORMAL if opens or value.split()[0].endswith("ed") else _FORMULAS) or elliptic(value)


def _field_below(text: str, line: Line) -> bool:
    """Whether another field follows: `Reason  The home is full.`"""
    for following in islice(lines(text, line.start), 1, 5):
        if following.start == following.end:
            return False
        if other(text, following):
            return True
    return False


def _column(text: str, start: int) -> Opening | None:
    """The head of a table's column: Ref | Date | Decision | Officer."""
    left = text.rfind("\n", max(0, start - 500), start) + 1
    right = text.find("\n", start, start + 500)
    if right < 0:
        return None
    cells = [cell.strip().lower() for cell in text[left:right].split("|")]
    column = next((place for place, cell in enumerate(cells) if cell in _HEADING_WORDS), None)
    return (
        None
        if column is None or not _DUE.isdisjoint(cells)
        else Opening(cells[column].capitalize(), right, "strict", "cell", column)
    )
