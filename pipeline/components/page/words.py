"""The tables of `patterns/structure.toml`, ready for look-up."""

from typing import NamedTuple

from pipeline.patterns import Pattern, by_kind, load

SECTIONS = (
    "heading",  # what names the page, the meeting and the item
    "attendance",  # who was present, who sent apologies
    "purpose",  # why the item is on the agenda: "To consider ..."
    "minutes",  # what was reported and said; also any text that is no minutes at all
    "decision",  # from the marker line on: RESOLVED, Agreed, Decision:
    "reasons",  # reasons for the decision, options considered and rejected
    "supporting_documents",  # lists of papers
    "details",  # keys and values: decision status, wards, contact, venue
    "tail",  # no content: menus, page numbers, running heads, signatures, closing formulas
)


class Cue(NamedTuple):
    """What a line, or the words before its colon, stand for.

    kind (str): Kind of the row: page, record, cue, lead, key or tail.
    value (str): The row's value.
    rule (str): The row's id.
    alone (bool): Nothing follows on the line.
    numbered (bool): A paragraph number stands before the words.
    colon (bool): A colon, dash or tab follows the words.
    """

    kind: str
    value: str
    rule: str
    alone: bool
    numbered: bool
    colon: bool


ORNAMENTS = " \t\xa0*·•▪◦●■§~|()[]{}<>.:;,_-–—=…\uf0b7\uf0a7\uf02d\u200b\ufeff"
NUMBERING = "0123456789" + ORNAMENTS


def normal(text: str) -> str:
    """Lower case, single blanks, straight apostrophes and hyphens: the form in which words are looked up."""
    return " ".join(text.lower().replace("’", "'").replace("–", "-").replace("—", "-").split())


def stripped(text: str) -> str:
    """The normal form without numbering before and punctuation around."""
    return normal(text.lstrip(NUMBERING).rstrip(ORNAMENTS))


def _table(*kinds: str) -> dict[str, Pattern]:
    table: dict[str, Pattern] = {}
    for row in load("structure"):
        if row.kind in kinds:
            for word in row.words:
                table.setdefault(stripped(word), row)
    return table


def word_list(kind: str, name: str = "structure") -> tuple[str, ...]:
    """All words of one kind in a word list."""
    return tuple(word for row in by_kind(name, kind) for word in row.words)


HEADS = _table("page", "record", "cue", "lead", "key", "tail")
for _row in by_kind("resolutions", "heading"):
    for _word in _row.words:
        HEADS.setdefault(stripped(_word), _row.model_copy(update={"kind": "cue", "value": "decision"}))
LONGEST = max(map(len, HEADS))
FILLERS = frozenset(word_list("filler"))
NOT_COUNCIL = frozenset(word_list("not_council"))
NOT_CODE = frozenset(word_list("not_code"))
