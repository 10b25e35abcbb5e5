"""Assemble the Language: the trained model, the rules that mend its entities, structure and every matcher."""

from pathlib import Path

import spacy
from spacy.language import Language
from spacy.util import load_config
from thinc.api import use_ops

import pipeline.components
import pipeline.encoder  # noqa: F401  (registers the layers where the package is not installed)
from pipeline.encoder import OnnxEncoder
from pipeline.errors import Errors, PipelineError
from pipeline.keys import digest, find_model, name_of
from pipeline.labels import RULES
from pipeline.paths import resource

# In this order after the model's own components.
JOINS = ("minutes_names", "minutes_people", "minutes_figures", "minutes_records")
RULE_FACTORIES = (
    *("minutes_edges", "minutes_mentions", "minutes_structure"),
    *(label.factory for label in RULES),
    *JOINS,
)
LONGEST_TEXT = 2**31  # characters: no limit here, the readers have one; spaCy's own is meant for its parser


def blank() -> Language:
    """English with the tokenizer of config.cfg and no component."""
    config = load_config(resource("config.cfg"))
    return spacy.blank("en", config={"nlp": {"tokenizer": config["nlp"]["tokenizer"]}})


def load(model: str | Path | None = None, threads: int | None = None) -> Language:
    """The pipeline that `minutes annotate` runs.

    model (str | Path | None): Folder of a trained model; the shipped one if None.
    threads (int | None): Threads of the encoder; as the model was configured if None.
    RETURNS (Language): The model's components, then structure and matchers. `doc.ents` holds the learned labels,
        `doc.spans` the others and the structure.
    RAISES (PipelineError): When there is no model there or it does not load.
    """
    path = find_model(model)
    try:
        with use_ops("numpy", use_blis=False):  # NumPy's own BLAS uses all cores; blis took 1.3 times as long
            nlp = spacy.load(path)
    except (OSError, ValueError, KeyError) as err:
        cause = (str(err) or type(err).__name__).splitlines()[0]
        raise PipelineError(Errors.E403.format(path=path, cause=cause)) from err
    nlp.meta["name"], nlp.meta["version"] = name_of(path), digest(path)
    add_rules(nlp)
    nlp.max_length = LONGEST_TEXT
    if threads is not None:
        for encoder in encoders(nlp):
            encoder.threads = threads
    return nlp


def add_rules(nlp: Language) -> None:
    """Add what is no part of a trained model, so that a rule can change without training."""
    for factory in RULE_FACTORIES:
        nlp.add_pipe(factory)


def encoders(nlp: Language) -> list[OnnxEncoder]:
    """The encoders in the trained components."""
    models = [component.model for _, component in nlp.pipeline if hasattr(component, "model")]
    return [shim for model in models for node in model.walk() for shim in node.shims if isinstance(shim, OnnxEncoder)]


def model_name(nlp: Language) -> str:
    """The model's folder and digest, as in the column `model`."""
    return f"{nlp.meta['name']}-{nlp.meta['version']}"
