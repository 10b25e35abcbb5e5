"""People and their offices: `{Jane Hill}` and `{the}` mark the mentions, `<Chair>` a ROLE, `[Leeds]` a PLACE.

A line is followed by its rows in order: mention, person, office, rule.
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.util import filter_spans

import pipeline.nlp
from pipeline.components.people import CONFIDENCE, People, find
from pipeline.components.people_stated import AFTER, BEFORE
from pipeline.components.person_names import agree, name_after, name_before
from pipeline.components.structure import Structure
from pipeline.joins import PEOPLE
from pipeline.spans import make_entity, make_span

NLP = pipeline.nlp.blank()
LABEL = {"<": "ROLE", "[": "PLACE"}
TAG = re.compile(r"<([^<>]+)>|\[([^\[\]]+)\]")


def document(line: str) -> Doc:
    """A Doc with the marked entities."""
    text, ents, at = "", [], 0
    for tag in TAG.finditer(line):
        text += line[at : tag.start()]
        words = tag[1] or tag[2]
        ents.append((len(text), len(text) + len(words), LABEL[tag[0][0]]))
        text, at = text + words, tag.end()
    doc = NLP.make_doc(text + line[at:])
    doc.set_ents([make_span(doc, start, end, label) for start, end, label in ents])
    return doc


def rows(line: str) -> list[tuple[str, str, str, str]]:
    doc = People()(document(line))
    for row in doc._.people:
        assert row["stated_start"] <= doc.text.index(row["office"]) or row["office"] in doc.text[row["stated_start"] :]
    return [(doc.text[row["start"] : row["end"]], row["person"], row["office"], row["rule"]) for row in doc._.people]


HILL = ("Jane Hill", "Jane Hill")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Jane Hill, <Head of Homes>, spoke.", [(*HILL, "Head of Homes", "name_comma_title")]),
        ("Jane Hill, the Council's <Head of Homes>, spoke.", [(*HILL, "Head of Homes", "name_comma_title")]),
        ("Mr J. Hill (<Head of Homes>)", [("J. Hill", "J. Hill", "Head of Homes", "name_bracket_title")]),
        (
            "Mrs Hill\n(<Cabinet Member for Homes>)",
            [("Hill", "Hill", "Cabinet Member for Homes", "name_bracket_title")],
        ),
        ("Jane Hill - <Head of Homes>", [(*HILL, "Head of Homes", "name_dash_title")]),
        ("Jane Hill\t<Head of Homes>\n", [(*HILL, "Head of Homes", "name_column_title")]),
        ("Jane Hill | <Head of Homes> | yes", [(*HILL, "Head of Homes", "name_column_title")]),
        ("Jane Hill\n<Head of Homes>\n", [(*HILL, "Head of Homes", "name_line_title")]),
        ("Contact: Jane Hill <Head of Homes>\n", [(*HILL, "Head of Homes", "name_space_title")]),
        ("Jane Hill is the <Head of Homes>.", [(*HILL, "Head of Homes", "name_is_title")]),
        ("Cllr Hill was elected <Chair>.", [("Hill", "Hill", "Chair", "name_became_title")]),
        ("To appoint Cllr Hill as <Chair>.", [("Hill", "Hill", "Chair", "name_became_title")]),
        ("Present: Councillor Hill in the <Chair>.", [("Hill", "Hill", "Chair", "name_in_chair")]),
        ("Mr. T. Hill CC (in the <Chair>)", [("T. Hill", "T. Hill", "Chair", "name_in_chair")]),
        ("The <Head of Homes>, Jane Hill, spoke.", [(*HILL, "Head of Homes", "title_comma_name")]),
        ("The <Head of Homes>, Ms Hill’s report", [("Hill", "Hill", "Head of Homes", "title_comma_name")]),
        ("the <Head of Homes> (Jane Hill)", [(*HILL, "Head of Homes", "title_bracket_name")]),
        ("<Chairman>: Cllr Mrs A Hill", [("A Hill", "A Hill", "Chairman", "title_colon_name")]),
        ("<Head of Homes> - Jane Hill", [(*HILL, "Head of Homes", "title_dash_name")]),
        ("<Head of Homes>    Jane Hill", [(*HILL, "Head of Homes", "title_column_name")]),
        ("<Head of Homes>\nJane Hill\n", [(*HILL, "Head of Homes", "title_line_name")]),
        ("<Lead Nurse> Maria de la Cruz", [("Maria de la Cruz", "Maria de la Cruz", "Lead Nurse", "title_space_name")]),
        (
            "Jane Hill, <Head of Law> and <Monitoring Officer>",
            [(*HILL, "Head of Law", "name_comma_title"), (*HILL, "Monitoring Officer", "second_office")],
        ),
        (
            "Cllr J Hill (<Leader>) in the <Chair>",
            [("J Hill", "J Hill", "Leader", "name_bracket_title"), ("J Hill", "J Hill", "Chair", "name_in_chair")],
        ),
        (
            "PRESENT: Councillors A Hill (<Chair>), B. Moss (<Vice-Chair>) and C Ray",
            [
                ("A Hill", "A Hill", "Chair", "name_bracket_title"),
                ("B. Moss", "B. Moss", "Vice-Chair", "name_bracket_title"),
            ],
        ),
        ("Councillors Hill (<Chair>), Moss and Ray", [("Hill", "Hill", "Chair", "name_bracket_title")]),
        (
            "In attendance:\nJane Hill, <Head of Homes>\nBen Moss, <Clerk>\n",
            [(*HILL, "Head of Homes", "name_comma_title"), ("Ben Moss", "Ben Moss", "Clerk", "name_comma_title")],
        ),
        (
            "Jane Hill, <Head of Homes>; Ben Moss, <Clerk>",
            [(*HILL, "Head of Homes", "name_comma_title"), ("Ben Moss", "Ben Moss", "Clerk", "name_comma_title")],
        ),
        (
            "the <Head of Homes>, Jane Hill, and the <Clerk>, Ben Moss",
            [(*HILL, "Head of Homes", "title_comma_name"), ("Ben Moss", "Ben Moss", "Clerk", "title_comma_name")],
        ),
        (
            "<Director>, Jane Hill, <Clerk>, Ben Moss",  # the office leads all along
            [(*HILL, "Director", "title_comma_name"), ("Ben Moss", "Ben Moss", "Clerk", "title_comma_name")],
        ),
        (
            "Cllr [York] (<Chair>)",  # a surname that looks like a place
            [("York", "York", "Chair", "name_bracket_title")],
        ),
    ],
)
def test_a_name_beside_its_office(line: str, found: list) -> None:
    assert rows(line) == found


@pytest.mark.parametrize(
    "line",
    [
        "The <Chair> thanked Jane Hill.",  # nothing says that she is the Chair
        "To hear Councillor Hill, the <Cabinet Member> decided to wait.",  # no apposition
        "Cllr Moss replaced Cllr Hill as <Chair>.",
        "The former <Chair>, [Leeds], closed.",
        "Leeds City Council, <Director>",
        "<Head of Service>, Children Looked After",
        "Question from Mr Hill to the <Cabinet Member>\n\nMr Hill asked why.",
        "Apologies (<Chair>)",
        "<Director>, Homes\tElectoral Division: North",
        "Invite | <Clerk> | Flying High | Open",  # a table of actions
        "Jane Hill <Director> Ben Moss <Clerk> Ann Ray",  # what belongs to whom?
        "<Chair>",
        "Jane Hill",
        "",
    ],
)
def test_nothing_is_guessed(line: str) -> None:
    assert rows(line) == []


STATED = "Jane Hill, <Director of Homes>, came. "
JANE = (*HILL, "Director of Homes", "name_comma_title")


@pytest.mark.parametrize(
    ("line", "more"),
    [
        ("Ms Hill said no.", [("Hill", "Jane Hill", "Director of Homes", "surname")]),
        ("Jane Hill’s view", [("Jane Hill", "Jane Hill", "Director of Homes", "full_name")]),
        ("J Hill wrote.", [("J Hill", "Jane Hill", "Director of Homes", "full_name")]),
        ("Then Ray and Hill left.", [("Hill", "Jane Hill", "Director of Homes", "bare_surname")]),
        ("The <Director of Homes> said.", [("Director of Homes", "Jane Hill", "Director of Homes", "office")]),
        ("The <Director> said.", [("Director", "Jane Hill", "Director of Homes", "office_short")]),
        ("Hill Street is shut.", []),
        ("It is a hill. Then Hill left.", []),  # "hill" is a word here
        ("Robert Hill came. Ms Hill left.", []),  # which of them?
        ("Councillor Hill came.", []),  # the Director is no councillor
        ("The <Director of Law> and the <Director> came.", []),  # which of them?
        ("The former <Director of Homes> wrote.", []),
        ("Appointment of <Director of Homes>", []),
        ("\n\n<Director of Homes>: ......\n", []),  # a signature
        ("The <Team Manager> left.", []),
        ("Ben Moss, <Director of Homes>.", [("Ben Moss", "Ben Moss", "Director of Homes", "name_comma_title")]),
    ],
)
def test_later_mentions(line: str, more: list) -> None:
    assert rows(STATED + line) == [JANE, *more]


def test_earlier_mentions_and_the_fullest_name() -> None:
    assert rows("Ms Hill began. The <Chairman> agreed. Cllr B Moss (<Chair>). A Moss left. Bea Moss and Moss.") == [
        ("Chairman", "Bea Moss", "Chair", "office"),
        ("B Moss", "Bea Moss", "Chair", "name_bracket_title"),
        ("Bea Moss", "Bea Moss", "Chair", "full_name"),
    ]  # the last surname may be A Moss's


def test_two_people_with_one_surname_need_the_given_name() -> None:
    line = "Ann Hill, <Clerk>; Ben Hill, <Nurse>. Ms Hill rose. Ann Hill and B Hill sat."
    assert [row[:3] for row in rows(line)] == [
        ("Ann Hill", "Ann Hill", "Clerk"),
        ("Ben Hill", "Ben Hill", "Nurse"),
        ("Ann Hill", "Ann Hill", "Clerk"),
        ("B Hill", "Ben Hill", "Nurse"),
    ]


def test_an_office_is_one_persons_within_a_meeting_only() -> None:
    doc = document("Ann Hill (<Chair>). The <Chair> rose.\nThe <Chair> sat.")
    second = doc.text.index("\n") + 1
    doc.spans["meetings"] = [make_span(doc, 0, second, "MEETING"), make_span(doc, second, len(doc.text), "MEETING")]
    assert [row["start"] for row in find(doc)] == [0, doc.text.index("Chair", 15)]


def test_every_rule_has_a_confidence_and_every_row_all_fields() -> None:
    assert {bond.rule for bond in (*BEFORE, *AFTER)} < CONFIDENCE.keys()
    doc = People()(document(STATED))
    assert [tuple(row) for row in doc._.people] == [tuple(field.name for field in PEOPLE)]
    assert (doc._.people[0]["stated_start"], doc._.people[0]["stated_end"]) == (0, 28)


@pytest.mark.parametrize(
    ("text", "words", "title"),
    [
        ("Councillor S Amberley", ("s", "amberley"), "councillor"),
        ("the Mr\nP.J. O’Brien-Moss", ("pj", "o'brien-moss"), "he"),
        ("JANE HILL", ("jane", "hill"), ""),
        ("Contact: Jane Hill", ("jane", "hill"), ""),
        ("Mrs B. Enderby OBE", ("b", "enderby"), "she"),
    ],
)
def test_names_from_the_right(text: str, words: tuple, title: str) -> None:
    name = name_before(text, len(text))
    assert name is not None
    assert (name.words, name.title) == (words, title)


@pytest.mark.parametrize("text", ["", "Dr", "the", "Homes", "hill", "A B", "one Amy Beth Cara Dora Hill", "Team 4"])
def test_no_names(text: str) -> None:
    assert name_before(text, len(text)) is None
    assert name_after(text, 0) is None or text.startswith("one")


def test_given_names_agree() -> None:
    assert agree(("jane",), ("j",))
    assert agree((), ("jane",))
    assert not agree(("jane",), ("june",))


PIECES = st.sampled_from(
    [
        "Jane",
        "Hill",
        "J.",
        "Cllr",
        "Mr",
        "de",
        "Chair",
        "Head of Homes",
        "Councillors",
        ",",
        "(",
        ")",
        " - ",
        "\n",
        "\t",
        " ",
        "|",
        ":",
        "and",
        "the",
        "in the",
        "was elected",
        "as",
        "’s",
        "O’",
        "é",
        "İ",
        "ß",
        "😀",
        "\xa0",
        ". ",
        "; ",
        "A",
    ]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=40), st.data())
def test_offsets_are_true_whatever_the_text(pieces: list[str], data: st.DataObject) -> None:
    doc = NLP.make_doc("".join(pieces))
    if len(doc):
        edges = st.integers(0, len(doc) - 1)
        labels = st.sampled_from(["ROLE", "ROLE", "PLACE", "PROVIDER"])
        drawn = data.draw(st.lists(st.tuples(edges, st.integers(1, 3), labels), max_size=5))
        spans = [make_entity(doc, at, min(at + size, len(doc)), label, None) for at, size, label in drawn]
        doc.set_ents(filter_spans(spans))
    text, offices = doc.text, {ent.text for ent in doc.ents if ent.label_ == "ROLE"}
    keys = []
    for row in People()(Structure()(doc))._.people:
        mention = text[row["start"] : row["end"]]
        assert mention
        assert mention == mention.strip()
        assert row["office"] in offices
        assert row["person"] in text
        assert 0 <= row["stated_start"] < row["stated_end"] <= len(text)
        keys.append((row["start"], row["end"], row["office"]))
    assert keys == sorted(keys, key=lambda key: key[:2])
    assert len(keys) == len(set(keys))
