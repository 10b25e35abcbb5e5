"""One span of a corrected file: its label and where it stands. What is wrong, and what it should be."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from pipeline.labels import BY_NAME
from pipeline.review.drafts import Check, Draft, Finding, Reporter, Target, shorten
from pipeline.review.edge_checks import EDGES, REMARKS
from pipeline.review.words import COUNTS, fold, search, to_ours

ROUNDS = 5  # of mending edges: a repair can bring another problem to light
WORDLESS = 3  # spans, at least, by whose edges alone another way of counting is recognised


def check_label(draft: Draft, target: Target) -> Finding | None:
    """Unknown labels, and known ones with blanks or in other case."""
    if draft.label in BY_NAME:
        return None
    name = "_".join(draft.label.split()).upper()
    if name in BY_NAME:
        return Finding("label-spelling", (draft.start, draft.end), name, {"label": draft.label, "to": name})
    near = get_close_matches(name, BY_NAME, 1)
    guess = f"Is it {near[0]}?" if near else f"The labels are {', '.join(BY_NAME)}."
    return Finding("unknown-label", details={"label": draft.label, "guess": guess})


def counting(drafts: Sequence[Draft], target: Target) -> str:
    """How the program counted that made the file: a key of `words.COUNTS`, `trimmed`, or empty for as we do.

    Seen from the words that should stand there or, where the file has none, from edges that cut words.
    """

    def fits(draft: Draft, counted: list[int] | None) -> bool:
        start, end = draft.start, draft.end
        if counted:
            start, end = to_ours(counted, start), to_ours(counted, end)
        if draft.words is not None:
            return stands(draft.words, target, start, end)
        return 0 <= start < end <= len(target.text) and target.doc.char_span(start, end) is not None

    as_we = sum(fits(draft, None) for draft in drafts)
    if as_we == len(drafts):
        return ""
    scores = {
        way: sum(fits(draft, target.way(way)) for draft in drafts) for way in (*COUNTS, "trimmed") if target.way(way)
    }
    best = max(scores, key=lambda way: scores[way], default="")
    if not best or scores[best] <= as_we:
        return ""
    if any(draft.words is None for draft in drafts) and not WORDLESS <= len(drafts) == scores[best]:
        return ""
    return best


def stands(words: str, target: Target, start: int, end: int) -> bool:
    """Whether the words stand there, whatever their case, quotation marks and white space."""
    if not 0 <= start < end <= len(target.text):
        return False
    there = target.text[start:end]
    return there == words or fold(there) == fold(words)


def check_place(draft: Draft, target: Target, way: str) -> Finding | None:
    """Offsets that are wrong, by the words that should stand there; where the file has none, offsets that cannot be.

    way (str): From `counting`.
    """
    if draft.words is not None and fold(draft.words):
        if stands(draft.words, target, draft.start, draft.end):
            return None
        return elsewhere(draft, target, draft.words, way)
    counted = target.way(way) if way else None
    if counted:
        start, end = to_ours(counted, draft.start), to_ours(counted, draft.end)
        if (start, end) != (draft.start, draft.end):
            return Finding(way, (start, end), details={"to": target.quote(start, end)})
    length = len(target.text)
    if min(draft.start, draft.end) < 0 or max(draft.start, draft.end) > length:
        return Finding("outside", details={"length": length})
    if draft.start == draft.end:
        return Finding("empty")
    if draft.start > draft.end:
        return Finding("reversed", (draft.end, draft.start), details={"to": target.quote(draft.end, draft.start)})
    return None


def elsewhere(draft: Draft, target: Target, words: str, way: str) -> Finding:
    """Where the words of a span stand that has others at its offsets."""
    start, end = draft.start, draft.end

    def to(kind: str, place: tuple[int, int], **details: Any) -> Finding:
        return Finding(kind, place, details={"to": target.quote(*place), "found": found, **details})

    found = shorten(target.text[max(0, start) : max(0, end)])
    if start > end and stands(words, target, end, start):
        return to("reversed", (end, start))
    counted = target.way(way) if way else None
    if counted:
        place = to_ours(counted, start), to_ours(counted, end)
        if stands(words, target, *place):
            return to(way, place)
    match = search(target.text, target.folded, words, min(start, end), max(start, end))
    if not match.places:
        return Finding("words-missing", details={"found": found})
    if not match.is_clear:
        return to("moved-where", match.places[0], count=len(match.places))
    if min(start, end) < 0 or max(start, end) > len(target.text):
        return to("out-of-range", match.places[0], length=len(target.text))
    return to("moved" if match.is_exact else "moved-loosely", match.places[0])


def check_spans(drafts: Sequence[Draft], target: Target, reporter: Reporter) -> list[Draft]:
    """Check each span by itself.

    RETURNS (list[Draft]): Those that could be placed, as they should be; those with an error are marked as lost.
    """
    way = counting(drafts, target)
    return [draft for draft in drafts if check_span(draft, target, way, reporter)]


def mend(check: Check, draft: Draft, target: Target) -> Finding | None:
    """What a check of edges finds, unless the repair would cut a token that was whole: then it can only stay."""
    if (finding := check(draft, target)) is None:
        return None
    cuts = finding.place is not None and target.doc.char_span(*finding.place) is None
    return None if cuts and target.doc.char_span(draft.start, draft.end) is not None else finding


def check_span(draft: Draft, target: Target, way: str, reporter: Reporter) -> bool:
    """RETURNS (bool): Whether the span is still to be had."""
    for finding in (check_label(draft, target), check_place(draft, target, way)):
        if finding and not reporter.note(draft, finding, target):
            return False
    for _ in range(ROUNDS):
        is_changed = False
        for check in EDGES:
            if finding := mend(check, draft, target):
                is_changed = True
                if not reporter.note(draft, finding, target):
                    return False
        if not is_changed:
            break
    return all(
        reporter.note(draft, finding, target) for check in REMARKS if (finding := check(draft, target)) is not None
    )
