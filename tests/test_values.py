"""Numbers in words and calendar arithmetic."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.values import NUMBER_ENDS, full_year, iso, last_day, month, number, quarter_period, year_period

ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
ONES += [f"{stem}teen" for stem in ("thir", "four", "fif", "six", "seven", "eigh", "nine")]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spell(value: int, mark: str = "-") -> str:
    """A number below 1000 in words, with `mark` inside "twenty-five"."""
    if value < 20:
        return ONES[value]
    if value < 100:
        return TENS[value // 10] + (mark + ONES[value % 10] if value % 10 else "")
    return f"{ONES[value // 100]} hundred" + (f" and {spell(value % 100, mark)}" if value % 100 else "")


@given(st.integers(0, 999), st.sampled_from(["-", " ", "\u00a0", "–"]))
def test_whole_numbers(value: int, mark: str) -> None:
    words = spell(value, mark)
    assert number(words) == number(words.upper()) == value
    assert words.replace(mark, " ").split()[-1] in NUMBER_ENDS


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("hundred", 100),
        ("one thousand", 1000),
        ("seven and a half", 7.5),
        ("seven and half", 7.5),
        ("2 and a half", 2.5),
        ("one and a quarter", 1.25),
        ("three and three quarters", 3.75),
        ("half", 0.5),
        ("half a", 0.5),
        ("half of one", 0.5),
        ("one half of one", 0.5),
        ("a quarter of one", 0.25),
        ("three-quarters of one", 0.75),
        ("two point five", 2.5),
        ("nought point two five", 0.25),
        ("one hundred point five", 100.5),
    ],
)
def test_parts_and_decimals(words: str, value: float) -> None:
    assert number(words) == value


@pytest.mark.parametrize(
    "words", ["", "some", "twelve twenty", "seven and", "point five", "25", "and a half", "ten and two"]
)
def test_no_number(words: str) -> None:
    assert number(words) is None


@pytest.mark.parametrize(
    ("first", "short", "year"),
    [
        (2020, "23", 2023),
        (2021, "22", 2022),
        (1998, "02", 2002),
        (1999, "00", 2000),
        (2008, "9", 2009),
        (2009, "0", 2010),
    ],
)
def test_full_year(first: int, short: str, year: int) -> None:
    assert full_year(first, short) == year


@pytest.mark.parametrize(("first", "short"), [(2019, "12"), (2021, "03"), (2023, "02"), (1965, "02"), (2005, "3")])
def test_full_year_never_jumps_from_mid_century(first: int, short: str) -> None:
    assert full_year(first, short) < first


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_iso_agrees_with_the_calendar(day: dt.date) -> None:
    assert iso(day.year, day.month, day.day) == day.isoformat()
    assert iso(day.year, day.month, last_day(day.year, day.month) + 1) is None


@pytest.mark.parametrize(
    "parts", [(1899, 1, 1), (2101, 1, 1), (2020, 0, 1), (2020, 13, 1), (2021, 2, 29), (2020, 1, 0)]
)
def test_no_such_day(parts: tuple[int, int, int]) -> None:
    assert iso(*parts) is None


@pytest.mark.parametrize(("name", "value"), [("January", 1), ("sept", 9), ("DEC.", 12), ("may", 5)])
def test_month(name: str, value: int) -> None:
    assert month(name) == value


@pytest.mark.parametrize(
    ("kind", "period"),
    [
        ("academic_year", ("2021-09-01", "2022-08-31")),
        ("municipal_year", ("2021-05-01", "2022-05-31")),
        ("financial_year", ("2021-04-01", "2022-03-31")),
        ("calendar", ("2021-01-01", "2022-12-31")),
    ],
)
def test_year_period(kind: str, period: tuple[str, str]) -> None:
    assert year_period(2021, 2022, kind) == period


@pytest.mark.parametrize("financial", [True, False])
@given(year=st.integers(1950, 2090))
def test_quarters_fill_their_year_without_gaps(financial: bool, year: int) -> None:
    quarters = [quarter_period(year, quarter, financial) for quarter in (1, 2, 3, 4)]
    kind = "financial_year" if financial else "calendar"
    assert (quarters[0][0], quarters[3][1]) == year_period(year, year + financial, kind)
    for (_, end), (start, _) in itertools.pairwise(quarters):
        assert dt.date.fromisoformat(end) + dt.timedelta(1) == dt.date.fromisoformat(start)
