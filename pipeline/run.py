"""One batch: read, annotate, write. Nothing half-written is left, and one bad document never stops it."""

import json
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.errors import Errors, PipelineError
from pipeline.labels import LABELS
from pipeline.nlp import load, model_name
from pipeline.output import Output
from pipeline.readers import SUFFIXES, Limits, ReadFailure, Record
from pipeline.readers.find import Source, find
from pipeline.readers.worker import ReadingProcess
from pipeline.writers import FORMATS, STAGE, staged

REPORT = "run.json"
OURS = ("annotated", "docs", "html", "tables", REPORT)
VERSIONS = ("minutes-pipeline", "spacy", "onnxruntime", "tokenizers", "pandas", "pyarrow")


@dataclass
class Report:
    """What a run did; run.json holds the same.

    model (str): Name and version.
    settings (dict): Formats, limits and the like, as given.
    documents, failed, words (int): Annotated documents; texts that could not be read; annotated words.
    spans (dict[str, int]): Spans found, by label.
    first_failures (list[str]): The first of those that could not be read, with cause and next step.
    unknown (list[str]): Skipped files, of a kind that cannot be read.
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
    first_failures: list[str] = field(default_factory=list)
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
    paths: Sequence[str | Path] | str | Path,
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

    paths (str | Path | Sequence of them): Files, folders (with all below them) or `-` for standard input.
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
    given = [Path(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
    out, limits, formats = Path(out), limits or Limits(), list(dict.fromkeys(formats))
    if unknown_formats := set(formats) - set(FORMATS):
        raise PipelineError(Errors.E305.format(format=unknown_formats.pop(), formats=", ".join(FORMATS)))
    check(out, force)
    found, unknown = find(given)
    sources = [source for source in found if not in_a_run(source.path, given)]
    if not sources:
        raise PipelineError(Errors.E102.format(path=", ".join(map(str, given)), suffixes=" ".join(SUFFIXES)))
    nlp = load(model, threads)
    report = Report(
        model_name(nlp),
        {"paths": [str(path) for path in given], "formats": formats, "html": html, "limits": asdict(limits)},
        unknown=[str(path) for path in unknown if not in_a_run(path, given)],
    )
    loaded = time.monotonic()
    report.start_seconds = round(loaded - started, 2)
    with staged(out, OURS) as folder:
        with ExitStack() as stack:
            tables = [FORMATS[name](folder / "tables", stack) for name in formats]
            reading = stack.enter_context(ReadingProcess(limits))
            output = Output(nlp, folder, tables, html)
            ids: set[str] = set()
            for number, source in enumerate(sources, 1):
                for doc_id, item in read(reading, source, ids):
                    output.add(doc_id, source.path, item)
                    on_progress(Progress(number - 1, len(sources), output.documents, output.words))
            output.close()
            on_progress(Progress(len(sources), len(sources), output.documents, output.words))
        report.documents, report.failed, report.words = output.documents, output.failed, output.words
        report.spans |= output.spans
        report.first_failures = output.first_failures
        report.seconds = round(time.monotonic() - loaded, 2)
        (folder / REPORT).write_text(json.dumps(asdict(report), indent=2, ensure_ascii=False) + "\n", "utf8")
    return report


def check(out: Path, force: bool) -> None:
    """RAISES (PipelineError): When `out` holds a run and `force` is off, or holds something else."""
    if out.exists() and not out.is_dir():
        raise PipelineError(Errors.E302.format(out=out))
    if is_run(out):
        if not force:
            raise PipelineError(Errors.E301.format(out=out))
    elif out.exists() and any(path.name != STAGE for path in out.iterdir()):
        raise PipelineError(Errors.E302.format(out=out))


def is_run(folder: Path) -> bool:
    """Whether a folder holds the output of a run."""
    return (folder / REPORT).is_file() and (folder / "tables").is_dir()


def in_a_run(path: Path, given: list[Path]) -> bool:
    """Whether a file below one of the given folders is the output of a run; what is given itself always counts."""
    top = {folder.resolve() for folder in given}
    for folder in (path.resolve(), *path.resolve().parents):
        if folder in top:
            return False
        if is_run(folder):
            return True
    return False


def read(reading: ReadingProcess, source: Source, ids: set[str]) -> Iterator[tuple[str, Record | ReadFailure]]:
    """The texts and failures of one source, each with an id that is not in `ids` yet and is added to it."""
    try:
        for item in reading.read(source.path):
            stem = doc_id = f"{source.id}#{item.name}" if item.name else source.id
            number = 1
            while doc_id in ids:
                number += 1
                doc_id = f"{stem}~{number}"
            ids.add(doc_id)
            yield doc_id, item
    except ReadFailure as failure:
        yield source.id, failure
