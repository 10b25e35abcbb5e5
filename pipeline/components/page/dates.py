"""The date and the time of a meeting as headings write them. UK order, day first; no clock."""

import re

from pipeline.patterns import alternation, by_kind
from pipeline.values import MONTH, iso, month

_WELSH = {word: int(row.value) for row in by_kind("structure", "month") for word in row.words}
_MONTH = rf"(?:{MONTH}|{alternation(_WELSH)})"
_MONTH_NAME = re.compile(rf"{_MONTH}\b", re.IGNORECASE)
# 4th, 17th of, and Welsh 1af, 2il, 3ydd, 5ed, 11eg, 18fed
_DAY = r"(\d{1,2})\s*(?:st|nd|rd|th|af|ail|il|ydd|edd|ed|eg|fed|ain)?(?:\s+(?:day\s+)?of)?"
_DATE = re.compile(
    rf"(?<![\d/.£])(?:{_DAY}\s*\b({_MONTH})\b[\s,.]*(\d{{4}}|['’]\d{{2}})(?![\d/])"
    r"|(\d{4})-(\d{2})-(\d{2})(?!\d)"
    r"|(\d{1,2})([/.-])(\d{1,2})\8(\d{4}|\d{2})(?![\d/])(?!\.\d)"
    rf"|\b({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d))",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\d.:/£])(?:"
    r"(\d{1,2})(?:[.:](\d{2}))?\s*(?:[-–—]|to|until|till)\s*(\d{1,2})(?:[.:]\d{2})?\s*([ap])\.?\s?m\b"
    r"|(\d{1,2})(?:[.:](\d{2}))?\s*(?:([ap])\.?\s?m\b|(?:o'clock\s+)?(noon|midday)\b)"
    r"|(\d{1,2})[.:]?(\d{2})\s*(?:hours|hrs|ho)\b"
    r"|([01]?\d|2[0-3]):([0-5]\d)(?![\d:])"
    r"|\b(noon|midday)\b)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
# No council put its minutes on line before 1990, so a two-figure year needs no clock.
_CENTURY_SPLIT = 80


def find_date(text: str, start: int = 0) -> tuple[int, int, str] | None:
    """The first possible date at or after `start`: where it starts and ends, and ISO 8601; None where there is none."""
    if not _DIGIT.search(text, start):
        return None
    for match in _DATE.finditer(text, start):
        groups = match.groups()
        if groups[0]:
            day, month, year = groups[0], _month(groups[1]), groups[2].lstrip("'’")
        elif groups[3]:
            year, month, day = groups[3], int(groups[4]), groups[5]
        elif groups[6]:
            day, month, year = groups[6], int(groups[8]), groups[9]
        else:
            month, day, year = _month(groups[10]), groups[11], groups[12]
        if iso := _iso(int(year), month, int(day), len(year) == 2):
            return match.start(), match.end(), iso
    return None


def starts_with_month(text: str) -> bool:
    """Whether a month's name comes first, so that a number before it is a day."""
    return bool(_MONTH_NAME.match(text))


def _month(name: str) -> int:
    return _WELSH.get(name.lower()) or month(name)


def _iso(year: int, month_: int, day: int, short: bool) -> str:
    if short:
        year += 2000 if year < _CENTURY_SPLIT else 1900
    return iso(year, month_, day) or ""


def find_time(text: str) -> str:
    """The first clock time as HH:MM; "" where there is none. "5.00 - 6.35 pm" is 17:00, "11.30 - 1.00 pm" is 11:30."""
    for match in _TIME.finditer(text):
        groups = match.groups()
        if groups[0]:
            half = groups[3]
            if half in "pP" and int(groups[0]) % 12 > int(groups[2]) % 12:
                half = "a"
            found = _clock(groups[0], groups[1], half)
        elif groups[4]:
            half = groups[6] or "p"
            found = _clock(groups[4], groups[5], half)
        elif groups[8]:
            found = _clock(groups[8], groups[9])
        elif groups[10]:
            found = _clock(groups[10], groups[11])
        else:
            found = "12:00"
        if found:
            return found
    return ""


def _clock(hours: str, minutes: str | None, half: str = "") -> str:
    hour, minute = int(hours), int(minutes or 0)
    if half:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if half in "pP" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else ""
