"""One gold of two people's corrections: a sheet of their disagreements, and what somebody decided in it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from pipeline.errors import Errors, PipelineError
from pipeline.labels import BY_NAME
from pipeline.review.agreement import Agreement, Disagreement, Side
from pipeline.review.records import Document
from pipeline.writers import CREATED, atomic

SHEET = "disagreements"
NEITHER, BOTH, OTHER = "neither", "both", "other"
WIDTHS = (6, 30, 70, 16, 12, 40, 12, 40, 14, 12, 40)
FIRST_DECISION = 8  # column, counted from 0
ROWS_OF_HELP = (
    "One row is one place where the two differ. Fill in the column decision:",
    "the name of the one who is right; neither; both; or other, with label and words in the last two columns.",
    "Save the file, then: minutes review adjudicate FOLDER --by YOUR-NAME",
)


def columns(names: tuple[str, str]) -> list[str]:
    """The header of the sheet."""
    sides = [f"{name}: {part}" for name in names for part in ("label", "words")]
    return ["number", "document", "sentence", "kind", *sides, "decision", "other label", "other words"]


def cells(number: int, row: Disagreement) -> list[Any]:
    """A row as it is written, up to the decision."""
    sides = [part for side in (row.one, row.other) for part in ((side.label, side.text) if side else ("", ""))]
    return [number, row.doc_id, row.sentence, row.kind, *sides]


def write_sheet(found: Agreement, path: Path) -> None:
    """The disagreements as an Excel sheet to be filled in.

    RAISES (OSError): When the disk or the rights do not allow it.
    """
    with atomic(path) as part, xlsxwriter.Workbook(str(part), {"strings_to_formulas": False}) as book:
        book.set_properties({"created": CREATED})
        sheet, help_ = book.add_worksheet(SHEET), book.add_worksheet("help")
        bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#eeeeee", "text_wrap": True})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        fill = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#fff9e0", "border": 1})
        for number, (name, width) in enumerate(zip(columns(found.names), WIDTHS, strict=True)):
            sheet.write_string(0, number, name, bold)
            sheet.set_column(number, number, width)
        for number, row in enumerate(found.disagreements, 1):
            for column, value in enumerate(cells(number, row)):
                sheet.write(number, column, value, wrap)
            for column in range(FIRST_DECISION, len(WIDTHS)):
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


def read_sheet(path: Path, found: Agreement) -> list[list[Side]]:
    """What was decided: per disagreement, in order, the spans that are right.

    RAISES (PipelineError): With file, row and next step, when the sheet is another one's, or a row is not decided.
    """
    if not path.is_file():
        raise PipelineError(Errors.E566.format(path=path))
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        rows = list(book[SHEET].iter_rows(values_only=True))
        book.close()
    except (KeyError, ValueError, OSError) as err:
        problem, step = f"it is no sheet of disagreements ({err})", "Make it anew with minutes review agreement."
        raise PipelineError(Errors.E565.format(path=path, row=1, problem=problem, next_step=step)) from err
    texts = [[as_text(cell) for cell in row] for row in rows]
    decided = {row[0]: (at, row) for at, row in enumerate(texts, 1) if any(row) and at > 1}
    return [decision(path, found, number, row, decided) for number, row in enumerate(found.disagreements, 1)]


def as_text(cell: Any) -> str:
    """A cell as text: Excel turns 3 into 3.0, and adds blanks."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def decision(
    path: Path, found: Agreement, number: int, row: Disagreement, decided: Mapping[str, tuple[int, list[str]]]
) -> list[Side]:
    """The spans that are right in one place.

    RAISES (PipelineError): When that cannot be told.
    """
    at, filled = decided.get(str(number), (0, []))

    def wrong(problem: str, step: str) -> PipelineError:
        return PipelineError(Errors.E565.format(path=path, row=at or number + 1, problem=problem, next_step=step))

    expected = [as_text(value) for value in cells(number, row)]
    if [" ".join(one.split()) for one in filled[:FIRST_DECISION]] != [" ".join(one.split()) for one in expected]:
        raise wrong("it is not the disagreement it was", "The corrections have changed: run minutes review agreement.")
    choice, label, words = (*filled[FIRST_DECISION : len(WIDTHS)], "", "", "")[:3]
    sides = dict(zip(found.names, (row.one, row.other), strict=True))
    if choice in sides:
        side = sides[choice]
        return [side] if side else []
    if choice in (NEITHER, BOTH):
        return [side for side in sides.values() if side and choice == BOTH]
    if choice != OTHER:
        raise wrong(f"the decision is {choice!r}", f"Write {', '.join((*found.names, NEITHER, BOTH, OTHER))}.")
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
        agreed = keys(document) & keys(yours)
        for row, sides in zip(found.disagreements, decisions, strict=True):
            if row.doc_id == document["meta"]["id"]:
                agreed |= {placed(side, row, document["text"]) for side in sides}
        spans = [
            {"start": start, "end": end, "label": label, "text": document["text"][start:end]}
            for start, end, label in sorted(agreed)
        ]
        check_overlaps(document, spans)
        yield {**document, "spans": spans}


def keys(document: Document) -> set[tuple[int, int, str]]:
    """Start, end and label of all spans."""
    return {(span["start"], span["end"], span["label"]) for span in document["spans"]}


def placed(side: Side, row: Disagreement, text: str) -> tuple[int, int, str]:
    """A decided span; words that were typed in are looked for as near to the disagreement as can be.

    RAISES (PipelineError): When they are not in the document.
    """
    if side.start >= 0:
        return side.start, side.end, side.label
    near = next(one.start for one in (row.one, row.other) if one)
    before, behind = text.rfind(side.text, 0, near + len(side.text)), text.find(side.text, near)
    places = [place for place in (before, behind) if place >= 0]
    if not places:
        raise PipelineError(Errors.E567.format(doc=row.doc_id, words=side.text))
    start = min(places, key=lambda place: abs(place - near))
    return start, start + len(side.text), side.label


def check_overlaps(document: Document, spans: Sequence[Mapping[str, Any]]) -> None:
    """RAISES (PipelineError): When two entities overlap."""
    last: Mapping[str, Any] | None = None
    for span in spans:
        if BY_NAME[span["label"]].kind != "learned":
            continue
        if last and span["start"] < last["end"]:
            raise PipelineError(Errors.E568.format(doc=document["meta"]["id"], one=last["text"], other=span["text"]))
        last = span
