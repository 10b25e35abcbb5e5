"""From the place where a decision opens to its clauses: lead-ins, numbered lists, plain sentences, `and that`."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from pipeline.components.layout import (
    CUT,
    NEXT_CLAUSE,
    UNFINISHED,
    extent,
    filled,
    inline_number,
    later_number,
    lines,
    marks,
    one_line,
    other,
    sentence_end,
    strip,
)
from pipeline.components.numbering import BULLETS, Number, number_at
from pipeline.components.outcomes import BLANKS, FORMAL, decisive, elliptic, opening_verb, states, subjunctive, words
from pipeline.patterns import alternation

Need = Literal["any", "form", "strict"]
SPOKEN = re.compile(
    rf"\b(?:was|{alternation(words('body', 'person'))})(?:,?\s+(?:has|have|{alternation(words('adverb'))}))*,?\s+"
    rf"{alternation(words('spoken'))}\b(?:\s+unanimously)?,?\s*(?::|[–—-]|(?:that|to|the|as\s+follows)\b|\n\s*\(?\w{{1,4}}[.)]\s)",
    re.I,
)
ACTED = alternation(map(str.upper, words("act", "spoken")))  # in capitals: marker and outcome at once
SECOND = re.compile(rf"(?:[,;]?\s+and(?:\s+{alternation(words('adverb'))})?|[,;])\s+(?={ACTED}\s)")
_LED = re.compile(r"(?:that|to)\s?[:–—-]+", re.I)
_REFERENCE = re.compile(  # of the minute or the decision: `(EX/92/17)`, `[Minute 2023/41]:`, `C23/118 –`
    r"(?:[(\[](?=[^()\[\]\n]{0,40}\d)(?:(?i:minute|min|ref|reference|decision|key|no|number)\b[.:]?\s){0,3}"
    r"[A-Z0-9][A-Z0-9 ./:-]{1,30}[)\]]"
    r"\s?[:–—-]{0,2}|[A-Z]{1,6}[ .-]?\d{1,4}(?:[./-]\d{1,4}){0,2}\s?[:–—-])"
    r"\s*(?=(?:T(?:hat|HAT|o)|that|to)\b|\(?(?:1|i|a)[.)]\s)"
)
_LEAD_END = re.compile(r"(?:[:–—-]|\b(?:that|to|namely|follows))$", re.I)
_AND_FURTHER = re.compile(r"[,;]?\s+and(?:,?\s+(?:also\s+|further\s+)?[a-z]+)?(?:\s+(?:that|to))?\s*[:–—-]+$", re.I)
_LEAD_IN = re.compile(r"(?:^|[:;,–—-]|\bthat|^to)\s*$", re.I)
_FIRST_INLINE = re.compile(r"[^.;]{0,240}?(?:^|[\s:–-])(?=\(\s?(?:1|i|a|A)\s?\)\s|(?:1|i|a|A)[.)]\s)")
_PARENT = re.compile(r"\bbe\s+(?!recommended|noted|approved|agreed|adopted)(?:\w+ed|given)\b[^.;]*$|\bfor:$", re.I)
_TO_BODY = re.compile(
    rf"(?:that\s+)?(?:the\s+)?(?:[\w’']+\s+){{0,8}}?{alternation(words('body'))}\s+"
    r"be\s+(?:asked|requested|invited|advised)\b",
    re.I,
)
_JOINED = re.compile(r"(?:[.;]|[.;,]\s+(?:and|or))$", re.I)
_FURTHER = r"(?=(?:that|t\sh\sa\st|to)\b)"
_JOINT = re.compile(
    rf"[;,\s](?:(?<=;)\s*(?:and\b\s*)?(?=\S)|(?<=[,\s])\s*and\s+{_FURTHER}|(?<=,)\s+{_FURTHER}"
    rf"|(?<=[,\s])\s*and\s+(?=(?-i:{ACTED})\b))",
    re.I,
)
_ACTED = re.compile(rf"{ACTED}\b")
_INNER = re.compile(r"[a-z]\s+that\b(.*)", re.I | re.S)
_INFINITIVE = re.compile(r"\bto\s+([a-z-]+)", re.I)
_ANY_INFINITIVE = re.compile(r"\bto\s(?!(?:the|an?|its|their|our|all|any|each|both|this|that|these|those)\b)[a-z]")
_TO = re.compile(r"(?:not\s)?to\s", re.I)
_DUE = re.compile(r"(?:(?!was\b|were\b|is\b|are\b|has\b|have\b|had\b)[\w’'-]+\s+){1,8}?to\s+be\s+\w+", re.I)
_CHARGES = frozenset(words("charge"))
_TELLS = re.compile(r"\b(?:was|were|had|would|should|could|might)\b")
_VOTES = re.compile(
    r"\s*\([^()]{0,120}\b(?:votes?|favour|against|abst\w*|unanimous(?:ly)?|carried|nem|for)\b[^()]{0,120}\)$"
    r"|\s+[–—-]+\s*(?:approved|agreed|carried|see\s+(?:above|below))$",
    re.I,
)
_VOTE_ENDS = (")", "approved", "agreed", "carried", "above", "below")  # spares looking where there is none
_NOUN = re.compile(r"(?!Dispose|Approve)[A-Z][a-z]+(?<!ed)\s+of\b")  # `Award of the grant`, `Purchase of a flat`
_END = re.compile(r"\s*\Z")
_PAIRS = {'"': '"', "“": "”", "‘": "’", "'": "'"}


class Clause(NamedTuple):
    """One clause of a decision: offsets, its number as written, whether it stands in a list, whether it is cut off."""

    start: int
    end: int
    number: str
    listed: bool
    truncated: bool


def read(text: str, position: int, need: Need) -> tuple[str, list[Clause]]:
    """The lead-in and the clauses of the decision that opens at position.

    need ("any" | "form" | "strict"): What the first clause must show: nothing, since the marker leaves no doubt; that
        it decides or reports a decision; that it decides.
    """
    lead, origin = "", position
    clauses: list[Clause] = []
    for _ in range(4):
        line = filled(text, position)
        if line is None or (other(text, line) and not elliptic(text[line.start : line.end])):
            break
        if led := _LED.match(text, line.start, line.end):
            lead, position = text[origin : led.end()], led.end()
            continue
        if reference := _REFERENCE.match(text, line.start, line.end):
            lead, position = text[origin : reference.end()], reference.end()
            continue
        number = number_at(text, line.start) or _first_inline(text, line.start, line.end)
        if number:
            lead = text[origin : number.start]
            return lead, [*clauses, *_read_list(text, number, lead, need)]
        end = extent(text, line.start, None, nesting=False).end
        if not _leads(text, line.start, end):
            if need == "any" and "\n" in text[origin : line.start]:
                need = "form"
            return lead, [*clauses, *_read_sentences(text, line.start, need)]
        if further := _AND_FURTHER.search(text, max(line.start, end - 60), end):
            content = one_line(text, line.start, further.start())
            if NEXT_CLAUSE.match(content) and decisive(content):
                clauses += _pieces(text, line.start, further.start(), "", False)
        lead = text[origin:end]
        position = end
    return "", []


def read_column(text: str, position: int, column: int) -> list[Clause]:
    """The clauses in one column of a table: the lines with bars below position."""
    clauses: list[Clause] = []
    for line in lines(text, position):
        row = text[line.start : line.end]
        if row and "|" not in row:
            break
        cells = row.split("|")
        if len(cells) > column:
            start = line.start + sum(len(cell) + 1 for cell in cells[:column])
            content = cells[column].strip()
            if " " in content and decisive(content) and not _NOUN.match(content):
                clauses += _pieces(text, start, start + len(cells[column]), "", False)
    return clauses


def _first_inline(text: str, start: int, end: int) -> Number | None:
    """The first number of a list that starts within a line: `that: (1) the report be noted; (2) ...`."""
    found = _FIRST_INLINE.match(text, start, end)
    return number_at(text, found.end()) if found and _LEAD_IN.search(found.group()) else None


def _leads(text: str, start: int, end: int) -> bool:
    """Whether the paragraph only leads in: `That Cabinet:` before a list, `That the Director be asked to:` not."""
    following = filled(text, end)
    if following is None:
        return False
    closing = " ".join(text[max(start, end - 300) : end].split())
    ends = bool(_LEAD_END.search(closing[-20:]))
    number = number_at(text, following.start)
    if not number:
        return ends and decisive(text[following.start : following.end])
    if number.first and closing.endswith(";") and len(closing) < 60 and not decisive(closing):
        return True
    if not number.first or _JOINED.search(closing[-20:]) or CUT.search(text, start, end):
        return False
    opening = one_line(text, start, min(end, start + 300))
    if _PARENT.search(closing) and not _TO_BODY.match(opening):
        return False
    return ends or " " not in opening or not decisive(opening)


def _read_list(text: str, first: Number, lead: str, need: Need) -> Iterator[Clause]:
    """The items of a numbered list; `loose` once later items need not decide anything by their own form."""
    loose = bool(_LEAD_END.search(" ".join(lead.split())))
    number: Number | None = first
    while number:
        line = filled(text, number.end)
        if line is None or (line.start > number.end + 40 and other(text, line)):
            return
        reach = extent(text, line.start, number)
        inline = inline_number(text, line.start, reach.end, number)
        end, following = (inline.start, inline) if inline else (reach.end, reach.following)
        if following is None and number.text:
            following = later_number(text, end, number)
        if not reach.nested:
            end = sentence_end(text, line.start, end)
        content = one_line(text, line.start, end)
        if not _is_item(content, loose, need if number is first else None):
            return
        loose = loose or bool(opening_verb(content)) or elliptic(content) or (need == "any" and not decisive(content))
        clauses = list(_pieces(text, line.start, end, number.text, True))
        yield from clauses
        if clauses and clauses[-1].truncated:
            return
        number = following


def _is_item(content: str, loose: bool, need: Need | None) -> bool:
    """Whether an item of a list is a clause and not the next heading; need is given for the first one."""
    if not content or (marks(content) and not (loose and opening_verb(content))):
        return False
    if not NEXT_CLAUSE.match(content) and SPOKEN.search(content[:100]):
        return False
    if content.startswith("It "):
        content = f"The Committee {content[3:]}"
    if loose and decisive("that " + content):
        return True
    if need:
        return _is_clause(content, need)
    if decisive(content) or content[0].islower() or NEXT_CLAUSE.match(content):
        return True
    return states(content) or (loose and (bool(_JOINED.search(content)) or elliptic(content)))


def _is_clause(content: str, need: Need) -> bool:
    """Whether the first clause shows what it must, within its first words."""
    content = content[:600]
    if decisive(content) or (need != "strict" and states(content)):
        return True
    if need != "strict" and elliptic(content):
        return True
    if need == "form" and content.startswith(("That ", "THAT ")):
        return not _TELLS.search(content)
    return need == "any" and " " in content and not content.lower().startswith(("accordingly", "as "))


def _read_sentences(text: str, start: int, need: Need) -> Iterator[Clause]:
    """Clauses without numbers: the sentences of a paragraph, then the paragraphs after it that open as it did."""
    form: int | None = None
    while True:
        end = extent(text, start, None).end
        while start < end:
            stop = sentence_end(text, start, end)
            second = SECOND.search(text, start, stop)
            stop = second.start() if second else stop
            content = one_line(text, start, stop)
            opening = NEXT_CLAUSE.match(content)
            kind = opening.lastindex or 0 if opening else 0
            if form is not None and content.startswith("("):
                break
            if not (_is_clause(content, need) if form is None else _goes_on(content, kind, form, need)):
                return
            form = kind
            clauses = list(_pieces(text, start, stop, "", False))
            yield from clauses
            if second or (clauses and clauses[-1].truncated):
                return
            start = max(strip(text, stop, end, BLANKS + "\n.;")[0], start + 1)  # a cell's edge moves nothing
        line = filled(text, end)
        if not form or line is None or other(text, line) or not NEXT_CLAUSE.match(text, line.start, line.end):
            return
        start = line.start


def _goes_on(content: str, kind: int, form: int, need: Need) -> bool:
    """Whether a further sentence is a clause as well: it opens as the first did, or decides something by its form."""
    decides = kind > 0 or need == "any" or decisive(content) or states(content) or bool(_DUE.match(content))
    return kind == form and content[-1:] != ":" and decides


def _pieces(text: str, start: int, end: int, number: str, listed: bool) -> Iterator[Clause]:
    """Split at `and that`, trim, and see whether the page cuts the last piece off."""
    cut = CUT.search(text, start, end)
    end = cut.start() if cut else end
    left = start
    for joint, right in [*_splits(text, start, end, listed), (end, end)]:
        a, b = _trim(text, left, joint)
        if cut and joint == end and text[b:end].strip().lower() == "and":
            b = strip(text, b, end, BLANKS + "\n")[1]  # its last word
        truncated = joint == end and (bool(cut) or (bool(_END.match(text, b)) and _stops_short(text[a:b])))
        if a < b:
            yield Clause(a, b, number, listed, truncated)
        left = right


def _stops_short(clause: str) -> bool:
    """Whether the last clause of the text stops in the middle."""
    return bool(
        UNFINISHED.search(clause) or (NEXT_CLAUSE.match(clause) and not decisive(clause) and not states(clause))
    )


def _splits(text: str, start: int, end: int, listed: bool) -> Iterator[tuple[int, int]]:
    """Where a clause ends and a further one starts: around `and that`, `; that`, `and to`, a semicolon."""
    left = start
    for found in _JOINT.finditer(text, start, end):
        if found.start() <= left:
            continue
        before, after, joint = text[left : found.start()], text[found.end() : end], found.group()
        opening = NEXT_CLAUSE.match(after)
        if opening and opening.group(1):
            further = _further_that(before, after, joint)
        elif opening:
            further = _further_to(before, after, joint, listed)
        elif _ACTED.match(after):
            further = listed and bool(_ACTED.match(before))
        else:
            further = not listed and ";" in joint and not number_at(after, 0) and _further_plain(before, after[:200])
        if further:
            yield found.start(), found.end()
            left = found.end()


def _further_plain(before: str, after: str) -> bool:
    """`the plan be approved; the cost be met` holds two clauses; so does `approves the plan; notes the cost`."""
    if decisive(before) and subjunctive(after):
        return True
    return not NEXT_CLAUSE.match(before) and opening_verb(before) in FORMAL and opening_verb(after) in FORMAL


def _further_to(before: str, after: str, joint: str, listed: bool) -> bool:
    """`to note A and to approve B` holds two clauses, `to ask B to look and to report` one."""
    if not _TO.match(before):
        return False
    if ";" in joint:
        return not listed
    alone = "and" in joint.lower() and not _ANY_INFINITIVE.search(before, 6)
    if opening_verb(after) not in FORMAL and not (alone and opening_verb(after)):
        return False
    if listed and "and" not in joint.lower():
        return False
    if opening_verb(before) not in _CHARGES:
        return sum(bool(opening_verb(found.group(1))) for found in _INFINITIVE.finditer(before)) <= 1
    return alone


def _further_that(before: str, after: str, joint: str) -> bool:
    """`that A be noted and that B be approved` holds two clauses, `that it be noted that A is so and that B is` one."""
    if ";" in joint:
        return True
    inner = _INNER.search(before, 4)
    if "and" not in joint.lower():
        return not inner and subjunctive(after) and subjunctive(before)
    return not inner or (subjunctive(after[:300]) and not subjunctive(inner.group(1)))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Without blanks, closing punctuation, a vote, a joining `and`, quotation marks around the whole."""
    trimmed = None
    while trimmed != (start, end):
        trimmed = start, end
        while start < end and (text[start].isspace() or text[start] in BLANKS + BULLETS):
            start += 1
        while start < end and (text[end - 1].isspace() or text[end - 1] in BLANKS + ".;:,–—|"):
            end -= 1
        if text[max(start, end - 4) : end].lower() in (" and", "\nand", ";and", ",and", "\u00a0and"):
            end -= 3
        if text[max(start, end - 8) : end].lower().endswith(_VOTE_ENDS) and (
            votes := _VOTES.search(text, max(start, end - 260), end)
        ):
            end = votes.start()
        if start < end and (closing := _PAIRS.get(text[start])):
            place = text.find(closing, start + 1, end)
            if place in (-1, end - 1):
                start, end = start + 1, end if place < 0 else place
    return start, end
