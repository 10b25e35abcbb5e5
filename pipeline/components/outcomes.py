"""What a clause decides: its shape, and the lemma of its main verb."""

import re

from pipeline.patterns import alternation, by_kind

MONTHS = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001)))).replace("\n", "")
BLANKS += "".join(map(chr, [*range(9), *range(14, 28), 127])) + "\u00ad"  # control characters, a soft hyphen
BLANKS += "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\ufeff"  # joiners, marks of direction


def words(*kinds: str) -> list[str]:
    """The wordings of some kinds of row in resolutions.toml."""
    return [word for kind in kinds for row in by_kind("resolutions", kind) for word in row.words]


def _third(verb: str) -> str:
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if re.search("[^aeiou]y$", verb) else f"{verb}s"


def _past(verb: str) -> list[str]:
    """The regular past; both forms where the last letter may double."""
    if verb.endswith("e"):
        return [f"{verb}d"]
    if re.search("[^aeiou]y$", verb):
        return [f"{verb[:-1]}ied"]
    return [f"{verb}ed", f"{verb}{verb[-1]}ed"] if re.search("[aeiou][bdglmnprt]$", verb) else [f"{verb}ed"]


FORMAL = frozenset(words("outcome"))
_VERBS = words("outcome", "action")
_PRESENT = {form: verb for verb in _VERBS for form in (verb, _third(verb))}
_PARTICIPLE = {form: verb for verb in _VERBS for form in _past(verb)}
_PARTICIPLE |= {form: row.value for row in by_kind("resolutions", "irregular") for form in row.words}
_LEMMA = _PRESENT | _PARTICIPLE
_PHRASES = {word: row.value for row in by_kind("resolutions", "phrase") for word in row.words}
_PHRASE = re.compile(alternation(_PHRASES))
_SHORT = frozenset(words("short"))
_AFTER_SHORT = frozenset(("as", "for", "subject", "in", "with", "on", "until", "from", "without", "unanimously"))
_MODALS = frozenset(words("modal"))
_BODIES = frozenset(word.split()[-1] for word in words("body", "person"))
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_BE = re.compile(r"be(?<=\sbe)\b(?:\s+not\b)?")
_THAT = re.compile(r"(?:that|t h a t)\b[\s,]*(?::[\s-]*)?")
_TO = re.compile(r"(?:otherwise,?\s+|not\s+|further,?\s+)?to[\s:–-]+(?:\w+ly\s+|also\s+|further\s+)?(?=\w)(?!be\b)")
_TITLE = re.compile(r"[A-Z][a-z]+ed\s+(?!That|The|Cabinet|Council)[A-Z][a-z]")
_PASSIVE = re.compile(r"\b(is|are|was|were)\s+(?:\w+ly\s+|also\s+)?([a-z-]+)")
_FIRST_PERSON = re.compile(r"I\s+(?:(?:have|do|hereby|therefore|also)\s+){0,3}([a-z]+)\b")
_INNER_THAT = re.compile(r"\w\s+that\b")
_STATES = re.compile(r"\b(?:was|were|had|would|should|could|is|are|has|have|will|did|does|do|might|can)\b")
_NOUN_DUE = re.compile(
    r"(?:\b(?:a|an|the|this|that|these|those|its|their|his|her|our|of|for|in|on|to|with|by|as|and|or|no|any|each|every|"
    r"next|further|new|final|full|draft|annual|progress|[\w-]+['’]s)\s*)$"
)


def _after_that(clause: str) -> str:
    found = _THAT.match(clause)
    return clause[found.end() :] if found else clause


def opening_verb(clause: str) -> str:
    """The lemma of the verb that opens the clause: `to note ...`, `NOTED ...`, `approves ...`; empty if none does."""
    lower = clause.lower()
    found = _TO.match(lower)
    word = _WORD.match(lower, found.end() if found else 0)
    if not word or (not found and _TITLE.match(clause)):
        return ""
    return _LEMMA.get(word.group(), "") or _LEMMA.get(word.group().removeprefix("re-"), "")


def subjunctive(clause: str) -> bool:
    """Whether something is to `be`: `the report be noted`, and not `would be noted`."""
    lower = clause.lower()
    return any(not _modal(lower, found.start()) for found in _BE.finditer(lower))


def _modal(lower: str, place: int) -> bool:
    before = ["", "", *lower[max(0, place - 40) : place].split()]
    while len(before) > 2 and (before[-1] == "not" or before[-1].endswith("ly")):
        before.pop()
    if before[-1] == "may" and (before[-2][:1].isdigit() or before[-2] in ("in", "of", "until")):
        return False  # the month
    return before[-1].strip("(),") in _MODALS or not before[-1]


def decisive(clause: str) -> bool:
    """Whether the clause decides something, by its own form: an infinitive, a verb first, a subjunctive."""
    lower = clause.lower()
    if _TO.match(lower) or opening_verb(clause):
        return True
    rest = _after_that(lower)
    if subjunctive(rest) or body_verb(rest) in FORMAL:
        return True
    verb = _active(rest) if rest != lower else None
    return verb is not None and not _STATES.search(rest, 0, verb[1])


def states(clause: str, present: bool = False) -> bool:
    """Whether the clause reports a decision in the indicative: `the report was noted`, `that the fee is raised`.

    present (bool): `was` and `were` do not count.
    """
    lower = clause.lower()
    first = _FIRST_PERSON.match(clause)
    if first and _LEMMA.get(first[1]) in FORMAL:
        return True
    found = _PASSIVE.search(lower)
    lemma = _PARTICIPLE.get(found.group(2)) if found else None
    if not found or not lemma or (present and found.group(1).startswith("w")):
        return False
    return lemma in FORMAL or bool(_THAT.match(lower))


def elliptic(clause: str) -> bool:
    """Whether the clause is a passive without its verb `be`: `Option 2 approved`, `Request refused on cost`."""
    return bool(_participle(clause))


def _participle(clause: str) -> str:
    """The lemma of what an elliptic clause decides."""
    tokens = clause[:200].split()
    for place, token in enumerate(tokens[:10]):
        lower = token.strip("(),:;.–-").lower()
        if _STATES.fullmatch(lower) or lower in _BODIES or lower in ("it", "they", "be", "been", "being", "that", "to"):
            return ""
        following = [] if token[-1] in ".;,:" else tokens[place + 1 : place + 2]
        lemma = _PARTICIPLE.get(lower, "")
        if place and lemma in _SHORT and (not following or following[0].lower() in _AFTER_SHORT):
            return lemma
    return ""


def body_verb(clause: str) -> str:
    """The lemma of what the meeting does, where the clause says who: `that Cabinet approve the plan`.

    In `the minutes of the Panel held in May be approved` the participle belongs to a noun.
    """
    tokens = [token.strip("(),:;–-") for token in clause[:200].lower().split()]
    for token, verb, third in zip(tokens, tokens[1:], [*tokens[2:], ""], strict=False):
        if verb == "be" or _STATES.fullmatch(verb):
            return ""
        if token in _BODIES:
            verb = third if verb.endswith("ly") or verb == "also" else verb
            if verb in _PRESENT or (verb in _PARTICIPLE and not subjunctive(clause)):
                return _LEMMA[verb]
    return ""


def wishes(clause: str) -> bool:
    """Whether one thing is to do something: `That the plan continue in force`, and not `That the plan continues`."""
    lower = clause.lower()
    if not lower.startswith(("that the ", "that a ", "that cabinet ")) or _STATES.search(lower):
        return False
    found, tokens = _active(_after_that(lower)), lower.split()
    if found is None or found[0] not in tokens:
        return False
    before = tokens[tokens.index(found[0]) - 1]
    return found[0] in FORMAL or (before in _BODIES and not before.endswith("s"))


def _active(rest: str) -> tuple[str, int] | None:
    """The first word that can be a verb in the present, where no noun is due and not at the very end, and its place."""
    for found in _WORD.finditer(rest):
        lemma = _PRESENT.get(found.group())
        if (
            lemma
            and found.start()
            and found.end() < len(rest)
            and not _NOUN_DUE.search(rest, max(0, found.start() - 30), found.start())
        ):
            return lemma, found.start()
    return None


def _passive(rest: str) -> str | None:
    """The lemma of the first participle after the first `be`; None without a `be`, empty without a known participle."""
    for found in _BE.finditer(rest):
        if not _modal(rest, found.start()):
            following = [word.group() for word in _WORD.finditer(rest, found.end(), found.end() + 80)][:6]
            return next((_PARTICIPLE[word] for word in following if word in _PARTICIPLE), "")
    return None


def outcome(clause: str) -> str:
    """The lemma of what was decided: `That A be noted` is `note`, `to approve A` is `approve`; empty if unclear."""
    lower = " ".join(clause.lower().split()).replace("set out", "")
    rest, found = _after_that(lower), _TO.match(lower)
    verb = opening_verb(clause)
    if first := _FIRST_PERSON.match(clause):
        return _LEMMA.get(first[1], "")
    if verb and (found or _INNER_THAT.search(lower) or not subjunctive(lower)):
        phrase = _PHRASE.match(lower, found.end() if found else 0)
        return _PHRASES[phrase.group()] if phrase else verb
    if verb := body_verb(rest):
        return verb
    passive = _passive(rest)
    phrase = _PHRASE.search(rest)
    active = _active(rest) if passive is None else None
    if phrase and (not active or phrase.start() < active[1]):
        return _PHRASES[phrase.group()]
    if passive is not None:
        return passive
    if found := _PASSIVE.search(rest):
        return _PARTICIPLE.get(found.group(2), "")
    return active[0] if active else _participle(clause)
