"""The forms of one council's name: "Staffs CC" is Staffordshire County Council, as no other council can be meant."""

from functools import cache, lru_cache

from pipeline.components.name_forms import plain
from pipeline.patterns import by_kind
from pipeline.registers.areas import BEFORE, Area, areas, only

HEADS = BEFORE | {"city and county of": {"welsh_council", "unitary"}}
LINKS = frozenset({"and", "of", "upon", "on", "the", "with"})
SHORT = 6  # letters; a name of one word that is longer is none of initials
TAILS: dict[str, set[str]] = {}
for _row in by_kind("registers", "council"):
    for _word in _row.words:
        TAILS.setdefault(_word, set()).update(_row.value.split())
ANY = TAILS["council"]
CITIES = frozenset(word for row in by_kind("registers", "city") for word in row.words)


@lru_cache(maxsize=10_000)
def council_area(council: str) -> Area | None:
    """The area of a council.

    council (str): As its page names it: "Kent County Council", "Rhondda Cynon Taf CBC", "RCT Council", "RCTCBC".
    RETURNS (Area | None): None where no area of the list is meant, or more than one may be.
    """
    core, kinds = read(council)
    if found := [area for area in areas().get(core, ()) if area.kind in kinds]:
        return only(found)
    letters = core.replace(" and ", "").replace(" ", "")
    if core == plain(council):
        return only(list(with_kind().get(letters, ())))
    return only([area for area in initials().get(letters, ()) if area.kind in kinds]) if len(letters) > 1 else None


def is_initials(council: str) -> bool:
    """Whether a council is named by letters alone ("LCC"), which are several councils' in general."""
    return " " not in council and len(council) <= SHORT and council.isupper()


def read(council: str) -> tuple[str, set[str]]:
    """The place in a council's name, and the kinds of area that the words around it allow."""
    name, kinds = plain(council), ANY
    for words in sorted(TAILS, key=len, reverse=True):
        if name.endswith(" " + words):
            name, kinds = name[: -len(words) - 1], kinds & TAILS[words]
            break
    for words in sorted(HEADS, key=len, reverse=True):
        if name.startswith(words + " "):
            return name[len(words) + 1 :], kinds & HEADS[words]
    return name, kinds


@cache
def initials() -> dict[str, set[Area]]:
    """The areas with a council by the initials of their names: "rct", "bnes" and "banes"."""
    found: dict[str, set[Area]] = {}
    for name, listed in areas().items():
        for area in listed:
            for letters in spelt(name) if area.kind in ANY else ():
                found.setdefault(letters, set()).add(area)
    return found


@cache
def with_kind() -> dict[str, set[Area]]:
    """The same with the letters of their kind: "rctcbc", "kcc", "lbs", "rbkc"."""
    found: dict[str, set[Area]] = {}
    tails = [(tail, kinds) for tail, kinds in TAILS.items() if len(tail) <= 3]
    for letters, listed in initials().items():
        for area in listed:
            for tail, kinds in tails:
                if area.kind in kinds and (tail != "cc" or area.kind == "county" or plain(area.name) in CITIES):
                    found.setdefault(letters + tail, set()).add(area)
            for words, head in (("london borough of", "lb"), ("royal borough of", "rb")):
                if area.kind in BEFORE[words]:
                    found.setdefault(head + letters, set()).add(area)
    return found


def spelt(name: str) -> set[str]:
    """The initials of a plain name, with and without those of its small words."""
    words = name.split()
    return {"".join(word[0] for word in words), "".join(word[0] for word in words if word not in LINKS)}


def council_place(council: str) -> str:
    """The place in a council's name, as `plain` writes it."""
    area = council_area(council)
    return plain(area.name) if area else read(council)[0]


@lru_cache(maxsize=10_000)
def council_key(council: str) -> str:
    """What is equal for all names of one council; empty for letters that may be several councils'."""
    if area := council_area(council):
        return area.code
    return "" if is_initials(council) else plain(council) or council
