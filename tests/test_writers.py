"""The three formats hold the same rows, typed; nothing half-written stays; no cell runs as a formula."""

import csv
import datetime
from contextlib import ExitStack

import openpyxl
import pytest

from pipeline import writers
from pipeline.errors import PipelineError
from pipeline.schema import ALL, to_arrow

ROW = {
    "doc_id": "a.txt",
    "start": 1,
    "end": 8,
    "page": None,
    "section": "minutes",
    "sentence": "=1+1",
    "text": "2021/22",
    "start_date": datetime.date(2021, 4, 1),
    "end_date": datetime.date(2022, 3, 31),
    "kind": "financial_year",
    "precision": "year",
    "body": "Cabinet",
    "meeting_date": datetime.date(2021, 9, 1),
    "council": "",
    "item_number": "7",
    "item_title": "@home",
    "rule": "r",
}


def write(name, folder, rows):
    with ExitStack() as stack:
        writer = writers.FORMATS[name](folder, stack)
        for row in rows:
            writer.write("date_ranges", to_arrow("date_ranges", [row]))


def test_csv(tmp_path):
    write("csv", tmp_path, [ROW])
    assert (tmp_path / "date_ranges.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "date_ranges.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    expected = {key: "" if value is None else str(value) for key, value in ROW.items()}
    assert row == expected | {"sentence": "'=1+1", "item_title": "'@home"}


def test_xlsx(tmp_path):
    write("xlsx", tmp_path, [ROW])
    book = openpyxl.load_workbook(tmp_path / "minutes.xlsx")
    assert book.sheetnames == list(ALL)
    sheet = book["date_ranges"]
    header, row = sheet.iter_rows()
    assert [cell.value for cell in header] == list(ROW)
    as_dates = dict(zip(ROW, (cell.value for cell in row), strict=True))
    as_dates |= {key: as_dates[key].date() for key in ("start_date", "end_date", "meeting_date")}
    assert as_dates == {key: value or None for key, value in ROW.items()}
    assert {cell.data_type for cell in row} == {"n", "s", "d"}  # no formula
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:Q2"
    assert sheet["A1"].comment.text.startswith("The document")


def test_xlsx_goes_on_in_another_sheet(tmp_path, monkeypatch):
    monkeypatch.setattr(writers, "EXCEL_ROWS", 2)
    write("xlsx", tmp_path, [ROW] * 5)
    book = openpyxl.load_workbook(tmp_path / "minutes.xlsx")
    sheets = [name for name in book.sheetnames if name.startswith("date_ranges")]
    assert [(name, book[name].max_row - 1) for name in sheets] == [
        ("date_ranges", 2),
        ("date_ranges_2", 2),
        ("date_ranges_3", 1),
    ]


def test_xlsx_cuts_a_cell_at_excels_limit(tmp_path):
    write("xlsx", tmp_path, [ROW | {"text": "x" * 40_000}])
    sheet = openpyxl.load_workbook(tmp_path / "minutes.xlsx")["date_ranges"]
    assert sheet["G2"].value == "x" * 32_766 + "…"


@pytest.mark.parametrize("name", writers.FORMATS)
def test_nothing_stays_when_a_run_breaks(name, tmp_path):
    def break_off():
        with ExitStack() as stack:
            writers.FORMATS[name](tmp_path, stack).write("date_ranges", to_arrow("date_ranges", [ROW]))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"extra": 1}, "unknown columns ['extra']"),
        ({"start": "1"}, "str"),
        ({"text": None}, "text is empty"),
    ],
)
def test_wrong_rows_are_refused(change, message):
    with pytest.raises(PipelineError) as caught:
        to_arrow("date_ranges", [ROW | change])
    assert "date_ranges" in str(caught.value)
    assert message in str(caught.value)
