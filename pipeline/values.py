"""Numbers in words and calendar arithmetic: no spaCy, and no clock (a date comes from the text or not at all)."""

import re
from calendar import monthrange

# What stands between figures, for the regular expressions that read figures.
BLANK = r"[^\S\n]"
GAP = rf"{BLANK}{{0,40}}(?:\n{BLANK}{{0,40}})?"  # at most one line break: a hard wrap, never a blank line
DASHES = "-‐‑‒–—―−"
DASH = f"[{DASHES}]"
FIRST_YEAR, LAST_YEAR = 1900, 2100  # a number outside is no year

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)

_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WHOLE = (
    {word: number for number, word in enumerate(_ONES + _TEENS)}
    | {word: 10 * number for number, word in enumerate(_TENS, 2)}
    | {"nought": 0, "nil": 0, "fourty": 40, "hundred": 100, "thousand": 1000}
)
_PARTS = {"half": 0.5, "quarter": 0.25, "quarters": 0.75}
NUMBER_ENDS = frozenset((*_WHOLE, *_PARTS, "a"))  # the last word of every number in words

_UNIT = "(?:" + "|".join(sorted((*_ONES, *_TEENS, "nought", "nil"), key=len, reverse=True)) + ")"
_TEN = "(?:" + "|".join((*_TENS, "fourty")) + ")"
# Used by itself where larger numbers do not come: compiling longer patterns costs start-up time.
BELOW_100 = rf"(?:{_TEN}(?:[-‐‑–\s]{{1,3}}{_UNIT})?|{_UNIT})"
_HUNDREDS = rf"(?:{_UNIT}\s{{1,3}})?(?:hundred|thousand)(?:\s{{1,3}}and\s{{1,3}}{BELOW_100})?"
_WHOLE_NUMBER = rf"(?:{_HUNDREDS}|{BELOW_100})"
_PART = r"(?:(?:a\s{1,3}|one[-\s]{1,3})?half|(?:a|one)[-\s]{1,3}quarter|three[-\s]{1,3}quarters)"
_AND_PART = rf"(?:\s{{1,3}}and\s{{1,3}}{_PART})"
# "twenty-five", "seven and a half", "2 and a half", "two point five", "half a", "three quarters of one"
NUMBER = (
    rf"(?:{_WHOLE_NUMBER}(?:{_AND_PART}|(?:\s{{1,3}}point(?:\s{{1,3}}{_UNIT}){{1,4}}))?|[0-9]{{1,3}}{_AND_PART}"
    rf"|{_PART}(?:\s{{1,3}}(?:of\s{{1,3}})?(?:a|one))?)"
)
_NUMBER = re.compile(NUMBER, re.IGNORECASE)
_WORD = re.compile(r"[a-z]+|[0-9]+")


def number(words: str) -> float | None:
    """The value of a number in words.

    words (str): Such as "twenty-five", "one hundred", "seven and a half", "half a" or "two point five".
    RETURNS (float | None): The number; None where the words are something else.
    """
    if not _NUMBER.fullmatch(words):
        return None
    parts = _WORD.findall(words.casefold())
    whole, fraction, decimals = 0, 0.0, ""
    for word, following in zip(parts, [*parts[1:], ""], strict=True):
        if word == "point":
            decimals = "."
        elif decimals:
            decimals += str(_WHOLE[word])
        elif word in _PARTS:
            fraction = _PARTS[word]
            if following:  # "three quarters of one"
                break
        elif word in ("hundred", "thousand"):
            whole = (whole or 1) * _WHOLE[word]
        elif following not in ("half", "quarter", "quarters"):  # "one quarter"
            whole += int(word) if word.isdigit() else _WHOLE.get(word, 0)
    return float(f"{whole}{decimals}") + fraction


def month(name: str) -> int:
    """1 to 12 for the name of a month, whole or abbreviated."""
    return MONTHS.index(name[:3].casefold()) + 1


def last_day(year: int, month: int) -> int:
    """The number of days in a month."""
    return monthrange(year, month)[1]


def iso(year: int, month: int, day: int) -> str | None:
    """A date in ISO 8601; None where there is no such day."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= last_day(year, month)):
        return None
    return f"{year:04}-{month:02}-{day:02}"


def year_period(first: int, last: int, kind: str) -> tuple[str, str]:
    """First and last day of a run of years.

    first (int), last (int): The years as written, 2021 and 2022 in "2021/22".
    kind (str): `academic_year` (September to August), `municipal_year` (May to May), `financial_year` (April to March),
        else whole calendar years.
    RETURNS (tuple[str, str]): ISO dates, both inclusive.
    """
    opens, closes = {
        "academic_year": ("09-01", "08-31"),
        "municipal_year": ("05-01", "05-31"),
        "financial_year": ("04-01", "03-31"),
    }.get(kind, ("01-01", "12-31"))
    return f"{first}-{opens}", f"{last}-{closes}"


def quarter_period(year: int, quarter: int, financial: bool) -> tuple[str, str]:
    """First and last day of a quarter.

    year (int): The calendar year, or the first year of a financial year.
    quarter (int): 1 to 4; quarter 1 of a financial year opens in April.
    financial (bool): Whether the year is a financial one.
    RETURNS (tuple[str, str]): ISO dates, both inclusive.
    """
    closing = 3 * quarter + (3 if financial else 0)
    year, closing = (year + 1, closing - 12) if closing > 12 else (year, closing)
    return f"{year}-{closing - 2:02}-01", f"{year}-{closing:02}-{last_day(year, closing)}"


def full_year(first: int, short: str) -> int:
    """The year that one or two digits stand for after a full year.

    first (int): The full year.
    short (str): "23" after 2020 is 2023, "02" after 1998 is 2002, "9" after 2008 is 2009.
    RETURNS (int): The year; before `first` where the digits cannot follow it.
    """
    century = 10 ** len(short)
    year = first - first % century + int(short)
    return year + century if year < first and first % century >= 0.9 * century else year
