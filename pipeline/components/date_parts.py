"""The parts of date ranges: dates, months, years, "2021/22", "Q1 2022/23". Grammar only; `date_ranges` joins them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.patterns import alternation, by_kind
from pipeline.values import BLANK, DASH, GAP, LAST_YEAR, MONTH, full_year, iso, month

BEHIND, AHEAD = 120, 90  # characters; how far a range reaches from a year in it
LONGEST = {"/": 15, "-": 50}  # years that two digits may close: "2021/45" is a reference number

SPACE = rf"(?=\s){GAP}"
YEAR = "(?:19[0-9][0-9]|20[0-9][0-9]|2100)"
PAIR = rf"(?:FY)?(?:{YEAR}|[0-9][0-9]){BLANK}?[-–/]{BLANK}?(?:{YEAR}|[0-9][0-9])(?![0-9])"
NAME = rf"{MONTH}\.?"
SUFFIX = "(?:st|nd|rd|th)?"
DAY = rf"[0-9]{{1,2}}{SUFFIX}(?![\w%])"
WEEKDAY = rf"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?{SPACE}(?:the{SPACE})?)?"
TO_MONTH = rf"(?:{SPACE}of)?(?:{SPACE}|-)"
TO_YEAR = rf"(?:,?{SPACE}|[,-])"
QUARTER = rf"(?:q|qtr|quarters?)\.?{BLANK}?"
QUARTER_NUMBER = r"(?:[1-4]|one|two|three|four)(?!\w)"
TO_QUARTER = rf"(?:,?{SPACE}|{BLANK}?[-–:]{BLANK}?"  # closed where it is used, with or without a bracket
LEFT_OF_DAY = r"(?<![\w£$€#])(?<![£$€]\s)(?<![0-9][./,:])(?<![a-z][/_])"
LEFT = rf"{LEFT_OF_DAY}(?<![a-z]-)"  # "CAB-2021/22" is a reference, "Jul-9 Jul" are days
FILE = r"\.(?:aspx?|csv|docx?|html?|jpe?g|msg|odt|pdf|png|pptx?|rtf|txt|xlsx?|zip)\b"
# No year ends "2018-22%", "2018/19/3" or "2018-22.pdf"; one does end in "2018/19-2020/21", and in "2018/19.pdf", since
# no file has a slash in its name.
RIGHT = rf"(?![\w%£])(?!{BLANK}%)(?![./:,][0-9])(?!(?<!/[0-9][0-9]){FILE})(?!{DASH}(?!{YEAR}{BLANK}?[-–/])[0-9])"
_links = alternation(word for row in by_kind("date_ranges", "link") for word in row.words)
DASH_LINK = rf"{BLANK}{{0,40}}{DASH}{{1,2}}{GAP}"  # no line break in front: there a dash is a bullet
WORD_LINK = rf"{SPACE}{_links}{SPACE}"
LINK = rf"(?:{DASH_LINK}|{WORD_LINK}|{SPACE}(?:and|&){SPACE})"

PARTS = {  # in the order tried
    "days": rf"{LEFT_OF_DAY}{WEEKDAY}(?P<d_from>{DAY})(?P<d_link>{LINK})(?:the{SPACE})?{WEEKDAY}(?P<d_to>{DAY})"
    rf"{TO_MONTH}(?P<d_month>{NAME}){TO_YEAR}(?P<d_year>{YEAR})(?!\w|/[0-9])",
    "date": rf"{LEFT_OF_DAY}{WEEKDAY}(?P<day>{DAY}){TO_MONTH}(?P<day_month>{NAME})"
    rf"(?:{TO_YEAR}(?P<day_year>{YEAR})(?!\w|/[0-9])|(?P<day_glue>-|{BLANK}['’]?)(?P<day_short>[0-9][0-9])(?!\w|{SPACE}{NAME}))?",
    "american": rf"\b(?P<a_month>{NAME}){BLANK}(?P<a_day>{DAY})(?:,?{SPACE}(?P<a_year>{YEAR})(?!\w)|(?<=[dht]))",
    "numeric": rf"{LEFT_OF_DAY}(?P<n_day>[0-9]{{1,2}})(?P<n_mark>[/.-])(?P<n_month>[0-9]{{1,2}})(?P=n_mark)"
    rf"(?P<n_year>{YEAR}|[0-9][0-9])(?![\w/%])(?!\.[0-9])",
    "iso": rf"{LEFT}(?P<i_year>{YEAR})-(?P<i_month>[0-9][0-9])-(?P<i_day>[0-9][0-9])(?!\w)",
    "month": rf"\b(?P<m_month>{NAME})"
    rf"(?:{TO_YEAR}(?P<m_year>{YEAR})(?![\w/%])(?!{DASH}[0-9][0-9](?!{SUFFIX}{SPACE}{NAME}))"
    rf"|(?P<m_glue>-|{BLANK}['’]?|['’])(?P<m_short>[0-9][0-9])(?![\w%/]|{SPACE}{NAME}))?",
    "quarter": rf"(?<![\w/])(?:{QUARTER}(?P<q_number>{QUARTER_NUMBER})"
    rf"|(?P<q_word>first|second|third|fourth|final|last|1st|2nd|3rd|4th){SPACE}quarter)"
    rf"(?P<q_link>{LINK}(?:{QUARTER})?(?P<q_last>{QUARTER_NUMBER}))?"
    rf"{TO_QUARTER}|(?P<q_open>{BLANK}?\())(?:(?:of|for|in){SPACE})?(?:the{SPACE})?"
    rf"(?:(?:(?:financial|fiscal){SPACE})?year{SPACE})?"
    rf"(?:(?P<q_year>{YEAR})(?:{BLANK}?[-–/]{BLANK}?(?P<q_to>{YEAR}|[0-9][0-9]))?"
    rf"|(?P<q_short>[0-9][0-9])[/-](?P<q_short_to>[0-9][0-9])){RIGHT}(?(q_open)\))",
    "year_quarter": rf"{LEFT}(?P<yq_year>{YEAR})[-–/](?P<yq_to>{YEAR}|[0-9][0-9])"
    rf"{TO_QUARTER}|(?P<yq_open>{BLANK}?\()){QUARTER}(?P<yq_number>{QUARTER_NUMBER})(?(yq_open)\))"
    rf"(?!,?{SPACE}(?:of{SPACE})?{YEAR})",
    "years": rf"{LEFT}(?:FY)?(?P<y_from>{YEAR})(?P<y_link>{DASH_LINK}|{BLANK}?/{BLANK}?|{WORD_LINK})"
    rf"(?:(?P<y_to>{YEAR})|(?P<y_short>[0-9][0-9]?)(?!{SUFFIX}{SPACE}{NAME}(?!\w|:))){RIGHT}",
    "year": rf"{LEFT}(?P<year_only>{YEAR})(?![\w%£])(?![./:,-][0-9])",
    "short_years": rf"(?<![\w£$€#./:-])(?:FY)?(?P<s_from>[0-9][0-9])(?P<s_link>[-–/])(?P<s_to>[0-9][0-9]){RIGHT}",
}
FIRST = {
    "days": "0-9mtwfs",
    "date": "0-9mtwfs",
    "american": "a-z",
    "month": "a-z",
    "quarter": "1-4a-z",
    "short_years": "0-9f",
}
OPENING = (
    "[0-9]|(?=[adfjlmnoqstw])(?:apr|aug|dec|feb|fin|fir|fou|fri|fy|jan|jul|jun|last|mar|may|mon|nov|oct|q|sat|sec|sep|sun"
    "|thi|thu|tue|wed)"
)
PART = re.compile(
    rf"(?<!\w)(?={OPENING})(?:"
    + "|".join(f"(?=[{FIRST.get(name, '0-9f')}])(?P<{name}>{pattern})" for name, pattern in PARTS.items())
    + ")",
    re.IGNORECASE,
)
HINT = re.compile(
    r"[0-9][0-9](?:(?:(?<=19)|(?<=20)|(?<=21))[0-9][0-9](?![0-9])|(?=[-–/][0-9][0-9](?![0-9]))"
    rf"|(?=\s{{0,3}}(?:{DASH}|(?:to|and|until|till|through)\s)))"
)


class Part(NamedTuple):
    """One part of a range.

    start (int), end (int): Characters.
    kind (str): `point` (a date or a month), `days`, `years`, `short_years`, `year` or `quarter`.
    year (int | None), to (int | None): The year or years; None where none is written.
    month (int), first (int), last (int): The month, the first and last day in it, or the first and last quarter; 0 for
        none.
    link (str): What stands between the two halves of `days`, `years` and `short_years`.
    loose (str): Why the part alone is no evidence: `short` for a year in two digits, `guess` where these may be a day.
    """

    start: int
    end: int
    kind: str
    year: int | None = None
    to: int | None = None
    month: int = 0
    first: int = 0
    last: int = 0
    link: str = ""
    loose: str = ""


def stretches(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a text that may hold a range, in order, none overlapping."""
    begin = end = -1
    for hint in HINT.finditer(text):
        if hint.start() - BEHIND > end:
            if end >= 0:
                yield begin, end
            begin = max(0, hint.start() - BEHIND)
        end = hint.end() + AHEAD
    if end >= 0:
        yield begin, min(end, len(text))


def parts(text: str, begin: int, end: int) -> list[Part]:
    """The parts in a stretch of text, in order."""
    found = (READERS[match.lastgroup or ""](match) for match in PART.finditer(text, begin, end))
    return [part for part in found if part]


def _point(found: re.Match[str], year: int | None, month_: int, day: int, loose: str = "") -> Part | None:
    """A date, or with day 0 a month; None where there is no such day."""
    if not iso(year or 2000, month_, day or 1):  # 2000 has every day a year may have
        return None
    return Part(*found.span(), "point", year, month=month_, first=day, loose=loose)


def _day(words: str) -> int:
    return int(words.rstrip("stndrhSTNDRH"))


def _days(found: re.Match[str]) -> Part:
    first, last = _day(found["d_from"]), _day(found["d_to"])
    return Part(
        *found.span(), "days", int(found["d_year"]), None, month(found["d_month"]), first, last, found["d_link"]
    )


def _date(found: re.Match[str]) -> Part | None:
    short, loose = found["day_short"], ""
    year = int(found["day_year"]) if found["day_year"] else None
    if short:
        year, loose = 2000 + int(short), "guess" if found["day_glue"].isspace() else "short"
    return _point(found, year, month(found["day_month"]), _day(found["day"]) or 32, loose)


def _american(found: re.Match[str]) -> Part | None:
    year = int(found["a_year"]) if found["a_year"] else None
    return _point(found, year, month(found["a_month"]), _day(found["a_day"]) or 32)


def _numeric(found: re.Match[str]) -> Part | None:
    """A date in digits, day first as in Britain; "1.4.21" is a paragraph number."""
    day, middle, year, mark = found["n_day"], found["n_month"], found["n_year"], found["n_mark"]
    if len(year) == 2 and mark != "/" and len(day + middle) < 4:
        return None
    return _point(found, int(year) + (2000 if len(year) == 2 else 0), int(middle), int(day) or 32)


def _iso(found: re.Match[str]) -> Part | None:
    return _point(found, int(found["i_year"]), int(found["i_month"]), int(found["i_day"]) or 32)


def _month(found: re.Match[str]) -> Part | None:
    name, short, loose = found["m_month"], found["m_short"], ""
    year = int(found["m_year"]) if found["m_year"] else None
    if short:
        full = len(name) > 4 or name.lower() in ("may", "june", "july")
        year, loose = 2000 + int(short), "guess" if full and found["m_glue"].isspace() else "short"
    return _point(found, year, month(name), 0, loose)


def _quarter(found: re.Match[str]) -> Part | None:
    number = QUARTERS[(found["q_number"] or found["q_word"]).casefold()]
    last = QUARTERS[found["q_last"].casefold()] if found["q_last"] else number
    if found["q_year"]:
        year, to = int(found["q_year"]), found["q_to"]
    else:
        year, to = 2000 + int(found["q_short"]), found["q_short_to"]
    return _in_quarter(found, year, to, number, last, found["q_link"] or "")


def _year_quarter(found: re.Match[str]) -> Part | None:
    number = QUARTERS[found["yq_number"].casefold()]
    return _in_quarter(found, int(found["yq_year"]), found["yq_to"], number, number, "")


def _in_quarter(found: re.Match[str], year: int, to: str | None, first: int, last: int, link: str) -> Part | None:
    """Quarters of a calendar year (`to` is None) or of a financial year, whose two years follow each other."""
    closing = full_year(year, to) if to and len(to) == 2 else int(to) if to else None
    if closing not in (None, year + 1) or last < first:
        return None
    if link and ("and" in link.lower() or "&" in link) and last != first + 1:
        return None
    return Part(*found.span(), "quarter", year, closing, first=first, last=last)


def _years(found: re.Match[str]) -> Part | None:
    first, short, link = int(found["y_from"]), found["y_short"] or "", found["y_link"]
    last = full_year(first, short) if short else int(found["y_to"])
    glued = link == link.strip()
    longest = 1 if len(short) == 1 else LONGEST["/"] if "/" in link else LONGEST["-"] if short else LAST_YEAR
    if not 0 < last - first <= longest or (short and "\n" in link) or (len(short) == 1 and not glued):
        return None
    return Part(
        *found.span(), "years", first, last, link=link, loose="short" if short and not glued and "/" not in link else ""
    )


def _year(found: re.Match[str]) -> Part:
    return Part(*found.span(), "year", int(found["year_only"]))


def _short_years(found: re.Match[str]) -> Part | None:
    short = int(found["s_from"])
    first = short + (1900 if short >= 70 else 2000)
    last = full_year(first, found["s_to"])
    return Part(*found.span(), "short_years", first, last, link=found["s_link"]) if first < last else None


QUARTERS = {
    word: number
    for number, words in enumerate(
        ("1 one first 1st", "2 two second 2nd", "3 three third 3rd", "4 four fourth 4th final last"), 1
    )
    for word in words.split()
}
READERS = {
    "days": _days,
    "date": _date,
    "american": _american,
    "numeric": _numeric,
    "iso": _iso,
    "month": _month,
    "quarter": _quarter,
    "year_quarter": _year_quarter,
    "years": _years,
    "year": _year,
    "short_years": _short_years,
}
