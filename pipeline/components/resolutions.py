"""The matcher RESOLUTION: what the meeting decided, one span per clause."""

import re

from spacy.language import Language

from pipeline.components.clauses import Clause, read, read_column
from pipeline.components.context import discussed, scheduled, superseded
from pipeline.components.headings import entered
from pipeline.components.markers import ANCHOR, SAYS, Opening, opening
from pipeline.components.matcher import Matcher
from pipeline.components.outcomes import (
    FORMAL,
    MONTHS,
    body_verb,
    decisive,
    opening_verb,
    outcome,
    states,
    subjunctive,
    wishes,
    words,
)
from pipeline.labels import BY_NAME
from pipeline.patterns import alternation
from pipeline.spans import Match

# Every rule with an example, the clause in brackets. A clause in a list gets the id `<rule>_item`.
RULES = {
    "marker": "RESOLVED: [That the report be noted].",
    "marker_item": "AGREED: 1. [That the report be noted].",
    "sentence": "It was agreed [that the report be noted].",
    "sentence_item": "The Panel agreed: (a) [to note the report].",
    "heading": "Decision: [That the report be noted].",
    "heading_item": "DECISION TAKEN\n1. [To award the contract].",
    "body": "The Board:\n[noted the report].",
    "body_item": "The Board:\n(a) [noted the report].",
    "bare_that": "Minutes:\n[That the report be noted].",
    "bare_that_item": "Minutes:\n1. [That the report be noted].",
    "cell": "Ref | Decision | Officer\n12 | [To award the contract] | Director",
}
_ACTIONS = frozenset(words("actions"))
_FORMULAS = frozenset(words("formula"))
_PAGE_BREAK = re.compile(r"\n\s*(?:Page\s)?-?\s?\d{1,4}\s?-?\s*\n\s*\n")
_NARRATIVE = re.compile(
    r"(?:the\s+)?(?:\w+\s+){1,5}(?:noted|heard|acknowledged|welcomed|received)\s+(?:that|an?)\b", re.I
)
_ENTRY = re.compile(  # one of a list of decisions with their dates
    rf"\d{{1,2}}(?:[/.]\d{{1,2}}[/.](?:\d\d){{1,2}}\b|(?:st|nd|rd|th)?\s{MONTHS}\s(?:19|20)\d\d\s?[:|–-]\s)"
)
_NOTHING = re.compile(r"(?:none|nothing|no\s+(?:formal\s+)?(?:decisions?|resolutions?))\b", re.I)
_HISTORY = re.compile(
    rf"[^.;:]{{3,160}}?\b(?:was|were)\s+(?!(?:\w+ly\s+)?{alternation(_FORMULAS)}e?d)\w+\s[^.;]{{0,40}}?"
    rf"\b(?:in|since|during)\s+(?:{MONTHS}\s+)?(?:19|20)\d\d\b(?!\s?[/–-])",
    re.I,
)
_EARLIER_SENTENCE = re.compile(r"[.!?]\s+[A-Z]")
_WAS = re.compile(r"that\s[^.;]*?\b(?:was|were|had)\b")
_PARAGRAPH_END = re.compile(r"[.\s]*?(?:\n|\Z)")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")


@Language.factory("minutes_resolutions", assigns=["doc.spans"], default_config={"spans_key": "resolutions"})
def make_resolutions(nlp: Language, name: str, spans_key: str) -> Matcher:
    """The matcher as a component.

    spans_key (str): Where to write.
    """
    return Matcher(BY_NAME["RESOLUTION"], find, spans_key)


def find(text: str) -> list[Match]:
    """All decision clauses of a text, in order."""
    matches: list[Match] = []
    done = 0
    for anchor in ANCHOR.finditer(text):
        if anchor.start() < done:
            continue
        found = opening(text, anchor.start(), anchor.end())
        if found is None:
            continue
        if found.rule == "cell":
            lead, clauses = "", read_column(text, found.position, found.column)
        else:
            lead, clauses = read(text, found.position, found.need)
        if clauses and clauses[0].start >= done and _holds(text, found, lead, clauses):
            matches += [_match(text, found, lead, clause) for clause in clauses]
            done = clauses[-1].end
    return matches


def _match(text: str, found: Opening, lead: str, clause: Clause) -> Match:
    body = one_line(text[clause.start : clause.end])
    said = next((SAYS[word] for word in found.marker.lower().split() if SAYS.get(word)), "")
    value = {
        "number": clause.number,
        "marker": found.marker,
        "outcome": outcome(body) or outcome(one_line(lead)) or said,
        "body": body,
        "truncated": clause.truncated,
    }
    return Match(clause.start, clause.end, found.rule + ("_item" if clause.listed else ""), value)


def one_line(clause: str) -> str:
    """Without line breaks, page numbers between pages, invisible characters and letters set apart."""
    if "\n" in clause:
        clause = _PAGE_BREAK.sub("\n", clause)
    clause = _INVISIBLE.sub("", clause)
    return re.sub(r"^T H A T\b", "THAT", " ".join(clause.split()))


def _opinion(body: str) -> bool:
    """`that this was a good example`, and not `that the minutes were a correct record`."""
    return bool(_WAS.match(body)) and not decisive(body) and not outcome(body)


def _holds(text: str, found: Opening, lead: str, clauses: list[Clause]) -> bool:
    """What the weaker rules ask of the clauses once they are known."""
    if found.rule == "marker" and found.marker.upper().endswith("AGREED"):
        return not _opinion(one_line(text[clauses[0].start : clauses[0].end]))
    if found.rule == "cell":
        return not scheduled(text, found.position)
    if found.rule == "marker":
        return True
    bodies = [one_line(text[clause.start : clause.end]) for clause in clauses]
    if found.rule == "body":
        verbs = [body.partition(" ")[0].lower() for body in bodies]
        return all(opening_verb(verb) in FORMAL - {verb} for verb in verbs)
    if found.rule == "sentence" and found.need == "strict" and not clauses[0].listed:
        left = max(0, found.position - 400)
        left = max(left, text.rfind("\n", left, found.position) + 1)
        aside = _EARLIER_SENTENCE.search(text, left, found.position)
        return not aside or bool(_PARAGRAPH_END.match(text, clauses[-1].end))
    if found.rule == "heading" and (_NARRATIVE.match(bodies[0]) or _NOTHING.match(bodies[0])):
        return False
    if found.rule == "heading" and found.marker.lower() in _ACTIONS:
        return not clauses[0].listed and body_verb(bodies[0]) in FORMAL
    if found.rule == "heading" and not clauses[0].listed and _HISTORY.match(bodies[0]):
        return False
    if found.rule == "heading" and not clauses[0].listed and superseded(text, found.marker, clauses[0]):
        return False
    if found.rule == "heading" and _ENTRY.match(bodies[0]):
        return False
    if found.rule == "heading" and found.marker.lower().startswith("outcome") and entered(text, found.position):
        return bodies[0].startswith("That ") or opening_verb(bodies[0]) in FORMAL
    if found.rule == "heading" and found.marker.lower().startswith("outcome"):
        return discussed(text, found.position) and (
            (bodies[0].startswith("That ") and outcome(bodies[0]) in FORMAL) or opening_verb(bodies[0]) in _FORMULAS
        )
    if found.rule == "heading" and found.marker.lower().startswith(("conclu", "recommend")):
        return bodies[0].lower().startswith(("that ", "to "))
    if found.rule == "bare_that" and lead.strip():
        return bool(opening_verb(bodies[0])) or subjunctive(bodies[0])
    if found.rule == "bare_that":
        decided = (
            subjunctive(bodies[0])
            or body_verb(bodies[0]) in FORMAL
            or states(bodies[0], present=True)
            or wishes(bodies[0])
        )
        return bool(decided) or clauses[0].truncated
    return True
