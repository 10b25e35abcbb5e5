"""Pure helpers on spans."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from spacy.tokens import Doc, Span


class Match(NamedTuple):
    """What a matcher found in a text.

    start (int), end (int): Character offsets, end exclusive.
    rule (str): Id of the rule that fired.
    value (dict): Plain JSON types, with the keys of the label's fields.
    """

    start: int
    end: int
    rule: str
    value: dict[str, Any]


def make_span(doc: Doc, start: int, end: int, label: str, rule: str = "") -> Span:
    """A span over the characters start to end.

    Where they miss a token edge the span grows to the tokens it touches, so that nothing is lost; the shipped tokenizer
    splits so that this does not happen (`tests/test_tokenizer.py` counts).
    """
    span = doc.char_span(start, end, label=label, span_id=rule, alignment_mode="expand")
    assert span is not None  # "expand" returns None only for offsets outside the text
    return span


def write_matches(doc: Doc, matches: Iterable[Match], label: str, spans_key: str, attribute: str) -> None:
    """Write matches to `doc.spans[spans_key]`, each value to `span._.<attribute>`."""
    spans = []
    for match in matches:
        span = make_span(doc, match.start, match.end, label, match.rule)
        span._.set(attribute, match.value)
        spans.append(span)
    doc.spans[spans_key] = spans
