"""Short trainings, to be compared with one another: the settings of config.cfg, fewer steps, vectors encoded once."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import load_config
from thinc.api import use_ops

from pipeline.encoder import OnnxEncoder
from pipeline.nlp import encoders
from pipeline.paths import resource
from pipeline.training.corpus import SPLITS, read_split
from pipeline.training.gold import Document
from pipeline.training.progress import LOGGER, Watch
from pipeline.training.train import usable

STEPS = 400
RATE = "training.optimizer.learn_rate"
COMMON: dict[str, Any] = {
    "training.batcher.size.start": 1500,
    f"{RATE}.initial_rate": 0.002,
    "training.before_to_disk": None,
}
Vectors = dict[tuple[str, str], Any]  # by encoder and text, all layers


def write_part(train_on: Sequence[Document], data: Path, folder: Path) -> None:
    """Write a folder to train on: these documents, and the dev and test split of `data` as they are."""
    documents = [*train_on, *read_split(data, "dev"), *read_split(data, "test")]
    (folder / "part.jsonl").write_text("".join(json.dumps(document) + "\n" for document in documents), "utf8")
    shutil.copyfile(data / SPLITS, folder / SPLITS)


def trained(
    data: Path,
    vectors: Vectors,
    *,
    changes: dict[str, Any],
    seed: int = 1,
    steps: int = STEPS,
    config: Path | None = None,
    watch: Watch | None = None,
) -> Language:
    """Train for some steps.

    data (Path): Folder with `splits.toml`.
    vectors (Vectors): What has been encoded, and will be.
    changes (dict): Settings to change, by their dotted names.
    config (Path | None): The settings; the shipped config.cfg if None.
    RAISES (PipelineError): When the settings are missing or broken.
    """
    config = config or resource("config.cfg")
    length = {"training.max_steps": steps, "training.eval_frequency": steps, f"{RATE}.warmup_steps": steps // 5}
    overrides = {**COMMON, **length, "paths.data": data.as_posix(), **changes, "system.seed": seed}
    with use_ops("numpy", use_blis=False):
        with usable(config):
            settings = load_config(config, overrides=overrides, interpolate=True)
            settings["training"]["optimizer"]["learn_rate"]["total_steps"] = steps
            settings["training"]["logger"] = {"@loggers": LOGGER}
            nlp = init_nlp(settings)
        for encoder in encoders(nlp):
            encoder.vectors = Shared(encoder, vectors)  # type: ignore[method-assign]
        train(nlp, None, stdout=watch or Watch())
    return nlp


class Shared:
    """In place of an encoder's own vectors: the columns of its layers in `known`, as float32."""

    def __init__(self, encoder: OnnxEncoder, known: Vectors):
        about = encoder.about
        self.name, self.known = about["name"], known
        layers = list(range(1, about["layers"] + 1))
        self.all_layers = OnnxEncoder(about["name"], layers, encoder.window, encoder.threads)
        numbers = [self.all_layers.outputs.index(name) for name in encoder.outputs]
        self.columns = np.concatenate([np.arange(n * about["width"], (n + 1) * about["width"]) for n in numbers])

    def __call__(self, docs: list[Doc]) -> list[Any]:
        for doc in docs:
            if (self.name, doc.text) not in self.known:
                self.known[self.name, doc.text] = self.all_layers.encode_doc(doc).astype("float16")
        return [self.known[self.name, doc.text][:, self.columns].astype("f") for doc in docs]
