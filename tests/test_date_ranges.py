"""Properties of the DATE_RANGE matcher; its cases are in tests/examples/date_ranges.txt."""

import calendar
import datetime as dt
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.components.date_ranges import RULES, find
from pipeline.patterns import by_kind
from pipeline.values import last_day

MONTHS = calendar.month_name[1:]
DASHES = ["-", "–", "—", "‑", " - ", " – ", " -", "- ", "\u00a0–\u00a0", " -\n", " –\n      ", "--"]
WORDS = [" to ", " TO ", " until ", "\nto ", " to\n    ", "\u00a0to\u00a0", " through to ", " up to "]
PIECES = [
    *"İſKßﬁ²",
    "ſept ",
    "laſt quarter ",
    " ſchool year",
    *(
        "2018",
        "2022",
        "19",
        "22",
        "1",
        "31",
        "/",
        "-",
        "–",
        " - ",
        " to ",
        " and ",
        "between ",
        "from ",
        "April",
        " May ",
    ),
    *("March ", "Q1 ", "quarter ", "first ", "st", "th of ", "Monday ", "academic year ", "FY", "Plan ", "£", "%", "."),
    *(
        "\n",
        "\u00a0",
        "  ",
        "(",
        ")",
        "01/04/2021",
        "2021-04-01",
        ",",
        "children",
        " Minute ",
        "http://a/",
        ":",
        "'21",
        "0113 ",
    ),
]
prose = st.sampled_from(
    ["", "In the Plan ", "Agreed for (", "It covered ", "1.  ", "\n", "Strategy, ", "“", "See the period "]
)
after = st.sampled_from(["", ".", ", which", ")", "\n\nNext", " be approved", ";", " – draft", "’s aims"])
years = st.integers(1950, 2080)
days = st.dates(dt.date(1950, 1, 1), dt.date(2090, 12, 31))


def ordinal(day: int) -> str:
    return f"{day}{'th' if 10 < day < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def written(day: dt.date) -> list[str]:
    """A date in every notation that names its year."""
    month = MONTHS[day.month - 1]
    return [
        f"{day.day} {month} {day.year}",
        f"{day.day} {month[:3]} {day.year}",
        f"{ordinal(day.day)} {month}, {day.year}",
        f"{ordinal(day.day)} of {month} {day.year}",
        f"{day:%A} {day.day} {month} {day.year}",
        f"{day:%A}, {ordinal(day.day)} {month.upper()} {day.year}",
        f"{day.day}\n{month}\u00a0{day.year}",
        f"{day:%d/%m/%Y}",
        f"{day:%d.%m.%Y}",
        f"{day.isoformat()}",
        f"{month} {ordinal(day.day)}, {day.year}",
    ]


def check(text: str, surface: str, start: str, end: str) -> None:
    """One match, on exactly `surface`, with these dates."""
    (match,) = find(text)
    assert text[match.start : match.end] == surface
    assert (match.value["start"], match.value["end"]) == (start, end)


@pytest.mark.parametrize(("rule", "example"), RULES.items(), ids=list(RULES))
def test_the_example_of_each_rule(rule: str, example: str) -> None:
    assert [match.rule for match in find(example)] == [rule]


@given(years, st.integers(1, 15), st.sampled_from([*DASHES, *WORDS, "/", " / "]), prose, after)
def test_two_years_mean_the_same_in_any_notation(first: int, gap: int, link: str, before: str, behind: str) -> None:
    last = first + gap
    surface = f"{first}{link}{last}"
    period = (f"{first}-04-01", f"{last}-03-31") if gap == 1 else (f"{first}-01-01", f"{last}-12-31")
    check(f"{before}{surface}{behind}", surface, *period)


@given(years, st.integers(1, 15), st.sampled_from(["-", "–", "/", " - ", " – ", " -", " / "]), prose, after)
def test_two_digits_close_a_range_like_four(first: int, gap: int, link: str, before: str, behind: str) -> None:
    last = first + gap
    assume(first // 100 == last // 100)
    (long,), (short,) = (find(f"{before}{first}{link}{close}{behind}") for close in (last, f"{last % 100:02}"))
    assert long.value == short.value
    assert short.end == long.end - 2


@given(years, st.integers(1, 40), st.sampled_from([*DASHES, *WORDS, "/"]))
def test_years_that_run_backwards_are_no_range(first: int, gap: int, link: str) -> None:
    assert find(f"Strategy {first}{link}{first - gap} be approved") == []


@given(years, st.integers(1, 9), st.sampled_from([*DASHES[3:], *WORDS, " and "]), st.sampled_from("/-–"), prose)
def test_pairs_of_financial_years(first: int, gap: int, link: str, mark: str, before: str) -> None:
    pairs = [f"{year}{mark}{(year + 1) % 100:02}" for year in (first, first + gap)]
    surface = link.join(pairs)
    between = "between " if link == " and " else ""
    check(f"{before}{between}{surface} was", surface, f"{first}-04-01", f"{first + gap + 1}-03-31")


@given(days, days, st.data(), st.sampled_from([*DASHES, *WORDS]), prose, after)
def test_two_dates_mean_the_same_in_any_notation(
    one: dt.date, two: dt.date, data: st.DataObject, link: str, before: str, behind: str
) -> None:
    one, two = sorted((one, two))
    surface = f"{data.draw(st.sampled_from(written(one)))}{link}{data.draw(st.sampled_from(written(two)))}"
    check(f"{before}{surface}{behind}", surface, one.isoformat(), two.isoformat())


@given(days, st.integers(1, 360), st.sampled_from([*DASHES, *WORDS]), prose, after)
def test_a_first_year_left_out_is_inferred(one: dt.date, length: int, link: str, before: str, behind: str) -> None:
    two = one + dt.timedelta(length)
    surface = f"{one.day} {MONTHS[one.month - 1]}{link}{two.day} {MONTHS[two.month - 1]} {two.year}"
    check(f"{before}{surface}{behind}", surface, one.isoformat(), two.isoformat())


@given(days, st.integers(1, 11), st.booleans(), st.sampled_from([*DASHES, *WORDS]), prose, after)
def test_months(one: dt.date, length: int, short: bool, link: str, before: str, behind: str) -> None:
    year, month = divmod(one.year * 12 + one.month - 1 + length, 12)
    names = [MONTHS[one.month - 1], MONTHS[month]]
    if short:
        names = [name[:3] for name in names]
    end = f"{year}-{month + 1:02}-{last_day(year, month + 1)}"
    for surface in (f"{names[0]}{link}{names[1]} {year}", f"{names[0]} {one.year}{link}{names[1]} {year}"):
        check(f"{before}{surface}{behind}", surface, f"{one.year}-{one.month:02}-01", end)


@given(years, st.integers(1, 4), prose)
def test_a_quarter_means_the_same_in_any_notation(year: int, quarter: int, before: str) -> None:
    pair, word = f"{year}/{(year + 1) % 100:02}", ["first", "second", "third", "fourth"][quarter - 1]
    closing = 3 * quarter + 3
    in_year, month = (year + 1, closing - 12) if closing > 12 else (year, closing)
    period = (f"{in_year}-{month - 2:02}-01", f"{in_year}-{month:02}-{last_day(in_year, month)}")
    for surface in (
        f"Q{quarter} {pair}",
        f"Quarter {quarter} {pair}",
        f"QUARTER {quarter}, {year}-{year + 1}",
        f"Qtr {quarter} of {pair}",
        f"{word} quarter of {pair}",
        f"{pair} Q{quarter}",
        f"{pair} – Quarter {quarter}",
        f"Quarter {quarter} ({pair})",
    ):
        check(f"{before}{surface} was", surface, *period)


@pytest.mark.parametrize("link", [word for row in by_kind("date_ranges", "link") for word in row.words])
def test_each_link(link: str) -> None:
    surface = f"5 May {link} 9 June 2022"
    check(f"From {surface}.", surface, "2022-05-05", "2022-06-09")
    check(f"From 2018 {link} 2022.", f"2018 {link} 2022", "2018-01-01", "2022-12-31")


@pytest.mark.parametrize(
    ("words", "kind"), [(word, row.value) for row in by_kind("date_ranges", "year_kind") for word in row.words]
)
def test_each_kind_of_year(words: str, kind: str) -> None:
    for text in (f"in the {words} 2021/22 it rose", f"in the 2021/22 {words} it rose", f"{words.upper()} (2021-2022)"):
        assert [match.value["kind"] for match in find(text)] == [kind]


@pytest.mark.parametrize("words", [word for row in by_kind("date_ranges", "reference") for word in row.words])
def test_each_reference(words: str) -> None:
    assert find(f"see {words} 2018/19 above") == find(f"({words.upper()} 2018-2022)") == []


@pytest.mark.parametrize("words", [word for row in by_kind("date_ranges", "moved") for word in row.words])
def test_each_change(words: str) -> None:
    assert find(f"it was {words} from 5 May 2021 to 2 June 2021") == []


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text(text: str) -> None:
    end = 0
    for match in find(text):
        assert end <= match.start < match.end <= len(text)
        surface = text[match.start : match.end]
        assert surface == surface.strip()
        assert match.rule in RULES
        assert dt.date.fromisoformat(match.value["start"]) <= dt.date.fromisoformat(match.value["end"])
        end = match.end


@given(st.text(max_size=200))
def test_any_characters(text: str) -> None:
    assert all(0 <= match.start < match.end <= len(text) for match in find(text))


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.integers(0, 3))
def test_a_far_away_text_changes_nothing(text: str, lines: int) -> None:
    far = "The Committee thanked officers for their work over a difficult winter and spring.\n\n" * (3 + lines)
    alone = find(f"\n\n{text}\n\n")
    inside = find(f"{far}\n\n{text}\n\n{far}")
    assert [m._replace(start=m.start + len(far), end=m.end + len(far)) for m in alone] == inside


@pytest.mark.parametrize(
    "unit",
    [
        *("1", "-", "to ", " ", "2018", "2018-", "2018 - ", "2018/19 ", "20 to ", "1 and ", "2018\n", "may ", "Q1 - "),
        *("april 2018 ", "1 april to 20-20 ", "2018/19 and ", "academic year 2018/19 ", "2018" + " " * 99),
    ],
)
def test_time_is_linear(unit: str) -> None:
    start = time.process_time()
    find(unit * (200_000 // len(unit)) + " 2018 to 2022")
    assert time.process_time() - start < 20
