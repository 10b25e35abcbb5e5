"""Whether words read like the title of an item, and where the title ends."""

import re
from typing import NamedTuple

from pipeline.components.page.dates import starts_with_month
from pipeline.components.page.furniture import is_told
from pipeline.components.page.lines import Line

CERTAIN, LIKELY, POSSIBLE, NONE = 3, 2, 1, 0
_LINK = re.compile(r"[\s,(\[]*(?:pdf icon\s*)?(?:\bPDF\b|\bpdf\b|\bDOCX?\b)[\s\d.]*(?:[KM]B)?\W*$|\s*pdf icon\W*$")
_LINK_WORDS = ("pdf", "PDF", "DOC")
_ITEM_AFTER = re.compile(r"\s*[\[(](?:agenda )?items?\b\.?\s*(?:no\b\.?\s*)?\w{1,6}[\])]?$", re.IGNORECASE)
_CUT = re.compile(r"\s\s+|\t\s*|\s+[–—-]+\s+|\s+(?=(?:RESOLVED|AGREED)\b)")
_MARKERS = ("RESOLVED", "AGREED")
_SENTENCE = re.compile(r"[.?!]\s+[A-Z]|[.;]\s+\S")
_ROW = re.compile(r"\d%|(?<![/.\d])\d+\s+-?\d+(?:\s|$)")  # of a table
_STOP = re.compile(r"(?<![A-Z])(?<!\bNo)\.$")
_CLAUSE = ("that", "to", "and", "or")


class Title(NamedTuple):
    """text (str): The title; strength (int): how sure it is one; behind (int): where text follows on its line, or 0."""

    text: str
    strength: int
    behind: int = 0


_NO_TITLE = Title("", NONE)


def is_capitals(text: str) -> bool:
    """Whether a heading is in capitals, a plural s or an "and" aside."""
    if sum(map(str.islower, text[:12])) > 5:
        return False
    upper = sum(map(str.isupper, text))
    return upper > 2 and upper >= 0.85 * (upper + sum(map(str.islower, text)))


def has_link(text: str) -> bool:
    """Whether "pdf icon PDF 297 KB" or the like ends a line."""
    return any(word in text for word in _LINK_WORDS) and bool(_LINK.search(text[:400]))


def without_link(text: str) -> str:
    """A title without "pdf icon PDF 297 KB" or "[Item 9]" after it."""
    text = text[:400]
    if any(word in text for word in _LINK_WORDS):
        text = _LINK.sub("", text)
    if "tem" in text[-16:] or "TEM" in text[-16:]:
        text = _ITEM_AFTER.sub("", text)
    return text.strip(" \t\xa0-–—:|")


def read_title(text: str, apart: bool, below: Line | None) -> Title:
    """The title in the words behind a number.

    apart (bool): A blank line stands above.
    below (Line | None): The next line.
    """
    title = without_link(text)
    words = title.split()
    if len(title) < 3 or not _starts_title(title):
        return _NO_TITLE
    if run_in := _run_in(text):
        return run_in
    if is_capitals(title):
        return Title(title.rstrip(" .–-:"), CERTAIN)
    if sentence := _SENTENCE.search(title):
        short = title[: sentence.start()]
        if len(short.split()) > 6 or not text.startswith(short):
            return _NO_TITLE
        return Title(short, POSSIBLE, sentence.start() + 1)
    if title.endswith((";", ",", "; and", ":")) or len(words) > 24 or len(title) > 220 or _ROW.search(title):
        return _NO_TITLE
    if len(words) > 6 and is_told(title):
        return _NO_TITLE
    if _STOP.search(title):
        sure = LIKELY if apart and (below is None or below.gap) else POSSIBLE
        return Title(title.rstrip("."), sure) if len(words) < 13 else _NO_TITLE
    if title.endswith("?"):
        return Title(title, POSSIBLE)
    return Title(title, LIKELY if apart or below is None or below.gap or len(below.text) > 80 else POSSIBLE)


def _starts_title(title: str) -> bool:
    first = title.lstrip("‘'“\"([*")[:1]
    words = title.split(None, 2)
    if words[0].lower().strip(",") in _CLAUSE and not is_capitals(title):
        return False
    if first.isdigit() and len(words) > 1 and starts_with_month(words[1]):
        return False
    return (first.isupper() or first.isdigit()) and any(map(str.isalpha, title[:40]))


def _run_in(text: str) -> Title | None:
    """A title in capitals with the text behind it on one line: "MINUTES   RESOLVED that the minutes ..."."""
    lower = next((index for index, char in enumerate(text) if char.islower()), -1)
    best = None
    for cut in _CUT.finditer(text, 3, max(lower, 0)):
        best = cut
        if text.startswith(_MARKERS, cut.end()):
            break
    if best is None or lower - best.end() > 20 or not is_capitals(text[: best.start()]):
        return None
    title = text[: best.start()].strip(" .–-:")
    wide = best.group() != " " or text.startswith(_MARKERS, best.end())
    return Title(title, CERTAIN, best.end()) if wide and (" " in title or len(title) > 6) else None
