"""What a document decided upon its strategies: the decisions in which one is named, or whose item is one."""

from typing import Any

from pipeline.components.name_forms import plain
from pipeline.registers.keys import key_of
from pipeline.registers.scopes import Entry
from pipeline.registers.source import Document, Group, Mention
from pipeline.registers.titles import words

Row = dict[str, Any]
ITEM_WORDS, BEFORE_ITS_NAME, LOOKED_AT = map(words, ("item_word", "before", "looked_at"))
BEST_FIRST = ("object", "clause", "about", "beside")
# Of 27 decisions of the dev split that name a strategy all were of the right kind, on gold spans and objects: 16
# `object`, 9 `about`, 2 `beside`. (right + 1) / (all + 2); the other two did not occur.
CONFIDENCE = {"object": 0.94, "about": 0.91, "beside": 0.75, "clause": 0.5, "item_title": 0.5}


def actions(document: Document, joined: list[tuple[Group, Entry]]) -> list[tuple[Entry, Row]]:
    """The decisions of a document upon its strategies.

    joined (list[tuple[Group, Entry]]): Its names with their entries.
    RETURNS (list[tuple[Entry, Row]]): Rows of the table `actions`, each with its strategy.
    """
    found = []
    named = [(group, entry) for group, entry in joined if entry.register == "strategies"]
    for row in document.resolutions if named else ():
        inside: dict[str, list[tuple[int, int, Mention]]] = {}
        for group, entry in named:
            for mention in group.mentions:
                if row["start"] <= mention.start and mention.end <= row["end"]:
                    rank = BEST_FIRST.index(how_named(mention, row))
                    inside.setdefault(entry.id, []).append((rank, mention.start, mention))
        entries = {entry.id: entry for _, entry in named}
        for id_, mentions in inside.items():
            rank, _, mention = min(mentions)
            found.append((entries[id_], action(entries[id_], row, BEST_FIRST[rank], mention)))
        if not inside and (titled := by_title(row, named)):
            found.append((titled[0], action(titled[0], row, "item_title", titled[1])))
    return found


def how_named(mention: Mention, row: Row) -> str:
    """What a mention inside a decision is to it: one of `BEST_FIRST`."""
    if row["object"] is None:
        return "clause"
    if mention.end <= row["object_start"] or row["object_end"] <= mention.start:
        return "beside"
    before = row["object"][: max(0, mention.start - row["object_start"])]
    return "object" if BEFORE_ITS_NAME.issuperset(plain(f"{before} x").split()[:-1]) else "about"


def is_done_with(row: Row) -> bool:
    """Whether an action is something done with the strategy itself, as far as the text says."""
    on_it = row["how"] in ("object", "clause", "item_title") or (row["how"] == "about" and row["outcome"] in LOOKED_AT)
    return on_it and bool(row["outcome"])


def by_title(row: Row, named: list[tuple[Group, Entry]]) -> tuple[Entry, Mention] | None:
    """The strategy that the item's title is, with its first mention in the item, if the decision is upon the item."""
    if not row["item_title"] or not ITEM_WORDS.issuperset(plain(row["object"] or "").split()):
        return None
    key, item = key_of("strategies", row["item_title"]), (row["item_number"], row["item_title"])
    for group, entry in named:
        if key_of("strategies", group.name) == key:
            for mention in group.mentions:
                if mention.item == item:
                    return entry, mention
    return None


def action(entry: Entry, row: Row, how: str, mention: Mention) -> Row:
    """A row of the table."""
    taken = ("doc_id", "start", "end", "outcome", "clause", "body", "meeting_date")
    evidence = {"evidence_start": mention.start, "evidence_end": mention.end}
    return {
        "id": entry.id,
        "how": how,
        **{name: row[name] for name in taken},
        **evidence,
        "confidence": CONFIDENCE[how],
    }
