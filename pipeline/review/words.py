"""Find words in a text again, where a file says what was marked but not, or wrongly, where it stands."""

from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple

from pipeline.values import DASHES

NEAR = 100  # characters within which the nearest of several places is taken, if no other is half as near
QUOTES = str.maketrans(dict.fromkeys("‘’‚‛`´ʼ′", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys(DASHES, "-"))
# Soft hyphen, zero-width characters, marks of writing direction.
UNSEEN = frozenset(
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)

Place = tuple[int, int]


class Folded:
    """A text in which case, kinds of quotation mark and dash, and the amount of white space do not count.

    text (str): The folded text.
    origin (list[int]): For each of its characters, the place of that character in the text it was made from.
    """

    def __init__(self, text: str):
        chars: list[str] = []
        self.origin: list[int] = []
        for place, char in enumerate(text):
            if char in UNSEEN or (char.isspace() and chars[-1:] == [" "]):
                continue
            folded = " " if char.isspace() else "..." if char == "…" else char.translate(QUOTES).casefold()
            chars += folded
            self.origin += [place] * len(folded)
        self.text = "".join(chars)

    def find(self, words: str) -> list[Place]:
        """Every place in the original text where the words stand."""
        wanted = fold(words)
        return [(self.origin[start], self.origin[end - 1] + 1) for start, end in find(self.text, wanted)]


def fold(words: str) -> str:
    """The words as they are compared when only the words count."""
    return Folded(words).text.strip()


def find(text: str, words: str) -> list[Place]:
    """Every place where the words stand as whole words; places do not overlap."""
    places = []
    start = text.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        if is_whole(text, start, end):
            places.append((start, end))
        start = text.find(words, end if is_whole(text, start, end) else start + 1)
    return places


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word is cut at either edge of text[start:end]."""
    cut_before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    cut_after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not cut_before and not cut_after


class Match(NamedTuple):
    """Where words were found.

    places (list[tuple[int, int]]): All places, the nearest first; none where the words are not in the text.
    is_exact (bool): With the same letters, quotation marks and white space.
    is_clear (bool): The first place is the only one, or much nearer than the next.
    """

    places: list[Place]
    is_exact: bool
    is_clear: bool


def search(text: str, folded: Folded, words: str, start: int, end: int) -> Match:
    """Where words stand in a text, by their distance from start-end; a place that overlaps with it has none."""
    exact = find(text, words)
    places = exact or folded.find(words)
    ranked = sorted(places, key=lambda place: (distance(place, start, end), abs(place[0] - start), place))
    return Match(ranked, bool(exact), is_clear(ranked, start, end))


def is_clear(ranked: list[Place], start: int, end: int) -> bool:
    """Whether the first of several places, by distance, can be meant alone."""
    if len(ranked) < 2:
        return bool(ranked)
    first, second = (distance(place, start, end) for place in ranked[:2])
    return first <= NEAR and 2 * first < second


def distance(place: Place, start: int, end: int) -> int:
    """Characters between a place and start-end; 0 where they overlap or touch."""
    return max(0, place[0] - end, start - place[1])


def utf16(text: str, place: int) -> int:
    return 2 if ord(text[place]) > 0xFFFF else 1


def utf8(text: str, place: int) -> int:
    return len(text[place].encode("utf8", "surrogatepass"))


def crlf(text: str, place: int) -> int:
    return 2 if text[place] == "\n" and text[place - 1 : place] != "\r" else 1


def lf(text: str, place: int) -> int:
    return 0 if text[place : place + 2] == "\r\n" else 1


# How other programs count: the width of a character, by the id of the problem.
COUNTS: dict[str, Callable[[str, int], int]] = {
    "counted-utf16": utf16,
    "counted-crlf": crlf,
    "counted-lf": lf,
    "counted-utf8": utf8,
}


def offsets(text: str, way: str) -> list[int] | None:
    """What each of our offsets is when counted in another way; None where that makes no difference.

    way (str): A key of `COUNTS`, or `trimmed`: without the white space at the start of the text.
    """
    if way == "trimmed":
        lead = len(text) - len(text.lstrip())
        widths = [0] * lead + [1] * (len(text) - lead)
    else:
        widths = [COUNTS[way](text, place) for place in range(len(text))]
    return list(accumulate(widths, initial=0)) if any(width != 1 for width in widths) else None


def to_ours(counted: list[int], offset: int) -> int:
    """The offset in code points of one counted in another way; the last one for what lies behind the text."""
    return min(bisect_left(counted, offset), len(counted) - 1)
