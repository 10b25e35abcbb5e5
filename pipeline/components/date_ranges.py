"""DATE_RANGE: periods with a stated start and end, as ISO dates.

One scan for what may be a year finds the stretches worth reading. There the parts of a range are read (a date, a month,
"2018", "2021/22", "Q1 2022/23"), and neighbours are joined where a dash or a word such as "to" links them. A stretch ends a
bounded way from its last year, so the time is linear. There is no clock: every year comes from the text.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from spacy.language import Language

from pipeline.components.matcher import Matcher
from pipeline.labels import BY_NAME
from pipeline.patterns import alternation, by_kind
from pipeline.spans import Match
from pipeline.values import MONTH, full_year, iso, last_day, month, quarter_period, year_period

RULES = {  # rule id: one example
    "years": "Sufficiency Strategy 2018-2022; 2021/22; from 2020 to 23",
    "years_apart": "between 2018 and 2022",
    "year_pairs": "2018/19 - 2020/21; 2021/22 to 2024/25",
    "short_years": "academic year 21/22; FY21/22; Plan 21-24",
    "quarter": "Q1 2022/23; first quarter of 2021/22; Q1-Q3 2022/23",
    "quarters": "Q4 2021/22 to Q2 2022/23",
    "days": "10 – 28 May 2021; between 19 and 30 June 2023",
    "dates": "1 April – 30 June 2023; 01/04/2021 to 31/03/2022",
    "months": "April 2021 to March 2022; between January and March 2020",
}
BEHIND, AHEAD = 160, 120  # characters; how far a range reaches from a year in it
LONGEST = {"/": 15, "-": 50}  # years with two digits at the end: "2021/45" is a reference number

# Pieces
BLANK = r"[^\S\n]"
GAP = rf"{BLANK}{{0,40}}(?:\n{BLANK}{{0,40}})?"  # at most one line break: a hard wrap, never a blank line
SPACE = rf"(?=\s){GAP}"
DASH = "[-‐‑‒–—―−]"
YEAR = "(?:19[0-9][0-9]|20[0-9][0-9]|2100)"
NAME = rf"{MONTH}\.?"
DAY = r"[0-9]{1,2}(?:st|nd|rd|th)?(?![\w%])"
WEEKDAY = rf"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?{SPACE}(?:the{SPACE})?)?"
OF_MONTH = rf"(?:{SPACE}of)?(?:{SPACE}|-){NAME}"
QUARTER = rf"(?:q|qtr|quarters?)\.?{BLANK}?"
Q_NUMBER = r"(?:[1-4]|one|two|three|four)(?!\w)"
Q_YEAR = rf"(?:,?{SPACE}|{BLANK}?[-–:]{BLANK}?|(?P<open>{BLANK}?\())"
LEFT = r"(?<![\w£$€#])(?<![£$€]\s)(?<![0-9][./,:])(?<![A-Za-z][/_])(?<![A-Z]-)"
# No year ends "2018-22%", "2018/19/3", "2018-22.pdf", "2018-22-v2"; one does end in "2018/19-2020/21".
RIGHT = (
    rf"(?![\w%£])(?!{BLANK}%)(?![./:,][0-9])(?!\.[a-z]{{3,4}}\b)(?!{DASH}(?!{YEAR}{BLANK}?[-–/])[0-9])(?![-/_][a-z][\w])"
)


def _words(kind: str) -> str:
    """A regular expression for all words of one kind."""
    return alternation(word for row in by_kind("date_ranges", kind) for word in row.words)


LINK = rf"(?:{BLANK}{{0,40}}{DASH}{{1,2}}{GAP}|{SPACE}(?:{_words('link')}|and|&){SPACE})"

# Parts, in the order they are tried; the name of a part is the name of the function that reads it.
PARTS = {
    "days": rf"{LEFT}{WEEKDAY}(?P<d_from>{DAY})(?P<d_link>{LINK})(?:the{SPACE})?{WEEKDAY}(?P<d_to>{DAY}){OF_MONTH}"
    rf"(?:,?{SPACE}|-)(?P<d_year>{YEAR})(?!\w)",
}
