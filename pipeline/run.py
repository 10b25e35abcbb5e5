"""One batch: read, annotate, write. Nothing half-written is left, and one bad document never stops it."""

import hashlib
import json
import platform
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from spacy.language import Language

from pipeline.documents import all_spans, new_doc, to_docbin, to_html, to_json
from pipeline.errors import Errors, PipelineError
from pipeline.frames import rows_of
from pipeline.labels import LABELS
from pipeline.nlp import load, model_name
from pipeline.readers import SUFFIXES, Limits, ReadFailure, Record
from pipeline.readers.find import Source, find
from pipeline.readers.worker import ReadingProcess
from pipeline.schema import to_arrow
from pipeline.writers import FORMATS, TableWriter, atomic

BATCH_DOCUMENTS, BATCH_CHARACTERS = 64, 200_000  # annotated together
PART_DOCUMENTS, PART_CHARACTERS = 500, 5_000_000  # in one file of annotated/ and docs/: held in memory until written
REPORT = "run.json"
FOLDERS = ("annotated", "docs", "html", "tables")
VERSIONS = ("minutes-pipeline", "spacy", "onnxruntime", "tokenizers", "pandas", "pyarrow")


@dataclass
class Report:
    """What a run did; run.json holds the same.

    model (str): Name and version.
    settings (dict): Formats, limits and the like, as given.
    documents, failed, skipped, words (int): Annotated; could not be read; unknown suffix; annotated words.
    spans (dict[str, int]): Spans found, by label.
    unknown (list[str]): The skipped files.
    start_seconds (float): To find the files and load the model.
    seconds (float): From the first file to the last table.
    versions (dict[str, str]): Python and the libraries that matter.
    """

    model: str
    settings: dict[str, Any]
    documents: int = 0
    failed: int = 0
    words: int = 0
    spans: dict[str, int] = field(default_factory=lambda: {label.name: 0 for label in LABELS})
    unknown: list[str] = field(default_factory=list)
    start_seconds: float = 0.0
    seconds: float = 0.0
    versions: dict[str, str] = field(
        default_factory=lambda: {"python": platform.python_version()} | {name: version(name) for name in VERSIONS}
    )


@dataclass(frozen=True)
class Progress:
    """How far a run is: files read of all files, documents and words annotated so far."""

    files: int
    of: int
    documents: int
    words: int


def annotate(
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    model: str | Path | None = None,
    formats: Sequence[str] = ("parquet",),
    html: bool = False,
    force: bool = False,
    threads: int | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Report:
    """Annotate files and folders and write DIR/annotated, DIR/docs, DIR/tables, DIR/run.json and, if asked, DIR/html.

    paths (Sequence[str | Path]): Files, folders (with all below them) or `-` for standard input.
    out (str | Path): Folder for the results; new, empty, or an earlier run with `force`.
    model (str | Path | None): Folder of a trained model; the shipped one if None.
    formats (Sequence[str]): Of the tables: `parquet`, `csv`, `xlsx`.
    html (bool): Also write one highlighted page per document.
    force (bool): Replace the run that `out` holds.
    threads (int | None): Threads of the encoder.
    limits (Limits | None): On size, characters, pages and seconds per file.
    on_progress (Callable[[Progress], None]): Called now and then.
    RETURNS (Report): What was done. Files that could not be read are counted there and listed in the table `failures`.
    RAISES (PipelineError): When nothing can be done: no such path, nothing to read, no model, `out` taken.
    """
    started = time.monotonic()
    out, limits = Path(out), limits or Limits()
    sources, unknown = find(Path(path) for path in paths)
    if not sources:
        raise PipelineError(Errors.E102.format(path=", ".join(map(str, paths)), suffixes=" ".join(SUFFIXES)))
    prepare(out, force)
    nlp = load(model, threads)
    report = Report(
        model_name(nlp),
        {"paths": [str(path) for path in paths], "formats": list(formats), "html": html, "limits": asdict(limits)},
        unknown=[str(path) for path in unknown],
    )
    loaded = time.monotonic()
    report.start_seconds = round(loaded - started, 2)
    with ExitStack() as stack:
        tables: list[TableWriter] = [FORMATS[name](out / "tables", stack) for name in formats]
        reading = stack.enter_context(ReadingProcess(limits))
        output = Output(nlp, out, tables, report, html)
        for number, source in enumerate(sources, 1):
            for doc_id, item in read(reading, source):
                output.add(doc_id, str(source.path), item)
                on_progress(Progress(number - 1, len(sources), report.documents, report.words))
            on_progress(Progress(number, len(sources), report.documents, report.words))
        output.close()
        on_progress(Progress(len(sources), len(sources), report.documents, report.words))
    report.seconds = round(time.monotonic() - loaded, 2)
    with atomic(out / REPORT) as path:
        path.write_text(json.dumps(asdict(report), indent=2, ensure_ascii=False) + "\n", "utf8")
    return report


def prepare(out: Path, force: bool) -> None:
    """Make `out` ready for a run.

    RAISES (PipelineError): When it holds a run and `force` is off, holds something else, or cannot be written.
    """
    try:
        if out.exists() and not out.is_dir():
            raise PipelineError(Errors.E302.format(out=out))
        names = {path.name for path in out.iterdir()} if out.exists() else set()
        ours = {REPORT, *FOLDERS}
        if names & ours and not force:
            raise PipelineError(Errors.E301.format(out=out))
        if names - ours and not names & ours:
            raise PipelineError(Errors.E302.format(out=out))
        (out / REPORT).unlink(missing_ok=True)
        for folder in FOLDERS:
            if (out / folder).exists():
                shutil.rmtree(out / folder)
        out.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise PipelineError(Errors.E303.format(path=err.filename or out, cause=err.strerror or err)) from err


def read(reading: ReadingProcess, source: Source) -> Iterator[tuple[str, Record | ReadFailure]]:
    """The texts and failures of one source, each with a document id that is unique in the run."""
    seen: Counter[str] = Counter()
    try:
        for item in reading.read(source.path):
            doc_id = f"{source.id}#{item.name}" if item.name else source.id
            seen[doc_id] += 1
            yield (f"{doc_id}~{seen[doc_id]}" if seen[doc_id] > 1 else doc_id), item
    except ReadFailure as failure:
        yield source.id, failure


Pending = tuple[str, str, dict[str, Any]]  # text, document id, record


class Part:
    """Annotated documents, ready to be written."""

    def __init__(self, nlp: Language, pending: Sequence[Pending], model: str, html: bool):
        """Annotate; whatever can go wrong with a document goes wrong here, before anything of it is written."""
        docs = list(nlp.pipe([new_doc(nlp, *args) for args in pending]))
        self.characters = sum(len(doc.text) for doc in docs)
        self.lines = [json.dumps(to_json(doc), ensure_ascii=False) + "\n" for doc in docs]
        self.docbin = to_docbin(docs)
        self.pages = [(doc._.id, to_html(doc)) for doc in docs] if html else []
        self.tables = [(table, to_arrow(table, rows)) for table, rows in rows_of(docs, model).items()]
        self.documents = len(docs)
        self.words = sum(len(doc.text.split()) for doc in docs)
        self.spans = Counter(span.label_ for doc in docs for span in all_spans(doc))


class Output:
    """Takes texts and failures, annotates in batches and writes in parts."""

    def __init__(self, nlp: Language, out: Path, tables: list[TableWriter], report: Report, html: bool):
        self.nlp = nlp
        self.out = out
        self.tables = tables
        self.report = report
        self.html = html
        self.names = PageNames()
        self.pending: list[Pending] = []
        self.parts: list[Part] = []
        self.failures: list[dict[str, str]] = []
        self.written = 0

    def add(self, doc_id: str, source: str, item: Record | ReadFailure) -> None:
        """Take one text or failure; annotate and write when there is enough."""
        if isinstance(item, ReadFailure):
            self.fail(f"{source}#{item.name}" if item.name else source, item.reader, item.cause, item.next_step)
            return
        record = {
            "source": source,
            "reader": item.reader,
            "encoding": item.encoding,
            "metadata": item.metadata,
            "pages": [list(page) for page in item.pages],
        }
        self.pending.append((item.text, doc_id, record))
        if len(self.pending) >= BATCH_DOCUMENTS or sum(len(text) for text, *_ in self.pending) >= BATCH_CHARACTERS:
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
        self.report.failed += 1

    def annotate(self) -> None:
        """Annotate what is pending; when a text breaks the batch, each is tried alone and that one is a failure."""
        pending, self.pending = self.pending, []
        try:
            parts = [Part(self.nlp, pending, self.report.model, self.html)]
        except Exception:
            parts = []
            for args in pending:
                try:
                    parts.append(Part(self.nlp, [args], self.report.model, self.html))
                except Exception as err:
                    _, _, record = args
                    cause = Errors.E405.cause.format(error=" ".join(str(err).split()))
                    self.fail(record["source"], record["reader"], cause, Errors.E405.next_step)
        for part in parts:
            self.report.documents += part.documents
            self.report.words += part.words
            for label, count in part.spans.items():
                self.report.spans[label] += count
        self.parts += parts

    def write(self) -> None:
        """Write what is annotated as one part, and its rows and the failures to the tables."""
        parts, self.parts = self.parts, []
        failures, self.failures = self.failures, []
        if any(part.documents for part in parts):
            name = f"part-{self.written:05}"
            self.written += 1
            with atomic(self.out / "annotated" / f"{name}.jsonl") as path, path.open("w", encoding="utf8") as file:
                file.writelines(line for part in parts for line in part.lines)
            with atomic(self.out / "docs" / f"{name}.spacy") as path:
                merged = parts[0].docbin
                for part in parts[1:]:
                    merged.merge(part.docbin)
                merged.to_disk(path)
        for doc_id, page in (page for part in parts for page in part.pages):
            with atomic(self.out / "html" / self.names.name(doc_id)) as path:
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
        if clean != doc_id or clean.casefold() in self.used:
            clean += "-" + hashlib.sha256(doc_id.encode("utf8", "surrogatepass")).hexdigest()[:8]
        self.used.add(clean.casefold())
        return clean + ".html"
