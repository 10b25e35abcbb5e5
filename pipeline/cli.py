"""The command `minutes`: options and help. Every command is one call of a plain function."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from pipeline import cli_models, cli_report, cli_review, run
from pipeline.errors import PipelineError, Stopped
from pipeline.labels import LABELS
from pipeline.log import to_screen
from pipeline.readers import SUFFIXES, Limits
from pipeline.schema import ALL
from pipeline.writers import FORMATS

SOME_FAILED = 3  # exit code: the run is complete, but some files could not be read
STOPPED = 130  # exit code: ended by Ctrl-C, as a shell says it
DIFFERENT = 4  # exit code of diff: both runs were read, and they differ
SHOWN_DOCUMENTS = 10  # most changed documents on screen
DEFAULTS = Limits()
SHOWN_UNKNOWN = 5  # skipped files named on screen
PLAIN_EVERY = 10.0  # seconds between lines of progress where there is no terminal

app = typer.Typer(
    help="Turn saved council minutes into annotated documents and tables.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(cli_models.app)
app.add_typer(cli_report.app)
app.add_typer(cli_review.app, name="review")
console = Console(stderr=True, soft_wrap=True)


@app.command()
def annotate(
    paths: Annotated[
        list[str], typer.Argument(help=f"Files, folders or - for standard input. Read are: {' '.join(SUFFIXES)}")
    ],
    out: Annotated[
        Path,
        typer.Option(help="Folder for the results: new, empty, or with a run over the same pages to bring up to date."),
    ],
    format: Annotated[
        list[str] | None,
        typer.Option(help=f"Of the tables, beside Parquet: {' or '.join(FORMATS)}; may be repeated."),
    ] = None,
    html: Annotated[bool, typer.Option("--html", help="Also write one highlighted page per document.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the results of other pages that --out holds.")
    ] = False,
    model: Annotated[
        Path | None, typer.Option(help="Folder of a trained model.", show_default="the shipped one")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that annotate.", show_default="as many as are fastest here")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Let a Dask cluster annotate: the address of its scheduler.")
    ] = None,
    part_documents: Annotated[int, typer.Option(min=1, help="Documents in one file.")] = run.PART_DOCUMENTS,
    max_megabytes: Annotated[int, typer.Option(min=1, help="Larger files are a failure.")] = DEFAULTS.megabytes,
    max_characters: Annotated[int, typer.Option(min=1, help="Longer texts are a failure.")] = DEFAULTS.characters,
    max_pages: Annotated[int, typer.Option(min=1, help="Longer PDFs are a failure.")] = DEFAULTS.pages,
    max_seconds: Annotated[
        float,
        typer.Option(min=0.1, help="Reading a file is stopped after this; annotating it, per 100,000 characters."),
    ] = DEFAULTS.seconds,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show on screen what goes into the log.")] = False,
) -> None:
    """Annotate saved pages: DIR/tables, DIR/annotated, DIR/docs and DIR/run.json.

    The same command again goes on where a run was stopped, or does what has changed since. Ctrl-C stops after the part
    at hand.

    Exit code 0: all done. 3: done, but some files could not be read; they are in the table `failures`.
    1: nothing done, the message says why. 2: wrong options. 130: stopped by Ctrl-C.
    """
    limits = Limits(max_megabytes, max_characters, max_pages, max_seconds)
    if verbose:
        to_screen(console)
    with ProgressLines() as progress:
        report = run.annotate(
            paths,
            out,
            model=model,
            formats=format or (),
            html=html,
            force=force,
            workers=workers,
            scheduler=scheduler,
            part_documents=part_documents,
            limits=limits,
            on_progress=progress.show,
            on_start=progress.say,
        )
    summary(report, out)
    raise typer.Exit(SOME_FAILED if report.failed else 0)


@app.command()
def schema() -> None:
    """Print the tables, their columns and what they mean."""
    for table, columns in ALL.items():
        typer.echo(table)
        for column in columns:
            empty = ", may be empty" if column.optional else ""
            typer.echo(f"  {column.name:<18} {column.type.__name__:<6} {column.definition.rstrip('.')}{empty}.")
        typer.echo()


@app.command()
def labels() -> None:
    """Print the labels and what they mean."""
    for label in LABELS:
        typer.echo(f"{label.name:<11} {'model' if label.kind == 'learned' else 'rules':<6} {label.definition}")


@app.command()
def diff(
    run_a: Annotated[Path, typer.Argument(help="Folder of the earlier run.")],
    run_b: Annotated[Path, typer.Argument(help="Folder of the later run.")],
    out: Annotated[
        Path | None, typer.Option(help="File for every change, .csv or .parquet; one that is there is replaced.")
    ] = None,
) -> None:
    """Compare two runs over the same pages: what was lost, gained, relabelled, moved or given another value.

    Only documents with the same text in both runs are compared; the others are listed.
    Exit code 0: equal. 4: they differ. 1: nothing compared, the message says why. 2: wrong options.
    """
    from pipeline.diff import diff as compare  # loads pandas only here

    made = compare(run_a, run_b, out)
    names = ("A", "B", "same", "changed", "moved", "relabelled", "lost", "gained")
    table = Table("label", *(Column(name, justify="right") for name in names), box=None, pad_edge=False)
    for label, n in made.counts.items():
        relabelled = f"-{n.relabelled_from:,} +{n.relabelled_to:,}" if n.relabelled_from or n.relabelled_to else "0"
        before = [f"{number:,}" for number in (n.in_a, n.in_b, n.same, n.changed, n.moved)]
        table.add_row(label, *before, relabelled, f"{n.lost:,}", f"{n.gained:,}")
    Console(width=120).print(table)  # millions of spans are wider than 80 columns, and rich would cut them
    typer.echo(f"Documents compared: {made.compared:,}")
    for title, documents in (
        ("Only in A", made.only_a),
        ("Only in B", made.only_b),
        ("Not compared, their text differs", made.other_text),
    ):
        if documents:
            more = ", ..." if len(documents) > SHOWN_UNKNOWN else ""
            typer.echo(f"{title}: {len(documents):,} ({', '.join(documents[:SHOWN_UNKNOWN])}{more})")
    if most := made.most_changed(SHOWN_DOCUMENTS):
        typer.echo("Most changes:")
        for doc_id, number in most:
            typer.echo(f"  {number:>6,}  {doc_id}")
    if out:
        typer.echo(f"Changes: {out}")
    raise typer.Exit(0 if made.equal else DIFFERENT)


class ProgressLines:
    """A bar with rate and time left on a terminal, a plain line now and then elsewhere."""

    def __init__(self) -> None:
        self.started = self.shown = time.monotonic()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("files"))
        rate = (TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
        self.bar = Progress(*columns, *rate, console=console, disable=not console.is_terminal)
        self.task = self.bar.add_task("Annotating", total=None, rate="")

    def __enter__(self) -> "ProgressLines":
        self.bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.stop()

    def say(self, how: str) -> None:
        console.print(f"Annotating with {how}.", highlight=False)

    def show(self, progress: run.Progress) -> None:
        now = time.monotonic()
        rate = f"{progress.words / (now - self.started):,.0f} words/s"
        self.bar.update(self.task, completed=progress.files, total=progress.of, rate=rate)
        if self.bar.disable and now - self.shown > PLAIN_EVERY:
            self.shown = now
            console.print(f"{progress.files} of {progress.of} files, {progress.documents} documents, {rate}")


def summary(report: run.Report, out: Path) -> None:
    """What was done, in a few lines."""
    rate = f" ({report.words / max(report.seconds, 0.01):,.0f} words/s)" if not report.reused else ""
    typer.echo(f"{report.documents:,} documents, {report.words:,} words in {report.seconds:.1f} s{rate}")
    if report.reused:
        typer.echo(f"{report.reused:,} documents were taken over from the run before")
    table = Table(box=None, pad_edge=False, show_header=False)
    for label, count in report.spans.items():
        change = count - report.before.get(label, count)
        table.add_row(label, f"{count:,}", f"{change:+,} against the run before" if change else "")
    Console().print(table)
    if report.unknown:
        more = ", ..." if len(report.unknown) > SHOWN_UNKNOWN else ""
        names = ", ".join(report.unknown[:SHOWN_UNKNOWN])
        typer.echo(f"{len(report.unknown)} files skipped, their kind cannot be read: {names}{more}")
    if report.failed:
        empty = f" ({report.empty} of them empty)" if report.empty else ""
        typer.echo(f"{report.failed} could not be read{empty}; the table failures has them all:")
        for line in report.first_failures:
            typer.echo(f"  {line}")
    typer.echo(f"Results: {out}")


def main() -> None:
    """Entry point: errors meant for the user are one line, exit code 1."""
    try:
        app()
    except Stopped as err:
        console.print(str(err), markup=False, highlight=False)
        sys.exit(STOPPED)
    except PipelineError as err:
        console.print(f"Error: {err}", style="red", markup=False, highlight=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
