"""Train a model: spaCy's own training with the shipped config."""

import shutil
from pathlib import Path

from spacy.cli.train import train as spacy_train
from thinc.api import use_ops

from pipeline.errors import Errors, PipelineError
from pipeline.paths import resource
from pipeline.training.corpus import read_split


def train(data: Path, out: Path, config: Path | None = None) -> Path:
    """Train on the train split of `data` and keep the model that is best on its dev split.

    data (Path): Folder of JSONL files with `splits.toml`.
    out (Path): New folder.
    config (Path | None): spaCy training config; the shipped one if None.
    RETURNS (Path): The folder of the best model.
    RAISES (PipelineError): When there is no data or `out` is taken.
    """
    read_split(data, "train")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise PipelineError(Errors.E302.format(out=out))
    with use_ops("numpy", use_blis=False):  # as in `pipeline.nlp.load`
        spacy_train(config or resource("config.cfg"), out, overrides={"paths.data": data.as_posix()})
    shutil.rmtree(out / "model-last")
    return out / "model-best"
