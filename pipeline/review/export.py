"""From a run to a review folder: the documents that were chosen, in the formats that were asked for."""

import datetime
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import Errors, PipelineError
from pipeline.review import formats
from pipeline.review.folder import PREDICTED, name_some, read_documents, write_documents
from pipeline.review.records import Document, reviewed
from pipeline.review.select import SELECTED, Choice, read_choice, read_run, select, write_choice
from pipeline.stage import read_json
from pipeline.training.corpus import SPLITS, read_jsonl

KEPT = ("start", "end", "label", "text", "confidence")  # of a span


def choose(run: Path, folder: Path, number: int, data: Path) -> list[Choice]:
    """Choose documents of a run and write `selected.csv`, over an earlier choice.

    data (Path): Folder of annotated JSONL, whose documents are not chosen; it need not be there.
    RAISES (PipelineError): When there is no run, or the folder holds an export already.
    """
    if (folder / PREDICTED).exists():
        raise PipelineError(Errors.E569.format(folder=folder))
    files = sorted(data.glob("*.jsonl")) if (data / SPLITS).is_file() else []
    choices = select(run, number, (document for path in files for document in read_jsonl(path)))
    if not choices:
        raise PipelineError(Errors.E570.format(run=run, data=data))
    try:
        write_choice(choices, folder / SELECTED)
    except OSError as err:
        raise PipelineError(Errors.E303.format(path=err.filename, cause=err.strerror)) from err
    return choices


def export(
    run: Path, folder: Path, names: Sequence[str], number: int, data: Path, at: datetime.datetime
) -> tuple[list[Document], list[Path]]:
    """Write the chosen documents of a run, or choose `number` of them first where nothing is chosen yet.

    The same call later adds formats; documents and formats that are there stay as they are, since people may have
    begun to correct them.
    names (Sequence[str]): Of `pipeline.review.formats.FORMATS`.
    at (datetime): Goes into `meta.review`.
    RETURNS (tuple[list[dict], list[Path]]): The documents as predicted; the files made.
    RAISES (PipelineError): When there is no run, a chosen document is not in it, or something cannot be written.
    """
    for name in names:
        if (place := folder / formats.module_of(name).OUTPUT).exists():
            raise PipelineError(Errors.E571.format(path=place))
    if (folder / PREDICTED).exists():
        documents = read_documents(folder / PREDICTED)
    else:
        chosen = read_choice(folder / SELECTED) if (folder / SELECTED).exists() else choose(run, folder, number, data)
        documents = predicted(run, folder / SELECTED, chosen, at)
        write_documents(folder / PREDICTED, documents)
    return documents, [path for name in names for path in formats.write(name, documents, folder)]


def predicted(run: Path, selected: Path, choices: Sequence[Choice], at: datetime.datetime) -> list[Document]:
    """The chosen documents as the run annotated them, in the order of the choice.

    RAISES (PipelineError): When the run does not hold one of them, or does not say its model.
    """
    wanted = {choice.doc_id: number for number, choice in enumerate(choices)}
    if not isinstance(model := read_json(run / "run.json").get("model"), str):
        raise PipelineError(Errors.E560.format(path=run))
    found = {document["meta"]["id"]: document for document in read_run(run) if document["meta"]["id"] in wanted}
    if missing := [doc_id for doc_id in wanted if doc_id not in found]:
        raise PipelineError(Errors.E562.format(path=selected, names=name_some(missing)))
    made = []
    for doc_id in wanted:
        spans = [{key: span[key] for key in KEPT} for span in found[doc_id]["spans"]]
        made.append(reviewed(found[doc_id], spans, "predicted", model, at))
    return made
