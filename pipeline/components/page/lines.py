"""A text as lines, each with what its first words announce."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.components.page.words import HEADS, LONGEST, NUMBERING, ORNAMENTS, Cue, stripped, word_list
from pipeline.patterns import alternation

# A line starts at its first character that is no blank; \S is exactly what str.isspace() denies.
_LINE = re.compile(r"\S[^\n\r\f\v\x85\u2028\u2029]*")
_SEPARATOR = re.compile(r":|\t|\s\s|\s[-–—]|[-–—]\s")
_FIRST_WORDS = frozenset(words.split()[0].strip(ORNAMENTS) for words in HEADS)
_MARKERS = word_list("marker", "resolutions")
_ANY = alternation(_MARKERS)
_CAPITALS = tuple(word.upper() for word in _MARKERS)
_ACTS = tuple(word.upper() for word in word_list("act", "resolutions"))
_ENDINGS = frozenset(word[-2:] for word in _CAPITALS + _ACTS)
_BODY = alternation(word_list("body"))
_WHO = re.compile(rf"\b{_BODY}\b", re.IGNORECASE)
_AFTER = r"(?=\s*(?:[:;–—-]|$|\(|\d|unanimously\b|that\b|to\b|t h a t\b|as follows\b|by \d))"
_MARKER_FIRST = re.compile(rf"[^A-Za-z]{{0,14}}{_ANY}{_AFTER}", re.IGNORECASE)
_MARKER_LAST = re.compile(rf"\b{_ANY}(?:\s+(?:unanimously|that|to|as follows))*\s*[:–—-][:–—-]?\s*$", re.IGNORECASE)
_IT_WAS = re.compile(rf"[^A-Za-z]{{0,8}}it (?:was|is) (?:\w+ )?{_ANY}\b", re.IGNORECASE)
_BODY_DID = re.compile(
    rf"[^A-Za-z]{{0,8}}(?:the )?(?:[\w&'’,-]+ ){{0,8}}?{_BODY} (?:unanimously )?{_ANY} (?:unanimously )?(?:that|to)\b",
    re.IGNORECASE,
)
_BODY_COLON = re.compile(rf"(?:that )?(?:the )?(?:[\w&'’,-]+ ){{0,8}}?{_BODY}\s*:[-–—]?$", re.IGNORECASE)
_BE = re.compile(
    r"(?<!would )(?<!should )(?<!could )(?<!will )(?<!to )(?<!can )(?<!may )(?<!might )(?<!must )(?<!not )(?<!cannot )\bbe\b"
)
_CALLED = re.compile(r"(?:present|in attendance|apologies)\s+(?:councillor|cllr|mr|mrs|ms|dr)s?\b", re.IGNORECASE)


# Rules by which a line opens a decision without being a heading of its own: such a decision ends with its clauses.
MARKER_RULES = ("marker", "marker_capitals", "marker_last", "it_was", "body_colon", "body_decided", "bare_that")


class Line(NamedTuple):
    """One line that is not blank.

    start (int), end (int): Offsets of its text, without blanks at either end.
    text (str): The text.
    gap (bool): A blank line, or nothing, stands before it.
    cue (Cue | None): What its first words announce.
    """

    start: int
    end: int
    text: str
    gap: bool
    cue: Cue | None


def read_lines(text: str) -> list[Line]:
    """The lines of a text that are not blank."""
    return list(_lines(text))


def _lines(text: str) -> Iterator[Line]:
    before = 0
    for match in _LINE.finditer(text):
        start = match.start()
        content = match.group().rstrip()
        between = text[before:start]
        gap = not before or between.count("\n") > 1 or between.count("\r") > 1 or "\f" in between
        before = match.end()
        yield Line(start, start + len(content), content, gap, cue_of(content))


def cue_of(text: str) -> Cue | None:
    """What the first words of a line announce, None for ordinary text."""
    head = stripped(text[: LONGEST + 16])
    if head and head.split(None, 1)[0].strip(ORNAMENTS) in _FIRST_WORDS and (cue := _looked_up(text, head)):
        return cue
    if marker := _marker(text):
        return Cue("marker", "decision", marker, False, False, False)
    if text[0] in "PpIiAa" and _CALLED.match(text):
        return Cue("lead", "attendance", "attendance", False, False, False)
    return None


def _looked_up(text: str, head: str) -> Cue | None:
    numbered = text[0] in "0123456789("
    if len(text) <= LONGEST + 16 and (row := HEADS.get(head)):
        return Cue(row.kind, row.value, row.id, True, numbered, text[-1] in ":-–—")
    separator = _SEPARATOR.search(text, len(text) - len(text.lstrip(NUMBERING)), LONGEST + 16)
    if (
        separator
        and (row := HEADS.get(stripped(text[: separator.start()])))
        and _follows(row.kind, row.value, separator.group())
    ):
        return Cue(row.kind, row.value, row.id, separator.end() >= len(text), numbered, ":" in separator.group())
    return None


def _follows(kind: str, value: str, separator: str) -> bool:
    """Whether a separator may stand between words of this kind and text on the same line."""
    if separator == ":":
        return kind in ("cue", "lead", "key")
    if separator.isspace():
        return kind in ("lead", "key") or (kind == "cue" and value != "minutes")
    return kind == "lead" or value == "reasons"


def _marker(text: str) -> str:
    """The rule by which a line opens a decision, "" where it does not."""
    if _MARKER_FIRST.match(text):
        return "marker"
    if any(ending in text for ending in _ENDINGS) and _in_capitals(text):
        return "marker_capitals"
    first = text[0]
    if text[-1] in ":-–—" and _MARKER_LAST.search(text, max(0, len(text) - 80)):
        return "marker_last"
    if first in "Ii(" and _IT_WAS.match(text) and ("esolved" in text[:40] or _BE.search(text, 0, 400)):
        return "it_was"
    if len(text) < 90 and text[-1] in ":-" and _BODY_COLON.match(text):
        return "body_colon"
    head = text[:160]
    if (
        ("agreed " in head or "esolved " in head or "ecided " in head)
        and _BODY_DID.match(head)
        and (" to " in head or _BE.search(text, 0, 400))
    ):
        return "body_decided"
    if "That " in text[:12] and text[:12].lstrip(NUMBERING).startswith("That ") and is_clause(text):
        return "bare_that"
    return ""


def _in_capitals(text: str) -> bool:
    """Whether a word of decision stands in capitals in a line that does not: "the Panel NOTED" needs who, RESOLVED does not."""
    if text == text.upper():
        return False
    if any(word in text for word in _CAPITALS):
        return True
    return any((at := text.find(word)) > 0 and _WHO.search(text, max(0, at - 80), at) for word in _ACTS)


def is_clause(text: str) -> bool:
    """Whether a sentence is in the mood of decisions: "That the report be noted"."""
    return bool(_BE.search(text, 0, 400)) or text.endswith((":", ":-"))
