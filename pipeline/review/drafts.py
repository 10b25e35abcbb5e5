"""What a check looks at, a span in its document, and what it says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from spacy.tokens import Doc

from pipeline.review.records import Found
from pipeline.review.repairs import BY_ID, RepairList, Source
from pipeline.review.words import Folded, offsets
from pipeline.spans import one_line


@dataclass
class Draft:
    """A span while it is checked.

    found (Found): As in the file.
    start, end, label: As they should be, as far as is known.
    words (str | None): What stands there, says the file.
    is_lost (bool): It has an error that is not repaired: it is left out.
    """

    found: Found
    start: int
    end: int
    label: str
    words: str | None
    is_lost: bool = False


@dataclass(frozen=True)
class Target:
    """The document that a correction is about.

    doc (Doc): Tokenized.
    predicted (frozenset): Start, end and label of every span that was exported.
    """

    text: str
    doc: Doc
    predicted: frozenset[tuple[int, int, str]]
    ways: dict[str, list[int] | None] = field(default_factory=dict)

    @cached_property
    def folded(self) -> Folded:
        return Folded(self.text)

    def way(self, way: str) -> list[int] | None:
        """Our offsets counted in another way; see `words.offsets`."""
        if way not in self.ways:
            self.ways[way] = offsets(self.text, way)
        return self.ways[way]

    def quote(self, start: int, end: int) -> str:
        """Offsets and words, for people."""
        return f"{start}-{end} {shorten(self.text[start:end])!r}"


class Finding(NamedTuple):
    """A problem of a span.

    kind (str): An id of `repairs.KINDS`.
    place (tuple | None): Start and end as they should be; None where nothing remains or nobody knows.
    label (str): As it should be; empty where it stays.
    details (dict): For the texts of the kind.
    """

    kind: str
    place: tuple[int, int] | None = None
    label: str = ""
    details: dict[str, Any] = {}  # noqa: RUF012  (never written to)


Check = Callable[[Draft, Target], Finding | None]


def shorten(text: str, most: int = 80) -> str:
    text = one_line(text)
    return text if len(text) <= most else text[: most - 1] + "…"


@dataclass(frozen=True)
class Reporter:
    """Notes problems of spans of one document."""

    file: str
    doc_id: str
    report: RepairList

    def note(self, draft: Draft, finding: Finding, target: Target) -> bool:
        """RETURNS (bool): Whether the span is still to be had, repaired or not."""
        kind, found = BY_ID[finding.kind], draft.found
        words = found.text if found.text is not None else target.text[max(0, found.start) : max(0, found.end)]
        source = Source(self.file, found.where, self.doc_id, found.start, found.end, found.label, words)
        fixed = self.report.add(kind, source, 0 if draft.is_lost else 1, **finding.details)
        draft.is_lost |= kind.severity == "error" and not fixed
        if kind.is_safe and finding.place:
            draft.start, draft.end = finding.place
            draft.label = finding.label or draft.label
        return kind.severity == "warning" or (kind.is_safe and finding.place is not None)
