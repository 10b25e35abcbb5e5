"""Who decides, and how the vote went: read from what stands before a decision and behind it."""

import re
from typing import NamedTuple

from pipeline.components import outcomes
from pipeline.components.record_tails import Place, words
from pipeline.patterns import alternation
from pipeline.values import BELOW_100, number

BEFORE, BEHIND = 400, 200  # characters that are read

_BODY = alternation([*outcomes.words("body", "person"), *words("body")])
_NAME = (
    r"(?:(?!(?i:the)\b)[A-Z][\w’'&/-]*,?\s+(?:(?:and|of|for|&)\s+){0,2}){0,8}?"
    rf"(?i:{_BODY})\b(?:\s+(?:for|of)\s+(?:the\s+)?[A-Z][\w’'&-]*(?:,?\s+(?:and\s+|&\s+)?(?!C(?:ouncillo|ll)r\b|The\b)[A-Z][\w’'&-]*){{0,8}})?(?:\s\([^()\n]{{1,60}}\))?"
)
_MARKER = alternation(
    [
        *outcomes.words("marker", "spoken", "act"),
        *words("announce"),
        "resolve",
        "agree",
        "recommend",
        "decide",
        "note",
        "approve",
    ]
)
_ADVERB = alternation([*outcomes.words("adverb"), "has", "have", "had", "having", "is", "are", "asked to"])
_NAMED = re.compile(rf"(?<![\w.’'-])(?P<name>{_NAME})")
_ASIDE = r"(?:,[^.;\n]{0,160}?[,:]|\s?\([^()\n]{0,80}\))"
_ACTS = re.compile(rf"{_ASIDE}?\s*(?:(?i:{_ADVERB})\s+){{0,3}}(?i:{_MARKER})\b(?!\s+by\s)")
_LEADS = re.compile(r"\s*(?:,[^.;\n]{0,160}?)?[:,–-]?\s*\Z")  # "The Cabinet Member, Councillor Hill:" before a list
_OPENS = re.compile(r"(?:\A|\n|[:.]\s|\b[Tt]hat|\bTHAT)\s*(?:[Tt]he\s+|THE\s+)?\Z")
_NUMBER = re.compile(r"(?<=\s)[(\[]?(?:\d{1,2}(?:\.\d{1,2}){0,2}|[a-zA-Z]|[ivxIVX]{1,4})[.):\]]{1,2}\s*\Z")
_SIGNED = re.compile(r"\bI,\s+(?:the\s+)?(?P<name>[A-Z][^,\n]{2,90}),")
_ARTICLE = re.compile(r"(?:the|this|that|a)\s+", re.I)
_BLANK_LINE = re.compile(r"\n\s*\n\s*")
_PAST = re.compile(r"[.!?]\s+(?=[A-Z])")

_COUNT = rf"(?:\d{{1,3}}|{BELOW_100}|no|none)"
_VOTES = "(?:votes?|members?|councillors?)"
_FOR = re.compile(
    rf"(?<![\w.])(?P<n>{_COUNT})\s+(?:{_VOTES}\s+)?(?:(?:were|voted|voting)\s+)?(?:in\s+favour|for\b(?!\s+(?:the|a|an)\s|\s+\w+ing\b))"
    rf"|\b(?:in\s+favour|votes?\s+for|for)\s*[:=–-]?\s*(?P<m>\d{{1,3}})\b|(?P<k>{_COUNT})\s+votes?\s+to\s+{_COUNT}\b"
    rf"|\bvotes?\s+(?:of\s+|was\s+)?(?P<j>\d{{1,3}})\s?(?:[-–:]|to)\s?\d{{1,3}}\b",
    re.I,
)
_AGAINST = re.compile(
    rf"(?<![\w.])(?P<n>{_COUNT})\s+(?:{_VOTES}\s+)?(?:(?:were|voted|voting)\s+)?against\b|\bagainst\s*[:=–-]?\s*(?P<m>\d{{1,3}})\b"
    rf"|{_COUNT}\s+votes?\s+to\s+(?P<k>{_COUNT})\b|\bvotes?\s+(?:of\s+|was\s+)?\d{{1,3}}\s?(?:[-–:]|to)\s?(?P<j>\d{{1,3}})\b",
    re.I,
)
_ABSTAINED = re.compile(
    rf"(?<![\w.])(?P<n>{_COUNT})\s+(?:{_VOTES}\s+)?(?:abstentions?|abstain(?:ed|ing))\b|\babst(?:entions?|ained|aining)?\.?\s*[:=–-]?\s*(?P<m>\d{{1,3}})\b",
    re.I,
)
_VOTED = re.compile(r"\bvot(?:es?|ed|ing)\b|\babst|\bfavour\b|\bfor\s*[:(]?\s*\d|\bagainst\b", re.I)
_UNANIMOUS = re.compile(rf"(?<!not )(?<!not\n)\b{alternation(words('none'))}(?!\w)", re.I)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\s*\n")
_OTHER = re.compile(rf"\b{alternation(words('other_vote'))}\b", re.I)
_HOW = re.compile(
    r"[\s(\[.–—-]{0,12}(?:(?:the|this|these|it|all|both)\s+(?:[\w’']+\s+){0,5}?)?(?:voting|votes?|unanimous(?:ly)?|carried|nem|for|in\s+favour"
    r"|(?:\d{1,3}|[a-z-]{2,14})\s+(?:votes?|for|in\s+favour))\b",
    re.I,
)


class Votes(NamedTuple):
    """What is said of the vote; None where nothing is."""

    unanimous: bool | None = None
    votes_for: int | None = None
    votes_against: int | None = None
    abstentions: int | None = None


def actor(text: str, start: int, first: int) -> Place | None:
    """The body in the sentence that announces the decision which starts at `start`; no look behind `first`."""
    left = max(first, start - BEFORE)
    if numbered := _NUMBER.search(text, max(left, start - 12), start):
        start = numbered.start()
    best = None
    for named in _NAMED.finditer(text, left, start):
        acts = _ACTS.match(text, named.end(), start)
        near = acts and len(text[acts.end() : start].split()) <= 12 and not _PAST.search(text, acts.end(), start)
        opens = _OPENS.search(text, max(left, named.start() - 12), named.start())
        if near or (opens and _LEADS.match(text, named.end(), start)):
            best = named
    if best:
        left = max([best.start(), *(blank.end() for blank in _BLANK_LINE.finditer(text, best.start(), best.end()))])
        article = _ARTICLE.match(text, left, best.end())
        return (article.end() if article else left), best.end()
    signed = _SIGNED.search(text, left, start)
    return signed.span("name") if signed and not _PAST.search(text, signed.end(), start) else None


def told_behind(text: str, end: int, last: int) -> int:
    """Where what is said of the vote behind a decision ends; the end of the decision where nothing is."""
    how = _HOW.match(text, end, min(last, end + BEHIND))
    if not how:
        return end
    stop = text.find("\n", how.end(), min(last, end + BEHIND))
    return stop if stop > 0 else min(last, end + BEHIND)


def votes(text: str, start: int, end: int, first: int, last: int) -> Votes:
    """The vote on the clauses between start and end, as told up to `first` before and `last` behind them."""
    lead = text[max(first, start - BEFORE) : start]
    lead = lead[lead.rfind("\n\n", 0, max(0, len(lead.rstrip()) - 80)) + 1 :]
    told = f"{lead}\n{text[end:last]}"
    told = "\n".join(sentence for sentence in _SENTENCE.split(told) if not _OTHER.search(sentence))
    unanimous = True if _UNANIMOUS.search(told) else None
    if not _VOTED.search(told):
        return Votes(unanimous)
    return Votes(unanimous, _number(_FOR, told), _number(_AGAINST, told), _number(_ABSTAINED, told))


def _number(pattern: re.Pattern[str], told: str) -> int | None:
    """The number of votes in the last match."""
    found = list(pattern.finditer(told))
    if not found:
        return None
    word = next(group for group in found[-1].groups() if group)
    if word.isdigit():
        return int(word)
    value = 0.0 if word.lower() in ("no", "none") else number(word)
    return int(value) if value is not None else None
