"""Which section each line of a page belongs to."""

import re
from collections.abc import Sequence

from pipeline.components.page.dates import find_date
from pipeline.components.page.furniture import (
    furniture,
    has_room,
    is_closing,
    is_prose,
    is_signature,
    is_told,
    starts_narrative,
)
from pipeline.components.page.lines import Line, cue_of
from pipeline.components.page.markers import MARKER_RULES, is_clause
from pipeline.components.page.words import word_list
from pipeline.patterns import alternation

Label = tuple[str, str]  # a section and the rule that opened it
Labels = list[Label]  # of each line

_PURPOSE = re.compile(
    rf"[\[(‘“\"]?(?:{alternation(word_list('purpose'))})\b|\[[^\]]*\]$|\((?:To|Report|For)\b", re.IGNORECASE
)
_PAPER = re.compile(
    r"\bPDF\b|\bitem \d|\bAppendix\b|\bAnnex\b|\bEnc\b|\b[KM]B\b|\bDOCX?\b|^[^A-Za-z0-9]|restricted|exempt",
    re.IGNORECASE,
)
_CLAUSE_NUMBER = re.compile(r"[\W_]*(?:\d{1,3}|[ivxIVX]{1,4}|[a-zA-Z])?[\W_]+(?:\(?\w{1,4}[).]\s+)?")
_LISTED = re.compile(r"[•·▪\uf0b7]|Q\.?\s?\d{0,2}[.):\s]|A\s?[.):-]\s|[“\"]|Question\s?\d")
_MOVED = re.compile(r"\b(?:moved|motion|amendment|seconded|proposed)\b[^.]*[:–-]\s*$", re.IGNORECASE)
_BESIDE_KEYS = ("", "purpose", "reasons", "supporting_documents")  # sections among which keys stand on any page
_GOES_ON = ":;,-–—"
_ENDS = (".", "?", "!", ")", "”", '"')


def label_of(text: str) -> Label:
    """The section of the text behind a title on one line."""
    cue = cue_of(text.lstrip())
    return ("decision", cue.rule) if cue and cue.kind == "marker" else ("minutes", "default")


def label_block(
    lines: Sequence[Line], start: int, end: int, labels: Labels, keyed: bool = False, before: Label = ("", "")
) -> None:
    """Label lines[start:end], the text of one item below its heading.

    keyed (bool): The page is a decision record, where keys and values stand among the sections.
    before (Label): The section of the text before, if any.
    """
    label = before
    if keyed:
        label = ("details", "keys")
    elif not label[0] and _has_sections(lines, start, end):
        label = ("purpose", "after_heading")
    for index in range(start, end):
        line = lines[index]
        extent, rule = furniture(lines, index)
        closes = not extent and _closes(line, label[0])
        if extent or closes:
            labels[index] = ("tail", rule or "closing")
            label = labels[index] if closes or extent == "rest" else label
            continue
        opened = _opened(lines, index, label[0], keyed)
        if opened and opened[0] == "details" and not keyed:
            labels[index] = opened
            continue
        if opened:
            label = opened
        elif not label[0] or not line.opens("key"):
            label = _carried(lines, index, label)
        labels[index] = label


def _closes(line: Line, section: str) -> bool:
    return is_closing(line) or has_room(line) or (section == "tail" and not line.cue and is_signature(line))


def _has_sections(lines: Sequence[Line], start: int, end: int) -> bool:
    """Whether what stands below the heading is kept apart from the minutes by a line such as "Minutes:"."""
    papers = False
    for index in range(start, end):
        cue = lines[index].cue
        if not cue or cue.kind not in ("cue", "marker"):
            continue
        if cue.rule == "minutes" and not cue.numbered and (cue.colon or cue.alone):
            return True
        if (cue.kind == "marker" and not papers) or cue.value == "reasons":
            return False
        if cue.value == "supporting_documents":
            papers = index - start < 5
    return papers


def _opened(lines: Sequence[Line], index: int, section: str, keyed: bool) -> Label | None:
    """The section that a line opens by its first words, in view of the section before."""
    cue = lines[index].cue
    if not cue:
        return None
    opens = False
    if cue.kind == "key":
        return ("details", cue.rule) if keyed or (section in _BESIDE_KEYS and cue.colon) else None
    if cue.kind == "cue":
        opens = cue.colon or cue.alone
        if cue.value == "minutes":
            opens = opens and not cue.numbered
        elif cue.value == "purpose":
            opens = opens and (keyed or section in ("", "purpose", "details"))
    elif cue.kind == "page":
        opens = keyed and cue.colon  # "Decision details:" in a record
    elif cue.kind == "marker":
        opens = section != "decision" or cue.rule in ("marker", "marker_last")
        if cue.rule == "bare_that":
            opens = opens and section != "reasons" and not (index and _MOVED.search(lines[index - 1].text[-80:]))
        elif cue.rule == "body_colon":
            opens = opens and section != "purpose"
    section = "decision" if cue.kind == "page" else cue.value
    return (section, cue.rule) if opens else None


def _carried(lines: Sequence[Line], index: int, label: Label) -> Label:
    """The section of a line that opens none."""
    line, (section, rule) = lines[index], label
    text = line.text
    if (
        section == "decision"
        and _is_row(lines, index)
        and not is_clause(text)
        and lines[index - 1].text[-1] not in _GOES_ON
    ):
        return "minutes", "table_after_decision"
    if rule in ("", "purpose_line"):
        purpose = len(text) < 600 and _PURPOSE.match(text) and (text[0] in "[(" or not is_told(text))
        return ("purpose", "purpose_line") if purpose else ("minutes", "default")
    if section == "decision" and rule in MARKER_RULES and index and lines[index - 1].text.endswith(_ENDS):
        told = starts_narrative(text) or (line.gap and text[0].isupper() and is_told(text))
        if (line.gap or len(text) > 120) and told and not is_clause(text):
            return "minutes", "narrative"
        if _is_subheading(lines, index):
            return "minutes", "subheading"
    elif section == "supporting_documents":
        if len(text) > 60 and text.endswith((".", ":")) and not _PAPER.search(text):
            return "minutes", "prose_after_documents"
    elif section == "tail" and len(text) > 200:
        return "minutes", "prose_after_tail"
    return label


def _is_row(lines: Sequence[Line], index: int) -> bool:
    """Whether a line is a row of a table; a tab behind a clause's number makes none, nor does a row by itself."""
    if " | " in lines[index].text:
        return True
    return _has_tab(lines[index].text) and index + 1 < len(lines) and _has_tab(lines[index + 1].text)


def _has_tab(text: str) -> bool:
    number = _CLAUSE_NUMBER.match(text)
    return "\t" in text and text.find("\t", number.end() if number else 0) > 0


def _is_subheading(lines: Sequence[Line], index: int) -> bool:
    """Whether a short line without a stop stands by itself above further text."""
    text = lines[index].text
    if not lines[index].gap or index + 1 >= len(lines) or not lines[index + 1].gap:
        return False
    return 3 < len(text) < 60 and text[0].isupper() and text[-1].isalnum() and len(lines[index + 1].text) > len(text)


def label_header(lines: Sequence[Line], start: int, end: int, labels: Labels) -> None:
    """Label lines[start:end], what stands above the first item of a meeting."""
    label = ("heading", "header")
    beside_key = False
    for index in range(start, end):
        line, cue = lines[index], lines[index].cue
        above = label[0] in ("heading", "attendance")
        extent, rule = furniture(lines, index)
        if extent:
            labels[index] = ("tail", rule)
            continue
        if cue and line.holds_value() and label[0] == "heading":
            beside_key = cue.value in ("venue", "")
            labels[index] = ("details" if beside_key else "heading", cue.rule)
            continue
        if beside_key and not line.gap and not cue and _is_contact(line):
            labels[index] = ("details", "key_other")
            continue
        beside_key = False
        if cue and cue.kind == "lead" and above:
            label = ("attendance", cue.rule)
        elif opened := None if above and _only_names(line) else _opened(lines, index, "", False):
            label = opened
        elif not above:
            label = _carried(lines, index, label)
        elif _is_text(line, label[0]) and not (index < start + 4 and find_date(line.head)):
            label = ("minutes", "prose_after_header")
        labels[index] = label


def _is_text(line: Line, section: str) -> bool:
    """Whether what was said starts here, below a heading or an attendance list without a line between."""
    return is_prose(line) or (section == "heading" and (len(line.text) > 160 or bool(_LISTED.match(line.text))))


def _is_contact(line: Line) -> bool:
    """Whether a line below a key goes on with an address, a telephone number or the like."""
    return ("@" in line.text or any(map(str.isdigit, line.text))) and not find_date(line.head)


def _only_names(line: Line) -> bool:
    """Whether a cue is part of a meeting's name: "Minutes" or "Decisions" below the committee."""
    cue = line.cue
    if not cue or cue.kind != "cue":
        return False
    return not cue.colon or (cue.rule == "minutes" and not cue.alone)  # "Minutes: Glenys Parr", who took them
