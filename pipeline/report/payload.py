"""The rows of a run as the report's page takes them: column by column, each text once, compressed."""

import base64
import gzip
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.report.councils import council_names
from pipeline.report.views import ADDED, VIEWS, View
from pipeline.results import Results
from pipeline.schema import ARROW, REGISTERS

CHUNK_ROWS = 50_000
KINDS = {pa.string(): "text", pa.date32(): "date", pa.bool_(): "flag"}  # every other column holds numbers
WHERE = ("doc_id", "start", "end")


@dataclass(frozen=True)
class Frame:
    """One view with its rows.

    view (View). columns (list[tuple[str, str]]): Name and kind of the columns that are not empty throughout.
    rows (pa.Table): Those columns, and `d`, `s` and `e`: the document's number and the place in its text.
    """

    view: View
    columns: list[tuple[str, str]]
    rows: pa.Table

    def about(self) -> dict[str, Any]:
        """What the page knows before it takes the rows."""
        meaning = {column.name: column.definition for column in self.view.columns()}
        named = [
            {"name": name, "title": self.view.title_of(name), "kind": kind, "about": meaning[name]}
            | ({} if name in self.view.shown else {"hidden": True})
            for name, kind in self.columns
        ]
        view = {"id": self.view.id, "title": self.view.title, "group": self.view.group, "note": self.view.note}
        return view | {"columns": named, "rows": len(self.rows), "chunks": math.ceil(len(self.rows) / CHUNK_ROWS)}

    def chunks(self) -> Iterator[str]:
        """The rows, some at a time."""
        for first in range(0, len(self.rows), CHUNK_ROWS):
            part = self.rows.slice(first, CHUNK_ROWS)
            yield pack({name: column(part[name]) for name in part.column_names})


def frames(results: Results) -> list[Frame]:
    """Every view whose table is there and holds rows.

    RAISES (PipelineError): When a table is damaged.
    """
    documents = results.read("documents", ("doc_id", "title"))
    ids = documents["doc_id"].combine_chunks()
    titles = pc.if_else(pc.equal(pc.utf8_trim_whitespace(documents["title"]), ""), ids, documents["title"])
    councils = council_names(written_councils(results))
    names = {table: register_names(results, table) for table in REGISTERS if table in results.tables}
    made = []
    for view in VIEWS:
        if view.table not in results.tables:
            continue
        rows = results.read(view.table)
        if view.label:
            rows = rows.filter(pc.equal(rows["label"], view.label))
        if view.table in REGISTERS and "mentions" in rows.column_names:
            rows = rows.sort_by([("mentions", "descending"), ("name", "ascending")])
        if len(rows):
            made.append(frame(view, rows, ids, titles.combine_chunks(), councils, names))
    return made


def frame(
    view: View,
    rows: pa.Table,
    ids: pa.Array,
    titles: pa.Array,
    councils: Mapping[str, str],
    names: Mapping[str, Mapping[str, str]],
) -> Frame:
    """A view of some rows.

    ids, titles (pa.Array): Of the documents, in order. councils (Mapping[str, str]): What is shown for each.
    names (Mapping): By register, the names of its entries by their ids.
    """
    made: dict[str, Any] = {}
    kinds: dict[str, str] = {}
    where = pc.index_in(rows["doc_id"], value_set=ids).combine_chunks() if "doc_id" in rows.column_names else None
    for one in view.columns():
        kinds[one.name] = KINDS.get(ARROW[one.type], "number")
        if one is ADDED["document"]:
            made[one.name] = titles.take(where) if where is not None else None
        elif one is ADDED["name"]:
            registers = rows["register"].to_pylist() if "register" in rows.column_names else ["strategies"] * len(rows)
            entries = zip(registers, rows["id"].to_pylist(), strict=True)
            made[one.name] = pa.array([names.get(register, {}).get(id_, id_) for register, id_ in entries], pa.string())
        elif one.name in rows.column_names:
            made[one.name] = rows[one.name]
    if view.id == "documents":
        made["title"] = titles
    if "council" in made:
        shown = [councils.get(value, value) for value in made["council"].to_pylist()]
        made["council"] = pa.array(shown, pa.string())
    made = {name: values for name, values in made.items() if values is not None and not is_empty(values)}
    columns = [(name, kinds[name]) for name in made]
    if where is not None:
        made["d"] = where
        made |= {short: rows[name] for short, name in (("s", "start"), ("e", "end")) if name in rows.column_names}
    return Frame(view, columns, pa.table(made))


def written_councils(results: Results) -> Counter[str]:
    """How often each council is written in which form, in all tables."""
    found = Counter[str]()
    for table in {view.table for view in VIEWS} & results.tables.keys():
        if "council" in (rows := results.read(table, ("council",))).column_names:
            found.update({one["values"]: one["counts"] for one in pc.value_counts(rows["council"]).to_pylist()})
    return found


def register_names(results: Results, table: str) -> dict[str, str]:
    """The names of a register's entries by their ids."""
    found = results.read(table, ("id", "name"))
    if "name" not in found.column_names:
        return {}
    return dict(zip(found["id"].to_pylist(), found["name"].to_pylist(), strict=True))


def is_empty(values: pa.ChunkedArray | pa.Array) -> bool:
    """Whether a column says nothing in any row."""
    if values.null_count == len(values):
        return True
    return values.type == pa.string() and not pc.any(pc.not_equal(values, "")).as_py()


def column(values: pa.ChunkedArray) -> dict[str, Sequence[Any]]:
    """A column: `v`, its values; of texts and days `t`, each of them once, and `c`, the number of each row's."""
    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if values.type == pa.date32():
        values = values.cast(pa.string())
    if values.type != pa.string():
        return {"v": [plain(value) for value in values.to_pylist()]}
    coded = pc.fill_null(values, "").dictionary_encode()
    return {"t": coded.dictionary.to_pylist(), "c": coded.indices.to_pylist()}


def plain(value: Any) -> Any:
    """A number that JSON knows, or None."""
    if isinstance(value, float):
        return round(value, 4) if math.isfinite(value) else None
    return value


def pack(value: Any) -> str:
    """JSON, compressed, in characters that can stand anywhere in a page."""
    data = json.dumps(value, separators=(",", ":")).encode("ascii")
    return base64.b64encode(gzip.compress(data, 6, mtime=0)).decode("ascii")
