"""What changed from one run to another: spans gained, lost, relabelled, moved, or given another value."""

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import Errors, PipelineError
from pipeline.labels import LABELS, RULES
from pipeline.schema import ARROW, Column
from pipeline.writers import atomic, neutral

Rows = npt.NDArray[np.int64]  # row numbers
SUFFIXES = (".csv", ".parquet")
CSV_ROWS = 10_000  # held as Python values at a time
DOCUMENT = 1 << 32  # characters between the starts of two documents, when places count through all of them
LABEL = 1 << 58  # and between two labels
NAMES = pa.array([label.name for label in LABELS])
RULE_OF = {label.spans_key: label for label in RULES}
ENTITIES = "entities"
SPAN = ("start", "end", "text", "label")
CHANGES = (
    Column("doc_id", str, "The document."),
    Column(
        "change",
        str,
        "`lost`; `gained`; `moved`: same label, other edges; `relabelled`: same place, other label; `changed`: same"
        " place, other value; of a whole document `only in A`, `only in B` or `other text`.",
    ),
    Column("label", str, "Label in run B, or in run A where the span is lost; empty for a document.", optional=True),
    *(
        Column(f"{name}_{side}", kind, f"{definition} in run {run}.", optional=True)
        for side, run in (("before", "A"), ("after", "B"))
        for name, kind, definition in (
            ("start", int, "First character"),
            ("end", int, "Character after the last"),
            ("text", str, "The words"),
            ("label", str, "The label"),
            ("value", str, "Where the value changed: its fields that differ, as JSON, as they are"),
        )
    ),
)
SCHEMA = pa.schema(
    [pa.field(c.name, ARROW[c.type], nullable=c.optional, metadata={"definition": c.definition}) for c in CHANGES]
)


class Count(NamedTuple):
    """Spans of one label in the compared documents.

    `in_a` is the sum of same, changed, moved, relabelled_from and lost; `in_b` that of same, changed, moved,
    relabelled_to and gained.
    """

    in_a: int
    in_b: int
    same: int
    changed: int
    moved: int
    relabelled_from: int
    relabelled_to: int
    lost: int
    gained: int


@dataclass(frozen=True)
class Diff:
    """What changed from run A to run B.

    counts (dict[str, Count]): By label.
    compared (int): Documents with the same text in both runs; only their spans are compared and counted.
    only_a, only_b, other_text (list[str]): The other documents; places in two different texts cannot be compared.
    changes (pa.Table): A row per change, columns as in `CHANGES`; by document and place in A (in B if gained).
    """

    counts: dict[str, Count]
    compared: int
    only_a: list[str]
    only_b: list[str]
    other_text: list[str]
    changes: pa.Table

    @property
    def equal(self) -> bool:
        """Whether the same texts hold the same spans with the same values; confidence and meeting do not count."""
        return not self.changes.num_rows

    def most_changed(self, number: int) -> list[tuple[str, int]]:
        """The compared documents with the most changes, and how many; of equal ones the first by name."""
        of_spans = self.changes.filter(self.changes["label"].is_valid())
        found = of_spans.group_by("doc_id").aggregate([([], "count_all")])
        found = found.sort_by([("count_all", "descending"), ("doc_id", "ascending")]).slice(0, number)
        return list(zip(found["doc_id"].to_pylist(), found["count_all"].to_pylist(), strict=True))


class Spans(NamedTuple):
    """The spans of one table in the compared documents, row by row.

    places (pd.DataFrame): at, until: start and end, counted through all documents; label: number in `LABELS`.
    rows (pa.Table): doc_id, the columns `SPAN` and those of the value.
    """

    places: pd.DataFrame
    rows: pa.Table


def diff(a: Path, b: Path, out: Path | None = None) -> Diff:
    """Compare two runs over the same pages, document by document and span by span.

    Only labels of the model are taken for one another: rules find their spans inside and around all others.
    a, b (Path): Folders of the earlier and of the later run.
    out (Path | None): File for the changes, .csv or .parquet; one that is there is replaced. None: write nothing.
    RAISES (PipelineError): When a folder is no complete run in today's layout, or `out` cannot be written.
    """
    if out and out.suffix.lower() not in SUFFIXES:
        raise PipelineError(Errors.E323.format(path=out, suffixes=" or ".join(SUFFIXES)))
    for run in (a, b):
        check(run)
    both = pd.merge(documents(a), documents(b), on="doc_id", how="outer", sort=True, indicator="where")
    both["change"] = both["where"].map({"left_only": "only in A", "right_only": "only in B", "both": "other text"})
    same_text = both["sha256_x"] == both["sha256_y"]
    ids = pa.array(both["doc_id"][same_text].tolist(), pa.string())
    apart = both.loc[~same_text, ["doc_id", "change"]]

    found = [pa.Table.from_pylist(apart.to_dict("records"), SCHEMA)]
    in_a, in_b = Counter[str](), Counter[str]()
    for table in (ENTITIES, *RULE_OF):
        before, after = read(a, table, ids), read(b, table, ids)
        in_a.update(labels(before.rows))
        in_b.update(labels(after.rows))
        found += compare(before, after)
    changes = in_order(pa.concat_tables(found))
    if out:
        write(changes, out)
    only_a, only_b, other_text = (
        apart["doc_id"][apart["change"] == change].tolist() for change in ("only in A", "only in B", "other text")
    )
    return Diff(count(in_a, in_b, changes), len(ids), only_a, only_b, other_text, changes)


def check(run: Path) -> None:
    """RAISES (PipelineError): When a folder is no complete run, or one with a file per table, as they were once."""
    if not (run / "run.json").is_file():
        raise PipelineError(Errors.E320.format(folder=run))
    if not (run / "tables" / ENTITIES).is_dir():
        raise PipelineError(Errors.E321.format(folder=run))


def read_columns(run: Path, table: str, columns: Sequence[str], repeated: Sequence[str] = ()) -> pa.Table:
    """Some columns of a table of a run; those in `repeated` as dictionaries, each text held once.

    RAISES (PipelineError): When a file is damaged or a column is missing.
    """
    try:
        return pq.read_table(run / "tables" / table, columns=columns, read_dictionary=repeated)
    except (pa.ArrowException, OSError) as err:
        problem = " ".join(str(err).split())
        raise PipelineError(Errors.E322.format(folder=run, table=table, problem=problem)) from err


def documents(run: Path) -> pd.DataFrame:
    """The ids of a run's documents and the digests of their texts."""
    return read_columns(run, "documents", ["doc_id", "sha256"]).to_pandas()


def read(run: Path, table: str, ids: pa.Array) -> Spans:
    """The spans of one table in the documents `ids`."""
    rule = RULE_OF.get(table)
    more = [field.column or field.name for field in rule.fields] if rule else ["label"]
    rows = read_columns(run, table, ["doc_id", "start", "end", "text", *more], ["doc_id", "label"])
    if rule:
        rows = rows.append_column("label", pa.repeat(rule.name, len(rows)).dictionary_encode())
    document = numbers(rows["doc_id"], ids)
    if document.null_count:
        rows, document = rows.filter(document.is_valid()), document.drop_null()
    first = document.to_numpy().astype(np.int64) * DOCUMENT
    places = {name: first + rows[edge].to_numpy() for name, edge in (("at", "start"), ("until", "end"))}
    label = numbers(rows["label"], NAMES).to_numpy()
    return Spans(pd.DataFrame(places | {"label": label}), large(rows))


def numbers(column: pa.ChunkedArray, values: pa.Array) -> pa.Array:
    """The place in `values` of each row's text, from a column of dictionaries; null where it is not among them."""
    whole = column.combine_chunks()
    return pc.index_in(whole.dictionary, value_set=values).take(whole.indices)


def large(rows: pa.Table) -> pa.Table:
    """With columns that may hold more than 2 GB of text, as Arrow needs to take rows from them."""
    wide = [field.with_type(pa.large_string()) if field.type == pa.string() else field for field in rows.schema]
    return rows.cast(pa.schema(wide))


def labels(rows: pa.Table) -> dict[str, int]:
    """Number of spans by label."""
    return {found["values"]: found["counts"] for found in rows["label"].value_counts().to_pylist()}


def compare(before: Spans, after: Spans) -> list[pa.Table]:
    """The changes between the spans of one table, one table for each kind of change."""
    a, b = same_place(before.places, after.places)
    relabelled = before.places["label"].to_numpy()[a] != after.places["label"].to_numpy()[b]
    changed = other_value(before.rows, after.rows, a, b)
    lost, gained = without(before.places, a), without(after.places, b)
    moved_a, moved_b = overlapping(lost, gained)
    lost, gained = lost.drop(moved_a), gained.drop(moved_b)
    return [
        to_table("relabelled", before.rows.take(a[relabelled]), after.rows.take(b[relabelled])),
        to_table("changed", before.rows.take(a[changed]), after.rows.take(b[changed])),
        to_table("moved", before.rows.take(moved_a), after.rows.take(moved_b)),
        to_table("lost", before.rows.take(lost.index.to_numpy()), none(after.rows, len(lost))),
        to_table("gained", none(before.rows, len(gained)), after.rows.take(gained.index.to_numpy())),
    ]


def none(rows: pa.Table, number: int) -> pa.Table:
    """Rows that are all null."""
    return rows.take(pa.nulls(number, pa.int64()))


def same_place(before: pd.DataFrame, after: pd.DataFrame) -> tuple[Rows, Rows]:
    """The rows of spans with the same start and end, side by side."""
    both = pd.merge(before.rename_axis("a").reset_index(), after.rename_axis("b").reset_index(), on=["at", "until"])
    return both["a"].to_numpy(), both["b"].to_numpy()


def other_value(before: pa.Table, after: pa.Table, a: Rows, b: Rows) -> npt.NDArray[np.bool_]:
    """Whether the values of spans in the same place differ."""
    differs = np.zeros(len(a), dtype=bool)
    for name in value_columns(before):
        differs |= pc.not_equal(before[name].take(a), after[name].take(b)).to_numpy()
    return differs


def value_columns(rows: pa.Table) -> list[str]:
    """The columns that hold the value of a rule's spans."""
    return [name for name in rows.column_names if name not in ("doc_id", *SPAN)]


def without(places: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """All but some rows."""
    kept = np.ones(len(places), dtype=bool)
    kept[rows] = False
    return places[kept]


def overlapping(before: pd.DataFrame, after: pd.DataFrame) -> tuple[Rows, Rows]:
    """The rows of spans of one label that overlap, side by side, each in one pair at most.

    Those with most characters in common are paired first; of equal ones those that come first.
    """
    pairs = touching(before, after).sort_values("common", ascending=False, kind="stable")
    made = [pairs[:0]]
    while len(pairs):
        made.append(pairs[~pairs["a"].duplicated() & ~pairs["b"].duplicated()])
        pairs = pairs[~pairs["a"].isin(made[-1]["a"]) & ~pairs["b"].isin(made[-1]["b"])]
    found = pd.concat(made)
    return found["a"].to_numpy(), found["b"].to_numpy()


def touching(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """All pairs of spans of one label with characters in common, by place: rows a and b, number of characters."""
    (rows_a, at_a, until_a), (rows_b, at_b, until_b) = by_label(before), by_label(after)
    first = np.searchsorted(np.maximum.accumulate(until_b), at_a, "right")
    number = np.maximum(np.searchsorted(at_b, until_a) - first, 0)
    a = np.repeat(np.arange(len(number)), number)
    b = np.arange(len(a)) - np.repeat(np.cumsum(number) - number - first, number)
    common = np.minimum(until_a[a], until_b[b]) - np.maximum(at_a[a], at_b[b])
    pairs = pd.DataFrame({"a": rows_a[a], "b": rows_b[b], "common": common})
    return pairs[pairs["common"] > 0]


def by_label(places: pd.DataFrame) -> tuple[Rows, Rows, Rows]:
    """Row, start and end of spans by label and place, those of two labels far apart."""
    label = places["label"].to_numpy().astype(np.int64) * LABEL
    at, until = label + places["at"].to_numpy(), label + places["until"].to_numpy()
    order = np.lexsort((until, at))
    return places.index.to_numpy()[order], at[order], until[order]


def to_table(change: str, before: pa.Table, after: pa.Table) -> pa.Table:
    """Changes of one kind from the rows of the runs, side by side; a row that is all null is no span."""
    made = {
        "doc_id": pc.coalesce(after["doc_id"].cast(pa.string()), before["doc_id"].cast(pa.string())),
        "change": pa.repeat(change, len(after)),
        "label": pc.coalesce(after["label"].cast(pa.string()), before["label"].cast(pa.string())),
    }
    values = other_fields(before, after) if change == "changed" else (pa.nulls(len(after)), pa.nulls(len(after)))
    for side, rows, value in zip(("before", "after"), (before, after), values, strict=True):
        made |= {f"{name}_{side}": rows[name] for name in SPAN} | {f"value_{side}": value}
    return pa.table(made).cast(SCHEMA)


def other_fields(before: pa.Table, after: pa.Table) -> tuple[pa.Array, pa.Array]:
    """The fields of values that differ, as JSON."""
    names = value_columns(before)
    made: tuple[list[str], list[str]] = [], []
    for old, new in zip(before.select(names).to_pylist(), after.select(names).to_pylist(), strict=True):
        for side, value in zip(made, (old, new), strict=True):
            fields = {name: value[name] for name in names if old[name] != new[name]}
            side.append(json.dumps(fields, ensure_ascii=False, default=str))
    return pa.array(made[0], pa.string()), pa.array(made[1], pa.string())


def in_order(changes: pa.Table) -> pa.Table:
    """By document and place, in A if there is one."""
    keys = {name: changes[name] for name in ("doc_id", "label", "change")}
    keys |= {edge: pc.coalesce(changes[f"{edge}_before"], changes[f"{edge}_after"]) for edge in ("start", "end")}
    order = [(name, "ascending") for name in ("doc_id", "start", "end", "label", "change")]
    return changes.take(pc.sort_indices(pa.table(keys), order))


def count(in_a: Counter[str], in_b: Counter[str], changes: pa.Table) -> dict[str, Count]:
    """The figures of every label."""
    groups = changes.group_by(["change", "label_before", "label_after"]).aggregate([([], "count_all")]).to_pylist()
    number = Counter[tuple[str, str, str]]()
    for group in groups:
        for side in ("before", "after"):
            number[group["change"], side, group[f"label_{side}"]] += group["count_all"]
    made = {}
    for label in (label.name for label in LABELS):
        changed, moved = number["changed", "after", label], number["moved", "after", label]
        away, here = number["relabelled", "before", label], number["relabelled", "after", label]
        lost, gained = number["lost", "before", label], number["gained", "after", label]
        same = in_a[label] - changed - moved - away - lost
        made[label] = Count(in_a[label], in_b[label], same, changed, moved, away, here, lost, gained)
    return made


def write(changes: pa.Table, out: Path) -> None:
    """Write changes as Parquet or as CSV, like the tables of a run.

    RAISES (PipelineError): When the disk or the rights do not allow it.
    """
    try:
        with atomic(out) as path:
            if out.suffix.lower() == ".parquet":
                with path.open("wb") as file:  # a path would be encoded by the locale
                    pq.write_table(changes, file)
            else:
                with path.open("w", encoding="utf-8-sig", newline="") as file:
                    writer = csv.writer(file)
                    writer.writerow(changes.column_names)
                    for batch in changes.to_batches(CSV_ROWS):
                        writer.writerows([neutral(value) for value in row.values()] for row in batch.to_pylist())
    except OSError as err:
        raise PipelineError(Errors.E303.format(path=out, cause=err.strerror or err)) from err
