"""What each part of the recogniser adds: short trainings, scored on the dev split, three seeds each.

python benchmarks/experiments.py OUT.csv [NAME ...]

Every variant is config.cfg with a few settings changed and 400 steps of 1,500 words; the shipped model is trained
longer, so the figures compare variants with one another and with nothing else. Rows are appended to OUT.csv as they are
made, and what it holds already is not run again. Variants with layers above the third need one of six:
python -m pipeline.training.export_encoder WEIGHTS 6 models/encoders/minilm-l6-int8

With --table before OUT.csv, prints the table of means.
"""

import csv
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from spacy.language import Language
from thinc.api import use_ops

from pipeline.labels import LEARNED
from pipeline.training import short
from pipeline.training.corpus import make_corpus

DATA = Path(__file__).parents[1] / "training_data"
SEEDS = (1, 2, 3)
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
VECTORS: short.Vectors = {}  # encoded once for all variants


def trained(changes: dict[str, Any], seed: int) -> Language:
    """Train one variant."""
    return short.trained(DATA, VECTORS, changes=changes, seed=seed)


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
