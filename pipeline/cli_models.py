"""The commands that make, judge and change models: options and help only."""

import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

TRAINING, RUNS = Path("training_data"), Path("runs")
WORSE = 4  # exit code of compare: the new model is worse on a label, or fails a must-pass case
LEARNED_AND_ALL = ("ROLE", "PLACE", "PROVIDER", "STRATEGY", "learned", "all")

app = typer.Typer(rich_markup_mode=None)
errors = Console(stderr=True, soft_wrap=True)
Data = Annotated[Path, typer.Option(help="Folder of annotated JSONL with splits.toml.")]
MustPass = Annotated[
    Path | None, typer.Option(help="Table of must-pass cases.", show_default="must-pass.csv in that folder")
]


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def figure(value: float | None, form: str = ".3f") -> str:
    return "-" if value is None else f"{value:{form}}"


@app.command()
def train(
    out: Annotated[
        Path | None, typer.Option(help="New folder; the model is in its subfolder model-best.", show_default=False)
    ] = None,
    data: Data = TRAINING,
    config: Annotated[
        Path | None, typer.Option(help="Training settings.", show_default="the shipped config.cfg")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="For another draw.", show_default="as in the settings")] = None,
    curve: Annotated[
        bool, typer.Option("--curve", help="Make no model, but tell whether more documents would help.")
    ] = False,
) -> None:
    """Train a model on annotated documents, all old and new ones together; --out is needed.

    It stops by itself when the dev split gets no better. OUT/run.json says what went in and what came out. With
    --curve, short trainings on a quarter, a half, three quarters and all of the documents tell for which label more
    would help.
    """
    if curve and out is not None:
        raise typer.BadParameter("makes no model: leave it out, or leave out --curve", param_hint="--out")
    if curve:
        show_curve(data, config, seed)
        return
    if out is None:
        raise typer.BadParameter("give a new folder, such as runs/mine", param_hint="--out")
    from pipeline.training.progress import Screen, why_ended  # loads the training part of spaCy only here
    from pipeline.training.train import train as train_model

    with Screen(errors) as screen:
        made = train_model(data, out, config, seed=seed, clock=now, on_progress=screen.show)
    typer.echo(why_ended(made.record["training"]))
    table = Table("label", *(Column(name, justify="right") for name in ("P", "R", "F")), box=None, pad_edge=False)
    for label, scores in made.record["scores"]["exact"].items():
        table.add_row(label, *(figure(scores[part]) for part in ("precision", "recall", "f")))
    Console().print(table)
    typer.echo(f"Model: {made.model}")
    typer.echo(f"Next: minutes compare {out}")


def show_curve(data: Path, config: Path | None, seed: int | None) -> None:
    """The learning curve on screen."""
    from pipeline.training.curve import Outlook, curve, line, table  # loads the training part of spaCy only here

    with errors.status("reading") as status:

        def show(outlook: Outlook) -> None:
            status.update(line(outlook))
            if outlook.state.scored and not errors.is_terminal:
                errors.print(line(outlook), highlight=False)

        made = curve(data, seeds=(1 if seed is None else seed,), config=config, on_progress=show)
    head, *rows = table(made)
    shown = Table(*(Column(name, justify="right") for name in head), box=None, pad_edge=False)
    for row in rows:
        shown.add_row(*row)
    Console().print(shown)
    for sentence in made.sentences:
        typer.echo(sentence)


@app.command()
def evaluate(
    model: Annotated[
        Path | None, typer.Option(help="Folder of a trained model.", show_default="the shipped one")
    ] = None,
    gold: Annotated[Path | None, typer.Option(help="One file of annotated JSONL to score against.")] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of annotated JSONL with splits.toml.", show_default="training_data"),
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="What to score of the folder: train, dev or test.", show_default="dev")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for all scores, the errors and a page that shows them.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the evaluation that --out holds.")] = False,
) -> None:
    """Score a model and the rules against annotated documents: exact spans, per label.

    With --out also DIR/scores.json, scores.csv, errors.csv and report.html: more views, intervals, every error.
    """
    from pipeline.training import report  # loads the training part of spaCy only here

    made = report.evaluate(model, gold=gold, data=data, split=split, out=out, force=force)
    table = Table(
        "label", *(Column(name, justify="right") for name in ("P", "R", "F", "gold", "found")), box=None, pad_edge=False
    )
    for label, scores in made.scores.items():
        table.add_row(label, *("-" if value is None else f"{value:.3f}" for value in scores[:3]), *map(str, scores[3:]))
    Console().print(table)
    words, seconds = made.annotated.words, made.annotated.seconds
    rate = words / max(seconds, 0.01)
    typer.echo(f"{len(made.gold.documents):,} documents, {words:,} words in {seconds:.1f} s ({rate:,.0f} words/s)")
    if out:
        typer.echo(f"Results: {out}")


@app.command()
def compare(
    trainings: Annotated[
        list[Path],
        typer.Argument(
            metavar="[OLD] NEW", help="Trainings or models; the model in use is the old one if none is given."
        ),
    ],
    gold: Annotated[Path | None, typer.Option(help="One file of annotated JSONL to score against.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="Folder of annotated JSONL with splits.toml.", show_default="training_data")
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="What to score of the folder: train, dev or test.", show_default="test")
    ] = None,
    must_pass: MustPass = None,
    out: Annotated[Path | None, typer.Option(help="Folder for compare.html, changes.csv and compare.json.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the comparison that --out holds.")] = False,
) -> None:
    """Tell whether a new model is better than an old one: both annotate the same documents.

    Per label: F1 of both, and the difference with its 95 % interval over the documents. The must-pass cases are
    sentences in which something must always, or never, be found.

    Exit code 0: nothing speaks against the new model. 4: it is clearly worse on a label or fails a must-pass case.
    1: nothing compared, the message says why. 2: wrong options.
    """
    from pipeline.training.compare import compare_folders  # loads spaCy only here

    if len(trainings) > 2:
        raise typer.BadParameter("give the old and the new one, or the new one alone", param_hint="[OLD] NEW")
    first, second = (None, *trainings)[-2:]
    made = compare_folders(
        first, second, gold=gold, data=data, split=split, must_pass_file=must_pass, out=out, force=force
    )
    typer.echo(f"{made.old} -> {made.new}")
    columns = ("old F", "new F", "difference", "95 % interval")
    table = Table("label", *(Column(name, justify="right") for name in columns), "", box=None, pad_edge=False)
    for row in made.rows:
        value, interval = row.differences[-1]
        between = f"{interval[0]:+.3f} to {interval[1]:+.3f}" if interval else "-"
        table.add_row(row.label, figure(row.old.f), figure(row.new.f), figure(value, "+.3f"), between, row.verdict)
    Console().print(table)
    for case in made.failed:
        typer.echo(f"must-pass case in line {case.case.line} fails: {case.case.text}")
    typer.echo(made.summary)
    if out:
        typer.echo(f"Results: {out}")
    raise typer.Exit(0 if made.fit else WORSE)


@app.command()
def promote(
    run: Annotated[Path, typer.Argument(help="Folder of a training, such as runs/mine; default is the shipped model.")],
    reason: Annotated[str, typer.Option(help="Why, for the record; needed with --force.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Put it to use whatever speaks against it.")] = False,
    data: Annotated[
        Path | None, typer.Option(help="Folder of annotated JSONL with splits.toml.", show_default="training_data")
    ] = None,
    must_pass: MustPass = None,
) -> None:
    """Put a model to use: minutes annotate takes it from now on.

    Refused (exit code 1) if it is clearly worse than the model in use on any label of the test split, or fails a
    must-pass case. minutes rollback takes it back.
    """
    from pipeline.training import registry  # loads spaCy only here

    step, made = registry.promote(run, at=now(), reason=reason, force=force, data=data, must_pass_file=must_pass)
    typer.echo(made.summary)
    if step.forced:
        typer.echo(f"Forced, against: {'; '.join(step.problems)}")
    typer.echo(f"In use now: {step.after} ({step.digest}); before: {step.before}")


@app.command()
def rollback(reason: Annotated[str, typer.Option(help="Why, for the record.")] = "") -> None:
    """Go back to the model that was in use before; again, to the one before that."""
    from pipeline.training import registry  # loads spaCy only here

    step = registry.rollback(at=now(), reason=reason)
    for name in step.skipped:
        typer.echo(f"Passed over, it is gone: {name}")
    typer.echo(f"In use now: {step.after} ({step.digest}); before: {step.before}")


@app.command()
def models(
    runs: Annotated[Path, typer.Argument(help="Folder that holds the trainings.")] = RUNS,
) -> None:
    """List the models, with state and scores.

    F1 is of the dev split; then documents trained on, how many of them people have corrected, and the day.
    """
    from pipeline.training import registry  # loads spaCy only here

    table = Table("model", "state", *LEARNED_AND_ALL, "documents", "corrected", "trained", box=None, pad_edge=False)
    for one in registry.models(runs):
        scores = (figure(one.f.get(label)) for label in LEARNED_AND_ALL)
        counts = ("-" if number is None else f"{number:,}" for number in (one.documents, one.reviewed))
        table.add_row(escape(one.name), one.state, *scores, *counts, one.ended[:10])
        if one.problem:
            table.add_row("", escape(one.problem))
    Console(width=140).print(table)
