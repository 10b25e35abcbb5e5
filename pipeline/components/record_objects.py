"""What a decision clause decides upon: the object of its main verb, or the subject of its passive."""

import re
from typing import NamedTuple

from pipeline.components import outcomes
from pipeline.components.outcomes import opening_verb
from pipeline.components.record_tails import Place, bare, trimmed, words
from pipeline.patterns import alternation

# Rule id: one example, and the share of its objects that are right on the dev split, (right + 1) / (all + 2), by which
# the rules were made: texts nobody has seen give less.
RULES = {
    "subject": ("That the [report] be noted", 0.99),
    "object": ("To approve the [plan]", 0.9),
    "body": ("That Cabinet approve the [plan]", 0.77),
    "active": ("That the Chair write to members about the [delay]", 0.75),
    "charged": ("That the Director be asked to produce a [list]", 0.95),
    "power": ("That authority be given to the Director to [sign the lease]", 0.86),
    "stated": ("To note that [a report is due]", 0.86),
    "elliptic": ("[Option 2] approved", 0.5),
}
LONGEST = 3_000  # characters of a clause that are read

_THAT = re.compile(r"(?:that|t\sh\sa\st)\b[\s,:–—-]*", re.I)
_LEADING = re.compile(r"(?:(?:to|not|also|further|unanimously|formally|otherwise|and|hereby|either)\b[\s:–—-]*)+", re.I)
_TO = re.compile(r"(?:\w+\s+){0,2}?to\b", re.I)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_BE = re.compile(r"\bbe\b(?:\s+(?:not|hereby|also|further|formally|therefore|\w+ly)\b)*\s*", re.I)
_MODAL = re.compile(r"\b(?:to|will|would|should|could|may|might|must|can|cannot|shall)\s+(?:not\s+|\w+ly\s+)?\Z", re.I)
_FINITE = re.compile(
    r"\s+(?:be|would|will|could|may|can|should|shall|must|is|are|was|were|has|have|continue|remain)\b", re.I
)
_INTRO = re.compile(
    r"(?:under|pursuant\s+to|in\s+accordance\s+with|in\s+line\s+with|having|following|subject\s+to|for\s+the|in\s+order\s+to"
    r"|with\s+effect|in\s+view|in\s+principle|as\s+a|given|from|with\s+regard)\b",
    re.I,
)
_INTRO_END = re.compile(r",\s+|\b(?:19|20)\d\d,?\s+(?=the\b)", re.I)
_IT = re.compile(r"it\s*\Z", re.I)
_INNER_THAT = re.compile(r"\s*(?:that\b|:)\s*", re.I)
_INFINITIVE = re.compile(
    r"\bto\s+(?:(?:also|further|\w+ly)\s+)?(?!(?:the|an?|its|their|his|her|our|all|any|each|every|both|this|that|these|those|members|"
    r"officers|full|cabinet|council|committee)\b)(?=[a-z])(?P<verb>[a-z-]+)"
)
_POWER = alternation(words("power"))
_POWER_SUBJECT = re.compile(rf"(?:[\w’'-]+\s+){{0,3}}?{_POWER}\b", re.I)
_ABOUT = re.compile(r"\s(?:about|regarding|concerning|on|of)\s+", re.I)
_TO_BE = re.compile(r"\s+to\s+be\s", re.I)
_FOR = re.compile(r"\s*for\s+", re.I)
_TO_OR_FOR = re.compile(r"\s*(?:to|for|of)\s+", re.I)
_PARTICLE = re.compile(
    r"\s*(?:(?:in\s+principle|part|formally|the\s+following|action)\b,?\s*)?(?:(?:into|with|out|up|upon|in|on|off|for|to)\b(?!\s+principle)\s*)?",
    re.I,
)
_PRINCIPLE = re.compile(r"\s*,?\s*(?:in\s+principle|formally|again)\b,?", re.I)
_BODIES = alternation([*outcomes.words("body", "person"), *words("body")])
_BODY = re.compile(
    rf"(?:the\s+)?(?P<name>(?:[\w’'&()-]+,?\s+){{0,9}}?{_BODIES})"
    r"(?:\s+(?:for|of)\s+(?:(?:the\s+)?(?-i:[A-Z])[\w’'-]*,?\s+(?:and\s+|&\s+|of\s+){0,2}){1,8})?\s*(?:also\s+|\w+ly\s+)?"
    rf"(?!(?:of|for|and|be|in|on|to|{_BODIES})\b)(?P<verb>[a-z-]+)\b",
    re.I,
)
_TO_BODY = re.compile(
    r"\s+to\s+(?:the\s+|full\s+|a\s+)*(?:[A-Z][\w’'&-]*,?\s+(?:(?:and|of|for)\s+){0,2}){0,8}(?:(?i:members?|officers?|director|head|manager|chief\s+executive|solicitor|mayor|leader|"
    + alternation([*outcomes.words("body"), *words("body")])
    + r"))\b"
)
_ENDS_IN_ARTICLE = re.compile(r"\b(?:the|an?)\s*\Z", re.I)
_SENDING, _STATING, _EMPOWERING = (frozenset(words(kind)) for kind in ("sending", "stating", "empowering"))
_NOUN_DUE = frozenset(("the", "a", "an", "of", "for", "in", "on", "to", "with", "and", "as", "its", "their"))
_DECIDES = frozenset(
    ("approve", "note", "agree", "adopt", "endorse", "receive", "recommend", "delegate", "authorise", "accept")
)
_CHARGE = frozenset(outcomes.words("charge"))


class Found(NamedTuple):
    """place: the object's offsets; rule: how it was found; actor: offsets of a body that decides in the clause;
    rest: where what is to be done about a subject starts."""

    place: Place | None
    rule: str
    actor: Place | None = None
    rest: int = 0


def find(text: str, start: int, end: int) -> Found:
    """The object of the clause text[start:end], and the body that it names as deciding."""
    end = min(end, start + LONGEST)
    opened = _THAT.match(text, start, end)
    at = opened.end() if opened else start
    if not opened and (found := _imperative(text, at, end)):
        return found
    at = _behind_intro(text, at, end)
    if found := _imperative(text, at, end, only_verb=True):
        return found
    if found := _by_body(text, at, end):
        return found
    for be in _BE.finditer(text, at, end):
        if not _MODAL.search(text, max(at, be.start() - 40), be.start()):
            return _passive(text, at, be.start(), be.end(), end)._replace(rest=be.start())
    return _active(text, at, end)


def _behind_intro(text: str, at: int, end: int) -> int:
    """Behind what opens the clause: `under Section 100A of the Act of 1972 the public be excluded`."""
    if not _INTRO.match(text, at, end):
        return at
    be = _BE.search(text, at, end)
    stops = [stop.end() for stop in _INTRO_END.finditer(text, at, be.start() if be else end)]
    return stops[-1] if stops and be else stops[0] if stops else at


def _imperative(text: str, at: int, end: int, only_verb: bool = False) -> Found | None:
    """`to approve the plan`, `Approve the plan`, `noted the report`."""
    leading = _LEADING.match(text, at, end)
    verb = _WORD.match(text, leading.end() if leading else at, end)
    if not verb:
        return None
    lemma = opening_verb(verb[0].lower())
    if not leading and _BE.match(text, min(verb.end() + 1, end), end):  # "grants be made"
        return None
    if not lemma and not (leading and _TO.match(leading[0])):
        return None
    if not leading and (lemma == "set" or (only_verb and verb[0][0].isupper())):  # "Support Lodge be sold"
        return None
    return of_verb(text, lemma or verb[0].lower(), verb.end(), end, "object")


def _by_body(text: str, at: int, end: int) -> Found | None:
    """`Cabinet approves the plan`: the body is the actor."""
    body = _BODY.match(text, at, min(end, at + 400))
    if not body or body["verb"].lower() == "be" or not (lemma := opening_verb(body["verb"].lower())):
        return None
    found = of_verb(text, lemma, body.end(), end, "body")
    told = body["name"].lower().endswith(("council", "member", "holder", "leader", "mayor", "officer"))
    if told and lemma not in _DECIDES:  # "the Council enters into the agreement" is said by its Cabinet
        return found
    return found._replace(actor=body.span("name"))


def _passive(text: str, start: int, be: int, participle: int, end: int) -> Found:
    """`X be noted`: X, unless somebody is asked or given the power to do something."""
    word = _WORD.match(text, participle, end)
    lemma = opening_verb(word[0].lower()) if word else ""
    after = word.end() if word else participle
    subject = trimmed(text, start, be)
    if _IT.match(text, start, be) and (inner := _INNER_THAT.match(text, after, end)):
        return Found(bare(text, inner.end(), end), "stated")
    if power := _POWER_SUBJECT.match(text, _articleless(text, start), be):
        held = _INFINITIVE.search(text, power.end(), be) or _INFINITIVE.search(text, after, end)
        if held and power[0].split()[-1].lower() not in ("consideration",):
            return Found(trimmed(text, held.start("verb"), be if held.end() <= be else end), "power")
        content = _TO_OR_FOR.match(text, after, end)
        if (
            content
            and lemma in ("give", "grant")
            and power[0].split()[-1].lower() in ("approval", "consent", "agreement", "consideration")
        ):
            return Found(trimmed(text, content.end(), end), "power")
    if lemma in _CHARGE | _EMPOWERING and (infinitive := _INFINITIVE.search(text, after, end)):
        if lemma in _EMPOWERING:
            return Found(trimmed(text, infinitive.start("verb"), end), "charged")
        if lemma == "invite":
            return Found(subject, "subject")
        return of_verb(text, _lemma(infinitive["verb"]), infinitive.end(), end, "charged", infinitive.start("verb"))
    if word and word[0].lower() in ("advised", "informed", "notified") and (of := _ABOUT.match(text, after, end)):
        return Found(trimmed(text, of.end(), end), "charged")
    return Found(subject, "subject")


def _active(text: str, at: int, end: int) -> Found:
    """`the Chair write to members about the delay`, `Option 2 approved`, `the work should continue`."""
    for word in _WORD.finditer(text, at, min(end, at + 200)):
        if word.start() == at or not (lemma := opening_verb(word[0].lower())) or not word[0].islower():
            continue
        before = text[at : word.start()].lower().split()[-1:]
        if not before or before[0] in _NOUN_DUE or lemma == "set":
            continue
        if word[0].endswith("ed") and outcomes.elliptic(text[at : min(end, at + 200)]):
            return Found(trimmed(text, at, word.start()), "elliptic")
        if word[0] == lemma or word[0].endswith("s"):
            return of_verb(text, lemma, word.end(), end, "active", word.start())
    finite = _FINITE.search(text, at, end)
    return Found(trimmed(text, at, finite.start()) if finite else None, "subject" if finite else "")


def of_verb(text: str, verb: str, at: int, end: int, rule: str, start: int = -1) -> Found:
    """The object of a verb that ends at a place.

    start (int): Where the verb starts: verb and rest are the object where the verb has none; -1 where it is not.
    """
    if principle := _PRINCIPLE.match(text, at, end):
        at = principle.end()
    if that := _INNER_THAT.match(text, at, end):
        return _that(text, verb, that.end(), end)
    if verb == "delegate" or (verb in ("give", "grant") and _POWER_SUBJECT.match(text, _articleless(text, at), end)):
        infinitive = _INFINITIVE.search(text, at, end)
        if infinitive:
            return Found(trimmed(text, infinitive.start("verb"), end), "power")
    if verb in _CHARGE:
        return _charge(text, verb, at, end, rule)
    if verb in ("write", "speak", "respond") or (verb == "report" and text[at : at + 4].strip().startswith("to")):
        about = _ABOUT.search(text, at, end)
        if about:
            return Found(trimmed(text, about.end(), end), rule)
        return Found(trimmed(text, start, end) if start >= 0 else None, rule)
    particle = _PARTICLE.match(text, at, end)
    place = trimmed(text, particle.end() if particle else at, end)
    if place and verb in _SENDING and (receiver := _TO_BODY.search(text, place[0], place[1])):
        place = trimmed(text, place[0], receiver.start())
    if place is None and start >= 0 and not _ENDS_IN_ARTICLE.search(text, at, end):
        place = trimmed(text, start, end)
    return Found(place, rule)


def _charge(text: str, verb: str, at: int, end: int, rule: str) -> Found:
    """The object of `ask for a report`, `ask the Head to produce a list`, `recommend the plan to Council`."""
    if wanted := _FOR.match(text, at, end):
        stop = _TO_BE.search(text, wanted.end(), end)
        return Found(trimmed(text, wanted.end(), stop.start() if stop else end), rule)
    receiver = _TO_BODY.match(text, at, end)
    at = receiver.end() if receiver else at
    if receiver and (that := _INNER_THAT.match(text, at, end)):
        return _that(text, verb, that.end(), end)
    infinitive = _INFINITIVE.search(text, at, end)
    if infinitive and verb in _EMPOWERING:
        return Found(trimmed(text, infinitive.start("verb"), end), "charged")
    if infinitive and infinitive["verb"] != "be" and verb != "commission":
        return of_verb(text, _lemma(infinitive["verb"]), infinitive.end(), end, "charged", infinitive.start("verb"))
    place = trimmed(text, at, end)
    if place and (receiver := _TO_BODY.search(text, place[0], place[1])):
        place = trimmed(text, place[0], receiver.start())
    return Found(place, rule)


def _that(text: str, verb: str, at: int, end: int) -> Found:
    """The object where `that` follows the verb: the whole statement of what is noted, else what is to be done to."""
    if verb in _STATING:
        return Found(bare(text, at, end), "stated")
    finite = _FINITE.search(text, at, end)
    return Found(trimmed(text, at, finite.start() if finite else end), "charged")


def _lemma(verb: str) -> str:
    return opening_verb(verb.lower()) or verb.lower()


def _articleless(text: str, at: int) -> int:
    """Behind blanks and an article."""
    found = re.compile(r"\s*(?:(?:the|an?)\s+)?", re.I).match(text, at)
    return found.end() if found else at
