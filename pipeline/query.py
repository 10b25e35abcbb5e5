"""Questions in SQL to the tables of a run. They read those tables and nothing else, and change nothing."""

import csv
import datetime
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from pipeline.errors import Errors, PipelineError
from pipeline.results import Results, open_results
from pipeline.writers import CREATED, EXCEL_CELL, EXCEL_ROWS, atomic, neutral

if TYPE_CHECKING:
    import duckdb

SUFFIXES = (".csv", ".xlsx", ".parquet")
LOCKED = ("enable_external_access = false", "python_enable_replacements = false", "lock_configuration = true")
BATCH = 10_000  # rows held as Python values at a time
CELL = 300  # characters of a cell on screen
NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "NUMBER")  # in names of types; NUMBER is that of the DB-API


@dataclass(frozen=True)
class Answer:
    """What a question gave, for the screen.

    columns (list[tuple[str, bool]]): Names, and whether they hold numbers. rows (list[list[str]]): Values as texts.
    whole (bool): Whether these are all rows.
    """

    columns: list[tuple[str, bool]]
    rows: list[list[str]]
    whole: bool


def ask(run: Path, sql: str, limit: int) -> Answer:
    """The first rows of the answer to a question.

    run (Path): Folder of a finished run. sql (str): One `select`; each table of the run is a view of its name.
    RAISES (PipelineError): When there is no run or no DuckDB, or the question is not understood.
    """
    with connected(run, sql) as connection:
        found = connection.execute(sql)
        names = [
            (str(name), any(part in str(kind).upper() for part in NUMBERS)) for name, kind, *_ in found.description
        ]
        rows = found.fetchmany(limit + 1)
    return Answer(names, [[shown(value) for value in row] for row in rows[:limit]], len(rows) <= limit)


def save(run: Path, sql: str, path: Path) -> int:
    """Write all rows of the answer to a file. RETURNS (int): How many.

    path (Path): .csv, .xlsx or .parquet; a file that is there is replaced.
    RAISES (PipelineError): As `ask`, and when the file cannot be written.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise PipelineError(Errors.E723.format(path=path, suffixes=" or ".join(SUFFIXES)))
    with connected(run, sql) as connection:
        rows = connection.sql(sql).to_arrow_table()
    if path.suffix.lower() == ".xlsx" and len(rows) > EXCEL_ROWS:
        raise PipelineError(Errors.E724.format(count=len(rows)))
    writers = {".csv": write_csv, ".xlsx": write_xlsx, ".parquet": write_parquet}
    try:
        with atomic(path) as part:
            writers[path.suffix.lower()](rows, part)
    except (OSError, XlsxWriterException) as err:
        raise PipelineError(Errors.E303.format(path=path, cause=getattr(err, "strerror", None) or err)) from err
    return len(rows)


@contextmanager
def connected(run: Path, sql: str) -> Iterator["duckdb.DuckDBPyConnection"]:
    """A database in memory with the tables of a run as views, that can reach no file.

    The tables come through pyarrow, so that DuckDB itself needs no access to files; then its settings are locked.
    RAISES (PipelineError): For whatever DuckDB says, also inside the block.
    """
    try:
        import duckdb
    except ImportError as err:
        raise PipelineError(Errors.E720) from err
    results = open_results(run)
    with duckdb.connect(":memory:") as connection:
        for table in results.tables:
            connection.register(table, results.dataset(table))
        for setting in LOCKED:
            connection.execute(f"set {setting}")
        try:
            check(connection.extract_statements(sql))
            yield connection
        except (duckdb.Error, pa.ArrowException) as err:
            raise misunderstood(err, results) from err


def check(statements: list["duckdb.Statement"]) -> None:
    """RAISES (PipelineError): When it is not one question."""
    kinds = [statement.type.name.lower() for statement in statements]
    if kinds != ["select"]:
        what = f"{len(kinds)} statements" if len(kinds) != 1 else f"a statement of the kind {kinds[0]}"
        raise PipelineError(Errors.E722.format(what=what))


def misunderstood(err: Exception, results: Results) -> PipelineError:
    """What DuckDB says, in one line, without its drawing of the place."""
    said = str(err).partition("\nLINE ")[0]
    problem = " ".join(said.split())
    problem += "" if problem.endswith((".", "!", "?")) else "."
    return PipelineError(Errors.E721.format(problem=problem, tables=", ".join(results.tables)))


def shown(value: Any) -> str:
    """A value on screen: one line, not too long, without characters that a terminal would obey."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    text = " ".join(str(value).split())
    clean = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in ("Cc", "Cf") else char for char in text
    )
    return clean if len(clean) <= CELL else clean[: CELL - 1] + "…"


def write_csv(rows: pa.Table, path: Path) -> None:
    """As the tables of a run: with a byte order mark, without formulas."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([neutral(name) for name in rows.column_names])
        for batch in rows.to_batches(BATCH):
            writer.writerows([neutral(value) for value in row] for row in values(batch))


def write_parquet(rows: pa.Table, path: Path) -> None:
    with path.open("wb") as file:  # a path would be encoded by the locale
        pq.write_table(rows, file)


def write_xlsx(rows: pa.Table, path: Path) -> None:
    """One sheet; texts stay texts."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    book.set_properties({"created": CREATED})
    sheet, bold = book.add_worksheet("query"), book.add_format({"bold": True, "bottom": 1, "bg_color": "#eeeeee"})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    for number, name in enumerate(rows.column_names):
        sheet.write_string(0, number, name, bold)
        sheet.set_column(number, number, max(12, min(60, len(name) + 4)))
    line = 0
    for batch in rows.to_batches(BATCH):
        for row in values(batch):
            line += 1
            for number, value in enumerate(row):
                write_cell(sheet, line, number, value, date)
    sheet.autofilter(0, 0, line, max(0, rows.num_columns - 1))
    book.close()


def write_cell(sheet: Any, line: int, number: int, value: Any, date: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(line, number, value)
    elif isinstance(value, int | float) and abs(value) < 1e15:  # beyond, Excel would round; NaN and inf are texts
        sheet.write_number(line, number, value)
    elif isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        sheet.write_datetime(line, number, value, date)
    elif value is not None:
        sheet.write_string(line, number, str(value)[:EXCEL_CELL])


def values(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    """The rows of a batch; names of columns may be there twice."""
    return zip(*(column.to_pylist() for column in batch.columns), strict=True)
