"""One batch: read, annotate, write. Nothing done is lost or done twice, and one bad document never stops it."""

import json
import platform
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.errors import Errors, PipelineError
from pipeline.keys import digest, find_model, name_of
from pipeline.log import FILE as LOG
from pipeline.log import event, to_file
from pipeline.mirror import mirrored
from pipeline.pool import Pool, Workers, best_count
from pipeline.readers import STREAMED, SUFFIXES, Limits
from pipeline.readers.find import Source, find
from pipeline.stage import PARTS, REPORT, is_run, outside_runs, read_json, stage
from pipeline.storage import find_remote, is_url
from pipeline.tasks import Settings
from pipeline.writers import FORMATS, atomic

VERSIONS = ("minutes-pipeline", "spacy", "onnxruntime", "tokenizers", "pandas", "pyarrow")
PART_DOCUMENTS = 500
FEW = 8  # files for which a further process is not worth its start


@dataclass
class Report:
    """What a run did; run.json holds the same.

    model (str): Name and version.
    settings (dict): Paths, formats, limits and the like, as given.
    workers (int): Processes that annotated; 0 where a cluster did.
    documents, failed, words (int): Annotated documents; texts that could not be read or annotated; annotated words.
    empty (int): Of the failed, those without text.
    reused (int): Of the documents, those that an earlier run had annotated.
    spans (dict[str, int]): Spans found, by label.
    before (dict[str, int]): The same of the run that was replaced; empty if there was none.
    first_failures (list[str]): The first of those that failed, with cause and next step.
    unknown (list[str]): Skipped files, of a kind that cannot be read.
    start_seconds (float): To find the files and start.
    seconds (float): From the first file to the last table.
    versions (dict[str, str]): Python and the libraries that matter.
    parts (list[dict]): Documents, failures and the sha256 of each file, part by part.
    registers (dict[str, str]): The sha256 of the files that are made from all parts.
    holds (list[str]): What there is in the folder.
    """

    model: str
    settings: dict[str, Any]
    workers: int
    documents: int = 0
    failed: int = 0
    empty: int = 0
    reused: int = 0
    words: int = 0
    spans: dict[str, int] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)
    first_failures: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    start_seconds: float = 0.0
    seconds: float = 0.0
    versions: dict[str, str] = field(
        default_factory=lambda: {"python": platform.python_version()} | {name: version(name) for name in VERSIONS}
    )
    parts: list[dict[str, Any]] = field(default_factory=list)
    registers: dict[str, str] = field(default_factory=dict)
    holds: list[str] = field(default_factory=list)


class Progress(NamedTuple):
    """How far a run is: files done of all files, documents done, words annotated by this run."""

    files: int
    of: int
    documents: int
    words: int


def annotate(
    paths: Sequence[str | Path] | str | Path,
    out: str | Path,
    *,
    model: str | Path | None = None,
    formats: Sequence[str] = (),
    html: bool = False,
    force: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    part_documents: int = PART_DOCUMENTS,
    limits: Limits | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    on_start: Callable[[str], None] = lambda how: None,
) -> Report:
    """Annotate files and folders and write DIR/annotated, DIR/docs, DIR/tables, DIR/run.json and, if asked, DIR/html.

    Where `out` holds the results of these paths, finished or not, what did not change is taken over from there.

    paths (str | Path | Sequence of them): Files, folders (with all below them), addresses that fsspec knows, or `-` for
        standard input.
    out (str | Path): Folder or address for the results; new, empty, or a run over the same paths.
    model (str | Path | None): Folder of a trained model; the shipped one if None.
    formats (Sequence[str]): Of the tables beside Parquet: `csv`, `xlsx`.
    html (bool): Also write one highlighted page per document.
    force (bool): Replace the results of other paths that `out` holds.
    workers (int | None): Processes; as many as are fastest here if None.
    scheduler (str | None): Address of a Dask scheduler; its workers annotate instead of processes here.
    part_documents (int): Documents in one file.
    limits (Limits | None): On size, characters, pages and seconds per file.
    on_progress (Callable[[Progress], None]): Called now and then.
    on_start (Callable[[str], None]): Told in a line what will annotate.
    RETURNS (Report): What was done. Files that could not be read are counted there and listed in the table `failures`.
    RAISES (PipelineError): When nothing can be done: no such path, nothing to read, no model, `out` taken.
    RAISES (Stopped): After Ctrl-C, when the part at hand was written; the same call goes on from there.
    """
    started = time.monotonic()
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    limits, formats = limits or Limits(), list(dict.fromkeys(formats))
    if unknown_formats := set(formats) - {"parquet", *FORMATS}:
        raise PipelineError(Errors.E305.format(format=unknown_formats.pop(), formats=", ".join(("parquet", *FORMATS))))
    model_path = find_model(model)
    sources, unknown = find_all(given)
    places = [str(path) if str(path) == "-" or is_url(path) else str(Path(path).resolve()) for path in given]
    with ExitStack() as stack:
        out = stack.enter_context(mirrored(str(out))) if is_url(out) else Path(out)
        folder = stack.enter_context(stage(out, places, force))
        stack.enter_context(to_file(folder / LOG))
        count = 0 if scheduler else workers or useful_count(sources)
        settings = Settings(str(model_path.resolve()), html)
        event("run started", paths=places, model=settings.model, workers=count, scheduler=scheduler)
        pool = stack.enter_context(make_pool(count, scheduler, settings, limits.seconds))
        if not is_run(out):
            pool.start()  # where there was a run, there may be nothing to annotate
        report = Report(
            f"{name_of(model_path)}-{digest(model_path)}",
            {"paths": places, "formats": formats, "html": html, "limits": asdict(limits)},
            count,
            unknown=[str(path) for path in unknown],
            before=read_json(out / REPORT).get("spans", {}),
        )
        on_start(f"{count} process{'es' if count > 1 else ''}" if count else f"the cluster at {scheduler}")
        report.start_seconds = round(time.monotonic() - started, 2)
        from pipeline.batch import Batch  # only now, while the other processes load their model: this loads spaCy

        batch = stack.enter_context(Batch(sources, folder, out, settings, limits, part_documents))
        batch.run(pool, lambda *done: on_progress(Progress(done[0], len(sources), *done[1:])))
        batch.output.close(formats)
        batch.output.fill(report)
        report.holds = [name for name in (*PARTS, LOG) if (folder / name).exists()]
        report.seconds = round(time.monotonic() - started - report.start_seconds, 2)
        event("run ended", documents=report.documents, failed=report.failed, seconds=report.seconds)
        with atomic(folder / REPORT) as path:
            path.write_text(json.dumps(asdict(report), indent=2, ensure_ascii=False) + "\n", "utf8")
    return report


def find_all(given: Sequence[str | Path]) -> tuple[list[Source], list[Path]]:
    """The files to read and those that no reader knows, here and elsewhere; results of runs are left out.

    RAISES (PipelineError): When there is nothing to read, or a path is not there.
    """
    local = [Path(path) for path in given if not is_url(path)]
    found, skipped = find(local)
    kept = set(outside_runs([source.path for source in found], local))
    sources = [source for source in found if source.path in kept]
    unknown = outside_runs(skipped, local)
    for url in given:
        if is_url(url):
            there, others = find_remote(str(url))
            sources += there
            unknown += others
    if not sources:
        raise PipelineError(Errors.E102.format(path=", ".join(map(str, given)), suffixes=" ".join(SUFFIXES)))
    return sources, unknown


def useful_count(sources: list[Source]) -> int:
    """How many processes are fastest: one per core that memory allows, and no more than there is work for."""
    if any(SUFFIXES.get(source.path.suffix.lower()) in STREAMED for source in sources):
        return best_count()
    return min(best_count(), 1 + len(sources) // FEW)


def make_pool(count: int, scheduler: str | None, settings: Settings, seconds: float) -> AbstractContextManager[Pool]:
    """Processes here, or a cluster.

    RAISES (PipelineError): When the cluster cannot be used.
    """
    if not scheduler:
        return Workers(count, settings, seconds)
    try:
        from pipeline.cluster import Cluster
    except ModuleNotFoundError as err:  # without the extra `distributed`
        raise PipelineError(Errors.E460) from err
    return Cluster(scheduler, settings, seconds)
