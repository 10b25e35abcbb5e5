"""What each part of the recogniser adds: short trainings, scored on the dev split, three seeds each.

python benchmarks/experiments.py OUT.csv [NAME ...]

Every variant is config.cfg with a few settings changed and 400 steps of 1,500 words; the shipped model is trained
longer, so the figures compare variants with one another and with nothing else. Rows are appended to OUT.csv as they are
made, and what it holds already is not run again. With --table before OUT.csv, prints the table of means.
"""

import csv
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import load_config
from thinc.api import use_ops

from pipeline.labels import LEARNED
from pipeline.nlp import encoders

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
VARIANTS: dict[str, dict[str, Any]] = {
    "as shipped": {},
    "encoder: 6 layers (3, 6)": {f"{EMBED}.encoder.name": "minilm-l6-int8", f"{EMBED}.encoder.layers": [3, 6]},
    "encoder: 4 layers (4)": {f"{EMBED}.encoder.layers": [4]},
    "encoder: 3 layers (1, 3)": {f"{EMBED}.encoder.layers": [1, 3]},
    "encoder: 2 layers (2)": {f"{EMBED}.encoder.layers": [2]},
    "encoder: 3 layers (2, 3), fine-tuned": {
        f"{EMBED}.encoder.name": "minilm-l3-tuned-int8",
        f"{EMBED}.encoder.layers": [2, 3],
    },
    "no known names": {"components.names.lists": []},
    "names swapped in a second copy": {"corpora.train.swapped": 0.5},
    "one window layer": {f"{ENCODE}.depth": 1},
    "no window layer": {f"{ENCODE}.depth": 0},
    "width 96": {f"{ENCODE}.width": 96},
    "dropout 0.4 of the encoder": {f"{EMBED}.dropout": 0.4},
    "no hashed features but shape": {f"{EMBED}.lexical.attrs": ["SHAPE"], f"{EMBED}.lexical.rows": [1000]},
}
METRICS = ("ents_f", "ents_p", "ents_r", *(f"{label.name} F" for label in LEARNED), "minutes", "words_per_s")
VECTORS: dict[tuple[str, ...], dict[str, Any]] = {}  # one encoding of the corpus for all variants that share it


def run(changes: dict[str, Any], seed: int) -> dict[str, float]:
    """Train one variant and score it on the dev split."""
    overrides = {**COMMON, **changes, "system.seed": seed}
    config = load_config(Path(__file__).parents[1] / "config.cfg", overrides=overrides, interpolate=True)
    config["training"]["optimizer"]["learn_rate"]["total_steps"] = COMMON["training.max_steps"]
    started = time.perf_counter()
    with use_ops("numpy", use_blis=False):
        nlp = init_nlp(config)
        for encoder in encoders(nlp):
            encoder.kept = VECTORS.setdefault((encoder.about["name"], *encoder.outputs), {})
        train(nlp, None, stdout=Quiet())
        scores = nlp.evaluate(list(init_corpus(nlp)))
    per_type = scores["ents_per_type"] or {}
    return {
        **{key: scores[key] for key in METRICS[:3]},
        **{f"{label.name} F": per_type.get(label.name, {}).get("f", 0.0) for label in LEARNED},
        "minutes": (time.perf_counter() - started) / 60,
        "words_per_s": scores["speed"],
    }


def init_corpus(nlp: Any) -> Any:
    """The dev split as examples."""
    from pipeline.training.corpus import make_corpus

    return make_corpus(nlp.config["paths"]["data"], "dev")(nlp)


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
    print("| variant | F1 | spread | P | R | " + " | ".join(label.name for label in LEARNED) + " | minutes | words/s |")
    print("|---|" + "---|" * (6 + len(LEARNED)))
    for variant, made in rows.items():
        mean = {key: statistics.mean(float(row[key]) for row in made) for key in METRICS}
        values = [float(row["ents_f"]) for row in made]
        spread = f"{min(values):.3f}-{max(values):.3f} ({len(values)})"
        figures = [f"{mean[key]:.3f}" for key in METRICS[1:-2]]
        print(f"| {variant} | {mean['ents_f']:.3f} | {spread} | {' | '.join(figures)}", end=" | ")
        print(f"{mean['minutes']:.1f} | {mean['words_per_s']:,.0f} |")


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
