"""The council and the committee that a heading names. Only what is written: no council is inferred from a place."""

import re

from pipeline.components.page.dates import find_date
from pipeline.components.page.words import FILLERS, NOT_COUNCIL, word_list
from pipeline.patterns import alternation

_WORD = r"[A-ZÀ-Ý](?:[\w'’.-]|&(?=[A-Z]))*,?"
_LINK = r"(?:(?:and|&|of|on|upon|the|with|by|in|under|y|nan) ){0,2}"
_SIR = r"(?:(?:Sir|SIR|nan|Bwrdeistref|BWRDEISTREF|Dinas|DINAS) ){0,2}"
_COUNCIL = re.compile(
    r"\b(?:(?:LONDON|ROYAL|London|Royal) )?(?:BOROUGH|CITY|CORPORATION|Borough|City|Corporation) (?:OF|of) "
    rf"(?:(?:THE|the) )?{_WORD}(?: {_LINK}{_WORD}){{0,4}}"
    rf"|\b(?:Council|COUNCIL) (?:of|OF) (?:the|THE) (?:City|CITY|Isles|ISLES) (?:of|OF) {_WORD}"
    rf"|\b{_WORD} (?:{_LINK}{_WORD} ){{0,7}}?(?:Council|COUNCIL|M\.?B\.?C\b\.?)(?![\w'’-])"
    rf"|\b(?:Cyngor|CYNGOR|Comhairle|COMHAIRLE) {_SIR}{_WORD}(?: {_WORD}){{0,2}}"
)
_COUNCIL_WORD = re.compile(
    r"ouncil|OUNCIL|M\.?B\.?C|orough|OROUGH|City of|CITY OF|orporation of|yngor|YNGOR|omhairle|OMHAIRLE"
)
_BUILDING = rf"\s+{alternation(word_list('building'))}\b"
_IS_BUILDING = re.compile(_BUILDING, re.IGNORECASE)
_BODY = re.compile(rf"\b{alternation(word_list('body'))}\b(?!{_BUILDING})", re.IGNORECASE)
# Words that name the kind of council and not its place.
_NO_PLACE = frozenset(
    [
        "county",
        "city",
        "district",
        "metropolitan",
        "borough",
        "unitary",
        "council",
        "london",
        "royal",
        "of",
        "mbc",
        "m.b.c",
    ]
)
_OF_COUNCIL = re.compile(r"(?:,| of| OF)(?: the| THE)? ")
_LINKS = ("OF", "AND", "&", "UPON", "ON", "IN", "WITH")
_HELD = re.compile(r"\b(?:held|convened|commenc\w+|took place|starting)\b", re.IGNORECASE)
_VENUE = re.compile(
    rf"(?:,|\bat|\bin|\bvia|\bby|\s[-–—])\s+[^,]{{0,60}}?\b{alternation(word_list('venue'))}\b", re.IGNORECASE
)
_WEEKDAY = re.compile(
    r"[\s,(:–—-]*\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b[\s,]*(?:the\s*)?$|[\s,]*\bdydd \w+[\s,]*$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    rf"\s*\({alternation(word_list('aside'))}[^)]*\)?|\bpage \d+(?: of \d+)?|\bagenda item \d+", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"\.\s+[A-Z]")
_CLOCK = re.compile(r"^[\s,]*(?:at\s+)?\d[\d.:]*\s*(?:[ap]\.?m\.?|noon|hours)?", re.IGNORECASE)
_PLACED = re.compile(r"[\s,;(–—-]*(?:at|in|from|via|by|commencing|on)\b", re.IGNORECASE)
_EDGES = ' \t\xa0,;:.–—-~|·•*[]<>"“”'
_REACH = 300  # characters of a line in which names stand


def has_body(text: str) -> bool:
    """Whether a committee, cabinet, board or the like is named."""
    return bool(_BODY.search(text))


def hints_council(text: str) -> bool:
    """Whether a word for a local authority stands near the start of a text; quick."""
    return bool(_COUNCIL_WORD.search(text, 0, _REACH))


def find_council(text: str) -> tuple[int, int, str] | None:
    """The first local authority named in a heading line: where it starts and ends, and its name as written."""
    if not hints_council(text):
        return None
    for match in _COUNCIL.finditer(text[:_REACH]):
        if not _IS_BUILDING.match(text, match.end()) and (name := _council_name(match.group())):
            start = text.index(name, match.start())
            return start, start + len(name), name
    return None


def _council_name(found: str) -> str:
    """The name less what stands before and behind it; "" where no place is named."""
    stem = len(found) - len("council") if found.lower().endswith("council") else len(found)
    if stop := _BODY.search(found, 0, stem):  # LONDON BOROUGH OF EALING CABINET
        beyond = _OF_COUNCIL.match(found, stop.end())  # Cabinet of Wexmoor City Council
        found = found[beyond.end() :] if beyond else found[: stop.start()]
    words = found.split(" ")
    last = max((i for i in range(len(words) - 1) if _is_no_place(words, i)), default=-1)
    kept = words[last + 1 :]
    while kept and (kept[0].islower() or kept[0] in _LINKS):
        kept.pop(0)
    places = [word for word in kept if word[:1].isupper() and word.lower().strip(".") not in _NO_PLACE]
    return " ".join(kept).strip(" ,-–") if places else ""


def _is_no_place(words: list[str], index: int) -> bool:
    word = words[index].lower().strip(",.")
    return word in NOT_COUNCIL and not (word == "town" and words[index + 1] in ("and", "AND", "&"))


def clean_body(text: str) -> str:
    """The body in a piece of heading, less "Minutes of a meeting of the", council, date and venue; "" if none."""
    text = " ".join(text[:_REACH].split())
    if not has_body(text):
        return ""
    text = next((part for part in text.split(" | ") if has_body(part) and not find_council(part)), text)
    if council := find_council(text):
        text = f"{text[: council[0]]} {text[council[1] :]}"
    if held := _HELD.search(text):
        text = text[: held.start()]
    for pattern in (_SENTENCE_END, _VENUE):
        ends = (match.start() for match in pattern.finditer(text))
        text = next((text[:end] for end in ends if has_body(text[:end])), text)
    words = _ASIDE.sub("", _WEEKDAY.sub("", text)).strip(_EDGES).split()
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
    """The body in a line that may hold a date: "Cabinet - Thursday, 3rd July, 2014", "4 May 2021 5.30 pm, Cabinet"."""
    text = text[:_REACH]
    found = find_date(text)
    if not found:
        return clean_body(text)
    after = _CLOCK.sub("", text[found[1] :])
    return clean_body(text[: found[0]]) or ("" if _PLACED.match(after) else clean_body(after))


def is_body(text: str) -> bool:
    """Whether a line is a body's name and no more."""
    return bool(text) and clean_body(text) == text
