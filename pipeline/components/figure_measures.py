"""What a figure measures: the words of its sentence that say so.

In front of the figure stands the subject of `X was N%`, behind it what is counted in `N% of X did Y`. Which of them it
is shows in the words that touch the figure.
"""

import re
from typing import NamedTuple

from pipeline.components import figure_cues as cue
from pipeline.components.figure_labels import BULLET, row_label
from pipeline.components.figure_numbers import Place
from pipeline.components.figure_phrases import (
    CHANGES,
    FINITE,
    PRONOUN,
    TRAILING,
    bracketed,
    clause,
    head,
    trimmed,
)
from pipeline.components.figure_times import Period, before_period

# Rule id: one example, and the share of its measures that are right in the dev and training-voices documents that have
# links, (right + 1) / (all + 2): the rules were made by them, texts nobody has seen give less.
RULES = {
    "subject": ("[Attendance] was 92%", 0.94),
    "behind": ("8% of [enquiries led to an approval]", 0.97),
    "same": ("[Attendance] rose from 90% to 92%", 0.93),
    "head": ("against a [target] of 55%", 0.84),
    "bracket": ("[children in care] (12%)", 0.75),
    "clause": ("[Children took part] in 92% of cases", 0.82),
    "label": ("[Fostering] | 84%", 0.92),
}


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
        if labelled := row_label(text, self.first, start, None if index else end):
            return Measure(labelled, "label", left)
        comparator = cue.COMPARATOR.search(text, max(left, start - 60), start)
        at = comparator.start() if comparator else start
        if before and self.same(index, left, at):
            return Measure(before.place, "same", left, linked=True)
        if text[left:at].rstrip().endswith("("):
            return self.made(bracketed(text, left, text.rfind("(", left, at), self.known), "bracket", left)
        noun = cue.NOUN.match(text, end, self.right_edge(index))
        behind = None if cue.THAN.match(text, end, self.last) else self.behind(index)
        if cue.CASES.match(text, end, self.last):
            cut = TRAILING.search(text, max(left, at - 60), at)
            return self.made(clause(text, left, cut.start() if cut else at, self.known, verb=True), "clause", left)
        if noun and behind and text[end - 1] not in "%t" and text[end - 1 : end].isalnum():  # "41 providers"
            return Measure(behind, "behind", left)
        if behind and not noun and cue.THERE.search(text, max(left, at - 40), at):
            return Measure(behind, "behind", left)
        if (
            cue.OF.match(text, end, self.last)
            and (held := cue.FOR.search(text, max(left, at - 10), at))
            and not cue.ACCOUNTS.search(text, max(left, held.start() - 20), held.start())
            and (place := clause(text, left, held.start(), self.known, verb=True))
            and (finite := FINITE.search(text, *place))
            and not PRONOUN.search(text[place[0] : finite.start()].strip())
        ):
            return Measure(place, "clause", left)
        carry = cue.CARRY.search(text, max(left, at - 120), at)
        if (
            carry
            and cue.DETERMINED.search(text, max(left, carry.start() - 30), carry.start())
            and not FINITE.search(carry[0])
        ):
            carry = None  # "put the increase at 4%"
        if carry and "," in carry[0][-3:] and cue.OF.match(text, end, self.last):
            carry = None  # "had fallen, only 54% of nights having been taken up"
        if carry:
            verb = (FINITE.search(text, carry.start(), carry.end()) or carry).start()  # "the increase was 5%"
            if before and cue.THIS.fullmatch(text, left, verb):
                return Measure(before.place, "same" if before.place else "none", left, linked=True)
            subject = clause(text, self.behind_rest(index, left, verb), verb, self.known)
            if subject:
                return Measure(subject, "subject", left)
            if behind and cue.UPON.match(text, end, self.last) and text[:at].endswith("by "):
                return Measure(behind, "behind", left)
            if not noun and not cue.OF.match(text, end, self.last):
                return Measure(None, "none", left)
        if cue.HOLDS.search(text, max(left, at - 40), at) and (not behind or cue.OF.match(text, end, self.last)):
            return self.made(clause(text, left, at, self.known, verb=True), "clause", left)
        if cue.IT_WAS.search(text, max(left, at - 60), at):
            return Measure(
                before.place if before else None,
                "same" if before and before.place else "none",
                left,
                linked=bool(before),
            )
        if before and cue.FALL_OF.fullmatch(text, left, at):
            return Measure(before.place, "same" if before.place else "none", left, linked=True)
        opening = cue.HEAD.search(text, max(left, at - 30), at)
        if opening and not (noun and behind) and not cue.OF_WHOM.match(text, end, self.last):
            place = head(text, left, opening.start())
            if (
                place
                and CHANGES.fullmatch(text, *place)
                and (inside := cue.IN.match(text, end, self.right_edge(index)))
            ):
                stop = cue.STOP.search(text, inside.end(), self.right_edge(index))
                far = before_period(text, inside.end(), stop.start() if stop else self.right_edge(index), self.known)
                place = trimmed(text, inside.end(), far) or place
            if place:
                return Measure(place, "head", left)
        if behind and FINITE.match(text, behind[0]) and not cue.PREPOSED.search(text[left:at]):
            subject = clause(text, left, at, self.known)
            if subject and not FINITE.search(text, *subject):
                return Measure(subject, "subject", left)
        if behind:
            return Measure(behind, "behind", left)
        if before and PRONOUN.search(text[max(left, at - 60) : at].strip(" ,;")) and before.place:
            return Measure(before.place, "same", left, linked=True)
        place = clause(text, self.behind_rest(index, left, at), at, self.known, verb=False)
        return self.made(place, "subject", left)

    def made(self, place: Place | None, rule: str, left: int) -> Measure:
        return Measure(place, rule if place else "none", left)

    def left_edge(self, index: int) -> int:
        """Where the words in front of a figure start: behind the figure before it and what that one measures."""
        if not index:
            bullet = BULLET.match(self.text, self.first, self.last)
            return bullet.end() if bullet else self.first
        edge, place = self.figures[index - 1][1], self.found[index - 1].place
        return max(edge, place[1]) if place and place[1] <= self.figures[index][0] else edge

    def behind_rest(self, index: int, left: int, at: int) -> int:
        """Behind what still belongs to the figure before: `17 on average and agency staffing stood at`."""
        if index and (place := self.found[index - 1].place) and place[1] <= self.figures[index - 1][0]:
            rest = cue.APART.search(self.text, left, at)
            return rest.end() if rest else left
        return left

    def right_edge(self, index: int) -> int:
        return self.figures[index + 1][0] if index + 1 < len(self.figures) else self.last

    def same(self, index: int, left: int, at: int) -> bool:
        """Whether nothing but a link stands before the figure and no measure of its own behind it."""
        end = self.figures[index][1]
        aside = cue.ASIDE.match(self.text, left, at)
        start = aside.end() if aside else left
        start = next(
            (p.end for p in self.known if start <= p.start and cue.LEAD.fullmatch(self.text, start, p.start)), start
        )
        gap = self.text[start:at]
        if compared := cue.COMPARED.search(gap):
            gap = compared[0]
        if not cue.AGAINST.fullmatch(gap):
            return False
        link = " ".join(gap.split()).strip(" ,;").lower()
        if "(" in gap or link in ("from", "up from", "down from", "or"):
            return True
        if link == "to":
            return not cue.NOUN.match(self.text, end, self.right_edge(index))
        if cue.OF_WHOM.match(self.text, end, self.last):
            return False
        if cue.OF.match(self.text, end, self.last):
            return link not in ("", "and", "or", "to", "then", "now")
        return link not in ("", "and") or self.behind(index) is None

    def behind(self, index: int) -> Place | None:
        """What the words behind a figure say: `of enquiries led to an approval`, `quality`."""
        text, end, edge = self.text, self.figures[index][1], self.right_edge(index)
        while index + 1 < len(self.figures) and re.fullmatch(r"\s*\(\s*", text[end:edge]):  # "71 (85%) were"
            index += 1
            closing = text.find(")", self.figures[index][1], self.last)
            end, edge = max(closing + 1, self.figures[index][1]), self.right_edge(index)
        if end < edge and text[end] == ")":
            end += 1
        of = cue.OF_WHOM.match(text, end, edge) or cue.OF.match(text, end, edge)
        start = of.end() if of else end
        if not of and (wanted := cue.FOR_WHAT.match(text, end, edge)):
            start = wanted.end()
        stop = cue.STOP.search(text, min(start + 1, edge), edge)
        at = stop.start() if stop else edge
        for joined in cue.AND_CLAUSE.finditer(text, start, at):
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
            and (carry := cue.CARRY.search(text, max(start, edge - 120), edge))
            and carry.start() > start + 1
        ):
            at = min(at, carry.start())
        if start == end and cue.NOTHING.match(text, end, edge):
            return None
        at = before_period(text, start, at, self.known)
        return trimmed(text, start, at, cue.THE)
