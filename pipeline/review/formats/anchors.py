"""Where a tool means a span to stand, when it does not count characters as Python does."""

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate

BLANK = r"(?:\s|\\n)+"


def anchor(text: str, start: int, end: int, words: str) -> tuple[int, int, str]:
    """The place of a span as its words tell it, near the given place.

    Browsers count an emoji as two, drop white space before the text or the CR of a CRLF, and some tools mix two ways
    of counting in one file. So the words decide, within as many characters as such counting can be wrong.
    start, end (int): As in the file.
    words (str): What the file says stands there.
    RETURNS (tuple[int, int, str]): Start, end and what stands there; or all as given where the words are not near.
    """
    for same in (exactly, alike):
        for read in READINGS:
            first, last = read(text, start), read(text, end)
            if 0 <= first < last <= len(text) and same(text[first:last], words):
                return first, last, text[first:last]
    return nearest(text, start, words) or (start, end, words)


def exactly(one: str, other: str) -> bool:
    return one == other


def alike(one: str, other: str) -> bool:
    """Whether two surfaces are the same but for white space; Label Studio writes a line end as backslash and n."""
    return squash(one) == squash(other) != []


def squash(words: str) -> list[str]:
    return words.replace("\\n", "\n").split()


def as_it_is(text: str, at: int) -> int:
    return at


def from_utf16(text: str, at: int) -> int:
    """Counted in UTF-16 units, as JavaScript does: two for an emoji."""
    ends = utf16_ends(text)
    return bisect_right(ends, at) if ends and 0 <= at <= ends[-1] else at


def from_first_word(text: str, at: int) -> int:
    """Counted without the white space that the text begins with."""
    return at + len(text) - len(text.lstrip())


def from_lines(text: str, at: int) -> int:
    """Counted with every CRLF as one, as browsers do."""
    return at + bisect_right(crlf_places(text), at - 1)


READINGS: tuple[Callable[[str, int], int], ...] = (as_it_is, from_utf16, from_first_word, from_lines)


@lru_cache(maxsize=2)
def utf16_ends(text: str) -> list[int]:
    """The number of UTF-16 units up to the end of each character."""
    return list(accumulate(2 if ord(char) > 0xFFFF else 1 for char in text))


@lru_cache(maxsize=2)
def crlf_places(text: str) -> list[int]:
    """Where each CRLF stands when those before it count as one."""
    return [match.start() - number for number, match in enumerate(re.finditer("\r\n", text))]


def nearest(text: str, start: int, words: str) -> tuple[int, int, str] | None:
    """The occurrence of words that is nearest to a place, no farther than a tool can miscount."""
    parts = squash(words)
    if not parts or start < 0:
        return None
    before = sum(ord(char) > 0xFFFF for char in text[:start])
    after = text.count("\r\n", 0, start) + len(text) - len(text.lstrip())
    pattern = re.compile(BLANK.join(map(re.escape, parts)))
    found, position = list[re.Match[str]](), max(0, start - before)
    while (match := pattern.search(text, position, start + after + 2 * len(words))) and match.start() <= start + after:
        found.append(match)
        position = match.start() + 1
    best = min(found, key=lambda match: abs(match.start() - start), default=None)
    return (best.start(), best.end(), best.group()) if best else None
