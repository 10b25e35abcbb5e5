"""Score a pipeline against annotated documents, per label and in several views, through spaCy's scorer."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example

from pipeline.documents import all_spans
from pipeline.errors import Errors, PipelineError
from pipeline.labels import LABELS, LEARNED, RULES
from pipeline.training.bootstrap import Interval, intervals
from pipeline.training.gold import Document, Surfaces, surface, tokenize
from pipeline.training.pairs import key, pair

MICRO = {
    "learned": tuple(label.name for label in LEARNED),
    "rules": tuple(label.name for label in RULES),
    "all": tuple(label.name for label in LABELS),
}
ROWS = {**{label.name: (label.name,) for label in LABELS}, **MICRO}
VIEWS = {
    "exact": "start, end and label all right",
    "overlap": "label right and any overlap, each span paired once",
    "token": "each token counts for itself",
    "seen": "exact, names that stand with their label in the training data",
    "unseen": "exact, names that do not",
    "kind": "exact, on pages of one kind",
    "source": "exact, on documents of one source",
}
BY_SURFACE = ("seen", "unseen")


class Score(NamedTuple):
    """precision, recall (float | None): None where nothing was found or nothing stands in gold.

    f (float | None): None where neither is; 0 where only one of them is.
    gold, found (int): Spans in gold, spans predicted.
    """

    precision: float | None
    recall: float | None
    f: float | None
    gold: int
    found: int


@dataclass(frozen=True)
class Row:
    """One line of the scores.

    label (str): A label, or `learned`, `rules` or `all` over their labels.
    view, group (str): What counts, a key of `VIEWS`; for `kind` and `source` also which one.
    documents (int): How many were scored.
    score (Score): Precision, recall, F, support.
    intervals (tuple[Interval | None, ...]): Of precision, recall and F; None where there is nothing to resample.
    """

    label: str
    view: str
    group: str
    documents: int
    score: Score
    intervals: tuple[Interval | None, ...]


@dataclass(frozen=True)
class Annotated:
    """Documents with gold and predicted spans side by side.

    examples (list[Example]): The prediction and the gold of each, spans under the views' names in `doc.spans`.
    words (int): In all texts. seconds (float): To annotate them, wall clock.
    """

    examples: list[Example]
    words: int
    seconds: float


def annotate(nlp: Language, documents: Sequence[Document], seen: Surfaces | None = None) -> Annotated:
    """Annotate the texts and put gold and predicted spans into the views.

    nlp (Language): A pipeline of `pipeline.nlp.load`, or any part of it.
    documents (Sequence[dict]): With `text`, `spans` and `meta`, as `pipeline.training.corpus` reads them.
    seen (frozenset | None): Labels and surfaces of the training data; without, there is no view by surface.
    RAISES (PipelineError): When gold spans are not on token edges.
    """
    pairs = tokenize(nlp, documents)
    started = time.perf_counter()
    docs = list(nlp.pipe(doc for doc, _ in pairs))
    seconds = time.perf_counter() - started
    examples = [Example(doc, reference) for doc, (_, reference) in zip(docs, pairs, strict=True)]
    for example in examples:
        add_views(example, seen)
    return Annotated(examples, sum(len(document["text"].split()) for document in documents), seconds)


def add_views(example: Example, seen: Surfaces | None) -> None:
    """Write the spans of each view to `doc.spans` of the prediction and the gold."""
    predicted, reference = example.predicted, example.reference
    found = {key(span): span for span in all_spans(predicted)}
    predicted.spans["exact"] = list(found.values())
    gold = list(reference.spans["exact"])
    edges = {key(mine): theirs for theirs, mine in pair(gold, list(found.values()))}
    moved = [(edges.get(key(span), span), span.label_) for span in found.values()]
    predicted.spans["overlap"] = [Span(predicted, span.start, span.end, label) for span, label in moved]
    reference.spans["overlap"] = gold
    for doc in (predicted, reference):
        tokens = {(token.i, span.label_) for span in doc.spans["exact"] for token in span if not token.is_space}
        doc.spans["token"] = [Span(doc, i, i + 1, label) for i, label in sorted(tokens)]
        if seen is not None:
            learned = [span for span in doc.spans["exact"] if span.label_ in MICRO["learned"]]
            known = [(span.label_, surface(span.text)) in seen for span in learned]
            doc.spans["seen"] = [span for span, yes in zip(learned, known, strict=True) if yes]
            doc.spans["unseen"] = [span for span, yes in zip(learned, known, strict=True) if not yes]


def source_of(doc: Doc) -> str:
    return str(doc._.record["source"])


def kind_of(doc: Doc) -> str:
    return doc._.page.get("kind") or "unknown"


def evaluate(nlp: Language, documents: Iterable[Document]) -> dict[str, Score]:
    """Annotate the documents' texts and score exact spans.

    RETURNS (dict[str, Score]): Per label in the order of the label table, then `learned`, `rules` and `all`.
    """
    return score(annotate(nlp, list(documents)).examples, "exact")


def score(examples: list[Example], view: str) -> dict[str, Score]:
    """Per label and over the labels of each micro row."""
    of_labels = prf(examples, view, MICRO["all"])[f"{view}_per_type"] or {}
    values = {label: of_labels.get(label, {}) for label in MICRO["all"]}
    for name, labels in MICRO.items():
        over = prf(examples, view, labels)
        values[name] = {part: over[f"{view}_{part}"] for part in "prf"}
    gold = Counter(span.label_ for example in examples for span in example.reference.spans[view])
    found = Counter(span.label_ for example in examples for span in example.predicted.spans[view])
    scores = {}
    for name, labels in ROWS.items():
        n_gold, n_found = sum(gold[label] for label in labels), sum(found[label] for label in labels)
        defined = {"p": n_found, "r": n_gold, "f": n_gold + n_found}
        p, r, f = (values[name].get(part) if n else None for part, n in defined.items())
        scores[name] = Score(p, r, f, n_gold, n_found)
    return scores


def prf(examples: list[Example], view: str, labels: Sequence[str]) -> dict[str, Any]:
    """What spaCy's scorer says of the spans of some labels; documents without gold count too."""

    def spans(doc: Doc, _: str) -> list[Span]:
        return [span for span in doc.spans[view] if span.label_ in labels]

    scores: dict[str, Any] = Scorer.score_spans(
        examples, view, getter=spans, allow_overlap=True, has_annotation=lambda doc: True
    )
    return scores


def rows(examples: list[Example]) -> list[Row]:
    """All rows of all views, with intervals. Rows with nothing in gold and nothing found are left out of the groups."""
    made = [*view_rows(examples, "exact"), *view_rows(examples, "overlap"), *view_rows(examples, "token")]
    if examples and "seen" in examples[0].reference.spans:
        trained = {"learned", *MICRO["learned"]}
        by_surface = [row for view in BY_SURFACE for row in view_rows(examples, view)]
        made += [row for row in by_surface if row.label in trained and filled(row)]
    grouped: tuple[tuple[str, Callable[[Doc], str]], ...] = (("kind", kind_of), ("source", source_of))
    for view, group_of in grouped:
        for group in sorted({group_of(example.predicted) for example in examples}):
            members = [example for example in examples if group_of(example.predicted) == group]
            made += [row for row in view_rows(members, "exact", view, group) if filled(row)]
    return made


def filled(row: Row) -> bool:
    return row.score.gold + row.score.found > 0


def view_rows(examples: list[Example], spans_key: str, view: str = "", group: str = "") -> list[Row]:
    """The rows of one view, or of one group of documents."""
    scores = score(examples, spans_key)
    ranges = intervals([counts(example, spans_key) for example in examples])
    return [
        Row(label, view or spans_key, group, len(examples), scores[label], ranges[number])
        for number, label in enumerate(ROWS)
    ]


def counts(example: Example, view: str) -> list[tuple[int, int, int]]:
    """Per row of `ROWS`, the spans of one document that are right, found and in gold."""
    found = {key(span) for span in example.predicted.spans[view]}
    gold = {key(span) for span in example.reference.spans[view]}
    right, mine, true = (Counter(label for _, _, label in spans) for spans in (found & gold, found, gold))
    return [
        (sum(right[x] for x in labels), sum(mine[x] for x in labels), sum(true[x] for x in labels))
        for labels in ROWS.values()
    ]


def check_model(nlp: Language, path: object) -> None:
    """RAISES (PipelineError): When no part of the model finds a learned label."""
    known = {label for labels in nlp.pipe_labels.values() for label in labels}
    if not known & set(MICRO["learned"]):
        labels, parts = ", ".join(MICRO["learned"]), ", ".join(nlp.pipe_names)
        raise PipelineError(Errors.E410.format(path=path, labels=labels, parts=parts))
