"""Pure helpers on spans."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from spacy.tokens import Doc, Span

import pipeline.extensions  # noqa: F401  (registers span._.confidence)


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


def make_entity(doc: Doc, start: int, end: int, label: str, confidence: float | None) -> Span:
    """A learned entity over the tokens start to end, with its confidence."""
    span = Span(doc, start, end, label=label)
    span._.confidence = confidence
    return span


def write_matches(doc: Doc, matches: Iterable[Match], label: str, spans_key: str, attribute: str) -> None:
    """Write matches to `doc.spans[spans_key]`, each value to `span._.<attribute>`."""
    spans = []
    for match in matches:
        span = make_span(doc, match.start, match.end, label, match.rule)
        span._.set(attribute, match.value)
        spans.append(span)
    doc.spans[spans_key] = spans


SENTENCE_END = re.compile(r"[.!?][\"”’')\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9])|\n")
LONGEST_SENTENCE = 1_000  # characters on either side of the span


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence around text[start:end]: to the nearest line ends, or full stops before a capital, on either side."""
    first, last = sentence_bounds(text, start, end)
    return text[first:last].strip()


def sentence_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence around text[start:end] starts and ends, with the white space around it."""
    first = max(0, start - LONGEST_SENTENCE)
    last = min(len(text), end + LONGEST_SENTENCE)
    edges = [match.end() for match in SENTENCE_END.finditer(text, first, last)]
    starts = [edge for edge in edges if edge <= start]
    ends = [edge for edge in edges if edge >= end]
    return starts[-1] if starts else first, ends[0] if ends else last


def one_line(text: str) -> str:
    """The text with every run of white space as one blank."""
    return " ".join(text.split())
