"""The registers as files: three passes over the tables of a run."""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.components.name_forms import plain, years
from pipeline.registers.actions import actions, is_done_with
from pipeline.registers.areas import area_of
from pipeline.registers.councils import council_key
from pipeline.registers.keys import key_of, slug
from pipeline.registers.scopes import CONFIDENCE, Entry, Joined, Scope
from pipeline.registers.source import Document, Group, documents
from pipeline.schema import REGISTERS, arrow_schema, to_arrow
from pipeline.writers import atomic

FILE = "register.parquet"
ROWS = 10_000  # held before they are written; also the size of a row group, so that it does not depend on parts
Row = dict[str, Any]


def build(folder: Path, parts: Sequence[str]) -> list[Path]:
    """Make the registers of a run from its tables.

    folder (Path): Of the run. parts (Sequence[str]): The names of its parts, in order.
    RETURNS (list[Path]): What was written: `tables/<register>/register.parquet` for each of `REGISTERS`.
    """
    councils: dict[str, Scope] = {}
    for document in documents(folder, parts):
        if key := council_key(document.council):
            councils.setdefault(key, Scope()).learn(document)
    for document in documents(folder, parts):
        if key := council_key(document.council):
            councils[key].spell(document)
    with ExitStack() as stack:
        files = {name: Rows(name, folder / "tables" / name / FILE, stack) for name in REGISTERS}
        for document in documents(folder, parts, resolutions=True):
            known = councils.get(council_key(document.council))
            scope = known or alone(document)
            write_document(document, scope, files)
            if not known:
                write_entries(scope, files)
        for scope in sorted(councils.values(), key=lambda scope: scope.id):
            write_entries(scope, files)
    return [rows.path for rows in files.values()]


def alone(document: Document) -> Scope:
    """A document by itself."""
    scope = Scope(slug(document.doc_id, digest=True))
    scope.learn(document)
    scope.spell(document)
    return scope


def write_document(document: Document, scope: Scope, files: dict[str, "Rows"]) -> None:
    """Write the mentions and actions of a document, and count them for its entries."""
    joined: list[tuple[Group, Entry]] = []
    for group in document.groups:
        found = scope.join(document, group)
        rule = rule_of(found, group)
        found.entry.add(group, CONFIDENCE[rule])
        joined.append((group, found.entry))
        for row in mention_rows(document, group, found, rule):
            files["mentions"].add(row)
    for entry in {entry.id: entry for _, entry in joined}.values():
        entry.documents += 1
    for entry, row in actions(document, joined):
        files["actions"].add(row)
        if is_done_with(row):
            entry.actions |= {(str(row["meeting_date"] or ""), row["outcome"])}


def rule_of(found: Joined, group: Group) -> str:
    """What joins a document's name with its entry: places that are written otherwise are one by their ONS code."""
    name = found.entry.name
    if key_of(group.register, name) != key_of(group.register, group.name):
        return found.rule
    return "area" if group.register == "places" and plain(name) != plain(group.name) else "same"


def mention_rows(document: Document, group: Group, found: Joined, rule: str) -> Iterator[Row]:
    """Each mention with its evidence: the name of the entry for one of them, that one's document for the others."""
    head = group.head
    for mention in group.mentions:
        row: Row = {"register": group.register, "id": found.entry.id, "doc_id": document.doc_id}
        row |= {"start": mention.start, "end": mention.end, "text": mention.text}
        if mention is head:
            place, by, sure = found.place or found.entry.spellings[found.entry.name].place, rule, CONFIDENCE[rule]
        else:
            place, by, sure = (document.doc_id, group.start, group.end), mention.rule, mention.confidence
        row |= dict(zip(("evidence_doc_id", "evidence_start", "evidence_end"), place, strict=True))
        yield row | {"joined_by": by, "confidence": sure}


def write_entries(scope: Scope, files: dict[str, "Rows"]) -> None:
    """Write the rows of all entries of some documents, by id."""
    for entry in sorted(scope.entries.values(), key=lambda entry: entry.id):
        files[entry.register].add(entry_row(entry, scope.council))


def entry_row(entry: Entry, council: str) -> Row:
    """A row of a register."""
    name = entry.name
    doc_id, start, end = entry.spellings[name].place
    row = {"id": entry.id, "council": council, "name": name, "mentions": entry.mentions, "documents": entry.documents}
    row |= {"first_meeting": entry.first, "last_meeting": entry.last, "confidence": entry.confidence}
    row |= {"doc_id": doc_id, "start": start, "end": end}
    if entry.register == "strategies":
        first, last = (datetime.date.fromisoformat(day) if day else None for day in years(name))
        done = [" ".join(filter(None, one)) for one in sorted(entry.actions, key=lambda one: (not one[0], one))]
        row |= {"period": entry.key.years, "first_day": first, "last_day": last, "actions": "; ".join(done)}
    if entry.register == "places":
        area = area_of(name)
        row |= {"ons_code": area and area.code, "ons_name": area and area.name, "ons_kind": area and area.kind}
    return row


class Rows:
    """A table that is written bit by bit.

    table (str), path (Path): Which, and where to. stack (ExitStack): Puts the file in its place when it ends well.
    """

    def __init__(self, table: str, path: Path, stack: ExitStack):
        self.table = table
        self.path = path
        self.held: list[Row] = []
        file = stack.enter_context(stack.enter_context(atomic(path)).open("wb"))
        self.writer = stack.enter_context(pq.ParquetWriter(file, arrow_schema(table)))
        stack.push(lambda kind, *error: None if kind else self.flush())

    def add(self, row: Row) -> None:
        self.held.append(row)
        if len(self.held) >= ROWS:
            self.flush()

    def flush(self) -> None:
        if self.held:
            self.writer.write_table(to_arrow(self.table, self.held))
            self.held = []
