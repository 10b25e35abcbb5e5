"""Names of places and the areas with an ONS code that they stand for; what may mean two areas stands for none."""

import csv
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from pipeline.components.name_forms import plain

FILE = Path(__file__).with_name("areas.csv")  # its head says where it is from and what is left out

CITIES = {"unitary", "metropolitan_borough", "london_borough", "district"}
CITIES |= {"welsh_council", "scottish_council", "northern_irish_district"}
BOROUGHS = {"unitary", "metropolitan_borough", "london_borough", "district"}
DISTRICTS = {"district", "metropolitan_borough"}
# Words around a name that say of which kind the area is; the longer ones first.
BEFORE = {
    "london borough of": {"london_borough"},
    "royal borough of": {"london_borough", "unitary"},
    "metropolitan borough of": {"metropolitan_borough"},
    "metropolitan district of": {"metropolitan_borough"},
    "county borough of": {"welsh_council"},
    "borough of": BOROUGHS,
    "district of": DISTRICTS,
    "city of": CITIES,
    "county of": {"county", "unitary"},
    "lb": {"london_borough"},
}
BEHIND = {
    "local authority area": CITIES | {"county"},
    "metropolitan borough": {"metropolitan_borough"},
    "metropolitan district": {"metropolitan_borough"},
    "london borough": {"london_borough"},
    "county borough": {"welsh_council"},
    "unitary authority": {"unitary"},
    "council area": CITIES | {"county"},
    "borough": BOROUGHS,
    "district": DISTRICTS,
    "city": CITIES,
    "county": {"county", "unitary"},
    "region": {"region"},
}


class Area(NamedTuple):
    """code, name, kind (str): As in the file. alone (bool): Whether the name by itself means the area."""

    code: str
    name: str
    kind: str
    alone: bool


@cache
def areas() -> dict[str, list[Area]]:
    """The areas by their plain names; one that does not stand alone has the name with its kind only."""
    found: dict[str, list[Area]] = {}
    with FILE.open(encoding="utf8", newline="") as lines:
        for row in csv.DictReader(line for line in lines if not line.startswith("#")):
            area = Area(row["code"], row["name"], row["kind"], row["alone"] == "yes")
            for name in (row["name"], *filter(None, row["other_names"].split("; "))):
                found.setdefault(plain(name), []).append(area._replace(alone=area.alone or name != row["name"]))
    return found


@lru_cache(maxsize=10_000)
def area_of(form: str) -> Area | None:
    """The area that a place stands for.

    form (str): As it stands in a text: "Kent", "the London Borough of Sutton", "Dover district".
    RETURNS (Area | None): None where it may be none of the list, or more than one.
    """
    name = plain(form)
    if name in areas():
        return only([area for area in areas()[name] if area.alone])
    for words, kinds in BEFORE.items():
        if name.startswith(words + " "):
            return only([area for area in areas().get(name[len(words) + 1 :], ()) if area.kind in kinds])
    for words, kinds in BEHIND.items():
        if name.endswith(" " + words):
            return only([area for area in areas().get(name[: -len(words) - 1], ()) if area.kind in kinds])
    return None


def only(found: list[Area]) -> Area | None:
    """The area, if there is one and no more."""
    return found[0] if len({area.code for area in found}) == 1 else None
