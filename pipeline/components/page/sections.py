"""Which section each line of a page belongs to."""

import re
from collections.abc import Sequence

from pipeline.components.page.dates import find_date
from pipeline.components.page.lines import MARKER_RULES, Line, cue_of, is_clause
from pipeline.components.page.words import NUMBERING, ORNAMENTS, word_list
from pipeline.patterns import alternation

Labels = list[tuple[str, str]]  # section and rule of each line

_CLOSING = re.compile(rf"{alternation(word_list('closing'))}\b", re.IGNORECASE)
_BEGAN = re.compile(
    rf"{alternation(word_list('beginning'))}\b.*\b(?:ended|closed|concluded|finished|rose|terminated)\b",
    re.IGNORECASE,
)
_LEADS = re.compile(rf"{alternation(word_list('tail_lead'))}", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"(?:\(?signed\)?[\s:]*.{0,60}|(?:chair(?:man|woman|person)?|convener|leader|mayor|date[d]?|proper officer|cadeirydd)[\s:]*)$",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"(?:page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|[-–—]\s*\d{1,4}\s*[-–—]|\[\d{1,4}\]|\.{2,}\s*/?\s*cont(?:inue)?d.{0,12})$",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    rf"[\[(‘“\"]?(?:{alternation(word_list('purpose'))})\b|\[[^\]]*\]$|\((?:To|Report|For)\b", re.IGNORECASE
)
_ATTENDANCE = re.compile(
    r"\b(?:present|attendance|attending|apolog\w+|absent|substitut\w+|meeting (?:was held|commenced|started|began|opened)"
    r"|at a (?:\w+ )?meeting (?:of|held)|(?:minutes|notes) of (?:a|the) (?:\w+ )?meeting)\b",
    re.IGNORECASE,
)
_PERSONS = frozenset(
    ["councillor", "councillors", "cllr", "cllrs", "mr", "mrs", "ms", "miss", "dr", "member", "members"]
)
_TOLD = re.compile(
    r"\b(?:was|were|had|has been|have been|received|considered|introduced|presented|submitted|circulated|noted|asked|said)\b"
)
_NARRATIVE = frozenset(word_list("narrative"))
_PAPER = re.compile(
    r"\bPDF\b|\bpdf\b|\bitem \d|\bAppendix\b|\bAnnex\b|\bEnc\b|\b[KM]B\b|\bDOCX?\b|^[^A-Za-z0-9]|restricted|exempt",
    re.IGNORECASE,
)
_LEAD_WORDS = frozenset(words.split()[0] for words in word_list("tail_lead"))
_CLOSING_WORDS = frozenset(words.split()[0] for words in word_list("closing") + word_list("beginning"))
_LISTED = re.compile(r"[•·▪\uf0b7]|Q\.?\s?\d{0,2}[.):\s]|A\s?[.):-]\s|[“\"]|Question\s?\d")
_MOVED = re.compile(r"\b(?:moved|motion|amendment|seconded|proposed)\b[^.]*[:–-]\s*$", re.IGNORECASE)
_BESIDE_KEYS = ("", "purpose", "reasons", "supporting_documents")  # sections among which keys stand on any page
_SIGNS = frozenset("._-–—=*~•·o0O …")


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
    if (text[0] in "pP-–—[." and _PAGE.match(text)) or (
        text.isdigit() and len(text) < 4 and _between_pages(lines, index)
    ):
        return "line", "page_number"
    if _first_word(text) in _LEAD_WORDS and _LEADS.match(text.lstrip(NUMBERING)):
        return "line", "tail_lead"
    return "", ""


def _first_word(text: str) -> str:
    words = text[:60].lstrip(NUMBERING).split(None, 1)
    return words[0].lower().strip(ORNAMENTS) if words else ""


def _between_pages(lines: Sequence[Line], index: int) -> bool:
    """Whether a number alone has blank lines around it, or stands at the edge of the text."""
    return index == 0 or index + 1 == len(lines) or (lines[index].gap and lines[index + 1].gap)


def is_closing(line: Line) -> bool:
    """Whether a line holds the closing formula of a meeting."""
    text = line.text
    if len(text) >= 200 or _first_word(text) not in _CLOSING_WORDS:
        return False
    text = text.lstrip(NUMBERING)
    return bool(_CLOSING.match(text) or _BEGAN.match(text))


def is_signature(line: Line) -> bool:
    """Whether a line is there to be signed."""
    return len(line.text) < 120 and bool(
        _SIGNATURE.match(line.text) or (_has_dots(line.text) and len(line.text.split()) < 8)
    )


def _has_dots(text: str) -> bool:
    """Whether there is room to write on: "Chairman ............"."""
    return "...." in text or "____" in text or "……" in text


def is_prose(line: Line) -> bool:
    """Whether a line among names and dates is a sentence of what was said."""
    text = line.text
    if len(text) <= 60 or not (len(text) > 100 or text.endswith(".")) or _ATTENDANCE.search(text, 0, 200):
        return False
    words = text.lstrip(NUMBERING).split(None, 1)
    if not words or not words[0][0].isupper():
        return False
    first = words[0].lower().rstrip(".")
    return (first in _NARRATIVE and first not in _PERSONS) or (len(text) > 100 and is_told(text))


def label_of(text: str) -> tuple[str, str]:
    """Section and rule of the text behind a title on one line."""
    cue = cue_of(text.lstrip())
    return ("decision", cue.rule) if cue and cue.kind == "marker" else ("minutes", "default")


def label_block(
    lines: Sequence[Line], start: int, end: int, labels: Labels, keyed: bool = False, before: tuple[str, str] = ("", "")
) -> None:
    """Label lines[start:end], the text of one item below its heading.

    keyed (bool): The page is a decision record, where keys and values stand among the sections.
    before (tuple[str, str]): Section and rule of the text before, if any.
    """
    state, rule = before
    if keyed:
        state, rule = "details", "keys"
    elif not state and _has_sections(lines, start, end):
        state, rule = "purpose", "after_heading"
    for index in range(start, end):
        line, cue = lines[index], lines[index].cue
        extent, found = furniture(lines, index)
        if (
            extent
            or is_closing(line)
            or (state == "tail" and not cue and is_signature(line))
            or (_has_dots(line.text) and is_signature(line))
        ):
            labels[index] = ("tail", found or "closing")
            if extent == "rest" or not extent:
                state, rule = "tail", found or "closing"
            continue
        if opened := _opened(lines, index, state, keyed):
            if opened[0] == "details" and not keyed:
                labels[index] = opened
                continue
            state, rule = opened
        elif not state or not cue or cue.kind != "key":
            state, rule = _carried(lines, index, state, rule)
        labels[index] = (state, rule)


def _has_sections(lines: Sequence[Line], start: int, end: int) -> bool:
    """Whether what stands below the heading is kept apart from the minutes by a line such as "Minutes:"."""
    for index in range(start, end):
        cue = lines[index].cue
        if not cue or cue.kind not in ("cue", "marker"):
            continue
        if cue.kind == "marker" or cue.value == "reasons":
            return False
        if (cue.rule == "minutes" or cue.value == "decision") and not cue.numbered and (cue.colon or cue.alone):
            return True
        if cue.value == "supporting_documents":
            return index - start < 5
    return False


def _opened(lines: Sequence[Line], index: int, state: str, keyed: bool) -> tuple[str, str] | None:
    """The section that a line opens by its first words."""
    cue = lines[index].cue
    if not cue:
        return None
    if cue.kind == "key":
        return ("details", cue.rule) if keyed or (state in _BESIDE_KEYS and cue.colon) else None
    if cue.kind == "cue":
        if cue.value == "minutes" and (cue.numbered or not (cue.colon or cue.alone)):
            return None
        if cue.value == "purpose" and not (keyed or state in ("", "purpose", "details")):
            return None
        if not (cue.colon or cue.alone):
            return None
        return cue.value, cue.rule
    if cue.kind == "page" and keyed and cue.colon:  # "Decision details:" in a record
        return "decision", cue.rule
    if cue.kind == "marker":
        if cue.rule == "bare_that" and (
            state in ("reasons", "decision") or (index and _MOVED.search(lines[index - 1].text[-80:]))
        ):
            return None
        if cue.rule == "body_colon" and state == "purpose":
            return None
        if state == "decision" and cue.rule not in ("marker", "marker_last"):
            return None
        return "decision", cue.rule
    return None


def _carried(lines: Sequence[Line], index: int, state: str, rule: str) -> tuple[str, str]:
    """The section of a line that opens none."""
    line = lines[index]
    if rule in ("", "purpose_line"):
        return (
            ("purpose", "purpose_line")
            if _PURPOSE.match(line.text) and len(line.text) < 600 and (line.text[0] in "[(" or not is_told(line.text))
            else ("minutes", "default")
        )
    above = lines[index - 1].text if index else ""
    if state == "decision" and rule in MARKER_RULES and above.endswith((".", "?", "!", ")", "”", '"')):
        words = line.text.lstrip(NUMBERING).split(None, 1)
        paragraph = line.gap or len(line.text) > 120
        if (
            paragraph
            and line.text[0].isupper()
            and words[0].lower().strip(",") in _NARRATIVE
            and not is_clause(line.text)
        ):
            return "minutes", "narrative"
    if (
        state == "supporting_documents"
        and len(line.text) > 60
        and line.text.endswith((".", ":"))
        and not _PAPER.search(line.text)
    ):
        return "minutes", "prose_after_documents"
    if state == "tail" and len(line.text) > 200:
        return "minutes", "prose_after_tail"
    return state, rule


def is_told(text: str) -> bool:
    """Whether a line tells what was done: "Report of the Director was received"."""
    return bool(_TOLD.search(text, 0, 300))


def label_header(lines: Sequence[Line], start: int, end: int, labels: Labels) -> None:
    """Label lines[start:end], what stands above the first item of a meeting."""
    state, rule = "heading", "header"
    beside_key = False
    for index in range(start, end):
        line, cue = lines[index], lines[index].cue
        extent, found = furniture(lines, index)
        if extent:
            labels[index] = ("tail", found)
            continue
        if cue and cue.kind == "lead" and state in ("heading", "attendance"):
            state, rule = "attendance", cue.rule
        elif cue and cue.kind == "key" and state == "heading" and (cue.colon or not cue.alone):
            beside_key = cue.value in ("venue", "")
            labels[index] = ("details" if beside_key else "heading", cue.rule)
            continue
        elif opened := None if _only_names(line, state) else _opened(lines, index, "", False):
            state, rule = opened
        elif _is_text(line, state) and not (index < start + 4 and find_date(line.text[:300])):
            state, rule = "minutes", "prose_after_header"
        elif state not in ("heading", "attendance"):
            state, rule = _carried(lines, index, state, rule)
        elif beside_key and not line.gap and _is_contact(line):
            labels[index] = ("details", "key_other")
            continue
        beside_key = False
        labels[index] = (state, rule)


def _is_text(line: Line, state: str) -> bool:
    """Whether what was said starts here, below a heading or an attendance list without a line between."""
    if state not in ("heading", "attendance"):
        return False
    return is_prose(line) or (state == "heading" and (len(line.text) > 160 or bool(_LISTED.match(line.text))))


def _is_contact(line: Line) -> bool:
    """Whether a line below a key goes on with an address, a telephone number or the like."""
    return ("@" in line.text or any(map(str.isdigit, line.text))) and not find_date(line.text[:300])


def _only_names(line: Line, state: str) -> bool:
    """Whether a cue is part of a meeting's name: "Minutes" or "Decisions" below the committee."""
    cue = line.cue
    if not cue or state not in ("heading", "attendance"):
        return False
    if cue.kind == "cue":
        return not cue.colon or (cue.rule == "minutes" and not cue.alone)  # "Minutes: Glenys Parr", who took them
    return cue.kind == "marker" and len(line.text) < 60 and state == "heading"
