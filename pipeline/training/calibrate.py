"""Make the confidence of entities mean what it says: fitted on the dev split whenever spaCy saves a model."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from spacy import registry
from spacy.language import Language
from spacy.training import Example

from pipeline.components.recogniser import Recogniser
from pipeline.training.corpus import make_corpus

STEPS = 50  # of Newton's method; it settles in fewer than ten
RIDGE = 1.0  # pull towards slope 1, intercept 0, in entities: a dev split of a few documents moves little


def fit(probabilities: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of Platt's scaling on the log odds (Platt 1999), by Newton's method with shortened steps.

    probabilities (ndarray): What the recogniser gave each entity, before calibration.
    right (ndarray): Whether it was right, as 0 and 1.
    """
    clipped = np.clip(probabilities, 1e-6, 1 - 1e-6)
    x = np.stack([np.log(clipped / (1 - clipped)), np.ones(len(clipped))])
    start = np.array([1.0, 0.0])

    def loss(weights: np.ndarray) -> float:
        odds = weights @ x
        return float((np.logaddexp(0, odds) - right * odds).sum() + RIDGE * ((weights - start) ** 2).sum() / 2)

    weights = start
    for _ in range(STEPS):
        given = np.exp(-np.logaddexp(0, -(weights @ x)))
        gradient = x @ (given - right) + RIDGE * (weights - start)
        step = np.linalg.solve((x * given * (1 - given)) @ x.T + RIDGE * np.eye(2), gradient)
        while loss(weights - step) > loss(weights) and np.abs(step).max() > 1e-9:
            step = step / 2
        weights = weights - step
    return float(weights[0]), float(weights[1])


def calibrate(nlp: Language, examples: Iterable[Example]) -> None:
    """Set slope and intercept of every recogniser of `nlp` from annotated examples, unlikely entities included."""
    recognisers = [component for _, component in nlp.pipeline if isinstance(component, Recogniser)]
    least = [recogniser.cfg["least"] for recogniser in recognisers]
    for recogniser in recognisers:
        recogniser.cfg.update(slope=1.0, intercept=0.0, least=0.0)
    pairs = []
    for example in examples:
        gold = {(ent.start_char, ent.end_char, ent.label_) for ent in example.reference.ents}
        found = nlp(example.reference.text).ents
        pairs += [(ent._.confidence, (ent.start_char, ent.end_char, ent.label_) in gold) for ent in found]
    if pairs:
        slope, intercept = fit(*np.array(pairs, dtype="d").T)
        for recogniser in recognisers:
            recogniser.cfg.update(slope=slope, intercept=intercept)
    for recogniser, value in zip(recognisers, least, strict=True):
        recogniser.cfg["least"] = value


@registry.callbacks("minutes.Calibrate.v1")
def make_calibration(path: str | Path, split: str) -> Callable[[Language], Language]:
    """For `training.before_to_disk` in config.cfg; the arguments are those of `minutes.Corpus.v1`."""
    read = make_corpus(path, split)

    def before_to_disk(nlp: Language) -> Language:
        calibrate(nlp, read(nlp))
        return nlp

    return before_to_disk
