"""What stands around a marker: a past decision that is only told of, a proposal, another marker below."""

import re

from pipeline.components.clauses import Clause
from pipeline.components.outcomes import MONTHS, states, words
from pipeline.patterns import alternation

_CUES = tuple(f" {cue}" for cue in words("reported"))
_TAKEN = re.compile(r"\b(?i:decision\s+made\s+by|(?:taken|made)\s+this\s+decision)\b")
_AT_MEETING = re.compile(r"\bat\s+(?:the|its|their|a)\s+(?:(?!conclusion|end|close|start)\w+\s+){0,2}meeting\b", re.I)
_DATED = re.compile(rf"\b(?i:in|on|since|during|last)\s+(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?:{MONTHS}|(?:19|20)\d\d)\b")
_DISCUSSED = re.compile(rf"\s{alternation(words('discussion'))}\b")
_DECIDED = re.compile(r"^[^\w\n]*(?:RESOLVED|AGREED|DECISION|Resolved|Agreed|Decision)\b", re.M)
_NEXT_HEADING = re.compile(
    r"^[^\w\n]*(?:(?P<word>RESOLVED|AGREED|DECISION|Resolved|Decision)\s*(?:[:–—-]|$|that\b|to\b)"
    rf"|(?i:{alternation(words('tail'))}\b)|\d{{1,4}}\.?[ \t]+[A-Z])",
    re.M,
)
_NEXT_ITEM = re.compile(r"^[ \t]*(?:Meeting:|\d\d/\d\d/\d{4} - |\d{1,3}\.?[ \t]+[A-Z][A-Z ]{5})", re.M)
_PROPOSED = re.compile(rf"\W*(?:\d+\.?\W*)?{alternation(words('proposal'))}\b", re.I)
_CUE = re.compile(rf"(?<!\bthe\s)(?<!\ba\s)\b{alternation(words('proposal_cue'))}\b", re.I)
_ASIDE = re.compile(rf"\W*(?:\d+\.?\W*)?{alternation(words('aside'))}\W*", re.I)
_PLAN = re.compile(rf"\b{alternation(words('plan'))}\b(?=[^\n.]{{0,80}}$)", re.I | re.M)
_PENDING = re.compile(rf"[ \t]*{alternation(words('pending'))}\s*(?:[:|–-]|[ \t]{{2,}}|\t)", re.I)
_MADE = re.compile(
    r"\b(?:decisions?\s+(?:taken|made|recorded)\b|record\s+of\s+(?:an?\s+)?(?:\w+\s+){0,2}decisions?"
    r"|decisions?\s+(?:record|notice|log)\b)",
    re.I,
)
_CARRIED = re.compile(r"\b(?:carried|agreed|approved|unanimously)\b", re.I)


def proposal(text: str, start: int, end: int) -> bool:
    """Whether a recommendation stands before the decision or apart from any meeting, and so decides nothing."""
    item = _NEXT_ITEM.search(text, end, end + 3000)
    decided = _DECIDED.search(text, end, item.start() if item else end + 3000)
    return bool(decided) or not discussed(text, start)


def discussed(text: str, start: int) -> bool:
    """Whether a meeting is told of before start, so that what is recommended is its own decision."""
    return bool(_DISCUSSED.search(text, max(0, start - 2500), start))


def superseded(text: str, marker: str, clause: Clause) -> bool:
    """Whether another marker stands below before any other heading: the past tense above it only leads to it."""
    content = text[clause.start : clause.end]
    if not states(content) or states(content, present=True):
        return False
    found = _NEXT_HEADING.search(text, clause.end, clause.end + 1500)
    return found is not None and found["word"] not in (None, marker)


def reported(head: str) -> bool:
    """Whether the words before a marker tell of a past decision: `At its meeting in March the Committee`."""
    lower = f" {head.lower()}"
    return any(cue in lower for cue in _CUES) or bool(_AT_MEETING.search(head))


def dated(head: str) -> bool:
    """Whether the words before a marker name a month or a year: `In July 2019 Cabinet`."""
    return bool(_DATED.search(head))


def taken(text: str, start: int, end: int) -> bool:
    """Whether the form around a `decision to be taken` records that it was taken."""
    return bool(_TAKEN.search(text, max(0, start - 3000), end + 6000))


def planned(text: str, start: int, clause: int) -> bool:
    """Whether the entry of a forward plan says from start what is to be decided: `Decision: To sell the mill`."""
    if text[clause : clause + 3].lower() != "to ":
        return False
    below = text[clause : clause + 600].split("\n\n", 1)[0].split("\n")[1:6]
    if any(map(_PENDING.match, below)):
        return True
    return scheduled(text, start)


def scheduled(text: str, start: int) -> bool:
    """Whether the page lists decisions that are still to be made."""
    return _headed(_PLAN, text, start) and not _headed(_MADE, text, start)


def recorded(text: str, start: int) -> bool:
    """Whether the page lists or records decisions that were made."""
    return _headed(_MADE, text, start) and not _headed(_PLAN, text, start)


def _headed(pattern: re.Pattern[str], text: str, start: int) -> bool:
    """Whether the head of the text or what stands not far above start shows the pattern."""
    return bool(pattern.search(text, 0, min(start, 600)) or pattern.search(text, max(0, start - 3000), start))


def decision_place(above: str) -> bool:
    """Whether a decision can stand below this line: after a heading or a finished paragraph that proposes nothing."""
    last = re.split(r"(?<=[.;!?])\s", above)[-1]
    if _PROPOSED.match(above) or _ASIDE.fullmatch(above) or (_CUE.search(last) and not _CARRIED.search(last)):
        return False
    if above.endswith(":"):
        return len(above) <= 30
    return above[-1] in '.!?)”"’' or len(above) <= 90
