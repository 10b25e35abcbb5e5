"""The tables: their columns, types and meaning. Everything that writes or checks a table reads it from here."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.errors import Errors, PipelineError
from pipeline.labels import LEARNED, RULES

ARROW = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime.date: pa.date32(),
}


@dataclass(frozen=True)
class Column:
    """name (str), type (type): a key of ARROW, definition (str): one line, optional (bool): may be empty."""

    name: str
    type: type
    definition: str
    optional: bool = False


DOC_ID = Column("doc_id", str, "The document, unique in the run: its path below the folder that was given.")
PLACE_IN_TEXT = (
    Column("start", int, "First character in the document's text (annotated/*.jsonl), counted from 0."),
    Column("end", int, "Character after the last."),
    Column("page", int, "Page of the PDF, counted from 1.", optional=True),
    Column("section", str, "Part of the page it stands in: `minutes`, `decision`, `purpose` and so on."),
    Column("sentence", str, "The sentence or line around it, on one line."),
)
MEETING = (
    Column("body", str, "Committee or other body that met."),
    Column("meeting_date", datetime.date, "Day of the meeting.", optional=True),
    Column("council", str, "Council, where the page states it."),
    Column("item_number", str, "Number of the agenda item as written."),
    Column("item_title", str, "Title of the agenda item."),
)
SPAN = (DOC_ID, *PLACE_IN_TEXT, Column("text", str, "The words as they stand in the text."))

TABLES: dict[str, tuple[Column, ...]] = {
    "documents": (
        DOC_ID,
        Column("source", str, "The file it was read from."),
        Column("reader", str, "Format it was read as."),
        Column("encoding", str, "Character encoding; empty where the format settles it."),
        Column("kind", str, "Kind of page: `agenda_item`, `issue_history`, `whole_meeting` and so on."),
        Column("title", str, "Title of the page or of its first item."),
        Column("meetings", int, "Meetings found in it."),
        *MEETING[:3],
        Column("characters", int, "Length of the text."),
        Column("words", int, "Words, split at white space."),
        *(Column(label.name.lower(), int, f"Number of {label.name} spans.") for label in (*LEARNED, *RULES)),
        Column("sha256", str, "Digest of the text in UTF-8."),
    ),
    "entities": (
        *SPAN,
        Column("label", str, ", ".join(label.name for label in LEARNED[:-1]) + f" or {LEARNED[-1].name}."),
        Column(
            "confidence",
            float,
            "Share of entities with this number that are right, from 0 to 1; calibrated on the dev split.",
            optional=True,
        ),
        *MEETING,
        Column("model", str, "Folder and digest of the model that found it."),
    ),
    **{
        label.spans_key: (
            *SPAN,
            *(Column(f.column or f.name, f.type, f.definition) for f in label.fields),
            *MEETING,
            Column("rule", str, "Id of the rule that found it."),
        )
        for label in RULES
    },
    "failures": (
        Column("source", str, "The file, and the row in it where there are rows."),
        Column("reader", str, "Format it was read as."),
        Column("cause", str, "What went wrong."),
        Column("next_step", str, "What to do about it."),
    ),
}


def arrow_schema(table: str) -> pa.Schema:
    """The table's Arrow schema; each field carries its definition."""
    return pa.schema(
        [
            pa.field(c.name, ARROW[c.type], nullable=c.optional, metadata={"definition": c.definition})
            for c in TABLES[table]
        ]
    )


def to_arrow(table: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Check rows against the schema and make a table of them.

    RAISES (PipelineError): For a missing or unknown column, or a value of the wrong type. Our fault.
    """
    schema, rows = arrow_schema(table), list(rows)
    names = set(schema.names)
    for row in rows:
        if row.keys() != names:
            odd = sorted(row.keys() ^ names)
            raise PipelineError(Errors.E304.format(table=table, problem=f"missing or unknown columns {odd}"))
    try:
        made = pa.Table.from_pylist(rows, schema=schema)
        made.validate(full=True)
    except (pa.ArrowException, TypeError, ValueError) as err:
        raise PipelineError(Errors.E304.format(table=table, problem=err)) from err
    for column in TABLES[table]:
        if not column.optional and made.column(column.name).null_count:
            raise PipelineError(Errors.E304.format(table=table, problem=f"{column.name} is empty in some rows"))
    return made
