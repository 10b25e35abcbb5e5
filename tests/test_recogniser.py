import pickle
from itertools import pairwise

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from spacy.training import Example
from thinc.api import Adam

import pipeline.nlp
from pipeline.components.recogniser import (
    IMPOSSIBLE,
    LABELS,
    MAY_FOLLOW,
    OUT,
    TAGS,
    best_tags,
    calibrate,
    decode,
    entities,
    log_softmax,
    masked,
)
from pipeline.training.calibrate import fit


def rows(*tags: str, probability: float = 0.9) -> np.ndarray:
    """Log probabilities of tokens whose tag is nearly known."""
    given = np.full((len(tags), len(TAGS)), (1 - probability) / (len(TAGS) - 1))
    given[np.arange(len(tags)), [TAGS.index(tag) for tag in tags]] = probability
    return np.log(given)


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("O O", []),
        ("U-ROLE", [(0, 1, "ROLE")]),
        ("B-ROLE I-ROLE L-ROLE O", [(0, 3, "ROLE")]),
        ("B-PLACE L-PLACE U-PLACE", [(0, 2, "PLACE"), (2, 3, "PLACE")]),
        ("O B-STRATEGY I-STRATEGY", [(1, 3, "STRATEGY")]),  # an entity that the text's end cuts off is closed
        ("B-ROLE I-PLACE L-ROLE", [(0, 3, "ROLE")]),  # one label throughout
    ],
)
def test_only_well_formed_sequences_come_out(tags: str, found: list) -> None:
    assert [entity[:3] for entity in decode(rows(*tags.split()))] == found


def test_the_confidence_is_the_sum_over_all_sequences_that_hold_the_entity() -> None:
    log_probs = log_softmax(np.random.default_rng(1).normal(size=(4, len(TAGS))) * 2)
    allowed = [path for path in np.ndindex(*[len(TAGS)] * 4) if well_formed(path)]
    weights = np.exp([sum(log_probs[i, tag] for i, tag in enumerate(path)) for path in allowed])
    for start, end, label, probability in decode(log_probs):
        holding = [(start, end, label) in set(entities(list(path))) for path in allowed]
        assert probability == pytest.approx(weights[holding].sum() / weights.sum())


def well_formed(path: tuple[int, ...]) -> bool:
    first, last = TAGS[path[0]], TAGS[path[-1]]
    joined = all(MAY_FOLLOW[a, b] for a, b in pairwise(path))
    return joined and first[0] in "OBU" and last[0] in "OLU"


@given(hnp.arrays("f8", st.tuples(st.integers(1, 12), st.just(len(TAGS))), elements=st.floats(-30, 30)))
def test_decoding_never_fails_and_never_overlaps(scores: np.ndarray) -> None:
    log_probs = log_softmax(scores)
    assert well_formed(tuple(best_tags(log_probs)))
    end = 0
    for first, last, label, probability in decode(log_probs):
        assert end <= first < last <= len(scores)
        assert label in LABELS
        assert 0 <= probability <= 1
        end = last


def test_what_cannot_be_is_never_chosen() -> None:
    log_probs = rows("B-ROLE", "L-ROLE")
    log_probs[1, np.arange(len(TAGS)) != OUT] = IMPOSSIBLE
    assert [entity[:3] for entity in decode(log_probs)] == []


def test_it_learns_a_handful_of_texts_and_keeps_them_when_saved(tmp_path) -> None:
    nlp = pipeline.nlp.blank()
    nlp.add_pipe("minutes_recogniser", name="ner")
    lines = [
        ("The Head of Fostering spoke about Leeds.", [(4, 21, "ROLE"), (34, 39, "PLACE")]),
        ("Barnardo's runs the Sense of Belonging scheme.", [(0, 10, "PROVIDER"), (20, 45, "STRATEGY")]),
        ("Nothing else was said.", []),
    ]
    examples = []
    for text, spans in lines:
        reference = nlp.make_doc(text)
        reference.set_ents([reference.char_span(start, end, label) for start, end, label in spans])
        examples.append(Example(nlp.make_doc(text), reference))
    nlp.initialize(lambda: examples)
    optimizer = Adam(0.01)
    for _ in range(40):
        nlp.update(examples, sgd=optimizer)
    assert nlp.evaluate(examples)["ents_f"] == 1.0
    nlp.get_pipe("ner").cfg.update(slope=0.5, intercept=0.1)
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    for text, _ in lines:
        before, after = nlp(text), again(text)
        assert [(e.text, e.label_, e._.confidence) for e in before.ents] == [
            (e.text, e.label_, e._.confidence) for e in after.ents
        ]
    assert again("").ents == ()
    assert [len(doc.ents) for doc in again.pipe(["", "\n \n", lines[0][0], "Leeds"])][:3] == [0, 0, 2]


def test_it_can_be_sent_to_another_process() -> None:
    """As spaCy does with `n_process` where processes are spawned, on Windows and macOS."""
    scorer = pipeline.nlp.blank().add_pipe("minutes_recogniser").scorer
    assert pickle.loads(pickle.dumps(scorer)) is scorer


def test_white_space_neither_begins_nor_ends_an_entity_and_a_blank_line_ends_all() -> None:
    nlp = pipeline.nlp.blank()
    recogniser = nlp.add_pipe("minutes_recogniser", name="ner")
    doc = nlp.make_doc("Head\nof\n\nFostering")
    tags = ["B-ROLE", *["I-ROLE"] * (len(doc) - 2), "L-ROLE"]
    recogniser.set_annotations([doc], [masked(doc, rows(*tags))])
    assert [ent.text for ent in doc.ents] == ["Head\nof"]


def test_what_is_more_likely_wrong_than_right_is_left_out() -> None:
    nlp = pipeline.nlp.blank()
    recogniser = nlp.add_pipe("minutes_recogniser", name="ner")
    sure, unsure = nlp.make_doc("Chair"), nlp.make_doc("Chair")
    unlikely = rows("U-ROLE", probability=0.1)  # against 0.056 for any other tag, of which four may stand alone
    recogniser.set_annotations([sure, unsure], [rows("U-ROLE"), unlikely])
    assert [len(doc.ents) for doc in (sure, unsure)] == [1, 0]
    recogniser.cfg["least"] = 0.3
    recogniser.set_annotations([unsure], [unlikely])
    assert [(ent.label_, ent._.confidence) for ent in unsure.ents] == [("ROLE", 0.3077)]


def test_calibration_moves_towards_the_share_that_is_right() -> None:
    generator = np.random.default_rng(2)
    truth = generator.uniform(0.5, 1.0, 4000)
    right = generator.uniform(size=4000) < truth
    boasting = 1 / (1 + np.exp(-2 * np.log(truth / (1 - truth)) - 1))
    slope, intercept = fit(boasting, right.astype("d"))
    calibrated = np.array([calibrate(p, slope, intercept) for p in boasting])
    for low in (0.5, 0.6, 0.7, 0.8, 0.9):
        inside = (calibrated >= low) & (calibrated < low + 0.1)
        assert abs(calibrated[inside].mean() - right[inside].mean()) < 0.06


def test_a_few_right_entities_do_not_make_everything_certain() -> None:
    slope, intercept = fit(np.array([0.9, 0.8]), np.array([1.0, 1.0]))
    assert calibrate(0.6, slope, intercept) < 0.9
