"""Fixtures used by more than one test module."""

import pytest

import pipeline.nlp


@pytest.fixture(scope="session")
def blank():
    """English with our tokenizer and nothing else."""
    return pipeline.nlp.blank()


@pytest.fixture(scope="session")
def trained():
    """The shipped pipeline."""
    return pipeline.nlp.load(threads=2)
