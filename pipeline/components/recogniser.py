"""The learned entities: one tag per token, decoded under constraints, with a calibrated confidence for every entity.

Tags are BILUO (begin, in, last, unit, out), four for each label. The model gives every token a distribution over the
tags; the entities are those of the most probable sequence of tags that is well formed. The confidence of an entity is
its probability under the same constraints, summed over all sequences that hold exactly this entity, then calibrated.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.scorer import get_ner_prf
from spacy.tokens import Doc
from spacy.training import Example, validate_get_examples
from thinc.api import Config, Model, SequenceCategoricalCrossentropy
from thinc.types import Floats2d

from pipeline.components.pieces import pieces
from pipeline.labels import LEARNED
from pipeline.spans import make_entity

FACTORY = "minutes_recogniser"
LABELS = tuple(label.name for label in LEARNED)
TAGS = ("O", *(f"{prefix}-{label}" for label in LABELS for prefix in "BILU"))
OUT = 0
# Tokens outside any entity with this probability are not decoded: most of a text, and the result is the same.
SURELY_OUT = 0.9999
IMPOSSIBLE = -1e9
PIECE = 20_000  # characters that the model sees at a time

DEFAULT_CONFIG = """
[model]
@architectures = "spacy.Tagger.v2"
normalize = false
nO = null

[model.tok2vec]
@architectures = "spacy.HashEmbedCNN.v2"
pretrained_vectors = null
width = 96
depth = 4
embed_size = 2000
window_size = 1
maxout_pieces = 3
subword_features = true
"""


def may_follow(first: str, second: str) -> bool:
    """Whether the tag `second` may stand after `first`."""
    if first[0] in "BI":
        return second[0] in "IL" and first[2:] == second[2:]
    return second[0] in "OBU"


MAY_FOLLOW = np.array([[may_follow(first, second) for second in TAGS] for first in TAGS])
MAY_START = np.array([tag[0] in "OBU" for tag in TAGS])
MAY_END = np.array([tag[0] in "OLU" for tag in TAGS])
TRANSITION = np.where(MAY_FOLLOW, 0.0, IMPOSSIBLE)
# White space inside an entity is part of it; it neither begins nor ends one, and a blank line ends all.
ON_SPACE = np.array([tag[0] in "OI" for tag in TAGS])


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """Scores (tokens, tags) as log probabilities."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    normal: np.ndarray = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return normal


def stretches(log_probs: np.ndarray) -> Iterator[tuple[int, int]]:
    """Runs of tokens that are not surely outside, as (start, end)."""
    unsure = np.concatenate([[False], log_probs[:, OUT] < np.log(SURELY_OUT), [False]])
    edges = np.flatnonzero(unsure[1:] != unsure[:-1])
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def best_tags(log_probs: np.ndarray) -> list[int]:
    """The most probable well-formed sequence of tags (Viterbi)."""
    score = np.where(MAY_START, log_probs[0], IMPOSSIBLE)
    back = []
    for row in log_probs[1:]:
        paths = score[:, None] + TRANSITION
        best = paths.argmax(axis=0)
        back.append(best)
        score = paths[best, np.arange(len(TAGS))] + row
    tags = [int(np.where(MAY_END, score, IMPOSSIBLE).argmax())]
    for best in reversed(back):
        tags.append(int(best[tags[-1]]))
    return tags[::-1]


def sums(log_probs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Forward and backward sums over the well-formed sequences.

    RETURNS (tuple[ndarray, ndarray]): Log sums (tokens, tags), forward with the token's own probability, backward
        without it.
    """
    forward, backward = np.empty_like(log_probs), np.empty_like(log_probs)
    forward[0] = np.where(MAY_START, log_probs[0], IMPOSSIBLE)
    for i in range(1, len(log_probs)):
        forward[i] = np.logaddexp.reduce(forward[i - 1][:, None] + TRANSITION, axis=0) + log_probs[i]
    backward[-1] = np.where(MAY_END, 0.0, IMPOSSIBLE)
    for i in range(len(log_probs) - 2, -1, -1):
        backward[i] = np.logaddexp.reduce(TRANSITION + log_probs[i + 1] + backward[i + 1], axis=1)
    return forward, backward


def entities(tags: list[int]) -> Iterator[tuple[int, int, str]]:
    """Start, end and label of each entity in a well-formed sequence of tags."""
    start = 0
    for i, tag in enumerate(tags):
        name = TAGS[tag]
        if name[0] in "BU":
            start = i
        if name[0] in "LU":
            yield start, i + 1, name[2:]


def decode(log_probs: np.ndarray) -> Iterator[tuple[int, int, str, float]]:
    """The entities of a text.

    log_probs (ndarray): (tokens, tags).
    YIELDS (tuple[int, int, str, float]): First token, token after the last, label, probability.
    """
    for first, last in stretches(log_probs):
        rows = log_probs[first:last]
        tags = best_tags(rows)
        found = list(entities(tags))
        if not found:
            continue
        forward, backward = sums(rows)
        total = np.logaddexp.reduce(forward[-1] + backward[-1])
        for start, end, label in found:
            inside = sum(rows[i, tags[i]] for i in range(start + 1, end))
            log = forward[start, tags[start]] + inside + backward[end - 1, tags[end - 1]] - total
            yield first + start, first + end, label, float(np.exp(min(log, 0.0)))


def calibrate(probability: float, slope: float, intercept: float) -> float:
    """Platt's scaling on the log odds: the share of entities with this probability that are right."""
    clipped = min(max(probability, 1e-6), 1 - 1e-6)
    return float(1 / (1 + np.exp(-(slope * np.log(clipped / (1 - clipped)) + intercept))))


@Language.factory(
    FACTORY,
    assigns=["doc.ents", "span._.confidence"],
    default_config={
        "model": Config().from_str(DEFAULT_CONFIG)["model"],
        "slope": 1.0,
        "intercept": 0.0,
        "least": 0.5,
    },
    default_score_weights={"ents_f": 1.0, "ents_p": 0.0, "ents_r": 0.0, "ents_per_type": None},
)
def make_recogniser(
    nlp: Language, name: str, model: Model[list[Doc], Any], slope: float, intercept: float, least: float
) -> Any:
    return Recogniser(nlp.vocab, model, name, slope=slope, intercept=intercept, least=least)


def score(examples: Iterable[Example], **settings: Any) -> dict[str, Any]:
    """spaCy's own precision, recall and F over exact entities."""
    scores: dict[str, Any] = get_ner_prf(examples)
    return scores


class Recogniser(TrainablePipe):
    """Sets `doc.ents`, and `span._.confidence` on each of them.

    vocab (Vocab), model (Model): Docs to scores of shape (tokens, tags), per doc. name (str): In the pipeline.
    slope, intercept (float): Of the calibration, see `calibrate`; set by `pipeline.training.calibrate`.
    least (float): Confidence below which an entity is left out: at one half, those more likely wrong than right.
    """

    def __init__(
        self, vocab: Any, model: Model[list[Doc], Any], name: str, *, slope: float, intercept: float, least: float
    ):
        self.vocab = vocab
        self.model = model
        self.name = name
        self.cfg: dict[str, Any] = {"slope": slope, "intercept": intercept, "least": least}
        self.scorer = score

    @property
    def labels(self) -> tuple[str, ...]:
        return LABELS

    @property
    def label_data(self) -> tuple[str, ...]:
        return LABELS

    def predict(self, docs: list[Doc]) -> list[np.ndarray]:
        """Each doc by itself, so that what is found does not depend on its company; a long one in pieces.

        RETURNS (list[ndarray]): Per doc, log probabilities (tokens, tags).
        """
        return [masked(doc, self.log_probs(doc)) for doc in docs]

    def log_probs(self, doc: Doc) -> np.ndarray:
        rows, start = np.empty((len(doc), len(TAGS)), dtype="f"), 0
        for piece in pieces(doc, PIECE):
            rows[start : start + len(piece)] = log_softmax(self.model.predict([piece])[0])
            start += len(piece)
        return rows

    def set_annotations(self, docs: Iterable[Doc], log_probs: Iterable[np.ndarray]) -> None:
        slope, intercept, least = (self.cfg[key] for key in ("slope", "intercept", "least"))
        for doc, rows in zip(docs, log_probs, strict=True):
            found = (
                make_entity(doc, start, end, label, round(calibrate(probability, slope, intercept), 4))
                for start, end, label, probability in decode(rows)
            )
            doc.set_ents([ent for ent in found if ent._.confidence >= least])

    def get_loss(self, examples: Iterable[Example], scores: list[Floats2d]) -> tuple[float, list[Floats2d]]:
        """Cross-entropy over the tags; tokens of unknown tag are left out.

        RETURNS (tuple[float, list[ndarray]]): The loss, and its gradient per doc.
        """
        truths = [[None if tag in (None, "-") else tag for tag in eg.get_aligned_ner()] for eg in examples]
        gradient, loss = SequenceCategoricalCrossentropy(names=list(TAGS), normalize=False)(scores, truths)  # type: ignore[arg-type]
        return float(loss), gradient

    def initialize(
        self, get_examples: Callable[[], Iterable[Example]], *, nlp: Language | None = None, labels: Any = None
    ) -> None:
        """The labels are those of the label table, whatever the examples hold."""
        validate_get_examples(get_examples, f"{FACTORY}.initialize")
        docs = [example.predicted for example, _ in zip(get_examples(), range(10), strict=False)]
        samples = [self.model.ops.alloc2f(len(doc), len(TAGS)) for doc in docs]
        self.model.initialize(X=docs, Y=samples)


def masked(doc: Doc, log_probs: np.ndarray) -> np.ndarray:
    """Rule out what white space cannot be."""
    for i in np.flatnonzero(doc.to_array("IS_SPACE")).tolist():
        allowed = ON_SPACE if doc[i].text.count("\n") < 2 else np.arange(len(TAGS)) == OUT
        log_probs[i, ~allowed] = IMPOSSIBLE
    return log_probs
