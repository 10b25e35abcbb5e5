"""The edges of a span, and what is odd about it where nothing is wrong for sure."""

import unicodedata
from collections.abc import Callable

from pipeline.labels import BY_NAME
from pipeline.review.drafts import Check, Draft, Finding, Target
from pipeline.review.words import UNSEEN

PUNCTUATION = ",;:.…•*|"
DASHES = "-–—"  # at the edge of a name; before a percentage it is a minus
PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”", "‘": "’", "«": "»", '"': '"', "'": "'"}
BRACKETS = "([{"
DETERMINERS = frozenset(("the", "a", "an", "our", "their", "its", "his", "her", "your", "my", "this", "these", "those"))
LONGEST = {"PERCENTAGE": 15, "DATE_RANGE": 20, "RESOLUTION": 400}  # words; others as `LONGEST_NAME`
LONGEST_NAME = 30


def edge(kind: str, start: int, end: int, target: Target) -> Finding:
    return Finding(kind, (start, end), details={"to": target.quote(start, end)})


def stripped(
    text: str, start: int, end: int, leading: Callable[[str], bool], trailing: Callable[[str], bool]
) -> tuple[int, int]:
    """The edges without the characters at the start and the end of which that is true."""
    while start < end and leading(text[start]):
        start += 1
    while start < end and trailing(text[end - 1]):
        end -= 1
    return start, end


def is_unseen(char: str) -> bool:
    return char in UNSEEN or (unicodedata.category(char) in ("Cc", "Cf") and not char.isspace())


def check_blank(draft: Draft, target: Target) -> Finding | None:
    words = target.text[draft.start : draft.end]
    return None if any(char.isalnum() for char in words) else Finding("blank")


def check_edge_control(draft: Draft, target: Target) -> Finding | None:
    place = stripped(target.text, draft.start, draft.end, is_unseen, is_unseen)
    return edge("edge-control", *place, target) if place != (draft.start, draft.end) else None


def check_edge_space(draft: Draft, target: Target) -> Finding | None:
    place = stripped(target.text, draft.start, draft.end, str.isspace, str.isspace)
    return edge("edge-space", *place, target) if place != (draft.start, draft.end) else None


def check_edge_punctuation(draft: Draft, target: Target) -> Finding | None:
    """Commas, stops and bullets; dashes only around names. White space between them goes with them."""
    text, start, end = target.text, draft.start, draft.end
    marks = PUNCTUATION + DASHES if is_name(draft) else PUNCTUATION
    if text[start] not in marks and text[end - 1] not in marks:
        return None
    marked = lambda char: char in marks or char.isspace()  # noqa: E731
    return edge("edge-punctuation", *stripped(text, start, end, marked, marked), target)


def is_name(draft: Draft) -> bool:
    return BY_NAME[draft.label].kind == "learned"


def check_edge_pair(draft: Draft, target: Target) -> Finding | None:
    """A pair of brackets or quotation marks around a name stays outside."""
    words = target.text[draft.start : draft.end]
    closing = PAIRS.get(words[0])
    if (
        not is_name(draft)
        or closing is None
        or words[-1] != closing
        or closing in words[1:-1]
        or words[0] in words[1:-1]
    ):
        return None
    return edge("edge-pair", draft.start + 1, draft.end - 1, target)


def check_half_pair(draft: Draft, target: Target) -> Finding | None:
    """At an edge the half goes, with the white space beside it; further in, its other half is taken in, if next."""
    if draft.label == "RESOLUTION":  # clauses are numbered a), b)
        return None
    text, start, end = target.text, draft.start, draft.end
    words = text[start:end]
    opened, closed = unpaired(words)
    if words[-1] in "([{“‘«" or end - start - 1 in closed or ends_quoted(text, start, end):
        return edge("half-pair", *stripped(text, start, end - 1, never, str.isspace), target)
    if words[0] in ")]}”»" or 0 in opened or starts_quoted(words):
        return edge("half-pair", *stripped(text, start + 1, end, str.isspace, never), target)
    if opened and text[end : end + 1] == PAIRS[words[opened[-1]]]:
        return edge("half-pair", start, end + 1, target)
    if closed and start and PAIRS.get(text[start - 1]) == words[closed[0]]:
        return edge("half-pair", start - 1, end, target)
    return None


def never(char: str) -> bool:
    return False


def starts_quoted(words: str) -> bool:
    """Whether the first character opens a quotation that does not close."""
    first = words[0]
    return (first == '"' and words.count(first) % 2 == 1) or (first in "“‘«" and PAIRS[first] not in words)


def ends_quoted(text: str, start: int, end: int) -> bool:
    """Whether the last character closes a quotation that opens right before the span, or is half of a pair."""
    last = text[end - 1]
    if last == '"':
        return text.count(last, start, end) % 2 == 1
    return last in "’'”»" and start > 0 and PAIRS.get(text[start - 1]) == last


def unpaired(words: str) -> tuple[list[int], list[int]]:
    """Where brackets open that do not close, and close that did not open."""
    opened: list[int] = []
    closed: list[int] = []
    for place, char in enumerate(words):
        if char in BRACKETS:
            opened.append(place)
        elif char in ")]}":
            if opened and PAIRS[words[opened[-1]]] == char:
                opened.pop()
            else:
                closed.append(place)
    return opened, closed


def check_half_token(draft: Draft, target: Target) -> Finding | None:
    """A token of which half is in the span is taken in, another is left, unless nothing would remain."""
    if target.doc.char_span(draft.start, draft.end) is not None:
        return None
    touched = target.doc.char_span(draft.start, draft.end, alignment_mode="expand")
    assert touched is not None  # the offsets are inside the text
    tokens = [
        token
        for token in touched
        if 2 * (min(draft.end, token.idx + len(token)) - max(draft.start, token.idx)) >= len(token)
    ] or list(touched)
    return edge("half-token", tokens[0].idx, tokens[-1].idx + len(tokens[-1]), target)


def check_determiner(draft: Draft, target: Target) -> Finding | None:
    """Before a name, in lower case: with a capital it can be part of the name."""
    first, _, rest = target.text[draft.start : draft.end].partition(" ")
    if not is_name(draft) or first not in DETERMINERS or not rest.strip():
        return None
    return edge("determiner", draft.end - len(rest.lstrip()), draft.end, target)


def check_determiner_capital(draft: Draft, target: Target) -> Finding | None:
    """An article with a capital at the start of a sentence, in a span that was not predicted so."""
    first, _, rest = target.text[draft.start : draft.end].partition(" ")
    before = target.text[: draft.start].rstrip(" \t\u00a0\"'“‘(")
    starts = not before or before[-1] in "\n.!?•:"
    predicted = (draft.start, draft.end, draft.label) in target.predicted
    if not is_name(draft) or predicted or not starts or first not in ("The", "A", "An", "Our", "Their") or not rest:
        return None
    return edge("determiner-capital", draft.end - len(rest.lstrip()), draft.end, target)


def check_odd_pair(draft: Draft, target: Target) -> Finding | None:
    if draft.label == "RESOLUTION":
        return None
    return Finding("odd-pair") if any(unpaired(target.text[draft.start : draft.end])) else None


def check_control_inside(draft: Draft, target: Target) -> Finding | None:
    return Finding("control-inside") if any(map(is_unseen, target.text[draft.start : draft.end])) else None


def check_lines(draft: Draft, target: Target) -> Finding | None:
    """An empty line is never inside a span, the end of a line seldom; a clause may have parts on lines of their own."""
    lines = target.text[draft.start : draft.end].splitlines()
    if len(lines) == 1 or draft.label == "RESOLUTION":
        return None
    return Finding("across-lines" if all(line.strip() for line in lines) else "across-paragraphs")


def check_length(draft: Draft, target: Target) -> Finding | None:
    count = len(target.text[draft.start : draft.end].split())
    return Finding("too-long", details={"count": count}) if count > LONGEST.get(draft.label, LONGEST_NAME) else None


EDGES: tuple[Check, ...] = (
    *(check_blank, check_edge_control, check_edge_space, check_edge_punctuation, check_edge_pair),
    *(check_half_pair, check_determiner, check_half_token),
)
REMARKS: tuple[Check, ...] = (
    *(check_determiner_capital, check_odd_pair, check_control_inside, check_lines, check_length),
)
