"""Names of people as they are written: courtesy title, given names or initials, surname.

A name is read word by word from a position, to the left or to the right, at most `REACH` characters: linear time.
"""

import re
from typing import NamedTuple

from pipeline.patterns import by_kind
from pipeline.values import DASHES

REACH = 80  # characters; no name with its title is longer
MOST_WORDS = 4
WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|['’](?=[^\W\d_])|[{DASHES}](?=[^\W\d_])|\.)*")
BLANK = re.compile(r"[^\S\n]{1,2}|[^\S\n]?\n[^\S\n]?")
TITLES = {word: row.value for row in by_kind("people", "title") for word in row.words}
TITLE_LISTS = {word: row.value for row in by_kind("people", "title_list") for word in row.words}
PARTICLES = frozenset(word for row in by_kind("people", "particle") for word in row.words)
SUFFIXES = frozenset(word for row in by_kind("people", "suffix") for word in row.words)
NOT_NAMES = frozenset(word for row in by_kind("people", "not_name") for word in row.words)
INITIALS = re.compile(r"(?:[A-Z]\.?){1,3}")


class Name(NamedTuple):
    """A person's name in a text.

    start (int), end (int): Without the courtesy title.
    words (tuple[str, ...]): Given names and surname, in lower case and without full stops.
    title (str): `councillor`, `he`, `she`, `any`, or empty where no title stands in front.
    """

    start: int
    end: int
    words: tuple[str, ...]
    title: str

    @property
    def surname(self) -> str:
        return self.words[-1]

    @property
    def given(self) -> tuple[str, ...]:
        return self.words[:-1]


def name_before(text: str, end: int) -> Name | None:
    """The name that ends at a position; None where the word there is none."""
    left = max(0, end - REACH)
    found = [word for word in words(text, left, end) if word.start() > left or left == 0]
    if not found or found[-1].end() != end:
        return None
    if len(found) > 2 and found[-1][0] in SUFFIXES and BLANK.fullmatch(text, found[-2].end(), found[-1].start()):
        found.pop()
    kept: list[re.Match[str]] = []
    for word in reversed(found):
        if kept and not BLANK.fullmatch(text, word.end(), kept[0].start()):
            break
        if title := _title(word[0]):
            return _name(kept, title)
        if "\n" in text[word.end() : kept[0].start() if kept else word.end()] or not _part(word[0], bool(kept)):
            break
        kept.insert(0, word)
    return _name(kept, "")


def name_after(text: str, start: int) -> Name | None:
    """The name that begins at a position, after its courtesy title if any; None where the words there are none."""
    kept: list[re.Match[str]] = []
    title, at = "", start
    for word in words(text, start, start + REACH):
        if word.start() != at and (at == start or not BLANK.fullmatch(text, at, word.start())):
            break
        if not kept and (found := _title(word[0])):
            title, at = found if title in ("", "any") else title, word.end()
            continue
        if (kept and "\n" in text[at : word.start()]) or not _part(word[0], True) or (not kept and _lower(word[0])):
            break
        kept.append(word)
        at = word.end()
        if word[0] in SUFFIXES and len(kept) > 1:
            kept.pop()
            break
        if word[0].endswith(".") and not INITIALS.fullmatch(word[0]):
            break
    return _name(kept, title)


def _title(word: str) -> str:
    """What a courtesy title says; empty for any other word."""
    word = word.casefold().rstrip(".")
    return TITLES.get(word) or TITLE_LISTS.get(word, "")


def words(text: str, start: int, end: int) -> list[re.Match[str]]:
    """The words between two positions; one that holds a digit is left out."""
    return list(WORD.finditer(text, start, min(end, len(text))))


def bare(word: str) -> str:
    """A word of a name in lower case, without full stops and a possessive."""
    word = word.replace("’", "'").casefold()
    return (word[:-2] if word.endswith("'s") and len(word) > 3 else word).replace(".", "")


def _lower(word: str) -> bool:
    return not word[0].isupper()


def _part(word: str, inside: bool) -> bool:
    """Whether a word can be part of a name; `inside`: a particle in lower case can."""
    if INITIALS.fullmatch(word):
        return word.casefold() not in NOT_NAMES or word in "AI"
    if _lower(word):
        return inside and word in PARTICLES
    return bare(word) not in NOT_NAMES and not (len(word) > 1 and word[1:2] == ".")


def _name(kept: list[re.Match[str]], title: str) -> Name | None:
    """The words as a name: a surname at its end, no particle alone, not too many."""
    while kept and _lower(kept[0][0]) and len(kept) > 1 and not title:
        kept = kept[1:]
    if not kept or len(kept) > MOST_WORDS or INITIALS.fullmatch(kept[-1][0]) or _lower(kept[-1][0]):
        return None
    last = kept[-1][0]
    end = kept[-1].end()
    if last.endswith("."):
        end -= 1
    if last.rstrip(".")[-2:].casefold() in ("'s", "’s"):
        end -= 2
    if end - kept[-1].start() < 2:
        return None
    return Name(kept[0].start(), end, tuple(filter(None, (bare(word[0]) for word in kept))), title)


def agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two given names can be one person's: the same, an initial of it, or one of them not stated."""
    return all(a == b or (min(len(a), len(b)) <= 2 and a[0] == b[0]) for a, b in zip(one, other, strict=False))
