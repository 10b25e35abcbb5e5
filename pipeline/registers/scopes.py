"""Which names of several documents are one. Names are joined within one council only, and never by a guess.

A document whose council is not known stands for itself. Within a council names are one if they are written alike
(`pipeline.components.name_forms`), or by one of the further rules below.
"""

import datetime
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pipeline.components.name_forms import plain
from pipeline.registers.areas import Area
from pipeline.registers.councils import council_area, council_place
from pipeline.registers.editions import Editions
from pipeline.registers.keys import Key, key_of, key_of_area, slug
from pipeline.registers.known import Known, Place
from pipeline.registers.source import REGISTER, Document, Group
from pipeline.registers.titles import words

# How sure a join across documents is: (right + 1) / (all + 2) of those in the dev split of
# `training_data/links/registers` whose evidence is in another document. None was wrong, of 2 by `acronym`, 4 each by
# `initials`, `title` and `edition`, 9 by `years`, 12 by `short_form`, 3 each by `spelling` and `place_form`; `own_area`
# did not occur. `area` is the share of the gold places of the dev split that are linked with the right area (112 of
# 112; 4 more were left unlinked).
CONFIDENCE = {
    "same": 1.0,
    "area": 0.99,
    "acronym": 0.75,
    "initials": 0.83,
    "title": 0.83,
    "edition": 0.83,
    "years": 0.91,
}
CONFIDENCE |= {"short_form": 0.93, "spelling": 0.8, "place_form": 0.8, "own_area": 0.5}
NAMELESS = words("nameless")


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

    id (str): How the ids of its entries begin, if its documents name no council.

    All documents are given to `learn`, then all to `spell`; then `join` knows the entries.
    """

    def __init__(self, id: str = ""):
        self.alone = id
        self.councils: Counter[str] = Counter()
        self.known = {register: Known(register) for register in REGISTER.values()}
        self.strategies = Editions(self.known["strategies"])
        self.own: Area | None = None  # the council's
        self.entries: dict[tuple[str, Key, str], Entry] = {}

    @property
    def council(self) -> str:
        """As most documents write it."""
        return min(self.councils, key=lambda name: (-self.councils[name], name))

    @cached_property
    def id(self) -> str:
        """How the ids of its entries begin: the council's name in full."""
        full = min(self.councils, key=lambda name: (-len(plain(name)), plain(name), name))
        return self.alone or slug(plain(full) or full)

    def learn(self, document: Document) -> None:
        """Note which names, periods and acronyms there are."""
        self.councils[document.council] += 1
        for group in document.groups:
            key = key_of(group.register, group.name)
            self.known[group.register].learn(document.doc_id, key, group)
            if group.register == "strategies":
                self.strategies.learn(key, group)
        self.own = council_area(document.council) if document.council else None
        self.known["strategies"].council = council_place(document.council)

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
        key = key_of(group.register, group.name)
        base, rule, place = self.known[group.register].fullest(key.base)
        part = ""
        if group.register == "strategies":
            found = self.strategies.edition(key, group, document)
            if found.part and found.base == key.base:
                rule, place = "same", None
            elif found.years != key.years:
                rule, place = "years" if found.base == key.base else "edition", None
            elif rule == "same" and found.base != base:
                rule = "title"
            key, part = Key(found.base, found.years), found.part
        elif group.register == "places" and (own := self.own_area(base)):
            key, rule = key_of_area(own), "own_area"
        else:
            key = key._replace(base=base)
        if key.base in NAMELESS:
            part = slug(document.doc_id, digest=True)
        entry = self.entries.get((group.register, key, part))
        if entry is None:
            entry = Entry(group.register, "/".join(filter(None, [self.id, slug(key.base), key.years, part])), key)
            self.entries[group.register, key, part] = entry
        return Joined(entry, rule, place)

    def own_area(self, base: str) -> Area | None:
        """The area of the council, if a place has its name, which may mean something else elsewhere."""
        own = self.own
        return own if own and not own.alone and own.kind != "district" and base == plain(own.name) else None
