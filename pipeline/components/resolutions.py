"""The matcher RESOLUTION: what the meeting decided, one span per clause."""

import re
from typing import NamedTuple

from spacy.language import Language

from pipeline.components.clauses import Clause, Need, filled, read
from pipeline.components.matcher import Matcher
from pipeline.components.numbering import number_at
from pipeline.components.outcomes import FORMAL, opening_verb, outcome, subjunctive, body_verb, words
from pipeline.labels import BY_NAME
from pipeline.patterns import alternation, by_kind
from pipeline.spans import Match

# Each rule with an example. A clause in a list has the id `<rule>_item`.
RULES = {
    "marker": "RESOLVED: [That the report be noted].",
    "marker_item": "AGREED: 1. [That the report be noted].",
    "sentence": "It was agreed [that the report be noted].",
    "sentence_item": "The Panel agreed: (a) [to note the report].",
    "heading": "Decision: [That the report be noted].",
    "heading_item": "DECISION TAKEN 1. [To award the contract].",
    "body": "The Board: [noted the report].",
    "body_item": "The Board: (a) [noted the report].",
    "bare_that": "[That the report be noted].",
    "bare_that_item": "1. [That the report be noted].",
}
_NAME = "resolutions"
_LOOK_BACK = 240
_MARKERS = words("marker")
_ACTS = words("act")
_SAYS = {word: row.value for kind in ("marker", "act", "heading") for row in by_kind(_NAME, kind) for word in row.words}
_SPOKEN = ("resolved", "agreed", "decided", "determined", "recommended")
_BODIES = alternation(words("body", "person"))
_ADVERB = alternation(words("adverb"))
_LINKING = set(words("linking"))

_WORDS = {w.upper() for w in _MARKERS + _ACTS} | {w.capitalize() for w in _MARKERS} | set(_SPOKEN)
_WORDS |= {form for w in ("decision", "conclusion", "resolution", "recommendation") for form in (w, w.upper(), w.capitalize())}
_ANCHOR = re.compile(
    "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
    + r"|T(?:hat|HAT|\sH\sA\sT)\b|" + "|".join(rf"{w.capitalize()}\s?:" for w in words("body", "person") if " " not in w)
)
_SUBJECT = re.compile(
    rf"(?:\bit\s+was|(?:\b(?:the|this)\s+)?(?:\b[A-Z][\w’'&.-]*,?\s+(?:(?:and|of|for|the|&|-|–)\s+)*){{0,10}}\b{_BODIES}(?:s|\([^)]*\))?)"
    rf"(?:,?\s+(?:has|have|{_ADVERB}))*,?\s*$",
    re.I,
)
_SKIP = re.compile(
    rf"""(?:[ \t\u00a0]*(?:[:;,./|–—-]+|\((?!\s?(?:\d{{1,3}}|[a-z]|[ivx]+)\s?\))[^()\n]{{0,160}}\)
    |(?i:unanimously|by\s+(?:a\s+)?majority|nem\.?\s+con\.?|as\s+follows)\b|\d{{4}}/\d{{1,4}}\b|\tReasons?[^\n]{{0,40}}(?=\n)))*[ \t\u00a0]*""",
    re.X,
)
_ADJUNCT = re.compile(
    r",?\s*(?:by|on|with|upon|subject\s+to|for\s+the)\b[^.;\n]{0,160}?(?:[,:–-]\s*(?=(?:that|to)\b)|\s(?=that\b))", re.I
)
_ADDRESSEE = re.compile(rf"\s*(?:to|To|TO)\s+(?:[\w’']+\s+){{0,6}}?{_BODIES}s?(?:\s*[:–—-]+[ \t]*|\s+(?=that\b)|[ \t]*(?=\n))", re.I)
_AFTER_TITLE = re.compile(
    r"\s*(?:[:;–—-]|,|/|\(|[\"“]|\d|$)|[ \t\u00a0]*\n|\s+(?:that|to|unanimously|nem|in\s+principle|by\s+(?:a\s+)?(?:majority|\d))\b", re.I
)
_CAPITALS_AFTER = re.compile(r"[ \t]+(?!THAT\b|T\sH|TO\b|UNANIMOUSLY\b|NEM\b|BY\b|IN\b|AND\b)[A-Z]{2,}\b")
_AFTER_VERB = re.compile(rf"(?:,?\s+(?:{_ADVERB}|as\s+follows))*\s*(?P<next>[:–—-]|that\b|to\b|the\s+(?:officers?['’]?\s+)?(?:recommendations?|reports?|proposals?|minutes)\b)", re.I)
_HEADING = re.compile(
    rf"{alternation(words('heading'))}\s*(?:\([^()\n]{{0,80}}\))?\s*(?:(?:of|by)\s+(?:the\s+)?[A-Z][^\n:]{{0,80}})?(?P<close>\s*[:–—-]+|\s*$)", re.I | re.M
)
_SENTENCE_MARK = re.compile(
    rf"\b(?:was|{_BODIES})(?:,?\s+(?:has|have|{_ADVERB}))*,?\s+(?:{'|'.join(_SPOKEN)})\b(?:\s+unanimously)?\s*(?::|[–—-]|that\b|to\b)", re.I
)
_FOLLOWING = re.compile(r"the\s+following\s+(?:decisions?|resolutions?)\b[^.\n]{0,60}:", re.I)
_REPORTED = re.compile(rf"\b{alternation(words('reported'))}\b", re.I)
_DATED = re.compile(r"\b(?:in|on|since|during)\s+(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:January|February|March|April|May|June|July|August|September|October|November|December|20\d\d|19\d\d)\b", re.I)
_PROPOSED = re.compile(rf"(?:\W*(?:\d+\.?)?\W*){alternation(words('proposal'))}\b", re.I)
_CUE = re.compile(rf"\b{alternation(words('proposal_cue'))}\b", re.I)
_SENTENCE_START = re.compile(r".*(?:[.;:!?|]\s|\n\s*\n|\t)", re.S)
_BLANKS = " \t\u00a0\u200b\ufeff|→"


class Opening(NamedTuple):
    """Where a decision opens.

    marker (str): The words that announce it, empty if none.
    position (int): Where to read its clauses.
    need (Need): What they must show.
    rule (str): Which rule saw it.
    """

    marker: str
    position: int
    need: Need
    rule: str


@Language.factory("minutes_resolutions", assigns=["doc.spans"], default_config={"spans_key": "resolutions"})
def make_resolutions(nlp: Language, name: str, spans_key: str) -> Matcher:
    """The matcher as a component.

    spans_key (str): Where to write.
    """
    return Matcher(BY_NAME["RESOLUTION"], find, spans_key)


def find(text: str) -> list[Match]:
    """All decision clauses of a text."""
    matches: list[Match] = []
    done = 0
    for anchor in _ANCHOR.finditer(text):
        if anchor.start() < done:
            continue
        opening = _recognise(text, anchor.start(), anchor.end())
        if opening is None:
            continue
        lead, clauses = read(text, opening.position, opening.need)
        if clauses and _holds(text, opening, clauses):
            matches += [_match(text, opening, lead, clause) for clause in clauses]
            done = clauses[-1].end
    return matches


def _match(text: str, opening: Opening, lead: str, clause: Clause) -> Match:
    body = _body(text[clause.start : clause.end])
    lemma = outcome(body) or outcome(_body(lead)) or _SAYS.get(opening.marker.split()[-1].lower() if opening.marker else "", "")
    value = {
        "number": clause.number,
        "marker": opening.marker,
        "outcome": lemma,
        "body": body,
        "truncated": clause.truncated,
    }
    return Match(clause.start, clause.end, opening.rule + ("_item" if clause.listed else ""), value)


def _body(clause: str) -> str:
    """On one line, without page numbers between lines, invisible characters and letters set apart."""
    clause = re.sub(r"\n\s*(?:Page\s)?-?\s?\d{1,4}\s?-?\s*\n\s*\n", "\n", clause)
    clause = re.sub(r"[\u00ad\u200b-\u200d\u2060\ufeff]", "", clause)
    return re.sub(r"^T H A T\b", "THAT", " ".join(clause.split()))


def _holds(text: str, opening: Opening, clauses: list[Clause]) -> bool:
    """The last word of the weaker rules: what the clauses as a whole must be."""
    bodies = [_body(text[clause.start : clause.end]) for clause in clauses]
    if opening.rule == "body":
        return all(opening_verb(body) in FORMAL for body in bodies)
    if opening.rule == "sentence" and opening.need == "strict" and not clauses[0].listed:
        return not bodies[0].lower().startswith("to ") or opening_verb(bodies[0]) in FORMAL
    if opening.rule == "bare_that":
        return subjunctive(bodies[0]) or bool(body_verb(bodies[0])) or clauses[0].truncated
    return True


def _recognise(text: str, start: int, end: int) -> Opening | None:
    """The opening that an anchor word makes, if it makes one."""
    word = text[start:end]
    if start and (text[start - 1].isalnum()) or text[end : end + 1].isalnum() and not word.endswith(":"):
        if not word.lower().startswith(("decision", "conclusion", "resolution", "recommendation")):
            return None
    if word.startswith("T"):
        return _bare_that(text, start)
    if word.endswith(":"):
        return _body_colon(text, start, end)
    if word.lower() in ("decision", "conclusion", "recommendation", "resolution"):
        return _heading(text, start, end)
    if word.isupper():
        return _capitals(text, start, end)
    return _titled(text, start, end) if word[0].isupper() else _spoken(text, start, end)


def _sentence(text: str, start: int) -> str:
    """The sentence so far, on one line, before start."""
    before = text[max(0, start - _LOOK_BACK) : start]
    opening = _SENTENCE_START.match(before)
    return " ".join(before[opening.end() if opening else 0 :].split())


def _line(text: str, start: int) -> str:
    """The line so far, before start, without its list number."""
    left = max(text.rfind("\n", max(0, start - _LOOK_BACK), start) + 1, start - _LOOK_BACK, 0)
    while left < start and text[left] in _BLANKS:
        left += 1
    number = number_at(text, left)
    return text[number.end if number and number.end <= start else left : start].strip(_BLANKS)


def _after(text: str, end: int, marker: str) -> int:
    """Where the clauses can start: past punctuation, references, votes, and whom it is recommended to."""
    if _SAYS.get(marker.lower()) == "recommend" and (found := _ADDRESSEE.match(text, end)):
        end = found.end()
    skipped = _SKIP.match(text, end)
    end = skipped.end() if skipped else end
    adjunct = _ADJUNCT.match(text, end)
    return adjunct.end() if adjunct else end


def _capitals(text: str, start: int, end: int) -> Opening | None:
    """RESOLVED, AGREED, The Committee NOTED: anywhere in a line."""
    word, before, line = text[start:end], _sentence(text, start), _line(text, start)
    subject = _SUBJECT.search(before)
    head = before[: subject.start()] if subject else before
    last = before.split()[-1].lower() if before else ""
    if _CAPITALS_AFTER.match(text, end) or _REPORTED.search(head) or (last in _LINKING and not subject):
        return None
    act = word.lower() in _ACTS
    if act and not (subject or not line):
        return None
    rest = text[end : end + 3]
    if line and line.isupper() and not subject and not line.lower().endswith(("unanimously", "and")) and not rest.strip(" :\n"):
        return None
    unanimous = re.match(r"\s+UNANIMOUSLY\b", text[end:])
    marker = " ".join(filter(None, [subject.group().strip() if subject else "", word, "UNANIMOUSLY" if unanimous else ""]))
    need: Need = "any" if word.startswith("RESOL") or (act and subject) or _opened(text, end) else "strict"
    return Opening(marker, _after(text, end, word), need, "marker")


def _opened(text: str, end: int) -> bool:
    """Whether `that` or a word in lower case follows on the same line: AGREED in principle to ..."""
    skipped = _SKIP.match(text, end)
    return bool(skipped and text[skipped.end() : skipped.end() + 1].islower())


def _titled(text: str, start: int, end: int) -> Opening | None:
    """Resolved, Agreed: where a line or a sentence begins, with punctuation or `that` behind."""
    before = text[max(0, start - 3) : start].strip(" \u00a0")
    if _line(text, start) and not before.endswith((".", ":", "-", "–", "—", "\t", ";")):
        return None
    if not _AFTER_TITLE.match(text, end):
        return None
    word = text[start:end]
    unanimous = re.match(r"\s+(unanimously)\b", text[end:])
    need: Need = "any" if word == "Resolved" or _opened(text, end) else "strict"
    return Opening(word + (" unanimously" if unanimous else ""), _after(text, end, word), need, "marker")


def _spoken(text: str, start: int, end: int) -> Opening | None:
    """It was resolved, the Panel agreed: with a list, or with a clause that decides."""
    word, before = text[start:end], _sentence(text, start)
    subject = _SUBJECT.search(before)
    follow = _AFTER_VERB.match(text, end)
    if not subject or not follow:
        return None
    head = before[: subject.start()].strip(" ,")
    if _REPORTED.search(head) or _DATED.search(head) or (head.split() or [""])[-1].lower() in _LINKING:
        return None
    named = follow["next"].lower().startswith("the")
    if named and (head or word != "agreed"):
        return None
    position = follow.start("next") if follow["next"][0].isalpha() else _after(text, end, word)
    marker = f"{subject.group().strip(' ,')} {word}"
    return Opening(marker, position, "any" if word == "resolved" or named else "strict", "sentence")


def _heading(text: str, start: int, end: int) -> Opening | None:
    """Decision, DECISION TAKEN: as a line of its own, or with a colon."""
    left = max(text.rfind("\n", 0, start) + 1, start - 60)
    while left < start and text[left] in _BLANKS:
        left += 1
    number = number_at(text, left)
    found = _HEADING.match(text, number.end + len(text[number.end :][:9]) - len(text[number.end :][:9].lstrip()) if number else left)
    if not found and re.search(r"[.;]\s+$", text[max(0, start - 4) : start]):
        found = _HEADING.match(text, start)
        if found and not found["close"].strip():
            found = None
    if not found or found.end() < end:
        return None
    marker = " ".join(text[found.start() : found.start("close")].split())
    proposal = "recommend" in marker.lower()
    if proposal and (number or not found["close"].strip() or _decided_below(text, found.end())):
        return None
    position = _after(text, found.end(), marker)
    line = filled(text, position)
    if line and _SENTENCE_MARK.search(text, line.start, min(line.end, line.start + 600)):
        return None
    return Opening(marker, position, "strict" if proposal else "form", "heading")


def _decided_below(text: str, position: int) -> bool:
    """Whether a decision follows soon, so that the recommendation was only a proposal."""
    return bool(re.search(r"\b(?:RESOLVED|AGREED|DECISION|Resolved|Agreed|Decision)\b", text[position : position + 3000]))


def _body_colon(text: str, start: int, end: int) -> Opening | None:
    """The Board: and verbs."""
    before = _sentence(text, end - 1)
    subject = _SUBJECT.search(before)
    if not subject:
        return None
    return Opening(subject.group().strip(), end, "strict", "body")


def _bare_that(text: str, start: int) -> Opening | None:
    """That ... be ...: alone, where the decision stands."""
    if _line(text, start):
        return None
    left = max(text.rfind("\n", max(0, start - 80), start) + 1, 0)
    while left < start and text[left] in _BLANKS:
        left += 1
    before = text[max(0, left - 1500) : left].rstrip()
    for line in reversed(before.split("\n")[-25:]):
        content = line.strip(_BLANKS)
        number = number_at(content, 0)
        content = content[number.end :].strip() if number else content
        if content and not content.lower().startswith(("that ", "and")):
            return Opening("", left, "strict", "bare_that") if _decision_place(content) else None
    return Opening("", left, "strict", "bare_that") if not before else None


def _decision_place(previous: str) -> bool:
    """Whether a decision can stand below this line: after a heading or a finished paragraph that proposes nothing."""
    last = re.split(r"(?<=[.;!?])\s", previous)[-1]
    if _PROPOSED.match(previous) or _CUE.search(last):
        return False
    if previous.endswith(":"):
        return len(previous) <= 30
    return previous[-1] in ".!?)”\"’" or len(previous) <= 90
