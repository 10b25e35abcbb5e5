"""Which section each line of a page belongs to."""

import re
from collections.abc import Sequence

from pipeline.components.page.lines import Line, is_clause
from pipeline.components.page.words import NUMBERING, word_list
from pipeline.patterns import alternation

Labels = list[tuple[str, str]]  # section and rule of each line

_CLOSING = re.compile(rf"[\W_]{{0,6}}{alternation(word_list('closing'))}\b", re.IGNORECASE)
_LEADS = re.compile(rf"[\W_]{{0,6}}{alternation(word_list('tail_lead'))}", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"(?:\(?signed\)?[\s:]*.{0,60}|(?:chair(?:man|woman|person)?|convener|leader|mayor|date[d]?|proper officer|cadeirydd)[\s:]*)$", re.IGNORECASE
)
_DOTS = re.compile(r"[._…]{4,}")
_PAGE = re.compile(r"(?:page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|[-–—]\s*\d{1,4}\s*[-–—]|\[\d{1,4}\]|\.{2,}\s*/?\s*cont(?:inue)?d.{0,12})$", re.IGNORECASE)
_PURPOSE = re.compile(rf"[\[(‘“\"]?(?:{alternation(word_list('purpose'))})\b|\[[^\]]*\]$|\((?:To|Report|For)\b", re.IGNORECASE)
_NARRATIVE = frozenset(word_list("narrative"))
_PAPER = re.compile(r"\bPDF\b|\bpdf\b|\bitem \d|\bAppendix\b|\bAnnex\b|\bEnc\b|\b[KM]B\b|\bDOCX?\b|^[^A-Za-z0-9]|restricted|exempt", re.IGNORECASE)
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
    if _PAGE.match(text) or (text.isdigit() and len(text) < 4 and (line.gap or index == 0)):
        return "line", "page_number"
    if _LEADS.match(text):
        return "line", "tail_lead"
    return "", ""


def is_closing(line: Line) -> bool:
    """Whether a line holds the closing formula of a meeting."""
    return len(line.text) < 200 and bool(_CLOSING.match(line.text))


def is_signature(line: Line) -> bool:
    """Whether a line is there to be signed."""
    return len(line.text) < 120 and bool(_SIGNATURE.match(line.text) or (_DOTS.search(line.text) and len(line.text.split()) < 8))


def is_prose(line: Line) -> bool:
    """Whether a line among names and dates is a sentence of what was said."""
    text = line.text
    words = text.split(None, 3)
    return (
        len(text) > 60
        and (len(text) > 100 or text.endswith("."))
        and words[0].lower() in _NARRATIVE
        and words[0].lower().rstrip("s") not in ("councillor", "cllr", "mr", "mr", "m", "dr", "mis", "member")
        and not re.search(r"\b(?:present|attendance|apolog|absent|substitut)", text[:200], re.IGNORECASE)
    )


def label_block(lines: Sequence[Line], start: int, end: int, labels: Labels, keyed: bool = False) -> None:
    """Label lines[start:end], the text of one item below its heading.

    keyed (bool): The page is a decision record, where keys and values stand among the sections.
    """
    state, rule = ("details", "keys") if keyed else ("purpose", "after_heading") if _has_sections(lines, start, end) else ("", "")
    for index in range(start, end):
        line, cue = lines[index], lines[index].cue
        extent, found = furniture(lines, index)
        if extent or is_closing(line) or (state == "tail" and not cue and is_signature(line)) or (_DOTS.search(line.text) and is_signature(line)):
            labels[index] = ("tail", found or "closing")
            if extent == "rest" or not extent:
                state, rule = "tail", found or "closing"
            continue
        if opened := _opened(line, state, keyed):
            if opened[0] == "details" and not keyed:
                labels[index] = opened
                continue
            state, rule = opened
        elif not cue or cue.kind != "key":
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
        if cue.value in ("minutes", "decision") and not cue.numbered and (cue.colon or cue.alone):
            return True
        if cue.value == "supporting_documents":
            return index - start < 5
    return False


def _opened(line: Line, state: str, keyed: bool) -> tuple[str, str] | None:
    """The section that a line opens by its first words."""
    cue = line.cue
    if not cue:
        return None
    if cue.kind == "key":
        return ("details", cue.rule) if keyed or (state in ("", "purpose") and cue.colon) else None
    if cue.kind == "cue":
        if cue.value == "minutes" and (cue.numbered or not (cue.colon or cue.alone)):
            return None
        if cue.value == "purpose" and not (keyed or state in ("", "purpose", "details")):
            return None
        if not (cue.colon or cue.alone):
            return None
        return cue.value, cue.rule
    if cue.kind == "marker":
        if cue.rule == "bare_that" and state in ("reasons", "decision"):
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
        return ("purpose", "purpose_line") if _PURPOSE.match(line.text) and len(line.text) < 600 and (line.text[0] in "[(" or not _is_told(line.text)) else ("minutes", "default")
    above = lines[index - 1].text if index else ""
    if state == "decision" and rule not in ("decision", "recommendation") and above.endswith((".", "?", "!", ")", "”", '"')):
        words = line.text.lstrip(NUMBERING).split(None, 1)
        paragraph = line.gap or len(line.text) > 120
        if paragraph and line.text[0].isupper() and words[0].lower().strip(",") in _NARRATIVE and not is_clause(line.text):
            return "minutes", "narrative"
    if state == "supporting_documents" and len(line.text) > 60 and line.text.endswith((".", ":")) and not _PAPER.search(line.text):
        return "minutes", "prose_after_documents"
    if state == "tail" and len(line.text) > 200:
        return "minutes", "prose_after_tail"
    return state, rule


def _is_told(text: str) -> bool:
    """Whether a line that starts like a purpose tells what was done with it: "Report of the Director was received"."""
    return bool(re.search(r"\b(?:was|were|had|received|considered|introduced|presented|submitted|circulated|noted)\b", text[:300]))


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
        if cue and cue.kind == "lead":
            state, rule = "attendance", cue.rule
        elif cue and cue.kind == "key" and state == "heading":
            beside_key = cue.value in ("venue", "")
            labels[index] = ("details" if beside_key else "heading", cue.rule)
            continue
        elif opened := (_opened(line, "", False) if cue and not (cue.kind == "marker" and state == "heading" and len(line.text) < 60) else None):
            state, rule = opened
        elif state in ("heading", "attendance") and is_prose(line):
            state, rule = "minutes", "prose_after_header"
        elif state not in ("heading", "attendance"):
            state, rule = _carried(lines, index, state, rule)
        elif beside_key and not line.gap:
            labels[index] = ("details", "key_other")
            continue
        beside_key = False
        labels[index] = (state, rule)
