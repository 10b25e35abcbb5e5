"""What one name is in all documents of a council, and what of it stands in an id."""

import hashlib
from functools import lru_cache
from typing import NamedTuple

from pipeline.components.name_forms import plain, without_years, years
from pipeline.registers.areas import Area, area_of

LONGEST = 80  # characters of a name in an id


class Key(NamedTuple):
    """What one name is in all documents. base (str): Its words. years (str): `2019-2022`, `2019` or empty."""

    base: str
    years: str = ""


@lru_cache(maxsize=10_000)
def key_of(register: str, name: str) -> Key:
    """The key of a name."""
    if register == "places" and (area := area_of(name)):
        return key_of_area(area)
    if register != "strategies":
        return Key(plain(name) or name)
    first, last = (day[:4] for day in years(name))
    return Key(plain(without_years(name)) or name, first if first == last else f"{first}-{last}")


def key_of_area(area: Area) -> Key:
    return Key(plain(area.name if area.alone else f"{area.name} {area.kind}"))


def slug(words: str, digest: bool = False) -> str:
    """Words as a part of an id. What is long or holds no letter ends in a digest, as does any where it is asked for."""
    made = "-".join("".join(c if c.isalnum() else " " for c in words.casefold()).split())
    if made and len(made) <= LONGEST and not digest:
        return made
    return f"{made[:LONGEST]}-{hashlib.sha256(words.encode('utf8', 'surrogatepass')).hexdigest()[:8]}".lstrip("-")
