"""Counts of things and sums of money beside a percentage, in digits and in words."""

import re
from typing import NamedTuple

from pipeline.components.cues import words_before
from pipeline.components.percentages import QUALIFIERS, QUALIFIERS_AFTER
from pipeline.patterns import alternation, by_kind
from pipeline.values import BELOW_100, DASH, DASHES, FIRST_YEAR, LAST_YEAR, MONTH, NUMBER, number

Place = tuple[int, int]


def words(*kinds: str) -> list[str]:
    """The wordings of some kinds of row in figures.toml."""
    return [word for kind in kinds for row in by_kind("figures", kind) for word in row.words]


_DIGITS = r"\d{1,3}(?:,\d{3}){1,4}(?!\d)(?:\.\d{1,4})?|\d{1,9}(?:\.\d{1,4})?"
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_SCALE = r"(?:\s?(?P<{}>k|thousand|mn|million|m|bn|billion)\b)?"
_MONEY = re.compile(
    rf"£\s?(?P<low>{_DIGITS}){_SCALE.format('first')}"
    rf"(?:\s?(?:{DASH}|to)\s?£?\s?(?P<high>{_DIGITS})(?![\d%]|\s?per\s?cent){_SCALE.format('second')})?",
    re.I,
)
_PENCE = re.compile(r"(?<![\w.,£])(?P<low>\d{1,3})p\b(?!\.\w)")
_COUNT = re.compile(
    rf"(?<![{DASHES}\w£$€#&+.,:/%@])(?P<low>{_DIGITS})(?:\s?{DASH}\s?(?P<high>{_DIGITS}))?(?![\w%]|[{DASHES}.,:/]\d|\s?%|{DASH}\w)"
    rf"|(?<![{DASHES}\w])(?P<spelt>{NUMBER})(?![{DASHES}\w])",
    re.I,
)
_NEXT = re.compile(r"\s*([(|]|[^\W\d_][\w'’.-]*)?")
_MONTH = re.compile(MONTH, re.I)
_LIMIT = re.compile(
    r"\s+(?:or|and)\s+(?:more|fewer|less|over|under|above|below)\b|\s+in\s+(?:\d|every|[a-z]+\b(?=\s*[,.;]))|\s*(?:\+|/\d|:\d)",
    re.I,
)
_RATIO = re.compile(r"\b(?:in|of|out of|x)\s+\Z", re.I)
_TIMES, _NUMBERED, _CRITERIA = (frozenset(words(kind)) for kind in ("time", "numbered", "criterion"))
_NOT_COUNTED = frozenset(("one", "zero", "a", "half", "quarter", "quarters", "hundred", "thousand"))
_PART = re.compile(  # "levels two and three", "aged between 13 and 15", "one in three"
    rf"\b{alternation(words('numbered', 'age'))}\s+(?:between\s+|from\s+)?"
    rf"(?:(?:\d{{1,4}}|{BELOW_100})(?:\s*,\s*|\s+(?:and|to|or)\s+|\s?{DASH}\s?)){{0,3}}\Z"
    rf"|\b(?:\d{{1,4}}|{BELOW_100})\s+(?:in|out\s+of)\s+(?:every\s+)?\Z",
    re.I,
)
_BEFORE_ALONE = frozenset(
    (
        *words("holding"),
        "were",
        "was",
        "to",
        "from",
        "of",
        "by",
        "or",
        "|",
        "about",
        "totalled",
        "reached",
        "at",
        "is",
        "are",
    )
)
_BEFORE_LIST = re.compile(r"(?:\A|\n)[^\S\n]*[(\[]?\Z")


class Number(NamedTuple):
    """A count or a sum with its offsets. kind: `count` or `money`; low and high: in things or pounds."""

    start: int
    end: int
    kind: str
    low: float
    high: float
    comparator: str


def numbers(text: str, first: int, last: int, taken: list[Place]) -> list[Number]:
    """Counts and sums in text[first:last], by start.

    taken (list[tuple[int, int]]): Places that hold something else: percentages, dates, names.
    """
    found: list[Number] = []
    taken = [*taken]
    for match in _MONEY.finditer(text, first, last):
        if not _meets(match.span(), taken):
            found.append(_money(text, match))
            taken.append(match.span())
    for match in _PENCE.finditer(text, first, last):
        low = float(match["low"]) / 100
        found.append(Number(*match.span(), "money", low, low, comparator(text, *match.span())))
        taken.append(match.span())
    for match in _COUNT.finditer(text, first, last):
        values = _count(match)
        if values and not _meets(match.span(), taken) and _counts(text, match, first, last):
            found.append(Number(*match.span(), "count", *values, comparator(text, *match.span())))
    return sorted(found)


def comparator(text: str, start: int, end: int) -> str:
    """What the words beside a figure say of it: `over`, `at least`."""
    before = words_before(text, start)
    found = QUALIFIERS.before(before) or (QUALIFIERS.before(before[:-1]) if before[-1:] == ["of"] else "")
    return found or QUALIFIERS_AFTER.after(text[end : end + 40].lower().split())


def _meets(place: Place, taken: list[Place]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in taken)


def _digits(figure: str) -> float:
    return float(figure.replace(",", ""))


def _money(text: str, match: re.Match[str]) -> Number:
    """`£2-3 million` holds its scale behind the upper bound."""
    scale = _SCALES.get((match["second"] or "").lower(), 1.0)
    low = _digits(match["low"]) * (_SCALES[match["first"].lower()] if match["first"] else scale)
    high = _digits(match["high"]) * scale if match["high"] else low
    return Number(*match.span(), "money", min(low, high), max(low, high), comparator(text, *match.span()))


def _count(match: re.Match[str]) -> tuple[float, float] | None:
    """Lower and upper bound; None where the number counts nothing: `one`, `half`, a year."""
    if match["spelt"]:
        value = None if set(match["spelt"].lower().split()) <= _NOT_COUNTED else number(match["spelt"])
        return None if value is None or value != int(value) else (value, value)
    low = _digits(match["low"])
    high = _digits(match["high"]) if match["high"] else low
    if "," not in match["low"] and FIRST_YEAR <= low <= LAST_YEAR:
        return None
    return (low, high) if low <= high else None


def _counts(text: str, match: re.Match[str], first: int, last: int) -> bool:
    """Whether a number counts things: no date, age, length of time, name of a part or number of a list."""
    start, end = match.span()
    following = _NEXT.match(text, end, last)
    word = (following[1] or "").lower().rstrip(".,") if following else ""
    capital = bool(following and (following[1] or "")[:1].isupper())
    if word in _TIMES or word.partition("-")[0] in _TIMES or _MONTH.match(word) or _LIMIT.match(text, end, last):
        return False
    if (
        not match["spelt"]
        and text[end : end + 1] in (".", ")")
        and _BEFORE_LIST.search(text, max(0, start - 40), start)
    ):
        return False
    before = text[max(first, start - 40) : start].lower().split()
    if not before:
        return (
            bool(word)
            and (bool(match["spelt"]) or not capital)
            and not (text[end : end + 1] == "." and not match["spelt"])
        )
    previous = before[-1].strip("(,;:")
    if (
        previous in _NUMBERED
        or _MONTH.fullmatch(previous)
        or (_RATIO.search(text[max(first, start - 8) : start]) and word == "")
    ):
        return False
    if _PART.search(text, max(first, start - 60), start):
        return False
    if previous in _CRITERIA and not _joined(previous, word):
        return False
    return bool(word) or _alone(text, start, end, before)


def _joined(previous: str, word: str) -> bool:
    """`and three homes` counts, `levels two and three` does not; `from 402 to 470` does."""
    return previous in ("to", "and", "or", "-", "–") and (bool(word) or previous == "to")


def _alone(text: str, start: int, end: int, before: list[str]) -> bool:
    """Whether a number with no word behind it counts all the same: `there were eight`, `rose to 470`, `61% (251)`."""
    if text[end : end + 1] == ")":
        return text[start - 1] == "(" and text[max(0, start - 4) : start - 1].rstrip().endswith(("%", "ent"))
    return before[-1] in _BEFORE_ALONE
