"""Whether one name is a short form of another: "Barnardo's" of "Barnardo's Services Ltd". All are as `plain` writes."""

import re

from pipeline.patterns import alternation, by_kind


def _phrases(kind: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(word.split(" ")) for row in by_kind("names", kind) for word in row.words)


HEADS = frozenset(words[0] for words in _phrases("head"))
JOINED_HEADS, TAILS, KINDS = (
    _phrases("joined_head"),
    frozenset(words[0] for words in _phrases("tail")),
    set(_phrases("kind")),
)
PLACE_LEADS, PLACE_TAILS = _phrases("place_lead"), _phrases("place_tail")
COMPOUND = re.compile(rf"\b{alternation(' '.join(words) for words in _phrases('compound'))}\b")
RIVERS = frozenset(words[0] for words in _phrases("river"))


def shortens(label: str, short: str, full: str) -> bool:
    """Whether a name can be a short form of another; that nothing else can be meant is for the caller to see to.

    label (str): `STRATEGY`, `PROVIDER` or `PLACE`.
    short (str), full (str): Names without years, as `plain` writes them.
    """
    few, many = tuple(short.split(" ")), tuple(full.split(" "))
    if not short or few == many:
        return False
    if label == "STRATEGY":
        return _strategy(few, many)
    return _provider(few, many) if label == "PROVIDER" else _place(few) == _place(many) or river(few, many)


def stems(name: str) -> frozenset[str]:
    """The words of a name without a plural's "s"; a compound such as "corporate parenting" is one word."""
    words = COMPOUND.sub(lambda found: found[0].replace(" ", "_"), name).split(" ")
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)


def _strategy(few: tuple[str, ...], many: tuple[str, ...]) -> bool:
    """Whether a strategy's words are all in the other, or are its title: "Closer Home" of "Closer Home: A Plan"."""
    heads = HEADS.intersection(few)
    if heads:
        rest = _without(many, JOINED_HEADS)
        return len(few) > 1 and stems(" ".join(few)) <= stems(" ".join(many)) and HEADS.intersection(rest) <= heads
    if many[: len(few)] == few:
        return bool(HEADS.intersection(many[len(few) :]))
    return len(few) > 2 and many[-len(few) :] == few and bool(HEADS.intersection(many[: -len(few)]))


def _provider(few: tuple[str, ...], many: tuple[str, ...]) -> bool:
    """Whether only general words are left out: "Barnardo's" of "Barnardo's Services Ltd"; or a place."""
    if few in KINDS:
        return many[-len(few) :] == few or many[: len(few)] == few
    return many[: len(few)] == few and TAILS.issuperset(many[len(few) :]) and not TAILS.issuperset(few)


def _place(words: tuple[str, ...]) -> tuple[str, ...]:
    """A place without the kind of area: "Greenwich" for "Royal Borough of Greenwich"."""
    lead = max((len(lead) for lead in PLACE_LEADS if words[: len(lead)] == lead and len(words) > len(lead)), default=0)
    words = words[lead:]
    tail = max((len(tail) for tail in PLACE_TAILS if words[-len(tail) :] == tail and len(words) > len(tail)), default=0)
    return words[: len(words) - tail]


def river(few: tuple[str, ...], many: tuple[str, ...]) -> bool:
    """Whether what is left out is the river: "Kingston" of "Kingston upon Thames"."""
    return many[: len(few)] == few and len(many) > len(few) + 1 and many[len(few)] in RIVERS


def _without(words: tuple[str, ...], phrases: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """The words without the first phrase that is among them."""
    for phrase in phrases:
        for at in range(len(words) - len(phrase) + 1):
            if words[at : at + len(phrase)] == phrase:
                return words[:at] + words[at + len(phrase) :]
    return words
