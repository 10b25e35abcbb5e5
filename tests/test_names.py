"""Names that are one: `<S:Sufficiency Strategy>`, `<P:Barnardo's>` and `<L:Leeds>` mark the entities of a line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

import pipeline.nlp
from pipeline.components.name_short import shortens
from pipeline.components.names import CONFIDENCE, MOST_ALIKE, Names, plain, without_years, years
from pipeline.joins import NAME
from pipeline.spans import make_span

NLP = pipeline.nlp.blank()
LABELS = {"S": "STRATEGY", "P": "PROVIDER", "L": "PLACE", "R": "ROLE"}
TAG = re.compile(r"<([SPLR]):([^<>]+)>")


def document(line: str) -> Doc:
    """A Doc with the marked entities, after the component."""
    text, ents, at = "", [], 0
    for tag in TAG.finditer(line):
        text += line[at : tag.start()]
        ents.append((len(text), len(text) + len(tag[2]), LABELS[tag[1]]))
        text, at = text + tag[2], tag.end()
    doc = NLP.make_doc(text + line[at:])
    doc.set_ents([make_span(doc, start, end, label) for start, end, label in ents])
    return Names()(doc)


def joined(line: str) -> list[tuple[str, str]]:
    """Of each entity the number of the entity that gives its name, and the rule."""
    doc = document(line)
    numbers = {ent.start_char: number for number, ent in enumerate(doc.ents)}
    return [(str(numbers[ent._.name["name_start"]]), ent._.name["joined_by"]) for ent in doc.ents]


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        ("<S:Homes Plan> <S:HOMES PLAN>", "0 same, 0 same"),
        ("<S:HOMES PLAN> <S:Homes Plan>", "1 same, 1 same"),
        ("<S:Homes & Hope Plan> <S:Homes and Hope Plan>", "0 same, 0 spelling"),
        ("<S:Children's Plan> <S:Children’s Plan> <S:Childrens Plan>", "0 same, 0 spelling, 0 spelling"),
        ("<S:Safe LAC Plan> <S:Safe Looked After Children Plan>", "0 same, 0 spelling"),
        ("<S:Council's draft Homes Plan> <S:Homes Plan>", "0 same, 0 spelling"),
        ("<S:Homes Plan 2019-22> <S:Homes Plan (2019 to 2022)>", "0 same, 0 spelling"),
        ("<S:2019-22 Homes Plan> then <S:Homes Plan>", "0 same, 0 years"),
        ("<S:Homes Plan> then <S:Homes Plan for 2019-22>", "1 years, 1 same"),
        ("<S:Homes Near Home Plan> (HNHP) and <S:HNHP>", "0 same, 0 acronym"),
        ("<S:HNHP> (<S:Homes Near Home Plan>)", "1 acronym, 1 same"),
        ("<P:National Youth Advice (NYA)> and <P:NYA>", "0 same, 0 acronym"),
        ("<P:Commissioning Consortium Cymru>, known as <P:4Cs>, met.", "0 same, 0 acronym"),
        ("<S:Homes Strategy> and <S:Homes Strategy for Children in Care>", "1 short_form, 1 same"),
        ("<S:Closer to Home: A Placement Strategy 2019-22> <S:Closer to Home>", "0 same, 0 short_form"),
        ("<S:Sufficiency Strategy A Place to Call Home> <S:A Place to Call Home>", "0 same, 0 short_form"),
        ("<S:Mockingbird> and <S:Mockingbird programme>", "1 short_form, 1 same"),
        ("<S:Homes Strategy> <S:Homes Strategy and Action Plan>", "1 short_form, 1 same"),
        ("<P:Barnardo's Services Ltd> and <P:Barnardo’s>", "0 same, 0 short_form"),
        ("<P:Larch Homes Ltd> and <P:Larch Homes Limited>", "0 same, 0 spelling"),
        ("<P:Virtual School> or <P:Enfield Virtual School>", "1 short_form, 1 same"),
        ("<L:Royal Borough of Greenwich> is <L:Greenwich>", "0 same, 0 place_form"),
        ("<L:Fife> in the <L:Fife Council area>", "1 place_form, 1 same"),
        ("<L:Stoke on Trent> <L:Stoke-on-Trent> <L:Stoke>", "0 same, 0 spelling, 0 place_form"),
        ("<L:Leeds>, <P:Leeds> and <S:Leeds>", "0 same, 1 same, 2 same"),  # one label each
    ],
)
def test_names_that_are_one(line: str, rules: str) -> None:
    assert ", ".join(" ".join(pair) for pair in joined(line)) == rules


@pytest.mark.parametrize(
    "line",
    [
        "<S:Homes Plan 2016-19> <S:Homes Plan 2019-22> <S:Homes Plan>",  # which of two?
        "<S:Kent Homes Plan> <S:Devon Homes Plan> <S:Homes Plan>",
        "<S:Homes Strategy 2016-19> <S:Children's Homes Strategy 2019-22>",  # two periods
        "<S:Homes Strategy> <S:Homes Strategy Delivery Plan>",  # a plan of its own
        "<S:Corporate Strategy> <S:Corporate Parenting Strategy>",
        "<S:Homes Strategy> <S:Homes Plan>",
        "<S:Homes Near Home Plan> and <S:HNHP>",  # not introduced
        "<S:Closer> <S:Closer to Home>",
        "<P:Adopt London> <P:Adopt London East>",
        "<P:Compass Fostering> <P:Compass Homes> <P:Compass>",
        "<P:Care> <P:Care Services>",
        "<P:Enfield Virtual School> <P:Kent Virtual School> <P:Virtual School>",
        "<P:Barnardo's> <P:Barnett's Ltd>",
        "<L:Durham> <L:County Durham>",  # the city or the county
        "<L:Manchester> <L:Greater Manchester>",
        "<L:Newcastle> <L:Newcastle upon Tyne> <L:Newcastle-under-Lyme>",
        "<L:Cheshire East> <L:Cheshire West and Chester> <L:Chester>",
        "<L:Chester> <L:Chester-le-Street>",
        "<L:Kent> (<L:Dover>)",
    ],
)
def test_never_guessed(line: str) -> None:
    found = joined(line)
    assert found == [(str(number), "same") for number in range(len(found))]


def test_what_is_written_and_for_whom() -> None:
    doc = document("<S:HOMES PLAN 2019-22> <R:Chair> <S:Homes Plan>")
    assert doc.ents[1]._.name is None
    assert doc.ents[2]._.name == {
        "name": "HOMES PLAN 2019-22",
        "name_start": 0,
        "name_end": 18,
        "joined_by": "years",
        "joined_confidence": CONFIDENCE["years"],
    }
    assert tuple(doc.ents[2]._.name) == tuple(field.name for field in NAME)


def test_a_chain_is_as_sure_as_its_links_together() -> None:
    doc = document("<S:Homes Near Home Plan> (<S:HNHP>) and <S:Kent Homes Near Home Plan>")
    sure = [ent._.name["joined_confidence"] for ent in doc.ents]
    assert sure == [CONFIDENCE["short_form"], round(CONFIDENCE["acronym"] * CONFIDENCE["short_form"], 2), 1.0]
    assert {ent._.name["name"] for ent in doc.ents} == {"Kent Homes Near Home Plan"}


def test_too_many_alike_are_left_alone() -> None:
    many = " ".join(f"<S:Plan Q{chr(97 + i % 26)}{chr(97 + i // 26)} for Homes>" for i in range(MOST_ALIKE + 1))
    assert joined(f"<S:Homes Plan> {many}")[0] == ("0", "same")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Council’s draft Placement & Sufficiency Strategy", "placement and sufficiency strategy"),
        ("National Youth Advocacy Service (NYAS)", "national youth advocacy service"),
        ("Homes Near Home (HNH) Strategy", "homes near home strategy"),
        ("Homes (for All) Strategy", "homes for all strategy"),
        ("Larchfield Homes Ltd.", "larchfield homes limited"),
        ("Stoke–on–Trent", "stoke on trent"),
        ("Our Children, “Our Homes”", "our children our homes"),
        ("The", "the"),
        ("’’", ""),
        ("", ""),
    ],
)
def test_plain(text: str, words: str) -> None:
    assert plain(text) == words


@pytest.mark.parametrize(
    ("text", "period", "rest"),
    [
        ("Homes Strategy 2019-22", ("2019-01-01", "2022-12-31"), "Homes Strategy"),
        ("Homes Strategy for the years 2019 to 2022", ("2019-01-01", "2022-12-31"), "Homes Strategy"),
        ("Homes Strategy (2019–2022)", ("2019-01-01", "2022-12-31"), "Homes Strategy"),
        ("2023-25 Homes Strategy", ("2023-01-01", "2025-12-31"), "Homes Strategy"),
        ("Homes Plan 2020/21", ("2020-04-01", "2021-03-31"), "Homes Plan"),
        ("Homes Plan, April 2019 to March 2020", ("2019-04-01", "2020-03-31"), "Homes Plan"),
        ("Homes Plan 2019", ("2019-01-01", "2019-12-31"), "Homes Plan"),
        ("Homes Plan 2019 onwards", ("2019-01-01", "2019-12-31"), "Homes Plan"),
        ("Plan 2014-2017 and 2018-21", ("2014-01-01", "2021-12-31"), "Plan and"),
        ("Plan for ages 16-25", ("", ""), "Plan for ages 16-25"),
        ("2019-22", ("2019-01-01", "2022-12-31"), "2019-22"),
        ("Room 20191", ("", ""), "Room 20191"),
        ("", ("", ""), ""),
    ],
)
def test_years(text: str, period: tuple, rest: str) -> None:
    assert (years(text), without_years(text)) == (period, rest)


def test_shortens_is_of_two_names() -> None:
    assert shortens("STRATEGY", "homes strategy", "homes strategy for children")
    assert not shortens("STRATEGY", "homes strategy for children", "homes strategy")
    assert not shortens("STRATEGY", "homes strategy", "homes strategy")
    assert not shortens("PROVIDER", "", "larch limited")


PIECES = st.sampled_from(
    [
        "Homes",
        "Strategy",
        "Plan",
        "(",
        ")",
        "HS",
        " 2019-22",
        "2019",
        "for",
        "and",
        "&",
        "the",
        "Ltd",
        "’s",
        "upon",
        "of",
        "London Borough",
        " - ",
        "\n",
        "İ",
        "ß",
        "😀",
        "LAC",
        "/",
        "care",
        ",",
    ]
)
ANY = st.lists(PIECES | st.text(max_size=4), max_size=30).map(" ".join) | st.text()


@given(ANY)
def test_plain_forms_are_stable(text: str) -> None:
    once = plain(text)
    assert once == " ".join(once.split())
    assert once == plain(text.upper()) or text.casefold() != text.upper().casefold() or "(" in text
    first, last = years(text)
    assert (first == "") == (last == "")
    assert len(without_years(text)) <= len(text)


@given(ANY, st.data())
def test_a_name_is_another_entitys_text_whatever_the_text(text: str, data: st.DataObject) -> None:
    doc = NLP.make_doc(text)
    labels = st.sampled_from(["STRATEGY", "STRATEGY", "PROVIDER", "PLACE", "ROLE"])
    spans, at = [], 0
    while at < len(doc):
        end = min(len(doc), at + data.draw(st.integers(1, 4)))
        start, stop, at = doc[at].idx, doc[end - 1].idx + len(doc[end - 1]), end
        spans.append(make_span(doc, start, stop, data.draw(labels)))
    doc.set_ents(spans)
    Names()(doc)
    by_start = {ent.start_char: ent for ent in doc.ents}
    for ent in doc.ents:
        if ent.label_ == "ROLE":
            assert ent._.name is None
            continue
        named = by_start[ent._.name["name_start"]]
        assert (named.label_, named.text, named.end_char) == (ent.label_, ent._.name["name"], ent._.name["name_end"])
        assert named._.name["name_start"] == named.start_char
        assert 0 < ent._.name["joined_confidence"] <= 1
