"""Tables to CSV files or one Excel workbook. No file shows up half-written."""

import csv
import datetime
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from pipeline.errors import Errors, PipelineError
from pipeline.schema import ALL

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # OWASP, "CSV Injection"
EXCEL_CELL = 32_767  # characters; Excel's own limit
EXCEL_ROWS = 1_048_575  # below the header; Excel's own limit
WIDTHS = {"sentence": 60, "body": 40, "text": 40, "item_title": 40, "title": 40, "doc_id": 30, "source": 30}
WIDTHS |= {"cause": 60, "next_step": 60}
CREATED = datetime.datetime(2000, 1, 1)  # no clock: the same rows make the same file
STAGE = ".unfinished"


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place when the block ends well, and is removed when it does not.

    RAISES (OSError): With `path` as the file's name, also where the system gives none: a full disk.
    """
    part = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())  # else a power cut can leave the new name on an empty file
        part.replace(path)
    except OSError as err:
        err.filename = err.filename or str(path)
        raise
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def staged(out: Path, names: Sequence[str]) -> Iterator[Path]:
    """A folder inside `out` to write to; its content takes the place of an earlier one when the block ends well.

    names (Sequence[str]): All files and folders that may be written; the last is the file that says the rest is whole:
        it goes first and comes last.
    RAISES (PipelineError): When the disk or the rights do not allow it.
    """
    stage = out / STAGE
    try:
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir(parents=True)
        yield stage
        (out / names[-1]).unlink(missing_ok=True)
        for name in names[:-1]:
            if (out / name).is_dir():
                shutil.rmtree(out / name)
            if (stage / name).exists():
                (stage / name).replace(out / name)
        (stage / names[-1]).replace(out / names[-1])
    except (OSError, XlsxWriterException) as err:
        path, cause = getattr(err, "filename", None) or out, getattr(err, "strerror", None) or err
        raise PipelineError(Errors.E303.format(path=path, cause=cause)) from err
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def neutral(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def original(cell: str) -> str:
    """A cell without the apostrophe that `neutral` gave it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


class TableWriter(Protocol):
    """Takes a table bit by bit: `write` as often as needed, then `close`, which puts the files in their places."""

    def write(self, table: str, rows: pa.Table) -> None: ...


class CsvTables:
    """`tables/<name>.csv`, UTF-8 with a byte order mark, without which Excel garbles £ and curly quotes."""

    def __init__(self, folder: Path, stack: ExitStack):
        self.files = {}
        for table, columns in ALL.items():
            path = stack.enter_context(atomic(folder / f"{table}.csv"))
            file = stack.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
            self.files[table] = csv.writer(file)
            self.files[table].writerow([column.name for column in columns])

    def write(self, table: str, rows: pa.Table) -> None:
        for row in rows.to_pylist():
            self.files[table].writerow([neutral(value) for value in row.values()])


class ExcelTables:
    """`tables/minutes.xlsx`, a sheet per table; a table with more rows than a sheet holds goes on in the next sheet."""

    def __init__(self, folder: Path, stack: ExitStack):
        path = stack.enter_context(atomic(folder / "minutes.xlsx"))
        self.book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self.book.set_properties({"created": CREATED})
        stack.callback(self.close)
        self.header = self.book.add_format({"bold": True, "bottom": 1, "bg_color": "#eeeeee"})
        self.date = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.sheets = {table: self.add_sheet(table, 1) for table in ALL}
        self.next_row = dict.fromkeys(ALL, 1)
        self.parts = dict.fromkeys(ALL, 1)
        stack.callback(self.add_filters)

    def close(self) -> None:
        """RAISES (OSError): In place of the library's own error."""
        try:
            self.book.close()
        except XlsxWriterException as err:
            raise OSError(0, str(err)) from err

    def add_sheet(self, table: str, part: int) -> Any:
        """A sheet with frozen, bold header, widths and notes that define each column."""
        sheet = self.book.add_worksheet(table if part == 1 else f"{table}_{part}")
        sheet.freeze_panes(1, 1)
        for number, column in enumerate(ALL[table]):
            sheet.write_string(0, number, column.name, self.header)
            sheet.write_comment(0, number, column.definition)
            sheet.set_column(number, number, WIDTHS.get(column.name, max(10, len(column.name) + 2)))
        return sheet

    def write(self, table: str, rows: pa.Table) -> None:
        for row in rows.to_pylist():
            if self.next_row[table] > EXCEL_ROWS:
                self.filter(table)
                self.parts[table] += 1
                self.sheets[table], self.next_row[table] = self.add_sheet(table, self.parts[table]), 1
            for number, value in enumerate(row.values()):
                self.write_cell(self.sheets[table], self.next_row[table], number, value)
            self.next_row[table] += 1

    def write_cell(self, sheet: Any, row: int, column: int, value: Any) -> None:
        if isinstance(value, str):
            if value:
                sheet.write_string(row, column, value if len(value) <= EXCEL_CELL else value[: EXCEL_CELL - 1] + "…")
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value)
        elif value is not None:
            sheet.write_datetime(row, column, value, self.date)

    def filter(self, table: str) -> None:
        self.sheets[table].autofilter(0, 0, self.next_row[table] - 1, len(ALL[table]) - 1)

    def add_filters(self) -> None:
        for table in ALL:
            self.filter(table)


FORMATS: dict[str, Callable[[Path, ExitStack], TableWriter]] = {
    "csv": CsvTables,
    "xlsx": ExcelTables,
}
