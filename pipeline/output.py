"""What a run writes: parts of documents, each with its rows, and at the end the tables in one piece."""

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.documents import read_docbin, to_docbin, to_page_name
from pipeline.earlier import Earlier, Manifest, Part, Parts, Place, sha256_of
from pipeline.errors import Errors, PipelineError
from pipeline.keys import Keys
from pipeline.labels import LABELS
from pipeline.log import event
from pipeline.planning import Item, Piece
from pipeline.readers import ReadFailure
from pipeline.registers import build
from pipeline.schema import REGISTERS, TABLES, to_arrow
from pipeline.tasks import Annotated, Failed, Result
from pipeline.writers import FORMATS, atomic

SHOWN_FAILURES = 5  # in run.json and on screen; the table `failures` has all
SPAN_COLUMNS = {label.name.lower(): label.name for label in LABELS}  # of the table `documents`
EMPTY = {message.cause for message in (Errors.E106, Errors.E108, Errors.E117, Errors.E157)}


class Output:
    """Writes parts to a folder and counts what is in them.

    folder (Path): Where to write. keys (Keys), html (bool): What the results depend on.
    earlier (Earlier): Where known documents are taken from.
    """

    def __init__(self, folder: Path, keys: Keys, html: bool, earlier: Earlier):
        self.folder = folder
        self.keys = keys
        self.html = html
        self.parts = Parts(earlier.paths)
        self.documents = self.reused = self.failed = self.empty = self.words = 0
        self.spans: Counter[str] = Counter()
        self.first_failures: list[str] = []
        self.names: list[str] = []
        self.pages: set[str] = set()
        self.files: list[dict[str, Any]] = []
        self.registers: dict[str, str] = {}

    def write(self, items: Sequence[Item], results: Sequence[Result | None], pieces: Sequence[Piece]) -> None:
        """Write a part: its files, then its manifest."""
        name = part_name(len(self.names), items, self.keys)
        made = PartContent(self.parts, items, results)
        if (part := made.is_copy_of()) is not None:
            manifest = replace(part.manifest, files=copy(part, self.folder, name))
        else:
            manifest = Manifest(self.keys.model, self.keys.rules, self.html, made.texts)
            manifest.words, manifest.spans, files = made.write(self.folder, name)
            manifest.files = {path.relative_to(self.folder).as_posix(): sha256_of(path) for path in files}
            manifest.failed, manifest.empty = len(made.failures), sum(row["cause"] in EMPTY for row in made.failures)
        if self.html:
            made.write_pages(self.folder)
            self.pages.update(to_page_name(doc_id) for doc_id, _, _ in made.texts)
        manifest.html, manifest.sources = self.html, sources(pieces, made.is_failed)
        with atomic(self.folder / "manifest" / f"{name}.json") as path:
            manifest.write(path)
        self.names.append(name)
        self.count(manifest, made)
        event("part written", part=name, documents=len(made.texts), reused=made.reused, failed=manifest.failed)
        for row in made.failures:
            event("failed", **row)

    def count(self, manifest: Manifest, made: "PartContent") -> None:
        """Add a part to the counts of the run."""
        self.documents += len(manifest.texts)
        self.reused += made.reused
        self.failed += manifest.failed
        self.empty += manifest.empty
        self.words += manifest.words
        self.spans.update(manifest.spans)
        shown = [f"{row['source']}: {row['cause']}. {row['next_step']}" for row in made.failures]
        self.first_failures = [*self.first_failures, *shown][:SHOWN_FAILURES]
        self.files.append({"documents": len(manifest.texts), "failed": manifest.failed, "sha256": manifest.files})

    def close(self, formats: Iterable[str]) -> None:
        """Remove what is left of an earlier try and was not written now; then write what is made from all parts.

        formats (Iterable[str]): Of the tables in one piece, beside Parquet.
        """
        wanted = {file for part in self.files for file in part["sha256"]}
        wanted |= {f"manifest/{name}.json" for name in self.names} | {f"html/{page}" for page in self.pages}
        for path in sorted(self.folder.rglob("*"), reverse=True):  # what is in a folder comes before the folder
            if path.is_dir():
                with suppress(OSError):
                    path.rmdir()  # if it is empty
            elif path.parent != self.folder and path.relative_to(self.folder).as_posix() not in wanted:
                path.unlink()
        made = build(self.folder, self.names)
        self.registers = {path.relative_to(self.folder).as_posix(): sha256_of(path) for path in made}
        with ExitStack() as stack:
            writers = [FORMATS[name](self.folder / "tables", stack) for name in formats if name in FORMATS]
            for table in TABLES if writers else ():
                for name in self.names:
                    rows = pq.read_table(self.folder / "tables" / table / f"{name}.parquet", partitioning=None)
                    for writer in writers:
                        writer.write(table, rows)
            for table, path in zip(REGISTERS, made, strict=True) if writers else ():
                with pq.ParquetFile(path) as file:
                    for batch in file.iter_batches():
                        for writer in writers:
                            writer.write(table, pa.Table.from_batches([batch]))

    def fill(self, report: Any) -> None:
        """Put the counts into the run's report."""
        for name in ("documents", "reused", "failed", "empty", "words", "first_failures"):
            setattr(report, name, getattr(self, name))
        report.spans = {label.name: self.spans[label.name] for label in LABELS}
        report.parts = self.files
        report.registers = self.registers


def part_name(number: int, items: Iterable[Item], keys: Keys) -> str:
    """The number, for the order, and a digest of what the part is made from: no part is written over another."""
    sha256 = hashlib.sha256(f"{keys.model} {keys.rules}".encode())
    for item in items:
        sha256.update((item.digest or f"{item.row} {item.failure}").encode("utf8", "surrogatepass"))
    return f"part-{number:05}-{sha256.hexdigest()[:8]}"


def copy(part: Part, folder: Path, name: str) -> dict[str, str]:
    """Put a finished part into a folder under another name. RETURNS (dict[str, str]): Its files, as in Manifest."""
    files = {}
    for file, sha256 in part.manifest.files.items():
        new = file.replace(part.name, name)
        if part.folder / file != folder / new:
            with atomic(folder / new) as path:
                shutil.copyfile(part.folder / file, path)
        files[new] = sha256
    return files


class PartContent:
    """What goes into one part.

    parts (Parts): Where known documents are taken from. items, results: Of the part, side by side.
    """

    def __init__(self, parts: Parts, items: Sequence[Item], results: Sequence[Result | None]):
        self.parts = parts
        self.texts: list[tuple[str, str, int]] = []
        self.made: list[Annotated | Place] = []
        self.failures: list[dict[str, Any]] = []
        self.is_failed: list[bool] = []
        try:
            self.tables = to_tables(results)
        except PipelineError:
            results = [refused(result) if isinstance(result, Annotated) else result for result in results]
            self.tables = to_tables(results)
        for item, result in zip(items, results, strict=True):
            self.add(item, result)

    @property
    def reused(self) -> int:
        """How many documents are taken over."""
        return sum(isinstance(one, Place) for one in self.made)

    def add(self, item: Item, result: Result | None) -> None:
        """Take an item with its result."""
        failure: Failed | ReadFailure | None = item.failure or (result if isinstance(result, Failed) else None)
        self.is_failed.append(failure is not None)
        if failure is not None:
            fields = {"reader": item.reader, "cause": failure.cause, "next_step": failure.next_step}
            self.failures.append({"source": item.row, **fields})
            return
        self.texts.append((item.doc_id, item.digest, item.characters))
        if isinstance(result, Annotated):
            self.made.append(result)
        elif item.place:
            self.made.append(item.place)

    def is_copy_of(self) -> Part | None:
        """The finished part that holds just these documents, if there is one."""
        places = [one for one in self.made if isinstance(one, Place)]
        if not places or len(places) < len(self.made) or self.failures:
            return None
        part = self.parts[places[0].part]
        every = [Place(places[0].part, row) for row in range(len(part.manifest.texts))]
        return part if places == every and not part.manifest.failed else None

    def write(self, folder: Path, name: str) -> tuple[int, dict[str, int], list[Path]]:
        """Write all but pages and manifest.

        RETURNS (tuple[int, dict[str, int], list[Path]]): Words, spans by label, and what was written.
        """
        lines: list[str] = []
        merged = to_docbin([])
        tables: dict[str, list[pa.Table]] = {table: [to_arrow(table, [])] for table in TABLES}
        tables["failures"].append(to_arrow("failures", self.failures))
        at = dict.fromkeys(self.tables, 0)
        for one in self.made:
            if isinstance(one, Place):
                part = self.parts[one.part]
                line, docbin = part.lines[one.row], part.docbin(one.row)
                for table in part.tables:
                    tables[table].append(part.rows(table, one.row))
            else:
                line, docbin = one.line, read_docbin(one.docbin)
                for table, rows in one.rows.items():
                    tables[table].append(self.tables[table].slice(at[table], len(rows)))
                    at[table] += len(rows)
            lines.append(line)
            merged.merge(docbin)
        files = []
        if lines:
            files += [folder / "annotated" / f"{name}.jsonl", folder / "docs" / f"{name}.spacy"]
            with atomic(files[0]) as path, path.open("w", encoding="utf8", newline="\n") as file:
                file.writelines(lines)
            with atomic(files[1]) as path:
                merged.to_disk(path)
        whole = {table: pa.concat_tables(pieces).combine_chunks() for table, pieces in tables.items()}
        for table, made in whole.items():
            files.append(folder / "tables" / table / f"{name}.parquet")
            with atomic(files[-1]) as path, path.open("wb") as file:  # a path would be encoded by the locale
                pq.write_table(made, file)
        words, *spans = (sum(whole["documents"].column(name).to_pylist()) for name in ("words", *SPAN_COLUMNS))
        return words, dict(zip(SPAN_COLUMNS.values(), spans, strict=True)), files

    def write_pages(self, folder: Path) -> None:
        """The HTML pages."""
        for (doc_id, _, _), one in zip(self.texts, self.made, strict=True):
            path = folder / "html" / to_page_name(doc_id)
            path.parent.mkdir(parents=True, exist_ok=True)
            if not isinstance(one, Place):
                path.write_text(one.page, "utf8")
            elif (page := self.parts[one.part].page(one.row)) != path:
                shutil.copyfile(page, path)


def to_tables(results: Iterable[Result | None]) -> dict[str, pa.Table]:
    """The rows of results, by table, one result after the other. RAISES (PipelineError): Where the schema is broken."""
    every: dict[str, list[Any]] = {table: [] for table in TABLES if table != "failures"}
    for result in results:
        for table, rows in result.rows.items() if isinstance(result, Annotated) else ():
            every[table] += rows
    return {table: to_arrow(table, rows) for table, rows in every.items()}


def refused(result: Annotated) -> Result:
    """A result, or a failure if the schema refuses its rows."""
    try:
        to_tables([result])
    except PipelineError as err:
        return Failed(Errors.E405.cause.format(error=err), Errors.E405.next_step)
    return result


def sources(pieces: Iterable[Piece], is_failed: Sequence[bool]) -> list[tuple[str, int, int, bool]]:
    """The files of a part, as in Manifest; those with a failure have no digest."""
    made, first = [], 0
    for piece in pieces:
        failed = is_failed[first : first + piece.items]
        made.append(("" if any(failed) else piece.digest, failed.count(False), piece.before, piece.ends))
        first += piece.items
    return made
