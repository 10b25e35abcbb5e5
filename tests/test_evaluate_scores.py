"""Scores, pairs, errors, intervals and reliability, on gold and predictions where every figure is known."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc, Span
from spacy.training import Example

import pipeline.nlp
from pipeline.documents import new_doc
from pipeline.labels import LABELS
from pipeline.training import bootstrap
from pipeline.training.evaluate import ROWS, add_views, counts, evaluate, rows, score
from pipeline.training.gold import surface, surfaces
from pipeline.training.pairs import KINDS, key, mistakes, overlap, pair
from pipeline.training.reliability import Bin, reliability, table
from tests.scored import document, scored

GOLD = (
    "The <ROLE>Chair</ROLE> of <PLACE>Kent</PLACE> met <PROVIDER>Catch22</PROVIDER> and the <ROLE>Director</ROLE>"
    " in <PLACE>Leeds City</PLACE> on the plan, <PERCENTAGE>5%</PERCENTAGE> done in <DATE_RANGE>2019/20</DATE_RANGE>."
)
PREDICTED = (
    "The <ROLE>Chair</ROLE> of <PLACE>Kent</PLACE> met <STRATEGY>Catch22</STRATEGY> and the Director"
    " in <PLACE>Leeds</PLACE> City on the <STRATEGY>plan</STRATEGY>, <PERCENTAGE>5%</PERCENTAGE> done in 2019/20."
)
SEEN = frozenset({("ROLE", "chair"), ("PLACE", "leeds"), ("STRATEGY", "catch22")})


def figures(examples, view):
    """Per label with anything in gold or found: precision, recall, F (three digits), gold, found."""
    made = {}
    for label, s in score(examples, view).items():
        if s.gold + s.found:
            made[label] = (*(None if x is None else round(x, 3) for x in s[:3]), s.gold, s.found)
    return made


def test_exact(blank):
    assert figures([scored(blank, GOLD, PREDICTED)], "exact") == {
        "ROLE": (1.0, 0.5, 0.667, 2, 1),
        "PLACE": (0.5, 0.5, 0.5, 2, 2),
        "PROVIDER": (None, 0.0, 0.0, 1, 0),
        "STRATEGY": (0.0, None, 0.0, 0, 2),
        "PERCENTAGE": (1.0, 1.0, 1.0, 1, 1),
        "DATE_RANGE": (None, 0.0, 0.0, 1, 0),
        "learned": (0.4, 0.4, 0.4, 5, 5),
        "rules": (1.0, 0.5, 0.667, 2, 1),
        "all": (0.5, 0.429, 0.462, 7, 6),
    }


def test_overlap(blank):
    found = figures([scored(blank, GOLD, PREDICTED)], "overlap")
    assert found["PLACE"] == (1.0, 1.0, 1.0, 2, 2)
    assert found["STRATEGY"] == (0.0, None, 0.0, 0, 2)  # the label must be right
    assert found["learned"] == (0.6, 0.6, 0.6, 5, 5)


def test_overlap_is_one_to_one(blank):
    """Two pieces of one gold span are one hit, and one span over two gold spans is one hit."""
    two = scored(blank, "<PLACE>Kent and Leeds</PLACE>", "<PLACE>Kent</PLACE> and <PLACE>Leeds</PLACE>")
    assert figures([two], "overlap")["PLACE"] == (0.5, 1.0, 0.667, 1, 2)
    one = scored(blank, "<PLACE>Kent</PLACE> and <PLACE>Leeds</PLACE>", "<PLACE>Kent and Leeds</PLACE>")
    assert figures([one], "overlap")["PLACE"] == (1.0, 0.5, 0.667, 2, 1)


def test_token(blank):
    found = figures([scored(blank, GOLD, PREDICTED)], "token")
    assert found["PLACE"] == (1.0, 0.667, 0.8, 3, 2)
    assert found["DATE_RANGE"] == (None, 0.0, 0.0, 3, 0)  # 2019, /, 20
    blanks = scored(blank, "<PLACE>Kent\\n\\nLeeds</PLACE>", "<PLACE>Kent\\n\\nLeeds</PLACE>")
    assert figures([blanks], "token")["PLACE"] == (1.0, 1.0, 1.0, 2, 2)  # white space is no token to score


def test_seen_and_unseen(blank):
    example = scored(blank, GOLD, PREDICTED, seen=SEEN)
    assert figures([example], "seen") == {
        "ROLE": (1.0, 1.0, 1.0, 1, 1),
        "PLACE": (0.0, None, 0.0, 0, 1),  # the predicted "Leeds" is known, the gold "Leeds City" is not
        "STRATEGY": (0.0, None, 0.0, 0, 1),
        "learned": (0.333, 1.0, 0.5, 1, 3),
        "all": (0.333, 1.0, 0.5, 1, 3),
    }
    assert figures([example], "unseen") == {
        "ROLE": (None, 0.0, 0.0, 1, 0),
        "PLACE": (1.0, 0.5, 0.667, 2, 1),
        "PROVIDER": (None, 0.0, 0.0, 1, 0),
        "STRATEGY": (0.0, None, 0.0, 0, 1),
        "learned": (0.5, 0.25, 0.333, 4, 2),
        "all": (0.5, 0.25, 0.333, 4, 2),
    }


def test_surfaces():
    assert surface(" The\n\u00a0CHAIR  of\tKent ") == "the chair of kent"
    documents = [document("A <ROLE>Vice  Chair</ROLE> in <PLACE>Kent</PLACE>"), document("<ROLE>VICE CHAIR</ROLE>")]
    assert surfaces(documents) == {("ROLE", "vice chair"), ("PLACE", "kent")}


def test_rows_by_view_kind_and_source(blank):
    examples = [
        scored(blank, GOLD, PREDICTED, "a", "x", SEEN),
        scored(blank, "<ROLE>Chair</ROLE>", "<ROLE>Chair</ROLE>", "b", "y", SEEN),
    ]
    examples[0].predicted._.page = {"kind": "agenda_item"}
    made = rows(examples)
    assert {(row.view, row.group): row.documents for row in made} == {
        ("exact", ""): 2,
        ("overlap", ""): 2,
        ("token", ""): 2,
        ("seen", ""): 2,
        ("unseen", ""): 2,
        ("kind", "agenda_item"): 1,
        ("kind", "unknown"): 1,
        ("source", "x"): 1,
        ("source", "y"): 1,
    }
    found = {(row.label, row.view, row.group): row for row in made}
    assert [label for label, view, group in found if (view, group) == ("exact", "")] == list(ROWS)
    assert [label for label, view, group in found if group == "y"] == ["ROLE", "learned", "all"]  # nothing else there
    assert [label for label, view, _ in found if view == "seen"] == ["ROLE", "PLACE", "STRATEGY", "learned"]
    assert found["ROLE", "source", "x"].score == (1.0, 0.5, pytest.approx(2 / 3), 2, 1)
    assert found["ROLE", "exact", ""].score == (1.0, pytest.approx(2 / 3), pytest.approx(0.8), 3, 2)
    without = rows([scored(blank, GOLD, PREDICTED)])
    assert {row.view for row in without} == {"exact", "overlap", "token", "kind", "source"}  # training data not known


def test_annotates_and_scores():
    nlp = pipeline.nlp.blank()
    nlp.add_pipe("minutes_percentages")
    gold = [
        document("<ROLE>It</ROLE> was <PERCENTAGE>5%</PERCENTAGE> then 6%."),
        document("None."),
        document("Then <DATE_RANGE>2019/20</DATE_RANGE>."),
    ]
    scores = evaluate(nlp, gold)
    assert list(scores) == [*(label.name for label in LABELS), "learned", "rules", "all"]
    assert scores["PERCENTAGE"] == (0.5, 1.0, pytest.approx(2 / 3), 1, 2)
    assert scores["ROLE"] == (None, 0.0, 0.0, 1, 0)
    assert scores["PLACE"] == (None, None, None, 0, 0)
    assert scores["rules"] == (0.5, 0.5, 0.5, 2, 2)
    assert scores["all"] == (0.5, pytest.approx(1 / 3), pytest.approx(0.4), 3, 2)


def test_a_span_given_twice_counts_once():
    nlp = pipeline.nlp.blank()
    nlp.add_pipe("minutes_percentages")
    twice = document("Then <PERCENTAGE>5%</PERCENTAGE>.")
    twice["spans"] *= 2
    assert evaluate(nlp, [twice])["PERCENTAGE"] == (1.0, 1.0, 1.0, 1, 1)


# gold, predicted, [(kind, gold text or None, predicted text or None)], why
ERRORS = [
    ("<ROLE>Chair</ROLE>", "<ROLE>Chair</ROLE>", [], "right"),
    ("the <ROLE>Chair</ROLE>", "the Chair", [("missed", "Chair", None)], "nothing there"),
    ("the Chair", "the <ROLE>Chair</ROLE>", [("extra", None, "Chair")], "nothing in gold"),
    ("<PLACE>Leeds City</PLACE>", "<PLACE>Leeds</PLACE> City", [("wrong edges", "Leeds City", "Leeds")], "too short"),
    ("<PLACE>Leeds</PLACE> City", "<PLACE>Leeds City</PLACE>", [("wrong edges", "Leeds", "Leeds City")], "too long"),
    (
        "<PLACE>Leeds City</PLACE> Hall",
        "Leeds <PLACE>City Hall</PLACE>",
        [("wrong edges", "Leeds City", "City Hall")],
        "they cross",
    ),
    ("<PLACE>Kent</PLACE>", "<PROVIDER>Kent</PROVIDER>", [("wrong label", "Kent", "Kent")], "same edges"),
    (
        "<PLACE>Kent</PLACE> Trust",
        "<PROVIDER>Kent Trust</PROVIDER>",
        [("wrong label", "Kent", "Kent Trust")],
        "the label is worse than the edges",
    ),
    (
        "<PLACE>Kent and Leeds</PLACE>",
        "<PLACE>Kent</PLACE> and <PLACE>Leeds</PLACE>",
        [("extra", None, "Kent"), ("wrong edges", "Kent and Leeds", "Leeds")],
        "two pieces: the longer stands for it",
    ),
    (
        "<PLACE>Kent</PLACE> and <PLACE>Leeds</PLACE>",
        "<PLACE>Kent and Leeds</PLACE>",
        [("missed", "Kent", None), ("wrong edges", "Leeds", "Kent and Leeds")],
        "two in one: it stands for the longer",
    ),
    (
        "<PLACE>Kent</PLACE> <PLACE>and Leeds</PLACE>",
        "<PLACE>Kent and</PLACE> <PLACE>Leeds</PLACE>",
        [("wrong edges", "Kent", "Kent and"), ("wrong edges", "and Leeds", "Leeds")],
        "as many pairs as can be, though 'and Leeds' has more in common with nothing else",
    ),
    (
        "<STRATEGY>Plan <DATE_RANGE>2019/20</DATE_RANGE></STRATEGY>",
        "<STRATEGY>Plan <DATE_RANGE>2019/20</DATE_RANGE></STRATEGY>",
        [],
        "nested and right",
    ),
    (
        "<STRATEGY>Plan 2019/20</STRATEGY>",
        "Plan <DATE_RANGE>2019/20</DATE_RANGE>",
        [("missed", "Plan 2019/20", None), ("extra", None, "2019/20")],
        "what a rule finds inside is not taken for the name",
    ),
    (
        "<PROVIDER>Leeds Trust</PROVIDER>",
        "<PLACE>Leeds</PLACE> <PROVIDER>Trust</PROVIDER>",
        [("extra", None, "Leeds"), ("wrong edges", "Leeds Trust", "Trust")],
        "a pair with the right label goes before one with a wrong label",
    ),
]


@pytest.mark.parametrize(("gold", "predicted", "expected", "why"), ERRORS, ids=[case[3] for case in ERRORS])
def test_kinds_of_error(gold, predicted, expected, why, blank):
    example = scored(blank, gold, predicted)
    found = mistakes(list(example.reference.spans["exact"]), list(example.predicted.spans["exact"]))
    assert [(m.kind, m.gold and m.gold.text, m.found and m.found.text) for m in found] == expected, why


def test_every_kind_has_a_case():
    assert {kind for case in ERRORS for kind, *_ in case[2]} == set(KINDS)


@st.composite
def examples_of(draw, blank, most=4):
    """Documents of ten words with learned spans that do not overlap one another, in gold and predicted."""
    made = []
    for number in range(draw(st.integers(1, most))):
        doc = new_doc(blank, "a b c d e f g h i j", f"d-{number}", {"source": draw(st.sampled_from("xy"))})
        reference = Doc(doc.vocab, [token.text for token in doc])
        sides = []
        for side in (doc, reference):
            cuts = sorted(draw(st.sets(st.integers(0, 10), max_size=8)))
            edges = [two for two in itertools.pairwise(cuts) if draw(st.booleans())]
            labels = st.sampled_from(["ROLE", "PLACE"])
            sides.append([Span(side, start, end, label=draw(labels)) for start, end in edges])
        doc.set_ents(sides[0])
        reference.spans["exact"] = sides[1]
        example = Example(doc, reference)
        add_views(example, frozenset({("ROLE", "a"), ("PLACE", "b c")}))
        made.append(example)
    return made


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_counts_of_the_bootstrap_give_the_scorers_figures(data, blank):
    examples = data.draw(examples_of(blank))
    for view in ("exact", "overlap", "token", "seen", "unseen"):
        sums = np.array([counts(example, view) for example in examples]).sum(axis=0)
        for (label, scores), (right, found, gold) in zip(score(examples, view).items(), sums, strict=True):
            assert (scores.gold, scores.found) == (gold, found), label
            for figure, part, whole in ((0, right, found), (1, right, gold), (2, 2 * right, found + gold)):
                assert scores[figure] == (pytest.approx(part / whole) if whole else None)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_pairs_are_as_many_as_can_be_and_mistakes_name_each_span_once(data, blank):
    (example,) = data.draw(examples_of(blank, most=1))
    gold, found = list(example.reference.spans["exact"]), list(example.predicted.spans["exact"])
    pairs = pair(gold, found)
    assert len(pairs) == most_pairs(gold, found)
    exact = {key(span) for span in gold} & {key(span) for span in found}
    assert exact <= {key(mine) for _, mine in pairs}
    named = mistakes(gold, found)
    assert sorted([*exact, *(key(m.gold) for m in named if m.gold)]) == sorted(key(span) for span in gold)
    assert sorted([*exact, *(key(m.found) for m in named if m.found)]) == sorted(key(span) for span in found)
    assert sum(m.kind == "wrong edges" for m in named) == len(pairs) - len(exact)


def most_pairs(gold, found):
    """The largest one-to-one pairing, by trying everything."""
    if not gold:
        return 0
    first, rest = gold[0], gold[1:]
    best = most_pairs(rest, found)
    for mine in found:
        if mine.label_ == first.label_ and overlap(first, mine):
            best = max(best, 1 + most_pairs(rest, [other for other in found if other is not mine]))
    return best


def test_intervals():
    right_and_wrong = [[(1, 1, 1)], [(0, 1, 1)]]  # resamples: both right, one of each, both wrong
    assert bootstrap.intervals(right_and_wrong) == [((0.0, 1.0), (0.0, 1.0), (0.0, 1.0))]
    alike = [[(3, 4, 6)]] * 5  # every resample is the same
    ((precision, recall, f),) = bootstrap.intervals(alike)
    assert (precision, recall, f) == (
        pytest.approx((0.75, 0.75)),
        pytest.approx((0.5, 0.5)),
        pytest.approx((0.6, 0.6)),
    )
    assert bootstrap.intervals([[(1, 1, 1)]]) == [(None, None, None)]  # one document cannot be resampled
    assert bootstrap.intervals([[(0, 0, 2)], [(0, 0, 0)]]) == [(None, (0.0, 0.0), (0.0, 0.0))]  # nothing found
    assert bootstrap.intervals([[(0, 0, 0)]] * 2) == [(None, None, None)]


def test_an_interval_covers_the_truth_about_as_often_as_it_says():
    """Documents with five spans each, right with 0.8: of 200 samples the interval of F holds 0.8 in 90 to 99 %."""
    draw, inside = random.Random(0), 0
    for _ in range(200):
        sample = [[(sum(draw.random() < 0.8 for _ in range(5)), 5, 5)] for _ in range(40)]
        ((_, _, (low, high)),) = bootstrap.intervals(sample)
        inside += low <= 0.8 <= high
    assert 180 <= inside <= 198


def test_intervals_are_the_same_every_time(blank):
    examples = [scored(blank, GOLD, PREDICTED, f"d-{n}") for n in range(3)]
    assert rows(examples) == rows(examples)


def test_reliability():
    pairs = [(0.05, False), (0.15, False), (0.15, True), (0.95, True), (1.0, True)]
    made = table(pairs)
    assert made.bins == [
        Bin(0.0, 0.1, 0.05, 0.0, 1),
        Bin(0.1, 0.2, 0.15, 0.5, 2),
        Bin(0.9, 1.0, 0.975, 1.0, 2),
    ]
    assert made.count == 5
    assert made.error == pytest.approx((0.05 * 1 + 0.35 * 2 + 0.025 * 2) / 5)


def test_reliability_is_of_learned_entities_with_a_confidence(blank):
    plain = scored(blank, "<ROLE>Chair</ROLE>", "<ROLE>Chair</ROLE>")
    assert reliability([plain]) is None
    line = (
        "<ROLE c=0.8>Chair</ROLE> of <STRATEGY c=0.4><DATE_RANGE>2019/20</DATE_RANGE></STRATEGY> in <PLACE>Kent</PLACE>"
    )
    made = reliability([plain, scored(blank, "<ROLE>Chair</ROLE> of 2019/20 in Kent", line)])
    assert made.bins == [Bin(0.4, 0.5, 0.4, 0.0, 1), Bin(0.8, 0.9, 0.8, 1.0, 1)]
