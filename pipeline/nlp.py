"""Assemble the Language: the trained model, then structure and every matcher of the label table."""

from pathlib import Path

import spacy
from spacy.language import Language
from spacy.util import load_config

import pipeline.components  # noqa: F401  (registers the factories where the package is not installed)
from pipeline.labels import RULES
from pipeline.paths import resource


def blank() -> Language:
    """English with the tokenizer of config.cfg and no component."""
    config = load_config(resource("config.cfg"))
    return spacy.blank("en", config={"nlp": {"tokenizer": config["nlp"]["tokenizer"]}})
