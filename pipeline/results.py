"""What a finished run holds, for the commands that read it: its record, its tables, its documents."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from pipeline.errors import Errors, PipelineError
from pipeline.schema import REGISTERS, TABLES
from pipeline.stage import REPORT, read_json
from pipeline.writers import STAGE

KNOWN = (*TABLES, *REGISTERS)


@dataclass(frozen=True)
class Results:
    """A finished run.

    folder (Path): Its folder. record (dict): What run.json says.
    tables (dict[str, list[Path]]): The Parquet files of every table that is there, those that we know first.
    """

    folder: Path
    record: dict[str, Any]
    tables: dict[str, list[Path]]

    def dataset(self, table: str) -> ds.Dataset:
        """A table, of which nothing is read yet. RAISES (PipelineError): When a file is damaged."""
        try:
            return ds.dataset([str(path) for path in self.tables[table]], format="parquet")
        except (pa.ArrowException, OSError) as err:
            raise self.damaged(table, err) from err

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Some columns of a table, all by default, as far as they are there.

        RAISES (PipelineError): When a file is damaged.
        """
        data = self.dataset(table)
        there = [name for name in columns if name in data.schema.names] if columns is not None else None
        try:
            return data.to_table(there)
        except (pa.ArrowException, OSError) as err:
            raise self.damaged(table, err) from err

    def damaged(self, table: str, err: Exception) -> PipelineError:
        return PipelineError(Errors.E322.format(folder=self.folder, table=table, problem=" ".join(str(err).split())))

    def documents(self) -> Iterator[dict[str, Any]]:
        """The documents as in annotated/*.jsonl, in the order of the table `documents`.

        RAISES (PipelineError): When a line is no document.
        """
        for path in sorted((self.folder / "annotated").glob("*.jsonl")):
            with path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    yield document(path, number, line)


def document(path: Path, number: int, line: bytes) -> dict[str, Any]:
    """RAISES (PipelineError): When the line is no document."""
    try:
        found = json.loads(line)
        if isinstance(found["text"], str) and isinstance(found["spans"], list) and found["meta"]["id"]:
            return dict(found)
    except (ValueError, RecursionError, TypeError, KeyError):
        pass
    raise PipelineError(Errors.E704.format(path=path, number=number))


def open_results(folder: Path) -> Results:
    """RAISES (PipelineError): When there is no run, an unfinished one, one of an earlier version, or an empty one."""
    if not (folder / REPORT).is_file():
        begun = (folder / STAGE).is_dir()
        raise PipelineError((Errors.E702 if begun else Errors.E701).format(folder=folder))
    found = {path.name: sorted(path.glob("*.parquet")) for path in (folder / "tables").glob("*") if path.is_dir()}
    if not found.get("documents"):
        raise PipelineError(Errors.E321.format(folder=folder))
    order = sorted(found, key=lambda name: (KNOWN.index(name) if name in KNOWN else len(KNOWN), name))
    made = Results(folder, read_json(folder / REPORT), {name: found[name] for name in order if found[name]})
    if not any(made.dataset(table).count_rows() for table in ("documents", "failures") if table in made.tables):
        raise PipelineError(Errors.E703.format(folder=folder))
    return made
