"""What a figure measures: the words of its sentence that say so.

In front of the figure stands the subject of `X was N%`, behind it what is counted in `N% of X did Y`. Which of them it
is shows in the words that touch the figure.
"""

import re
from typing import NamedTuple

from pipeline.components.figure_numbers import Place, words
from pipeline.components.figure_phrases import CHANGES, FINITE, PRONOUN, TRAILING, bracketed, clause, head, trimmed
from pipeline.components.figure_times import Period, before_period
from pipeline.patterns import alternation, by_kind

# Rule id: one example, and the share of its measures that are right on the dev split, (right + 1) / (all + 2), by which
# the rules were made: texts nobody has seen give less.
RULES = {
    "subject": ("[Attendance] was 92%", 0.87),
    "behind": ("8% of [enquiries led to an approval]", 0.96),
    "same": ("[Attendance] rose from 90% to 92%", 0.85),
    "head": ("against a [target] of 55%", 0.73),
    "bracket": ("[children in care] (12%)", 0.75),
    "clause": ("[Children took part] in 92% of cases", 0.75),
    "label": ("[Fostering] | 84%", 0.75),
}
_CARRY = re.compile(
    rf"\b{alternation(words('auxiliary', 'carrying', 'rise', 'fall'))}\s+"
    rf"(?:{alternation(words('auxiliary', 'carrying', 'rise', 'fall', 'particle'))}\b,?\s+)*\Z",
    re.I,
)
_VERB = re.compile(rf"\b(?:{alternation(words('auxiliary', 'carrying', 'rise', 'fall'))})\b", re.I)
_HOLDS = re.compile(rf"\b{alternation(words('holding'))}\s+\Z", re.I)
_AGAINST = re.compile(rf"[\s,;(–-]*(?:{alternation(words('against'))})?[\s,(–-]*", re.I)
_COMPARED = re.compile(
    r"(?:(?:as\s+)?compared\s+(?:with|to)|in\s+comparison\s+(?:with|to)|(?:as\s+)?against|versus|rather\s+than|up\s+from|down\s+from|(?<=,\s)from)\s+\Z",
    re.I,
)
_STOP = re.compile(
    rf",(?!\s?\d)|[;:()|]\s*|\.(?:\s|\Z)|\s[–—-]\s|\b(?:{alternation(words('stop'))})\b"
    r"|\band\s+(?=(?:that|it|this|there|he|she|they|was|were|is|are|had|has|have|would|will|not)\b)",
    re.I,
)
_AND_CLAUSE = re.compile(r"\s+and\s+(?:the|an?|its|their|only|most|all|some)\b", re.I)
_OF_WHOM = re.compile(
    r"\s*of\s+(?:whom|which|(?:these|those|them)(?!\s+(?:who|in|that|with|on|at|placed|aged|looked|living))|this\s+group)\b,?\s*",
    re.I,
)
_OF = re.compile(r"\s*of\s+(?:the\s+|a\s+|an\s+)?(?:(?:total|overall)\s+(?=number))?", re.I)
_CASES = re.compile(rf"\s*of\s+(?:the\s+|all\s+)?{alternation(words('case'))}\b", re.I)
_THAN = re.compile(
    r"\s*(?:(?:percentage\s+)?points?\s+)?(?:lower|higher|less|more|fewer|better|worse|above|below|up|down)\b(?!\s+[a-z]+s\b)",
    re.I,
)
_COMPARATORS = [word for row in by_kind("percentages", "before") for word in row.words if word[0].isalpha()]
_COMPARATOR = re.compile(rf"(?:\b{alternation([*_COMPARATORS, *words('comparator')])}\s+|[~<>≈]\s?)+\Z", re.I)
_BULLET = re.compile(
    r"\s*(?:[•·▪*–—-]|\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-z]|[ivx]{1,4})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}(?=\s))\s+", re.I
)
_THE = re.compile(r"(?:(?:the|an?)\s+)+", re.I)
_NOUN = re.compile(
    rf"\s+(?!(?:{alternation(words('auxiliary', 'stop', 'particle', 'against'))}|of|in|on|for|to|with|a|an|per|each|"
    r"the|and|or|by|who|that|did|within|across|among|outside|under|over|more|less|lower|higher)\b)[A-Za-z]",
    re.I,
)
_NOTHING = re.compile(
    r"\s*(?:[,.;:)|]|\Z|(?:there|and|or|but|as)\b|(?:an?|per|each)\s+(?:head|week|year|month|day|night|place|hour|child|annum)\b)",
    re.I,
)
_PREPOSED = re.compile(
    r"(?:\A|[.,;:]\s+|\band\s+|\bbut\s+)(?:by|in|at|on|of|for|from|under|with|among|over|during|to|since|after|until|if)\s[^,;]{1,60},?\s*\Z"
    r"|(?:,|\b(?:and|but|or|that))\s*\Z",
    re.I,
)
_THIS = re.compile(r"(?:\A|,)\s*(?:which|this|that)\s*\Z", re.I)
_IN = re.compile(r"\s+(?:in|to|on)\s+(?=[a-z])")
_HEAD = re.compile(r"\b(?:of|at|equal\s+to|equivalent\s+to|worth|linked\s+to|costing|by)\s+\Z", re.I)
_LABEL = re.compile(r"(?P<label>[^\W\d_][^|:\t\n]{1,100}?)\s*(?:[:|\t–—-]|\s{3,})[\s|:–—-]*\Z")


class Measure(NamedTuple):
    """place: offsets of what is measured, None where the sentence does not say; rule: how it was found;
    subject: where the words start that lead to the figure; linked: whether it is that of the figure before."""

    place: Place | None
    rule: str
    subject: int
    linked: bool = False


def measures(text: str, first: int, last: int, figures: list[Place], known: list[Period]) -> list[Measure]:
    """What each figure of the sentence text[first:last] measures.

    figures (list[tuple[int, int]]): Their offsets, in order.
    known (list[Period]): The periods of the sentence.
    """
    found: list[Measure] = []
    for index in range(len(figures)):
        found.append(Sentence(text, first, last, figures, known, found).measure(index))
    return found


class Sentence:
    """A sentence with its figures, and the measures of those before."""

    def __init__(
        self, text: str, first: int, last: int, figures: list[Place], known: list[Period], found: list[Measure]
    ):
        self.text, self.first, self.last = text, first, last
        self.figures, self.known, self.found = figures, known, found

    def measure(self, index: int) -> Measure:
        """The measure of one figure; its rule is `none` where there is none."""
        text, (start, end) = self.text, self.figures[index]
        left = self.left_edge(index)
        before = self.found[index - 1] if index else None
        if labelled := self.label(index, start):
            return Measure(labelled, "label", left)
        comparator = _COMPARATOR.search(text, max(left, start - 60), start)
        at = comparator.start() if comparator else start
        if before and self.same(index, left, at):
            return Measure(before.place, "same", left, linked=True)
        if text[left:at].rstrip().endswith("("):
            return self.made(bracketed(text, left, text.rfind("(", left, at), self.known), "bracket", left)
        noun = _NOUN.match(text, end, self.right_edge(index))
        behind = None if _THAN.match(text, end, self.last) else self.behind(index)
        if _CASES.match(text, end, self.last):
            cut = TRAILING.search(text, max(left, at - 60), at)
            return self.made(clause(text, left, cut.start() if cut else at, self.known, verb=True), "clause", left)
        if noun and behind and text[end - 1] not in "%t" and text[end - 1 : end].isalnum():  # "41 providers"
            return Measure(behind, "behind", left)
        if carry := _CARRY.search(text, max(left, at - 120), at):
            verb = (FINITE.search(text, carry.start(), carry.end()) or carry).start()  # "the increase was 5%"
            if before and _THIS.search(text, left, verb):
                return Measure(before.place, "same" if before.place else "none", left, linked=True)
            if before and not text[left:verb].strip(" ,\n"):
                return Measure(before.place, "same" if before.place else "none", left, linked=True)
            subject = clause(text, left, verb, self.known)
            if subject:
                return Measure(subject, "subject", left)
            if not noun and not _OF.match(text, end, self.last):
                return Measure(None, "none", left)
        if _HOLDS.search(text, max(left, at - 40), at) and (not behind or _OF.match(text, end, self.last)):
            return self.made(clause(text, left, at, self.known, verb=True), "clause", left)
        opening = _HEAD.search(text, max(left, at - 30), at)
        if opening and not (noun and behind) and not _OF_WHOM.match(text, end, self.last):
            place = head(text, left, opening.start())
            if place and CHANGES.fullmatch(text, *place) and (inside := _IN.match(text, end, self.right_edge(index))):
                stop = _STOP.search(text, inside.end(), self.right_edge(index))
                far = before_period(text, inside.end(), stop.start() if stop else self.right_edge(index), self.known)
                place = trimmed(text, inside.end(), far) or place
            if place:
                return Measure(place, "head", left)
        if behind and FINITE.match(text, behind[0]) and not _PREPOSED.search(text, left, at):
            subject = clause(text, left, at, self.known)
            if subject and not FINITE.search(text, *subject):
                return Measure(subject, "subject", left)
        if behind:
            return Measure(behind, "behind", left)
        if before and PRONOUN.search(text[max(left, at - 60) : at].strip(" ,;")) and before.place:
            return Measure(before.place, "same", left, linked=True)
        place = clause(text, left, at, self.known, verb=False)
        return self.made(place, "subject", left)

    def made(self, place: Place | None, rule: str, left: int) -> Measure:
        return Measure(place, rule if place else "none", left)

    def left_edge(self, index: int) -> int:
        """Where the words in front of a figure start: behind the figure before it and what that one measures."""
        if not index:
            bullet = _BULLET.match(self.text, self.first, self.last)
            return bullet.end() if bullet else self.first
        edge, place = self.figures[index - 1][1], self.found[index - 1].place
        return max(edge, place[1]) if place and place[1] <= self.figures[index][0] else edge

    def right_edge(self, index: int) -> int:
        return self.figures[index + 1][0] if index + 1 < len(self.figures) else self.last

    def same(self, index: int, left: int, at: int) -> bool:
        """Whether nothing but a link stands before the figure and no measure of its own behind it."""
        end = self.figures[index][1]
        gap = self.text[left:at]
        if compared := _COMPARED.search(gap):
            gap = compared[0]
        if not _AGAINST.fullmatch(gap):
            return False
        if "(" in gap or gap.strip(" ,").lower() in ("from", "up from", "down from", "or"):
            return True
        if gap.strip(" ,").lower() == "to":
            return not _NOUN.match(self.text, end, self.right_edge(index))
        if _OF_WHOM.match(self.text, end, self.last):
            return False
        if _OF.match(self.text, end, self.last):
            return gap.strip(" ,").lower() not in ("", "and", "or", "to", "then", "now")
        link = gap.strip(" ,").lower()
        if link not in ("", "and"):
            return True
        return gap.strip().lower() != "and" and self.behind(index) is None

    def label(self, index: int, start: int) -> Place | None:
        """The words of the row's first cell, or before a colon, where nothing but figures follows them."""
        row = self.text.rfind("\n", self.first, start) + 1 or self.first
        if bullet := _BULLET.match(self.text, row, start):
            row = bullet.end()
        head = self.text[row:start]
        if "|" in head or "\t" in head:
            cells = list(re.finditer(r"[^|\t\n]+", head))
            named = [cell for cell in cells if re.search(r"[^\W\d_]{2}", cell[0]) and not re.search(r"\d\s*%", cell[0])]
            if named and not FINITE.search(named[0][0]):
                return trimmed(self.text, row + named[0].start(), row + named[0].end())
        if (
            index == 0
            and not _OF.match(self.text, self.figures[0][1])
            and (found := _LABEL.match(self.text, row, start))
        ):
            label = found["label"]
            if not _VERB.search(label) and len(label.split()) <= 8:
                return trimmed(self.text, *found.span("label"), _THE)
        return None

    def behind(self, index: int) -> Place | None:
        """What the words behind a figure say: `of enquiries led to an approval`, `quality`."""
        text, end, edge = self.text, self.figures[index][1], self.right_edge(index)
        while index + 1 < len(self.figures) and re.fullmatch(r"\s*\(\s*", text[end:edge]):  # "71 (85%) were"
            index += 1
            closing = text.find(")", self.figures[index][1], self.last)
            end, edge = max(closing + 1, self.figures[index][1]), self.right_edge(index)
        if end < edge and text[end] == ")":
            end += 1
        of = _OF_WHOM.match(text, end, edge) or _OF.match(text, end, edge)
        start = of.end() if of else end
        stop = _STOP.search(text, min(start + 1, edge), edge)
        at = stop.start() if stop else edge
        for joined in _AND_CLAUSE.finditer(text, start, at):
            if FINITE.search(text, start, joined.start()) and (
                FINITE.search(text, joined.end(), at) or edge != self.last
            ):
                at = joined.start()
                break
        if (
            at == edge
            and edge != self.last
            and (weak := re.search(r",?\s+(?:and|but|or)\s+(?:\S+\s+){0,3}\Z", text[start:at]))
        ):
            at = start + weak.start()
        if (
            edge != self.last
            and (carry := _CARRY.search(text, max(start, edge - 120), edge))
            and carry.start() > start + 1
        ):
            at = min(at, carry.start())
        if start == end and _NOTHING.match(text, end, edge):
            return None
        at = before_period(text, start, at, self.known)
        return trimmed(text, start, at, _THE)
