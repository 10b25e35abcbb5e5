"""Which names of several documents are one. Names are joined within one council only, and never by a guess.

A document whose council is not known stands for itself. Within a council names are one if they are written alike
(`pipeline.components.name_forms`), or by one of the further rules below.
"""

import datetime
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from pipeline.components.name_forms import acronym, plain, without_years, years
from pipeline.components.names import CONFIDENCE as IN_DOCUMENT
from pipeline.patterns import by_kind
from pipeline.registers.areas import area_of
from pipeline.registers.source import Document, Group

# How sure a join across documents is. There is no gold across documents: `acronym` and `years` have the figures of the
# same rules within a document, `area` the share of the gold places of the dev split that are linked with the right area
# (112 of 112; 4 more were left unlinked).
CONFIDENCE = {"same": 1.0, "area": 0.99, "acronym": IN_DOCUMENT["acronym"], "years": IN_DOCUMENT["years"]}
BEFORE_ITS_TIME = datetime.timedelta(days=365)  # a strategy is spoken of without its years this long before they begin
LONGEST = 80  # characters of a name in an id
Place = tuple[str, int, int]  # document, first character, character after the last


def words(kind: str) -> frozenset[str]:
    """The wordings of a kind of row in registers.toml."""
    return frozenset(word for row in by_kind("registers", kind) for word in row.words)


NAMELESS = words("nameless")


class Key(NamedTuple):
    """What one name is in all documents. base (str): Its words. years (str): `2019-2022`, `2019` or empty."""

    base: str
    years: str = ""


@lru_cache(maxsize=10_000)
def key_of(register: str, name: str) -> Key:
    """The key of a name."""
    if register == "places" and (area := area_of(name)):
        return Key(plain(area.name if area.alone else f"{area.name} {area.kind}"))
    if register != "strategies":
        return Key(plain(name) or name)
    first, last = (day[:4] for day in years(name))
    return Key(plain(without_years(name)) or name, first if first == last else f"{first}-{last}")


def slug(words: str, digest: bool = False) -> str:
    """Words as a part of an id. What is long or holds no letter ends in a digest, as does any where it is asked for."""
    made = "-".join("".join(c if c.isalnum() else " " for c in words.casefold()).split())
    if made and len(made) <= LONGEST and not digest:
        return made
    return f"{made[:LONGEST]}-{hashlib.sha256(words.encode('utf8', 'surrogatepass')).hexdigest()[:8]}".lstrip("-")


@dataclass(slots=True)
class Spelling:
    """A written form of a name: documents with it, the first place of it, how far it is from the entry's own."""

    documents: int
    place: Place
    distance: int


@dataclass(slots=True)
class Entry:
    """A row of a register while it is made."""

    register: str
    id: str
    key: Key
    spellings: dict[str, Spelling] = field(default_factory=dict)
    mentions: int = 0
    documents: int = 0
    first: datetime.date | None = None
    last: datetime.date | None = None
    confidence: float = 1.0
    actions: frozenset[tuple[str, str]] = frozenset()  # day, or empty, and outcome; a set for each would be a lot

    @property
    def name(self) -> str:
        """As most documents write it; of several the one not in capitals, the longest, the first of the alphabet."""
        return min(self.spellings, key=self.rank)

    def rank(self, name: str) -> tuple[int, int, bool, int, str]:
        spelling = self.spellings[name]
        return spelling.distance, -spelling.documents, name.isupper(), -len(name), name

    def add(self, group: Group, confidence: float) -> None:
        """Count the mentions of a document."""
        self.mentions += len(group.mentions)
        days = [day for day in (self.first, self.last, group.day) if day]
        self.first, self.last = min(days, default=None), max(days, default=None)
        self.confidence = min(self.confidence, confidence, *(mention.confidence for mention in group.mentions))


class Joined(NamedTuple):
    """A group's entry, with the rule that joins them and where the evidence stands, if not at the entry's name."""

    entry: Entry
    rule: str
    place: Place | None = None


class Scope:
    """Documents whose names may be one: those of a council, or a single one.

    id (str): How the ids of its entries begin.

    All documents are given to `learn`, then all to `spell`; then `join` knows the entries.
    """

    def __init__(self, id: str):
        self.id = id
        self.councils: Counter[str] = Counter()
        self.strategies: set[Key] = set()  # those whose names state a period
        self.acronyms: dict[tuple[str, str], dict[str, Place]] = {}  # register and acronym: what it stands for, where
        self.entries: dict[tuple[str, Key, str], Entry] = {}

    @property
    def council(self) -> str:
        """As most documents write it."""
        return min(self.councils, key=lambda name: (-self.councils[name], name))

    def learn(self, document: Document) -> None:
        """Note which periods and acronyms there are."""
        self.councils[document.council] += 1
        for group in document.groups:
            key = key_of(group.register, group.name)
            if key.years:
                self.strategies.add(key)
            for short, start, end in short_forms(group):
                known = self.acronyms.setdefault((group.register, short), {})
                place = (document.doc_id, start, end)
                known[key.base] = min(known.get(key.base, place), place)

    def spell(self, document: Document) -> None:
        """Note how the names of the entries are written."""
        seen = set()
        for group in document.groups:
            entry = self.join(document, group).entry
            place = (document.doc_id, group.start, group.end)
            key = key_of(group.register, group.name)
            distance = 2 * (key.years != entry.key.years) + (key.base != entry.key.base)
            known = entry.spellings.setdefault(group.name, Spelling(0, place, distance))
            known.place = min(known.place, place)
            if (entry.id, group.name) not in seen:
                seen.add((entry.id, group.name))
                known.documents += 1

    def join(self, document: Document, group: Group) -> Joined:
        """The entry of the mentions of a name in a document."""
        key, rule, place = key_of(group.register, group.name), "same", None
        if meant := self.meaning(group.register, key.base):
            (base, place), rule = meant, "acronym"
            key = key._replace(base=base)
        if group.register == "strategies" and not key.years and (period := self.period(key.base, group.day)):
            key, rule, place = key._replace(years=period), "years", None
        only = document.doc_id if key.base in NAMELESS else ""
        entry = self.entries.get((group.register, key, only))
        if entry is None:
            words = [self.id, slug(key.base), key.years, slug(only, digest=True) if only else ""]
            entry = Entry(group.register, "/".join(filter(None, words)), key)
            self.entries[group.register, key, only] = entry
        return Joined(entry, rule, place)

    def meaning(self, register: str, short: str) -> tuple[str, Place] | None:
        """What an acronym stands for, and where a document says so; None for other names, and if it means several."""
        meant = self.acronyms.get((register, short), {})
        return next(iter(meant.items())) if len(meant) == 1 and short not in meant else None

    @cached_property
    def periods(self) -> dict[str, set[str]]:
        """The periods of strategies by their words."""
        found: dict[str, set[str]] = {}
        for key in self.strategies:
            meant = self.meaning("strategies", key.base)
            found.setdefault(meant[0] if meant else key.base, set()).add(key.years)
        return found

    def period(self, base: str, day: datetime.date | None) -> str:
        """The period of the strategy that is meant without one: the only one there is, if the meeting falls into it."""
        periods = self.periods.get(base, set())
        if len(periods) != 1 or day is None:
            return ""
        (period,) = periods
        begins = datetime.date(int(period[:4]), 1, 1) - BEFORE_ITS_TIME
        return period if begins <= day <= datetime.date(int(period[-4:]), 12, 31) else ""


def short_forms(group: Group) -> Iterator[tuple[str, int, int]]:
    """The acronyms that a document gives for a name, with their places: in brackets, or joined with it there."""
    for mention in group.mentions:
        text = mention.text
        if found := acronym(text):
            yield plain(found), mention.start, mention.end
        elif mention.rule == "acronym":
            yield plain(without_years(text)), mention.start, mention.end
