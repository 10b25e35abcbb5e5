"""The editions of a council's strategies: which of them a name without years means on the day of a meeting."""

import datetime
from functools import cached_property
from typing import NamedTuple

from pipeline.registers.keys import Key, key_of, slug
from pipeline.registers.known import Known
from pipeline.registers.source import Document, Group
from pipeline.registers.titles import has_editions

BEFORE_ITS_TIME = 365  # days before they begin from which on a strategy is spoken of without its years
SUCCESSOR = 150  # the same while its predecessor is in force
LIFE = 730  # days in which a strategy whose years nobody states is taken for one


OTHER = "other_edition"  # the rule of a mention that a document keeps apart


class Edition(NamedTuple):
    """base (str): The words of its entry. years (str): Its period. part (str): What else tells it from others."""

    base: str
    years: str = ""
    part: str = ""


class Editions:
    """known (Known): The names of the strategies. All of them are given to `learn`; then `edition` knows them."""

    def __init__(self, known: Known):
        self.known = known
        self.dated: set[Key] = set()  # names and the periods that they state
        self.undated: dict[str, set[int]] = {}  # days of the meetings that spoke of a name without a period

    def learn(self, key: Key, group: Group) -> None:
        if key.years:
            self.dated.add(key)
        elif group.day and group.head.rule != OTHER:
            self.undated.setdefault(key.base, set()).add(group.day.toordinal())

    def edition(self, key: Key, group: Group, document: Document) -> Edition:
        """The edition that a name means; one by itself where that is not clear."""
        title = self.known.same(key.base)
        words = self.words[title]
        if key.years:
            return Edition(words, key.years)
        if group.head.rule == OTHER:
            return alone(key, f"{document.doc_id} {group.start}")
        if periods := self.periods.get(title):
            if group.stated in periods and len(periods) == 1:
                return Edition(words, group.stated)
            meant = spoken_of(group.day, periods)
            one = len(meant) == 1 and (len(periods) == 1 or len(self.stated(title, document)) < 2)
            return Edition(words, meant[0]) if one else alone(key, document.doc_id)
        if not has_editions(words):
            return Edition(words)
        if group.day is None:
            return alone(key, document.doc_id)
        starts = self.starts[title]
        begun = max(start for start in starts if start <= group.day.toordinal())
        return Edition(words, "", f"from-{datetime.date.fromordinal(begun).year}" if len(starts) > 1 else "")

    def stated(self, title: str, document: Document) -> set[str]:
        """The periods of a title that a document itself states."""
        keys = (key_of(group.register, group.name) for group in document.groups if group.register == "strategies")
        return {key.years for key in keys if key.years and self.known.same(key.base) == title}

    @cached_property
    def words(self) -> dict[str, str]:
        """The words of the entry by what its names have in common: the shortest of them."""
        found: dict[str, str] = {}
        for base in sorted(self.known.bases, key=lambda base: (len(base.split()), base)):
            if self.known.fullest(base).base == base:
                found.setdefault(self.known.same(base), base)
        return found

    @cached_property
    def periods(self) -> dict[str, list[str]]:
        """The periods of strategies by what their names have in common."""
        found: dict[str, list[str]] = {}
        for base, years in sorted(self.dated):
            known = found.setdefault(self.known.same(base), [])
            known.extend([years] if years not in known else [])
        return found

    @cached_property
    def starts(self) -> dict[str, list[int]]:
        """The days with which one begins whose years nobody states."""
        days: dict[str, set[int]] = {}
        for base, spoken in self.undated.items():
            days.setdefault(self.known.same(base), set()).update(spoken)
        found: dict[str, list[int]] = {}
        for title, spoken in days.items():
            for day in sorted(spoken):
                starts = found.setdefault(title, [day])
                if day - starts[-1] > LIFE:
                    starts.append(day)
        return found


def alone(key: Key, where: str) -> Edition:
    """An edition by itself."""
    return Edition(key.base, "", slug(where, digest=True))


def spoken_of(day: datetime.date | None, periods: list[str]) -> list[str]:
    """The periods of those strategies that can be meant without their years on a day.

    They are in force, or about to be: while another one is in force, its successor is meant for a shorter time before.
    """
    if day is None:
        return []
    begun = {period: (datetime.date(int(period[:4]), 1, 1) - day).days for period in periods}
    going = [period for period in periods if day.year <= int(period[-4:])]
    coming = SUCCESSOR if any(begun[period] <= 0 for period in going) else BEFORE_ITS_TIME
    return [period for period in going if begun[period] <= coming]
