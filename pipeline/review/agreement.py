"""Two people on the same documents: how far they agree, and where they do not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example

from pipeline.errors import Errors, PipelineError
from pipeline.labels import BY_NAME, RULES
from pipeline.review.records import Document
from pipeline.spans import one_line, sentence_around
from pipeline.training.corpus import aligned
from pipeline.training.evaluate import Score, add_views, score
from pipeline.training.pairs import mistakes

VIEWS = ("exact", "overlap")
ONLY_ONE, EDGES, LABEL = "only one has it", "other edges", "other label"
KINDS = {"missed": ONLY_ONE, "extra": ONLY_ONE, "wrong edges": EDGES, "wrong label": LABEL}


@dataclass(frozen=True)
class Side:
    """What one of the two has. start, end (int): Characters of the document's text. label (str), text (str)."""

    start: int
    end: int
    label: str
    text: str


@dataclass(frozen=True)
class Disagreement:
    """One place where the two differ.

    doc_id (str), kind (str): One of `KINDS`' values.
    sentence (str): The words around it, on one line.
    one, other (Side | None): None where that person has no span.
    """

    doc_id: str
    kind: str
    sentence: str
    one: Side | None
    other: Side | None


@dataclass(frozen=True)
class Agreement:
    """How far two people agree.

    names (tuple[str, str]): The two.
    documents (int): That both have corrected.
    scores (dict[str, dict[str, Score]]): By view (`exact`, `overlap`), then by label and `learned`, `rules`, `all`.
        F1 is the agreement, the same whoever is taken for gold; `gold` counts the first person's spans.
    disagreements (list[Disagreement]): By document and place.
    """

    names: tuple[str, str]
    documents: int
    scores: dict[str, dict[str, Score]]
    disagreements: list[Disagreement]


def agreement(nlp: Language, one: Sequence[Document], other: Sequence[Document], names: tuple[str, str]) -> Agreement:
    """Compare two people's spans of the documents that both have.

    nlp (Language): Whose tokenizer cuts the texts.
    one, other (Sequence[dict]): The documents of each, with `text`, `spans` and `meta`.
    RAISES (PipelineError): When they have no document in common, or a span is not on token edges.
    """
    theirs = {document["meta"]["id"]: document for document in other}
    both = [
        (document, theirs[document["meta"]["id"]])
        for document in one
        if theirs.get(document["meta"]["id"], {}).get("text") == document["text"]
    ]
    if not both:
        raise PipelineError(Errors.E564.format(one=names[0], other=names[1], path="the review folder"))
    examples, found = [], list[Disagreement]()
    for mine, yours in both:
        example = Example(to_doc(nlp, yours), to_doc(nlp, mine))
        add_views(example, None)
        examples.append(example)
        found += disagreements(example, mine["meta"]["id"])
    return Agreement(names, len(both), {view: score(examples, view) for view in VIEWS}, found)


def to_doc(nlp: Language, document: Document) -> Doc:
    """The text with its spans as the pipeline would give them, and as gold in `spans["exact"]`."""
    doc = nlp.make_doc(document["text"])
    spans = aligned(doc, document)
    doc.set_ents([span for span in spans if BY_NAME[span.label_].kind == "learned"])
    for label in RULES:
        doc.spans[label.spans_key] = [span for span in spans if span.label_ == label.name]
    doc.spans["exact"] = spans
    return doc


def disagreements(example: Example, doc_id: str) -> Iterator[Disagreement]:
    """All places where the two differ in one document."""
    text = example.reference.text
    for mistake in mistakes(list(example.reference.spans["exact"]), list(example.predicted.spans["exact"])):
        sentence = one_line(sentence_around(text, *mistake.bounds))
        yield Disagreement(doc_id, KINDS[mistake.kind], sentence, side(mistake.gold), side(mistake.found))


def side(span: Span | None) -> Side | None:
    return Side(span.start_char, span.end_char, span.label_, span.text) if span is not None else None
