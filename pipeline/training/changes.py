"""What one model gets wrong and another does not, in one document: fixed, broken, still wrong in another way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from spacy.tokens import Doc, Span

from pipeline.training.pairs import Mistake, mistakes

What = Literal["fixed", "broken", "otherwise wrong"]
WHATS: tuple[What, ...] = ("broken", "fixed", "otherwise wrong")
Place = tuple[int, int, str]


@dataclass(frozen=True)
class Change:
    """One place where the models differ and at least one is wrong.

    doc (Doc): The text, as the new model has it.
    what ("fixed" | "broken" | "otherwise wrong"): From the old model to the new.
    old, new (Mistake | None): What each has wrong; None where it is right.
    """

    doc: Doc
    what: What
    old: Mistake | None
    new: Mistake | None

    @property
    def gold(self) -> Span | None:
        return next((mistake.gold for mistake in (self.old, self.new) if mistake and mistake.gold is not None), None)

    @property
    def label(self) -> str:
        """Of the gold span; of a span that should not be there, its own."""
        span = self.gold if self.gold is not None else next(spans(self.old, self.new))
        return span.label_

    @property
    def bounds(self) -> tuple[int, int]:
        """Start and end of all its spans, in characters."""
        found = [(span.start_char, span.end_char) for span in spans(self.old, self.new)]
        return min(start for start, _ in found), max(end for _, end in found)


def spans(*made: Mistake | None) -> Iterator[Span]:
    """The spans of mistakes."""
    for mistake in made:
        if mistake is not None:
            yield from (span for span in (mistake.gold, mistake.found) if span is not None)


def changes(gold: Sequence[Sequence[Span]], old: Sequence[Span], new: Sequence[Span], doc: Doc) -> list[Change]:
    """What became of the mistakes in one document, by place.

    gold (Sequence[Sequence[Span]]): The gold spans as the old and as the new model's tokens have them.
    old, new (Sequence[Span]): What each model found.
    """
    before = {place(mistake): mistake for mistake in mistakes(gold[0], old)}
    after = {place(mistake): mistake for mistake in mistakes(gold[1], new)}
    both = [(before[key], after[key]) for key in before if key in after]
    rest = [
        ([mistake for key, mistake in side.items() if key not in other])
        for side, other in ((before, after), (after, before))
    ]
    both += touching(*rest)
    done = {id(mistake) for pair in both for mistake in pair}
    fixed, broken = ([mistake for mistake in side if id(mistake) not in done] for side in rest)
    made = [Change(doc, "otherwise wrong", *pair) for pair in both if wrong_as(pair[0]) != wrong_as(pair[1])]
    made += [Change(doc, "fixed", mistake, None) for mistake in fixed]
    made += [Change(doc, "broken", None, mistake) for mistake in broken]
    return sorted(made, key=lambda change: change.bounds)


def place(mistake: Mistake) -> tuple[bool, Place]:
    """What a mistake is about: the gold span; the span that was found, where there is none in gold."""
    if mistake.gold is not None:
        return True, edges(mistake.gold)
    assert mistake.found is not None
    return False, edges(mistake.found)


def edges(span: Span) -> Place:
    return span.start_char, span.end_char, span.label_


def wrong_as(mistake: Mistake) -> tuple[str, Place | None]:
    return mistake.kind, edges(mistake.found) if mistake.found is not None else None


def touching(old: Iterable[Mistake], new: Iterable[Mistake]) -> list[tuple[Mistake, Mistake]]:
    """Spans that should not be there and overlap one that the other model has: the same fault, with other edges."""
    waiting = [mistake for mistake in new if mistake.gold is None]
    pairs = []
    for mistake in old:
        if mistake.gold is None:
            start, end = mistake.bounds
            other = next((one for one in waiting if one.bounds[0] < end and start < one.bounds[1]), None)
            if other is not None:
                waiting.remove(other)
                pairs.append((mistake, other))
    return pairs
