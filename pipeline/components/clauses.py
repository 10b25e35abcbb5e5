"""From the place where a decision opens to its clauses: numbered lists, hard wraps, sub-items, cut-off pages."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Literal, NamedTuple

from pipeline.components.numbering import Number, number_at
from pipeline.components.outcomes import BLANKS, FORMAL, decisive, opening_verb, states, subjunctive, words
from pipeline.patterns import alternation

Need = Literal["any", "form", "strict"]
WINDOW = 6000  # characters that are looked at from one place, at most
_TAIL = re.compile(rf"[(\[*]*\s?{alternation(words('tail'))}(?!\w)|[_=-]{{4}}|\.{{6}}", re.I)
_MARKER = re.compile(rf"{alternation(words('marker', 'heading'))}\s*(?:$|[:;,.(–—-]|\b(?:that|to|unanimously)\b)", re.I)
_SENTENCE_END = re.compile(
    r"[.!?|](?:(?<!\|)[\"”’')\]]*\s+(?=[\"“‘(\[]?[A-Z0-9•·\uf0b7])|(?<=[a-z]{3}\.)(?=[A-Z][a-z])|(?<=[ \t]\|)(?=\s))"
)
_ABBREVIATION = re.compile(
    rf"(?:\b{alternation(words('abbreviation'))}|(?:\b(?:and|Mr|Mrs|Ms|Dr|Cllr|Councillor)\.?\s|\b[A-Z]\.\s?)[A-Z])$",
    re.I,
)
_CUT = re.compile(r"[.…\[Vv](?:(?<=\.)\.\.|(?<=…)|(?<=\[)…|(?<=v)iew the full (?:minutes|decision|agenda)|(?<=V)iew the full)")
_UNFINISHED = re.compile(
    r"(?:[,(–—-]|\b(?:a|an|and|any|as|at|be|been|but|by|each|for|from|her|his|in|into|is|its|of|on|or|our|such|than|"
    r"that|the|their|these|this|those|to|upon|which|with|within|who|whose))$"
)
_LED = re.compile(r"(?:that|to)\s?[:–—-]+", re.I)
_LEAD_END = re.compile(r"(?:[:–—-]|\b(?:that|to|namely|follows))$", re.I)
_PARENT = re.compile(r"\bbe\s+(?!recommended|noted|approved|agreed|adopted)\w+ed\b[^.;]*$|\bfor:$", re.I)
_TO_BODY = re.compile(
    rf"(?:that\s+)?(?:the\s+)?(?:[\w’']+\s+){{0,8}}?{alternation(words('body'))}\s+be\s+(?:asked|requested|invited|advised)\b",
    re.I,
)
_PAGE_NUMBER = re.compile(r"(?:[Pp]age\s)?[-–]?\s?\d{1,4}\s?[-–]?(?:\s(?:of|/)\s\d{1,4})?")
_VOTES = re.compile(
    r"\s*\([^()]{0,120}\b(?:votes?|favour|against|abst\w*|unanimous(?:ly)?|carried|nem|for)\b[^()]{0,120}\)$", re.I
)
_JOINT = re.compile(
    r";\s*(?:and\b\s*)?(?=\S)|(?:,\s*|\s)and\s+(?=(?:that|t\sh\sa\st|to)\b)|,\s+(?=(?:that|t\sh\sa\st|to)\b)", re.I
)
_INNER = re.compile(r"[a-z]\s+that\b(.*)", re.I | re.S)
_INFINITIVE = re.compile(r"\bto\s+([a-z-]+)", re.I)
_INLINE_NUMBER = re.compile(r"(?:[;,.:–-]|\band|\bAND)\s+(?=[(\d]|[a-z]{1,4}[.)]\s)")
_FIRST_INLINE = re.compile(r"[^.;]{0,240}?(?:^|[\s:–-])(?=\(\s?(?:1|i|a|A)\s?\)\s|(?:1|i|a|A)[.)]\s)")
_LEAD_IN = re.compile(r"(?:^|[:;,–—-]|\bthat|^to)\s*$", re.I)
_NEXT_CLAUSE = re.compile(r"[\"“]?(?:and\s+)?(?:(that|t\sh\sa\st)|(to))\b", re.I)
_END = re.compile(r"\s*\Z")
_GAP = re.compile(rf"[\s{BLANKS}]*")
_JOINED = re.compile(r"(?:[.;]|[.;,]\s+(?:and|or))$", re.I)
SPOKEN = re.compile(
    rf"\b(?:was|{alternation(words('body', 'person'))})(?:,?\s+(?:has|have|{alternation(words('adverb'))}))*,?\s+"
    rf"{alternation(words('spoken'))}\b(?:\s+unanimously)?,?\s*(?::|[–—-]|(?:that|to|the|as\s+follows)\b)",
    re.I,
)
_THAT = re.compile(r"that\s", re.I)
_TELLS = re.compile(r"\b(?:was|were|had|would|should|could|might)\b")
_PAIRS = {'"': '"', "“": "”", "‘": "’", "'": "'"}


class Clause(NamedTuple):
    """One clause of a decision: offsets, its number as written, whether it stands in a list, whether it is cut off."""

    start: int
    end: int
    number: str
    listed: bool
    truncated: bool


class Line(NamedTuple):
    """A line without the blanks around it: empty where start equals end. `next` is where the following one starts."""

    start: int
    end: int
    next: int


class Extent(NamedTuple):
    """Where a clause ends, whether it holds sub-items, and the next number of its list."""

    end: int
    nested: bool
    following: Number | None


def lines(text: str, position: int) -> Iterator[Line]:
    """The rest of the line at position, then the lines after it, for WINDOW characters."""
    limit = min(len(text), position + WINDOW)
    while position < limit:
        stop = text.find("\n", position, limit)
        stop = limit if stop < 0 else stop
        start, end = strip(text, position, stop, BLANKS)
        yield Line(start, end, stop + 1)
        position = stop + 1


def strip(text: str, start: int, end: int, chars: str) -> tuple[int, int]:
    """The offsets without any of chars at either end."""
    while start < end and text[start] in chars:
        start += 1
    while end > start and text[end - 1] in chars:
        end -= 1
    return start, end


def filled(text: str, position: int) -> Line | None:
    """The first line from position that is not blank."""
    start = _GAP.match(text, position, position + WINDOW).end()
    if start == len(text) or start == position + WINDOW:
        return None
    stop = text.find("\n", start, start + WINDOW)
    stop = min(len(text), start + WINDOW) if stop < 0 else stop
    return Line(start, strip(text, start, stop, BLANKS)[1], stop + 1)


def read(text: str, position: int, need: Need) -> tuple[str, list[Clause]]:
    """The lead-in and the clauses of the decision that opens at position.

    need ("any" | "form" | "strict"): What a clause must show: nothing, since the marker leaves no doubt; that it decides
        or reports a decision; that it decides.
    """
    lead, origin = "", position
    for _ in range(4):
        line = filled(text, position)
        if line is None or other(text, line):
            break
        if led := _LED.match(text, line.start, line.end):
            lead, position = text[origin : led.end()], led.end()
            continue
        number = number_at(text, line.start) or _first_inline(text, line)
        if number:
            lead = text[origin : number.start]
            return lead, list(_read_list(text, number, lead, need))
        end = _extent(text, line.start, None, nesting=False).end
        if not _is_lead(text, line.start, end):
            if need == "any" and "\n" in text[origin : line.start]:
                need = "form"
            return lead, list(_read_sentences(text, line.start, need))
        lead = text[origin:end]
        position = end
    return "", []


def other(text: str, line: Line) -> bool:
    """Whether the line opens something that is not a clause: the reasons, the papers, another marker."""
    return bool(_TAIL.match(text, line.start, line.end) or _MARKER.match(text, line.start, line.end))


def _first_inline(text: str, line: Line) -> Number | None:
    """The first number of a list that starts within the line: `that: (1) the report be noted; (2) ...`."""
    found = _FIRST_INLINE.match(text, line.start, line.end)
    if found and _LEAD_IN.search(found.group()):
        return number_at(text, found.end())
    return None


def _is_lead(text: str, start: int, end: int) -> bool:
    """Whether the paragraph only leads in: `That Cabinet:` before a list, `That the Director be asked to:` not."""
    paragraph = " ".join(text[start:end].split())
    following = filled(text, end)
    if following is None or _CUT.search(paragraph):
        return False
    ends = bool(_LEAD_END.search(paragraph))
    number = number_at(text, following.start)
    if number:
        parent = _PARENT.search(paragraph) and not _TO_BODY.match(paragraph)
        return (
            number.first
            and not _JOINED.search(paragraph)
            and not parent
            and (ends or " " not in paragraph or not decisive(paragraph))
        )
    return ends and decisive(text[following.start : following.end])


def _extent(text: str, start: int, number: Number | None, nesting: bool = True) -> Extent:
    """The clause that starts at start: its lines, its sub-items, until a blank line, a heading or the next number."""
    end, blank, before = start, False, ""
    subs: list[Number] = []
    for line in lines(text, start):
        if line.start == line.end or (blank and before and _PAGE_NUMBER.fullmatch(text, line.start, line.end)):
            blank = True
            continue
        content = text[line.start : line.end]
        if before:
            found = number_at(text, line.start)
            if found and number and found.follows(number):
                return Extent(end, bool(subs), found)
            if found:
                if not nesting or not (_opens_sub_items(before, found) or any(found.follows(sub) for sub in subs)):
                    break
                subs.append(found)
            elif not (_runs_on(before, content) if blank else _wraps(text, start, end, before, line, number is None)):
                break
        end, blank, before = line.end, False, content
        if _CUT.search(content):
            break
    return Extent(end, bool(subs), None)


def _opens_sub_items(before: str, found: Number) -> bool:
    return found.first and (before.endswith((":", ":-", ",")) or before.lower().endswith((" to", " that")))


def _runs_on(before: str, content: str) -> bool:
    """Whether a clause goes on after a blank line or a page break."""
    return content[0].islower() and before[-1] not in ".;:!?)" and bool(_UNFINISHED.search(before) or len(before) >= 40)


def _wraps(text: str, start: int, end: int, before: str, line: Line, plain: bool) -> bool:
    """Whether a line goes on with the clause from start to end, whose last line is before."""
    finished = before[-1] in ".;:!?"
    if plain and finished and _NEXT_CLAUSE.match(text, line.start):
        return False
    closing = other(text, line)
    runs_on = text[line.start].islower() or text[line.start] in "£0123456789"
    if _UNFINISHED.search(before) or (runs_on and not (closing and finished)):
        return True
    if finished or closing:
        return False
    return not decisive(" ".join(text[start:end].split())) or _hard_wrapped(text, end, line.start)


def _hard_wrapped(text: str, end: int, following: int) -> bool:
    """Whether the line that stops at end is as long as the lines around it, so that the next word had no room."""
    length = end - text.rfind("\n", max(0, end - 200), end) + len(text[following : following + 40].split()[0])
    lengths = [len(line.rstrip()) for line in text[max(0, end - 1200) : end + 600].split("\n")]
    width = max(lengths)
    return width <= 120 and length > width - 3 and sum(other > width - 12 for other in lengths) >= 3


def _read_list(text: str, number: Number, lead: str, need: Need) -> Iterator[Clause]:
    opened = bool(_LEAD_END.search(" ".join(lead.split())))
    upcoming: Number | None = number
    first = True
    while upcoming:
        number = upcoming
        line = filled(text, number.end)
        if line is None or (line.start > number.end + 40 and other(text, line)):
            return
        extent = _extent(text, line.start, number)
        inline = _inline(text, line.start, extent.end, number)
        end, upcoming = (inline.start, inline) if inline else (extent.end, extent.following)
        if upcoming is None and number.text:
            upcoming = _later(text, end, number)
        if not extent.nested:
            end = _sentence_end(text, line.start, end)
        content = " ".join(text[line.start : end].split()).lstrip("\"“‘")
        if not _plausible(content, need, opened, first):
            return
        opened = opened or bool(opening_verb(content)) or (need == "any" and not decisive(content))
        clauses = list(_pieces(text, line.start, end, number.text, True))
        yield from clauses
        if clauses and clauses[-1].truncated:
            return
        first = False


def _later(text: str, position: int, number: Number) -> Number | None:
    """The next number of the list after lines that are no clause, such as names or comments."""
    for line in islice(lines(text, position), 1, 16):
        if line.end > line.start and other(text, line):
            return None
        found = number_at(text, line.start)
        if found and found.follows(number) and found.text != number.text:
            content = filled(text, found.end)
            return found if content and _NEXT_CLAUSE.match(text, content.start) else None
    return None


def _plausible(content: str, need: Need, opened: bool, first: bool) -> bool:
    """Whether an item of a list is a clause and not the next heading."""
    if not content or (_MARKER.match(content) and not (opened and opening_verb(content))):
        return False
    if not _NEXT_CLAUSE.match(content) and SPOKEN.search(content[:100]):
        return False
    if decisive(content) or (opened and decisive("that " + content)):
        return True
    if first:
        return _accepted(content, need)
    joined = opened and bool(_JOINED.search(content))
    return joined or content[0].islower() or bool(_NEXT_CLAUSE.match(content)) or states(content)


def _accepted(content: str, need: Need) -> bool:
    """Whether the first clause shows what it must."""
    if decisive(content) or (need != "strict" and states(content)):
        return True
    if need != "strict" and _THAT.match(content):
        return not _TELLS.search(content)
    return need == "any" and " " in content and not content.lower().startswith(("accordingly", "as "))


def _inline(text: str, start: int, end: int, number: Number) -> Number | None:
    """The next number of the list where it stands within the line: `(a) that A be noted, and (b) that ...`."""
    for found in _INLINE_NUMBER.finditer(text, start, end):
        upcoming = number_at(text, found.end())
        if upcoming and upcoming.text and upcoming.follows(number) and upcoming.text != number.text:
            rest = text[upcoming.end : min(end, upcoming.end + 400)].lstrip()
            if decisive(rest) and not rest.startswith(("and ", "or ", "of ", "above", "below")):
                return upcoming
    return None


def _read_sentences(text: str, start: int, need: Need) -> Iterator[Clause]:
    """Clauses without numbers: the sentences of a paragraph, then the paragraphs after it that open as it did."""
    form = None
    while True:
        end = _extent(text, start, None).end
        while start < end:
            stop = _sentence_end(text, start, end)
            content = " ".join(text[start:stop].split()).lstrip("\"“‘")
            opening = _NEXT_CLAUSE.match(content)
            if form is None:
                accepted = _accepted(content, need)
                form = opening.lastindex if opening else 0
            else:
                accepted = bool(opening) and opening.lastindex == form and content[-1] != ":"
            if not accepted:
                return
            clauses = list(_pieces(text, start, stop, "", False))
            yield from clauses
            if clauses and clauses[-1].truncated:
                return
            start, _ = strip(text, stop, end, BLANKS + "\n.;")
        line = filled(text, end)
        if not form or line is None or other(text, line) or not _NEXT_CLAUSE.match(text, line.start, line.end):
            return
        start = line.start


def read_column(text: str, position: int, column: int) -> list[Clause]:
    """The clauses in one column of a table: the lines with bars below position."""
    clauses: list[Clause] = []
    for line in lines(text, position):
        content = text[line.start : line.end]
        if content and "|" not in content:
            break
        cells = content.split("|")
        if len(cells) > column:
            start = line.start + sum(len(cell) + 1 for cell in cells[:column])
            if " " in cells[column].strip() and decisive(cells[column].strip()):
                clauses += _pieces(text, start, start + len(cells[column]), "", False)
    return clauses


def _sentence_end(text: str, start: int, end: int) -> int:
    """Where the first sentence ends, its full stop included; end if there is but one."""
    for found in _SENTENCE_END.finditer(text, start, end):
        if found.group()[0] != "." or not _ABBREVIATION.search(text, max(start, found.start() - 20), found.start()):
            return found.start() if found.group()[0] == "|" else found.start() + 1
    return end


def _pieces(text: str, start: int, end: int, number: str, listed: bool) -> Iterator[Clause]:
    """Split at `and that`, trim, and see whether the page cuts the last piece off."""
    cut = _CUT.search(text, start, end)
    end = cut.start() if cut else end
    left = start
    for joint, right in [*_splits(text, start, end, listed), (end, end)]:
        a, b = _trim(text, left, joint)
        last = joint == end
        lost = last and not cut and _END.match(text, b) and _lost(text[a:b])
        if a < b:
            yield Clause(a, b, number, listed, last and (bool(cut) or lost))
        left = right


def _lost(clause: str) -> bool:
    """Whether the last clause of the text stops in the middle."""
    return bool(_UNFINISHED.search(clause)) or bool(
        _NEXT_CLAUSE.match(clause) and not (decisive(clause) or states(clause))
    )


def _splits(text: str, start: int, end: int, listed: bool) -> Iterator[tuple[int, int]]:
    """Where a clause ends and a further one starts: around `and that`, `; that`, `and to`, a semicolon."""
    left = start
    for found in _JOINT.finditer(text, start, end):
        if found.start() <= left:
            continue
        before, after, joint = text[left : found.start()], text[found.end() : end], found.group()
        opening = _NEXT_CLAUSE.match(after)
        if opening and opening.group(1):
            further = _further_that(before, after, joint)
        elif opening and not listed:
            further = _further_to(before, after, joint)
        else:
            further = not opening and not listed and ";" in joint and decisive(before) and subjunctive(after[:200])
        if further:
            yield found.start(), found.end()
            left = found.end()


def _further_to(before: str, after: str, joint: str) -> bool:
    """`to note A and to approve B` holds two clauses, `to ask B to look and to report` one."""
    if not before[:3].lower() == "to ":
        return False
    verbs = [verb for found in _INFINITIVE.finditer(before) if (verb := opening_verb(found.group(1)))]
    return ";" in joint or (opening_verb(after) in FORMAL and len(verbs) == 1)


def _further_that(before: str, after: str, joint: str) -> bool:
    if ";" in joint:
        return True
    inner = _INNER.search(before, 4)
    if "and" not in joint.lower():
        return not inner and subjunctive(after) and subjunctive(before)
    if inner:
        return subjunctive(after[:300]) and not subjunctive(inner.group(1))
    return True


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Without blanks, closing punctuation, the vote in brackets, a joining `and`, or quotation marks around the whole."""
    while True:
        before = (start, end)
        start, end = strip(text, start, end, BLANKS + "\n")
        while end > start and text[end - 1] in ".;:,–—|":
            end -= 1
        start, end = strip(text, start, end, BLANKS + "\n")
        for word in ("and", "AND"):
            if text.endswith(word, start, end) and end - start > 3 and not text[end - 4].isalnum():
                if text[start : end - 3].rstrip(BLANKS + "\n").endswith((";", ",", ".")):
                    end -= 3
        if votes := _VOTES.search(text, max(start, end - 260), end):
            end = votes.start()
        if start < end and text[start] in _PAIRS:
            closing = text.find(_PAIRS[text[start]], start + 1, end)
            if closing < 0 or closing == end - 1:
                end = end if closing < 0 else closing
                start += 1
        if before == (start, end):
            return start, end
