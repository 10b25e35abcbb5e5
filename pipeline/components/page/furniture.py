"""Lines that are no content: menus, page numbers, closing formulas, room to sign; and those that are sentences."""

import re
from collections.abc import Sequence

from pipeline.components.page.lines import Line
from pipeline.components.page.words import NUMBERING, ORNAMENTS, word_list
from pipeline.patterns import alternation

_CLOSING = re.compile(rf"{alternation(word_list('closing'))}\b", re.IGNORECASE)
_BEGAN = re.compile(
    rf"{alternation(word_list('beginning'))}\b.*\b(?:ended|closed|concluded|finished|rose|terminated)\b", re.IGNORECASE
)
_CLOSING_WORDS = frozenset(words.split()[0] for words in word_list("closing") + word_list("beginning"))
_LEADS = re.compile(alternation(word_list("tail_lead")), re.IGNORECASE)
_LEAD_WORDS = frozenset(words.split()[0] for words in word_list("tail_lead"))
_SIGNATURE = re.compile(
    r"(?:\(?signed\)?[\s:]*.{0,60}"
    r"|(?:chair(?:man|woman|person)?|convener|leader|mayor|dated?|proper officer|cadeirydd)[\s:]*)$",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"(?:page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|[-–—]\s*\d{1,4}\s*[-–—]|\[\d{1,4}\]"
    r"|\.{2,}\s*/?\s*cont(?:inue)?d.{0,12})$",
    re.IGNORECASE,
)
# What browsers print above and below a page: the day it was printed, its title, its address, a page count.
_PRINTED = re.compile(
    r"(?:\d{1,3}\s?(?:of|/)\s?\d{1,3}\s+)?\d{1,2}/\d{1,2}/\d{2,4},\s\d{1,2}:\d\d(?::\d\d)?(?:\s?[AP]M)?(?=(\s+)|$)"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)
_PAGE_COUNT = re.compile(r"(?:^|\s)\d{1,3}\s?(?:of|/)\s?\d{1,3}$")
_PRINTED_BELOW = re.compile(
    r"(?:https?://|www\.|about:)\S+\s+(?:(?:page\s)?\d{1,3}\s?(?:of|/)\s?\d{1,3}|\d{1,2}/\d{1,2}/\d{2,4},\s\d\d?:\d\d)",
    re.IGNORECASE,
)
_SIGNS = frozenset("._-–—=*~•·o0O …")
_ATTENDANCE = re.compile(
    r"\b(?:present|attendance|attending|apolog\w+|absent|substitut\w+"
    r"|meeting (?:was held|commenced|started|began|opened)"
    r"|at a (?:\w+ )?meeting (?:of|held)|(?:minutes|notes) of (?:a|the) (?:\w+ )?meeting)\b",
    re.IGNORECASE,
)
_COURTESY = frozenset(word_list("courtesy"))
_NARRATIVE = frozenset(word_list("narrative"))
_TOLD = re.compile(rf"\b{alternation(word_list('told'))}\b")


def furniture(lines: Sequence[Line], index: int) -> tuple[str, str]:
    """("line" | "rest" | "", rule): whether a line, or all from it on, is no content."""
    line = lines[index]
    text = line.text
    if line.cue and line.cue.kind == "tail" and line.cue.alone and not line.cue.numbered:
        return line.cue.value, line.cue.rule
    if len(text) > 160:
        return "", ""
    if not any(map(str.isalnum, text)) or (len(text) < 12 and _SIGNS.issuperset(text)):
        return "line", "rule"
    if text.count(" > ") > 1 or text.count(" » ") > 1:
        return "line", "breadcrumb"
    if _is_printed(lines, index):
        return "line", "printed"
    if text[0] in "pP-–—[." and _PAGE.match(text):
        return "line", "page_number"
    if text.isdigit() and len(text) < 4 and _between_pages(lines, index):
        return "line", "page_number"
    if _first_word(text) in _LEAD_WORDS and _LEADS.match(text.lstrip(NUMBERING)):
        return "line", "tail_lead"
    return "", ""


def is_closing(line: Line) -> bool:
    """Whether a line holds the closing formula of a meeting."""
    text = line.text
    if len(text) >= 200 or _first_word(text) not in _CLOSING_WORDS:
        return False
    text = text.lstrip(NUMBERING)
    return bool(_CLOSING.match(text) or _BEGAN.match(text))


def is_signature(line: Line) -> bool:
    """Whether a line is there to be signed."""
    if len(line.text) >= 120:
        return False
    return bool(_SIGNATURE.match(line.text)) or has_room(line)


def has_room(line: Line) -> bool:
    """Whether a line leaves room to write on: "Chairman ............"."""
    text = line.text
    return ("...." in text or "____" in text or "……" in text) and len(text.split()) < 8


def is_prose(line: Line) -> bool:
    """Whether a line among names and dates is a sentence of what was said."""
    text = line.text
    if len(text) <= 60 or not (len(text) > 100 or text.endswith(".")) or _ATTENDANCE.search(text, 0, 200):
        return False
    words = text.lstrip(NUMBERING).split(None, 1)
    if not words or not words[0][0].isupper():
        return False
    first = words[0].lower().rstrip(".")
    return (first in _NARRATIVE and first not in _COURTESY) or (len(text) > 100 and is_told(text))


def is_told(text: str) -> bool:
    """Whether a text tells what was done: "Report of the Director was received"."""
    return bool(_TOLD.search(text, 0, 300))


def starts_narrative(text: str) -> bool:
    """Whether a paragraph starts as accounts do: "The Chair thanked ..."."""
    words = text.lstrip(NUMBERING).split(None, 1)
    return text[0].isupper() and words[0].lower().strip(",") in _NARRATIVE


def _is_printed(lines: Sequence[Line], index: int) -> bool:
    """Whether a browser set a line above or below a printed page: "25/01/2024, 09:14    Cabinet - Council"."""
    text = lines[index].text
    if not text[0].isdigit():
        return text[0] in "hwaHW" and bool(_PRINTED_BELOW.match(text))
    match = _PRINTED.match(text)
    if not match:
        return False
    if index == 0 or match[1] not in (None, " "):
        return True
    beside = (lines[i].text[:160] for i in (index - 1, index, index + 1) if i < len(lines))
    return any(_ADDRESS.search(near) or _PAGE_COUNT.search(near) for near in beside)


def _first_word(text: str) -> str:
    words = text[:60].lstrip(NUMBERING).split(None, 1)
    return words[0].lower().strip(ORNAMENTS) if words else ""


def _between_pages(lines: Sequence[Line], index: int) -> bool:
    """Whether a number alone has blank lines around it, or stands at the edge of the text."""
    return index == 0 or index + 1 == len(lines) or (lines[index].gap and lines[index + 1].gap)
