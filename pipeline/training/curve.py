"""Would more labels help, and for which label: short trainings on a quarter, a half, three quarters and all of them."""

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import Errors, PipelineError
from pipeline.labels import LEARNED
from pipeline.training.bootstrap import Counts, Interval, differences
from pipeline.training.corpus import read_split
from pipeline.training.evaluate import ROWS, annotate, counts, score
from pipeline.training.page import figure
from pipeline.training.progress import State, Watch, duration
from pipeline.training.short import STEPS, Vectors, trained, write_part

SHARES = (0.25, 0.5, 0.75, 1.0)
HALF = 0.5
FEWEST = 8  # documents to train on
LABELS = (*(label.name for label in LEARNED), "learned")


class Point(NamedTuple):
    """One short training. f (dict): By label and for `learned`, on the dev split, of the model alone without the rules.

    counts (Counts): For the intervals.
    """

    share: float
    seed: int
    documents: int
    words: int
    f: dict[str, float | None]
    counts: Counts


class Gain(NamedTuple):
    """What the second half of the documents brought a label: F with all, less F with half, and its interval."""

    label: str
    gain: float | None
    interval: Interval | None

    @property
    def helps(self) -> bool:
        return self.interval is not None and self.interval[0] > 0


class Outlook(NamedTuple):
    """How far the trainings are: done, of all; what the one at hand is doing; seconds left at most."""

    done: int
    of: int
    share: float
    state: State
    left: float | None


@dataclass(frozen=True)
class Curve:
    """points (list[Point]): By share and seed."""

    points: list[Point]

    def mean(self, share: float, label: str) -> float | None:
        values = [point.f[label] for point in self.points if point.share == share]
        known = [value for value in values if value is not None]
        return sum(known) / len(known) if known else None

    def spread(self, share: float, label: str) -> tuple[float, float]:
        values = [point.f[label] or 0.0 for point in self.points if point.share == share]
        return min(values), max(values)

    @property
    def rows(self) -> list[tuple[float, int, int, list[float | None]]]:
        """Share, documents, words, and the mean F of each of `LABELS`."""
        firsts = {point.share: point for point in reversed(self.points)}
        return [
            (share, point.documents, point.words, [self.mean(share, label) for label in LABELS])
            for share, point in sorted(firsts.items())
        ]

    @property
    def gains(self) -> list[Gain]:
        """By label, the largest first. The trainings of all seeds stand side by side as if they were documents."""
        sides = [[row for p in self.points if p.share == share for row in p.counts] for share in (HALF, SHARES[-1])]
        ranges = dict(zip(ROWS, differences(*sides), strict=True))
        made = []
        for label in LABELS:
            half, full = (self.mean(share, label) for share in (HALF, SHARES[-1]))
            gain = None if half is None or full is None else full - half
            made.append(Gain(label, gain, ranges[label][-1]))
        return sorted(made, key=lambda row: -1.0 if row.gain is None else -row.gain)

    @property
    def sentences(self) -> list[str]:
        """What it means."""
        if not self.mean(SHARES[-1], "learned"):
            return ["Nothing was learned in so few steps, so the curve says nothing."]
        gains = [row for row in self.gains if row.label != "learned"]
        helped = [row for row in gains if row.helps]
        if not helped:
            first = "More labels of the same kind would hardly help: from half of the documents to all no label gained"
            return [f"{first} clearly. Correct what is different: other councils, other kinds of pages."]
        best, others = helped[0], helped[1:]
        made = [f"More labels would help, most of all {best.label}: {said(best)} from half of the documents to all."]
        if others:
            made.append(f"Also {', '.join(f'{row.label} ({said(row)})' for row in others)}.")
        if rest := [row.label for row in gains if not row.helps]:
            made.append(f"No clear gain for {', '.join(rest)}.")
        return made


def said(row: Gain) -> str:
    low, high = row.interval or (0.0, 0.0)
    return f"F {row.gain:+.3f}, between {low:+.3f} and {high:+.3f},"


def curve(
    data: Path,
    *,
    shares: Sequence[float] = SHARES,
    seeds: Sequence[int] = (1,),
    steps: int = STEPS,
    config: Path | None = None,
    on_progress: Callable[[Outlook], None] = lambda outlook: None,
) -> Curve:
    """Train on shares of the documents and score each on the dev split.

    data (Path): Folder with `splits.toml`. A share holds the documents of the smaller ones.
    shares (Sequence[float]): The half and all must be among them. seeds (Sequence[int]): Of order and training.
    steps (int): Of each training. config (Path | None): Their settings; the shipped config.cfg if None.
    RAISES (PipelineError): When there is too little data, or the settings are missing or broken.
    """
    train, dev = read_split(data, "train"), read_split(data, "dev")
    if len(train) < FEWEST:
        raise PipelineError(Errors.E589.format(data=data, count=len(train), least=FEWEST))
    if not dev:
        raise PipelineError(Errors.E583.format(data=data, split="dev", splits="splits.toml"))
    points: list[Point] = []
    vectors: Vectors = {}
    times: list[float] = []
    plan = list(product(seeds, sorted(shares, reverse=True)))  # the largest first: its time is the most of any
    for number, (seed, share) in enumerate(plan):
        started = time.monotonic()

        def tell(state: State, number: int = number, share: float = share, started: float = started) -> None:
            each = min(times, default=None)
            of_this = state.left if each is None else max(0.0, each - (time.monotonic() - started))
            left = None if of_this is None else of_this + (len(plan) - number - 1) * (each or of_this)
            on_progress(Outlook(number, len(plan), share, state, left))

        chosen = random.Random(seed).sample(train, len(train))[: round(share * len(train))]
        with tempfile.TemporaryDirectory() as folder:
            write_part(chosen, data, Path(folder))
            nlp = trained(Path(folder), vectors, changes={}, seed=seed, steps=steps, config=config, watch=Watch(tell))
        examples = annotate(nlp, dev).examples
        scores = score(examples, "exact")
        f = {label: scores[label].f for label in LABELS}
        words = sum(len(document["text"].split()) for document in chosen)
        points.append(Point(share, seed, len(chosen), words, f, [counts(example, "exact") for example in examples]))
        times.append(time.monotonic() - started)
    return Curve(sorted(points, key=lambda point: (point.share, point.seed)))


def table(made: Curve) -> list[list[str]]:
    """Header and rows of a small table: share, documents, words, F by label."""
    head = ["share", "documents", "words", *LABELS]
    rows = [
        [f"{share:.0%}", f"{documents:,}", f"{words:,}", *map(figure, f)] for share, documents, words, f in made.rows
    ]
    return [head, *rows]


def line(outlook: Outlook) -> str:
    """`training 2 of 4, on 75% of the documents, step 40 of 400, 6 min left at most`."""
    parts = [f"training {outlook.done + 1} of {outlook.of}", f"on {outlook.share:.0%} of the documents"]
    parts.append(f"step {max(outlook.state.step, 0):,} of {outlook.state.of:,}")
    if outlook.left is not None:
        parts.append(f"{duration(outlook.left)} left at most")
    return ", ".join(parts)
