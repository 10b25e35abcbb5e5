"""Where a decision opens: RESOLVED, `It was agreed`, `Decision:`, `The Board:`, a lone `That ... be ...`."""

import re
from itertools import groupby

from pipeline.components.clauses import ACTED
from pipeline.components.context import dated, decision_place, discussed, reported
from pipeline.components.headings import (
    ADDRESSEE,
    HEADS,
    LOOK_BACK,
    Opening,
    after,
    below_heading,
    entered,
    heading,
    line_start,
)
from pipeline.components.layout import filled, strip
from pipeline.components.numbering import number_at
from pipeline.components.outcomes import BLANKS, FORMAL, decisive, opening_verb, outcome, words
from pipeline.patterns import alternation, by_kind

_TITLE = 120  # characters; how long the title of who decides may be
_BODIES = alternation(words("body", "person"))
_TITLED = alternation(words("person"))
_ADVERBS = alternation(words("adverb"))
_ACTS = frozenset(words("act"))
_LINKING = frozenset(words("linking"))
_SMALL = frozenset(("and", "of", "for", "the", "this", "&", "-", "–"))
SAYS = {
    word: row.value
    for kind in ("marker", "act", "heading")
    for row in by_kind("resolutions", kind)
    for word in row.words
}

_CASED = {word.upper() for word in words("marker", "act")} | {word.capitalize() for word in words("marker")}
_CASED |= {f"{word[:-3].upper()} to" for word in words("marker") if word.endswith(" to")}
_CASED |= {*words("spoken", "carried", "present"), *HEADS, *map(str.upper, HEADS), *map(str.capitalize, HEADS)}
_COLONS = {word.capitalize() for word in words("body", "person") if word.isalpha() and word != "members"}
_ANCHORS = [
    *map(re.escape, sorted(_CASED, key=len, reverse=True)),
    *(rf"{word}\s?(?::|[–—-](?=[ \t]*\r?\n))" for word in sorted(_COLONS)),
]
_ANCHORS += [r"hereby\b", r"The [A-Z]{2,6}:(?=[ \t]*\r?\n)"]
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
    r"(?:,[^.,;:\n]{1,80}(?:,|(?=:|\sto\s?:)))?,?\s*(?:\([^()\n]{1,80}\)\s*)?"
    r"(?:(?P<mark>[:–—-]|(?=\s*\n\s*\(?\w{1,4}[.)]\s))|(?P<that>that|to)\b|(?P<named>the\s+(?:[\w’']+\s+)?"
    r"(?:recommendations?|reports?|proposals?|minutes|award|plan|strategy|budget|policy|programme)\b))",
    re.I,
)
_THAT = re.compile(r"T(?:hat|HAT)\b")
_LISTS = re.compile(r"(?:that|to)\s?(?:[:–,-]|\s*\n|\s*\(?\w{1,3}[.)]\s)", re.I)
_PARTICIPIAL = re.compile(r"(?:Having|Following|After|Upon|On|In)\b")
_PRESENT = frozenset(words("present"))
_HAS = re.compile(r"\b(?:has|have)\b")
_HOLDER = re.compile(rf"\b{_TITLED}$", re.I)
_ACTIONS = re.compile(rf"{alternation(words('actions'))}\s*(?:[:–—-]+|$)", re.I | re.M)
_CLOCK = re.compile(r"\bAt\s+\d{1,2}[.:]\d\d")
_FIRST_PERSON = re.compile(r"(?:^|[\n.:“\"])[ \t\u00a0]{0,9}I[ ,]")
_HEREBY = re.compile(r"(?!\s+agree\s+with\b)(?:\s+(?:agree|resolve|decide|determine|order)(?=\s*:|\s+(?:that|to)\b))?")
_PERFORMED = frozenset(words("performed"))
_LISTED_THAT = re.compile(r"\s*(?=\S{1,5}\s+that\b)")
_BODY_ABOVE = re.compile(rf"{_BODIES}\s*:[-–]?\s+$", re.I)


def opening(text: str, start: int, end: int) -> Opening | None:
    """The opening that the anchor word from start to end makes, if it makes one."""
    word = text[start:end]
    head = word.lower() in HEADS or word[:7].lower() == "outcome"
    inside = (start and text[start - 1].isalnum()) or (text[end : end + 1].isalnum() and word[-1] not in ":–—- ")
    if inside and not head:
        return None
    if word[0] == "T":  # a body known by its initials, or a clause
        return Opening(word[:-1].strip(), end, "strict", "body") if word[-1] == ":" else _bare_that(text, start)
    if word[-1] in ":–—-" and not head:
        return _body(text, start, end)
    if word.lower().endswith(" to"):
        word, end = word[:-3], end - 3
        return Opening(word, after(text, end, word), "strict", "marker") if ADDRESSEE.match(text, end) else None
    if head:
        return heading(text, start, end)
    if word == "hereby":
        return _hereby(text, start, end)
    if word.lower() == "agreed" and (actions := _actions(text, start)):
        return actions
    if word.isupper():
        return _capitals(text, start, end)
    return _titled(text, start, end) if word[0].isupper() else _spoken(text, start, end)


def _sentence(text: str, start: int) -> str:
    """The sentence so far, on one line, before start."""
    before = text[max(0, start - LOOK_BACK) : start]
    found = _SENTENCE_START.match(before)
    return " ".join(before[found.end() if found else 0 :].split())


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


def _unanimous(text: str, end: int) -> str:
    found = _UNANIMOUSLY.match(text, end)
    return f" {found.group(1)}" if found else ""


def _hereby(text: str, start: int, end: int) -> Opening | None:
    """I, the Director, do hereby: approve, authorise and the like; in the first person only, unlike a contract."""
    sentence = re.split("[;!?]", text[max(0, start - 300) : start])[-1]
    said = _HEREBY.match(text, end)
    if not said or not _FIRST_PERSON.search(sentence):
        return None
    position = after(text, said.end(), "")
    line = filled(text, position)
    number = number_at(text, line.start) if line else None
    content = text[number.end if number else position :][:300].strip()
    if not said.group() and not (opening_verb(content) and outcome(content) in _PERFORMED):
        return None
    return Opening(" ".join(text[start : said.end()].split()), position, "strict", "marker")


def _actions(text: str, start: int) -> Opening | None:
    """Actions agreed: only a heading where a meeting's act stands below, `The Board noted the report`."""
    found = _ACTIONS.match(text, line_start(text, start))
    return Opening(" ".join(found.group().split()).rstrip(" :–—-"), found.end(), "form", "heading") if found else None


def _capitals(text: str, start: int, end: int) -> Opening | None:
    """RESOLVED, AGREED, The Committee NOTED: anywhere in a line."""
    word = text[start:end]
    addressed = word == "RECOMMENDED" and ADDRESSEE.match(text, end)
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
    line = text[line_start(text, start) : start].strip()
    label = line.isupper() and not subject and not line.endswith(("UNANIMOUSLY", "AND", "WAS", "–", "-"))
    if label and not text[end : end + 3].strip(" :\r\n"):
        return None
    position = after(text, end, word)
    if _ELSEWHERE.match(text, position) or reported(head):
        return None
    if word == "RECOMMENDED" and not addressed and not discussed(text, start):
        return None
    free = SAYS[word.lower()] == "" or act or text[position : position + 1].islower() or _THAT.match(text, position)
    free = free or _LISTED_THAT.match(text, position)
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
        " ".join(text[line_start(text, start) : start].split())
    ):
        return True
    if _BODY_ABOVE.search(text, max(0, start - 80), start):
        return True
    if text[start:end] == "RECEIVED" and _PAPER.match(text, end):
        return False  # opens an item: what was before the meeting
    if line_start(text, start) != start:
        return False
    return bool(_ACTED_ON.match(text, end)) or (text[end : end + 2].strip().islower() and below_heading(text, start))


def _titled(text: str, start: int, end: int) -> Opening | None:
    """Resolved, Agreed: where a line or a sentence begins, with punctuation or `that` behind."""
    before = text[max(0, start - 3) : start].strip(" \u00a0")
    subject = ""
    if line_start(text, start) < start and not before.endswith((".", ":", "-", "–", "—", "\t", ";")):
        subject = _subject(_sentence(text, start))[0]
        if not subject:
            return None
    if not _AFTER_TITLE.match(text, end):
        return None
    word = text[start:end]
    if word == "Recommended" and not ADDRESSEE.match(text, end) and not discussed(text, start):
        return None
    marker = f"{subject} {word}".strip() + _unanimous(text, end)
    below = not subject and below_heading(text, start)
    return Opening(marker, after(text, end, word), "any" if below else "form", "marker")


def _spoken(text: str, start: int, end: int) -> Opening | None:
    """It was resolved, the Panel agreed: with a list, or with a clause that decides."""
    word = text[start:end]
    addressed = ADDRESSEE.match(text, end) if word == "recommended" else None
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
    if not follow["mark"] and (_OFFICE.search(subject) or _CLOCK.search(head) or _told(text, subject, follow)):
        return None  # a person's promise, the course of the meeting
    if word in _PRESENT and not _declares(text, start, subject, head, follow):
        return None
    if follow["named"] and (word != "agreed" or (head and not _PARTICIPIAL.match(head))):
        return None
    position = after(text, follow.start("mark"), word) if follow["mark"] else follow.start(follow.lastgroup or 0)
    if word in _PRESENT:
        return Opening(f"{subject} {word}", position, "form", "sentence")
    free = word == "resolved" or follow["named"] or below_heading(text, start)
    if (
        not free
        and follow["that"]
        and not _LISTS.match(text, position)
        and not _decides(text[position : position + 300])
    ):
        return None
    return Opening(f"{subject} {word}".strip(), position, "any" if free else "strict", "sentence")


def _told(text: str, subject: str, follow: re.Match[str]) -> bool:
    """Whether the words only tell of what somebody is ready to do: `The Leader has agreed to take an urgent item`."""
    ready = (follow["that"] or "").lower() == "to" and _HAS.search(subject)
    return bool(ready and not _LISTS.match(text, follow.start("that")))


def _declares(text: str, start: int, subject: str, head: str, follow: re.Match[str]) -> bool:
    """Whether one person decides in the present: above a list, in an entry that names who decided."""
    listed = follow["that"] and _LISTS.match(text, follow.start("that"))
    return bool(listed and not head and _HOLDER.search(subject)) and entered(text, start)


def _decides(ahead: str) -> bool:
    """Whether what follows within the sentence can be a decision: `to note the report`, and not `to look into it`."""
    return opening_verb(ahead) in FORMAL if ahead[:2].lower() == "to" else decisive(ahead)


def _body(text: str, start: int, end: int) -> Opening | None:
    """The Board: and verbs."""
    after = strip(text, end, end + 4, BLANKS + "-–—")[0]
    line = filled(text, after)
    subject, head = _subject(_sentence(text, end - 1))
    alone = line and "\n" in text[after : line.start + 1]
    return Opening(subject, after, "strict", "body") if subject and not head and alone else None


def _bare_that(text: str, start: int) -> Opening | None:
    """That ... be ...: alone, where the decision stands."""
    left = line_start(text, start)
    line = text[left:start].strip()
    if line.isupper() and line.endswith(("-", "–", "—")):
        return Opening("", start, "form", "bare_that")
    if line.strip(".…"):
        return None
    left = max(text.rfind("\n", max(0, start - 80), start), 0)
    before = text[max(0, left - 1500) : left].rstrip()
    found = Opening("", start if line else left, "form", "bare_that")  # dots: an excerpt in a list of search results
    for line in reversed(before.split("\n")[-25:]):
        content = line.strip(BLANKS + "|")
        number = number_at(content, 0)
        content = content[number.end :].strip(BLANKS) if number else content
        if content and not content.lower().startswith(("that ", "and")):
            return found if decision_place(content) else None
    return None if before else found
