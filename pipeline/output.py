"""What a run writes: texts go in, are annotated in batches and written in parts."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from spacy.language import Language

from pipeline.documents import new_doc, to_docbin, to_html, to_json
from pipeline.errors import Errors
from pipeline.frames import rows_of
from pipeline.labels import LABELS
from pipeline.nlp import model_name
from pipeline.readers import ReadFailure, Record
from pipeline.schema import to_arrow
from pipeline.writers import TableWriter, atomic

BATCH_DOCUMENTS, BATCH_CHARACTERS = 64, 200_000  # annotated together
PART_DOCUMENTS, PART_CHARACTERS = 500, 5_000_000  # in one file of annotated/ and docs/: held in memory until written
SHOWN_FAILURES = 5  # in run.json and on screen; the table `failures` has all


class Pending(NamedTuple):
    """A text to annotate. source (str): its file, and row where there are rows; record (dict): as in `doc._.record`."""

    text: str
    doc_id: str
    source: str
    record: dict[str, Any]


class Part:
    """Annotated documents, ready to be written."""

    def __init__(self, nlp: Language, pending: Sequence[Pending], html: bool):
        """Annotate; whatever can go wrong with a document goes wrong here, before anything of it is written."""
        docs = list(nlp.pipe([new_doc(nlp, p.text, p.doc_id, p.record) for p in pending]))
        self.lines = [json.dumps(to_json(doc), ensure_ascii=False) + "\n" for doc in docs]
        self.docbin = to_docbin(docs)
        self.pages = [(doc._.id, to_html(doc)) for doc in docs] if html else []
        rows = rows_of(docs, model_name(nlp))
        self.tables = [(table, to_arrow(table, made)) for table, made in rows.items()]
        self.documents = len(docs)
        self.characters = sum(row["characters"] for row in rows["documents"])
        self.words = sum(row["words"] for row in rows["documents"])
        self.spans = Counter({x.name: sum(row[x.name.lower()] for row in rows["documents"]) for x in LABELS})


class Output:
    """Takes texts and failures and writes documents, tables and pages to a folder.

    nlp (Language): What annotates.
    folder (Path): Where to write.
    tables (list[TableWriter]): Where the rows go.
    html (bool): Whether to write pages.
    """

    def __init__(self, nlp: Language, folder: Path, tables: list[TableWriter], html: bool):
        self.nlp = nlp
        self.folder = folder
        self.tables = tables
        self.html = html
        self.names = PageNames()
        self.pending: list[Pending] = []
        self.parts: list[Part] = []
        self.failures: list[dict[str, str]] = []
        self.written = self.documents = self.failed = self.words = 0
        self.spans: Counter[str] = Counter()
        self.first_failures: list[str] = []

    def add(self, doc_id: str, source: Path, item: Record | ReadFailure) -> None:
        """Take one text or failure; annotate and write when there is enough."""
        shown = str(source).encode("utf8", "backslashreplace").decode("utf8")
        row = f"{shown}#{item.name}" if item.name else shown
        if isinstance(item, ReadFailure):
            self.fail(row, item.reader, item.cause, item.next_step)
            return
        record = {
            "source": shown,
            "reader": item.reader,
            "encoding": item.encoding,
            "metadata": item.metadata,
            "pages": [list(page) for page in item.pages],
        }
        self.pending.append(Pending(item.text, doc_id, row, record))
        if len(self.pending) >= BATCH_DOCUMENTS or sum(len(p.text) for p in self.pending) >= BATCH_CHARACTERS:
            self.annotate()
        if (
            sum(part.documents for part in self.parts) >= PART_DOCUMENTS
            or sum(part.characters for part in self.parts) >= PART_CHARACTERS
        ):
            self.write()

    def close(self) -> None:
        """Annotate and write what is left."""
        self.annotate()
        self.write()

    def fail(self, source: str, reader: str, cause: str, next_step: str) -> None:
        self.failures.append({"source": source, "reader": reader, "cause": cause, "next_step": next_step})
        self.failed += 1
        if len(self.first_failures) < SHOWN_FAILURES:
            self.first_failures.append(f"{source}: {cause}. {next_step}")

    def annotate(self) -> None:
        """Annotate what is pending; when a text breaks the batch, each is tried alone and that one is a failure."""
        pending, self.pending = self.pending, []
        try:
            parts = [Part(self.nlp, pending, self.html)]
        except Exception:
            parts = []
            for one in pending:
                try:
                    parts.append(Part(self.nlp, [one], self.html))
                except Exception as err:
                    cause = Errors.E405.cause.format(error=" ".join(str(err).split()))
                    self.fail(one.source, one.record["reader"], cause, Errors.E405.next_step)
        for part in parts:
            self.documents += part.documents
            self.words += part.words
            self.spans.update(part.spans)
        self.parts += parts

    def write(self) -> None:
        """Write what is annotated as one part, and its rows and the failures to the tables."""
        parts, self.parts = self.parts, []
        failures, self.failures = self.failures, []
        if any(part.documents for part in parts):
            name = f"part-{self.written:05}"
            self.written += 1
            with atomic(self.folder / "annotated" / f"{name}.jsonl") as path, path.open("w", encoding="utf8") as file:
                file.writelines(line for part in parts for line in part.lines)
            with atomic(self.folder / "docs" / f"{name}.spacy") as path:
                merged = parts[0].docbin
                for part in parts[1:]:
                    merged.merge(part.docbin)
                merged.to_disk(path)
        for doc_id, page in (page for part in parts for page in part.pages):
            with atomic(self.folder / "html" / self.names.name(doc_id)) as path:
                path.write_text(page, "utf8")
        for writer in self.tables:
            for table, rows in (rows for part in parts for rows in part.tables):
                writer.write(table, rows)
            writer.write("failures", to_arrow("failures", failures))


class PageNames:
    """File names for the HTML pages, good on any system and each used once."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def name(self, doc_id: str) -> str:
        """The id as a path: `/` makes folders; where other characters had to go, a digest keeps names apart."""
        parts = [part for part in doc_id.split("/") if part.strip(". ")]
        clean = "/".join("".join(c if c.isalnum() or c in " ._-~()," else "_" for c in part)[:80] for part in parts)
        name, number = clean, 1
        while name.casefold() in self.used or (number == 1 and clean != doc_id):
            digest = hashlib.sha256(f"{number} {doc_id}".encode("utf8", "surrogatepass")).hexdigest()[:8]
            name, number = f"{clean}-{digest}", number + 1
        self.used.add(name.casefold())
        return f"{name}.html"
