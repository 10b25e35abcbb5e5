"""What a decision clause decides upon: the object of its main verb, or the subject of its passive."""

from typing import NamedTuple

from pipeline.components import record_cues as cue
from pipeline.components.outcomes import elliptic, opening_verb
from pipeline.components.record_tails import Place, bare, trimmed

# Rule id: one example, and the share of its objects that are right in the dev and training-voices documents that have
# links, (right + 1) / (all + 2): the rules were made by them, texts nobody has seen give less.
RULES = {
    "subject": ("That the [report] be noted", 0.99),
    "object": ("To approve the [plan]", 0.98),
    "body": ("That Cabinet approve the [plan]", 0.82),
    "active": ("That the Chair write to members about the [delay]", 0.8),
    "charged": ("That the Director be asked to produce a [list]", 0.97),
    "power": ("That authority be given to the Director to [sign the lease]", 0.91),
    "stated": ("To note that [a report is due]", 0.89),
    "elliptic": ("[Option 2] approved", 0.5),
}
LONGEST = 3_000  # characters of a clause that are read


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
    opened = cue.THAT.match(text, start, end)
    at = opened.end() if opened else start
    if not opened and (found := _imperative(text, at, end)):
        return found
    at = _behind_intro(text, at, end)
    if found := _imperative(text, at, end, only_verb=True):
        return found
    if found := _by_body(text, at, end):
        return found
    for be in cue.BE.finditer(text, at, end):
        if not cue.MODAL.search(text, max(at, be.start() - 40), be.start()):
            return _passive(text, at, be.start(), be.end(), end)._replace(rest=be.start())
    return _active(text, at, end)


def _behind_intro(text: str, at: int, end: int) -> int:
    """Behind what opens the clause: `under Section 100A of the Act of 1972 the public be excluded`."""
    if not cue.INTRO.match(text, at, end):
        return at
    be = cue.BE.search(text, at, end)
    stops = [stop.end() for stop in cue.INTRO_END.finditer(text, at, be.start() if be else end)]
    return stops[-1] if stops and be else stops[0] if stops else at


def _imperative(text: str, at: int, end: int, only_verb: bool = False) -> Found | None:
    """`to approve the plan`, `Approve the plan`, `noted the report`."""
    leading = cue.LEADING.match(text, at, end)
    verb = cue.WORD.match(text, leading.end() if leading else at, end)
    if not verb:
        return None
    lemma = opening_verb(verb[0].lower())
    if not leading and cue.BE.match(text, min(verb.end() + 1, end), end):  # "grants be made"
        return None
    if not lemma and not (leading and cue.TO.match(leading[0])):
        return None
    if not leading and (lemma == "set" or (only_verb and verb[0][0].isupper())):  # "Support Lodge be sold"
        return None
    return of_verb(text, lemma or verb[0].lower(), verb.end(), end, "object")


def _by_body(text: str, at: int, end: int) -> Found | None:
    """`Cabinet approves the plan`: the body is the actor."""
    body = cue.BODY.match(text, at, min(end, at + 400))
    if not body or body["verb"].lower() == "be" or not (lemma := opening_verb(body["verb"].lower())):
        return None
    found = of_verb(text, lemma, body.end(), end, "body")
    told = body["name"].lower().endswith(("council", "member", "holder", "leader", "mayor", "officer"))
    if told and lemma not in cue.DECIDES:  # "the Council enters into the agreement" is said by its Cabinet
        return found
    return found._replace(actor=body.span("name"))


def _passive(text: str, start: int, be: int, participle: int, end: int) -> Found:
    """`X be noted`: X, unless somebody is asked or given the power to do something."""
    word = cue.WORD.match(text, participle, end)
    lemma = opening_verb(word[0].lower()) if word else ""
    after = word.end() if word else participle
    subject = trimmed(text, start, be)
    if cue.IT.match(text, start, be) and (inner := cue.INNER_THAT.match(text, after, end)):
        return Found(bare(text, inner.end(), end), "stated")
    if power := cue.POWER_SUBJECT.match(text, _articleless(text, start), be):
        held = cue.INFINITIVE.search(text, power.end(), be) or cue.INFINITIVE.search(text, after, end)
        if held and power[0].split()[-1].lower() not in ("consideration",):
            return Found(trimmed(text, held.start("verb"), be if held.end() <= be else end), "power")
        content = cue.TO_OR_FOR.match(text, after, end)
        if (
            content
            and lemma in ("give", "grant")
            and power[0].split()[-1].lower() in ("approval", "consent", "agreement", "consideration")
        ):
            return Found(trimmed(text, content.end(), end), "power")
    if lemma in cue.CHARGE | cue.EMPOWERING and (infinitive := cue.INFINITIVE.search(text, after, end)):
        if lemma in cue.EMPOWERING:
            return Found(trimmed(text, infinitive.start("verb"), end), "charged")
        if lemma == "invite":
            return Found(subject, "subject")
        return of_verb(text, _lemma(infinitive["verb"]), infinitive.end(), end, "charged", infinitive.start("verb"))
    if lemma == "ask" and (wanted := cue.FOR.match(text, after, end)):
        return Found(trimmed(text, wanted.end(), end), "charged")
    changed = word and word[0].lower() == "made" and cue.CHANGES.match(text[_articleless(text, start) : be].strip())
    if changed and (to := cue.TO_OR_IN.match(text, after, end)):
        return Found(trimmed(text, to.end(), end), "subject")
    if word and word[0].lower() in ("advised", "informed", "notified") and (of := cue.OF.match(text, after, end)):
        return Found(trimmed(text, of.end(), end), "charged")
    return Found(subject, "subject")


def _active(text: str, at: int, end: int) -> Found:
    """`the Chair write to members about the delay`, `Option 2 approved`, `the work should continue`."""
    for word in cue.WORD.finditer(text, at, min(end, at + 200)):
        if word.start() == at or not (lemma := opening_verb(word[0].lower())) or not word[0].islower():
            continue
        before = text[at : word.start()].lower().split()[-1:]
        if not before or before[0] in cue.NOUN_DUE or lemma == "set":
            continue
        if word[0].endswith("ed") and elliptic(text[at : min(end, at + 200)]):
            return Found(trimmed(text, at, word.start()), "elliptic")
        if word[0] == lemma or word[0].endswith("s"):
            return of_verb(text, lemma, word.end(), end, "active", word.start())
    finite = cue.FINITE.search(text, at, end)
    return Found(trimmed(text, at, finite.start()) if finite else None, "subject" if finite else "")


def of_verb(text: str, verb: str, at: int, end: int, rule: str, start: int = -1) -> Found:
    """The object of a verb that ends at a place.

    start (int): Where the verb starts: verb and rest are the object where the verb has none; -1 where it is not.
    """
    if principle := cue.PRINCIPLE.match(text, at, end):
        at = principle.end()
    if that := cue.INNER_THAT.match(text, at, end):
        return _that(text, verb, that.end(), end)
    if verb == "delegate" or (verb in ("give", "grant") and cue.POWER_SUBJECT.match(text, _articleless(text, at), end)):
        infinitive = cue.INFINITIVE.search(text, at, end)
        if infinitive:
            return Found(trimmed(text, infinitive.start("verb"), end), "power")
        if office := cue.TO_OFFICE.match(text, at, end):
            return Found(trimmed(text, office.end(), end), rule)
    if verb in cue.AGREEING and (do := cue.TO_DO.match(text, at, end)) and _lemma(do["verb"]) not in cue.AGREEING:
        return of_verb(text, _lemma(do["verb"]), do.end(), end, rule, do.start("verb"))
    if verb in cue.CHARGE:
        return _charge(text, verb, at, end, rule)
    if verb in cue.TELLING and (of := cue.ASKING.search(text, at, end) or cue.OF.search(text, at, end)):
        return Found(trimmed(text, of.end(), end), rule)
    if verb in cue.WRITING or (verb == "report" and text[at : at + 4].strip().startswith("to")):
        about = cue.ASKING.search(text, at, end) or cue.ABOUT.search(text, at, end)
        if about:
            return Found(trimmed(text, about.end(), end), rule)
        return Found(trimmed(text, start, end) if start >= 0 else None, rule)
    particle = cue.PARTICLE.match(text, at, end)
    place = trimmed(text, particle.end() if particle else at, end)
    if place and verb in cue.SENDING and (receiver := cue.TO_BODY.search(text, place[0], place[1])):
        place = trimmed(text, place[0], receiver.start())
    if place and verb in cue.CUT and (cut := cue.CUT[verb].search(text, *place)):
        place = trimmed(text, place[0], cut.start())
    if place is None and start >= 0 and not cue.ENDS_IN_ARTICLE.search(text, at, end):
        place = trimmed(text, start, end)
    return Found(place, rule)


def _charge(text: str, verb: str, at: int, end: int, rule: str) -> Found:
    """The object of `ask for a report`, `ask the Head to produce a list`, `recommend the plan to Council`."""
    if wanted := cue.FOR.match(text, at, end):
        stop = cue.TO_BE.search(text, wanted.end(), end)
        return Found(trimmed(text, wanted.end(), stop.start() if stop else end), rule)
    receiver = cue.TO_BODY.match(text, at, end)
    at = receiver.end() if receiver else at
    if receiver and (that := cue.INNER_THAT.match(text, at, end)):
        return _that(text, verb, that.end(), end)
    infinitive = cue.INFINITIVE.search(text, at, end)
    if infinitive and verb in cue.EMPOWERING:
        return Found(trimmed(text, infinitive.start("verb"), end), "charged")
    if infinitive and verb == "invite":
        return Found(trimmed(text, at, infinitive.start()), rule)
    if infinitive and infinitive["verb"] != "be" and verb != "commission":
        return of_verb(text, _lemma(infinitive["verb"]), infinitive.end(), end, "charged", infinitive.start("verb"))
    place = trimmed(text, at, end)
    if place and (receiver := cue.TO_BODY.search(text, place[0], place[1])):
        place = trimmed(text, place[0], receiver.start())
    return Found(place, rule)


def _that(text: str, verb: str, at: int, end: int) -> Found:
    """The object where `that` follows the verb: the whole statement of what is noted, else what is to be done to."""
    if verb in cue.STATING:
        return Found(bare(text, at, end), "stated")
    if verb in cue.AGREEING and not cue.AGREED_THAT.search(text, at, end) and (inner := find(text, at, end)).place:
        return inner._replace(actor=None)
    finite = cue.FINITE.search(text, at, end)
    return Found(trimmed(text, at, finite.start() if finite else end), "charged")


def _lemma(verb: str) -> str:
    return opening_verb(verb.lower()) or verb.lower()


def _articleless(text: str, at: int) -> int:
    """Behind blanks and an article."""
    found = cue.ARTICLE.match(text, at)
    return found.end() if found else at
