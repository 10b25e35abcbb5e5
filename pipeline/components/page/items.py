"""Headings of agenda items among numbered paragraphs, clauses and lists.

A heading's number rises through the meeting; a clause's or a paragraph's number starts again and again. So candidates are
read with a strength first (capitals, a PDF link or a section cue below make one certain) and then taken in order, each
weaker one only where it continues the count.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.components.page.bodies import clean_body
from pipeline.components.page.dates import MONTHS, find_date
from pipeline.components.page.lines import Line
from pipeline.components.page.words import NOT_CODE

CERTAIN, LIKELY, POSSIBLE = 3, 2, 1
_WORD = re.compile(r"(?:the\s+)?(?:agenda\s+)?item\s*(?:no\b\.?|number)?\s*(\d{1,4}[a-z]?(?:\([a-z]+\))?)(?![\w/])[\s.:|–—-]*", re.IGNORECASE)
_MINUTE = re.compile(r"minute\s*(?:no\b\.?|number)?\s*(\d{1,4}(?:/\d{2,4})?)(?![\w/])[\s.:|–—-]*", re.IGNORECASE)
_CODE = re.compile(r"\*?\s*(([A-Z]{1,6})[ ./-]{0,2}(\d{1,4})(?:/\d{1,4}){0,2})[.:]?(\s*[|:–—]?\s+|$)")
_SLASH = re.compile(r"\*?\s*((\d{1,3})/(\d{2}|\d{4}))(?![\d/-])[.:]?(\s*[|:–—]?\s+|$)")
_PLAIN = re.compile(r"\*?\s*((\d{1,4})(?:\([a-z]+\))?)([.):]?)(\s*[|:–—]?\s+|$)(?:\*\s*|\([ivx]+\)\s+)?")
_DECIMAL = re.compile(r"((\d{1,2})\.(\d{1,2}))\.?(\s+)")
_LINK = re.compile(r"[\s,(\[]*(?:pdf icon\s*)?(?:\bPDF\b|\bpdf\b|\bDOCX?\b)[\s\d.]*(?:[KM]B)?\W*$|\s*pdf icon\W*$")
_RUN_IN = re.compile(r"([A-Z][^a-z]{2,150}?)(?:\s\s+|\t\s*|\s+[–—-]+\s+|\s+(?=RESOLVED\b|AGREED\b))(?=\S)")
_SENTENCE = re.compile(r"[.?!]\s+[A-Z]|[.;]\s+\S")
_TITLE_END = re.compile(r"(?<![A-Z])(?<!\bNo)[.;,]$")


class Candidate(NamedTuple):
    """A line that may head an item.

    index (int): Of the line; last (int): of the title's last line.
    number (str): As written; order (int): its running part; scheme (str): its form, such as "CAB-" or "/21".
    title (str), strength (int), rule (str).
    """

    index: int
    last: int
    number: str
    order: int
    scheme: str
    title: str
    strength: int
    rule: str


def find_headings(lines: Sequence[Line], start: int, end: int, cells: bool) -> list[Candidate]:
    """The headings of items among lines[start:end], in order.

    cells (bool): The page comes from a table, so that a number may stand on a line of its own.
    """
    candidates = list(_candidates(lines, start, end, cells))
    return _in_order(lines, candidates) or _unnumbered(lines, start, end)


def is_capitals(text: str) -> bool:
    """Whether a heading is in capitals, small words and plural s aside."""
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 2 and sum(map(str.isupper, letters)) >= 0.85 * len(letters)


def without_link(title: str) -> str:
    """A title without "pdf icon PDF 297 KB" after it."""
    return _LINK.sub("", title[:400]).strip(" \t\xa0-–—:|")


def split_number(text: str) -> tuple[str, str]:
    """The number and the title in a line that is known to be a title: "15. Family Placement" -> "15", "Family Placement"."""
    head = text[:300]
    for form in (_WORD, _CODE, _SLASH, _PLAIN):
        match = form.match(head)
        if match and match.end() < len(head) and not _is_quantity(match, head[match.end() :]):
            if form is _CODE and match[2].lower() in NOT_CODE:
                continue
            return match[1], without_link(text[match.end() :])
    return "", without_link(text)


def _is_quantity(match: re.Match[str], title: str) -> bool:
    """Whether the number belongs to the words after it: "12 January", "2021 budget", "14 children"."""
    first = title.split(None, 1)[0].lower().strip(".,") if title.strip() else ""
    plain = match.re is _PLAIN and not match[3]
    return first in MONTHS or title[:1].islower() or (plain and 1900 <= int(match[2]) < 2100)


def _candidates(lines: Sequence[Line], start: int, end: int, cells: bool) -> Iterator[Candidate]:
    cue_at = -1  # index of the next section cue, kept by walking on
    for index in range(start, end):
        line = lines[index]
        first = line.text[0]
        if not (first.isdigit() or first == "*" or (first.isupper() or first in "aimt") and _may_be_code(line.text)):
            continue
        if cue_at <= index:
            cue_at = next((i for i in range(index + 1, min(index + 9, end)) if _opens_section(lines[i])), -1)
        if found := _read(lines, index, end, cells, 0 < cue_at - index < 9):
            yield found


def _may_be_code(text: str) -> bool:
    return any(char.isdigit() for char in text[:16])


def _opens_section(line: Line) -> bool:
    return bool(line.cue and line.cue.kind == "cue" and line.cue.value in ("minutes", "decision", "supporting_documents") and not line.cue.numbered)


def _read(lines: Sequence[Line], index: int, end: int, cells: bool, cue_near: bool) -> Candidate | None:
    line = lines[index]
    head = line.text[:300]
    if line.cue and (line.cue.kind != "cue" and line.cue.kind != "lead" or line.cue.value in ("reasons", "decision")):
        return None
    form, match = next(((form, match) for form in (_WORD, _MINUTE, _SLASH, _PLAIN, _CODE, _DECIMAL) if (match := form.match(head))), (None, None))
    if not match or not form:
        return None
    rest, last = head[match.end() :], index
    if not rest:
        if index + 1 >= end or not _stands_alone(form, match, cells, lines[index + 1]):
            return None
        last, rest = index + 1, lines[index + 1].text[:300]
    if _is_quantity(match, rest) or not _starts_title(rest):
        return None
    title, strength = _weigh(rest, line.gap, lines[last + 1] if last + 1 < end else None)
    if not title:
        return None
    gap = match[match.lastindex or 0] or ""
    if form in (_WORD, _MINUTE):
        number, scheme, order = match[1], "item", int(re.match(r"\d+", match[1])[0])  # type: ignore[index]
        strength = CERTAIN if strength else 0
        if last > index and clean_body(rest):
            return None
    elif form is _CODE:
        number, scheme, order = match[1], match[2], int(match[3])
        if match[2].lower() in NOT_CODE or not (is_capitals(title) or "\t" in gap or len(gap) > 1 or last > index):
            return None
        strength = CERTAIN if strength >= LIKELY else strength
    elif form is _SLASH:
        number, scheme, order = match[1], "/" + match[3], int(match[2])
        strength = CERTAIN if strength >= LIKELY else strength
    elif form is _DECIMAL:
        number, scheme, order = match[1], match[2] + ".", int(match[3])
        strength = LIKELY if is_capitals(title) and strength == CERTAIN else 0
    else:
        number, scheme, order = match[1], "", int(match[2])
        if match[3] == ")" or not match[3] and gap == " " and strength < CERTAIN and not (line.gap and cue_near):
            strength = min(strength, POSSIBLE)
    if strength and (cue_near and strength >= LIKELY or rest != without_link(rest) and _LINK.search(rest)):
        strength = CERTAIN
    if not strength:
        return None
    if last == index and strength >= LIKELY:
        last, title = _continued(lines, index, end, title, rest)
    return Candidate(index, last, number, order, scheme, title, strength, "heading_" + ("item" if scheme == "item" else "code" if scheme else "plain"))


def _stands_alone(form: re.Pattern[str], match: re.Match[str], cells: bool, below: Line) -> bool:
    if form is _PLAIN and not match[3] and not cells:
        return False  # a page number
    return not (below.cue and below.cue.kind in ("page", "marker", "key", "tail")) and len(below.text) < 200 and not find_date(below.text)


def _starts_title(rest: str) -> bool:
    first = rest.lstrip("‘'“\"([*")[:1]
    words = rest.split(None, 2)
    clause = words[0].lower().strip(",") in ("that", "to", "and") and not is_capitals(rest)
    return (first.isupper() or first.isdigit()) and not clause and any(char.isalpha() for char in rest[:40])


def _weigh(rest: str, gap: bool, below: Line | None) -> tuple[str, int]:
    """The title and how sure it is one, from its own form."""
    title = without_link(rest)
    if len(title) < 3:
        return "", 0
    if is_capitals(title):
        return title.rstrip(" .–-:"), CERTAIN
    if run_in := _RUN_IN.match(title):
        if is_capitals(run_in[1]) and len(run_in[1].split()) > 1 or run_in[1].strip(" -–") in ("MINUTES", "APOLOGIES"):
            return run_in[1].strip(" .–-:"), CERTAIN
    if sentence := _SENTENCE.search(title):
        short = title[: sentence.start()]
        return (short, POSSIBLE) if len(short.split()) < 7 else ("", 0)
    if title.endswith((";", ",", "; and", ":")):
        return "", 0
    if _TITLE_END.search(title):
        return (title.rstrip("."), POSSIBLE) if len(title.split()) < 7 else ("", 0)
    if len(title.split()) > 24 or len(title) > 220:
        return "", 0
    if title.endswith("?"):
        return title, POSSIBLE
    return title, LIKELY if gap or below is None or below.gap or len(below.text) > 80 else POSSIBLE


def _continued(lines: Sequence[Line], index: int, end: int, title: str, rest: str) -> tuple[int, str]:
    """The title with the lines on which a hard wrap set the rest of it."""
    last = index
    if title != without_link(rest).rstrip(" .–-:") or _LINK.search(rest):
        return last, title
    capitals = is_capitals(title)
    while last + 1 < end and last < index + 3:
        below = lines[last + 1]
        more = below.text
        if below.gap or below.cue or len(more) > 100 or more[0] in "([•·" or _PLAIN.match(more) or more.endswith((".", ":", ";")):
            break
        closes = last + 2 >= end or lines[last + 2].gap
        if not (capitals and is_capitals(more) or not capitals and closes and len(lines[last].text) > 40):
            break
        title, last = f"{title} {without_link(more)}", last + 1
    return last, title


def _in_order(lines: Sequence[Line], candidates: list[Candidate]) -> list[Candidate]:
    """The candidates that are headings, by their numbers."""
    certain = Counter(c.scheme for c in candidates if c.strength == CERTAIN).most_common(1)
    main = certain[0][0] if certain else None
    following = _next_certain(candidates)
    taken: list[Candidate] = []
    latest: dict[str, int] = {}
    clause = 0  # number that the next entry of a list would bear
    for candidate, limit in zip(candidates, following, strict=True):
        last = latest.get(candidate.scheme)
        listed = _in_list(lines, candidate, taken[-1] if taken else None)
        if _fits(candidate, last, limit, clause, listed, main, bool(taken)):
            taken.append(candidate)
            latest[candidate.scheme] = candidate.order
            clause = 0
        elif not candidate.scheme:
            clause = candidate.order + 1
    return taken


def _next_certain(candidates: list[Candidate]) -> list[int]:
    """For each candidate the number of the next certain one of its scheme."""
    limits, nearest = [], {}
    for candidate in reversed(candidates):
        limits.append(nearest.get(candidate.scheme, 10**6))
        if candidate.strength == CERTAIN:
            nearest[candidate.scheme] = candidate.order
    return limits[::-1]


def _in_list(lines: Sequence[Line], candidate: Candidate, heading: Candidate | None) -> bool:
    """Whether the candidate follows an introduction ("as follows:") or a decision's marker directly."""
    if candidate.index == 0 or heading and heading.last == candidate.index - 1:
        return False
    above = lines[candidate.index - 1]
    if above.cue and above.cue.kind == "marker":
        return True
    return above.text.endswith((":", ":-", "–", "-")) and not (above.cue and above.cue.kind == "cue") and not is_capitals(above.text)


def _fits(candidate: Candidate, last: int | None, limit: int, clause: int, listed: bool, main: str | None, any_taken: bool) -> bool:
    if candidate.strength == CERTAIN:
        return last is None or candidate.order > last
    if main is not None and candidate.scheme != main:
        return False
    follows = last is not None and candidate.order == last + 1
    if listed or candidate.order >= limit or (clause == candidate.order and not (follows and candidate.strength == LIKELY)):
        return False
    if candidate.strength == LIKELY:
        return (last is None and not any_taken) or (last is not None and last < candidate.order <= last + 3)
    return follows


def _unnumbered(lines: Sequence[Line], start: int, end: int) -> list[Candidate]:
    """Lines in capitals that stand alone, for minutes that number nothing."""
    found = []
    for index in range(start, end):
        line = lines[index]
        text = line.text
        if not (4 <= len(text) <= 150 and line.gap and text[0].isupper() and is_capitals(text)) or line.cue or find_date(text):
            continue
        if (index + 1 < end and not lines[index + 1].gap and is_capitals(lines[index + 1].text)) or index + 1 == end:
            continue
        found.append(Candidate(index, index, "", 0, "", text.rstrip(" :-–"), POSSIBLE, "heading_capitals"))
    return found
