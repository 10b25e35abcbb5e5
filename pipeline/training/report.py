"""Evaluate a model and write what came out: scores.json, scores.csv, errors.csv and report.html."""

import csv
import json
import platform
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Span
from spacy.training import Example

from pipeline.documents import confidence
from pipeline.errors import Errors, PipelineError
from pipeline.nlp import load, model_name
from pipeline.training import bootstrap
from pipeline.training.evaluate import (
    BY_SURFACE,
    VIEWS,
    Annotated,
    Row,
    Score,
    annotate,
    check_model,
    kind_of,
    rows,
    score,
    source_of,
)
from pipeline.training.gold import Gold, read_gold
from pipeline.training.page import to_page
from pipeline.training.pairs import KINDS, Mistake, mistakes
from pipeline.training.reliability import Reliability, reliability
from pipeline.writers import STAGE, neutral, staged

SCORES = "scores.json"
FILES = ("errors.csv", "report.html", "scores.csv", SCORES)
VERSIONS = ("minutes-pipeline", "spacy", "numpy", "onnxruntime", "tokenizers")
METRICS = ("precision", "recall", "f")
SIDE = 60  # characters of context on either side of an error
SPACE = re.compile(r"\s")
SCORE_COLUMNS = (
    *("label", "view", "group", "documents"),
    *(f"{metric}{part}" for metric in METRICS for part in ("", "_low", "_high")),
    *("support", "found"),
)
ERROR_COLUMNS = (
    *("document", "source", "page_kind", "error", "label_gold", "text_gold", "start_gold", "end_gold"),
    *("label_predicted", "text_predicted", "start_predicted", "end_predicted"),
    *("before", "after", "confidence", "rule"),
)


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation found.

    model (str): Name and digest.
    command (str): The command that does the same again.
    gold (Gold): What was scored against.
    annotated (Annotated): Gold and predicted spans; words and seconds.
    scores (dict[str, Score]): Exact, per label and for `learned`, `rules` and `all`.
    """

    model: str
    command: str
    gold: Gold
    annotated: Annotated
    scores: dict[str, Score]


def evaluate(
    model: Path | None = None,
    *,
    gold: Path | None = None,
    data: Path | None = None,
    split: str | None = None,
    out: Path | None = None,
    force: bool = False,
) -> Evaluation:
    """Score a model and the rules against one annotated file, or a split of a folder.

    model (Path | None): Folder of a trained model; the shipped one if None.
    gold, data, split: See `pipeline.training.gold.read_gold`.
    out (Path | None): Folder for the files; new, empty, or an earlier evaluation with `force`. None: write nothing.
    RAISES (PipelineError): When the model, the documents or `out` will not do.
    """
    if out:
        check(out, force)
    truth = read_gold(gold, data, split)
    nlp = load(model)
    check_model(nlp, model or nlp.meta["name"])
    annotated = annotate(nlp, truth.documents, truth.seen)
    given = (("model", model), ("gold", gold), ("data", data), ("split", truth.split or None), ("out", out))
    options = [part for name, value in given if value is not None for part in (f"--{name}", str(value))]
    command = shlex.join(["minutes", "evaluate", *options])
    made = Evaluation(model_name(nlp), command, truth, annotated, score(annotated.examples, "exact"))
    if out:
        write(made, out, nlp)
    return made


def check(out: Path, force: bool) -> None:
    """RAISES (PipelineError): When `out` holds an evaluation and `force` is off, or holds something else.

    Without scores.json it is one whose replacement broke off, such as where Excel had a file open.
    """
    if not out.exists():
        return
    if not out.is_dir():
        raise PipelineError(Errors.E307.format(out=out))
    names = {path.name for path in out.iterdir()} - {STAGE}
    if names.issuperset(FILES[:-1]):
        if not force:
            raise PipelineError(Errors.E306.format(out=out))
    elif names:
        raise PipelineError(Errors.E307.format(out=out))


def write(made: Evaluation, out: Path, nlp: Language) -> None:
    """Score every view and write the four files, all of them or none."""
    examples = made.annotated.examples
    found = [
        mistakes(list(example.reference.spans["exact"]), list(example.predicted.spans["exact"])) for example in examples
    ]
    table, trust = rows(examples), reliability(examples)
    summary = summarise(made, nlp, table, found, trust)
    with staged(out, FILES) as folder:
        (folder / SCORES).write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", "utf8")
        write_csv(folder / "scores.csv", summary["scores"], SCORE_COLUMNS)
        write_csv(folder / "errors.csv", error_rows(examples, found), ERROR_COLUMNS)
        (folder / "report.html").write_text(to_page(summary, examples, found), "utf8")


def summarise(
    made: Evaluation, nlp: Language, table: list[Row], found: list[list[Mistake]], trust: Reliability | None
) -> dict[str, Any]:
    """What scores.json holds."""
    words, seconds = made.annotated.words, made.annotated.seconds
    counts = Counter(
        (mistake.kind, span.label_) for one in found for mistake in one if (span := mistake.gold or mistake.found)
    )
    return {
        "command": made.command,
        "model": {"name": nlp.meta["name"], "digest": nlp.meta["version"], "parts": nlp.pipe_names},
        "gold": {"path": made.gold.path.as_posix(), "split": made.gold.split},
        "files_sha256": made.gold.files,
        "documents": len(made.gold.documents),
        "speed": {"words": words, "seconds": round(seconds, 3), "words_per_second": round(words / max(seconds, 1e-9))},
        "views": {view: VIEWS[view] for view in VIEWS if made.gold.seen is not None or view not in BY_SURFACE},
        "intervals": {
            "share": bootstrap.SHARE,
            "resamples": bootstrap.RESAMPLES,
            "seed": bootstrap.SEED,
            "resampled": "documents",
        },
        "scores": [flat(row) for row in table],
        "errors": [
            {"kind": kind, "label": label, "count": counts[kind, label]}
            for kind in KINDS
            for label in made.scores
            if counts[kind, label]
        ],
        "reliability": asdict(trust) if trust else None,
        "versions": {"python": platform.python_version()} | {name: version(name) for name in VERSIONS},
    }


def flat(row: Row) -> dict[str, Any]:
    """A row of the scores as it is written; figures to six digits."""
    made: dict[str, Any] = {"label": row.label, "view": row.view, "group": row.group, "documents": row.documents}
    for metric, interval in zip(METRICS, row.intervals, strict=True):
        low, high = interval or (None, None)
        for name, value in ((metric, getattr(row.score, metric)), (f"{metric}_low", low), (f"{metric}_high", high)):
            made[name] = None if value is None else round(value, 6)
    return made | {"support": row.score.gold, "found": row.score.found}


def error_rows(examples: list[Example], found: list[list[Mistake]]) -> Iterator[dict[str, Any]]:
    """The rows of errors.csv, by document and place."""
    for example, of_document in zip(examples, found, strict=True):
        doc, text = example.predicted, example.predicted.text
        for mistake in of_document:
            start, end = mistake.bounds
            mine = mistake.found
            yield {
                "document": doc._.id,
                "source": source_of(doc),
                "page_kind": kind_of(doc),
                "error": mistake.kind,
                **side("gold", mistake.gold),
                **side("predicted", mine),
                "before": SPACE.sub(" ", text[max(0, start - SIDE) : start]),
                "after": SPACE.sub(" ", text[end : end + SIDE]),
                "confidence": confidence(mine) if mine is not None else None,
                "rule": mine.id_ if mine is not None else "",
            }


def side(name: str, span: Span | None) -> dict[str, Any]:
    """The columns of the gold or the predicted span; empty where there is none."""
    columns = ("label", "text", "start", "end")
    values = (None,) * 4 if span is None else (span.label_, span.text, span.start_char, span.end_char)
    return {f"{column}_{name}": value for column, value in zip(columns, values, strict=True)}


def write_csv(path: Path, made: Iterable[dict[str, Any]], columns: tuple[str, ...]) -> None:
    """UTF-8 with a byte order mark, as the tables of a run; formulas are neutralised."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows({name: neutral(value) for name, value in row.items()} for row in made)
