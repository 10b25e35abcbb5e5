"""Every span of the training data and of the examples falls on token edges."""

from pathlib import Path

import pytest

from pipeline.components.tokenizer import AFFIX, LinearTokenizer
from pipeline.labels import RULES
from pipeline.training.corpus import read_jsonl
from tests.markup import EXAMPLES, read

FILES = sorted((Path(__file__).parents[1] / "training_data").glob("*.jsonl"))


def misaligned(nlp, text, spans):
    doc = nlp.make_doc(text)
    return [text[start:end] for start, end in spans if doc.char_span(start, end) is None]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_training_data_is_aligned(path, blank):
    for document in read_jsonl(path):
        spans = [(span["start"], span["end"]) for span in document["spans"]]
        assert misaligned(blank, document["text"], spans) == [], document["meta"]["id"]


@pytest.mark.parametrize("label", RULES, ids=lambda label: label.name)
def test_examples_are_aligned(label, blank):
    for example in read(EXAMPLES / f"{label.spans_key}.txt"):
        assert misaligned(blank, example.text, [span[:2] for span in example.spans]) == [], example.where


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("2018–2022", ["2018", "–", "2022"]),
        ("10–15%", ["10", "–", "15", "%"]),
        ("10%-15%", ["10", "%", "-", "15", "%"]),
        ("2021/22", ["2021", "/", "22"]),
        ("Apr-21", ["Apr", "-", "21"]),
        ("RESOLVED:1", ["RESOLVED", ":", "1"]),
        ("RESOLVED:That", ["RESOLVED", ":", "That"]),
        ("noted.2", ["noted", ".", "2"]),
        ("noted;2", ["noted", ";", "2"]),
        ("1.That", ["1", ".", "That"]),
        ("2020/21)Plan", ["2020", "/", "21", ")", "Plan"]),
        ("£2.1m.", ["£", "2.1", "m", "."]),
        ("5.30 p.m.", ["5.30", "p.m", "."]),
        ("Appendix A.", ["Appendix", "A", "."]),
        ("Children’s", ["Children", "’s"]),
        ("don't", ["do", "n't"]),
        ("‘Sense of", ["‘", "Sense", "of"]),
        ("£1,200.50", ["£", "1,200.50"]),
        ("a.b@c.gov.uk", ["a.b@c.gov.uk"]),
        ("https://x.gov.uk/a-2/b?c=2%20", ["https://x.gov.uk/a-2/b?c=2%20"]),
    ],
)
def test_tokens(text, tokens, blank):
    assert [token.text for token in blank(text)] == tokens


@pytest.mark.parametrize("run", ["(", "_", "-", "()", "-_("])
def test_a_long_run_of_signs_is_not_searched_again_for_each_sign(run, blank, monkeypatch):
    longest = []
    for name in ("prefix_search", "suffix_search"):
        search = getattr(blank.tokenizer, name)
        monkeypatch.setattr(
            blank.tokenizer, name, lambda text, search=search: longest.append(len(text)) or search(text)
        )
    text = run * 1500
    assert blank.tokenizer(text).text == text
    assert max(longest) == AFFIX


def test_a_long_run_of_points_stays_one_token(blank):
    assert [len(token) for token in blank(f"{'.' * 1000} Page{'.' * 1000}9 {'.' * 1000}")] == [1000, 4, 1000, 1, 1000]


def test_the_loaded_model_has_this_tokenizer_too(trained):
    assert isinstance(trained.tokenizer, LinearTokenizer)
