"""Labels: what a row, a heading or a line of few words says that the figures behind it measure."""

import re

from pipeline.components.figure_numbers import Place
from pipeline.components.figure_phrases import FINITE, VERB, trimmed
from pipeline.components.figure_times import YEAR_ROW

BULLET = re.compile(
    r"\s*(?:[•·▪*–—-]|\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-z]|[ivx]{1,4})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}(?=\s))\s+", re.I
)
_THE = re.compile(r"(?:(?:the|an?)\s+)+", re.I)
_OF = re.compile(r"\s*of\b", re.I)
_NAMED = re.compile(r"[^\W\d_]{2}")
_PERCENT = re.compile(r"\d\s*%")
_CELL = re.compile(r"[^|\t\n]+")
_LABEL = re.compile(r"(?P<label>[^\W\d_][^|:\t\n]{1,100}?)\s*(?:[:|\t–—-]|\s{3,})[\s|:–—-]*\Z")
_LINE = re.compile(r"(?:\A|\n)[^\S\n]*(?:[•·▪*–—-]\s+)?(?P<label>[A-Z][^.,:!?\n|]{1,60})[.\n]\s*\Z")
_CODE = re.compile(r"[A-Z]{2,5}\s?\d{1,3}[a-z]?[,:.)]?\s+(?=[^\W\d_])")  # "KPI 8, three or more moves"
_YEAR = re.compile(rf"\s*{YEAR_ROW}[\s|:–—-]*")
_HEADING = re.compile(rf"(?:\A|\n)[^\S\n]*(?P<label>[A-Z][^:\n]{{2,60}}):[^\S\n]*\n(?:\s*{YEAR_ROW}[^\n]*\n)*\s*\Z")


def row_label(text: str, first: int, start: int, end: int | None) -> Place | None:
    """The words of the row's first cell, or before a colon, where nothing but figures follows them.

    end (int | None): Where the figure ends if it is the first of its sentence.
    """
    row = text.rfind("\n", first, start) + 1 or first
    if bullet := BULLET.match(text, row, start):
        row = bullet.end()
    head = text[row:start]
    if "|" in head or "\t" in head:
        named = [cell for cell in _CELL.finditer(head) if _NAMED.search(cell[0]) and not _PERCENT.search(cell[0])]
        if named and not FINITE.search(named[0][0]):
            return trimmed(text, row + named[0].start(), row + named[0].end())
    if end is None:
        return None
    if not _OF.match(text, end) and (found := _LABEL.match(text, row, start)):
        label = found["label"]
        if not VERB.search(label) and len(label.split()) <= 8:
            code = _CODE.match(text, *found.span("label"))
            return trimmed(text, code.end() if code else found.start("label"), found.end("label"), _THE)
    if _YEAR.fullmatch(head) and (heading := _HEADING.search(text, max(0, row - 300), row)):
        return heading.span("label")
    return None


def line_label(text: str, first: int) -> Place | None:
    """A sentence or line of few words in front: `In house fostering. 49%`."""
    found = _LINE.search(text, max(0, first - 70), first)
    if not found or len(found["label"].split()) > 6 or FINITE.search(found["label"]):
        return None
    return found.span("label")
