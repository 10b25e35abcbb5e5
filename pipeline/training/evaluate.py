"""Score a pipeline against annotated documents: exact spans, per label, through spaCy's scorer."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example

from pipeline.documents import all_spans
from pipeline.labels import LABELS, LEARNED
from pipeline.training.corpus import aligned

KEY = "scored"


class Score(NamedTuple):
    """precision, recall, f (float | None): None where nothing was found or nothing stands in gold.

    gold, found (int): Spans in gold, spans predicted.
    """

    precision: float | None
    recall: float | None
    f: float | None
    gold: int
    found: int


def evaluate(nlp: Language, documents: Iterable[dict[str, Any]]) -> dict[str, Score]:
    """Annotate the documents' texts and compare with their spans; a span counts when start, end and label agree.

    nlp (Language): A pipeline of `pipeline.nlp.load`, or any part of it.
    documents (Iterable[dict]): With `text` and `spans`, as `pipeline.training.corpus` reads them.
    RETURNS (dict[str, Score]): Per label in the order of the label table, then `learned` and `all` over their labels.
    """
    documents = list(documents)
    docs = nlp.pipe(document["text"] for document in documents)
    examples = [example(doc, document) for doc, document in zip(docs, documents, strict=True)]
    learned = {label.name for label in LEARNED}
    return {
        **{label.name: score(examples, {label.name}) for label in LABELS},
        "learned": score(examples, learned),
        "all": score(examples, {label.name for label in LABELS}),
    }


def example(doc: Doc, document: dict[str, Any]) -> Example:
    """Predicted and gold spans of one text, all labels in one span group."""
    reference = Doc(doc.vocab, [token.text for token in doc], [bool(token.whitespace_) for token in doc])
    reference.spans[KEY] = aligned(reference, document)
    doc.spans[KEY] = all_spans(doc)
    return Example(doc, reference)


def score(examples: list[Example], labels: set[str]) -> Score:
    """The score over the spans of some labels."""

    def spans(doc: Doc, _: str) -> list[Span]:
        return [span for span in doc.spans[KEY] if span.label_ in labels]

    scores = Scorer.score_spans(examples, KEY, getter=spans, allow_overlap=True, has_annotation=lambda doc: True)
    gold, found = (
        sum(len(spans(doc, KEY)) for doc in docs)
        for docs in ([eg.reference for eg in examples], [eg.predicted for eg in examples])
    )
    return Score(
        scores[f"{KEY}_p"] if found else None,
        scores[f"{KEY}_r"] if gold else None,
        scores[f"{KEY}_f"] if gold and found else None,
        gold,
        found,
    )
