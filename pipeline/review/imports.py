"""Take corrected files into a review folder: all that is in order, or nothing."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import Errors, PipelineError
from pipeline.nlp import blank
from pipeline.review.checks import check
from pipeline.review.folder import ReviewFolder, merged, texts, to_lines, valid_name
from pipeline.review.formats import left_out, read
from pipeline.review.known import known
from pipeline.review.records import Correction, Document, reviewed, spans_of
from pipeline.review.repairs import BY_ID, THRESHOLD, Problem, share_left_out
from pipeline.review.repairs import write as write_repairs
from pipeline.training.gold import DATA
from pipeline.writers import atomic


class Changes(NamedTuple):
    """How many predicted spans of the imported documents stayed, came and went; a changed one does both."""

    kept: int
    added: int
    removed: int


@dataclass(frozen=True)
class Summary:
    """What an import did.

    documents, spans (int): That were taken in.
    total (int): Documents that this person has reviewed by now.
    changes (Changes): Against the prediction.
    problems (list[Problem]): As in the repair list.
    left_out (int): Spans that are missing for their errors.
    unfinished (Counter[str]): What the files of a tool hold besides: rejected, skipped, not submitted.
    reviewed, repairs (Path): The files written.
    """

    documents: int
    spans: int
    total: int
    changes: Changes
    problems: list[Problem]
    left_out: int
    unfinished: Counter[str]
    reviewed: Path
    repairs: Path

    @property
    def cure(self) -> str:
        """What --fix does about the errors that are left."""
        return cure(self.problems)

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """Problems by kind, the most frequent first."""
        return Counter(problem.kind for problem in self.problems).most_common()


def import_files(
    paths: Sequence[Path],
    folder: Path,
    by: str,
    at: datetime.datetime,
    fix: bool = False,
    threshold: float = THRESHOLD,
    data: Path = DATA,
    annotator: str = "",
) -> Summary:
    """Check the files of one person and write `reviewed/<by>.jsonl` and `repairs/<by>.csv`.

    paths (Sequence[Path]): Files of any of the formats. Documents that came before stay, or are replaced.
    by (str), at (datetime): Who corrected it, and now, with a time zone.
    fix (bool): Make the safe repairs.
    threshold (float): Share of spans that may be left out; over it only the repair list is written.
    data (Path): Folder of the training data, whose held-out texts must not come in.
    annotator (str): Whose work to take, where a file holds that of several people.
    RAISES (PipelineError): When a file cannot be read, too much would be left out, or there is nothing to take in.
    """
    review = ReviewFolder.open(folder)
    valid_name(by)
    predicted = review.predicted()
    corrections = read_all(paths, predicted, annotator)
    documents, problems = check(corrections, predicted, blank().tokenizer, known(data, review.name), fix)
    refuse(review, by, paths, documents, problems, threshold)
    stamped = [reviewed(document, document["spans"], "reviewed", by, at) for document in documents]
    total = merged(review.reviewed(by), stamped)
    save(review, by, total, problems)
    return Summary(
        len(documents),
        sum(len(document["spans"]) for document in documents),
        len(total),
        changes(predicted, documents),
        problems,
        sum(problem.left_out for problem in problems),
        sum((left_out(path, annotator) for path in paths), Counter[str]()),
        review.reviewed_file(by),
        review.repairs_file(by),
    )


def read_all(paths: Sequence[Path], predicted: Sequence[Document], annotator: str) -> list[Correction]:
    exported = texts(predicted)
    return [correction for path in paths for correction in read(path, texts=exported, annotator=annotator)]


def refuse(
    review: ReviewFolder,
    by: str,
    paths: Sequence[Path],
    documents: Sequence[Document],
    problems: Sequence[Problem],
    threshold: float,
) -> None:
    """RAISES (PipelineError): When nothing is to be taken in; the repair list, which says why, is written then, too."""
    repairs = review.repairs_file(by)
    lost = sum(problem.left_out for problem in problems)
    if share_left_out(problems, documents) > threshold:
        message = Errors.E544.format(
            left_out=lost,
            spans=lost + sum(max(1, len(document["spans"])) for document in documents),
            threshold=threshold,
            cure=cure(problems),
            repairs=repairs,
        )
    elif not documents:
        message = Errors.E545.format(files=", ".join(path.name for path in paths), repairs=repairs)
    else:
        return
    save(review, by, None, problems)
    raise PipelineError(message)


def cure(problems: Sequence[Problem]) -> str:
    """What --fix does about the errors that are left."""
    errors = [problem for problem in problems if problem.severity == "error" and not problem.fixed]
    safe = sum(BY_ID[problem.kind].is_safe for problem in errors)
    return f"With --fix {safe} of {len(errors)} errors are repaired." if safe else "None can be repaired by itself."


def save(review: ReviewFolder, by: str, documents: Sequence[Document] | None, problems: Sequence[Problem]) -> None:
    """Write the repair list and, unless None, the documents: either both or the repair list alone.

    RAISES (PipelineError): When one of them cannot be written.
    """
    path, repairs = review.reviewed_file(by), review.repairs_file(by)
    try:
        if documents is None:
            write_repairs(problems, repairs)
            return
        with atomic(path) as part:  # takes its place only once the repair list has
            part.write_text(to_lines(documents), "utf8", newline="\n")
            write_repairs(problems, repairs)
    except OSError as err:
        raise PipelineError(Errors.E303.format(path=err.filename or path, cause=err.strerror or err)) from err


def changes(predicted: Sequence[Document], documents: Sequence[Document]) -> Changes:
    """What people did to the spans that were predicted."""
    before = {document["meta"]["id"]: spans_of(document) for document in predicted}
    kept = added = removed = 0
    for document in documents:
        old, new = before[document["meta"]["id"]], spans_of(document)
        kept, added, removed = kept + len(old & new), added + len(new - old), removed + len(old - new)
    return Changes(kept, added, removed)
