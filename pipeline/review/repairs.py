"""Every kind of problem that corrected files can have, as a table; and the list of those that were found."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pipeline.review.records import Document
from pipeline.writers import atomic, neutral

THRESHOLD = 0.1  # share of spans that may be left out for their errors before the import is refused


@dataclass(frozen=True)
class Kind:
    """One kind of problem.

    severity ("error" | "warning"): The span, or the document, of an error that is not repaired is left out.
    cause (str), repair (str): With gaps for the details.
    is_safe (bool): Whether `--fix` makes the repair: where it can hardly be other than what was meant.
    """

    id: str
    severity: Literal["error", "warning"]
    cause: str
    repair: str
    is_safe: bool = False


KINDS = (
    # Documents.
    Kind(
        "unknown-document",
        "error",
        "no document of this review has the id {id!r}, nor this text",
        "Import the file into the folder from which it was exported.",
    ),
    Kind(
        "renamed-document",
        "error",
        "no document of this review has the id {id!r}, but {wanted!r} has this text",
        "Take it for {wanted!r}.",
        is_safe=True,
    ),
    Kind(
        "document-twice",
        "error",
        "the document comes {count} times, and not with the same spans: {files}",
        "Import only the file in which it is final.",
    ),
    Kind(
        "document-repeated",
        "warning",
        "the document comes again, with the same spans as in {files}",
        "Nothing: it is read once.",
    ),
    Kind(
        "text-changed",
        "error",
        "its text is not the one that was exported",
        "Correct the spans, not the words: export the document again and mark it there.",
    ),
    Kind(
        "no-digest",
        "warning",
        "the file does not say of which text its offsets are",
        "Make sure that it was exported from this folder; each span is checked by its words.",
    ),
    Kind(
        "test-split",
        "error",
        "it is the document {known!r} of the test split, on which models are scored",
        "Leave it out: what is trained on cannot be scored on.",
    ),
    Kind(
        "near-test-split",
        "error",
        "{share:.0%} of it stands in the document {known!r} of the test split, on which models are scored",
        "Leave it out: what is trained on cannot be scored on.",
    ),
    Kind(
        "dev-split",
        "error",
        "it is the document {known!r} of the dev split, on which models are compared",
        "Leave it out: what is trained on cannot be scored on.",
    ),
    Kind(
        "near-dev-split",
        "error",
        "{share:.0%} of it stands in the document {known!r} of the dev split, on which models are compared",
        "Leave it out: what is trained on cannot be scored on.",
    ),
    Kind(
        "already-trained",
        "warning",
        "the same text stands in the training data already, as {known!r}",
        "If the two differ, decide for one of them.",
    ),
    Kind("all-gone", "warning", "{count} spans were found, and none is left", "Make sure that the file is complete."),
    Kind(
        "many-more",
        "warning",
        "{now} spans, where {before} were found",
        "Look whether everything of one kind was marked by mistake.",
    ),
    # The label.
    Kind("unknown-label", "error", "there is no label {label!r}", "{guess}"),
    Kind(
        "label-spelling", "error", "the label {label!r} is not written as in the table", "Make it {to}.", is_safe=True
    ),
    # Where the span stands.
    Kind(
        "out-of-range",
        "error",
        "the text has {length} characters, but the words are in it",
        "Move it to {to}.",
        is_safe=True,
    ),
    Kind("outside", "error", "the text has {length} characters", "Mark the words again."),
    Kind("reversed", "error", "it starts after its end", "Take it as {to}.", is_safe=True),
    Kind("empty", "error", "it is empty: start and end are the same", "Drop it.", is_safe=True),
    Kind("blank", "error", "no letter or figure is in it", "Drop it.", is_safe=True),
    Kind(
        "counted-utf16",
        "error",
        "the program that made the file counts an emoji as two characters",
        "Move it to {to}.",
        is_safe=True,
    ),
    Kind(
        "counted-utf8",
        "error",
        "the program that made the file counts bytes, not characters",
        "Move it to {to}.",
        is_safe=True,
    ),
    Kind(
        "counted-crlf",
        "error",
        "the program that made the file counts two characters for an end of line",
        "Move it to {to}.",
        is_safe=True,
    ),
    Kind(
        "counted-lf",
        "error",
        "the program that made the file counts one character for an end of line that is two",
        "Move it to {to}.",
        is_safe=True,
    ),
    Kind(
        "trimmed",
        "error",
        "the program that made the file dropped the white space at the start of the text",
        "Move it to {to}.",
        is_safe=True,
    ),
    Kind("moved", "error", "other words stand there: {found!r}", "Move it to {to}.", is_safe=True),
    Kind(
        "moved-loosely",
        "error",
        "other words stand there: {found!r}; the words are found only in other letters, quotation marks or white space",
        "Move it to {to}.",
        is_safe=True,
    ),
    Kind(
        "moved-where",
        "error",
        "other words stand there: {found!r}; the words stand in {count} places, none much nearer than the next",
        "Mark the words again; the nearest is {to}.",
    ),
    Kind(
        "words-missing",
        "error",
        "other words stand there: {found!r}; the words are nowhere in the text",
        "Mark the words again.",
    ),
    # Its edges.
    Kind("edge-space", "error", "white space at its edge", "Make it {to}.", is_safe=True),
    Kind("edge-control", "error", "characters that nobody sees at its edge", "Make it {to}.", is_safe=True),
    Kind("edge-punctuation", "error", "punctuation at its edge", "Make it {to}.", is_safe=True),
    Kind("edge-pair", "error", "brackets or quotation marks around it", "Make it {to}.", is_safe=True),
    Kind("half-pair", "error", "half a pair of brackets or quotation marks", "Make it {to}.", is_safe=True),
    Kind("odd-pair", "warning", "half a pair of brackets", "Make sure that no words are missing."),
    Kind("half-token", "error", "an edge cuts a word", "Make it {to}.", is_safe=True),
    Kind("determiner", "error", "the article or pronoun before a name stays outside", "Make it {to}.", is_safe=True),
    Kind(
        "determiner-capital",
        "warning",
        "the article may be no part of the name, but the start of the sentence",
        "If the name is written without it elsewhere, make it {to}.",
    ),
    Kind("control-inside", "warning", "characters that nobody sees inside it", "Nothing, if the page has them so."),
    Kind("across-paragraphs", "error", "an empty line runs through it", "Mark each part by itself."),
    Kind("across-lines", "warning", "it runs over the end of a line", "Make sure that it is one name."),
    Kind("too-long", "warning", "{count} words are much for this label", "Make sure that only the name is in it."),
    # Spans of one document.
    Kind("same-twice", "error", "the same span is there {count} times", "Keep one.", is_safe=True),
    Kind("two-labels", "error", "the same words have the labels {labels}", "Decide for one of them."),
    Kind("two-labels-redrawn", "error", "the label was {old}, and {to} was added", "Keep {to}.", is_safe=True),
    Kind("overlap", "error", "it overlaps with {other}", "Keep one of the two."),
    Kind(
        "overlap-redrawn",
        "error",
        "it was marked over {other}, which was found",
        "Keep this one: {other} goes.",
        is_safe=True,
    ),
    Kind("rule-overlap", "error", "two of this label overlap, here with {other}", "Keep one of the two."),
    Kind("rule-edges", "warning", "the rules say {other}, with other edges", "Follow the guidelines: {other}?"),
    Kind(
        "unlabelled",
        "warning",
        "the same words stand {count} more times in the document without a label, first at {first}",
        "Mark every mention, if it is one.",
    ),
    Kind(
        "labels-differ",
        "warning",
        "the same words have other labels in this import: {labels}",
        "Make sure that both are meant.",
    ),
    Kind(
        "labels-differ-training",
        "warning",
        "in the training data the same words are {label} {share:.0%} of {total} times",
        "Make sure that it is meant.",
    ),
    # The sheet.
    Kind("verdict-unknown", "error", "{verdict!r} is no verdict", "{guess}"),
    Kind("change-empty", "error", "change says neither new text nor new label", "Fill in one of the two."),
    Kind(
        "verdict-contradicts",
        "error",
        "the verdict is {verdict}, but there is a new text or label",
        "Take it for change.",
        is_safe=True,
    ),
    Kind("row-deleted", "error", "its row is gone from the sheet", "Put it back, or write wrong in it."),
    Kind("row-twice", "error", "several rows say different things about it: {places}", "Keep one of these rows."),
    Kind(
        "not-text",
        "error",
        "in the column {column} is no text but a number or date, which Excel made of it",
        "Format the cell as text and write it again.",
    ),
    Kind("new-text-missing", "error", "the new text {words!r} is not in the document", "Copy it from the sentence."),
    Kind(
        "new-text-where",
        "error",
        "the new text {words!r} stands in {count} places, none much nearer than the next",
        "Write wrong here, and a row in the sheet missed.",
    ),
    Kind("missed-empty", "error", "the row has no {what}", "Fill it in."),
    Kind("missed-missing", "error", "{words!r} is not in the document", "Copy it from the document."),
    Kind(
        "missed-place",
        "error",
        "{place!r} is neither a number from 1 to {count} nor a sentence with {words!r} in it",
        "Copy the sentence from the document, or write a number or all.",
    ),
    Kind(
        "missed-where",
        "error",
        "{words!r} stands in {count} places",
        "Write in the column where: the sentence, a number from 1 to {count}, or all.",
    ),
    Kind(
        "not-ticked",
        "warning",
        "something was filled in, but the document is not marked as reviewed: left out",
        "Write yes beside it in the sheet documents.",
    ),
)
BY_ID = {kind.id: kind for kind in KINDS}


class Source(NamedTuple):
    """Where a problem was found: the first columns of `Problem`."""

    file: str
    place: str
    doc_id: str
    start: int | None = None
    end: int | None = None
    label: str = ""
    text: str = ""


class Problem(NamedTuple):
    """A row of the repair list.

    file, place (str): Where it was found: the file, and the place in it.
    start, end (int | None): As in the file; None where it is about a whole document.
    label, text (str): As in the file.
    kind (str): An id of `KINDS`.
    cause, repair (str): What is wrong, and what is proposed.
    fixed (bool): The repair was made.
    left_out (int): Spans that are left out for it.
    """

    file: str
    place: str
    doc_id: str
    start: int | None
    end: int | None
    label: str
    text: str
    kind: str
    severity: str
    cause: str
    repair: str
    fixed: bool
    left_out: int


@dataclass
class RepairList:
    """Collects the problems of an import.

    fix (bool): Make the safe repairs.
    """

    fix: bool
    problems: list[Problem] = field(default_factory=list)

    def add(self, kind: Kind, source: Source, left_out: int, **details: Any) -> bool:
        """Note a problem.

        source (Source): Where it was found.
        left_out (int): Spans that are left out if it is an error and not repaired.
        RETURNS (bool): Whether it is repaired.
        """
        fixed = kind.is_safe and self.fix
        is_lost = kind.severity == "error" and not fixed
        cause, repair = kind.cause.format(**details), kind.repair.format(**details)
        self.problems.append(Problem(*source, kind.id, kind.severity, cause, repair, fixed, left_out if is_lost else 0))
        return fixed


def share_left_out(problems: Iterable[Problem], documents: Iterable[Document]) -> float:
    """The spans that are left out, as a share of all; a document without spans counts as one."""
    lost = sum(problem.left_out for problem in problems)
    kept = sum(max(1, len(document["spans"])) for document in documents)
    return lost / (lost + kept) if lost else 0.0


def write(problems: Iterable[Problem], path: Path) -> None:
    """The repair list as CSV that Excel opens well and never runs."""
    with atomic(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(Problem._fields)
        for problem in problems:
            cells = problem._asdict() | {"fixed": "yes" if problem.fixed else "no"}
            table.writerow([neutral(clean(cell)) if isinstance(cell, str) else cell for cell in cells.values()])


def clean(text: str) -> str:
    """On one line and without what no spreadsheet can hold."""
    return " ".join(text.encode("utf8", "replace").decode("utf8").replace("\0", "").split())
