"""The commands `minutes review ...`: options and help only."""

import datetime
import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from pipeline.review.formats import FORMATS

FOLDER, TRAINING = Path("review"), Path("training_data")
NUMBER = 50
SHOWN = 10  # kinds of problems on screen
DEFAULT_FORMATS = ("html", "xlsx")

app = typer.Typer(
    help="Correct what was found, in the browser, in Excel or in another tool, and make training data of it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Run = Annotated[Path, typer.Argument(help="Folder that minutes annotate wrote to.")]
Folder = Annotated[Path, typer.Argument(help="The review folder.")]
To = Annotated[Path, typer.Option("--to", help="The review folder.")]
Number = Annotated[int, typer.Option("--n", "-n", min=1, help="Documents to choose.")]
Data = Annotated[Path, typer.Option(help="Folder of annotated JSONL with splits.toml.")]
By = Annotated[str | None, typer.Option(help="Who did it.", show_default="your user name")]


def user() -> str:
    """Who is logged in."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError) as err:  # a container need not know its user
        raise typer.BadParameter("say who, since the system does not know your user name", param_hint="--by") from err


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@app.command()
def select(run: Run, number: Number = NUMBER, to: To = FOLDER, data: Data = TRAINING) -> None:
    """Choose the documents of a run that are most worth correcting, and say why: FOLDER/selected.csv.

    Chosen are documents in which the model is unsure, contradicts itself or the lists of known names, or finds labels
    that are rare in the training data, from as many councils or folders as can be. Documents of the training data are
    left out. Delete rows of selected.csv, in Excel for example, before minutes review export.
    """
    from pipeline.review.export import choose  # loads spaCy only here

    choices = choose(run, to, number, data)
    table = Table("", Column("document", overflow="fold"), "why", box=None, pad_edge=False)
    for one in choices:
        table.add_row(str(one.rank), escape(one.doc_id), escape(one.reason))
    Console().print(table)
    typer.echo(f"{len(choices)} documents: {to / 'selected.csv'}")


@app.command()
def export(
    run: Run,
    to: To = FOLDER,
    format: Annotated[
        list[str] | None,
        typer.Option(
            help=f"{', '.join(FORMATS)}; may be repeated.",
            show_default=" and ".join(DEFAULT_FORMATS),
        ),
    ] = None,
    number: Number = NUMBER,
    data: Data = TRAINING,
) -> None:
    """Write the chosen documents for people to correct; without a choice, --n documents are chosen first.

    html: FOLDER/pages/index.html, pages for any browser. xlsx: FOLDER/sheet.xlsx. The others are for the tools of these
    names. Give the command again with another --format to add it: what is there stays as it is.
    """
    from pipeline.review.export import export as write  # loads spaCy only here

    documents, files = write(run, to, format or DEFAULT_FORMATS, number, data, now())
    typer.echo(f"{len(documents)} documents, {sum(len(one['spans']) for one in documents):,} spans to look at")
    for path in files:
        if path.suffix != ".html" or path.name == "index.html":
            typer.echo(f"  {path}")


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Corrected files, of any of the formats.")],
    to: To = FOLDER,
    by: By = None,
    fix: Annotated[bool, typer.Option("--fix", help="Make the repairs that are safe.")] = False,
    most: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Share of spans that may be left out for errors.", show_default="0.1"),
    ] = None,
    annotator: Annotated[
        str, typer.Option(help="Whose work to take of a file that holds several people's.", show_default="the newest")
    ] = "",
    data: Data = TRAINING,
) -> None:
    """Check what was corrected and take it in: FOLDER/reviewed/NAME.jsonl.

    Everything that is wrong is a row of FOLDER/repairs/NAME.csv, with file, place, cause and proposed repair. What is
    wrong and not repaired is left out; if that is more than a few spans, nothing is taken in and the exit code is 1.
    """
    from pipeline.review.imports import import_files  # loads spaCy only here
    from pipeline.review.repairs import THRESHOLD

    by = by or user()
    made = import_files(files, to, by, now(), fix, THRESHOLD if most is None else most, data, annotator)
    kept, added, removed = made.changes
    typer.echo(
        f"{made.documents} documents, {made.spans:,} spans: {kept:,} as predicted, {added:,} new, {removed:,} gone"
    )
    if made.problems:
        typer.echo(f"{len(made.problems)} problems, {made.left_out} spans left out; all are in {made.repairs}:")
        for kind, count in made.kinds[:SHOWN]:
            typer.echo(f"  {count:>5}  {kind}")
    if made.left_out:
        typer.echo(f"Correct what was left out and import again. {made.cure}")
    for why, count in made.unfinished.items():
        typer.echo(f"Left where they are: {count} {why}")
    typer.echo(f"Reviewed by {by} so far: {made.total} documents, {made.reviewed}")


@app.command()
def status(folder: Folder = FOLDER) -> None:
    """Say how far each document is: predicted, reviewed or adjudicated, by whom and when."""
    from pipeline.review.folder import ReviewFolder  # loads spaCy only here

    table = Table(Column("document", overflow="fold"), "state", "by", "when", box=None, pad_edge=False)
    rows = ReviewFolder.open(folder).status()
    for row in rows:
        table.add_row(*(escape(part) for part in row))
    Console().print(table)
    states = [row.state for row in rows]
    typer.echo(", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states)))


@app.command()
def agreement(
    folder: Folder = FOLDER,
    between: Annotated[
        tuple[str, str] | None, typer.Option(help="Whose corrections to compare, if there are more than two people's.")
    ] = None,
) -> None:
    """Compare two people's corrections of the same documents: F1 per label, and every disagreement.

    The disagreements are in FOLDER/disagreements.xlsx. Fill in the column decision, then: minutes review adjudicate.
    """
    from pipeline.review.two import compare  # loads spaCy only here

    found, path = compare(folder, between)
    columns = (Column(name, justify="right") for name in (*found.names, "exact F1", "overlap F1"))
    table = Table("label", *columns, box=None, pad_edge=False)
    for label, exact in found.scores["exact"].items():
        overlap = found.scores["overlap"][label]
        shown = ("-" if value is None else f"{value:.3f}" for value in (exact.f, overlap.f))
        table.add_row(label, str(exact.gold), str(exact.found), *shown)
    Console().print(table)
    typer.echo(f"{found.documents} documents in common, {len(found.disagreements)} disagreements: {path}")


@app.command()
def adjudicate(folder: Folder = FOLDER, by: By = None) -> None:
    """Make one gold of what two people agree on and what was decided in FOLDER/disagreements.xlsx."""
    from pipeline.review.two import decide  # loads spaCy only here

    documents, path = decide(folder, by or user(), now())
    typer.echo(f"{len(documents)} documents: {path}")


@app.command()
def accept(folder: Folder = FOLDER, data: Data = TRAINING) -> None:
    """Put the corrected documents into the training data: DATA/NAME-OF-FOLDER.jsonl.

    Where two people have corrected a document differently, it must be adjudicated first.
    """
    from pipeline.review.folder import ReviewFolder  # loads spaCy only here

    review = ReviewFolder.open(folder)
    path = review.accept(data)
    typer.echo(f"{len(review.accepted(path))} documents: {path}")
    typer.echo("Next: minutes train --out runs/NEW-NAME")
