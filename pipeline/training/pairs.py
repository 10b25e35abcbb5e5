"""Which predicted span stands for which gold span, and what is wrong with those that do not fit."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spacy.tokens import Span

from pipeline.labels import LEARNED

KINDS = ("missed", "extra", "wrong edges", "wrong label")
LEARNED_NAMES = {label.name for label in LEARNED}
Pairs = list[tuple[Span, Span]]


@dataclass(frozen=True)
class Mistake:
    """kind (str): One of `KINDS`. gold, found (Span | None): The gold span, the predicted one."""

    kind: str
    gold: Span | None
    found: Span | None

    @property
    def bounds(self) -> tuple[int, int]:
        """Start and end of both spans together, in characters."""
        spans = [span for span in (self.gold, self.found) if span is not None]
        return min(span.start_char for span in spans), max(span.end_char for span in spans)


def pair(gold: Sequence[Span], found: Sequence[Span]) -> Pairs:
    """Gold and predicted spans of one label that are the same or overlap, each in one pair at most.

    As many pairs as can be and, of these, with the most characters in common; provided that spans of one label do not
    overlap one another in gold, nor in the prediction.
    RETURNS (list[tuple[Span, Span]]): In no order.
    """
    mine = {key(span): span for span in found}
    pairs, rest = [], defaultdict[str, tuple[list[Span], list[Span]]](lambda: ([], []))
    for span in gold:
        same = mine.pop(key(span), None)
        if same is None:
            rest[span.label_][0].append(span)
        else:
            pairs.append((span, same))
    for span in mine.values():
        rest[span.label_][1].append(span)
    for golds, founds in rest.values():
        pairs += overlapping(golds, founds)
    return pairs


def overlapping(gold: Sequence[Span], found: Sequence[Span]) -> Pairs:
    """The best one-to-one pairing of spans that overlap, whatever their labels."""
    pairs: Pairs = []
    for golds, founds in clusters(gold, found):
        pairs += best(golds, founds)
    return pairs


def clusters(gold: Iterable[Span], found: Iterable[Span]) -> list[tuple[list[Span], list[Span]]]:
    """Spans that hang together by overlap, so that the pairing need look at a few at a time."""
    made: list[tuple[list[Span], list[Span]]] = []
    end = 0
    sides = [(span.start_char, 0, span) for span in gold] + [(span.start_char, 1, span) for span in found]
    for start, side, span in sorted(sides, key=lambda item: item[:2]):
        if not made or start >= end:
            made.append(([], []))
            end = 0
        made[-1][side].append(span)
        end = max(end, span.end_char)
    return made


def best(gold: Sequence[Span], found: Sequence[Span]) -> Pairs:
    """As the longest common subsequence is found: both sides are in order, and pairs do not cross."""
    table: list[list[tuple[int, int, Pairs]]] = [[(0, 0, [])] * (len(found) + 1) for _ in range(len(gold) + 1)]
    for i, theirs in enumerate(gold):
        for j, mine in enumerate(found):
            options = [table[i][j + 1], table[i + 1][j]]
            if common := overlap(theirs, mine):
                number, characters, pairs = table[i][j]
                options.append((number + 1, characters + common, [*pairs, (theirs, mine)]))
            table[i + 1][j + 1] = max(options, key=lambda option: option[:2])
    return table[-1][-1][2]


def overlap(one: Span, other: Span) -> int:
    """Characters in common."""
    return max(0, min(one.end_char, other.end_char) - max(one.start_char, other.start_char))


def mistakes(gold: Sequence[Span], found: Sequence[Span]) -> list[Mistake]:
    """Everything that is not exactly right in one document, by place.

    A predicted span that overlaps a gold one of its label has wrong edges; of what is left, one that overlaps a gold
    one of another label has the wrong label, whatever its edges; the rest is missed or extra. Only learned labels are
    taken for one another: those of rules stand inside and around all others.
    """
    pairs = pair(gold, found)
    made = [Mistake("wrong edges", *two) for two in pairs if key(two[0]) != key(two[1])]
    gold, found = unpaired(gold, found, pairs)
    swapped = overlapping(learned(gold), learned(found))
    made += [Mistake("wrong label", *two) for two in swapped]
    gold, found = unpaired(gold, found, swapped)
    made += [Mistake("missed", span, None) for span in gold]
    made += [Mistake("extra", None, span) for span in found]
    return sorted(made, key=lambda mistake: mistake.bounds)


def unpaired(gold: Sequence[Span], found: Sequence[Span], pairs: Pairs) -> tuple[list[Span], list[Span]]:
    """The spans of either side that are in no pair."""
    theirs, mine = {key(span) for span, _ in pairs}, {key(span) for _, span in pairs}
    return [span for span in gold if key(span) not in theirs], [span for span in found if key(span) not in mine]


def learned(spans: Iterable[Span]) -> list[Span]:
    return [span for span in spans if span.label_ in LEARNED_NAMES]


def key(span: Span) -> tuple[int, int, str]:
    """What makes a span right: start, end and label."""
    return span.start, span.end, span.label_
