"""The one class behind every matcher: a function finds, this writes."""

from collections.abc import Callable, Iterable

from spacy.tokens import Doc

from pipeline.extensions import SPAN_ATTRIBUTES
from pipeline.labels import Label
from pipeline.spans import Match, write_matches


class Matcher:
    """A pipeline component that writes what `find` finds in a text to its label's span group.

    label (Label): Row of the label table.
    find (Callable[[str], Iterable[Match]]): Text to matches, in order, none overlapping; knows nothing of spaCy.
    spans_key (str): Where to write.
    """

    def __init__(self, label: Label, find: Callable[[str], Iterable[Match]], spans_key: str):
        if label.attribute not in SPAN_ATTRIBUTES:
            raise ValueError(f"no span attribute {label.attribute!r} for {label.name}")
        self.label = label
        self.find = find
        self.spans_key = spans_key

    def __call__(self, doc: Doc) -> Doc:
        write_matches(doc, self.find(doc.text), self.label.name, self.spans_key, self.label.attribute)
        return doc
