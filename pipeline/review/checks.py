"""Check what came back against what was exported: documents to train on, and a list of everything that is wrong."""

from collections.abc import Callable, Iterable, Sequence

from spacy.tokens import Doc

from pipeline.review import document_checks, rows
from pipeline.review.drafts import Draft, Reporter, Target
from pipeline.review.known import Known
from pipeline.review.records import Correction, Document, spans_of
from pipeline.review.repairs import Problem, RepairList
from pipeline.review.rows import SheetCorrection
from pipeline.review.span_checks import check_spans


def check(
    corrections: Iterable[Correction],
    predicted: Sequence[Document],
    tokenizer: Callable[[str], Doc],
    known: Known,
    fix: bool = False,
) -> tuple[list[Document], list[Problem]]:
    """Check corrected documents.

    corrections (Iterable[Correction]): As read from the files of one annotator.
    predicted (Sequence[dict]): As exported.
    tokenizer (Callable): The pipeline's own, as of `pipeline.nlp.blank()`.
    known (Known): Held-out texts and labels of the training data.
    fix (bool): Make the safe repairs.
    RETURNS (tuple[list[dict], list[Problem]]): The documents with all spans that are in order, and the problems.
        `meta` is as exported. What has an error that was not repaired is left out.
    """
    report = RepairList(fix)
    checked: list[tuple[Document, Reporter, Target, list[Draft]]] = []
    for correction, document in document_checks.matched(corrections, predicted, report):
        if document_checks.is_usable(correction, document, known, report):
            target = to_target(document, tokenizer)
            reporter = Reporter(correction.file, document["meta"]["id"], report)
            drafts = check_document(correction, target, reporter)
            checked.append((document, reporter, target, drafts))
    document_checks.remark_labels([rest for _, *rest in checked], known)  # type: ignore[misc]
    return [corrected(document, drafts) for document, *_, drafts in checked], report.problems


def to_target(document: Document, tokenizer: Callable[[str], Doc]) -> Target:
    return Target(document["text"], tokenizer(document["text"]), spans_of(document))


def check_document(correction: Correction, target: Target, reporter: Reporter) -> list[Draft]:
    """The spans of one document that are in order."""
    report = reporter.report
    if isinstance(correction, SheetCorrection):
        drafts = rows.drafts(correction, target, report)
    else:
        drafts = document_checks.to_drafts(correction, target)
    drafts = check_spans(drafts, target, reporter)
    drafts = document_checks.check_together(drafts, target, reporter)
    kept = [draft for draft in drafts if not draft.is_lost]
    document_checks.remark(correction, kept, target, reporter)
    return kept


def corrected(document: Document, drafts: Iterable[Draft]) -> Document:
    """The document with these spans, as training data has them."""
    text = document["text"]
    spans = [
        {"start": draft.start, "end": draft.end, "label": draft.label, "text": text[draft.start : draft.end]}
        for draft in drafts
    ]
    return {**document, "spans": spans}
