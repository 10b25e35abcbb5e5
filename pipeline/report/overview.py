"""The figures of the report's first view."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.labels import LABELS
from pipeline.report.payload import Frame
from pipeline.results import Results

VIEW_OF = {  # where the spans of a label are listed
    "ROLE": "role-mentions",
    "PLACE": "place-mentions",
    "PROVIDER": "provider-mentions",
    "STRATEGY": "strategy-mentions",
    "PERCENTAGE": "percentages",
    "DATE_RANGE": "periods",
    "RESOLUTION": "decisions",
}
Counts = list[tuple[str, int]]


def overview(results: Results, made: Sequence[Frame]) -> dict[str, Any]:
    """Counts for the tiles and the charts; each is as often in the tables."""
    frames = {one.view.id: one.rows for one in made}
    documents, decisions, failures = (frames.get(name) for name in ("documents", "decisions", "failures"))
    days = results.read("documents", ("meeting_date",))
    years = counted(pc.coalesce(pc.cast(pc.year(days["meeting_date"]), pa.string()), ""))
    councils = by_number(counted(values(documents, "council")))
    return {
        "run": results.folder.resolve().name,
        "model": str(results.record.get("model") or ""),
        "version": str((results.record.get("versions") or {}).get("minutes-pipeline") or ""),
        "words": results.record.get("words") or 0,
        "documents": len(documents) if documents is not None else 0,
        "first_day": day(pc.min(days["meeting_date"]).as_py()),
        "last_day": day(pc.max(days["meeting_date"]).as_py()),
        "councils": councils,
        "years": sorted(years.items()),
        "labels": [
            {"name": label.name, "view": VIEW_OF[label.name], "about": label.definition, "count": number}
            for label in LABELS
            if (number := len(rows) if (rows := frames.get(VIEW_OF[label.name])) is not None else 0)
        ],
        "outcomes": by_number(counted(values(decisions, "outcome"))),
        "failures": by_number(counted(values(failures, "cause"))),
        "registers": {name: len(rows) for name in ("strategies", "providers", "places") if (rows := frames.get(name))},
        "persons": distinct(frames.get("people"), ("person", "d")),
    }


def values(rows: pa.Table | None, column: str) -> pa.ChunkedArray | pa.Array:
    """A column; empty texts where it is left out because it says nothing."""
    if rows is None:
        return pa.array([], pa.string())
    return rows[column] if column in rows.column_names else pa.repeat("", len(rows))


def counted(found: Iterable[pa.Scalar]) -> Counter[str]:
    """How often each text is there; no text counts as an empty one."""
    return Counter(value.as_py() or "" for value in found)


def by_number(found: Counter[str]) -> Counts:
    """The most frequent first, then by name; what is not stated comes last."""
    return sorted(found.items(), key=lambda one: (not one[0], -one[1], one[0]))


def distinct(rows: pa.Table | None, columns: Sequence[str]) -> int:
    """How many different values some columns have together."""
    return len(rows.group_by(columns).aggregate([])) if rows is not None else 0


def day(value: Any) -> str:
    return value.isoformat() if value else ""
