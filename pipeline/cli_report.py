"""The commands that show a run: options and help only."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

ROWS = 100  # shown on screen, by default

app = typer.Typer(rich_markup_mode=None)
Run = Annotated[Path, typer.Argument(help="Folder of a run: what minutes annotate --out wrote.")]


@app.command()
def report(
    run: Run,
    out: Annotated[
        Path | None,
        typer.Option(help="The page; one that is there is replaced.", show_default="report.html in the run's folder"),
    ] = None,
) -> None:
    """Write a run as one page for the browser: charts, tables, the strategies over time, every document.

    It needs no network and no server: send the file to whom you like, a double click opens it.
    """
    from pipeline.report import write  # loads pyarrow only here

    path = write(run, out)
    typer.echo(f"Report: {path} ({path.stat().st_size / 1e6:.1f} MB)")


@app.command()
def query(
    run: Run,
    sql: Annotated[
        str, typer.Argument(help='The question: "select ... from ..."; each table of the run is one there.')
    ],
    to: Annotated[
        Path | None, typer.Option(help="File for all rows, .csv, .xlsx or .parquet; one that is there is replaced.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="Rows on screen.")] = ROWS,
) -> None:
    """Ask the tables of a run in SQL (DuckDB).

    Nothing is changed: the question can read the tables of this run and no other file. docs/queries.md has ten.
    """
    from pipeline import query as queries  # loads pyarrow only here

    if to:
        typer.echo(f"Rows: {queries.save(run, sql, to):,}, in {to}")
        return
    found = queries.ask(run, sql, rows)
    table = Table(
        *(Column(Text(name), justify="right" if right else "left") for name, right in found.columns), box=None
    )
    for row in found.rows:
        table.add_row(*(Text(value) for value in row))
    Console().print(table)
    more = "" if found.whole else "; there are more: --rows shows them, --to FILE.csv saves all"
    typer.echo(f"{len(found.rows):,} row{'' if len(found.rows) == 1 else 's'}{more}")
