"""Two people's corrections in a review folder: compared, decided upon."""

import datetime
import json
from pathlib import Path

from pipeline.errors import Errors, PipelineError
from pipeline.nlp import blank
from pipeline.review.adjudicate import adjudicated, read_sheet, write_sheet
from pipeline.review.agreement import Agreement, agreement, to_doc
from pipeline.review.folder import ReviewFolder, merged
from pipeline.review.records import Document, reviewed
from pipeline.writers import atomic

SHEET, SCORES = "disagreements.xlsx", "agreement.json"


def compare(folder: Path, between: tuple[str, str] | None = None) -> tuple[Agreement, Path]:
    """Compare two people, and write disagreements.xlsx and agreement.json.

    between (tuple[str, str] | None): Their names; the two who have corrected documents there if None.
    RAISES (PipelineError): When there are not two, they have no document in common, or the sheet cannot be
        read or written.
    """
    review = ReviewFolder.open(folder)
    found = between_two(review, pair_of(review, between))
    rows = {view: {label: row._asdict() for label, row in scores.items()} for view, scores in found.scores.items()}
    held = {"names": found.names, "documents": found.documents, "scores": rows}
    try:
        write_sheet(found, folder / SHEET)
        with atomic(folder / SCORES) as part:
            part.write_text(json.dumps(held, indent=2, ensure_ascii=False) + "\n", "utf8")
    except OSError as err:
        raise PipelineError(Errors.E303.format(path=err.filename, cause=err.strerror or err)) from err
    return found, folder / SHEET


def decide(folder: Path, by: str, at: datetime.datetime) -> tuple[list[Document], Path]:
    """Make one gold of the two people's documents, and write it to adjudicated.jsonl; other pairs' documents stay.

    by (str), at (datetime): Who decided, and now, with a time zone.
    RAISES (PipelineError): When the sheet is missing, not of these corrections or not filled in, or words are cut.
    """
    review = ReviewFolder.open(folder)
    try:
        first, second = json.loads((folder / SCORES).read_text("utf8"))["names"]
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise PipelineError(Errors.E566.format(path=folder / SHEET)) from err
    found = between_two(review, (first, second))
    decisions = read_sheet(folder / SHEET, found)
    documents = [
        reviewed(document, document["spans"], "adjudicated", by, at)
        for document in adjudicated(review.reviewed(first), review.reviewed(second), found, decisions)
    ]
    nlp = blank()
    for document in documents:
        to_doc(nlp, document)  # words that were typed in may be half of a token
    return documents, review.save_adjudicated(merged(review.adjudicated(), documents))


def pair_of(review: ReviewFolder, between: tuple[str, str] | None) -> tuple[str, str]:
    """RAISES (PipelineError): When it is not clear who is meant."""
    there = review.reviewers()
    if between and set(between) <= set(there) and between[0] != between[1]:
        return between
    if between is None and len(there) == 2:
        return there[0], there[1]
    raise PipelineError(Errors.E563.format(path=review.path, count=len(there), names=", ".join(there) or "nobody"))


def between_two(review: ReviewFolder, names: tuple[str, str]) -> Agreement:
    return agreement(blank(), review.reviewed(names[0]), review.reviewed(names[1]), names)
