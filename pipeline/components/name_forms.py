"""The written forms of one name: what is left when case, punctuation, years and the like are taken away.

Pure functions on a name's text; `names` uses them within a document, `pipeline.registers` across documents.
"""

import re
from functools import lru_cache

from pipeline.components import date_ranges
from pipeline.components.mentions import made_of_initials
from pipeline.patterns import by_kind
from pipeline.values import DASHES

APOSTROPHES = re.compile("(?<=\\w)['’‘`´ʼ](?=\\w|\\s|$)")
WORD = re.compile(r"[^\W_]+")
IN_BRACKETS = re.compile(r"[^\S\n]?\((?:the |or |hereafter )?[\"“'‘]?([A-Za-z0-9&]{2,10})[\"”'’]?\)", re.IGNORECASE)
SINGLE_YEAR = re.compile(rf"(?<![\w/{DASHES}])(?:19|20)[0-9]{{2}}(?![\w/]|[{DASHES}][0-9])")
TRIM = f" \t\r\n\xa0,;:.({DASHES}"
LONGEST = 400  # characters; a longer name is a mistake, read to here


def _words(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(APOSTROPHES.sub("", text.casefold().replace("&", " and "))))


def _rows(kind: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {_words(word): _words(row.value) for row in by_kind("names", kind) for word in row.words}


SAME, LEADING = _rows("same"), _rows("leading")
YEAR_LEAD = frozenset(word for row in by_kind("names", "year_lead") for word in row.words)
YEAR_TAIL = frozenset(word for row in by_kind("names", "year_tail") for word in row.words)


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """The words of a name in one spelling.

    Lower case, without apostrophes, quotation marks, dashes and other punctuation, "&" as "and", "Ltd" as "limited"
    and the like (kind `same` in names.toml), without a leading article, "Council's" or "draft" (kind `leading`) and
    without an acronym in brackets that the words before it spell.

    text (str): A name as it stands in a text.
    RETURNS (str): Words with one blank between them; "" where there is no letter or digit.
    """
    text = text[:LONGEST]
    words = _words(IN_BRACKETS.sub(lambda found: "" if _spells(found, text) else found[0], text))
    kept = _replaced(words)
    while lead := next((count for count in (2, 1) if kept[:count] in LEADING and len(kept) > count), 0):
        kept = kept[lead:]
    return " ".join(kept)


def acronym(text: str) -> str:
    """The acronym in brackets that a name holds: "NYAS" for "National Youth Advocacy Service (NYAS)"; or empty."""
    text = text[:LONGEST]
    return next((found[1] for found in IN_BRACKETS.finditer(text) if _spells(found, text)), "")


def _spells(found: re.Match[str], text: str) -> bool:
    return sum(map(str.isupper, found[1])) > 1 and made_of_initials(found[1], text[: found.start()])


def _replaced(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with those of kind `same` replaced."""
    out: list[str] = []
    at = 0
    while at < len(words):
        count = next((n for n in (3, 2, 1) if words[at : at + n] in SAME), 0)
        out.extend(SAME[words[at : at + count]] if count else words[at : at + 1])
        at += count or 1
    return tuple(out)


@lru_cache(maxsize=10_000)
def years(text: str) -> tuple[str, str]:
    """The period that a name states.

    text (str): A name: "Sufficiency Strategy 2019-22", "Plan 2020/21", "Vision 2030".
    RETURNS (tuple[str, str]): First and last day in ISO 8601, both inclusive; of several periods the first day of the
        first and the last of the last; "" and "" where none is stated.
    """
    text = text[:LONGEST]
    found = [(match.value["start"], match.value["end"]) for match in date_ranges.find(text)]
    found = found or [(f"{year[0]}-01-01", f"{year[0]}-12-31") for year in SINGLE_YEAR.finditer(text)]
    return (min(first for first, _ in found), max(last for _, last in found)) if found else ("", "")


@lru_cache(maxsize=10_000)
def without_years(text: str) -> str:
    """The name without the period it states: "Placement Strategy" for "Placement Strategy for the years 2019-22".

    text (str): A name as it stands in a text.
    RETURNS (str): The name; all of it where nothing else would be left.
    """
    short = text[:LONGEST]
    places = [(match.start, match.end) for match in date_ranges.find(short)]
    for start, end in reversed(places or [year.span() for year in SINGLE_YEAR.finditer(short)]):
        short = _cut(short, start, end)
    return short if WORD.search(short) else text


def _cut(text: str, start: int, end: int) -> str:
    """The text without a period, the words that lead to it and the brackets around it."""
    before, after = text[:start].rstrip(TRIM), text[end:].lstrip(" \xa0)],;:.")
    while before and before.rpartition(" ")[2].casefold() in YEAR_LEAD:
        before = before.rpartition(" ")[0].rstrip(TRIM)
    while after and after.partition(" ")[0].casefold() in YEAR_TAIL:
        after = after.partition(" ")[2]
    return f"{before} {after}".strip(f" \t\r\n\xa0,;:{DASHES}")
