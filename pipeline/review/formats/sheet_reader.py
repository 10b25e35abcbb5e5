"""Read the workbook of corrections back, however Excel, LibreOffice and people have left it; or its sheets as CSV."""

import csv
import datetime
import io
import re
import warnings
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from pipeline.errors import Errors, PipelineError
from pipeline.readers.characters import decode
from pipeline.review.records import Correction, Found
from pipeline.review.rows import Missed, Row, SheetCorrection, asked

SPANS, MISSED, DOCUMENTS = "spans", "missed", "documents"
NEEDED = {
    SPANS: ("document", "label", "text", "start", "end", "verdict", "new text", "new label"),
    MISSED: ("document", "label", "text", "where"),
    DOCUMENTS: ("document", "reviewed"),
}
ALL_REVIEWED = "All documents are reviewed"
YES = ("yes", "y", "x", "true", "1", "✓", "✔")
SEPARATORS = ",;\t"
LOOKED_AT = 20  # rows in which a header may stand
BROKEN = (
    *(OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, SyntaxError, EOFError),
    *(BadZipFile, InvalidFileException, zlib.error),
)  # what openpyxl raises on files that are no workbook, or a broken one
OLE = b"\xd0\xcf\x11\xe0"  # an old .xls, or a workbook with a password


@dataclass(frozen=True)
class Cell:
    """text (str): As a person reads it. is_text (bool): False where Excel has made a date of it."""

    text: str = ""
    is_text: bool = True


EMPTY = Cell()
Grid = list[list[Cell]]


@dataclass(frozen=True)
class Line:
    """A row below the header. where (str): For people. cells (dict[str, Cell]): By column."""

    where: str
    cells: dict[str, Cell]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, EMPTY).text

    def not_text(self, columns: Iterable[str]) -> str:
        """The first of the columns that holds no text; empty if all do."""
        return next((column for column in columns if not self.cells.get(column, EMPTY).is_text), "")


def read(path: Path) -> Iterator[Correction]:
    """The documents of a filled-in workbook that are marked as reviewed, or in which something was filled in.

    path (Path): A workbook, or one of its sheets as CSV, such as `spans.csv` or `sheet-spans.csv`, beside the others.
    RAISES (PipelineError): When it cannot be read, a sheet or a column is missing, or no document is marked.
    """
    grids = csv_grids(path) if path.suffix.lower() == ".csv" else workbook_grids(path)
    lines = {name: list(below_header(path, name, grids.get(name, []))) for name in NEEDED}
    ids = Ids(lines[DOCUMENTS])
    rows = group(ids, lines[SPANS], to_row)
    missed = group(ids, lines[MISSED], to_missed)
    ticked = ids.ticked(all_ticked(grids[DOCUMENTS]))
    if not ticked:
        raise PipelineError(Errors.E532.format(path=path))
    for doc_id in dict.fromkeys((*ids.digests, *rows, *missed)):
        is_ticked = doc_id in ticked or doc_id not in ids.digests
        made = correction(path, ids, doc_id, rows.get(doc_id, []), missed.get(doc_id, []), is_ticked)
        if is_ticked or made.is_filled:
            yield made


def correction(
    path: Path, ids: "Ids", doc_id: str, rows: list[Row], missed: list[Missed], is_ticked: bool
) -> SheetCorrection:
    spans = [span for row in rows if (span := asked(row)) is not None]
    spans += [Found(0, 0, row.label, row.words, row.where) for row in missed]
    first = rows[0].found.where if rows else missed[0].where if missed else ""
    where = ids.places.get(doc_id, first)
    return SheetCorrection(path.name, where, doc_id, None, ids.digests.get(doc_id, ""), spans, rows, missed, is_ticked)


class Ids:
    """The sheet `documents`: what is known of each document by its id."""

    def __init__(self, lines: Sequence[Line]):
        self.lines = [line for line in lines if line["document"]]
        self.digests = {line["document"]: line["digest"] for line in self.lines}
        self.places = {line["document"]: line.where for line in self.lines}
        self.pages = {line["page"]: line["document"] for line in self.lines if line["page"]}

    def find(self, name: str) -> str:
        """The id that somebody means by an id or the number of a page; as given where that is none of ours."""
        if name in self.digests:
            return name
        alike = [one for one in self.digests if one.casefold() == name.casefold()]
        return alike[0] if len(alike) == 1 else self.pages.get(name, name)

    def ticked(self, is_all: bool) -> set[str]:
        """The documents that are marked as reviewed; if all are, but for a no, that is all others."""
        return {
            line["document"]
            for line in self.lines
            if line["reviewed"].casefold() in YES
            or (is_all and line["reviewed"].casefold() not in ("no", "n", "false"))
        }


def all_ticked(grid: Grid) -> bool:
    """Whether the row above the header says yes for all."""
    for row in grid[:LOOKED_AT]:
        texts = [cell.text for cell in row if cell.text]
        if any(text.casefold().startswith(ALL_REVIEWED.casefold()) for text in texts):
            return any(text.casefold() in YES for text in texts)
    return False


def group(ids: Ids, lines: Iterable[Line], make: Any) -> dict[str, list[Any]]:
    """What is made of the rows that hold something, by document."""
    groups: dict[str, list[Any]] = {}
    for line in lines:
        made = make(line)
        if made:
            groups.setdefault(ids.find(line["document"]), []).append(made)
    return groups


def to_row(line: Line) -> Row | None:
    """A row of `spans`; None where nothing stands in the columns of ours."""
    if not any(line[column] for column in NEEDED[SPANS]):
        return None
    found = Found(number(line["start"]), number(line["end"]), line["label"], line["text"], line.where)
    changed = line.not_text(("new text", "new label"))
    return Row(found, line["verdict"].casefold(), line["new text"], line["new label"], changed)


def to_missed(line: Line) -> Missed | None:
    """A row of `missed`; None where there is nothing but perhaps a document that was chosen in passing."""
    if not line["text"] and not line["label"]:
        return None
    return Missed(line.where, line["label"], line["text"], line["where"], line.not_text(("text", "where")))


def number(text: str) -> int:
    """A place in a text; -1 where it is none, so that the words decide."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else -1


def below_header(path: Path, sheet: str, grid: Grid) -> Iterator[Line]:
    """The rows below the first one that names all columns, whatever stands above and in other columns.

    RAISES (PipelineError): When there is no such row.
    """
    missing = list(NEEDED[sheet])
    for place, row in enumerate(grid[:LOOKED_AT]):
        names = [cell.text.casefold() for cell in row]
        missing = min(missing, [name for name in NEEDED[sheet] if name not in names], key=len)
        if not missing:
            for below, cells in enumerate(grid[place + 1 :], place + 2):
                # Of two columns with one name the first is ours.
                yield Line(f"{sheet}, row {below}", dict(reversed(list(zip(names, cells, strict=False)))))
            return
    if not grid:
        raise PipelineError(Errors.E530.format(path=path, sheet=sheet))
    raise PipelineError(Errors.E531.format(path=path, sheet=sheet, columns=", ".join(missing)))


def workbook_grids(path: Path) -> dict[str, Grid]:
    """The sheets of a workbook by name.

    RAISES (PipelineError): When it is none that can be read.
    """
    try:
        with path.open("rb") as file:
            if file.read(4) == OLE:
                raise PipelineError(Errors.E534.format(path=path))
            file.seek(0)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about drop-downs and colours that we do not read
                book = openpyxl.load_workbook(file, data_only=True)
        return {
            name.strip().casefold(): grid(book[name]) for name in book.sheetnames if hasattr(book[name], "iter_rows")
        }
    except FileNotFoundError as err:
        raise PipelineError(Errors.E101.format(path=path)) from err
    except BROKEN as err:
        raise PipelineError(Errors.E533.format(path=path, cause=err or type(err).__name__)) from err


def grid(sheet: Any) -> Grid:
    return [[to_cell(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]


def to_cell(value: Any, number_format: str = "") -> Cell:
    """A cell as a person reads it: 12.0 is 12, and 0.84 in percent is 84%."""
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return Cell(str(value).lower())
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return Cell(str(value), is_text=False)
    if isinstance(value, int | float):
        return Cell(f"{100 * value:g}%" if "%" in number_format else f"{value:.15g}")
    return Cell(str(value).strip())


def csv_grids(path: Path) -> dict[str, Grid]:
    """The three sheets as CSV files beside one another, from the name of one of them.

    RAISES (PipelineError): When the name tells no sheet, or a file is missing.
    """
    named = next((name for name in NEEDED if path.stem.casefold().endswith(name)), None)
    if named is None:
        raise PipelineError(Errors.E535.format(path=path))
    if not path.parent.is_dir():
        raise PipelineError(Errors.E101.format(path=path))
    stem = path.stem[: -len(named)]
    files: Mapping[str, Path] = {
        file.stem.casefold(): file for file in path.absolute().parent.iterdir() if file.suffix.lower() == ".csv"
    }
    grids = {}
    for name in NEEDED:
        file = files.get((stem + name).casefold())
        if file is None:
            raise PipelineError(Errors.E536.format(path=path.with_name(f"{stem}{name}.csv"), sheet=name))
        grids[name] = csv_grid(file)
    return grids


def csv_grid(path: Path) -> Grid:
    """RAISES (PipelineError): When it cannot be read."""
    try:
        text, _ = decode(path.read_bytes())
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator(text)))
    except (OSError, csv.Error) as err:
        raise PipelineError(Errors.E533.format(path=path, cause=err)) from err
    return [[Cell(cell.strip()) for cell in row] for row in rows]


def separator(text: str) -> str:
    """The one under which a column is called document: a comma or, in some countries, a semicolon."""
    for line in text.splitlines()[:LOOKED_AT]:
        for mark in SEPARATORS:
            if "document" in (name.strip(' "').casefold() for name in line.split(mark)):
                return mark
    return SEPARATORS[0]
