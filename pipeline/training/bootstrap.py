"""Intervals of precision, recall and F by bootstrap over documents (Efron and Tibshirani 1993, chapter 13)."""

from collections.abc import Sequence

import numpy as np

RESAMPLES = 1_000
SEED = 0
SHARE = 0.95  # of the resamples that lie in the interval

Interval = tuple[float, float]


def intervals(counts: Sequence[Sequence[tuple[int, int, int]]]) -> list[tuple[Interval | None, ...]]:
    """Resample documents, since the spans of one document are right or wrong together.

    counts (Sequence): Per document and row, spans that are right, found and in gold.
    RETURNS (list[tuple]): Per row the intervals of precision, recall and F; None for fewer than two documents, and
        where no resample has what to divide by.
    """
    table = np.array(counts, dtype=float)
    documents, rows, _ = table.shape
    if documents < 2:
        return [(None, None, None)] * rows
    draw = np.random.default_rng(SEED)
    flat = table.reshape(documents, -1)
    drawn = (np.bincount(draw.integers(0, documents, documents), minlength=documents) for _ in range(RESAMPLES))
    sums = np.stack([times @ flat for times in drawn]).reshape(RESAMPLES, rows, 3)
    right, found, gold = sums[..., 0], sums[..., 1], sums[..., 2]
    shares = [(right, found), (right, gold), (2 * right, found + gold)]
    return [tuple(interval(part[:, row], whole[:, row]) for part, whole in shares) for row in range(rows)]


def interval(part: np.ndarray, whole: np.ndarray) -> Interval | None:
    """The middle share of the quotients; resamples with nothing to divide by are left out."""
    defined = whole > 0
    if not defined.any():
        return None
    low, high = np.quantile(part[defined] / whole[defined], [(1 - SHARE) / 2, (1 + SHARE) / 2])
    return float(low), float(high)
