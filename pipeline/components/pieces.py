"""A long Doc as several short ones, so that the memory that a model takes does not grow with the text."""

from bisect import bisect_left
from collections.abc import Iterator

import numpy as np
from spacy.tokens import Doc, Span

BLANK, SENTENCE_END, LINE_END, BLANK_LINE = 1, 2, 3, 4  # how good a place for a cut; 0 is inside a word
SENTENCE_ENDS = frozenset(".!?")


def pieces(doc: Doc, size: int) -> Iterator[Doc]:
    """Cut a Doc into pieces.

    size (int): Characters in a piece, at most; a token that is longer is a piece of its own.
    YIELDS (Doc): The tokens in order, with their norms and span groups; a span across a cut is left out. A Doc that is
        no longer than a piece comes out as it is.
    """
    length = doc[-1].idx + len(doc[-1]) if len(doc) else 0
    if length <= size:
        yield doc
        return
    starts = np.append(doc.to_array("IDX"), length).astype("int64")
    groups = {key: sorted(group, key=lambda span: span.start) for key, group in doc.spans.items()}
    for first, last in cut(starts, edges(doc), size):
        yield piece(doc[first:last], groups)


def cut(starts: np.ndarray, breaks: np.ndarray, size: int) -> Iterator[tuple[int, int]]:
    """Where to cut: at the last of the best places in the second half of a piece, or in all of it where there is none.

    starts (ndarray): The first character of each token, and the end of the text.
    breaks (ndarray): How good a place for a cut lies before each token.
    YIELDS (tuple[int, int]): First token, token after the last.
    """
    first, total = 0, len(breaks)
    while starts[total] - starts[first] > size:
        half, end = np.searchsorted(starts, starts[first] + [size // 2, size], side="right").tolist()
        if not breaks[half:end].any():
            half = first + 1
        near = breaks[half:end]
        last = half + int(np.flatnonzero(near == near.max())[-1]) if len(near) else half
        yield first, last
        first = last
    if first < total:
        yield first, total


def edges(doc: Doc) -> np.ndarray:
    """How good a place for a cut lies before each token."""
    orths, spaces = doc.to_array(["ORTH", "SPACY"]).T
    words, which = np.unique(orths, return_inverse=True)
    behind = np.array([ending(doc.vocab.strings[word]) for word in words.tolist()], dtype="int8")[which]
    behind[(behind == SENTENCE_END) & (spaces == 0)] = 0  # the point in 2.5
    return np.append(0, np.maximum(behind, spaces.astype("int8"))[:-1])


def ending(text: str) -> int:
    """How good a place for a cut lies behind a token."""
    if text.isspace():
        return (BLANK, LINE_END, BLANK_LINE)[min(text.count("\n"), 2)]
    return SENTENCE_END if text in SENTENCE_ENDS else 0


def piece(span: Span, groups: dict[str, list[Span]]) -> Doc:
    """The tokens of a span as a Doc of their own; `Span.as_doc` goes through the whole text each time.

    groups (dict[str, list[Span]]): The span groups of the whole Doc, each in order.
    """
    made = Doc(span.vocab, words=[token.text for token in span], spaces=[bool(token.whitespace_) for token in span])
    for token, copy in zip(span, made, strict=True):
        copy.norm_ = token.norm_
    for key, group in groups.items():
        first, last = (bisect_left(group, edge, key=lambda span: span.start) for edge in (span.start, span.end))
        made.spans[key] = [
            Span(made, inner.start - span.start, inner.end - span.start, label=inner.label, span_id=inner.id)
            for inner in group[first:last]
            if inner.end <= span.end
        ]
    return made
