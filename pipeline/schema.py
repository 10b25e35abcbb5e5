"""The tables: their columns, types and meaning. Everything that writes or checks a table reads it from here."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.errors import Errors, PipelineError
from pipeline.joins import FIGURES, NAME, PEOPLE, RECORD
from pipeline.labels import LEARNED, RULES, Field

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


def columns(fields: Iterable[Field], required: Iterable[str] = ()) -> tuple[Column, ...]:
    """The columns of a join, which may be empty but for those that are named."""
    return tuple(Column(f.name, f.type, f.definition, f.name not in required) for f in fields)


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
        *columns(NAME),
        *MEETING,
        Column("model", str, "Folder and digest of the model that found it."),
    ),
    **{
        label.spans_key: (
            *SPAN,
            *(Column(f.column or f.name, f.type, f.definition) for f in label.fields),
            *(columns(RECORD) if label.spans_key == "resolutions" else ()),
            *MEETING,
            Column("rule", str, "Id of the rule that found it."),
        )
        for label in RULES
    },
    "people": (*SPAN, *columns(PEOPLE[2:], [f.name for f in PEOPLE]), *MEETING),
    "figures": (
        *SPAN,
        *columns(FIGURES[2:], ("kind", "low", "high", "unit", "comparator", "change", "rule")),
        *MEETING,
    ),
    "failures": (
        Column("source", str, "The file, and the row in it where there are rows."),
        Column("reader", str, "Format it was read as."),
        Column("cause", str, "What went wrong."),
        Column("next_step", str, "What to do about it."),
    ),
}

REGISTERED = (
    Column("id", str, "The entry, unique in its register and the same in every run over the same texts."),
    Column("council", str, "Council; empty where no page with a mention states it."),
    Column("name", str, "The fullest form of the name, as most documents write it."),
    Column("mentions", int, "Mentions joined to the entry; each is a row of `mentions`."),
    Column("documents", int, "Documents with a mention."),
    Column("first_meeting", datetime.date, "First day of a meeting at which it is mentioned.", optional=True),
    Column("last_meeting", datetime.date, "Last day of a meeting at which it is mentioned.", optional=True),
    Column("confidence", float, "Least confidence of the joins between its mentions; 1 where all forms are one."),
    Column("doc_id", str, "Document of the mention that gave the name."),
    Column("start", int, "First character of that mention."),
    Column("end", int, "Character after the last."),
)
REGISTERS: dict[str, tuple[Column, ...]] = {
    "strategies": (
        *REGISTERED[:3],
        Column("period", str, "The years that its name states, `2019-2022` or `2019`; empty if none."),
        Column("first_day", datetime.date, "First day of that period.", optional=True),
        Column("last_day", datetime.date, "Last day of that period, inclusive.", optional=True),
        *REGISTERED[3:7],
        Column("actions", str, "What was decided upon it, by day: `2019-03-05 approve; 2020-06-16 note`."),
        *REGISTERED[7:],
    ),
    "providers": REGISTERED,
    "places": (
        *REGISTERED[:3],
        Column("ons_code", str, "ONS (GSS) code of the area with this name; none where ambiguous.", optional=True),
        Column("ons_name", str, "Name of that area.", optional=True),
        Column("ons_kind", str, "Kind of area: `county`, `unitary`, `london_borough` and so on.", optional=True),
        *REGISTERED[3:],
    ),
    "mentions": (
        Column("register", str, "`strategies`, `providers` or `places`."),
        Column("id", str, "The entry there."),
        *SPAN[:3],
        SPAN[-1],
        Column("joined_by", str, "Rule that joins the mention with the form that is the evidence."),
        Column(
            "evidence_doc_id",
            str,
            "Document of that form: the mention's own, or for the mention that is the form there, that of the entry's "
            "name or of the acronym's introduction.",
        ),
        Column("evidence_start", int, "First character of that form."),
        Column("evidence_end", int, "Character after the last."),
        Column("confidence", float, "Share of joins by this rule that are right, measured on dev documents."),
    ),
    "actions": (
        Column("id", str, "The entry in `strategies`."),
        Column(
            "how",
            str,
            "`object`: it is decided upon; `about`: what is decided upon is about it; `clause`: it is named, and it "
            "is not known what is decided upon; `beside`: it is named, and another thing is decided upon; "
            "`item_title`: the decision is upon the item, whose title it is.",
        ),
        DOC_ID,
        Column("start", int, "First character of the resolution."),
        Column("end", int, "Character after the last."),
        Column("outcome", str, "What was decided: `approve`, `note` and so on; empty if unclear."),
        Column("clause", str, "The clause."),
        *MEETING[:2],
        Column("evidence_start", int, "First character of the mention of the strategy."),
        Column("evidence_end", int, "Character after the last."),
        Column(
            "confidence", float, "Share of decisions of this `how` that are of this kind, measured on dev documents."
        ),
    ),
}


ALL = {**TABLES, **REGISTERS}


def columns_of(table: str) -> tuple[Column, ...]:
    """The columns of a table of documents or of a register."""
    return ALL[table]


def arrow_schema(table: str) -> pa.Schema:
    """The table's Arrow schema; each field carries its definition."""
    return pa.schema(
        [
            pa.field(c.name, ARROW[c.type], nullable=c.optional, metadata={"definition": c.definition})
            for c in columns_of(table)
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
    for column in columns_of(table):
        if not column.optional and made.column(column.name).null_count:
            raise PipelineError(Errors.E304.format(table=table, problem=f"{column.name} is empty in some rows"))
    return made
