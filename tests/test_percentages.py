"""Properties of the PERCENTAGE matcher; its cases are in tests/examples/percentages.txt."""

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.components.percentages import RULES, find
from pipeline.patterns import by_kind

UNITS = ["%", " %", "\u00a0%", " per cent", " percent", "\u00a0per cent", " PER CENT", "\nper cent", " per\n   cent"]
GLUE = ["-", "–", " - ", " – ", "% - ", "%-", "% to ", " to ", "%\nto ", "‑", "—", "\u00a0–\u00a0"]
PIECES = [
    *"İſKßﬁ²",
    *(
        "%",
        " per cent",
        "percent",
        " percentage points",
        "percentage",
        "1",
        "12",
        "2018",
        ".",
        ",",
        "-",
        "–",
        " ",
        "\n",
    ),
    *(
        " to ",
        " and ",
        "between ",
        "from ",
        "twenty",
        "-five ",
        "half a",
        " hundred",
        "½",
        "£",
        "(",
        ")",
        "over ",
        "or more",
    ),
    *("per", "cent", "\u00a0", "/", "%20", "http://a", "Option ", "ranging ", "+", "−", "point ", "a "),
]
figures = st.integers(0, 999) | st.decimals(0, 999, places=1).map(float) | st.decimals(0, 99, places=2).map(float)
prose = st.sampled_from(
    ["", "Of these, ", "Overall: ", "(", "It was noted that ", "“", "1. ", "The figure was\n", "·\t"]
)


def values(text: str) -> list[tuple[float, float, str]]:
    return [(match.value["low"], match.value["high"], match.value["unit"]) for match in find(text)]


@pytest.mark.parametrize(("rule", "example"), RULES.items(), ids=list(RULES))
def test_the_example_of_each_rule(rule: str, example: str) -> None:
    assert [match.rule for match in find(example)] == [rule]


@given(figures, st.sampled_from(UNITS), prose, st.sampled_from(["", ".", ", which", ")", "\n\nNext", " of them", ";"]))
def test_a_figure_means_the_same_in_any_notation(figure: float, unit: str, before: str, after: str) -> None:
    text = f"{before}{figure}{unit}{after}"
    (match,) = find(text)
    assert (match.value["low"], match.value["high"], match.value["unit"]) == (figure, figure, "percent")
    assert text[match.start : match.end] == f"{figure}{unit}"


@given(figures, figures, st.sampled_from(GLUE), st.sampled_from(UNITS), prose)
def test_a_range_means_the_same_in_any_notation(one: float, two: float, glue: str, unit: str, before: str) -> None:
    low, high = sorted((one, two))
    assume(low < high)
    text = f"{before}{low}{glue}{high}{unit} of them"
    (match,) = find(text)
    assert (match.value["low"], match.value["high"]) == (low, high)
    assert text[match.start : match.end] == f"{low}{glue}{high}{unit}"


@given(figures, figures, st.sampled_from(["", "%", " per cent"]), st.sampled_from(UNITS), prose)
def test_between_is_one_span_with_the_word_inside(one: float, two: float, first: str, unit: str, before: str) -> None:
    low, high = sorted((one, two))
    assume(low < high)
    surface = f"between {low}{first} and {high}{unit}"
    (match,) = find(f"{before}{surface} of them")
    assert (match.rule, match.value["low"], match.value["high"]) == ("between", low, high)
    assert match.end - match.start == len(surface)


@given(figures, figures, st.sampled_from(["rose", "fell", "moved", "it went"]))
def test_a_change_is_two_figures(one: float, two: float, verb: str) -> None:
    assert values(f"{verb} from {one}% to {two}%") == [(one, one, "percent"), (two, two, "percent")]


@pytest.mark.parametrize(
    ("words", "value"),
    [(word, row.value) for row in by_kind("percentages", "before") for word in row.words],
)
def test_each_qualifier_in_front(words: str, value: str) -> None:
    for text in (f"{words} 12% of them", f"It was {words.upper()} 12 per cent.", f"({words}\n  10-12%)"):
        (match,) = find(text)
        assert match.value["qualifier"] == value
        assert text[match.start] == "1"


@pytest.mark.parametrize(
    ("words", "value"),
    [(word, row.value) for row in by_kind("percentages", "after") for word in row.words],
)
def test_each_qualifier_behind(words: str, value: str) -> None:
    (match,) = find(f"12% {words}, it was said")
    assert (match.value["qualifier"], match.end) == (value, 3)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text(text: str) -> None:
    end = 0
    for match in find(text):
        assert end <= match.start < match.end <= len(text)
        surface = text[match.start : match.end]
        assert surface == surface.strip()
        assert match.rule in RULES
        assert match.value["low"] <= match.value["high"]
        assert (match.value["low"] < match.value["high"]) == (match.rule in ("range", "between", "range_from"))
        end = match.end


@given(st.text(max_size=200))
def test_any_characters(text: str) -> None:
    assert all(0 <= match.start < match.end <= len(text) for match in find(text))


@pytest.mark.parametrize(
    "unit",
    [
        "%",
        "1",
        "1%",
        "to ",
        "- ",
        " ",
        "per ",
        "per cent ",
        "(1%",
        "1 to ",
        "twenty ",
        "hundred and ",
        "between 1 ",
        "½",
    ],
)
def test_time_is_linear(unit: str) -> None:
    start = time.process_time()
    find(unit * (200_000 // len(unit)) + " 5% to 10%")
    assert time.process_time() - start < 20
