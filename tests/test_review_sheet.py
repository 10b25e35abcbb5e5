"""The workbook goes out, is filled in as people and their programs do, and comes back."""

import csv
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.errors import PipelineError
from pipeline.labels import COLOURS, LABELS
from pipeline.nlp import blank
from pipeline.review.checks import check
from pipeline.review.formats.sheet import SPAN_COLUMNS, read, write
from pipeline.review.known import Known
from pipeline.review.records import Document, Found, digest_of
from pipeline.review.rows import Missed, SheetCorrection
from tests.markup import parse

REVIEW = {"state": "predicted", "by": "default", "at": "2026-01-01T00:00:00+00:00"}
ONE = "The <ROLE>Director</ROLE> met <PROVIDER>St John’s</PROVIDER> in <PLACE>Leeds</PLACE>. It fell by 5%. In Leeds."
TWO = "=1+1 <PLACE>Hull</PLACE>\\nand <RESOLUTION>That <STRATEGY>Care Plan</STRATEGY> be noted</RESOLUTION>."


def document(line: str, doc_id: str) -> Document:
    example = parse(line)
    spans = [
        {"start": start, "end": end, "label": label, "text": example.text[start:end], "confidence": confidence}
        for (start, end, label, _), confidence in zip(example.spans, (0.987, None, 0.5), strict=False)
    ]
    return {"text": example.text, "spans": spans, "meta": {"id": doc_id, "source": "s", "review": REVIEW}}


DOCUMENTS = [document(ONE, "one.html"), document(TWO, "20231104")]


def tagged(document: Document) -> list[str]:
    return [f"{span['label']} {span['text']}@{span['start']}" for span in document["spans"]]


WHOLE = [tagged(one) for one in DOCUMENTS]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (path,) = write(DOCUMENTS, tmp_path)
    assert path == tmp_path / "sheet.xlsx"
    return path


def fill(path: Path, change: Callable[[dict[str, Worksheet]], None], ticked: bool = True) -> list[SheetCorrection]:
    """What is read after a person has changed the workbook; openpyxl drops and rewrites much, as LibreOffice does."""
    book = openpyxl.load_workbook(path)
    if ticked:
        book["documents"]["C1"] = "yes"
    change({name: book[name] for name in book.sheetnames})
    book.save(path)
    corrections = list(read(path))
    assert all(isinstance(one, SheetCorrection) and one.text is None for one in corrections)
    return corrections  # type: ignore[return-value]


def put(sheet: Worksheet, row: int, **values: Any) -> None:
    """Write into the cells of a row by the names of the columns, `_` for a blank."""
    names = [cell.value for cell in sheet[1]]
    for name, value in values.items():
        sheet.cell(row, names.index(name.replace("_", " ")) + 1, value)


def gold(corrections: list[SheetCorrection], fix: bool = False) -> tuple[list[list[str]], list[str]]:
    documents, problems = check(corrections, DOCUMENTS, blank().tokenizer, Known(), fix)
    return [tagged(one) for one in documents], [problem.kind for problem in problems if problem.severity == "error"]


def nothing(sheets: dict[str, Worksheet]) -> None:
    pass


def test_sheets(path: Path) -> None:
    """What a person sees."""
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["spans", "missed", "documents", "help"]
    spans = book["spans"]
    rows = list(spans.values)
    assert rows[0] == tuple(column.name for column in SPAN_COLUMNS)
    sentence = "The [Director] met St John’s in Leeds."
    assert rows[1] == ("one.html", 1, "ROLE", "Director", sentence, 0.99, 4, 12, None, None, None, None)
    assert [row[4] for row in rows[4:]] == [
        "=1+1 [Hull]",
        "and [That Care Plan be noted].",
        "and That [Care Plan] be noted.",
    ]
    assert rows[2][5] is None
    assert (spans.freeze_panes, spans.auto_filter.ref) == ("E2", "A1:L7")
    assert spans["C2"].fill.start_color.rgb == "FF" + COLOURS["ROLE"][1:].upper()
    assert spans.protection.sheet
    assert not spans.protection.password
    assert [spans.cell(2, place).protection.locked for place in range(1, 13)] == [True] * 8 + [False] * 4
    assert spans["J2"].number_format == "@"
    lists = {str(one.sqref): one.formula1 for one in spans.data_validations.dataValidation}
    assert lists == {"I2:I7": '"right,wrong,change"', "K2:K7": f'"{",".join(COLOURS)}"'}
    lists = {str(one.sqref): one.formula1 for one in book["missed"].data_validations.dataValidation}
    assert lists["A2:A501"] == "documents!$B$4:$B$5"
    assert [row[1] for row in book["documents"].iter_rows(4, values_only=True)] == ["one.html", "20231104"]
    assert book["documents"]["B5"].data_type == "s"
    help_ = [row[0] for row in book["help"].values]
    assert help_[-len(LABELS) :] == [label.name for label in LABELS]


def test_same_bytes(path: Path) -> None:
    first = path.read_bytes()
    write(DOCUMENTS, path.parent)
    assert path.read_bytes() == first


def test_links_to_pages(path: Path) -> None:
    page = path.parent / "pages" / "02-20231104.html"
    page.parent.mkdir()
    page.touch()
    write(DOCUMENTS, path.parent)
    spans = openpyxl.load_workbook(path)["spans"]
    assert [spans["B2"].value, spans["B5"].value] == [1, '=HYPERLINK("pages/02-20231104.html",2)']
    assert openpyxl.load_workbook(path, data_only=True)["spans"]["B5"].value == 2


def test_untouched(path: Path) -> None:
    """All marked as reviewed: everything was right."""
    corrections = fill(path, nothing)
    assert [(one.doc_id, one.digest) for one in corrections] == [
        (one["meta"]["id"], digest_of(one["text"])) for one in DOCUMENTS
    ]
    assert corrections[0].file == "sheet.xlsx"
    assert corrections[0].spans[0] == Found(4, 12, "ROLE", "Director", "spans, row 2")
    assert gold(corrections) == (WHOLE, [])


def test_filled_in(path: Path) -> None:
    def change(sheets: dict[str, Worksheet]) -> None:
        put(sheets["spans"], 2, verdict="Wrong ")
        put(sheets["spans"], 3, verdict="change", new_text=" st john's in ", new_label="PLACE", note="sure?")
        put(sheets["missed"], 3, document="one.html", label="PERCENTAGE", text="5%")
        put(sheets["missed"], 9, document=1.0, label="PLACE", text="Leeds", where="2")

    corrections = fill(path, change)
    assert corrections[0].missed == [
        Missed("missed, row 3", "PERCENTAGE", "5%"),
        Missed("missed, row 9", "PLACE", "Leeds", "2"),
    ]
    first = ["PLACE St John’s in@17", "PLACE Leeds@30", "PERCENTAGE 5%@48", "PLACE Leeds@55"]
    assert gold(corrections) == ([first, WHOLE[1]], [])


def test_only_reviewed_documents(path: Path) -> None:
    """One marked, one half done, with `all` left at no."""

    def change(sheets: dict[str, Worksheet]) -> None:
        sheets["documents"]["C5"] = "Yes"
        put(sheets["spans"], 2, verdict="wrong")

    corrections = fill(path, change, ticked=False)
    assert [(one.doc_id, one.is_ticked) for one in corrections] == [("one.html", False), ("20231104", True)]
    assert gold(corrections) == ([WHOLE[1]], [])


def test_all_but_one(path: Path) -> None:
    def change(sheets: dict[str, Worksheet]) -> None:
        sheets["documents"]["C4"] = "no"

    assert [one.doc_id for one in fill(path, change)] == ["20231104"]


def test_habits_of_spreadsheets(path: Path) -> None:
    """Sorted, hidden and empty rows, further columns, moved columns, floats, a title above, a sheet of one's own."""

    def change(sheets: dict[str, Worksheet]) -> None:
        spans = sheets["spans"]
        rows = [[cell.value for cell in row] for row in spans.iter_rows()]
        spans.delete_rows(1, spans.max_row)
        spans.append(["Corrected by Anna"])
        spans.append([])
        header, *rest = rows
        for row in [header, *reversed(rest)]:
            row = [float(cell) if str(cell).isdigit() else cell for cell in row]
            spans.append(["mine", None, *reversed(row)])
            spans.append([])
        spans.row_dimensions[5].hidden = True
        spans.title = "Spans "
        sheets["help"].title = "notes"
        sheets["documents"].insert_rows(1)

    corrections = fill(path, change)
    assert corrections[0].spans[0] == Found(30, 35, "PLACE", "Leeds", "spans, row 11")
    assert gold(corrections) == (WHOLE, [])


def test_deleted_row(path: Path) -> None:
    corrections = fill(path, lambda sheets: sheets["spans"].delete_rows(3))
    assert gold(corrections) == ([[WHOLE[0][0], WHOLE[0][2]], WHOLE[1]], ["row-deleted"])


def test_overwritten_cells(path: Path) -> None:
    """Offsets that were cleared, words written over what was found, a label likewise: the words decide."""

    def change(sheets: dict[str, Worksheet]) -> None:
        put(sheets["spans"], 2, start="?", end="")
        sheets["spans"].cell(2, 8).value = None
        put(sheets["spans"], 4, label="PROVIDER")

    corrections = fill(path, change)
    wanted = [WHOLE[0][0], WHOLE[0][1], WHOLE[0][2].replace("PLACE", "PROVIDER")]
    assert gold(corrections, fix=True) == ([wanted, WHOLE[1]], ["row-deleted", "out-of-range"])


def test_numbers_and_dates(path: Path) -> None:
    """5% that Excel took for 0.05 is read; a period that it took for a date cannot be."""

    def change(sheets: dict[str, Worksheet]) -> None:
        put(sheets["missed"], 2, document="one.html", label="PERCENTAGE", text=0.05)
        sheets["missed"]["C2"].number_format = "0%"
        put(sheets["missed"], 3, document="one.html", label="DATE_RANGE", text=datetime.datetime(2021, 4, 1))

    documents, errors = gold(fill(path, change))
    assert (documents[0][-1], errors) == ("PERCENTAGE 5%@48", ["not-text"])


def test_unknown_document(path: Path) -> None:
    def change(sheets: dict[str, Worksheet]) -> None:
        put(sheets["missed"], 2, document="three.html", label="PLACE", text="Leeds")
        put(sheets["missed"], 3, document="ONE.HTML", label="PERCENTAGE", text="5%")
        put(sheets["missed"], 4, document="one.html")

    documents, errors = gold(fill(path, change))
    assert (documents[0][-1], errors) == ("PERCENTAGE 5%@48", ["unknown-document"])


@pytest.mark.parametrize(("mark", "encoding"), [(",", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16")])
def test_csv(path: Path, tmp_path: Path, mark: str, encoding: str) -> None:
    """The sheets saved one by one, as Excel does it in several countries."""
    book = openpyxl.load_workbook(path)
    put(book["spans"], 2, verdict="wrong")
    book["documents"]["C1"] = "yes"
    for name in ("spans", "missed", "documents"):
        with (tmp_path / f"Sheet-{name}.csv").open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=mark).writerows(book[name].values)
    for name in ("spans", "documents"):
        corrections = list(read(tmp_path / f"Sheet-{name}.csv"))
        assert gold(corrections) == ([WHOLE[0][1:], WHOLE[1]], [])  # type: ignore[arg-type]
    (tmp_path / "Sheet-missed.csv").unlink()
    with pytest.raises(PipelineError, match=r"Sheet-missed.csv is not there, where the sheet 'missed' should be"):
        list(read(tmp_path / "Sheet-spans.csv"))
    with pytest.raises(PipelineError, match="no such file or folder"):
        list(read(tmp_path / "nowhere" / "spans.csv"))
    with pytest.raises(PipelineError, match="does not say which sheet"):
        list(read(tmp_path / "other.csv"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda book: book.remove(book["missed"]), "no sheet 'missed'"),
        (lambda book: book["spans"].delete_cols(9), "'spans' has no column verdict"),
        (lambda book: book["documents"].delete_rows(1, 99), "no sheet 'documents'"),
        (lambda book: None, "no document in .*sheet.xlsx is marked as reviewed"),
    ],
)
def test_refused(path: Path, change: Callable[[Any], None], message: str) -> None:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    with pytest.raises(PipelineError, match=message):
        list(read(path))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "cannot be read"),
        (b"PK\x03\x04 broken", "cannot be read"),
        (b"<html>", "cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old .xls or has a password"),
    ],
)
def test_no_workbook(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(data)
    with pytest.raises(PipelineError, match=message):
        list(read(path))
    with pytest.raises(PipelineError, match="no such file"):
        list(read(tmp_path / "none.xlsx"))


def test_odd_documents(tmp_path: Path) -> None:
    """No spans, no documents, and a text that is no trouble for Excel only if nothing is left to chance."""
    long = "Care " * 9_000
    spans = [{"start": 0, "end": 40_000, "label": "RESOLUTION"}, {"start": 5, "end": 9, "label": "STRATEGY"}]
    odd = {"text": "\x01\x0b" + long, "spans": spans, "meta": {"id": "a", "source": "s", "review": REVIEW}}
    empty = {**odd, "spans": [], "meta": {**odd["meta"], "id": "http://b"}}
    (path,) = write([odd, empty], tmp_path)
    (first, second) = fill(path, nothing)
    assert [span[:3] for span in first.spans] == [(0, 40_000, "RESOLUTION"), (5, 9, "STRATEGY")]
    assert (second.doc_id, second.spans) == ("http://b", [])
    write([], tmp_path)
    with pytest.raises(PipelineError, match="is marked as reviewed"):
        fill(path, nothing)
