"""Whether confidence means what it says: of the entities with 0.8, four in five should be right."""

from collections.abc import Iterable
from dataclasses import dataclass

from spacy.training import Example

from pipeline.documents import confidence
from pipeline.training.pairs import key

BINS = 10


@dataclass(frozen=True)
class Bin:
    """low, high (float): Confidence from and to. confidence (float): Mean. right (float): Share of exact spans.

    count (int): Entities in the bin.
    """

    low: float
    high: float
    confidence: float
    right: float
    count: int


@dataclass(frozen=True)
class Reliability:
    """bins (list[Bin]): Those with entities, from low to high. count (int): All entities with a confidence.

    error (float): Expected calibration error: the mean distance of confidence and share right, weighted by count.
    """

    bins: list[Bin]
    count: int
    error: float


def reliability(examples: Iterable[Example]) -> Reliability | None:
    """The reliability of the learned entities that carry a confidence; None if none does."""
    pairs = []
    for example in examples:
        gold = {key(span) for span in example.reference.spans["exact"]}
        for span in example.predicted.ents:
            if (number := confidence(span)) is not None:
                pairs.append((number, key(span) in gold))
    return table(pairs) if pairs else None


def table(pairs: list[tuple[float, bool]]) -> Reliability:
    """Ten bins of equal width; the last holds 1.

    pairs (list[tuple[float, bool]]): Confidence from 0 to 1, and whether the entity is right.
    """
    held: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for sure, right in pairs:
        held[min(int(sure * BINS), BINS - 1)].append((sure, right))
    bins = [
        Bin(
            number / BINS,
            (number + 1) / BINS,
            sum(sure for sure, _ in inside) / len(inside),
            sum(right for _, right in inside) / len(inside),
            len(inside),
        )
        for number, inside in enumerate(held)
        if inside
    ]
    error = sum(abs(row.confidence - row.right) * row.count for row in bins) / len(pairs)
    return Reliability(bins, len(pairs), error)
