"""Texts too long to go through the model at once: where they are cut, and that nothing else changes."""

import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc, Span

import pipeline.nlp
from pipeline.components import recogniser
from pipeline.components.pieces import cut, pieces

NLP = pipeline.nlp.blank()
PAGE = (
    "Corporate Parenting Panel\n\nPresent: Councillor Ann Bird (Chair), Head of Fostering\n\n"
    "The Director of Children's Services said that Barnardo's and St Christopher's Fellowship run homes in Leeds and"
    " West Ayton.\n\nRESOLVED: That the Sufficiency Strategy 2021-2024 be approved.\n\n"
)


def texts_of(doc: Doc, size: int) -> list[str]:
    return [piece.text_with_ws for piece in pieces(doc, size)]


@pytest.mark.parametrize(
    ("text", "cut_at"),
    [
        ("One two. Three\nfour\n\nfive six seven", ["One two. Three\nfour\n\n", "five six seven"]),  # a blank line
        ("One two. Three four\nfive six. seven", ["One two. Three four\n", "five six. seven"]),  # a line end
        ("One two three. Four five six seven", ["One two three. ", "Four five six seven"]),  # a sentence end
        ("One two three four five six seven", ["One two three four ", "five six seven"]),  # a blank
        ("\n\nOne two three four five six", ["\n\nOne two three four ", "five six"]),  # not in the first half
        ("One 2.1-2.5/3.6-4.7/5.8-6.9/7 six", ["One ", "2.1-2.5/3.6-4.7/5.8-6.9", "/7 six"]),  # a long word
        ("One two " + "x" * 50 + " three", ["One two ", "x" * 50 + " ", "three"]),  # a long token is one piece
        ("One two three", ["One two three"]),
        ("", [""]),
    ],
)
def test_a_text_is_cut_at_the_best_place(text: str, cut_at: list[str]) -> None:
    assert texts_of(NLP(text), 23) == cut_at


@given(st.text(st.sampled_from("aB1 .-\n’£"), max_size=300), st.integers(1, 80), st.data())
def test_pieces_hold_everything_once_and_in_order(text: str, size: int, data: st.DataObject) -> None:
    doc = NLP(f"{text} can't")
    edges = data.draw(st.lists(st.integers(0, len(doc)), max_size=8, unique=True))
    doc.spans["names"] = [Span(doc, *sorted(pair), label="x") for pair in pairwise(edges)]
    start = 0
    for piece in pieces(doc, size):
        end = start + len(piece)
        assert [(t.text_with_ws, t.norm_) for t in piece] == [(t.text_with_ws, t.norm_) for t in doc[start:end]]
        assert len(piece) == 1 or len(piece.text) <= size
        held = [(start + span.start, start + span.end) for span in piece.spans["names"]]
        inside = [span for span in doc.spans["names"] if start <= span.start and span.end <= end]
        assert sorted(held) == sorted((span.start, span.end) for span in inside)
        start = end
    assert start == len(doc)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 4)), min_size=1, max_size=200), st.integers(1, 60))
def test_no_better_place_is_passed_over(tokens: list[tuple[int, int]], size: int) -> None:
    """breaks[0] is never asked for: nothing stands before the first token."""
    lengths, breaks = np.array(tokens).T
    starts = np.append(0, np.cumsum(lengths))
    found = list(cut(starts, breaks, size))
    assert [first for first, _ in found] == [0, *(last for _, last in found[:-1])]
    assert found[-1][1] == len(tokens)
    for first, last in found[:-1]:
        fits = [i for i in range(first + 1, len(tokens)) if starts[i] - starts[first] <= size]
        half = [i for i in fits if starts[i] - starts[first] > size // 2 and breaks[i]] or fits or [first + 1]
        assert (breaks[last], last) == max((breaks[i], i) for i in half)


def test_names_keep_their_place() -> None:
    doc = NLP(PAGE * 3)
    names = [i for i, token in enumerate(doc) if token.text == "Ayton"]
    doc.spans["names"] = [Span(doc, i - 1, i + 1, label="places", span_id="y") for i in reversed(names)]
    found = [[(s.text, s.label_, s.id_) for s in piece.spans["names"]] for piece in pieces(doc, len(PAGE))]
    assert found == [[("West Ayton", "places", "y")]] * 3


def test_a_line_of_a_million_characters_without_any_break_is_cut_between_words() -> None:
    found = texts_of(NLP("word " * 200_000), 20_000)
    assert found == ["word " * 4_000] * 50
    assert len(texts_of(NLP("x" * 1_000_000), 20_000)) == 1


def found(doc: Doc) -> list[tuple[int, int, str, float]]:
    return [(ent.start_char, ent.end_char, ent.label_, ent._.confidence) for ent in doc.ents]


def recognised(nlp: pipeline.nlp.Language, text: str) -> Doc:
    return nlp.get_pipe("ner")(nlp.get_pipe("names")(nlp.make_doc(text)))


def test_pages_one_after_the_other_give_what_each_gives_alone(trained, monkeypatch) -> None:
    monkeypatch.setattr(recogniser, "PIECE", len(PAGE))
    alone = found(recognised(trained, PAGE))
    assert len(alone) >= 6
    repeated = found(recognised(trained, PAGE * 5))
    assert repeated == [
        (start + i * len(PAGE), end + i * len(PAGE), label, sure) for i in range(5) for start, end, label, sure in alone
    ]


def test_company_changes_nothing(trained) -> None:
    docs = [recognised(trained, text) for text in (PAGE, "Leeds", "", PAGE[:200], "\n\n")]
    ner = trained.get_pipe("ner")
    for doc, rows in zip(docs, ner.predict(docs), strict=True):
        assert np.array_equal(rows, ner.predict([doc])[0])


def memory(nlp: pipeline.nlp.Language, text: str) -> int:
    """Bytes that the model takes for a text, at most, beyond the log probabilities of 17 tags for each token."""
    doc = nlp.get_pipe("names")(nlp.make_doc(text))
    tracemalloc.start()
    rows = nlp.get_pipe("ner").predict([doc])[0]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak - 2 * rows.nbytes


def test_memory_does_not_grow_with_the_text(trained, monkeypatch) -> None:
    monkeypatch.setattr(recogniser, "PIECE", 2 * len(PAGE))
    assert memory(trained, PAGE * 20) < 1.5 * memory(trained, PAGE * 2)


@pytest.mark.parametrize("sign", ["x", "."])
def test_one_token_of_a_million_characters_takes_no_more(trained, sign: str) -> None:
    """A million points are a million pieces of one token."""
    assert memory(trained, sign * 1_000_000) < 100_000_000
