"""The report of a run: one HTML file with charts, tables, the strategies' timeline and every document."""

from pathlib import Path

from pipeline.errors import Errors, PipelineError
from pipeline.report.overview import overview
from pipeline.report.page import pieces
from pipeline.report.payload import frames
from pipeline.report.texts import Texts
from pipeline.results import open_results
from pipeline.stage import PAGE
from pipeline.writers import atomic


def write(run: Path, out: Path | None = None) -> Path:
    """Write the report of a run; one that is there is replaced.

    run (Path): Folder of a finished run. out (Path | None): The file; `report.html` in the run's folder by default.
    RETURNS (Path): The file.
    RAISES (PipelineError): When there is no finished run, it is empty or damaged, or the file cannot be written.
    """
    path = out or run / PAGE
    if path.suffix.lower() not in (".html", ".htm"):
        raise PipelineError(Errors.E705.format(path=path))
    results = open_results(run)
    made = frames(results)
    ids = {doc_id: number for number, doc_id in enumerate(results.read("documents", ["doc_id"])["doc_id"].to_pylist())}
    texts = Texts(results, ids)
    try:
        with atomic(path) as part, part.open("w", encoding="utf8", newline="\n") as file:
            file.writelines(pieces(overview(results, made), made, texts))
    except OSError as err:
        raise PipelineError(Errors.E303.format(path=path, cause=err.strerror or err)) from err
    return path
