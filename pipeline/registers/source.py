"""The tables of a run, document by document: what the registers are made from."""

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.components.names import LABELS
from pipeline.registers.keys import key_of
from pipeline.spans import one_line

REGISTER = dict(zip(LABELS, ("strategies", "providers", "places"), strict=True))
ENTITY = [
    *("doc_id", "start", "end", "text", "label", "meeting_date", "item_number", "item_title"),
    *("name", "name_start", "name_end", "joined_by", "joined_confidence"),
]
RESOLUTION = [
    *("doc_id", "start", "end", "outcome", "clause", "body", "meeting_date", "item_number", "item_title"),
    *("object", "object_start", "object_end"),
]


class Mention(NamedTuple):
    """One entity.

    rule (str), confidence (float): What joins it with its name in the document. item (tuple[str, str]): Number and
        title of the item it stands in.
    """

    start: int
    end: int
    text: str
    rule: str
    confidence: float
    item: tuple[str, str]


class Group(NamedTuple):
    """The mentions of one name in one document.

    register (str): Where it belongs. name (str), start, end (int): The fullest form and its place.
    day (date | None): Of the meeting. mentions (list[Mention]): In order. stated (str): The period of another group of
        the document that is one with this one there, whose name has none.
    """

    register: str
    name: str
    start: int
    end: int
    day: datetime.date | None
    mentions: list[Mention]
    stated: str = ""

    @property
    def head(self) -> Mention:
        """The mention that is the form itself, or the first one."""
        return min(self.mentions, key=lambda mention: (mention.start != self.start, mention.start))


class Document(NamedTuple):
    """doc_id, council (str). groups (list[Group]). resolutions (list[dict]): Rows of the table, where asked for."""

    doc_id: str
    council: str
    groups: list[Group]
    resolutions: list[dict[str, Any]]


def documents(folder: Path, parts: Sequence[str], resolutions: bool = False) -> Iterator[Document]:
    """The documents of a run, in order, one part in memory at a time."""
    for part in parts:
        councils = table(folder, "documents", part, ["doc_id", "council"])
        entities = table(folder, "entities", part, ENTITY)
        entities = entities.filter(pc.is_in(entities.column("label"), pa.array(LABELS)))
        found = by_document(entities)
        decided = by_document(table(folder, "resolutions", part, RESOLUTION)) if resolutions else {}
        for row in councils.to_pylist():
            doc_id = row["doc_id"]
            yield Document(doc_id, one_line(row["council"]), groups(found.get(doc_id, [])), decided.get(doc_id, []))


def table(folder: Path, name: str, part: str, columns: list[str]) -> pa.Table:
    path = folder / "tables" / name / f"{part}.parquet"
    return pq.read_table(path, columns=columns, partitioning=None)


def by_document(rows: pa.Table) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["doc_id"], []).append(row)
    return found


def groups(rows: list[dict[str, Any]]) -> list[Group]:
    """The entities of one document by the form that they are joined with; one that is joined with none is its own."""
    made: dict[tuple[str, int], Group] = {}
    stated: dict[tuple[str, int], str] = {}
    for row in rows:
        if row["name"] and (period := stated_by(row)):
            stated[REGISTER[row["label"]], row["name_start"]] = period
            row["name"] = None
        if row["name"] is None:
            row |= {"name": row["text"], "name_start": row["start"], "name_end": row["end"]}
            row |= {"joined_by": "same", "joined_confidence": 1.0}
        key = REGISTER[row["label"]], row["name_start"]
        if key not in made:
            made[key] = Group(key[0], one_line(row["name"]), key[1], row["name_end"], row["meeting_date"], [])
        item = row["item_number"], row["item_title"]
        rule, confidence = row["joined_by"], row["joined_confidence"]
        made[key].mentions.append(Mention(row["start"], row["end"], row["text"], rule, confidence, item))
    return [group._replace(stated=stated.get(key, "")) for key, group in made.items()]


def stated_by(row: dict[str, Any]) -> str:
    """The period in a strategy's name that is joined with one which states none, and so may be another edition's."""
    text, name = one_line(row["text"]), one_line(row["name"])
    if row["label"] != "STRATEGY" or text == name or key_of("strategies", name).years:
        return ""
    return key_of("strategies", text).years
