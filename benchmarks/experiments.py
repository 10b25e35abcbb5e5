"""What each part of the recogniser adds: short trainings, scored on the dev split, three seeds each.

python benchmarks/experiments.py OUT.csv [NAME ...]

Every variant is config.cfg with a few settings changed and 400 steps of 1,500 words; the shipped model is trained
longer, so the figures compare variants with one another and with nothing else. Rows are appended to OUT.csv as they are
made, and what it holds already is not run again. Variants with layers above the third need one of six:
python -m pipeline.training.export_encoder WEIGHTS 6 models/encoders/minilm-l6-int8

With --table before OUT.csv, prints the table of means.
"""

import csv
import json
import shutil
import statistics
import sys
import time
from collections import defaultdict
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
from pipeline.labels import LEARNED
from pipeline.nlp import encoders
from pipeline.training.corpus import SPLITS, make_corpus, read_split

DATA = Path(__file__).parents[1] / "training_data"
SEEDS = (1, 2, 3)
COMMON = {
    "training.max_steps": 400,
    "training.eval_frequency": 400,
    "training.batcher.size.start": 1500,
    "training.optimizer.learn_rate.warmup_steps": 80,
    "training.optimizer.learn_rate.initial_rate": 0.002,
    "training.before_to_disk": None,
}
EMBED = "components.ner.model.tok2vec.embed"
ENCODE = "components.ner.model.tok2vec.encode"
SIX = {f"{EMBED}.encoder.name": "minilm-l6-int8"}
VARIANTS: dict[str, dict[str, Any]] = {
    "as shipped": {},
    "encoder: layer 6": SIX | {f"{EMBED}.encoder.layers": [6]},
    "encoder: layers 2, 4, 6": SIX | {f"{EMBED}.encoder.layers": [2, 4, 6]},
    "encoder: layers 2, 4": SIX | {f"{EMBED}.encoder.layers": [2, 4]},
    "encoder: layers 3, 6": SIX | {f"{EMBED}.encoder.layers": [3, 6]},
    "encoder: layer 2": {f"{EMBED}.encoder.layers": [2]},
    "no known names": {"components.names.lists": []},
    "no hashed features but shape": {f"{EMBED}.lexical.attrs": ["SHAPE"], f"{EMBED}.lexical.rows": [1000]},
    "one window layer": {f"{ENCODE}.depth": 1},
    "three window layers": {f"{ENCODE}.depth": 3},
    "width 96": {f"{ENCODE}.width": 96},
    "dropout 0.3": {"training.dropout": 0.3},
}
METRICS = ("ents_f", "ents_p", "ents_r", *(f"{label.name} F" for label in LEARNED), "minutes")
VECTORS: dict[tuple[str, str], Any] = {}  # by encoder and text, all layers: encoded once for all variants


def write_part(train_on: list[dict[str, Any]], folder: Path) -> None:
    """Write a folder to train on: these documents, and the dev and test split as they are."""
    documents = [*train_on, *read_split(DATA, "dev"), *read_split(DATA, "test")]
    (folder / "part.jsonl").write_text("".join(json.dumps(document) + "\n" for document in documents), "utf8")
    shutil.copyfile(DATA / SPLITS, folder / SPLITS)


def trained(changes: dict[str, Any], seed: int) -> Language:
    """Train one variant."""
    overrides = {**COMMON, **changes, "system.seed": seed}
    config = load_config(Path(__file__).parents[1] / "config.cfg", overrides=overrides, interpolate=True)
    config["training"]["optimizer"]["learn_rate"]["total_steps"] = COMMON["training.max_steps"]
    nlp = init_nlp(config)
    for encoder in encoders(nlp):
        encoder.vectors = Shared(encoder)
    train(nlp, None, stdout=Quiet())
    return nlp


def run(changes: dict[str, Any], seed: int) -> dict[str, float]:
    """Train one variant and score it on the dev split."""
    started = time.perf_counter()
    with use_ops("numpy", use_blis=False):
        nlp = trained(changes, seed)
        scores = nlp.evaluate(list(make_corpus(nlp.config["paths"]["data"], "dev")(nlp)))
    per_type = scores["ents_per_type"] or {}
    return {
        **{key: scores[key] for key in METRICS[:3]},
        **{f"{label.name} F": per_type.get(label.name, {}).get("f", 0.0) for label in LEARNED},
        "minutes": (time.perf_counter() - started) / 60,
    }


class Shared:
    """In place of an encoder's own vectors: the columns of its layers in VECTORS, as float32."""

    def __init__(self, encoder: OnnxEncoder):
        about = encoder.about
        self.name = about["name"]
        layers = list(range(1, about["layers"] + 1))
        self.all_layers = OnnxEncoder(about["name"], layers, encoder.window, encoder.threads)
        numbers = [self.all_layers.outputs.index(name) for name in encoder.outputs]
        self.columns = np.concatenate([np.arange(n * about["width"], (n + 1) * about["width"]) for n in numbers])

    def __call__(self, docs: list[Doc]) -> list[Any]:
        for doc in docs:
            if (self.name, doc.text) not in VECTORS:
                VECTORS[self.name, doc.text] = self.all_layers.encode_doc(doc).astype("float16")
        return [VECTORS[self.name, doc.text][:, self.columns].astype("f") for doc in docs]


class Quiet:
    def write(self, text: str) -> None:
        """spaCy's progress is not wanted."""

    def flush(self) -> None:
        """Nothing is held."""


def table(path: Path) -> None:
    """Print the mean and, for F, the spread of every variant."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf8", newline="") as lines:
        for row in csv.DictReader(lines):
            rows[row["variant"]].append(row)
    print("| variant | F1 | spread | P | R | " + " | ".join(label.name for label in LEARNED) + " | minutes |")
    print("|---|" + "---|" * (5 + len(LEARNED)))
    for variant, made in rows.items():
        mean = {key: statistics.mean(float(row[key]) for row in made) for key in METRICS}
        values = [float(row["ents_f"]) for row in made]
        spread = f"{min(values):.3f}-{max(values):.3f} ({len(values)})"
        figures = [f"{mean[key]:.3f}" for key in METRICS[1:-1]]
        print(f"| {variant} | {mean['ents_f']:.3f} | {spread} | {' | '.join(figures)}", end=" | ")
        print(f"{mean['minutes']:.1f} |")


def main() -> None:
    if sys.argv[1] == "--table":
        table(Path(sys.argv[2]))
        return
    path, wanted = Path(sys.argv[1]), sys.argv[2:] or list(VARIANTS)
    done = set()
    if path.exists():
        with path.open(encoding="utf8", newline="") as lines:
            done = {(row["variant"], row["seed"]) for row in csv.DictReader(lines)}
    for seed in SEEDS:
        for variant in wanted:
            if (variant, str(seed)) not in done:
                row = {"variant": variant, "seed": seed, **run(VARIANTS[variant], seed)}
                with path.open("a", encoding="utf8", newline="") as lines:
                    writer = csv.DictWriter(lines, row)
                    if lines.tell() == 0:
                        writer.writeheader()
                    writer.writerow(row)
                print(variant, seed, f"{row['ents_f']:.4f}", flush=True)


if __name__ == "__main__":
    main()
