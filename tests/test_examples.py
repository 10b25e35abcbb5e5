"""Every line of tests/examples/*.txt: the matcher of that file finds exactly the annotated spans, with their values."""

import pytest
import spacy

from pipeline.labels import RULES, Label
from tests.markup import EXAMPLES, Example, read

CASES = [
    pytest.param(label, example, id=example.where)
    for label in RULES
    for example in read(EXAMPLES / f"{label.spans_key}.txt")
]


@pytest.fixture(scope="module")
def pipelines(blank):
    """One blank pipeline per matcher."""
    made = {}
    for label in RULES:
        nlp = spacy.blank("en")
        nlp.tokenizer = blank.tokenizer
        nlp.add_pipe(label.factory)
        made[label.name] = nlp
    return made


def as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(("label", "example"), CASES)
def test_example(label: Label, example: Example, pipelines) -> None:
    doc = pipelines[label.name](example.text)  # kept: a span group dies with its Doc
    found = list(doc.spans[label.spans_key])
    wanted = [span for span in example.spans if span[2] == label.name]
    assert [(s.start_char, s.end_char, s.label_) for s in found] == [span[:3] for span in wanted]
    for span, (*_, values) in zip(found, wanted, strict=True):
        assert {key: as_text(span._.value[key]) for key in values} == values
        assert set(span._.value) == {f.name for f in label.fields}
        assert span.id_


@pytest.mark.parametrize("label", RULES, ids=lambda label: label.name)
def test_enough_examples(label: Label) -> None:
    examples = read(EXAMPLES / f"{label.spans_key}.txt")
    negatives = [example for example in examples if not example.spans]
    assert len(examples) >= 120
    assert 0.4 <= len(negatives) / len(examples) <= 0.6
    assert all(example.reason for example in negatives)
