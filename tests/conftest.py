"""Fixtures used by more than one test module."""

import pytest

import pipeline.nlp


@pytest.fixture(scope="session")
def blank():
    """English with our tokenizer and nothing else."""
    return pipeline.nlp.blank()
