"""DATE_RANGE: periods with a stated start and end, as ISO dates.

One scan for what may be a year finds the stretches worth reading; the parts in them (`date_parts`) are joined where a
dash or a word such as "to" links neighbours. A stretch ends a bounded way from its last year, so the time is linear.
There is no clock: every year comes from the text.
"""

import re

from spacy.language import Language

from pipeline.components.cues import Cues, words_after, words_before
from pipeline.components.date_parts import LINK, NAME, PAIR, SPACE, WORD_LINK, Part, parts, stretches
from pipeline.components.matcher import Matcher
from pipeline.labels import BY_NAME
from pipeline.patterns import alternation, by_kind
from pipeline.spans import Match
from pipeline.values import iso, last_day, quarter_period, year_period

RULES = {  # rule id: one example
    "years": "from 2020 to 2023",
    "years_apart": "between 2018 and 2022",
    "year_pairs": "from 2021/22 to 2024/25",
    "short_years": "the academic year 21/22",
    "quarter": "Q1 2022/23",
    "quarters": "Q4 2021/22 to Q2 2022/23",
    "days": "10 – 28 May 2021",
    "dates": "1 April – 30 June 2023",
    "months": "April 2021 to March 2022",
}
WINDOW = 100  # characters; how far the words around a range are read
TITLE_SPAN = 10  # years; "Plan 21-24" is one, "Plan 16-25" is about ages
TITLE_FIRST = 2021  # two digits below are as often ages: "Strategy 18-25"
CARE_LEAVERS = (2021, 2025)  # "Plan 21-25" is for those aged 21 to 25


def _words(kind: str) -> str:
    """A regular expression for all words of one kind."""
    return alternation(word for row in by_kind("date_ranges", kind) for word in row.words)


def _before(pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """What stands directly in front of a position."""
    return re.compile(rf"(?:{pattern})\Z", flags)


JOINT = re.compile(rf"{LINK}(?:the{SPACE})?(?:(?:end|close){SPACE}of{SPACE}(?:the{SPACE})?)?", re.IGNORECASE)
AND = re.compile(rf"(?!{WORD_LINK})\s*(?:and\b|&)", re.IGNORECASE)
BETWEEN_BEFORE = _before(rf"\bbetween{SPACE}(?:{_words('between')}[\s-]{{1,3}}){{0,5}}")
AND_THE = rf"\s{{0,3}}(?:,|and|to|or|&|-|–)\s{{0,3}}(?:the{SPACE})?"
YEAR_KIND_BEFORE = _before(
    rf"\b(?P<words>{_words('year_kind')})(?:{SPACE}(?:of|for|from|to|in|ended|ending|beginning|starting|being|was|is))?"
    rf"(?:{SPACE}the{SPACE}|[\s,:(–-]{{0,4}})(?:{PAIR}{AND_THE}){{0,4}}"
)
YEAR_KIND_AFTER = re.compile(
    rf"(?:{AND_THE}{PAIR}){{0,4}}[\s,(]{{1,4}}(?:(?!and|or|to|the|in|of|with)[a-z]{{1,12}}\s)?"
    rf"(?P<words>{_words('year_kind')})\b",
    re.IGNORECASE,
)
YEAR_KINDS = {word.lower(): row.value for row in by_kind("date_ranges", "year_kind") for word in row.words}
YEAR_NOUNS = tuple(sorted({word.split()[-1] for word in YEAR_KINDS}))
TITLES = frozenset(word for row in by_kind("date_ranges", "title") for word in row.words)
REFERENCES, NUMBERINGS = Cues("date_ranges", "reference"), Cues("date_ranges", "numbering")
LISTS, QUANTITIES = Cues("date_ranges", "list"), Cues("date_ranges", "quantity")
MOVED, MOMENTS = Cues("date_ranges", "moved"), Cues("date_ranges", "moment")
COUNTED, COUNTED_LOOSELY = Cues("date_ranges", "count"), Cues("date_ranges", "loose_count")
PHONE_BEFORE = _before(r"(?:\(?\b0[0-9]{2,4}\)?|\+[0-9]{2,3})[\s-]")
MONTH_BEFORE = _before(rf"\b{NAME}{SPACE}")
URL = re.compile(r"://|www\.|@", re.IGNORECASE)


@Language.factory("minutes_date_ranges", assigns=["doc.spans"], default_config={"spans_key": "date_ranges"})
def make_date_ranges(nlp: Language, name: str, spans_key: str) -> Matcher:
    """The DATE_RANGE matcher.

    spans_key (str): Where to write.
    """
    return Matcher(BY_NAME["DATE_RANGE"], find, spans_key)


def find(text: str) -> list[Match]:
    """The date ranges of a text, in order.

    text (str): Any text.
    RETURNS (list[Match]): Values hold start, end, kind and precision.
    """
    matches = []
    for begin, end in stretches(text):
        found, at = parts(text, begin, end), 0
        while at < len(found):
            one, two = found[at], found[at + 1] if at + 1 < len(found) else None
            match = _join(text, one, two) if two else None
            at += 2 if match else 1
            match = match or _single(text, one)
            if match and not _refused(text, match):
                matches.append(match)
    return matches


def _single(text: str, part: Part) -> Match | None:
    """The range that one part holds by itself, such as "2021/22" or "10 – 28 May 2021"."""
    if part.kind == "years":
        return None if _counts(text, part) else _of_years(text, part, part, "years")
    if part.kind == "short_years":
        return _short_years(text, part)
    if part.kind == "quarter":
        return _of_quarters(part, part)
    if part.kind == "days" and _linked(text, part.start, part.link):
        dashed = part.link[0].isspace() and not part.link.strip().isalpha()
        return None if dashed and _numbered(text, part.start) else _of_days(part)
    return None


def _join(text: str, one: Part, two: Part) -> Match | None:
    """The range from one part to the next, such as "April 2021 to March 2022"; None where nothing links them."""
    joint = JOINT.fullmatch(text, one.end, two.start) if two.start - one.end <= WINDOW else None
    if not joint or not _linked(text, one.start, joint[0]):
        return None
    if one.kind == two.kind == "point":
        return _of_points(one, two)
    if one.kind == two.kind == "quarter":
        return _of_quarters(one, two)
    if one.kind == two.kind == "year" and one.year and two.year:
        whole = one._replace(end=two.end, to=two.year, link=joint[0])
        return None if _counts(text, whole) else _of_years(text, one, two, "years_apart")
    if one.kind == "years" and two.kind in ("years", "short_years") and _consecutive(one) and _consecutive(two):
        return _of_years(text, one, two, "year_pairs")
    return None


def _of_days(part: Part) -> Match | None:
    """From one day of a month to another."""
    if part.year is None:
        return None
    start, end = iso(part.year, part.month, part.first), iso(part.year, part.month, part.last)
    return _match(part, part, "days", start, end, "calendar", "day")


def _of_points(one: Part, two: Part) -> Match | None:
    """From one date or month to another; a first year left out is that of the end, or the year before."""
    if two.year is None:
        return None
    if "guess" in (one.loose, two.loose):  # "April 21 to March 22" are years, "March 21 to April 22" may be days
        if not (one.loose and two.loose and one.year is not None):
            return None
        if not one.first and not (two.year == one.year + 1 and two.month < one.month):
            return None
    year = one.year
    if year is None:
        year = two.year - ((one.month, one.first or 1) > (two.month, two.first or 31))
    start = iso(year, one.month, one.first or 1)
    end = iso(two.year, two.month, two.first or last_day(two.year, two.month))
    days = bool(one.first) + bool(two.first)
    return _match(one, two, "dates" if days else "months", start, end, "calendar", "day" if days == 2 else "month")


def _of_quarters(one: Part, two: Part) -> Match | None:
    """From one quarter to another, of financial years where two years are written and of calendar years else."""
    if one.year is None or two.year is None:
        return None
    start, _ = quarter_period(one.year, one.first, financial=one.to is not None)
    _, end = quarter_period(two.year, two.last, financial=two.to is not None)
    return _match(one, two, "quarter" if one is two else "quarters", start, end, "quarter", "quarter")


def _of_years(text: str, one: Part, two: Part, rule: str) -> Match | None:
    """A run of years: a financial year where two follow each other, else calendar years, unless words beside say so."""
    first, last = one.year, two.to or two.year
    if first is None or last is None or not first < last:
        return None
    single = rule != "year_pairs" and last == first + 1
    kind = _year_kind(text, one.start, two.end) or ("financial_year" if single or rule == "year_pairs" else "calendar")
    return _match(one, two, rule, *year_period(first, last, kind), kind, "year")


def _short_years(text: str, part: Part) -> Match | None:
    """Two years in two digits each, where words beside say that they are years: "academic year 21/22", "Plan 21-24"."""
    if part.year is None or part.to is None:
        return None
    named = text[part.start].isalpha() or _year_kind(text, part.start, part.end)
    titled = (
        part.link != "/"
        and part.to - part.year <= TITLE_SPAN
        and part.year >= TITLE_FIRST
        and _titled(text, part.start)
    )
    if (named and _consecutive(part)) or (titled and (part.year, part.to) != CARE_LEAVERS):
        return _of_years(text, part, part, "short_years")
    return None


def _match(
    one: Part, two: Part, rule: str, start: str | None, end: str | None, kind: str, precision: str
) -> Match | None:
    """A match from one part to another; None where the end is no date or lies before the start."""
    if start is None or end is None or end < start:
        return None
    return Match(one.start, two.end, rule, {"start": start, "end": end, "kind": kind, "precision": precision})


def _year_kind(text: str, start: int, end: int) -> str:
    """The kind of year that the words beside two years name, or empty."""
    window = text[max(0, start - WINDOW) : start].lower()
    if not any(noun in window or noun in text[end : end + WINDOW].lower() for noun in YEAR_NOUNS):
        return ""
    at = max(window.rfind(noun) for noun in YEAR_NOUNS)
    found = YEAR_KIND_BEFORE.search(text, max(0, start - len(window) + at - 20), start) if at >= 0 else None
    found = found or YEAR_KIND_AFTER.match(text, end)
    return YEAR_KINDS[" ".join(found["words"].casefold().split())] if found else ""


def _has(pattern: re.Pattern[str], text: str, at: int) -> bool:
    """Whether a pattern stands directly in front of a position."""
    return bool(pattern.search(text, max(0, at - WINDOW), at))


def _numbered(text: str, at: int) -> bool:
    """Whether a number counts pages or items and the dash behind it parts it from a date: "item 7 - 12 March 2020"."""
    words = words_before(text, at)
    return bool(LISTS.before(words)) or (words[-1:] == ["of"] and words[-2:-1] != [] and words[-2].isdigit())


def _titled(text: str, at: int) -> bool:
    """Whether the word in front of a position is a capitalised head noun such as "Plan"."""
    return (text[max(0, at - 24) : at].split() or [""])[-1] in TITLES


def _consecutive(part: Part) -> bool:
    return part.year is not None and part.to == part.year + 1


def _linked(text: str, start: int, link: str) -> bool:
    """Whether a link makes one range: "and" does so only after "between"."""
    if not AND.match(link):
        return True
    window = text[max(0, start - WINDOW) : start]
    return "between" in window.lower() and bool(BETWEEN_BEFORE.search(window))


def _counts(text: str, part: Part) -> bool:
    """Whether two numbers only look like years: "1950 to 2000 children", "from 31 in 2018 to 23"."""
    after, before = words_after(text, part.end), words_before(text, part.start)
    counted = bool(COUNTED.after(after))
    if part.loose:
        moment = MOMENTS.before(before) or _has(MONTH_BEFORE, text, part.start)
        return counted or bool(COUNTED_LOOSELY.after(after)) or (part.link.strip().isalpha() and bool(moment))
    if not counted or "/" in part.link or not part.year or not part.to:
        return False
    return part.year % 50 == part.to % 50 == 0 or bool(QUANTITIES.before(before))


def _refused(text: str, match: Match) -> bool:
    """Whether a match is part of an address, a number of something else, or a change from one date to another."""
    start = match.start
    if start and not text[start - 1].isspace() and URL.search(text[max(0, start - WINDOW) : start].split()[-1]):
        return True
    words = words_before(text, start)
    if words[-1:] == ["from"] and MOVED.before(words[:-1]):
        return True
    named = [*words[:-1], words[-1].rstrip(".:")] if words else []
    if REFERENCES.before(words) or REFERENCES.before(named):
        return True
    if match.rule not in ("years", "years_apart", "short_years"):
        return False
    return _has(PHONE_BEFORE, text, start) or ("/" in text[start : match.end] and bool(NUMBERINGS.before(words)))
