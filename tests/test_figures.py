"""What percentages, counts and sums measure. Each case: a text with `{places}` in braces, and all that is found in it,
one line per figure: `figure | kind | measure | change | period | place`, `-` where the text is silent."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipeline.components.figure_measures import RULES
from pipeline.components.figures import Figures
from pipeline.joins import FIGURES
from pipeline.nlp import blank
from pipeline.spans import make_span, one_line

NLP = blank()
NLP.add_pipe("minutes_percentages")
NLP.add_pipe("minutes_date_ranges")
NLP.max_length = 10**8
FIND = Figures()

CASES = [
    # the figure counts what stands behind it
    ("Around 8% of enquiries led to an approval, which was low.", ["8% percentage enquiries led to an approval - - -"]),
    (
        "68% of the children lived outside the area but that was known.",
        ["68% percentage children lived outside the area - - -"],
    ),
    (
        "45% of children in care for over two years had not moved.",
        ["45% percentage children in care for over two years had not moved - - -"],
    ),
    (
        "The split was agreed as 60% quality and 40% price.",
        ["60% percentage quality - - -", "40% percentage price - - -"],
    ),
    (
        "Of these 44% ended at home, 29% with an agency and 12% in a home.",
        ["44% percentage ended at home - - -", "29% percentage with an agency - - -", "12% percentage in a home - - -"],
    ),
    (
        "There were 94 children with carers, or 41% of those looked after.",
        ["94 count children with carers - - -", "41% percentage children with carers - - -"],
    ),
    # what is measured stands in front
    ("Attendance was 92.6%.", ["92.6% percentage Attendance - - -"]),
    ("The share of the costs is 25%.", ["25% percentage share of the costs - - -"]),
    ("The increase was 5%.", ["5% percentage increase rise - -"]),
    ("He said that the cost of placements had risen by 7%.", ["7% percentage cost of placements rise - -"]),
    (
        "Staffing was stable and agency staff made up less than 5% of the workforce.",
        ["5% percentage agency staff - - -"],
    ),
    (
        "In the last three years the number of homes fell by 4%.",
        ["4% percentage number of homes fall last three years -"],
    ),
    ("Agencies, who filled 28% of posts, were dear.", ["28% percentage Agencies - - -"]),
    ("The figure was above the target of 10%.", ["10% percentage target - - -"]),
    ("It was agreed to increase the allowance by 2%.", ["2% percentage allowance rise - -"]),
    (
        "Children took part in their review in 92% of cases.",
        ["92% percentage Children took part in their review - - -"],
    ),
    ("Agencies provided 30% of placements.", ["30% percentage Agencies provided - - -"]),
    # one measure for several figures
    (
        "The share at home rose from 12% to 15%.",
        ["12% percentage share at home - - -", "15% percentage share at home rise - -"],
    ),
    (
        "Numbers had grown by 17%, from 402 to 470.",
        ["17% percentage Numbers rise - -", "402 count Numbers - - -", "470 count Numbers rise - -"],
    ),
    (
        "18% of pupils had passed, against 23% in the year before.",
        ["18% percentage pupils had passed - - -", "23% percentage pupils had passed - year before -"],
    ),
    (
        "Of 412 children, 61% (251) were placed locally.",
        ["412 count children - - -", "61% percentage were placed locally - - -", "251 count were placed locally - - -"],
    ),
    (
        "It worked with 84 young people, of whom 71 (85%) were at home.",
        ["84 count young people - - -", "71 count were at home - - -", "85% percentage were at home - - -"],
    ),
    ("Occupancy was 88%, up from 80%.", ["88% percentage Occupancy rise - -", "80% percentage Occupancy - - -"]),
    ("Lateness fell to 4%, from a high of 9%.", ["4% percentage Lateness fall - -", "9% percentage Lateness - - -"]),
    (
        "Fees ran from 3% (Elm and Oak) to 9% (Ash).",
        ["3% percentage Fees - - -", "9% percentage Fees - - -"],
    ),
    (
        "A bed cost £900 a week in 2019/20 and £990 in 2021/22, a rise of 10%.",
        ["£900 money bed - 2019/20 -", "£990 money bed rise 2021/22 -", "10% percentage bed rise - -"],
    ),
    (
        "Vacancies stood at 12 on average and sickness at 4%.",
        ["12 count Vacancies - - -", "4% percentage sickness - - -"],
    ),
    # what is measured, with or without its verb
    ("Plans were in place for 88% of pupils.", ["88% percentage Plans were in place - - -"]),
    ("Agencies accounted for 28% of the spend.", ["28% percentage Agencies - - -"]),  # no verb
    ("There were 30 with agencies, or 4%.", ["30 count with agencies - - -", "4% percentage with agencies - - -"]),
    ("70% of those families were content.", ["70% percentage those families were content - - -"]),
    ("70% of those were content.", ["70% percentage were content - - -"]),
    (
        "Half were abroad and 9% were in work, training or college.",
        ["9% percentage were in work, training or college - - -"],
    ),
    ("It had put the shortfall at 4%.", ["4% percentage shortfall - - -"]),
    (
        "The tax of 5%, including 2% for libraries, was set.",
        ["5% percentage tax - - -", "2% percentage libraries - - -"],
    ),
    (
        "The fee, being what a week costs, stood at 9%.",
        ["9% percentage fee - - -"],
    ),
    (
        "The number of pupils waiting over two months was 9%.",
        ["9% percentage number of pupils waiting over two months - - -"],
    ),
    ("Since the first flood the number of homes had risen by 9%.", ["9% percentage number of homes rise - -"]),
    ("As a result the rate was 9%.", ["9% percentage rate - - -"]),
    ("Agreed to raise by 3% the fees of carers.", ["3% percentage fees of carers rise - -"]),
    ("This was an increase of 3%.", ["3% percentage - rise - -"]),
    ("They did so in part, but only 12% now.", ["12% percentage - - - -"]),  # no bare function word
    # rises and falls
    ("The number was 210, a fall of 3%.", ["210 count number fall - -", "3% percentage number fall - -"]),
    (
        "There were 90 pupils, an increase on last year, and 4% were late.",
        ["90 count pupils rise - -", "4% percentage were late - - -"],
    ),
    (
        "94% of visits were done in the term, up from 80%.",
        ["94% percentage visits were done rise term -", "80% percentage visits were done - - -"],
    ),
    (
        "The least would rise by 2% and the highest by 9%.",
        ["2% percentage least rise - -", "9% percentage highest rise - -"],
    ),
    (
        "Officers modelled rises of 2%, 4% and 6%.",
        ["2% percentage rises rise - -", "4% percentage rises rise - -", "6% percentage rises rise - -"],
    ),
    (
        "Costs had risen by 4% by reason of two closures.",
        ["4% percentage Costs rise - -", "two count closures - - -"],
    ),  # the closures did not rise
    ("Income fell short by 4%.", ["4% percentage Income fell short - - -"]),
    (
        "Demand had fallen, only 54% of nights having been used.",
        ["54% percentage nights having been used - - -"],
    ),
    (
        "The proposal was to raise fees by 8% and mileage to 45p.",
        ["8% percentage fees rise - -", "45p money mileage rise - -"],
    ),
    # sums of money
    ("The saving would be £1.2m or 4%.", ["£1.2m money saving - - -", "4% percentage saving - - -"]),
    (
        "It proposed a pooled fund of £2-3 million, of which 40% was new.",
        ["£2-3 million money pooled fund - - -", "40% percentage was new - - -"],
    ),
    # rows, labels, bullets, wrapped lines
    (
        "Type | Number | Share\nFostering | 251 | 61%\nHomes | 40 | 10%\n",
        [
            "251 count Fostering - - -",
            "61% percentage Fostering - - -",
            "40 count Homes - - -",
            "10% percentage Homes - - -",
        ],
    ),
    ("Visits on time: 88%\n", ["88% percentage Visits on time - - -"]),
    (
        "In house fostering. 49% against a target of 55%.",
        ["49% percentage In house fostering - - -", "55% percentage target - - -"],
    ),
    ("•\tTimeliness was 60%;\n", ["60% percentage Timeliness - - -"]),
    (
        "4.2  The Manager said that contributions would rise by 1.5% for pay.",
        ["1.5% percentage contributions rise - -"],
    ),
    (
        "It was reported that 94% of review health\nassessments had been completed.",
        ["94% percentage review health assessments had been completed - - -"],
    ),
    (
        "Beds used:\n\n2018  82%\n2019  96%\n",
        ["82% percentage Beds used - 2018 -", "96% percentage Beds used - 2019 -"],
    ),
    ("KPI 4, repeat moves: 7%\n", ["7% percentage repeat moves - - -"]),
    (
        "• Agency staff. Reduced from 42% to 23%.\n",
        ["42% percentage Agency staff - - -", "23% percentage Agency staff fall - -"],
    ),
    ("who could cross the\nwater. 5% did.\n", ["5% percentage - - - -"]),  # the end of a paragraph is no label
    # period and place
    (
        "Sickness has fallen from 9% to 4% since the spring.",
        ["9% percentage Sickness - spring -", "4% percentage Sickness fall - -"],
    ),
    ("44% of homes were full, and that was more than last year.", ["44% percentage homes were full - - -"]),
    ("9% of children in {Kent} had moved.", ["9% percentage children in Kent had moved - - Kent"]),
    ("In {Kent} 9% had moved.", ["9% percentage had moved - - Kent"]),
    (
        "He said that in {Kent}, 9% had moved, against 5% a year earlier.",
        ["9% percentage had moved - - Kent", "5% percentage had moved - - Kent"],
    ),
    ("{Kent} had seen a rise of 9%.", ["9% percentage rise rise - Kent"]),
    (
        "{Kent} had 40 homes, of which 5% were full.",
        ["40 count homes - - Kent", "5% percentage were full - - Kent"],
    ),
    (
        "There were 40 homes in {Kent}, and 5% of them were full.",
        ["40 count homes in Kent - - Kent", "5% percentage were full - - Kent"],
    ),
    ("The aim was met in {Kent}, where it was 9%.", ["9% percentage - - - Kent"]),
    ("The {Kent} average was 9%.", ["9% percentage Kent average - - Kent"]),
    ("Occupancy of {Elm House} was 9%.", ["9% percentage Occupancy of Elm House - - Elm House"]),
    ("{Kent} | 9%\n", ["9% percentage Kent - - Kent"]),
    (
        "The share was 9% and 60 per cent fell to {Kent}.",
        ["9% percentage share - - -", "60 per cent percentage fell to Kent - - Kent"],
    ),
    ("9% passed, against 7% across {England}.", ["9% percentage passed - - -", "7% percentage passed - - England"]),
    # a place that the figure is not for
    ("9% of children were near {Kent}.", ["9% percentage children were near Kent - - -"]),
    ("9% of children lived in {Kent} or {Surrey}.", ["9% percentage children lived in Kent or Surrey - - -"]),
    ("9% lived in {Kent} or within ten miles of it.", ["9% percentage lived in Kent or within ten miles of it - - -"]),
    ("9% were away, including some in {Kent}.", ["9% percentage were away - - -"]),
    ("Costs rose by 9%, though not in {Kent}.", ["9% percentage Costs rise - -"]),
    ("The cost was 9% below that in {Kent}.", ["9% percentage cost - - -"]),
    ("{Kent} had a target of 9%; the town stood at 4%.", ["9% percentage target - - Kent", "4% percentage town - - -"]),
    ("In the {Elm} scheme, 9% had moved.", ["9% percentage had moved - - -"]),
    ("9% of adopters came from {Kent}.", ["9% percentage adopters came from Kent - - -"]),
    ("Unit costs in {Harrow} had reduced by 11%.", ["11% percentage Unit costs in Harrow fall - Harrow"]),
    ("Of these, 9% had moved in 2021/22.", ["9% percentage had moved - 2021/22 -"]),
    (
        "At the end of September 45% of children were placed outside {Kent}.",
        ["45% percentage children were placed outside Kent - end of September -"],
    ),
    # nothing is known of the measure
    ("Yes, by 14%.", ["14% percentage - - - -"]),
    ("This was 53% and higher than before.", ["53% percentage - - - -"]),
    ("It would go up by 4%.", ["4% percentage - rise - -"]),
    # no figure, or no count
    ("There were 40 homes and £3m was spent.", []),  # no percentage in the sentence
    (
        "Boys aged 13 to 15 placed 20 miles away at 2.30 pm for 6 weeks fell by 5%.",
        ["5% percentage Boys aged 13 to 15 placed 20 miles away at 2.30 pm for 6 weeks fall - -"],
    ),  # ages, distances, times of day and lengths of time are no counts
    (
        "In Lot 2, fees at levels two and three rose by 5%.",
        ["5% percentage fees at levels two and three rise - -"],
    ),  # names of parts
    (
        "One in three of those was local and 5% had three or more moves.",
        ["5% percentage had three or more moves - - -"],
    ),  # ratios, criteria
    ("2 She stated that fees had fallen by 7%.", ["7% percentage fees fall - -"]),  # the number of a paragraph
    ("There were 29 pupils. 31% achieved a pass.", ["31% percentage achieved a pass - - -"]),  # another sentence
    ("Attendance had been good and made up 4% of the score.", ["4% percentage Attendance - - -"]),  # no rise
]


def read(marked: str) -> Doc:
    doc = NLP(marked.replace("{", "").replace("}", ""))
    places = [(doc.text.index(name), doc.text.index(name) + len(name)) for name in named(marked)]
    doc.ents = [make_span(doc, *place, "PLACE") for place in places]
    return FIND(doc)


def named(marked: str) -> list[str]:
    return [piece.split("}")[0] for piece in marked.split("{")[1:]]


def line(doc: Doc, figure: dict) -> str:
    parts = (doc.text[figure["start"] : figure["end"]], figure["kind"], figure["measure"], figure["change"])
    return " ".join(part or "-" for part in (*parts, figure["period"], figure["place"]))


@pytest.mark.parametrize(("marked", "expected"), CASES, ids=[case[0][:40] for case in CASES])
def test_all_figures_of_a_text(marked: str, expected: list[str]) -> None:
    doc = read(marked)
    assert [line(doc, figure) for figure in doc._.figures] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It cost £1.2m, 4% more.", (1.2e6, 1.2e6, "GBP", "")),
        ("It cost over £350,000, 4% more.", (350_000, 350_000, "GBP", "over")),
        ("It cost £2-3 million, 4% more.", (2e6, 3e6, "GBP", "")),
        ("It cost £500k, 4% more.", (5e5, 5e5, "GBP", "")),
        ("There were at least 1,104 reviews, 4% late.", (1104, 1104, "number", "at least")),
        ("There were twenty-two homes, 4% full.", (22, 22, "number", "")),
        ("There were 10-15 homes, 4% full.", (10, 15, "number", "")),
        ("Between 2 and 5 per cent of homes.", (2, 5, "percent", "")),
        ("A fall of nearly 3 percentage points.", (3, 3, "percentage_point", "nearly")),
    ],
)
def test_the_first_figure_as_numbers(text: str, expected: tuple[float, float, str, str]) -> None:
    figure = read(text)._.figures[0]
    assert (figure["low"], figure["high"], figure["unit"], figure["comparator"]) == expected


def test_the_years_in_a_name_are_no_period() -> None:
    doc = NLP("The Sufficiency Strategy 2013-16 said that 4% of homes were full.")
    doc.ents = [make_span(doc, 4, 32, "STRATEGY")]
    assert [line(doc, figure) for figure in FIND(doc)._.figures] == ["4% percentage homes were full - - -"]


def test_a_period_has_its_days() -> None:
    (figure,) = read("Costs rose by 4% in 2021/22.")._.figures
    assert (figure["first_day"], figure["last_day"]) == ("2021-04-01", "2022-03-31")


@pytest.mark.parametrize("rule", RULES)
def test_the_example_of_each_rule(rule: str) -> None:
    marked, confidence = RULES[rule]
    measure = marked.partition("[")[2].partition("]")[0]
    figures = read(marked.replace("[", "").replace("]", ""))._.figures
    assert (figures[-1]["measure"], figures[-1]["rule"], figures[-1]["confidence"]) == (measure, rule, confidence)


PIECES = [
    "5%",
    "12",
    "£3m",
    " ",
    " of ",
    "children ",
    "was ",
    "rose from ",
    " to ",
    "(",
    ")",
    ", ",
    ". ",
    "\n",
    "|",
    "\t",
    "in 2021/22",
    "The ",
    "which ",
    "three ",
    "against ",
    "Kent",
    "in ",
    "up ",
    "and ",
    "per cent",
    "-",
    "•",
    ":",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_any_text_has_figures_with_true_offsets(text: str) -> None:
    doc = NLP(text)
    doc.ents = [make_span(doc, at, at + 4, "PLACE") for at in [text.find("Kent")] if at >= 0]
    figures = FIND(doc)._.figures
    percentages = {(span.start_char, span.end_char) for span in doc.spans["percentages"]}
    assert percentages == {(f["start"], f["end"]) for f in figures if f["kind"] == "percentage"}
    assert [f["start"] for f in figures] == sorted(f["start"] for f in figures)
    for figure in figures:
        assert set(figure) == {field.name for field in FIGURES}
        assert figure["low"] <= figure["high"]
        for name in ("measure", "period", "place"):
            start, end = figure[f"{name}_start"], figure[f"{name}_end"]
            assert (figure[name] is None) == (start is None) == (end is None)
            assert start is None or one_line(text[start:end]) == figure[name] != ""


@pytest.mark.parametrize(
    "piece",
    [
        "5% ",
        "84% of children were placed, ",
        "a | 25 | 6%\n",
        "the number of the that ",
        "12 homes and 7% ",
        " " * 60 + "5%",
        "in Kent and Kent, of which 5% in Kent ",
        "Beds used:\n2018  5%\n",
        ", a fall of 5%, from a low of ",
    ],
)
def test_time_is_linear(piece: str) -> None:
    def seconds(size: int) -> float:
        doc = NLP((piece * (size // len(piece) + 1))[:size])
        start = time.process_time()
        FIND(doc)
        return time.process_time() - start

    small = max(seconds(8_000), 0.02)
    assert seconds(64_000) < 24 * small  # 8 times the text


def test_a_megabyte_line() -> None:
    doc = NLP("the number of children in care was high and " * 25_000 + "5% of homes")
    start = time.process_time()
    assert [figure["kind"] for figure in FIND(doc)._.figures] == ["percentage"]
    assert time.process_time() - start < 2
