"""What is one title of a strategy: "Placement Sufficiency Strategy" is "Sufficiency Strategy for Children in Care"."""

import re
from functools import lru_cache

from pipeline.components.name_short import HEADS, stems
from pipeline.patterns import alternation, by_kind


def words(kind: str) -> frozenset[str]:
    """The wordings of a kind of row in registers.toml."""
    return frozenset(word for row in by_kind("registers", kind) for word in row.words)


AUDIENCE = re.compile(rf"\b{alternation(words('audience'))}\b")
OF_CARE, EDITIONS, LINKS = map(words, ("of_care", "edition", "link"))


@lru_cache(maxsize=10_000)
def title_of(base: str, council: str = "") -> str:
    """What two titles have in common if they are one: their words in no order, without those that may be left out.

    base (str): A strategy's name without years, as `plain` writes it. council (str): The place in the council's name.
    """
    if council and base.startswith(council + " ") and HEADS.intersection(rest := base[len(council) + 1 :].split()):
        base = " ".join(rest) if len(rest) > 1 else base
    left = AUDIENCE.sub(" ", base).split()
    if OF_CARE.intersection(left) and HEADS.intersection(left):
        base = " ".join(left)
    return " ".join(sorted(stems(base) - LINKS)) or base


def has_editions(base: str) -> bool:
    """Whether it is a thing of which there is a new one every few years: a strategy, no scheme."""
    return bool(EDITIONS.intersection(base.split()))
