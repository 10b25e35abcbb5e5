"""The encoder layer: windows, pooling, batching, and what a saved model keeps of it."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.encoder import MIN_WINDOW, OVERLAP, OnnxEncoder, cut, make_encoder, pool
from pipeline.errors import PipelineError
from pipeline.nlp import encoders


@given(st.lists(st.sampled_from([0, 0, 0, 0, 0, 1, 2]), max_size=400), st.integers(MIN_WINDOW - 2, 130))
def test_windows_keep_every_piece_once(breaks, size):
    windows = list(cut(np.array(breaks, dtype=int), size))
    kept = [piece for window in windows for piece in range(window.start, window.end)]
    assert kept == list(range(len(breaks)))
    assert all(w.first <= w.start < w.end <= w.last and w.last - w.first <= size for w in windows)


def test_windows_end_at_the_best_break():
    breaks = np.zeros(150, dtype=int)
    breaks[[70, 90, 110]] = 1, 2, 1
    assert [tuple(window) for window in cut(breaks, 128)] == [(0, 90, 0, 90), (90, 150, 90, 150)]


def test_a_long_sentence_is_cut_with_context():
    assert [tuple(window) for window in cut(np.zeros(150, dtype=int), 128)] == [
        (0, 128, 0, 128 - OVERLAP),
        (128 - 2 * OVERLAP, 150, 128 - OVERLAP, 150),
    ]


def test_pool():
    pieces = np.array([[1, 1], [3, 5], [7, 7]], dtype="f")
    assert pool(pieces, np.array([2, 0, 1, 0])).tolist() == [[2, 3], [0, 0], [7, 7], [0, 0]]
    assert pool(pieces[:0], np.array([0])).tolist() == [[0, 0]]


@pytest.fixture(scope="module")
def encoder(trained):
    return encoders(trained)[0]


def test_company_does_not_change_vectors(encoder, blank):
    texts = ["The Sufficiency Strategy was noted.", "", " \n ", "Barnardo’s 🙂 told the panel. " * 60, "x" * 500]
    docs = [blank(text) for text in texts]
    for doc, vectors in zip(docs, encoder.vectors(docs), strict=True):
        assert vectors.shape == (len(doc), encoder.width)
        assert np.array_equal(vectors, encoder.vectors([doc])[0])


def test_a_model_holds_name_and_digest_only(encoder):
    assert json.loads(encoder.to_bytes()) == {"name": encoder.about["name"], "sha256": encoder.about["sha256"]}
    assert encoder.from_bytes(encoder.to_bytes()) is encoder


def test_another_encoder_is_refused(encoder):
    with pytest.raises(PipelineError, match="needs the encoder 'other'"):
        encoder.from_bytes(json.dumps({"name": "other", "sha256": "0"}).encode())


def test_a_changed_file_is_refused(encoder):
    changed = OnnxEncoder(encoder.about["name"], [1], 128, 1)
    changed.about = changed.about | {"sha256": "0"}
    with pytest.raises(PipelineError, match="sha256 0"):
        _ = changed.session


def test_no_such_encoder(encoder):
    with pytest.raises(PipelineError, match="'nowhere'"):
        make_encoder("nowhere", [1], 128, 1)
    for layers, window in (([], 128), ([0], 128), ([99], 128), ([1], MIN_WINDOW - 1), ([1], 513)):
        with pytest.raises(PipelineError, match="has layers 1 to"):
            make_encoder(encoder.about["name"], layers, window, 1)


def test_training_keeps_vectors(encoder, blank):
    fresh = OnnxEncoder(encoder.about["name"], [1], 128, 1)
    docs = [blank("A text."), blank("Another text."), blank("A text.")]
    first = fresh(docs, is_train=True)
    assert list(fresh.kept) == ["A text.", "Another text."]
    for before, again in zip(first, fresh(docs, is_train=True), strict=True):
        np.testing.assert_allclose(before, again, atol=0.01)
