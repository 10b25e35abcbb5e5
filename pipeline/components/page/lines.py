"""A text as lines, each with what its first words announce."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.components.page.markers import marker_rule
from pipeline.components.page.words import HEADS, LONGEST, NUMBERING, ORNAMENTS, Cue, stripped, word_list
from pipeline.patterns import alternation

# A line starts at its first character that is no blank; \S is exactly what str.isspace() denies.
_LINE = re.compile(r"\S[^\n\r\f\v\x85\u2028\u2029]*")
_SEPARATOR = re.compile(r":|\t|\s\|\s?|\s\s|\s[-–—]|[-–—]\s")
_FIRST_WORDS = frozenset(words.split()[0].strip(ORNAMENTS) for words in HEADS)
_CALLED = re.compile(
    rf"(?:present|in attendance|apologies)\s+{alternation(word_list('courtesy'))}\b", re.IGNORECASE
)  # PRESENT Councillor Ash (in the Chair)
_WIDTH = LONGEST + 16  # characters in which words to look up, their numbering and punctuation stand
_BETWEEN = " \t\xa0:|-–—"
_HEAD = 300  # characters of a line that matter to headings


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

    @property
    def head(self) -> str:
        """As much of the text as a heading can fill."""
        return self.text[:_HEAD]

    def opens(self, *kinds: str) -> bool:
        """Whether the first words are of one of these kinds."""
        return self.cue is not None and self.cue.kind in kinds

    def lists_persons(self) -> bool:
        """Whether the line opens or goes on with an attendance list."""
        return self.cue is not None and self.cue.kind == "lead" and not self.cue.numbered

    def holds_value(self) -> bool:
        """Whether the line is a key with its value, and no mere word that can be a key."""
        return self.cue is not None and self.cue.kind == "key" and (self.cue.colon or not self.cue.alone)


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
    head = stripped(text[:_WIDTH])
    if head and head.split(None, 1)[0].strip(ORNAMENTS) in _FIRST_WORDS and (cue := _looked_up(text, head)):
        return cue
    if rule := marker_rule(text):
        return Cue("marker", "decision", rule, False, False, False)
    if text[0] in "PpIiAa" and _CALLED.match(text):
        return Cue("lead", "attendance", "attendance", False, False, False)
    return None


def _looked_up(text: str, head: str) -> Cue | None:
    numbered = text[0] in "0123456789("
    if len(text) <= _WIDTH and (row := HEADS.get(head)):
        return Cue(row.kind, row.value, row.id, True, numbered, text[-1] in ":-–—")
    separator = _separator(text)
    row = HEADS.get(stripped(text[: separator.start()])) if separator else None
    if not separator or not row or not _may_follow(separator.group(), row.kind, row.value):
        return None
    return Cue(row.kind, row.value, row.id, separator.end() >= len(text), numbered, ":" in separator.group())


def _separator(text: str) -> re.Match[str] | None:
    return _SEPARATOR.search(text, len(text) - len(text.lstrip(NUMBERING)), _WIDTH)


def after_key(text: str) -> str:
    """What follows the first words of a line: "Date: 3 May", "Date | 3 May", "Date    3 May"."""
    separator = _separator(text)
    return text[separator.end() :].lstrip(_BETWEEN) if separator else text


def _may_follow(separator: str, kind: str, value: str) -> bool:
    """Whether a separator may stand between words of this kind and text on the same line."""
    if separator == ":":
        return kind in ("cue", "lead", "key")
    if "|" in separator:  # a row of a table
        return kind in ("lead", "key")
    if separator.isspace():
        return kind in ("lead", "key") or (kind == "cue" and value != "minutes")
    return kind == "lead" or value == "reasons"
