"""The phrases of a sentence with figures: where a clause, a subject, a noun phrase starts and ends."""

import re

from pipeline.components.figure_numbers import Place, words
from pipeline.components.figure_times import Period, before_period
from pipeline.patterns import alternation

LONGEST = 300  # characters of a measure

FINITE = re.compile(rf"\b(?:{alternation(words('auxiliary'))})\b", re.I)
VERB = re.compile(rf"\b(?:{alternation(words('auxiliary', 'carrying', 'rise', 'fall'))})\b", re.I)
_RELATIVE = re.compile(r"\b(?:who|which|that|whom|where)\s+(?:\w+ly\s+)?\Z", re.I)
_STRONG = re.compile(
    r"\bthat\s+(?!(?:of|had|have|has|was|were|is|are|would|will|could|did|do)\b)|[;:|]\s*|\s[–—]\s+|\.\s+|\breason:\s",
    re.I,
)
_WEAK = re.compile(
    r",?\s+(?:and|but|while|although|whereas|so|as|because|if|where|when|yet)\s+|,\s+(?=[a-z])",
    re.I,
)
_INTRO = re.compile(
    rf"(?:\s*{alternation(words('preposition', 'before_comma'))}\s[^,]{{1,80}},\s+(?=\S)"
    rf"|\s*{alternation(words('intro'))}\b,?\s*)",
    re.I,
)
_LED = re.compile(  # "Since the first lockdown the number of"
    rf"\s*{alternation(words('preposition'))}\s[^,;:]{{1,60}}?\s(?:the|its|their)\s+(?=(?:(?!the\b)\w+\s+){{0,2}}?{alternation(words('summary'))}\b)",
    re.I,
)
_ASIDE = re.compile(r",\s+(?:where|which|who|including|being|such|as|with)\b[^,]*,\s*\Z", re.I)
_ARTICLE = re.compile(rf"(?:{alternation(words('opening'))}\s+)+", re.I)
TRAILING = re.compile(rf"(?:[\s,;:(–—-]|\b{alternation(words('trailing'))}\b)+\Z", re.I)
PRONOUN = re.compile(rf"{alternation(words('pronoun'))}\Z", re.I)
_FUNCTION = words("pronoun", "particle", "auxiliary", "having", "stop", "against", "within", "resuming")
_NO_NOUN = re.compile(
    rf"(?!average\W*\Z)\W*(?:(?:\b{alternation(_FUNCTION)}\b\W*){{1,2}}|{alternation(words('empty'))}\W*)", re.I
)
_EMPTY = re.compile(r"(?:it|they|he|she|there)\s", re.I)
_WHICH = re.compile(
    r"(?:,\s+(?:(?:of|to|for)\s+)?|\s+(?:of|to|for)\s+)(?:which|who|whom)(?:\s+there)?(?:\s+\w+)?\s*\Z", re.I
)
_BOUNDARY = re.compile(r"\b(?:of|on|to|for|with|by|at|in|from|that|was|were|is|are|had|the|an?)\s+", re.I)
_APART = re.compile(r"\b(?:to|at|by|from|that|including|and|were|are|was|is)\s+|,\s+", re.I)
_LEAD = re.compile(
    r"\s*(?:(?:and|but)\s+)?(?:(?:in|by|during|since|for|at|over|on|within|as\s+at)\s+)?(?:the\s+)?", re.I
)
_CARRIES = re.compile(rf"\s*{alternation(words('auxiliary'))}\b", re.I)
_DETERMINER = re.compile(
    r"\b(?:an?|the|its|their|this|any|no|our|with|against|to|by|for|on|and|was|were|is|are|be|been|had|has)\s+", re.I
)
_MODIFIED = re.compile(r"\b(?P<article>an?|the|any)\s+(?!further\b|small\b|slight\b)(?:[\w-]+\s+){1,3}\Z", re.I)
CHANGES = re.compile(rf"\b{alternation(words('rise', 'fall'))}\b", re.I)


def clause(text: str, left: int, at: int, known: list[Period], verb: bool = False) -> Place | None:
    """The clause or noun phrase that ends at a place.

    verb (bool): Whether its own verb belongs to it: not so in front of `was 92%`.
    """
    for strong in _STRONG.finditer(text, left, at):
        left = strong.end()
    left = _behind_intro(text, left, at, known)
    if aside := _ASIDE.search(text, left, at):
        at = aside.start()
    if relative := _WHICH.search(text, left, at):
        return antecedent(text, left, relative.start())
    finite = [
        f for f in FINITE.finditer(text, left, at) if not _RELATIVE.search(text, max(left, f.start() - 20), f.start())
    ]
    joined = re.search(r"(?:,|\b(?:and|but|or))\s*\Z", text[left:at])
    if finite and joined and not verb:
        at = finite[0].start()
        finite = []
    if finite:
        for weak in _WEAK.finditer(text, left, at):
            if any(f.end() <= weak.start() for f in finite) and weak.end() < at:
                left = weak.end()
    elif opening := re.match(r"(?:and|but|while|whereas)\s+", text[left:at]):
        left += opening.end()
    at = before_period(text, left, at, known)
    place = trimmed(text, left, at)
    return None if place and (PRONOUN.match(text, *place) or _EMPTY.match(text, *place)) else place


def _behind_intro(text: str, left: int, at: int, known: list[Period]) -> int:
    """Behind what opens a clause: `In the last three years the number ...`."""
    for period in known:
        lead = text[left : period.start]
        if left <= period.start and period.end < at and _LEAD.fullmatch(lead) and not _CARRIES.match(text, period.end):
            return period.end
    if intro := _INTRO.match(text, left, at):
        return intro.end()
    led = _LED.match(text, left, at)
    return led.end() if led else left


def bracketed(text: str, left: int, at: int, known: list[Period]) -> Place | None:
    """What stands before a bracket: a clause with its verb, else the noun phrase at its end."""
    place = clause(text, left, at, known, verb=True)
    if place and not FINITE.search(text, *place):
        for found in _APART.finditer(text, *place):
            place = found.end(), place[1]
        return trimmed(text, *place)
    return place


def antecedent(text: str, left: int, at: int) -> Place | None:
    """The noun phrase before `, who`: `agency workers` in `the use of agency workers, who filled`."""
    stop = at
    if inner := re.search(r"\s(?:who|that|whose)\s", text[left:at]):
        stop = left + inner.start()
    for found in _BOUNDARY.finditer(text, left, stop):
        left = found.end()
    return trimmed(text, left, at)


def head(text: str, left: int, at: int) -> Place | None:
    """The noun phrase before `of N%`: `target`, `average saving`, `increase in fees`."""
    if text[at : at + 3].lower() == "by ":  # "to increase the allowance by 2%"
        verbs = list(CHANGES.finditer(text, max(left, at - 160), at))
        return trimmed(text, verbs[-1].end(), at) if verbs else None
    for strong in _STRONG.finditer(text, left, at):
        left = strong.end()
    change = [found.start() for found in CHANGES.finditer(text, max(left, at - 80), at)]
    if change:
        modified = _MODIFIED.search(text, max(left, change[-1] - 60), change[-1])
        left = modified.end("article") if modified else change[-1]
    else:
        for found in _DETERMINER.finditer(text, left, at):
            left = found.end()
    return trimmed(text, left, at) if not FINITE.search(text, left, at) or change else None


def trimmed(text: str, start: int, end: int, front: re.Pattern[str] = _ARTICLE) -> Place | None:
    """Without article in front and without what trails behind; None where no word is left."""
    while start < end and not (text[start].isalnum() or text[start] in "‘“\"'(£"):
        start += 1
    end = min(end, start + LONGEST)
    if article := front.match(text, start, end):
        start = article.end()
    if trailing := TRAILING.search(text, max(start, end - 80), end):
        end = trailing.start()
    while start < end and (text[end - 1].isspace() or text[end - 1] in ".,;:|–—-"):
        end -= 1
    words_left = start < end and any(letter.isalpha() for letter in text[start:end])
    return (start, end) if words_left and not _NO_NOUN.fullmatch(text, start, end) else None
