"""Is a new model better than an old one: both on the same documents, label by label, and on the must-pass cases."""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import jinja2
from markupsafe import Markup
from spacy.tokens import Span

from pipeline.documents import confidence
from pipeline.errors import Errors, PipelineError
from pipeline.keys import find_model
from pipeline.labels import LABELS
from pipeline.nlp import load, model_name
from pipeline.training import bootstrap, must_pass
from pipeline.training.bootstrap import Interval
from pipeline.training.changes import WHATS, Change, changes
from pipeline.training.evaluate import (
    MICRO,
    ROWS,
    Annotated,
    Score,
    annotate,
    check_model,
    counts,
    kind_of,
    score,
    source_of,
)
from pipeline.training.gold import Gold, read_gold
from pipeline.training.must_pass import Case, Outcome
from pipeline.training.page import figure, text_of
from pipeline.training.report import METRICS, SIDE, SPACE, write_csv
from pipeline.writers import STAGE, staged

SPLIT = "test"
COMPARISON = "compare.json"
FILES = ("changes.csv", "compare.html", COMPARISON)
COLUMNS = (
    *("change", "label", "document", "source", "page_kind", "before", "words", "after", "should_be"),
    *("old_error", "old_found", "old_confidence", "new_error", "new_found", "new_confidence", "start", "end"),
)
Verdict = Literal["better", "worse", "no clear difference"]


class Row(NamedTuple):
    """One label, or one of `learned`, `rules` and `all`.

    old, new (Score): Of each model. differences (tuple): New less old, of precision, recall and F, each with its
        interval: (difference, low and high), None where there is nothing to compare.
    verdict (str): By the interval of F: whether all of it lies above or below zero.
    """

    label: str
    old: Score
    new: Score
    differences: tuple[tuple[float | None, Interval | None], ...]
    verdict: Verdict


@dataclass(frozen=True)
class Comparison:
    """What came out.

    old, new (str): Names and digests. gold (Gold): What both were scored against.
    rows (list[Row]): By label, then over all of them.
    must_pass (list[tuple[Outcome, Outcome]]): Of the old and of the new model, case by case.
    changes (list[Change]): What was fixed and what broke.
    speeds (tuple[float, float]): Words per second.
    """

    old: str
    new: str
    gold: Gold
    rows: list[Row]
    must_pass: list[tuple[Outcome, Outcome]]
    changes: list[Change]
    speeds: tuple[float, float]

    @property
    def worse(self) -> list[Row]:
        """The labels that the new model finds clearly less well."""
        return [row for row in self.rows if row.verdict == "worse" and row.label not in MICRO]

    @property
    def better(self) -> list[Row]:
        return [row for row in self.rows if row.verdict == "better" and row.label not in MICRO]

    @property
    def failed(self) -> list[Outcome]:
        """The must-pass cases that the new model fails."""
        return [new for _, new in self.must_pass if not new.passed]

    @property
    def fit(self) -> bool:
        """Whether nothing speaks against the new model."""
        return not self.worse and not self.failed

    @property
    def problems(self) -> list[str]:
        """What speaks against the new model, in a few words each."""
        made = [f"worse on {row.label} (F {figure(row.old.f)} before, {figure(row.new.f)} now)" for row in self.worse]
        return made + [
            f"must-pass case in line {case.line} fails: {case.label} {case.words!r} is to be {case.expect}"
            for case in (one.case for one in self.failed)
        ]

    @property
    def summary(self) -> str:
        """The verdict in a sentence."""
        said = [f"better on {names(self.better)}"] if self.better else []
        said += [f"worse on {names(self.worse)}"] if self.worse else []
        said = said or ["no clear difference on any label"]
        if self.must_pass:
            number = len(self.failed)
            of = len(self.must_pass)
            passes = f"passes all {of} must-pass cases" if of > 1 else "passes the must-pass case"
            said.append(f"fails {number} of {of} must-pass cases" if number else passes)
        return f"The new model: {'; '.join(said)}."


def names(rows: Sequence[Row]) -> str:
    *first, last = (row.label for row in rows)
    return f"{', '.join(first)} and {last}" if first else last


def compare(old: Path | None, new: Path | None, gold: Gold, cases: Sequence[Case] = ()) -> Comparison:
    """Annotate the same documents with both models and see what differs.

    old, new (Path | None): Folders of models or trainings; the model in use if None.
    gold (Gold): Documents; those of the test split are never trained on.
    cases (Sequence[Case]): The must-pass cases.
    RAISES (PipelineError): When a model does not load.
    """
    made: list[Annotated] = []
    results: list[list[Outcome]] = []
    model_names: list[str] = []
    for model in (find_model(old), find_model(new)):
        nlp = load(model)
        check_model(nlp, model)
        made.append(annotate(nlp, gold.documents))
        results.append(must_pass.outcomes(nlp, cases))
        model_names.append(model_name(nlp))
    return Comparison(
        model_names[0],
        model_names[1],
        gold,
        rows(*made),
        list(zip(*results, strict=True)),
        found_changes(*made),
        (made[0].words / max(made[0].seconds, 1e-9), made[1].words / max(made[1].seconds, 1e-9)),
    )


def compare_folders(
    old: Path | None,
    new: Path | None,
    *,
    gold: Path | None = None,
    data: Path | None = None,
    split: str | None = None,
    must_pass_file: Path | None = None,
    out: Path | None = None,
    force: bool = False,
) -> Comparison:
    """`compare`, with what it needs read from files and what it finds written to some.

    gold, data, split: See `pipeline.training.gold.read_gold`; the test split if neither file nor split is given.
    must_pass_file (Path | None): The cases; `must-pass.csv` in the folder of the data if None, which need not be there.
    out (Path | None): Folder for the files; new, empty, or an earlier comparison with `force`. None: write nothing.
    RAISES (PipelineError): When a model, a file or `out` will not do.
    """
    if out:
        check(out, force)
    truth = read_gold(gold, data, split or (None if gold else SPLIT))
    path = must_pass_file or must_pass.path_of(data)
    made = compare(old, new, truth, must_pass.read(path) if must_pass_file or path.is_file() else [])
    if out:
        write(made, out)
    return made


def rows(old: Annotated, new: Annotated) -> list[Row]:
    """Both models' scores, and the intervals of their differences."""
    before, after = score(old.examples, "exact"), score(new.examples, "exact")
    both = ([counts(example, "exact") for example in side.examples] for side in (old, new))
    return [
        to_row(label, before[label], after[label], ranges)
        for label, ranges in zip(ROWS, bootstrap.differences(*both), strict=True)
    ]


def to_row(label: str, old: Score, new: Score, ranges: tuple[Interval | None, ...]) -> Row:
    pairs = [(getattr(old, metric), getattr(new, metric)) for metric in METRICS]
    values = [None if a is None or b is None else b - a for a, b in pairs]
    return Row(label, old, new, tuple(zip(values, ranges, strict=True)), verdict(ranges[-1]))


def verdict(interval: Interval | None) -> Verdict:
    """Clear is what all of the interval says."""
    if interval is not None and interval[0] > 0:
        return "better"
    return "worse" if interval is not None and interval[1] < 0 else "no clear difference"


def found_changes(old: Annotated, new: Annotated) -> list[Change]:
    """Of all documents, what broke first."""
    made = [
        change
        for a, b in zip(old.examples, new.examples, strict=True)
        for change in changes(
            [list(a.reference.spans["exact"]), list(b.reference.spans["exact"])],
            list(a.predicted.spans["exact"]),
            list(b.predicted.spans["exact"]),
            b.predicted,
        )
    ]
    return sorted(made, key=lambda change: WHATS.index(change.what))


def check(out: Path, force: bool) -> None:
    """RAISES (PipelineError): When `out` holds a comparison and `force` is off, or holds something else."""
    if not out.exists():
        return
    held = {path.name for path in out.iterdir()} - {STAGE} if out.is_dir() else {"a file"}
    if held.issuperset(FILES[:-1]) and not force:
        raise PipelineError(Errors.E587.format(out=out))
    if held and not held.issuperset(FILES[:-1]):
        raise PipelineError(Errors.E588.format(out=out))


def write(made: Comparison, out: Path) -> None:
    """Write the three files, all of them or none."""
    held = summarise(made)
    with staged(out, FILES) as folder:
        write_csv(folder / "changes.csv", map(change_row, made.changes), COLUMNS)
        (folder / "compare.html").write_text(to_page(held, made), "utf8")
        (folder / COMPARISON).write_text(json.dumps(held, indent=2, ensure_ascii=False) + "\n", "utf8")


def summarise(made: Comparison) -> dict[str, Any]:
    """What compare.json holds."""
    return {
        "old": made.old,
        "new": made.new,
        "summary": made.summary,
        "fit": made.fit,
        "problems": made.problems,
        "gold": {"path": made.gold.path.as_posix(), "split": made.gold.split, "documents": len(made.gold.documents)},
        "files_sha256": made.gold.files,
        "words_per_second": {"old": round(made.speeds[0]), "new": round(made.speeds[1])},
        "intervals": {"share": bootstrap.SHARE, "resamples": bootstrap.RESAMPLES, "seed": bootstrap.SEED},
        "labels": [flat(row) for row in made.rows],
        "must_pass": [
            {
                "line": new.case.line,
                **{name: getattr(new.case, name) for name in must_pass.COLUMNS},
                "old": {"passed": old.passed, "found": old.found},
                "new": {"passed": new.passed, "found": new.found},
            }
            for old, new in made.must_pass
        ],
        "changes": dict(Counter(change.what for change in made.changes)),
    }


def flat(row: Row) -> dict[str, Any]:
    """A row as it is written; figures to six digits."""

    def short(value: float | None) -> float | None:
        return None if value is None else round(value, 6)

    made: dict[str, Any] = {"label": row.label, "verdict": row.verdict, "support": row.old.gold}
    for metric, (value, interval) in zip(METRICS, row.differences, strict=True):
        low, high = interval or (None, None)
        made |= {f"{metric}_old": short(getattr(row.old, metric)), f"{metric}_new": short(getattr(row.new, metric))}
        made |= {f"{metric}_change": short(value), f"{metric}_low": short(low), f"{metric}_high": short(high)}
    return made


def change_row(change: Change) -> dict[str, Any]:
    """A row of changes.csv."""
    (start, end), text = change.bounds, change.doc.text
    row = {
        "change": change.what,
        "label": change.label,
        "document": change.doc._.id,
        "source": source_of(change.doc),
        "page_kind": kind_of(change.doc),
        "before": SPACE.sub(" ", text[max(0, start - SIDE) : start]),
        "words": SPACE.sub(" ", text[start:end]),
        "after": SPACE.sub(" ", text[end : end + SIDE]),
        "should_be": shown(change.gold),
        "start": start,
        "end": end,
    }
    for name, mistake in (("old", change.old), ("new", change.new)):
        found = mistake.found if mistake else change.gold  # a model that is right has found what is in gold
        row[f"{name}_error"] = mistake.kind if mistake else ""
        row[f"{name}_found"] = shown(found)
        row[f"{name}_confidence"] = confidence(found) if mistake and found is not None else None
    return row


def shown(span: Span | None) -> str:
    """`PLACE Kent`; empty for no span."""
    return "" if span is None else f"{span.label_} {SPACE.sub(' ', span.text)}"


def to_page(held: dict[str, Any], made: Comparison) -> str:
    """compare.html; `held` is what compare.json holds."""
    script = text_of("compare.js")
    widest = max((abs(row[f"f_{side}"] or 0) for row in held["labels"] for side in ("low", "high")), default=0)
    return template().render(
        held=held,
        micro=list(MICRO),
        labels=LABELS,
        changes=list(page_changes(made)),
        whats={what: what.replace(" ", "-") for what in WHATS},
        scale=max(widest, 0.01),
        script=Markup(script),
        # Only this script may run, so that nothing a text smuggles in could.
        script_hash=base64.b64encode(hashlib.sha256(script.encode("utf8")).digest()).decode("ascii"),
    )


def page_changes(made: Comparison) -> Iterator[dict[str, Any]]:
    """The rows of changes.csv with every label that they name, for the filter."""
    for change in made.changes:
        row = change_row(change)
        named = {row[name].split(" ")[0] for name in ("should_be", "old_found", "new_found") if row[name]}
        yield row | {"labels": " ".join(sorted(named | {change.label}))}


@cache
def template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters["figure"] = figure
    return environment.from_string(text_of("compare.html"))
