"""Lines on which a decision starts without a heading. What its clauses are is for `components.resolutions`."""

import re

from pipeline.components.page.words import NUMBERING, word_list
from pipeline.patterns import alternation

_MARKERS = word_list("marker", "resolutions")
_ANY = alternation(_MARKERS)
_CAPITALS = tuple(word.upper() for word in _MARKERS)
_ACTS = tuple(word.upper() for word in word_list("act", "resolutions"))
_ENDINGS = frozenset(word[-2:] for word in _CAPITALS + _ACTS)
_BODY = alternation(word_list("body"))
_WHO = re.compile(rf"\b{_BODY}\b", re.IGNORECASE)
_NAME = r"(?:[\w&'’,-]+ ){0,8}?"
_AFTER = r"(?=\s*(?:[:;–—-]|$|\(|\d|unanimously\b|that\b|to\b|t h a t\b|as follows\b|by \d))"
_FIRST = re.compile(rf"[^A-Za-z]{{0,14}}{_ANY}{_AFTER}", re.IGNORECASE)
_LAST = re.compile(rf"\b{_ANY}(?:\s+(?:unanimously|that|to|as follows))*\s*[:–—-][:–—-]?\s*$", re.IGNORECASE)
_IT_WAS = re.compile(rf"[^A-Za-z]{{0,8}}it (?:was|is) (?:\w+ )?{_ANY}\b", re.IGNORECASE)
_BODY_DID = re.compile(
    rf"[^A-Za-z]{{0,8}}(?:the )?{_NAME}{_BODY} (?:unanimously )?{_ANY} (?:unanimously )?(?:that|to)\b", re.IGNORECASE
)
_BODY_COLON = re.compile(rf"(?:that )?(?:the )?{_NAME}{_BODY}\s*:[-–—]?$", re.IGNORECASE)
_BE = re.compile("".join(rf"(?<!\b{word} )" for word in (*word_list("modal", "resolutions"), "not")) + r"\bbe\b")

# Each rule with an example. Such a decision ends with its clauses.
MARKER_RULES = {
    "marker": "RESOLVED: That the report be noted.",
    "marker_capitals": "Following debate, the Board NOTED the report.",
    "marker_last": "On the motion of Cllr Ash it was unanimously resolved:",
    "it_was": "It was resolved that the report be noted.",
    "body_colon": "The Committee:-",
    "body_decided": "The Panel agreed that the report be noted.",
    "bare_that": "That the report be noted.",
}


def marker_rule(text: str) -> str:
    """The rule by which a line opens a decision, "" where it does not."""
    if _FIRST.match(text):
        return "marker"
    if any(ending in text for ending in _ENDINGS) and _in_capitals(text):
        return "marker_capitals"
    if text[-1] in ":-–—" and _LAST.search(text, max(0, len(text) - 80)):
        return "marker_last"
    if text[0] in "Ii(" and _IT_WAS.match(text) and ("esolved" in text[:40] or is_clause(text)):
        return "it_was"
    if text[0].isupper() and len(text) < 90 and text[-1] in ":-" and _BODY_COLON.match(text):
        return "body_colon"
    if _body_decided(text[:160], text):
        return "body_decided"
    if "That " in text[:12] and text[:12].lstrip(NUMBERING).startswith("That ") and is_clause(text):
        return "bare_that"
    return ""


def is_clause(text: str) -> bool:
    """Whether a sentence is in the mood of decisions: "That the report be noted"."""
    return bool(_BE.search(text, 0, 400)) or text.endswith((":", ":-"))


def _in_capitals(text: str) -> bool:
    """Whether a word of decision is in capitals in a line that is not: RESOLVED will do, NOTED needs who noted."""
    if text == text.upper():
        return False
    if any((at := text.find(word)) >= 0 and not text[at - 1 : at].isalpha() for word in _CAPITALS):
        return True
    return any((at := text.find(word)) > 0 and _WHO.search(text, max(0, at - 80), at) for word in _ACTS)


def _body_decided(head: str, text: str) -> bool:
    if not ("agreed " in head or "esolved " in head or "ecided " in head) or not _BODY_DID.match(head):
        return False
    return " to " in head or bool(_BE.search(text, 0, 400))
