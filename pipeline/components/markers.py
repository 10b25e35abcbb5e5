"""Where a decision opens: RESOLVED, `It was agreed`, `Decision:`, `The Board:`, a lone `That ... be ...`."""

import re
from itertools import groupby
from typing import NamedTuple

from pipeline.components.clauses import ACTED, SPOKEN, Need
from pipeline.components.context import dated, decision_place, discussed, proposal, reported, taken
from pipeline.components.layout import filled, strip
from pipeline.components.numbering import number_at
from pipeline.components.outcomes import BLANKS, FORMAL, MONTHS, decisive, opening_verb, words
from pipeline.patterns import alternation, by_kind

_LOOK_BACK = 240
_TITLE = 120  # characters; how long the title of who decides may be
_BODIES = alternation(words("body", "person"))
_TITLED = alternation(words("person"))
_ADVERBS = alternation(words("adverb"))
_ACTS = frozenset(words("act"))
_LINKING = frozenset(words("linking"))
_HEADS = ("decision", "conclusion", "resolution", "recommendation")
_HEADING_WORDS = frozenset(words("heading"))
_SMALL = frozenset(("and", "of", "for", "the", "this", "&", "-", "–"))
SAYS = {
    word: row.value
    for kind in ("marker", "act", "heading")
    for row in by_kind("resolutions", kind)
    for word in row.words
}

_CASED = {word.upper() for word in words("marker", "act")} | {word.capitalize() for word in words("marker")}
_CASED |= {f"{word[:-3].upper()} to" for word in words("marker") if word.endswith(" to")}
_CASED |= {*words("spoken"), *_HEADS, *map(str.upper, _HEADS), *map(str.capitalize, _HEADS)}
_COLONS = {word.capitalize() for word in words("body", "person") if word.isalpha() and word != "members"}
_ANCHORS = [
    *map(re.escape, sorted(_CASED, key=len, reverse=True)),
    *(rf"{word}\s?(?::|[–—-](?=[ \t]*\r?\n))" for word in sorted(_COLONS)),
]
_ANCHORS += [r"That\b", r"THAT\b", r"T\sH\sA\sT\b", r"Outcomes?\s?:", r"OUTCOMES?\s?:"]
ANCHOR = re.compile(  # grouped by first letter, which makes it twice as fast
    "|".join(
        f"{first}(?:{'|'.join(anchor[1:] for anchor in anchors)})"
        for first, anchors in groupby(sorted(_ANCHORS, key=lambda anchor: anchor[0]), key=lambda anchor: anchor[0])
    )
)
_SENTENCE_START = re.compile(r".*(?:[.;:!?|]\s|\n\s*\n|\t)", re.S)
_DECIDER = re.compile(
    rf"\b(?:it\s+was(?:\s+\w+ed\s+and)?|under\s+delegated\s+(?:powers?|authority)|{_BODIES}(?:\s?\([^()]*\))?"
    rf"|{_TITLED}\s+(?:for|of)\s+(?:[\w’',&-]+\s+){{0,9}}?[\w’',&-]+)(?:,?\s+(?:has|have|{_ADVERBS}))*,?$",
    re.I,
)
_OFFICE = re.compile(rf"\b{_TITLED}\s+(?:for|of)\s", re.I)
_TOLD = re.compile(r"\b(?:having|after|being)\b.*,$", re.I)  # a clause that ends before who decides
_JOINED_ON = re.compile(
    r"(?:\b(?:moved|proposed|seconded|carried)\b"
    rf"|(?:^|,\s)(?:the\s+)?(?:[\w’'-]+\s+){{0,6}}?{_BODIES}\s+(?:considered|discussed|received|debated|reviewed|noted|"
    rf"welcomed|thanked)\b(?!.*\bthat\b)).*\band(?:\s+{_ADVERBS})*$",
    re.I,
)
_SKIP = re.compile(
    r"(?:[ \t\u00a0]*(?:[:;,/|*_–—-]+|\((?!\s?(?:\d{1,3}|[a-z]|[ivx]+)\s?\))[^()\n]{0,160}\)"
    r"|\d{1,4}\s?[/:–-]\s?\d{1,4}\b|(?i:unanimously|by\s+(?:a\s+)?majority|nem\.?\s+con\.?|as\s+follows)\b"
    r"|\tReasons?[^\n]{0,40}(?=\n)))*[ \t\u00a0]*"
)
_ADJUNCT = re.compile(
    r",?\s*(?:by|on|with|upon|subject\s+to|for\s+the)\b"
    rf"(?![^.;\n]{{0,160}}?(?:\b(?:19|20)\d\d|\sin\s{MONTHS}\b))[^.;\n]{{0,160}}?"
    r"(?:[,:–-]\s*(?=(?:that|to|\(?[1ia][.)])[\s“\"])|\s(?=that\b))",
    re.I,
)
_ADDRESSEE = re.compile(
    rf"\s*to\s+(?:[\w’']+\s+){{0,6}}?{_BODIES}s?(?:\s+on\s[^:\n]{{1,40}})?"
    r"(?:\s*[:–—-]+[ \t]*|\s+(?=that\b)|[ \t]*(?=\r?\n))",
    re.I,
)
_ACTED_ON = re.compile(r"[ \t\u00a0]+(?:the|a|an|that|with)\s")
_ACTED_BEFORE = re.compile(rf"(?:^|(?i:{_BODIES})\s+){ACTED}\s.*(?:[,;]|\band(?:\s+{_ADVERBS})?)$")
_PAPER = re.compile(
    r"\s+(?:an?|the\s+following|the\s[^.;\n]{0,80}?(?:report|presentation|update|paper|briefing)\s+(?:of|from|by))\b"
)
_ELSEWHERE = re.compile(r"(?:by|at|on|with|in(?!\s+principle))\s", re.I)
_UNANIMOUSLY = re.compile(r"\s+(unanimously)\b", re.I)
_CAPITALS_AFTER = re.compile(r"[ \t]+(?!THAT\b|T\sH|TO\b|UNANIMOUSLY\b|NEM\b|BY\b|IN\b|AND\b)[A-Z]{2,}\b")
_AFTER_TITLE = re.compile(
    r"\s*(?:[:;–—,/(\"“-]|\d|$)|[ \t\u00a0]*\r?\n|\s+(?:that|to|unanimously|nem|in\s+principle"
    r"|by\s+(?:a\s+)?(?:majority|\d)|by\s[^.:\n]{0,80}:)",
    re.I,
)
_FORMS = r"(?:decisions?|resolutions?|recommendations?|proposals?|conclusions?|motions?|amendments?)"
_AFTER_VERB = re.compile(
    rf"(?:,?\s+(?:{_ADVERBS}|as\s+follows|the\s+following(?:\s+(?:\w+\s+){{0,2}}?{_FORMS})?(?=\s*[:–—-])))*"
    r"(?:,[^.,;:\n]{1,80}(?:,|(?=:|\sto\s?:)))?,?\s*"
    r"(?:(?P<mark>[:–—-]|(?=\s*\n\s*\(?\w{1,4}[.)]\s))|(?P<that>that|to)\b|(?P<named>the\s+(?:[\w’']+\s+)?"
    r"(?:recommendations?|reports?|proposals?|minutes|award|plan|strategy|budget|policy|programme)\b))",
    re.I,
)
_HEADING = re.compile(
    rf"{alternation(words('heading', 'result'))}\s*(?:\([^()\n]{{0,80}}\))?\s*"
    r"(?:(?:of|by)\s+(?:the\s+)?[A-Z][^\n:]{0,80})?"
    r"(?P<close>\s*[:–—-]+|\s*$)",
    re.I | re.M,
)
_THAT = re.compile(r"T(?:hat|HAT)\b")
_LISTS = re.compile(r"(?:that|to)\s?(?:[:–,-]|\s*\n|\s*\(?\w{1,3}[.)]\s)", re.I)
_FOLLOWING = re.compile(r"(?<=the following )(?:decisions?|resolutions?)\b[^.:\n]{0,60}:")
_PARTICIPIAL = re.compile(r"(?:Having|Following|After|Upon|On|In)\b")
_ACTING = re.compile(
    r"(?:\(?\w{1,4}[.)]\s+)?(?:[Tt]he\s+)?(?:[A-Z][\w’'-]+\s+){0,4}?"
    rf"(?i:{_BODIES})\s+{alternation(map(str.upper, words('act')))}\b"
)
_BODY_ABOVE = re.compile(rf"{_BODIES}\s*:[-–]?\s+$", re.I)
_DECISION_ABOVE = re.compile(rf"{alternation(words('heading'))}\s*[:–—-]*\s+(?:[^.:;\n]{{0,80}})?$", re.I)


class Opening(NamedTuple):
    """Where a decision opens.

    marker (str): The words that announce it, empty if none.
    position (int): Where to read its clauses.
    need (Need): What they must show.
    rule (str): Which rule saw it.
    column (int): In a table, the column that holds the decisions.
    """

    marker: str
    position: int
    need: Need
    rule: str
    column: int = 0


def opening(text: str, start: int, end: int) -> Opening | None:
    """The opening that the anchor word from start to end makes, if it makes one."""
    word = text[start:end]
    head = word.lower() in _HEADS or word[:7].lower() == "outcome"
    inside = (start and text[start - 1].isalnum()) or (text[end : end + 1].isalnum() and word[-1] not in ":–—- ")
    if inside and not head:
        return None
    if word[0] == "T":
        return _bare_that(text, start)
    if word[-1] in ":–—-" and not head:
        return _body(text, start, end)
    if word.lower().endswith(" to"):
        word, end = word[:-3], end - 3
        return Opening(word, _after(text, end, word), "strict", "marker") if _ADDRESSEE.match(text, end) else None
    if head:
        return _heading(text, start, end)
    if word.isupper():
        return _capitals(text, start, end)
    return _titled(text, start, end) if word[0].isupper() else _spoken(text, start, end)


def _sentence(text: str, start: int) -> str:
    """The sentence so far, on one line, before start."""
    before = text[max(0, start - _LOOK_BACK) : start]
    found = _SENTENCE_START.match(before)
    return " ".join(before[found.end() if found else 0 :].split())


def _line(text: str, start: int) -> int:
    """Where the line of start begins, blanks and list number left out; start - _LOOK_BACK at most."""
    left = max(text.rfind("\n", max(0, start - _LOOK_BACK), start) + 1, start - _LOOK_BACK, 0)
    left, _ = strip(text, left, start, BLANKS + "|*_#")
    number = number_at(text, left)
    return strip(text, number.end, start, BLANKS)[0] if number and number.end <= start else left


def _subject(sentence: str) -> tuple[str, str]:
    """Who decides, where the sentence so far ends with it, and what stands before: `("The Panel", "Today")`."""
    found = _DECIDER.search(sentence, max(0, len(sentence) - 100))
    if not found:
        return "", sentence
    if found.group().lower().startswith("under"):  # whoever it is
        return sentence[-_TITLE:].strip(" ,"), sentence[:-_TITLE]
    tokens = sentence[: found.start()].split()
    left = len(tokens)
    if not found.group().lower().startswith("it "):
        while (
            left
            and (tokens[left - 1][0].isupper() or tokens[left - 1] in _SMALL)
            and tokens[left - 1] not in ("That", "To")
        ):
            left -= 1
        while left < len(tokens) and (tokens[left] in _SMALL - {"the", "this"} or _opens_sentence(tokens, left)):
            left += 1
    return " ".join([*tokens[left:], found.group()]).strip(" ,"), " ".join(tokens[:left])


def _opens_sentence(tokens: list[str], place: int) -> bool:
    """Whether the word only leads to who decides: `However, the Committee`."""
    return tokens[place].endswith(",") and tokens[place + 1 : place + 2] in (["the"], ["this"], ["The"], [])


def _after(text: str, end: int, marker: str) -> int:
    """Where the clauses can start: past punctuation, references, votes, and whom it is recommended to."""
    if marker.lower().startswith("recommend") and (found := _ADDRESSEE.match(text, end)):
        end = found.end()
    if skipped := _SKIP.match(text, end):
        end = skipped.end()
    adjunct = _ADJUNCT.match(text, end)
    return adjunct.end() if adjunct else end


def _unanimous(text: str, end: int) -> str:
    found = _UNANIMOUSLY.match(text, end)
    return f" {found.group(1)}" if found else ""


def _capitals(text: str, start: int, end: int) -> Opening | None:
    """RESOLVED, AGREED, The Committee NOTED: anywhere in a line."""
    word = text[start:end]
    addressed = word == "RECOMMENDED" and _ADDRESSEE.match(text, end)
    if text[end : end + 1] == "." or (_CAPITALS_AFTER.match(text, end) and not addressed):
        return None
    sentence = _sentence(text, start)
    subject, head = _subject(sentence)
    last = sentence.split()[-1] if sentence else ""
    if not subject and (_LINKING & set(sentence.lower().split()[-2:]) or (word != "RESOLVED" and _is_name(last))):
        return None
    if not subject and sentence.endswith(" and") and word != "RESOLVED" and not _joined(sentence):
        return None
    act = word.lower() in _ACTS
    if act and not subject and not _acts_alone(text, start, end):
        return None
    line = text[_line(text, start) : start].strip()
    label = line.isupper() and not subject and not line.endswith(("UNANIMOUSLY", "AND", "WAS", "–", "-"))
    if label and not text[end : end + 3].strip(" :\r\n"):
        return None
    position = _after(text, end, word)
    if _ELSEWHERE.match(text, position) or reported(head):
        return None
    if word == "RECOMMENDED" and not addressed and not discussed(text, start):
        return None
    free = SAYS[word.lower()] == "" or act or text[position : position + 1].islower() or _THAT.match(text, position)
    marker = f"{subject} {word}".strip() + _unanimous(text, end)
    return Opening(marker, position, "any" if free else "strict", "marker")


def _joined(sentence: str) -> bool:
    """Whether the marker goes on with what a meeting did: `It was moved, seconded and`, `NOTED the report and`."""
    return bool(_JOINED_ON.search(sentence) or _ACTED_BEFORE.search(sentence))


def _is_name(word: str) -> bool:
    return word.istitle() and word.isalpha()


def _acts_alone(text: str, start: int, end: int) -> bool:
    """Whether NOTED, APPROVED and the like stand below `The Board:`, or open a line and go on: `NOTED the report`."""
    if text[max(0, start - 5) : start].rstrip().endswith(("and", ",", ";")) and _joined(
        " ".join(text[_line(text, start) : start].split())
    ):
        return True
    if _BODY_ABOVE.search(text, max(0, start - 80), start):
        return True
    if text[start:end] == "RECEIVED" and _PAPER.match(text, end):
        return False  # opens an item: what was before the meeting
    return _line(text, start) == start and bool(_ACTED_ON.match(text, end))


def _titled(text: str, start: int, end: int) -> Opening | None:
    """Resolved, Agreed: where a line or a sentence begins, with punctuation or `that` behind."""
    before = text[max(0, start - 3) : start].strip(" \u00a0")
    subject = ""
    if _line(text, start) < start and not before.endswith((".", ":", "-", "–", "—", "\t", ";")):
        subject = _subject(_sentence(text, start))[0]
        if not subject:
            return None
    if not _AFTER_TITLE.match(text, end):
        return None
    word = text[start:end]
    if word == "Recommended" and not _ADDRESSEE.match(text, end) and not discussed(text, start):
        return None
    marker = f"{subject} {word}".strip() + _unanimous(text, end)
    below = not subject and _below_heading(text, start)
    return Opening(marker, _after(text, end, word), "any" if below else "form", "marker")


def _below_heading(text: str, start: int) -> bool:
    """Whether a heading of decisions stands above start, with some words between at most."""
    above = text[max(0, start - 120) : start]
    return any(head in above.lower() for head in _HEADS) and bool(_DECISION_ABOVE.search(above))


def _spoken(text: str, start: int, end: int) -> Opening | None:
    """It was resolved, the Panel agreed: with a list, or with a clause that decides."""
    word = text[start:end]
    addressed = _ADDRESSEE.match(text, end) if word == "recommended" else None
    follow = _AFTER_VERB.match(text, addressed.end() - 1 if addressed else end)
    if not follow:
        return None
    sentence = _sentence(text, start)
    subject, head = _subject(sentence)
    if not subject and _JOINED_ON.search(sentence):
        subject, head = " ", ""
    last = head.lower().split()[-1:]
    told = _TOLD.sub("", head) if follow["mark"] else head
    if not subject or reported(told) or dated(head) or (last and last[0] in _LINKING):
        return None
    if not follow["mark"] and _OFFICE.search(subject):
        return None  # a person's promise
    if follow["named"] and (word != "agreed" or (head and not _PARTICIPIAL.match(head))):
        return None
    position = _after(text, follow.start("mark"), word) if follow["mark"] else follow.start(follow.lastgroup or 0)
    free = word == "resolved" or follow["named"] or _below_heading(text, start)
    if (
        not free
        and follow["that"]
        and not _LISTS.match(text, position)
        and not _decides(text[position : position + 300])
    ):
        return None
    return Opening(f"{subject} {word}".strip(), position, "any" if free else "strict", "sentence")


def _decides(ahead: str) -> bool:
    """Whether what follows within the sentence can be a decision: `to note the report`, and not `to look into it`."""
    return opening_verb(ahead) in FORMAL if ahead[:2].lower() == "to" else decisive(ahead)


def _heading(text: str, start: int, end: int) -> Opening | None:
    """Decision, DECISION TAKEN: as a line of its own, or with a colon."""
    if found := _FOLLOWING.match(text, start):
        return Opening(f"the following {text[start:end]}", found.end(), "form", "heading")
    left = _line(text, start)
    if "|" in text[start - 2 : start] + text[end : end + 3]:
        return _column(text, start)
    found = _HEADING.match(text, left) if start - left < 40 else None
    if not found and text[max(0, start - 3) : start].rstrip().endswith((".", ";")):
        found = _HEADING.match(text, start)
        found = found if found and found["close"].strip() else None
    if not found or found.end() < end:
        return None
    marker = " ".join(text[found.start() : found.start("close")].split())
    position = _after(text, found.end(), marker)
    line = filled(text, position)
    if marker.lower().endswith("to be taken") and not taken(text, start, end):
        return None
    if marker.lower().endswith("details") and not found["close"].strip():
        return None
    carried = marker.lower().endswith(("agreed", "approved"))
    if carried and marker.lower().startswith("recommend"):
        return Opening(marker, position, "strict", "heading") if found["close"].strip() else None
    if "recommend" in marker.lower() and (
        not found["close"].strip() or not line or "\n" not in text[position : line.start] or proposal(text, start, end)
    ):
        return None
    if line and (
        SPOKEN.search(text, line.start, min(line.end, line.start + 600)) or _ACTING.match(text, line.start, line.end)
    ):
        return None
    return Opening(marker, position, "form", "heading")


def _column(text: str, start: int) -> Opening | None:
    """The head of a table's column: Ref | Date | Decision | Officer."""
    left = text.rfind("\n", max(0, start - 500), start) + 1
    right = text.find("\n", start, start + 500)
    if right < 0:
        return None
    cells = [cell.strip().lower() for cell in text[left:right].split("|")]
    column = next((place for place, cell in enumerate(cells) if cell in _HEADING_WORDS), None)
    return None if column is None else Opening(cells[column].capitalize(), right, "strict", "cell", column)


def _body(text: str, start: int, end: int) -> Opening | None:
    """The Board: and verbs."""
    after = strip(text, end, end + 4, BLANKS + "-–—")[0]
    line = filled(text, after)
    subject, head = _subject(_sentence(text, end - 1))
    alone = line and "\n" in text[after : line.start + 1]
    return Opening(subject, after, "strict", "body") if subject and not head and alone else None


def _bare_that(text: str, start: int) -> Opening | None:
    """That ... be ...: alone, where the decision stands."""
    left = _line(text, start)
    line = text[left:start].strip()
    if line.isupper() and line.endswith(("-", "–", "—")):
        return Opening("", start, "form", "bare_that")
    if line:
        return None
    left = max(text.rfind("\n", max(0, start - 80), start), 0)
    before = text[max(0, left - 1500) : left].rstrip()
    found = Opening("", left, "form", "bare_that")
    for line in reversed(before.split("\n")[-25:]):
        content = line.strip(BLANKS + "|")
        number = number_at(content, 0)
        content = content[number.end :].strip(BLANKS) if number else content
        if content and not content.lower().startswith(("that ", "and")):
            return found if decision_place(content) else None
    return None if before else found
