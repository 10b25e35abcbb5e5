"""PERCENTAGE: stated percentages and ranges of them, as numbers.

Read backwards: one scan for what means percent, then the figure in front of it, then a lower bound in front of that.
Text without a percent sign costs one scan; all else is a bounded look back, so the time is linear.
"""

import re
from typing import NamedTuple

from spacy.language import Language

from pipeline.components.matcher import Matcher
from pipeline.labels import BY_NAME
from pipeline.patterns import alternation, by_kind
from pipeline.spans import Match
from pipeline.values import FIRST_YEAR, LAST_YEAR, NUMBER, NUMBER_ENDS, number

RULES = {  # rule id: one example
    "figure": "84% of children",
    "words": "twelve per cent of children",
    "range": "10-15% of placements",
    "between": "between 10% and 15% of placements",
    "range_from": "fees ranging from 10% to 15%",
}
WINDOW = 120  # characters; no figure, range or qualifier reaches further back

BLANK = r"[^\S\n]"
GAP = rf"{BLANK}{{0,40}}(?:\n{BLANK}{{0,40}})?"  # at most one line break: a hard wrap, never a blank line
DASHES = "-‐‑‒–—―−"
DASH = f"[{DASHES}]"
FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
FIGURE = (
    r"(?:\d{1,3}(?:,\d{3}){1,3}(?!\d)(?:\.\d{1,6})?"  # 1,200
    rf"|\d{{1,7}}(?:[.,]\d{{1,6}}|{BLANK}?[½¼¾])?"  # 84, 91.2, 12½
    r"|\.\d{1,6}|[½¼¾])"
)
# A sign is attached to its figure and free in front: "fell by -2.5%", neither "10 -15%" nor "10%-15%".
SIGNED = rf"(?:(?<![\w%)\]{DASHES}])(?<![\d%]{BLANK})[-−+])?(?<![\w£$€#&])(?<!\d[.,:/]){FIGURE}"
WORDS = rf"(?<![\w-]){NUMBER}"

# What junk and addresses hold most is sorted out here, at the speed of the scan: "%%", "(%", "%20", "100%er".
AFTER_SIGN = r"(?!(?!(?:and|are|at|by|compared|for|from|had|in|is|of|on|or|to|was|were|with)\b)\w)"
UNIT = re.compile(
    rf"[%％pP](?:(?<=[%％])(?<![%％(\[/|\n].){AFTER_SIGN}(?:{BLANK}{{0,2}}(?P<points>p(?:oin)?ts?)\b)?"
    rf"|(?<=[pP])[eE][rR](?:-|{GAP})[cC][eE][nN][tT](?:[aA][gG][eE](?:-|{GAP})(?P<age>[pP](?:[oO][iI][nN])?[tT][sS]?))?\b)"
)
BEFORE_SIGN = re.compile("[ \u00a0\u2009\u202f]{0,2}")
BETWEEN = " \t\n\r\u00a0\u2009\u202f-"  # what may stand between a figure and "per cent"
DIGITS_BEFORE = re.compile(rf"{SIGNED}\Z")
WORDS_BEFORE = re.compile(rf"{WORDS}\Z", re.IGNORECASE)
LINK_BEFORE = re.compile(rf"(?:{DASH}{{1,2}}|\bto|\band)\Z", re.IGNORECASE)
LOW_BEFORE = {
    spelt: re.compile(
        rf"(?P<between>\bbetween\s{GAP})?(?P<low>{low})(?P<unit>{BLANK}{{0,2}}[%％]|{GAP}per{GAP}cent)?"
        rf"(?P<link>{GAP}(?:{DASH}{{1,2}}|\bto\b|\band\b){GAP})\Z",
        re.IGNORECASE,
    )
    for spelt, low in ((False, SIGNED), (True, f"(?:{SIGNED}|{WORDS})"))
}
URL = re.compile(r"://|www\.|%[0-9a-f]{2}", re.IGNORECASE)
LAST_WORD = re.compile(r"[a-z]*\Z")


def _words(kind: str) -> str:
    """A regular expression for all words of one kind."""
    return alternation(word for row in by_kind("percentages", kind) for word in row.words)


FROM_BEFORE = re.compile(rf"(?P<range>\b{_words('range_from')}\s{GAP})?\bfrom\s{GAP}\Z", re.IGNORECASE)
CHANGE_BEFORE = re.compile(rf"\b{_words('change')}\s{GAP}\Z", re.IGNORECASE)
NUMBERED_BEFORE = re.compile(rf"\b{_words('numbered')}{BLANK}?\Z", re.IGNORECASE)
QUALIFIERS = {
    kind: {word: row.value for row in by_kind("percentages", kind) for word in row.words}
    for kind in ("before", "after")
}
QUALIFIER_WORDS = 5  # the longest has


class Figure(NamedTuple):
    """One figure with its unit. start (int), end (int), value (float), rule (str), unit (str)."""

    start: int
    end: int
    value: float
    rule: str
    unit: str


@Language.factory("minutes_percentages", assigns=["doc.spans"], default_config={"spans_key": "percentages"})
def make_percentages(nlp: Language, name: str, spans_key: str) -> Matcher:
    """The PERCENTAGE matcher.

    spans_key (str): Where to write.
    """
    return Matcher(BY_NAME["PERCENTAGE"], find, spans_key)


def find(text: str) -> list[Match]:
    """The percentages of a text, in order.

    text (str): Any text.
    RETURNS (list[Match]): Values hold low, high, unit and qualifier.
    """
    matches: list[Match] = []
    for unit in UNIT.finditer(text):
        figure = _figure(text, unit)
        match = figure and (_range(text, figure) or _single(text, figure))
        if not match:
            continue
        if matches and matches[-1].start >= match.start:  # its lower bound, found alone because it has a unit
            matches.pop()
        if not matches or matches[-1].end <= match.start:  # not "5% to 10%" again in "5% to 10%-15%"
            match.value["qualifier"] = _qualifier(text, match.start, match.end)
            matches.append(match)
    return matches


def _figure(text: str, unit: re.Match[str]) -> Figure | None:
    """The figure in front of a unit; None where there is none or it is part of something else."""
    sign = unit[0][0] in "%％"
    before = text[max(0, unit.start() - WINDOW) : unit.start()]
    stem = before.rstrip(BETWEEN)
    gap, spelt, stop = before[len(stem) :], stem[-1:].isalpha(), unit.start() - len(before) + len(stem)
    if gap.count("\n") > 1 or (sign and (spelt or not BEFORE_SIGN.fullmatch(gap))):  # XX%
        return None
    if spelt and LAST_WORD.findall(stem[-16:].lower())[0] not in NUMBER_ENDS:
        return None
    found = (WORDS_BEFORE if spelt else DIGITS_BEFORE).search(text, max(0, stop - (64 if spelt else 24)), stop)
    if found is None:
        return None
    start, value = found.start(), _value(found[0])
    left = before[: len(stem) - len(found[0])]
    if sign and gap and FIRST_YEAR <= value <= LAST_YEAR:  # the head of a column: "2019 %"
        return None
    if left and not left[-1].isspace() and URL.search(left.split()[-1]):
        return None
    if value < 0 and not left.rpartition("\n")[2].strip():  # a bullet: "-84% of children"
        value = -value
    if spelt and found[0][0] in "aA" and found[0][1].isspace():  # no determiner in a span
        start += 2
    unit_name = "percentage_point" if unit["points"] or unit["age"] else "percent"
    return Figure(start, unit.end(), value, "words" if spelt else "figure", unit_name)


def _value(figure: str) -> float:
    """The number that a figure stands for, in words or in digits."""
    spelt = number(figure)
    if spelt is not None:
        return spelt
    part = FRACTIONS.get(figure[-1], 0.0)
    digits = re.sub(r",(?=\d{3}(?!\d))|[½¼¾\s]", "", figure.replace("−", "-")).replace(",", ".")
    return float(digits or 0) + part


def _range(text: str, figure: Figure) -> Match | None:
    """The range that ends in a figure: "10-15%", "10% to 15%", "between 10 and 15 per cent"; None where it is none."""
    floor = max(0, figure.start - WINDOW)
    head = text[floor : figure.start].rstrip()
    tail = LINK_BEFORE.search(head, max(0, len(head) - 3))
    if tail is None:
        return None
    spelt = head[: tail.start()].rstrip()[-1:].isalpha()
    found = LOW_BEFORE[spelt].search(text, floor if spelt else max(floor, figure.start - 64), figure.start)
    if found is None:
        return None
    low, high, at, rule = _value(found["low"]), figure.value, found.start("low"), "range"
    link = found["link"].strip().lower()
    if found["between"]:
        at, rule = found.start(), "between"
    elif link == "and" or (not found["unit"] and NUMBERED_BEFORE.search(text, max(0, at - WINDOW), at)):
        return None
    elif link == "to":
        origin = FROM_BEFORE.search(text, max(0, at - WINDOW), at)
        if origin and not origin["range"]:  # "fell from 15% to 10%" is a change: two figures
            return None
        if not origin and 2 * low < high and CHANGE_BEFORE.search(text, max(0, at - WINDOW), at):
            return None
        rule = "range_from" if origin else rule
    elif found["link"] == link:  # "15-10%", with no blank
        low, high = min(low, high), max(low, high)
    if low >= high or FIRST_YEAR <= low <= LAST_YEAR or FIRST_YEAR <= high <= LAST_YEAR:
        return None
    return Match(at, figure.end, rule, {"low": low, "high": high, "unit": figure.unit})


def _single(text: str, figure: Figure) -> Match | None:
    """The figure alone; None where it is the end of something like "2018-22%"."""
    before = text[max(0, figure.start - 2) : figure.start]
    if before[:1].isdigit() and before[1:] in DASHES:
        return None
    return Match(
        figure.start, figure.end, figure.rule, {"low": figure.value, "high": figure.value, "unit": figure.unit}
    )


def _qualifier(text: str, start: int, end: int) -> str:
    """What the words in front of a span or behind it say of its figure, as `value` in percentages.toml; or empty."""
    before = [
        word.lstrip("([‘“'\"") for word in text[max(0, start - WINDOW) : start].lower().split()[-QUALIFIER_WORDS:]
    ]
    if before and before[-1] == "of" and " ".join(before[-3:]) not in QUALIFIERS["before"]:  # "some of 20%"
        before.pop()
    for count in range(len(before), 0, -1):
        if found := QUALIFIERS["before"].get(" ".join(before[-count:])):
            return found
    if before and (found := QUALIFIERS["before"].get(before[-1][-1:])):  # "rate>20%"
        return found
    after = text[end : end + 32].lower().split()[:3] if text[end : end + 1].isspace() else []
    for count in range(len(after), 0, -1):
        if found := QUALIFIERS["after"].get(" ".join(after[:count]).rstrip(".,;:)")):
            return found
    return ""
