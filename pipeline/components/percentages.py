"""PERCENTAGE: stated percentages and ranges of them, as numbers.

Read backwards: one scan for what means percent, then the figure in front of it, then a lower bound in front of that.
Text without a percent sign costs one scan; all else is a bounded look back, so the time is linear.
"""

import re
from typing import NamedTuple

from spacy.language import Language

from pipeline.components.cues import Cues, words_after, words_before
from pipeline.components.matcher import Matcher
from pipeline.labels import BY_NAME
from pipeline.spans import Match
from pipeline.values import BLANK, DASH, DASHES, FIRST_YEAR, GAP, LAST_YEAR, NUMBER, NUMBER_ENDS, number

RULES = {  # rule id: one example
    "figure": "84% of children",
    "words": "twelve per cent of children",
    "range": "10-15% of placements",
    "between": "between 10% and 15% of placements",
    "range_from": "fees ranging from 10% to 15%",
}
WINDOW = 120  # characters; no figure, range or qualifier reaches further back

FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
FIGURE = (
    r"(?:\d{1,3}(?:,\d{3}){1,3}(?!\d)(?:\.\d{1,6})?"  # 1,200
    rf"|\d{{1,7}}(?:[.,]\d{{1,6}}|{BLANK}?[½¼¾])?"  # 84, 91.2, 12½
    r"|\.\d{1,6}|[½¼¾])"
)
# A sign is attached to its figure and free in front: "fell by -2.5%", neither "10 -15%" nor "10%-15%".
SIGNED = rf"(?:(?<![\w%)\]{DASHES}])(?<![\d%]{BLANK})[-−+])?(?<![\w£$€#&])(?<!\d[.,:/])(?<![%)](?=\.)){FIGURE}"
WORDS = rf"(?<![\w-]){NUMBER}"

# What junk and addresses hold most is sorted out here, at the speed of the scan: "%%", "(%", "%20", "100%er".
AFTER_SIGN = r"(?!(?!(?:and|are|at|by|compared|for|from|had|in|is|of|on|or|to|was|were|with)\b)\w)"
UNIT = re.compile(
    rf"[%％pP](?:(?<=[%％])(?<![%％(\[/|\n].){AFTER_SIGN}(?:(?:-|{BLANK}{{0,2}})(?P<points>p(?:oin)?ts?)\b)?"
    rf"|(?<=[pP])[eE][rR](?:-|{GAP})[cC][eE][nN][tT](?:[aA][gG][eE](?:-|{GAP})(?P<age>[pP](?:[oO][iI][nN])?[tT][sS]?))?\b)"
)
BEFORE_SIGN = re.compile("[ \u00a0\u2009\u202f]{0,2}")
BETWEEN = " \t\n\r\u00a0\u2009\u202f-"  # what may stand between a figure and "per cent"
DIGITS_BEFORE = re.compile(rf"{SIGNED}\Z")
WORDS_BEFORE = re.compile(rf"{WORDS}\Z", re.IGNORECASE)
LINK_BEFORE = re.compile(rf"(?P<dash>{DASH}{{1,2}})\Z|\b(?:to|(?P<and>and))\Z|(?P<ampersand>&)\Z", re.IGNORECASE)
UNIT_BEFORE = re.compile(rf"(?:{BLANK}{{0,2}}[%％]|{GAP}per(?:-|{GAP})cent)\Z", re.IGNORECASE)
BETWEEN_BEFORE = re.compile(r"\bbetween\s*\Z", re.IGNORECASE)
URL = re.compile(r"://|www\.|%[0-9a-f]{2}", re.IGNORECASE)
LAST_WORD = re.compile(r"[a-z]*\Z")

QUALIFIERS, QUALIFIERS_AFTER = Cues("percentages", "before"), Cues("percentages", "after")
RANGE_FROM, CHANGES = Cues("percentages", "range_from"), Cues("percentages", "change")
NUMBERED = Cues("percentages", "numbered")


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
    found = _number_before(text, stop)
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


def _number_before(text: str, stop: int) -> re.Match[str] | None:
    """The number in digits or words that ends at a position, or None."""
    if not text[stop - 1 : stop].isalpha():
        head = text[max(0, stop - 24) : stop]
        reach = 2 + (len(head) if head[-1:] in FRACTIONS else len(head) - len(head.rstrip(".,0123456789")))
        return DIGITS_BEFORE.search(text, max(0, stop - reach), stop)
    if LAST_WORD.findall(text[max(0, stop - 16) : stop].lower())[0] not in NUMBER_ENDS:
        return None
    return WORDS_BEFORE.search(text, max(0, stop - 64), stop)


def _value(figure: str) -> float:
    """The number that a figure stands for, in words or in digits."""
    spelt = number(figure)
    if spelt is not None:
        return spelt
    digits = re.sub(r",(?=\d{3}(?!\d))|[-−+½¼¾\s]", "", figure).replace(",", ".")
    value = float(digits or 0) + FRACTIONS.get(figure[-1], 0.0)
    return -value if figure[0] in "-−" else value


def _range(text: str, figure: Figure) -> Match | None:
    """The range that ends in a figure: "10-15%", "10% to 15%", "between 10 and 15 per cent"; None where it is none."""
    before = text[max(0, figure.start - WINDOW) : figure.start]
    head, offset = before.rstrip(), figure.start - len(before)
    link = LINK_BEFORE.search(head, max(0, len(head) - 3))
    if link is None:
        return None
    stem = head[: link.start()].rstrip()
    unit = UNIT_BEFORE.search(stem, max(0, len(stem) - 48))
    low_end = unit.start() if unit else len(stem)
    found = _number_before(text, offset + low_end)
    if found is None or before[low_end:].count("\n") > 1:
        return None
    low, high, at, rule = _value(found[0]), figure.value, found.start(), "range"
    words = words_before(text, at)
    between = BETWEEN_BEFORE.search(before, 0, at - offset)
    if between:
        at, rule = offset + between.start(), "between"
    elif link["and"] or link["ampersand"] or (not unit and NUMBERED.before(words)):
        return None
    elif not link["dash"]:
        changes = words[-1:] == ["from"] and not RANGE_FROM.before(words[:-1])
        if changes or (2 * low < high and CHANGES.before(words)):  # "fell from 15% to 10%": two figures
            return None
        rule = "range_from" if words[-1:] == ["from"] else rule
    elif before[len(stem) :] == link[0]:  # "15-10%", with no blank
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
    words = words_before(text, start)
    found = QUALIFIERS.before(words) or (QUALIFIERS.before(words[:-1]) if words[-1:] == ["of"] else "")
    if not found and words:  # "rate>20%"
        found = QUALIFIERS.known.get(words[-1][-1:], "")
    return found or QUALIFIERS_AFTER.after([word.lower() for word in words_after(text, end)])
