"""The names of one register that the documents of a council know, and which of them stands for which fuller one.

What could stand for two stays alone.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from pipeline.components.name_forms import acronym, plain, without_years
from pipeline.components.name_short import river, shortens, stems
from pipeline.registers.areas import areas
from pipeline.registers.councils import spelt
from pipeline.registers.keys import Key
from pipeline.registers.source import Group
from pipeline.registers.titles import title_of

MOST_ALIKE = 200  # names with a word in common; more are too many to tell apart
SHORTER = {"strategies": "title", "providers": "short_form", "places": "place_form"}  # rules
FEWEST = 3  # letters of an acronym that nothing introduces
Place = tuple[str, int, int]  # document, first character, character after the last


class Fuller(NamedTuple):
    """base (str): The fuller name. rule (str): What says so. place (Place | None): Where, if a document does."""

    base: str
    rule: str
    place: Place | None = None


class Known:
    """register (str): Which. All names are given to `learn`; then `fullest` and `same` know them.

    council (str): The place in the council's name, as `plain` writes it.
    """

    def __init__(self, register: str):
        self.register = register
        self.council = ""
        self.bases: set[str] = set()
        self.dated: set[str] = set()  # those with a period beside them
        self.capitals: set[str] = set()  # those written in capitals only
        self.said: set[tuple[str, str]] = set()  # a short form and the fuller one that a document itself takes it for
        self.contested: set[str] = set()  # titles that may be short for several, which therefore stand for themselves
        self.acronyms: dict[str, dict[str, Place]] = {}  # what each stands for, and where a document says so

    def learn(self, doc_id: str, key: Key, group: Group) -> None:
        """Note a name, with the short forms that its document has for it."""
        base = key.base
        self.bases.add(base)
        if key.years:
            self.dated.add(base)
        if group.name.isupper() and " " not in base:
            self.capitals.add(base)
        for short, start, end in short_forms(group):
            known, place = self.acronyms.setdefault(short, {}), (doc_id, start, end)
            known[base] = min(known.get(base, place), place)
        for mention in group.mentions if self.register == "strategies" else ():
            if mention.rule == "short_form":
                self.said.add((plain(without_years(mention.text)), base))

    def fullest(self, base: str) -> Fuller:
        """The name that a name stands for, which may be itself; its rule is the first on the way."""
        found, seen = Fuller(base, "same"), {base}
        while (up := self.fuller.get(found.base)) and up.base not in seen:
            seen.add(up.base)
            found = up if found.rule == "same" else found._replace(base=up.base)
        return found

    def same(self, base: str) -> str:
        """What is equal for names that are one."""
        base = self.fullest(base).base
        if self.register != "strategies":
            return base
        return f"= {base}" if base in self.contested else title_of(base, self.council)

    @cached_property
    def fuller(self) -> dict[str, Fuller]:
        """The fuller names by the short ones; `fullest` goes all the way."""
        made: dict[str, Fuller] = {}
        self.__dict__["fuller"] = made  # what is found on the way is asked for further on
        made |= {base: Fuller(other, "spelling") for base, other in twins(self.bases, self.acronyms)}
        nearby = Nearby(self.register, self.bases)
        for base in sorted(self.bases, key=lambda base: (-len(base.split()), base)):
            self.shorten(base, nearby)
        self.spell_out()
        return made

    def shorten(self, base: str, nearby: "Nearby") -> None:
        """Join a name with the only one that it may be a short form of."""
        near = nearby.fuller(base)
        if near is None:
            self.contested.add(base)
            return
        found = self.only(near)
        if self.register == "strategies":
            others = {self.same(other) for other in near} - {title_of(base, self.council)}
            if others and not (found and self.is_said(base, near)):
                self.contested.add(base)
            if not others or base in self.contested:
                return
        if found and base not in self.fuller and (self.register != "providers" or base not in areas()):
            self.put(base, Fuller(found, SHORTER[self.register]))

    def is_said(self, base: str, near: list[str]) -> bool:
        """Whether a document itself takes a title for a fuller one, and none gives it a period of its own."""
        return base not in self.dated and any((base, other) in self.said for other in near)

    def spell_out(self) -> None:
        """Join acronyms: as documents introduce them; of the others those that are the initials of one name."""
        spelling: dict[str, list[str]] = defaultdict(list)
        for base in sorted(self.bases):
            for letters in spelt(split_digits(base)):
                spelling[letters].append(base)
        for base in sorted({*self.acronyms, *self.capitals}):
            meant = self.acronyms.get(base, {})
            if base in meant:
                continue
            if not meant and (len(base) < FEWEST or base in self.fuller):
                continue
            if found := self.only(sorted(meant) or [name for name in spelling[base] if name != base]):
                self.put(base, Fuller(found, "acronym" if meant else "initials", meant.get(found)))

    def put(self, base: str, fuller: Fuller) -> None:
        """Join a name with a fuller one, unless that one is joined with it."""
        if self.fullest(fuller.base).base != base:
            self.fuller[base] = fuller

    def only(self, found: list[str]) -> str:
        """One of the names, if all are one; else empty."""
        return found[0] if len({self.same(name) for name in found}) == 1 else ""


class Nearby:
    """Which names a name may be a short form of."""

    def __init__(self, register: str, bases: Iterable[str]):
        self.register = register
        self.having: dict[str, list[str]] = defaultdict(list)
        for base in sorted(bases):
            for word in stems(base) if register == "strategies" else (base.split(" ")[0],):
                self.having[word].append(base)

    def fuller(self, base: str) -> list[str] | None:
        """The fuller names; none for a provider where another one that begins like it is something else.

        RETURNS (list[str] | None): None where there are too many to tell apart.
        """
        words = stems(base) if self.register == "strategies" else [base.split(" ")[0]]
        alike = min((self.having[word] for word in words), key=len)
        if len(alike) > MOST_ALIKE:
            return None
        if self.register == "strategies":
            return [other for other in alike if shortens("STRATEGY", base, other)]
        if self.register == "places":
            return [other for other in alike if river(tuple(base.split(" ")), tuple(other.split(" ")))]
        alike = [other for other in alike if other.startswith(base + " ")]
        return alike if all(shortens("PROVIDER", base, other) for other in alike) else []


def twins(bases: Iterable[str], acronyms: Container[str]) -> Iterator[tuple[str, str]]:
    """Names that differ in blanks only, "4 cs" and "4cs", each with the one to take: an acronym, or the most words."""
    alike: dict[str, list[str]] = defaultdict(list)
    for base in bases:
        alike[base.replace(" ", "")].append(base)
    for found in alike.values():
        best = min(found, key=lambda base: (base not in acronyms, -base.count(" "), base))
        yield from ((base, best) for base in found if base != best)


def split_digits(base: str) -> str:
    """Digits as words of their own: "together4children" is spelt by "t4c"."""
    return "".join(f" {char} " if char.isdigit() else char for char in base)


def short_forms(group: Group) -> Iterator[tuple[str, int, int]]:
    """The acronyms that a document gives for a name, with their places: in brackets, or joined with it there."""
    for mention in group.mentions:
        text = mention.text
        if found := acronym(text):
            yield plain(found), mention.start, mention.end
        elif mention.rule == "acronym":
            yield plain(without_years(text)), mention.start, mention.end
