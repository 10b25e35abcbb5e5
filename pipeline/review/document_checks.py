"""A corrected document as a whole: whether it is one of ours, may be trained on, and how its spans go together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pipeline.labels import BY_NAME
from pipeline.review.drafts import Draft, Finding, Reporter, Target
from pipeline.review.known import LEARNED_NAMES, Known
from pipeline.review.records import Correction, Document, digest_of
from pipeline.review.repairs import BY_ID, RepairList, Source
from pipeline.review.rows import SheetCorrection, same_group
from pipeline.review.words import find, fold

RULE_EDGES = ("PERCENTAGE", "DATE_RANGE")  # whose edges the rules know well
FEW_SPANS = 3  # predicted, from which it is odd that none is left
MANY_TIMES, MANY_MORE = 2, 10  # so many times as many as predicted, and so many more, is odd
SHORTEST = 3  # characters of a name that is looked for elsewhere in the document

Pair = tuple[Correction, Document]


def note(kind: str, correction: Correction, report: RepairList, **details: object) -> bool:
    """A problem of a whole document."""
    source = Source(correction.file, correction.where, correction.doc_id)
    return report.add(BY_ID[kind], source, max(1, len(correction.spans)), **details)


def matched(corrections: Iterable[Correction], predicted: Sequence[Document], report: RepairList) -> list[Pair]:
    """Each corrected document with the exported one, once; unless it is no document of ours or not yet done."""
    by_id = {document["meta"]["id"]: document for document in predicted}
    texts: dict[str, Document] = {}
    pairs: dict[str, list[Pair]] = {}
    for correction in corrections:
        document = by_id.get(correction.doc_id)
        if document is None:
            texts = texts or by_text(predicted)
            document = renamed(correction, texts, report)
        if document and is_done(correction, report):
            pairs.setdefault(document["meta"]["id"], []).append((correction, document))
    return [pair for copies in pairs.values() for pair in only_once(copies, report)]


def by_text(predicted: Sequence[Document]) -> dict[str, Document]:
    """The exported documents by their folded text, and by its digest."""
    return {key: one for one in reversed(predicted) for key in (digest_of(one["text"]), fold(one["text"]))}


def renamed(correction: Correction, texts: Mapping[str, Document], report: RepairList) -> Document | None:
    """The exported document with the same text, where the id is unknown."""
    key = correction.digest if correction.text is None else fold(correction.text)
    document = texts.get(key) if key else None
    if document is None:
        note("unknown-document", correction, report, id=correction.doc_id)
        return None
    wanted = document["meta"]["id"]
    return document if note("renamed-document", correction, report, id=correction.doc_id, wanted=wanted) else None


def is_text_of(correction: Correction, document: Document) -> bool:
    """Whether a correction is about that text, seen from the text it carries or its digest."""
    if correction.text is None:
        return bool(correction.digest) and correction.digest == digest_of(document["text"])
    return correction.text == document["text"] or fold(correction.text) == fold(document["text"])


def is_done(correction: Correction, report: RepairList) -> bool:
    """Whether somebody says that the document is reviewed: an unmarked one that was not touched is passed over."""
    if not isinstance(correction, SheetCorrection) or correction.is_ticked:
        return True
    if correction.is_filled:
        note("not-ticked", correction, report)
    return False


def only_once(copies: list[Pair], report: RepairList) -> list[Pair]:
    """Of a document that comes several times the first, if all say the same."""
    first = copies[0][0]
    files = ", ".join(dict.fromkeys(f"{one.file}, {one.where}" for one, _ in copies))
    if len(copies) > 1 and len({frozenset(span[:4] for span in one.spans) for one, _ in copies}) > 1:
        note("document-twice", first, report, count=len(copies), files=files)
        return []
    for other, _ in copies[1:]:
        note("document-repeated", other, report, files=f"{first.file}, {first.where}")
    return copies[:1]


def is_usable(correction: Correction, document: Document, known: Known, report: RepairList) -> bool:
    """Whether the document is as it was exported, and may be trained on."""
    if (correction.text is not None or correction.digest) and not is_text_of(correction, document):
        note("text-changed", correction, report)
        return False
    if correction.text is None and not correction.digest:
        note("no-digest", correction, report)
    if same := known.same_page(document["text"]):
        one, share = same
        kind = f"{one.split}-split" if share == 1 else f"near-{one.split}-split"
        note(kind, correction, report, known=one.doc_id, share=share)
        return False
    if trained := known.trained.get(digest_of(document["text"])):
        note("already-trained", correction, report, known=trained)
    return True


def to_drafts(correction: Correction, target: Target) -> list[Draft]:
    """The spans of a correction. What stands there is what the file says, or what its own text has there."""
    theirs = correction.text if correction.text not in (None, target.text) else None
    return [
        Draft(span, span.start, span.end, span.label, words_of(span.text, theirs, span.start, span.end))
        for span in correction.spans
    ]


def words_of(words: str | None, text: str | None, start: int, end: int) -> str | None:
    if words is not None or text is None:
        return words
    return text[start:end] if 0 <= start < end <= len(text) else None


def check_together(drafts: Sequence[Draft], target: Target, reporter: Reporter) -> list[Draft]:
    """Spans that are there twice or overlap.

    RETURNS (list[Draft]): Those that remain; by start.
    """
    drafts = sorted(drop_copies(drafts, target, reporter), key=lambda draft: (draft.start, -draft.end, draft.label))
    gone: list[Draft] = []
    for number, one in enumerate(drafts):
        for other in drafts[number + 1 :]:
            if other.start >= one.end:
                break
            if same_group(one.label, other.label) and one not in gone and other not in gone:
                gone += conflict(one, other, target, reporter)
    return [draft for draft in drafts if draft not in gone]


def drop_copies(drafts: Sequence[Draft], target: Target, reporter: Reporter) -> list[Draft]:
    counts = Counter((draft.start, draft.end, draft.label) for draft in drafts)
    kept: dict[tuple[int, int, str], Draft] = {}
    for draft in drafts:
        key = draft.start, draft.end, draft.label
        if key in kept:
            reporter.note(draft, Finding("same-twice", details={"count": counts[key]}), target)
        else:
            kept[key] = draft
    return list(kept.values())


def conflict(one: Draft, other: Draft, target: Target, reporter: Reporter) -> list[Draft]:
    """Two spans that cannot both be. One that was predicted gives way to one that was marked over it.

    RETURNS (list[Draft]): What gives way.
    """
    old = [draft for draft in (one, other) if (draft.start, draft.end, draft.label) in target.predicted]
    same_place = (one.start, one.end) == (other.start, other.end)
    if len(old) == 1:
        new = other if old[0] is one else one
        kind = "two-labels-redrawn" if same_place else "overlap-redrawn"
        details = {"old": old[0].label, "to": new.label, "other": quote(old[0], target)}
        reporter.note(new, Finding(kind, (new.start, new.end), details=details), target)
        old[0].is_lost = True
        return old
    kind = "rule-overlap" if one.label == other.label and one.label not in LEARNED_NAMES else "overlap"
    labels = f"{one.label} and {other.label}"
    for draft, against in ((one, other), (other, one)):
        details = {"other": quote(against, target), "labels": labels}
        reporter.note(draft, Finding("two-labels" if same_place else kind, details=details), target)
    return []


def quote(draft: Draft, target: Target) -> str:
    return f"{draft.label} {target.quote(draft.start, draft.end)}"


def remark(correction: Correction, drafts: Sequence[Draft], target: Target, reporter: Reporter) -> None:
    """What is odd about the spans of a document together."""
    before, now = len(target.predicted), len(drafts)
    if before >= FEW_SPANS and not correction.spans:
        note("all-gone", correction, reporter.report, count=before)
    if now > MANY_TIMES * before + MANY_MORE:
        note("many-more", correction, reporter.report, now=now, before=before)
    for draft in drafts:
        if draft.label in RULE_EDGES and (rule := other_edges(draft, target)):
            reporter.note(draft, Finding("rule-edges", details={"other": target.quote(*rule)}), target)
    remark_unlabelled(drafts, target, reporter)


def other_edges(draft: Draft, target: Target) -> tuple[int, int] | None:
    """The predicted span of the same rules that overlaps, with other edges."""
    same = [(start, end) for start, end, label in target.predicted if label == draft.label]
    overlapping = sorted((start, end) for start, end in same if start < draft.end and draft.start < end)
    return overlapping[0] if overlapping and (draft.start, draft.end) not in overlapping else None


def remark_unlabelled(drafts: Sequence[Draft], target: Target, reporter: Reporter) -> None:
    """Names that stand elsewhere in the document without a label."""
    names = [draft for draft in drafts if BY_NAME[draft.label].kind == "learned"]
    covered = sorted((draft.start, draft.end) for draft in names)
    seen = set()
    for draft in names:
        words = target.text[draft.start : draft.end]
        if len(words) < SHORTEST or words in seen:
            continue
        seen.add(words)
        places = [place for place in find(target.text, words) if not overlaps(place, covered)]
        if places:
            details = {"count": len(places), "first": target.quote(*places[0])}
            reporter.note(draft, Finding("unlabelled", details=details), target)


def overlaps(place: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(start < place[1] and place[0] < end for start, end in others)


def remark_labels(checked: Sequence[tuple[Reporter, Target, list[Draft]]], known: Known) -> None:
    """Words that have another label elsewhere in the import, or nearly always in the training data."""
    counts: dict[str, Counter[str]] = {}
    for _, target, drafts in checked:
        for draft in drafts:
            if draft.label in LEARNED_NAMES:
                words = fold(target.text[draft.start : draft.end])
                counts.setdefault(words, Counter())[draft.label] += 1
    for reporter, target, drafts in checked:
        for draft in drafts:
            if draft.label in LEARNED_NAMES:
                words = target.text[draft.start : draft.end]
                remark_label(draft, target, reporter, counts[fold(words)], known)


def remark_label(draft: Draft, target: Target, reporter: Reporter, counts: Counter[str], known: Known) -> None:
    if len(counts) > 1 and counts[draft.label] < counts.total() - counts[draft.label] + 1:
        labels = ", ".join(f"{label} {count}" for label, count in counts.most_common())
        reporter.note(draft, Finding("labels-differ", details={"labels": labels}), target)
    majority = known.majority(target.text[draft.start : draft.end])
    if majority and majority.label != draft.label:
        reporter.note(draft, Finding("labels-differ-training", details=majority._asdict()), target)
