"""One gold of two people's corrections: a sheet of their disagreements, and what somebody decided in it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from pipeline.errors import Errors, PipelineError
from pipeline.labels import BY_NAME
from pipeline.review.agreement import Agreement, Disagreement, Side
from pipeline.review.formats.sheet_reader import workbook_grids
from pipeline.review.records import Document, spans_of
from pipeline.review.words import Folded, search
from pipeline.writers import CREATED, EXCEL_CELL, atomic

SHEET = "disagreements"
NEITHER, BOTH, OTHER = "neither", "both", "other"
WIDTHS = (6, 30, 70, 16, 12, 40, 12, 40, 14, 12, 40)
CONTROLS = dict.fromkeys(range(32), " ")  # no spreadsheet gives them back as they were
FIRST_DECISION = 8  # column, counted from 0
NOTHING = ("", "", "")  # in the columns of the decision
ROWS_OF_HELP = (
    "One row is one place where the two differ. Fill in the column decision:",
    "the name of the one who is right; neither; both; or other, with label and words in the last two columns.",
    "Save the file, then: minutes review adjudicate FOLDER --by YOUR-NAME",
)


def columns(names: tuple[str, str]) -> list[str]:
    """The header of the sheet."""
    sides = [f"{name}: {part}" for name in names for part in ("label", "words")]
    return ["number", "document", "sentence", "kind", *sides, "decision", "other label", "other words"]


def cells(number: int, row: Disagreement) -> list[str]:
    """A row as it is written, up to the decision."""
    sides = [part for side in (row.one, row.other) for part in ((side.label, side.text) if side else ("", ""))]
    row_cells = (str(number), row.doc_id, row.sentence, row.kind, *sides)
    return [cell[:EXCEL_CELL].translate(CONTROLS) for cell in row_cells]


def key(texts: Sequence[str]) -> tuple[str, ...]:
    """By which a row is known again, whatever its number."""
    return tuple(" ".join(text.split()) for text in texts[1:FIRST_DECISION])


def write_sheet(found: Agreement, path: Path) -> None:
    """The disagreements as an Excel sheet to be filled in; what was filled in already stays.

    RAISES (PipelineError): When a sheet is there that cannot be read.
    RAISES (OSError): When the disk or the rights do not allow it.
    """
    earlier = earlier_decisions(path, found.names)
    with atomic(path) as part, xlsxwriter.Workbook(str(part)) as book:
        book.set_properties({"created": CREATED})
        sheet, help_ = book.add_worksheet(SHEET), book.add_worksheet("help")
        bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#eeeeee", "text_wrap": True})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        fill = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#fff9e0", "border": 1})
        for number, (name, width) in enumerate(zip(columns(found.names), WIDTHS, strict=True)):
            sheet.write_string(0, number, name, bold)
            sheet.set_column(number, number, width)
        for number, row in enumerate(found.disagreements, 1):
            values = cells(number, row)
            sheet.write_number(number, 0, number, wrap)
            for column, value in enumerate(values[1:], 1):
                sheet.write_string(number, column, value, wrap)
            decided = earlier.get(key(values))
            for column, value in enumerate(decided.pop(0) if decided else NOTHING, FIRST_DECISION):
                if value:
                    sheet.write_string(number, column, value, fill)
                else:
                    sheet.write_blank(number, column, None, fill)
        last = max(len(found.disagreements), 1)
        choices = [*found.names, NEITHER, BOTH, OTHER]
        sheet.data_validation(1, FIRST_DECISION, last, FIRST_DECISION, {"validate": "list", "source": choices})
        sheet.data_validation(
            1, FIRST_DECISION + 1, last, FIRST_DECISION + 1, {"validate": "list", "source": [*BY_NAME]}
        )
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, last, len(WIDTHS) - 1)
        help_.set_column(0, 0, 110)
        for number, line in enumerate(ROWS_OF_HELP):
            help_.write_string(number, 0, line)


def earlier_decisions(path: Path, names: tuple[str, str]) -> dict[tuple[str, ...], list[list[str]]]:
    """What is filled in in a sheet of the same two people, by the `key` of the row.

    RAISES (PipelineError): When it cannot be read.
    """
    header, *rows = sheet_rows(path) if path.is_file() else [[]]
    decided: dict[tuple[str, ...], list[list[str]]] = {}
    if key(header) == key(columns(names)):
        for row in rows:
            decided.setdefault(key(row), []).append([*row[FIRST_DECISION : len(WIDTHS)], *NOTHING][: len(NOTHING)])
    return decided


def sheet_rows(path: Path) -> list[list[str]]:
    """The rows of a sheet of disagreements as texts, the header first, which is empty in another workbook.

    RAISES (PipelineError): When it cannot be read.
    """
    return [[cell.text for cell in row] for row in workbook_grids(path).get(SHEET, [])] or [[]]


def read_sheet(path: Path, found: Agreement) -> list[list[Side]]:
    """What was decided: per disagreement, in order, the spans that are right.

    RAISES (PipelineError): With file, row and next step, when the sheet is another one's, or a row is not decided.
    """
    if not path.is_file():
        raise PipelineError(Errors.E566.format(path=path))
    header, *rows = sheet_rows(path)
    if not header:
        problem, step = "it is no sheet of disagreements", "Make it anew with minutes review agreement."
        raise PipelineError(Errors.E565.format(path=path, row=1, problem=problem, next_step=step))
    decided = {row[0]: (at, row) for at, row in enumerate(rows, 2) if any(row)}
    return [decision(path, found, number, row, decided) for number, row in enumerate(found.disagreements, 1)]


def decision(
    path: Path, found: Agreement, number: int, row: Disagreement, decided: Mapping[str, tuple[int, list[str]]]
) -> list[Side]:
    """The spans that are right in one place.

    RAISES (PipelineError): When that cannot be told.
    """
    at, filled = decided.get(str(number), (0, []))

    def wrong(problem: str, step: str) -> PipelineError:
        return PipelineError(Errors.E565.format(path=path, row=at or number + 1, problem=problem, next_step=step))

    if key(filled) != key(cells(number, row)):
        raise wrong("it is not the disagreement it was", "The corrections have changed: run minutes review agreement.")
    choice, label, words = (*filled[FIRST_DECISION : len(WIDTHS)], *NOTHING)[: len(NOTHING)]
    sides = dict(zip(found.names, (row.one, row.other), strict=True))
    choices = (*found.names, NEITHER, BOTH, OTHER)
    if choice not in choices:  # some spreadsheets write every first letter large
        choice = next((one for one in choices if one.casefold() == choice.casefold()), choice)
    if choice in sides:
        side = sides[choice]
        return [side] if side else []
    if choice in (NEITHER, BOTH):
        return [side for side in sides.values() if side and choice == BOTH]
    if choice != OTHER:
        raise wrong(f"the decision is {choice!r}", f"Write {', '.join(choices)}.")
    if label not in BY_NAME or not words:
        raise wrong("it has no other label or no other words", "Fill in both of the last columns.")
    return [Side(-1, -1, label, words)]


def adjudicated(
    one: Sequence[Document], other: Sequence[Document], found: Agreement, decisions: Sequence[Sequence[Side]]
) -> Iterator[Document]:
    """The documents that both have corrected, with what they agree on and what was decided.

    one, other (Sequence[dict]): As `agreement` got them.
    RAISES (PipelineError): When decided words are not in the document, or two entities would overlap.
    """
    theirs = {document["meta"]["id"]: document for document in other}
    for document in one:
        yours = theirs.get(document["meta"]["id"])
        if yours is None or yours["text"] != document["text"]:
            continue
        agreed = set(spans_of(document) & spans_of(yours))
        for row, sides in zip(found.disagreements, decisions, strict=True):
            if row.doc_id == document["meta"]["id"]:
                agreed |= {placed(side, row, document["text"]) for side in sides}
        spans = [
            {"start": start, "end": end, "label": label, "text": document["text"][start:end]}
            for start, end, label in sorted(agreed)
        ]
        check_overlaps(document, spans)
        yield {**document, "spans": spans}


def placed(side: Side, row: Disagreement, text: str) -> tuple[int, int, str]:
    """A decided span; words that were typed in are looked for as near to the disagreement as can be.

    RAISES (PipelineError): When they are not in the document.
    """
    if side.start >= 0:
        return side.start, side.end, side.label
    near = next(one for one in (row.one, row.other) if one)
    match = search(text, Folded(text), side.text, near.start, near.end)
    if not match.places:
        raise PipelineError(Errors.E567.format(doc=row.doc_id, words=side.text))
    return *match.places[0], side.label


def check_overlaps(document: Document, spans: Sequence[Mapping[str, Any]]) -> None:
    """RAISES (PipelineError): When two entities overlap."""
    last: Mapping[str, Any] | None = None
    for span in spans:
        if BY_NAME[span["label"]].kind != "learned":
            continue
        if last and span["start"] < last["end"]:
            raise PipelineError(Errors.E568.format(doc=document["meta"]["id"], one=last["text"], other=span["text"]))
        last = span
