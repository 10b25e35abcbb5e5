"""Intervals of precision, recall and F by bootstrap over documents (Efron and Tibshirani 1993, chapter 13)."""

from collections.abc import Sequence

import numpy as np

RESAMPLES = 1_000
SEED = 0
SHARE = 0.95  # of the resamples that lie in the interval

Interval = tuple[float, float]
Counts = Sequence[Sequence[tuple[int, int, int]]]  # per document and row, spans that are right, found and in gold


def intervals(counts: Counts) -> list[tuple[Interval | None, ...]]:
    """Resample documents, since the spans of one document are right or wrong together.

    counts (Sequence): Per document and row, spans that are right, found and in gold.
    RETURNS (list[tuple]): Per row the intervals of precision, recall and F; None for fewer than two documents, and
        where no resample has what to divide by.
    """
    table = np.array(counts, dtype=float)
    documents, rows, _ = table.shape
    if documents < 2:
        return [(None, None, None)] * rows
    shares = resampled(table)
    return [tuple(interval(part[:, row], whole[:, row]) for part, whole in shares) for row in range(rows)]


def differences(before: Counts, after: Counts) -> list[tuple[Interval | None, ...]]:
    """How much better `after` is than `before` on the same documents, in the same resamples of them.

    RETURNS (list[tuple]): As `intervals`, of the difference; None also where one side never has what to divide by.
    """
    tables = [np.array(counts, dtype=float) for counts in (before, after)]
    documents, rows, _ = tables[0].shape
    if documents < 2:
        return [(None, None, None)] * rows
    pairs = list(zip(*(resampled(table) for table in tables), strict=True))
    return [tuple(difference(row, *pair) for pair in pairs) for row in range(rows)]


def resampled(table: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """What is divided by what in each resample (resamples, rows), for precision, recall and F; same draws each time."""
    documents, rows, _ = table.shape
    draw = np.random.default_rng(SEED)
    flat = table.reshape(documents, -1)
    drawn = (np.bincount(draw.integers(0, documents, documents), minlength=documents) for _ in range(RESAMPLES))
    sums = np.stack([times @ flat for times in drawn]).reshape(RESAMPLES, rows, 3)
    right, found, gold = sums[..., 0], sums[..., 1], sums[..., 2]
    return [(right, found), (right, gold), (2 * right, found + gold)]


def interval(part: np.ndarray, whole: np.ndarray) -> Interval | None:
    """The middle share of the quotients; resamples with nothing to divide by are left out."""
    defined = whole > 0
    return middle(part[defined] / whole[defined])


def difference(row: int, before: tuple[np.ndarray, ...], after: tuple[np.ndarray, ...]) -> Interval | None:
    """The middle share of the differences; resamples where a side has nothing to divide by are left out."""
    part_a, whole_a, part_b, whole_b = (counts[:, row] for counts in (*before, *after))
    defined = (whole_a > 0) & (whole_b > 0)
    return middle(part_b[defined] / whole_b[defined] - part_a[defined] / whole_a[defined])


def middle(values: np.ndarray) -> Interval | None:
    """The interval that holds `SHARE` of the values; None if there are none."""
    if not values.size:
        return None
    low, high = np.quantile(values, [(1 - SHARE) / 2, (1 + SHARE) / 2])
    return float(low), float(high)
