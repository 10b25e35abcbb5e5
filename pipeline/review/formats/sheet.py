"""The corrections as an Excel workbook: a row per span, and what people fill in beside it."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from pipeline.labels import LABELS
from pipeline.review.formats.page import page_names
from pipeline.review.formats.sheet_reader import ALL_REVIEWED, DOCUMENTS, MISSED, SPANS, read
from pipeline.review.records import Document, digest_of
from pipeline.review.rows import VERDICTS
from pipeline.spans import sentence_around, sentence_bounds
from pipeline.writers import CREATED, EXCEL_CELL, atomic

__all__ = ["read", "write"]

OUTPUT = "sheet.xlsx"
EMPTY_ROWS = 500  # of the sheet missed
A4 = 9
LINE, TALLEST = 15, 300  # points; left to themselves, rows are one line high in LibreOffice
HELP_WIDTH = 110
AROUND = 300  # characters of the sentence on either side of the span
CELL = {"valign": "top", "text_wrap": True}
FILL_IN = {**CELL, "locked": False, "bg_color": "#fffbe6", "border": 1, "border_color": "#d9d2b0", "num_format": "@"}
HEADER = {"bold": True, "bottom": 1, "bg_color": "#eeeeee", "valign": "top", "text_wrap": True}
ALLOWED = {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True, "select_locked_cells": True}


class Column(NamedTuple):
    """name (str), width (int), note (str): What it means. is_ours (bool): Not to be filled in."""

    name: str
    width: int
    note: str
    is_ours: bool = True


SPAN_COLUMNS = (
    Column("document", 26, "Its id."),
    Column("page", 6, "Its number; where it is underlined, it opens the page."),
    Column("label", 13, "What was found."),
    Column("text", 34, "The words that were found."),
    Column("sentence", 70, "The sentence, with the [words] marked."),
    Column("confidence", 10, "From 0 to 1; empty for what rules find."),
    Column("start", 8, "Offset of the first character."),
    Column("end", 8, "Offset after the last character."),
    Column("verdict", 10, "right, wrong or change. Empty counts as right once the document is reviewed.", False),
    Column("new text", 34, "The words that should be marked, where they begin or end elsewhere.", False),
    Column("new label", 14, "The label it should have.", False),
    Column("note", 30, "For you; not read.", False),
)
MISSED_COLUMNS = (
    Column("document", 26, "The id, or the number of the page.", False),
    Column("label", 14, "The label.", False),
    Column("text", 40, "The words that were missed, copied from the document.", False),
    Column(
        "where",
        60,
        "Only where the words stand in several places: the sentence, the number of the place (1, 2, ...) or all.",
        False,
    ),
    Column("note", 30, "For you; not read.", False),
)
DOCUMENT_COLUMNS = (
    Column("page", 6, "Its number; where it is underlined, it opens the page."),
    Column("document", 40, "Its id."),
    Column("reviewed", 10, "yes, once you have looked at all of it: only then it is imported.", False),
    Column("spans", 7, "How many were found."),
    Column("digest", 20, "By which the text is known again."),
)
HELP = (
    ("What to do", ""),
    (
        "1",
        "Go through the sheet spans. Is something wrong? Choose a verdict: wrong for what should not be marked; change"
        " for what should be marked otherwise, and write the right words under new text, or choose a new label. What is"
        " right may stay empty.",
    ),
    ("2", "What was not found at all goes into the sheet missed: the document, the label, the words."),
    (
        "3",
        "In the sheet documents write yes beside each document that you have looked at from beginning to end, or choose"
        " yes in the yellow cell above, for all. Documents without yes are not imported.",
    ),
    ("4", "Save it as .xlsx and type: minutes review import sheet.xlsx --to FOLDER --by YOURNAME"),
    ("", "Delete no rows: that is not the same as wrong. Sorting, filtering and columns of your own do no harm."),
    ("Examples", ""),
    (
        "Wrong edges",
        "ROLE is [Director of Children] in “The Director of Children and Families reported”. Verdict: change."
        " New text: Director of Children and Families",
    ),
    (
        "Wrong label",
        "PROVIDER is [Elm Lodge] in “The group visited Elm Lodge, the new home”, which is meant as the site."
        " Verdict: change. New label: PLACE",
    ),
    (
        "Nothing there",
        "STRATEGY is [the plan] in “Members welcomed the plan”, which names none. Verdict: wrong. If “Sufficiency"
        " Strategy 2024-27” was missed in the same document, it gets a row in the sheet missed.",
    ),
    ("Labels", ""),
)


def write(documents: Sequence[Document], folder: Path) -> list[Path]:
    """Write `sheet.xlsx`. Where `pages/` holds the documents' pages, their numbers are links to them.

    RAISES (OSError): When it cannot be written.
    """
    path = folder / OUTPUT
    with atomic(path) as part:
        try:
            with xlsxwriter.Workbook(str(part)) as book:
                book.set_properties({"created": CREATED})
                Writer(book, documents, folder).write()
        except XlsxWriterException as err:
            raise OSError(0, str(err), str(path)) from err
    return [path]


class Writer:
    """Fills one workbook."""

    def __init__(self, book: Any, documents: Sequence[Document], folder: Path):
        self.book, self.documents = book, documents
        self.header = book.add_format(HEADER)
        self.fill_in_header = book.add_format({**HEADER, "bg_color": "#ffe58f"})
        self.cell, self.fill_in = book.add_format(CELL), book.add_format(FILL_IN)
        self.link = book.add_format({**CELL, "font_color": "#0b5394", "underline": 1})
        self.bold = book.add_format({"bold": True, "font_color": "#990000"})
        self.labels = {label.name: book.add_format({**CELL, "bg_color": label.colour}) for label in LABELS}
        names = (f"pages/{name}.html" for name in page_names(documents))
        self.pages = [name if (folder / name).is_file() else "" for name in names]

    def write(self) -> None:
        self.write_spans()
        self.write_missed()
        self.write_documents()
        self.write_help()

    def add_sheet(self, name: str, columns: Sequence[Column], row: int = 0, frozen: int = 0) -> Any:
        """A protected sheet with a frozen header in a row; the columns that people fill in are yellow."""
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(row + 1, frozen)
        sheet.protect("", ALLOWED)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(row)
        for number, column in enumerate(columns):
            header = self.header if column.is_ours else self.fill_in_header
            sheet.write_string(row, number, column.name, header)
            sheet.write_comment(row, number, column.note)
            sheet.set_column(number, number, column.width)
        return sheet

    def write_spans(self) -> None:
        sheet = self.add_sheet(SPANS, SPAN_COLUMNS, frozen=4)
        row = 0
        for number, document in enumerate(self.documents):
            for span in document["spans"]:
                row += 1
                self.write_span(sheet, row, number, span)
        sheet.autofilter(0, 0, row, len(SPAN_COLUMNS) - 1)
        last = max(row, 1)
        self.choices(sheet, 1, last, column(SPAN_COLUMNS, "verdict"), VERDICTS)
        self.choices(sheet, 1, last, column(SPAN_COLUMNS, "new label"), [label.name for label in LABELS])

    def write_span(self, sheet: Any, row: int, number: int, span: dict[str, Any]) -> None:
        document = self.documents[number]
        text, start, end = document["text"], span["start"], span["end"]
        sheet.write_string(row, 0, document["meta"]["id"], self.cell)
        self.write_page(sheet, row, 1, number)
        sheet.write_string(row, 2, span["label"], self.labels[span["label"]])
        sheet.write_string(row, 3, cut(text[start:end]), self.cell)
        self.write_sentence(sheet, row, 4, text, start, end)
        if span.get("confidence") is not None:
            sheet.write_number(row, 5, round(span["confidence"], 2), self.cell)
        sheet.write_number(row, 6, start, self.cell)
        sheet.write_number(row, 7, end, self.cell)
        for place in range(8, len(SPAN_COLUMNS)):
            sheet.write_blank(row, place, None, self.fill_in)
        around = min(end - start + 2 * AROUND, len(sentence_around(text, start, end)) + 4)
        heights = (height(end - start, SPAN_COLUMNS[3].width), height(around, SPAN_COLUMNS[4].width))
        sheet.set_row(row, max(heights))

    def write_page(self, sheet: Any, row: int, place: int, number: int) -> None:
        """A formula, since Excel's own links to files have backslashes, which other systems do not follow."""
        if self.pages[number]:
            sheet.write_formula(row, place, f'=HYPERLINK("{self.pages[number]}",{number + 1})', self.link, number + 1)
        else:
            sheet.write_number(row, place, number + 1, self.cell)

    def write_sentence(self, sheet: Any, row: int, place: int, text: str, start: int, end: int) -> None:
        """The sentence on one line, the span in bold and in brackets."""
        first, last = sentence_bounds(text, start, end)
        before = ("…" if start - first > AROUND else "") + line(text[max(first, start - AROUND) : start]).lstrip()
        after = line(text[end : min(last, end + AROUND)]).rstrip() + ("…" if last - end > AROUND else "")
        marked = "[" + cut(line(text[start:end]).strip(), EXCEL_CELL - 3 * AROUND) + "]"
        pieces = [piece for part in ((before,), (self.bold, marked), (after,)) if part[-1] for piece in part]
        if len(pieces) > 2:
            sheet.write_rich_string(row, place, *pieces, self.cell)
        else:
            sheet.write_string(row, place, marked, self.cell)

    def choices(
        self, sheet: Any, first: int, last: int, place: int, values: Sequence[str] | str, hard: bool = True
    ) -> None:
        """A drop-down in the rows of a column."""
        source = values if isinstance(values, str) else list(values)
        kind = "stop" if hard else "information"
        options = {"validate": "list", "source": source, "error_type": kind, "error_message": "Choose from the list."}
        sheet.data_validation(first, place, last, place, options)

    def write_missed(self) -> None:
        sheet = self.add_sheet(MISSED, MISSED_COLUMNS)
        for row in range(1, EMPTY_ROWS + 1):
            for place in range(len(MISSED_COLUMNS)):
                sheet.write_blank(row, place, None, self.fill_in)
        last = len(self.documents) + FIRST_DOCUMENT
        ids = f"={DOCUMENTS}!$B${FIRST_DOCUMENT + 1}:$B${max(last, FIRST_DOCUMENT + 1)}"
        self.choices(sheet, 1, EMPTY_ROWS, 0, ids, hard=False)
        self.choices(sheet, 1, EMPTY_ROWS, 1, [label.name for label in LABELS])
        sheet.autofilter(0, 0, EMPTY_ROWS, len(MISSED_COLUMNS) - 1)

    def write_documents(self) -> None:
        sheet = self.add_sheet(DOCUMENTS, DOCUMENT_COLUMNS, row=FIRST_DOCUMENT - 1)
        sheet.write_string(0, 1, ALL_REVIEWED, self.header)
        sheet.write_string(0, 2, "no", self.fill_in)
        self.choices(sheet, 0, 0, 2, ["yes", "no"])
        for number, document in enumerate(self.documents):
            row = FIRST_DOCUMENT + number
            self.write_page(sheet, row, 0, number)
            sheet.write_string(row, 1, document["meta"]["id"], self.cell)
            sheet.write_blank(row, 2, None, self.fill_in)
            sheet.write_number(row, 3, len(document["spans"]), self.cell)
            sheet.write_string(row, 4, digest_of(document["text"]), self.cell)
        last = FIRST_DOCUMENT + max(1, len(self.documents)) - 1
        self.choices(sheet, FIRST_DOCUMENT, last, 2, ["yes", "no"])
        sheet.autofilter(FIRST_DOCUMENT - 1, 0, last, len(DOCUMENT_COLUMNS) - 1)

    def write_help(self) -> None:
        sheet = self.book.add_worksheet("help")
        sheet.protect("", ALLOWED)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, HELP_WIDTH)
        for row, (name, words) in enumerate(HELP):
            sheet.write_string(row, 0, name, self.cell if words else self.header)
            sheet.write_string(row, 1, words, self.cell if words else self.header)
            sheet.set_row(row, height(len(words), HELP_WIDTH))
        for row, label in enumerate(LABELS, len(HELP)):
            sheet.write_string(row, 0, label.name, self.labels[label.name])
            sheet.write_string(row, 1, label.definition, self.cell)


FIRST_DOCUMENT = 3  # row, from 0, of the first document in the sheet documents


def column(columns: Sequence[Column], name: str) -> int:
    return [one.name for one in columns].index(name)


def height(characters: int, width: int) -> int:
    """Points that so many characters take in a column, with words that do not fill their lines."""
    return min(TALLEST, LINE * max(1, ceil(characters / width)))


def line(text: str) -> str:
    """On one line; white space at the edges stays."""
    return "".join(" " if char.isspace() else char for char in text)


def cut(text: str, most: int = EXCEL_CELL) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
