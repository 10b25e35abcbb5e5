"""Write the model card, models/README.md, from evaluations of the shipped model.

python -m pipeline.training.card --test DIR --dev DIR [--gold DIR] [--data FOLDER] [--out FILE]

Each DIR is the folder of a `minutes evaluate --out DIR`: of the test split, the dev split, and of other gold (real
pages). What is written by hand stands in pipeline/templates/card.md; benchmarks/experiments.md,
benchmarks/learning-curve.md and benchmarks/links.md are taken in where they are there.
"""

import argparse
import json
import shlex
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
from spacy.util import load_config

from pipeline.errors import Errors, PipelineError
from pipeline.labels import LEARNED, RULES
from pipeline.nlp import digest
from pipeline.paths import PACKAGE, resource
from pipeline.training.corpus import SPLIT_NAMES, read_split
from pipeline.training.evaluate import VIEWS
from pipeline.training.page import figure, text_of
from pipeline.training.pairs import KINDS
from pipeline.training.report import SCORES
from pipeline.writers import atomic

CARD = Path("models/README.md")
BENCHMARKS = PACKAGE.parent / "benchmarks"
ENCODER_LAYER = "minutes.Encoder.v1"


def write(runs: dict[str, Path], data: Path, out: Path, models: Path, benchmarks: Path = BENCHMARKS) -> None:
    """Write the card.

    runs (dict[str, Path]): Folders of evaluations: `test`, `dev` and, if there is one, `gold`.
    data (Path): The training data, to be counted.
    out (Path): The card.
    models (Path): Folder with `default/` and `encoders/`.
    benchmarks (Path): Folder with `experiments.md`, `learning-curve.md` and `links.md`, if there are any.
    RAISES (PipelineError): When a folder holds no scores, or those of another model than `models/default`.
    """
    shipped = digest(models / "default")
    scores = {name: read_scores(folder, shipped) for name, folder in runs.items()}
    config = load_config(models / "default" / "config.cfg")
    encoder = encoder_of(config, models / "encoders")
    options = [part for name, folder in runs.items() for part in (f"--{name}", str(folder))]
    text = template().render(
        digest=shipped,
        runs=scores,
        figures={name: figures(run) for name, run in scores.items()},
        learned=[*(label.name for label in LEARNED), "learned"],
        rules=[*(label.name for label in RULES), "rules", "all"],
        sources=by_source(scores["test"]),
        errors=error_counts(scores["test"]),
        kinds=KINDS,
        views=VIEWS,
        splits={split: data_counts(data, split) for split in SPLIT_NAMES},
        parts={name: part["factory"] for name, part in config["components"].items() if "factory" in part},
        encoder=encoder,
        megabytes={
            "model": megabytes(models / "default"),
            "encoder": megabytes(models / "encoders" / encoder["name"]) if encoder else 0.0,
        },
        experiments=part_of(benchmarks / "experiments.md"),
        links=part_of(benchmarks / "links.md"),
        curve=part_of(benchmarks / "learning-curve.md"),
        command=shlex.join(["python", "-m", "pipeline.training.card", *options]),
    )
    with atomic(out) as path:
        path.write_text(text, "utf8")


def read_scores(folder: Path, shipped: str) -> dict[str, Any]:
    """What an evaluation wrote, if it is one of the shipped model."""
    try:
        scores: dict[str, Any] = json.loads((folder / SCORES).read_text("utf8"))
        found = scores["model"]["digest"]
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise PipelineError(Errors.E411.format(path=folder, problem=err)) from err
    if found != shipped:
        raise PipelineError(Errors.E412.format(path=folder, found=found, wanted=shipped))
    return scores


def figures(scores: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows by label and view, without those of groups."""
    return {(row["label"], row["view"]): row for row in scores["scores"] if not row["group"]}


def by_source(scores: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """The rows of each source, by label."""
    found: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in scores["scores"]:
        if row["view"] == "source":
            found[row["group"]][row["label"]] = row
    return dict(found)


def error_counts(scores: dict[str, Any]) -> Counter[tuple[str, str]]:
    """Errors by label and kind."""
    return Counter({(row["label"], row["kind"]): row["count"] for row in scores["errors"]})


def data_counts(folder: Path, split: str) -> dict[str, int]:
    """Documents, words and, by label, spans."""
    documents = read_split(folder, split)
    labels = Counter(span["label"] for document in documents for span in document["spans"])
    return {"documents": len(documents), "words": sum(len(document["text"].split()) for document in documents)} | labels


def encoder_of(config: Any, folder: Path) -> dict[str, Any]:
    """The encoder.json of the encoder that a config names; empty if it names none."""
    name = next(encoder_names(config), "")
    about: dict[str, Any] = json.loads((folder / name / "encoder.json").read_text("utf8")) if name else {}
    return about


def encoder_names(config: Any) -> Iterator[str]:
    """The names of the encoders anywhere in a config."""
    if isinstance(config, dict):
        if config.get("@architectures") == ENCODER_LAYER:
            yield config["name"]
        for part in config.values():
            yield from encoder_names(part)


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def part_of(path: Path) -> str:
    """A file to be taken in under a heading of the card, without its own; empty if it is not there."""
    text = path.read_text("utf8") if path.is_file() else ""
    return "\n".join(text.splitlines()[1:] if text.startswith("# ") else text.splitlines()).strip()


def template() -> jinja2.Template:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    environment.filters["figure"] = figure
    return environment.from_string(text_of("card.md"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("test", "dev", "gold"):
        parser.add_argument(f"--{name}", type=Path, metavar="DIR", required=name != "gold")
    parser.add_argument("--data", type=Path, metavar="FOLDER", default=Path("training_data"))
    parser.add_argument("--out", type=Path, metavar="FILE", default=CARD)
    options = parser.parse_args()
    runs = {name: folder for name in ("test", "dev", "gold") if (folder := getattr(options, name))}
    try:
        write(runs, options.data, options.out, resource("models"))
    except PipelineError as err:
        sys.exit(f"Error: {err}")


if __name__ == "__main__":
    main()
