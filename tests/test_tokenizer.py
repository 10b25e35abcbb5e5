"""Every span of the training data and of the examples falls on token edges."""

from pathlib import Path

import pytest

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
