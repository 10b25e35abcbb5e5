"""List numbers at the start of a line: (1), a), iv., 1.1, 137/2019, bullets."""

import re
from functools import lru_cache
from typing import NamedTuple

BULLETS = "·•▪◦●■*~\uf0b7\uf0a7\uf02d"
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
_ROMAN = {roman: rank for rank, roman in enumerate(_ROMANS, 1)}
_ENUMERATOR = r"(?:\d{1,3}|[A-Za-z]|[ivx]{2,5}|[IVX]{2,5})"
_NUMBER = re.compile(
    rf"""
    \*?\(\s?{_ENUMERATOR}\s?\)                                          # (1)  (a)  (iv)
    | \d{{1,3}}(?:\.\d{{1,3}}){{1,3}}[.)]?(?=\s)                      # 1.1  2.1.3.
    | \*?{_ENUMERATOR}(?:\.\)|[.)])(?=[\s“"‘'(]|[A-Z][a-z]|TH)        # 1.  a)  *iv.  1.That
    | \d{{1,4}}/\d{{2,4}}(?=[ \u00a0]{{2}}|[ \u00a0]?\t)              # 137/2019
    | (?:\d{{1,2}}[a-z]?|[ivx]{{1,4}}|[a-h])(?=[ \u00a0]{{2}}|[ \u00a0]?\t) # 1   That
    | \d{{1,2}}(?=[ \u00a0](?:T(?:hat|HAT|o)|that|to)\b)              # 1 That
    | [{BULLETS}](?=\s) | o(?=\t|[ \u00a0]{{2}}) | [–—-](?=[ \u00a0\t])
    """,
    re.X,
)


class Number(NamedTuple):
    """A list number in a text.

    start (int), end (int): Where it stands, punctuation included.
    text (str): As written, without a closing full stop; empty for a bullet.
    style (str): Kind of enumerator and punctuation: tells lists apart.
    ranks (frozenset): Every way to count it: `i` is the first roman and the ninth letter.
    """

    start: int
    end: int
    text: str
    style: str
    ranks: frozenset[tuple[str, int]]

    def follows(self, other: "Number") -> bool:
        """Whether this may be the next item of the other's list.

        One number may be missing, and all may be the same: numbers copied from HTML restart at 1 with every clause.
        """
        if self.style != other.style:
            return False
        return self.text == other.text or any(
            (kind, rank - step) in other.ranks for kind, rank in self.ranks for step in (1, 2)
        )

    @property
    def first(self) -> bool:
        """Whether a list may start here."""
        return not self.text or "/" in self.text or any(rank == 1 for _, rank in self.ranks)


def number_at(text: str, position: int) -> Number | None:
    """The list number that starts at position, if one does."""
    found = _NUMBER.match(text, position)
    return Number(found.start(), found.end(), *_read(found.group())) if found else None


@lru_cache(maxsize=4096)
def _read(raw: str) -> tuple[str, str, frozenset[tuple[str, int]]]:
    """Text, style and ranks of a number as written."""
    raw = raw.lstrip("*") or raw  # a star marks what goes to another meeting
    core = raw.strip("(). \u00a0")
    if not core[:1].isalnum() or raw == "o":
        return "", f"bullet {raw}", frozenset()
    last = core.rsplit(".", 1)[-1].split("/")[0]
    ranks = {("digit", int(last))} if last.isdigit() else set()
    if len(last) == 1 and last.isalpha():
        ranks.add(("letter", ord(last.lower()) - ord("a") + 1))
    if last.lower() in _ROMAN:
        ranks.add(("roman", _ROMAN[last.lower()]))
    kind = "digit" if last.isdigit() else "upper" if last.isupper() else "lower"
    opened, closed = raw[0] if raw[0] == "(" else "", raw[-1] if raw[-1] in ")." else ""
    return raw.rstrip("."), f"{opened}{kind}{core.count('.')}{core.count('/')}{closed}", frozenset(ranks)
