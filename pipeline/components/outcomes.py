"""What a clause decides: its shape, and the lemma of its main verb."""

import re

from pipeline.patterns import alternation, by_kind


def words(*kinds: str) -> list[str]:
    """The wordings of some kinds of row in resolutions.toml."""
    return [word for kind in kinds for row in by_kind("resolutions", kind) for word in row.words]


_LEMMA = {word: row.id for kind in ("action", "outcome") for row in by_kind("resolutions", kind) for word in row.words}
FORMAL = {row.id for row in by_kind("resolutions", "outcome")}
_PARTICIPLE = {w: r.id for k in ("action", "outcome") for r in by_kind("resolutions", k) for w in r.words[2:]}
_FINITE = {word: lemma for word, lemma in _LEMMA.items() if word not in _PARTICIPLE or word == lemma}
_PHRASES = {word: row.value for row in by_kind("resolutions", "phrase") for word in row.words}
_PHRASE = re.compile(alternation(_PHRASES), re.I)
_MODALS = set(words("modal"))
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_BE = re.compile(r"(?<!\S)(\S{1,60})\s+(?:not\s+)?be\b(?:\s+not\b)?", re.I)
_THAT = re.compile(r"(?:that|t h a t)\b[\s,]*(?::[\s-]*)?", re.I)
_TO = re.compile(r"(?:otherwise,?\s+|not\s+|further,?\s+)?to[\s:–-]+(?:\w+ly\s+|also\s+|further\s+)?(?=\w)", re.I)
_BODY = alternation(words("body", "person"))
_BODY_VERB = re.compile(
    rf"(?:the\s+|this\s+|its\s+)?(?:[\w’'&(),:–-]+\s+){{0,14}}?{_BODY}\b[\s,:–-]+(?:\w+ly\s+|also\s+|has\s+|have\s+)?(\w+)", re.I
)
_PASSIVE = re.compile(r"\b(?:is|are|was|were)\s+(?:\w+ly\s+|also\s+)?([a-z-]+)", re.I)
_STATES = re.compile(r"\b(?:was|were|had|would|should|could|is|are|has|have|will|did|does|do|might|may|can)\b", re.I)
_NOUN_BEFORE = re.compile(
    r"(?:\b(?:a|an|the|this|that|these|those|its|their|his|her|our|of|for|in|on|to|with|by|and|or|no|any|each|every|"
    r"next|further|new|final|full|draft|annual|progress|[\w-]+['’]s)\s*)$",
    re.I,
)


def _after_that(clause: str) -> str:
    found = _THAT.match(clause)
    return clause[found.end() :] if found else clause


def opening_verb(clause: str) -> str:
    """The lemma of the verb that opens the clause: `to note ...`, `NOTED ...`, `approves ...`; empty if none does."""
    found = _TO.match(clause)
    word = _WORD.match(clause, found.end() if found else 0)
    return _LEMMA.get(word.group().lower(), "") if word else ""


def subjunctive(clause: str) -> bool:
    """Whether something is to `be`: `the report be noted`, and not `would be noted`."""
    return any(found.group(1).strip("(),").lower() not in _MODALS for found in _BE.finditer(clause))


def decisive(clause: str) -> bool:
    """Whether the clause decides something, by its own form: a infinitive, a verb first, a subjunctive."""
    if _TO.match(clause) or opening_verb(clause):
        return True
    rest = _after_that(clause)
    if subjunctive(rest) or body_verb(rest):
        return True
    verb = _active(rest)
    return bool(verb) and not _STATES.search(rest, 0, verb[1])


def states(clause: str) -> bool:
    """Whether the clause reports a decision in the indicative: `the report was noted`, `the minutes are approved`."""
    return any(found.group(1).lower() in _PARTICIPLE for found in _PASSIVE.finditer(clause))


def body_verb(rest: str) -> str:
    found = _BODY_VERB.match(rest)
    return _LEMMA.get(found.group(1).lower(), "") if found else ""


def _active(rest: str) -> tuple[str, int] | None:
    """The first word that can be a verb in the present, where no noun is due, and its place."""
    for found in _WORD.finditer(rest):
        lemma = _FINITE.get(found.group().lower())
        if lemma and found.start() and not _NOUN_BEFORE.search(rest, max(0, found.start() - 30), found.start()):
            return lemma, found.start()
    return None


def _passive(rest: str) -> tuple[str, int] | None:
    """The first participle after the first `be` of the clause, and its place."""
    for found in _BE.finditer(rest):
        if found.group(1).strip("(),").lower() in _MODALS:
            continue
        for word in list(_WORD.finditer(rest, found.end(), found.end() + 80))[:6]:
            if lemma := _PARTICIPLE.get(word.group().lower()):
                return lemma, found.start()
        return "", found.start()
    return None


def outcome(clause: str) -> str:
    """The lemma of what was decided: `That A be noted` is `note`, `to approve A` is `approve`; empty if unclear."""
    if verb := opening_verb(clause):
        phrase = _PHRASE.match(clause[_TO.match(clause).end() :] if _TO.match(clause) else clause)
        return _PHRASES[phrase.group().lower()] if phrase else verb
    rest = _after_that(clause)
    if verb := body_verb(rest):
        return verb
    passive, active = _passive(rest), _active(rest)
    if phrase := _PHRASE.search(rest):
        if not active or phrase.start() < active[1] or passive:
            return _PHRASES[" ".join(phrase.group().lower().split())]
    if passive:
        return passive[0]
    if found := _PASSIVE.search(rest):
        return _PARTICIPLE.get(found.group(1).lower(), "")
    return active[0] if active else ""
