"""What stands around the object of a decision: its articles, terms, deadline and condition."""

import re

from pipeline.components import outcomes
from pipeline.patterns import alternation, by_kind
from pipeline.values import BELOW_100, MONTH

Place = tuple[int, int]


def words(*kinds: str) -> list[str]:
    """The wordings of some kinds of row in records.toml."""
    return [word for kind in kinds for row in by_kind("records", kind) for word in row.words]


GAP = r"\s{1,80}"
DAY = (
    rf"(?:(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?{GAP})?(?:the{GAP})?\d{{1,2}}(?:st|nd|rd|th)?{GAP}{MONTH}(?:,?{GAP}(?:19|20)\d\d)?"
    rf"|{MONTH}(?:{GAP}(?:19|20)\d\d)?|(?:19|20)\d\d)\b"
)
SPAN = (
    rf"(?:(?:a|an|\d{{1,3}}|{BELOW_100})(?:{GAP}|-)(?:(?:further|calendar|working){GAP})?(?:day|week|month|year)s?)\b"
)
_AHEAD = rf"(?:{alternation(words('time'))}|{MONTH})"
_BODIES = alternation([*outcomes.words("body"), *words("body")])
_MEETING = (
    rf"(?:(?:its|their|a|an|our){GAP})?{_AHEAD}{GAP}(?:[\w’'-]+{GAP}){{0,3}}?(?:meeting|session|cycle)\b"
    rf"(?:{GAP}of{GAP}(?:the{GAP})?(?:full{GAP})?{_BODIES}\b)?(?:{GAP}(?:on{GAP}{DAY}|in{GAP}(?:{DAY}|the{GAP}(?:new|next){GAP}[a-z]+{GAP}year)))?"
    rf"|(?:its|their|a)?\s{{0,80}}meeting{GAP}(?:in|on|of){GAP}(?:the{GAP})?{DAY}"
)
_EVENT = (
    rf"(?:end|close|start|beginning|middle){GAP}of{GAP}(?:{DAY}|(?:the|this|next){GAP}(?:[\w/-]+{GAP}){{0,2}}?"
    rf"(?:year|month|quarter|term)\b)|(?:next|this){GAP}(?:year|month|quarter)\b|year[ -]end\b"
    rf"|(?:(?:early|mid|late|new){GAP})?(?:spring|summer|autumn|winter|new{GAP}year)\b(?:{GAP}(?:of{GAP})?(?:19|20)\d\d\b)?"
)
_QUARTER = rf"(?:quarter{GAP}|q)(?:[1-4]|one|two|three|four)\b(?:{GAP}(?:of{GAP})?(?:19|20)\d\d(?:[/–-]\d{{2,4}})?\b)?"
_THE = rf"(?:the{GAP})?"
_SOON = re.compile(
    rf"\b(?:in|within|after|inside){GAP}{_THE}(?:next{GAP})?(?P<time>{SPAN}(?:['’]s?)?(?:{GAP}time\b)?)", re.I
)
_DATED = re.compile(
    rf"\b(?:(?:at|to|by|before|for|attend|until|on|no{GAP}later{GAP}than){GAP}{_THE}(?P<meeting>{_MEETING})"
    rf"|(?:by|before|at|not?{GAP}later{GAP}than|in){GAP}{_THE}(?P<event>{_EVENT})"
    rf"|(?:by|before|not?{GAP}later{GAP}than|in|be{GAP}held{GAP}on){GAP}(?P<day>{DAY}(?![/–-]\d)|{_QUARTER}))",
    re.I,
)
_NO_DEADLINE = re.compile(rf"(?:every|each|held|for|period|of|from|term|was|were|meeting){GAP}\Z", re.I)
_CONDITION = re.compile(rf"(?<!be )(?<!is )(?<!are )\b{alternation(words('condition'))}(?=\s)", re.I)
_ARTICLE = re.compile(r"(?:the|an?)\s+(?=\S)", re.I)
_CLOSING = ".,;:–—|-"

_TAIL = re.compile(
    rf",?{GAP}(?:{alternation(words('tail', 'condition'))}\b"
    rf"|(?:from|by|in|until|not?{GAP}later{GAP}than){GAP}(?:the{GAP})?{DAY}"
    rf"|(?:in|within|for|over){GAP}(?:the{GAP}next{GAP}|up{GAP}to{GAP})?{SPAN}(?!{GAP}of\b)"
    rf"|by{GAP}(?:a{GAP}further{GAP}|up{GAP}to{GAP})?£?\d[\d.,]{{0,12}}\s?(?:%|per\b)"
    rf"|(?:at|to|for|by){GAP}{_THE}(?:{_MEETING}|{_EVENT}))(?![^,;.]{{0,40}},{GAP}(?:and{GAP})?of\b)"
    rf"|,{GAP}{alternation(words('comma_tail'))}\b",
    re.I,
)


def trimmed(text: str, start: int, end: int) -> Place | None:
    """Without article in front, tail clauses and punctuation behind; None where nothing is left."""
    while start < end and (text[start].isspace() or text[start] in "‘“\"'"):
        start += 1
    if article := _ARTICLE.match(text, start, end):
        start = article.end()
    tail = _TAIL.search(text, start + 1, end)
    while tail and _within(text, start, tail.start()):
        tail = _TAIL.search(text, tail.end(), end)
    return bare(text, start, tail.start() if tail else end)


def bare(text: str, start: int, end: int) -> Place | None:
    """Without blanks and punctuation at the ends; None where nothing is left."""
    while start < end and (text[start].isspace() or text[start] in _CLOSING):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in _CLOSING):
        end -= 1
    return (start, end) if start < end and text[start:end].lower() not in ("the", "a", "an") else None


def _within(text: str, start: int, at: int) -> bool:
    """Whether a place lies within brackets."""
    head = text[max(start, at - 200) : at]
    return head.count("(") > head.count(")")


def condition(text: str, start: int, end: int) -> Place | None:
    """From `subject to` and the like to the end of the clause; in front of the clause to its comma."""
    found = _CONDITION.search(text, start, end)
    if not found:
        return None
    stop = end
    if found.start() - start < 8:  # "That, subject to consultation, the plan be approved"
        comma = text.find(",", found.end(), end)
        stop = comma if comma > 0 else end
    return bare(text, found.start(), stop)


def deadline(text: str, start: int, end: int, taken: Place | None) -> Place | None:
    """When something is to be done: a length of time anywhere, a date or meeting outside the object."""
    for found in _DATED.finditer(text, start, end):
        place = found.span(found.lastgroup or 0)
        inside = taken and taken[0] <= found.start() < taken[1]
        if not inside and not _NO_DEADLINE.search(text, max(start, found.start() - 40), found.start()):
            return place
    for found in _SOON.finditer(text, start, end):
        if not _NO_DEADLINE.search(text, max(start, found.start() - 40), found.start()):
            return found.span("time")
    return None
