"""The council and the committee that a heading names. Only what is written: no council is inferred from a place."""

import re

from pipeline.components.page.dates import find_date
from pipeline.components.page.words import FILLERS, NOT_COUNCIL, word_list
from pipeline.patterns import alternation

_WORD = r"[A-ZÀ-Ý][\w'’.-]*,?"
_LINK = r"(?:(?:and|&|of|on|upon|the|with|by|in|under|y|nan) ){0,2}"
_TYPE = r"(?:[Cc]ounty|[Cc]ity|[Dd]istrict|[Mm]etropolitan|[Bb]orough|[Uu]nitary|COUNTY|CITY|DISTRICT|METROPOLITAN|BOROUGH|UNITARY)"
_COUNCIL = re.compile(
    rf"\b(?:(?:LONDON|ROYAL|London|Royal) )?(?:BOROUGH|CITY|CORPORATION|Borough|City|Corporation) (?:OF|of) (?:(?:THE|the) )?{_WORD}"
    rf"(?: {_LINK}{_WORD}){{0,4}}"
    rf"|\b(?:Council|COUNCIL) (?:of|OF) (?:the|THE) (?:City|CITY|Isles|ISLES) (?:of|OF) {_WORD}"
    rf"|\b{_WORD} (?:{_LINK}{_WORD} ){{0,7}}?(?:Council|COUNCIL|M\.?B\.?C\b\.?)(?![\w'’-])"
    rf"|\b(?:Cyngor|CYNGOR|Comhairle|COMHAIRLE) (?:(?:Sir|SIR|nan|Bwrdeistref|BWRDEISTREF|Dinas|DINAS) ){{0,2}}{_WORD}(?: {_WORD}){{0,2}}"
)
_COUNCIL_WORD = re.compile(
    r"ouncil|OUNCIL|M\.?B\.?C|orough|OROUGH|City of|CITY OF|orporation of|yngor|YNGOR|omhairle|OMHAIRLE"
)
_NOT_AFTER = re.compile(
    r"\s+(?:house|chambers?|offices?|headquarters|buildings?|hall|tax|procedure|rule|services|suite|plan)\b",
    re.IGNORECASE,
)
_BODY = re.compile(
    rf"\b{alternation(word_list('body'))}\b(?!\s+(?:house|chambers?|offices?|headquarters|rooms?|suite)\b)",
    re.IGNORECASE,
)
_TYPES = frozenset({"county", "city", "district", "metropolitan", "borough", "unitary", "council", "london", "royal"})
_HELD = re.compile(r"\b(?:held|convened|commenc\w+|took place|starting|to be held)\b", re.IGNORECASE)
_VENUE = re.compile(
    rf"(?:,|\bat|\bin|\bvia|\bby|\s[-–—])\s+[^,]{{0,60}}?\b{alternation(word_list('venue'))}\b", re.IGNORECASE
)
_WEEKDAY = re.compile(
    r"[\s,(:–—-]*\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b[\s,]*(?:the\s*)?$|[\s,]*\bdydd \w+[\s,]*$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"^[\s,]*(?:at\s+)?\d[\d.:]*\s*(?:[ap]\.?m\.?|noon|hours)?", re.IGNORECASE)
_PLACED = re.compile(r"[\s,;(–—-]*(?:at|in|from|via|by|commencing|on)\b", re.IGNORECASE)
_EDGES = ' \t\xa0,;:.–—-~|·•*[]<>"“”'


def has_body(text: str) -> bool:
    """Whether a committee, cabinet, board or the like is named."""
    return bool(_BODY.search(text))


def find_council(text: str) -> tuple[int, int, str] | None:
    """The first local authority named in a heading line: where it starts and ends, and its name as written."""
    if not _COUNCIL_WORD.search(text, 0, 300):
        return None
    for match in _COUNCIL.finditer(text[:300]):
        if _NOT_AFTER.match(text, match.end()):
            continue
        start, end = match.span()
        name = match.group()
        stem = len(name) - len("council") if name.lower().endswith("council") else len(name)
        if stop := _BODY.search(name, 0, stem):  # LONDON BOROUGH OF EALING CABINET
            name = name[: stop.start()]
        words = name.split(" ")
        last = max((i for i, word in enumerate(words[:-1]) if word.lower().strip(",.") in NOT_COUNCIL), default=-1)
        kept = words[last + 1 :]
        while kept and kept[0].islower():
            kept = kept[1:]
        if not any(
            word.lower().strip(".") not in _TYPES | {"of", "m.b.c", "mbc"} and word[0].isupper()
            for word in kept
            if word
        ):
            continue
        name = " ".join(kept).strip(" ,-–")
        start = text.index(name, start)
        return start, start + len(name), name
    return None


def clean_body(text: str) -> str:
    """The body's name out of a piece of heading: without "Minutes of a meeting of the", council, date, venue; "" if none is named."""
    text = " ".join(text[:300].split())
    if not has_body(text):
        return ""
    text = next((part for part in text.split(" | ") if has_body(part) and not find_council(part)), text)
    if council := find_council(text):
        text = f"{text[: council[0]]} {text[council[1] :]}"
    if held := _HELD.search(text):
        text = text[: held.start()]
    if (stop := re.search(r"\.\s+[A-Z]", text)) and has_body(text[: stop.start()]):
        text = text[: stop.start()]
    if (venue := _VENUE.search(text)) and has_body(text[: venue.start()]):
        text = text[: venue.start()]
    text = _WEEKDAY.sub("", text)
    text = re.sub(
        r"\s*\((?:virtual|remote|hybrid|held|item|agenda|microsoft|online|via|draft|continued)[^)]*\)?|\bpage \d+(?: of \d+)?|\bagenda item \d+",
        "",
        text,
        flags=re.IGNORECASE,
    )
    words = text.strip(_EDGES).split()
    while words and _is_filler(words[-1]) and not _ends_in_body(words):
        words.pop()
    while words and _is_filler(words[0]) and words[0].lower() != "full":
        words.pop(0)
    name = " ".join(words).strip(_EDGES)
    if name.count("(") != name.count(")"):
        name = name.strip("()")
    return name if len(name) <= 160 and has_body(name) else ""


def _is_filler(word: str) -> bool:
    bare = word.lower().strip(_EDGES + "()")
    return bare in FILLERS or not (any(map(str.isalpha, bare)) or word.startswith("("))


def _ends_in_body(words: list[str]) -> bool:
    """Whether the last two words name a body together: "Decision Meeting"."""
    last = " ".join(words[-2:])
    return any(match.end() == len(last) and " " in match.group() for match in _BODY.finditer(last))


def body_beside_date(text: str) -> str:
    """The body in a line that also holds a date: "Cabinet - Thursday, 3rd July, 2014", "Thursday, 4 May 2021 5.30 pm, Cabinet (Item 2)"."""
    text = text[:300]
    if not (found := find_date(text)):
        return clean_body(text)
    before, after = text[: found[0]], text[found[1] :]
    after = _CLOCK.sub("", after)
    return clean_body(before) or ("" if _PLACED.match(after) else clean_body(after))
