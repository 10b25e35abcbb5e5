"""Names of several documents that are one: the registers beside gold and an obvious baseline, as pairs of mentions.

Only pairs in two different documents count: what is one within a document is scored there.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from spacy.tokens import Doc

from pipeline.frames import document_row, rows_of
from pipeline.registers import build
from pipeline.registers.source import REGISTER
from pipeline.schema import to_arrow
from pipeline.training.linked import Linked

Mention = tuple[str, int, int]  # document, first character, character after the last
Pairs = dict[str, set[Any]]


def gold_pairs(docs: Sequence[Linked]) -> Pairs:
    """What the gold says, by register; a mention whose entry nobody can tell (`?`) is in no pair."""
    clusters = {}
    for linked in docs:
        for ent in named(linked.doc):
            entry = linked.gold["entries"].get((ent[1], ent[2]), "?")
            if entry != "?":
                clusters[ent] = (linked.gold["council"], entry)
    return by_register(docs, clusters)


def joined_pairs(docs: Sequence[Linked]) -> Pairs:
    """What the registers of a run over these documents join."""
    with tempfile.TemporaryDirectory() as name:
        folder, parts = Path(name), []
        for number, linked in enumerate(docs):
            parts.append(f"part-{number}")
            for table, rows in rows_of([linked.doc], "").items():
                path = folder / "tables" / table / f"{parts[-1]}.parquet"
                path.parent.mkdir(parents=True, exist_ok=True)
                pq.write_table(to_arrow(table, rows), path)
        build(folder, parts)
        rows = pq.read_table(folder / "tables" / "mentions").to_pylist()
    return by_register(docs, {(row["doc_id"], row["start"], row["end"]): row["id"] for row in rows})


def obvious_pairs(docs: Sequence[Linked]) -> Pairs:
    """What anybody would try first: one council's names with the same words, whatever their case."""
    clusters = {}
    for linked in docs:
        council = document_row(linked.doc)["council"]
        for ent in named(linked.doc) if council else ():
            clusters[ent] = (council, " ".join(linked.doc.text[ent[1] : ent[2]].casefold().split()))
    return by_register(docs, clusters)


def named(doc: Doc) -> Iterable[Mention]:
    """The mentions that a register holds."""
    return [(doc._.id, ent.start_char, ent.end_char) for ent in doc.ents if ent.label_ in REGISTER]


def by_register(docs: Sequence[Linked], clusters: Mapping[Mention, Any]) -> Pairs:
    """All pairs of mentions with one register and cluster, in two documents; none of mentions that gold leaves open."""
    groups: dict[tuple[str, Any], list[Mention]] = defaultdict(list)
    for linked in docs:
        open_ = {place for place, entry in linked.gold["entries"].items() if entry == "?"}
        for ent in linked.doc.ents:
            mention = (linked.doc._.id, ent.start_char, ent.end_char)
            if ent.label_ in REGISTER and mention in clusters and mention[1:] not in open_:
                groups[REGISTER[ent.label_], clusters[mention]].append(mention)
    found: Pairs = {f"registers: {register}": set() for register in REGISTER.values()}
    for (register, _), mentions in groups.items():
        pairs = (pair for pair in combinations(sorted(mentions), 2) if pair[0][0] != pair[1][0])
        found[f"registers: {register}"].update(pairs)
    return found
