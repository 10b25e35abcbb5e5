"""Fixtures used by more than one test module."""

import datetime

import pytest
from hypothesis import settings

import pipeline.nlp
from tests.fixtures.browser import started
from tests.fixtures.training import small_config, small_data

settings.register_profile("untimed", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def blank():
    """English with our tokenizer and nothing else."""
    return pipeline.nlp.blank()


@pytest.fixture(scope="session")
def trained():
    """The shipped pipeline."""
    return pipeline.nlp.load(threads=2)


@pytest.fixture(scope="session")
def tiny_training(tmp_path_factory):
    """A training of twenty steps: what came out, its data, its config, and the states that it told."""
    from pipeline.training.train import train

    folder = tmp_path_factory.mktemp("tiny")
    data, config, states = small_data(folder / "data"), small_config(folder / "config.cfg"), []
    at = datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.UTC)
    made = train(data, folder / "runs" / "first", config, clock=lambda: at, on_progress=states.append)
    return made, data, config, states


@pytest.fixture(scope="module")
def browser():
    """Chromium, Chrome or Edge."""
    with started() as made:
        yield made
