"""The matcher RESOLUTION beyond its example lines: its rules, its factory, and what holds for every text."""

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.components.numbering import number_at
from pipeline.components.outcomes import outcome
from pipeline.components.resolutions import RULES, find
from pipeline.labels import BY_NAME
from tests.markup import EXAMPLES, read

PIECES = """RESOLVED~Resolved~RESOLVED:~AGREED –~Agreed that~NOTED~DECISION~Decision:~Recommendations:~Members asked
It was agreed~The Committee agreed to~The Board:~Cabinet resolved to:~RECOMMENDED to Council~Ref | Decision | Officer
that the report be noted~That A be approved~THAT~T H A T~to note~approved the plan~be~and that~and to thank B~; and
(1)~(a)~1.~2.~1.1~iv)~•~-~137/2019~.~...~…~;~:~,~|~view the full minutes text~Page 4~4~REASON:~had~moved
(6 votes to 4)~(unanimously)~“~”~"~'""".replace("\n", "~").split("~")
PIECES += [
    "agreed the following:",
    "NOTED A, APPROVED B and",
    "Outcome:",
    "Decision Approved ",
    "Decision | ",
    "the Leader's decision:",
    "I hereby",
    "Forward plan\n",
    "Decision maker: A\n\nTo sell it",
    "Option 2 approved",
    "A review to be held",
    "(EX/9/17)",
    "Reason: none",
    "and agree:",
    "*iii.",
]
PIECES += [
    "under delegated powers, agreed:",
    "The Board –\n",
    "\x07",
    "\u200e",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    " ",
    "\u00a0",
    "\u200b",
    "\u2028",
]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=60).map(" ".join)


def check(text: str) -> None:
    before = 0
    for match in find(text):
        surface = text[match.start : match.end]
        assert before <= match.start < match.end <= len(text)
        assert surface == surface.strip()
        assert not surface.endswith((".", ";"))
        assert match.rule in RULES
        body = match.value["body"]
        assert body == " ".join(body.split())
        assert match.value.keys() == {field.name for field in BY_NAME["RESOLUTION"].fields}
        before = match.end


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_what_holds_for_every_text(text):
    check(text)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([example.text for example in read(EXAMPLES / "resolutions.txt")]), st.data())
def test_what_holds_for_damaged_examples(text, data):
    place = data.draw(st.integers(0, len(text)))
    check(text[:place] + data.draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=3))) + text[place:])
    check(text[place:] + text[:place])


@pytest.mark.parametrize("rule", RULES)
def test_rules_fire_on_their_example(rule):
    example = RULES[rule]
    start = example.index("[")
    found = find(example.replace("[", "").replace("]", ""))
    assert [(match.start, match.end, match.rule) for match in found] == [(start, example.index("]") - 1, rule)]


def test_every_rule_has_example_lines():
    assert {match.rule for example in read(EXAMPLES / "resolutions.txt") for match in find(example.text)} >= {
        rule for rule in RULES if rule != "body"
    }


@pytest.mark.parametrize(
    "text",
    [
        "RESOLVED" + " " * 1_000_000,
        "RESOLVED" + "\n" * 1_000_000,
        "RESOLVED that " + "word " * 200_000 + "be noted.",
        "RESOLVED that a be " + "." * 1_000_000,
        "RESOLVED " + "(" * 1_000_000,
        "RESOLVED that the plan be noted" + " and that it be read" * 50_000,
        "RESOLVED:\n" + "1. That the plan be noted\n" * 38_000,
        "a" * 1_000_000,
        "Aa " * 330_000 + "Committee agreed that it be noted",
        "the Committee agreed to " * 4_000,
        "RESOLVED that a be noted. " * 4_000,
        "Decision | " * 9_000,
        "RESOLVED that the plan be noted | | that" * 4_000,
        "The Committee NOTED a report, " * 4_000,
        "Decision:\nThe plan was noted.\n" + "\n" * 1_000_000,
        "Decision to be taken: To buy the mill. " * 4_000,
        "The Panel agreed the following" + " the following" * 100_000,
        "The Member for " + "a, " * 300_000 + "agreed:",
        "RESOLVED (A1" + "/1" * 500_000,
        "RESOLVED: to note" + " and to note" * 50_000,
        "AGREED that " + "it " * 300_000,
        ("Recommendation:\nThat it be noted." + "\n" * 3_000) * 300,
        "?" * 1_000_000 + "\nThat the plan be approved.",
        "Decision: To sell the hut.\n" * 1_000,
        "Decisions taken\n" + "Decision maker: Director\n\nTo sell it\n\n" * 1_000,
        "Decision | " + "a " * 500_000 + "|",
        "Decision Approved spend of it\n" * 4_000,
        "; . I hereby " * 10_000,
        "A’s " * 250_000 + "decision:",
        "The HWB:\n" * 10_000,
        "RESOLVED: approve it" + "; note it" * 100_000,
    ],
    ids=lambda text: text[:24],
)
def test_long_texts_end(text):
    check(text)


def test_one_long_line_is_read_to_its_end():
    line = "The Chair said that nothing had been decided. " * 20_000 + "It was RESOLVED that the plan be noted."
    assert [line[match.start : match.end] for match in find(line)] == ["that the plan be noted"]


@pytest.mark.parametrize("unseen", ["\x07", "\x0c", "\x1f", "\u200e", "\u202c", "\ufeff", "\u00ad"], ids=ascii)
def test_control_characters_end_no_clause(unseen):
    text = "RESOLVED: ~(1) That the fares be frozen.~\n(2) That the route be kept.~ (3) That it end.~".replace(
        "~", unseen
    )
    assert [text[match.start : match.end] for match in find(text)] == [
        "That the fares be frozen",
        "That the route be kept",
        "That it end",
    ]


def test_factory():
    nlp = spacy.blank("en")
    assert nlp.add_pipe("minutes_resolutions").spans_key == "resolutions"
    other = spacy.blank("en")
    other.add_pipe("minutes_resolutions", config={"spans_key": "decided"})
    doc = other("RESOLVED: 1. That the plan be noted.")
    assert [(span.text, span.label_, span.id_) for span in doc.spans["decided"]] == [
        ("That the plan be noted", "RESOLUTION", "marker_item")
    ]
    assert doc.spans["decided"][0]._.resolution == {
        "number": "1",
        "marker": "RESOLVED",
        "outcome": "note",
        "body": "That the plan be noted",
        "truncated": False,
    }


@pytest.mark.parametrize(
    ("clause", "lemma"),
    [
        ("That the report be noted", "note"),
        ("to formally approve the plan", "approve"),
        ("That Cabinet note that the plan be approved", "note"),
        ("That the minutes of the Panel held on 5 May be confirmed", "confirm"),
        ("That the Director be given delegated authority to sign", "delegate"),
        ("That authority be given to the Director to sign", "authorise"),
        ("That approval be given to the closure", "approve"),
        ("That the Head of Fostering arrange a visit", "arrange"),
        ("The recommendations were approved", "approve"),
        ("That the Cabinet be recommended to adopt the plan", "recommend"),
        ("places on Lot 1 be awarded to the bidder", "award"),
        ("REQUESTED that the plan be circulated", "request"),
        ("That officers would be asked", ""),
        ("to re-advertise the post", "advertise"),
        ("That no further action be taken", ""),
        ("the plan", ""),
    ],
)
def test_outcome(clause, lemma):
    assert outcome(clause) == lemma


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(1) That", "(1)"),
        ("(iv)\tThat", "(iv)"),
        ("a)  the plan", "a)"),
        ("1.That", "1"),
        ("2.1  That", "2.1"),
        ("137/2019\tThe Cabinet", "137/2019"),
        ("3   That", "3"),
        ("3 That", "3"),
        ("•\tThat", ""),
        ("*iii. That", "iii"),
        ("*(2) That", "(2)"),
        ("4a   Decision", "4a"),
        ("* That", ""),
        ("*That", None),
        ("3 May 2020", None),
        ("2020 was", None),
        ("12.5% of", None),
        ("-5 degrees", None),
        ("e.g. that", None),
        ("to the", None),
    ],
)
def test_number_at(text, number):
    found = number_at(text, 0)
    assert (found.text if found else None) == number


@pytest.mark.parametrize(
    ("first", "second", "follows"),
    [
        ("(1) x", "(2) x", True),
        ("(h) x", "(i) x", True),
        ("(i) x", "(ii) x", True),
        ("1. x", "1. x", True),
        ("1. x", "3. x", True),
        ("2.1  x", "2.2  x", True),
        ("1. x", "4. x", False),
        ("1. x", "2) x", False),
        ("(a) x", "(i) x", False),
        ("2. x", "2.1  x", False),
        ("• x", "- x", False),
    ],
)
def test_follows(first, second, follows):
    assert number_at(second, 0).follows(number_at(first, 0)) is follows
