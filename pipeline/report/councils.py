"""One way to write each council, so that charts and filters have it once."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

SMALL = {"and", "of", "the", "upon", "in", "on", "with", "cum", "under", "y", "a"}  # words of names in lower case
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def council_names(written: Mapping[str, int]) -> dict[str, str]:
    """For each council as it is written, the form that most rows have; one in capitals only if there is no other.

    written (Mapping[str, int]): How many rows have each form.
    """
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, number in written.items():
        forms[key(name)][name] += number
    shown = {}
    for found in forms.values():
        best = min(found, key=lambda name: (name.isupper(), -found[name], name))
        best = in_small_letters(best) if best.isupper() else best
        shown.update(dict.fromkeys(found, best))
    return shown


def key(name: str) -> str:
    """What two ways to write one council have in common."""
    return " ".join(name.casefold().replace("&", " and ").removeprefix("the ").split())


def in_small_letters(name: str) -> str:
    """`CITY OF YORK COUNCIL` as `City of York Council`."""
    return WORD.sub(lambda word: small(word.group(), first=not word.start()), name)


def small(word: str, first: bool) -> str:
    low = word.lower()
    return low if low in SMALL and not first else low[0].upper() + low[1:]
