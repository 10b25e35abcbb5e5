"""What a model is scored against: annotated documents, checked, and the surfaces that training has shown it."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.documents import new_doc
from pipeline.errors import Errors, PipelineError
from pipeline.training.corpus import SPLITS, read_jsonl, read_split

DATA = Path("training_data")
SPLIT = "dev"
SHOWN = 3  # misaligned spans named in the message

Document = dict[str, Any]
Surfaces = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Gold:
    """Documents to score against.

    path (Path): Where they come from, a file or a folder.
    split (str): The part of the folder; empty for a file.
    documents (list[dict]): With `text`, `spans` and `meta`.
    seen (frozenset[tuple[str, str]] | None): Label and surface of every span that is trained on; None if not known.
    files (dict[str, str]): Path and sha256 of every file that was read.
    """

    path: Path
    split: str
    documents: list[Document]
    seen: Surfaces | None
    files: dict[str, str]


def read_gold(file: Path | None = None, data: Path | None = None, split: str | None = None) -> Gold:
    """Read one JSONL file, or one split of a folder; the folder's train split gives the surfaces seen in training.

    file (Path | None): Annotated JSONL.
    data (Path | None): Folder with `splits.toml`; `training_data` if None, which need not be there where `file` is.
    split (str | None): `train`, `dev` or `test`; `dev` if None.
    RAISES (PipelineError): When something is missing, broken or contradicts itself, or there is no document.
    """
    if file and split:
        raise PipelineError(Errors.E214)
    folder, split = data or DATA, "" if file else split or SPLIT
    known = data is not None or not file or folder.exists()
    try:
        documents = list(read_jsonl(file)) if file else read_split(folder, split)
        seen = surfaces(read_split(folder, "train")) if known else None
        paths = [file] if file else []
        paths += [folder / SPLITS, *sorted(folder.glob("*.jsonl"))] if known else []
        files = {path.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    except FileNotFoundError as err:
        raise PipelineError(Errors.E101.format(path=err.filename)) from err
    except OSError as err:
        raise PipelineError(Errors.E213.format(path=err.filename, cause=err.strerror)) from err
    gold = Gold(file or folder, split, documents, seen, files)
    check_documents(gold)
    return gold


def check_documents(gold: Gold) -> None:
    """RAISES (PipelineError): When there is no document, or two share an id."""
    if not gold.documents:
        raise PipelineError(Errors.E210.format(path=f"{gold.path} {gold.split}".strip()))
    ((doc_id, count),) = Counter(document["meta"]["id"] for document in gold.documents).most_common(1)
    if count > 1:
        raise PipelineError(Errors.E211.format(path=gold.path, doc=doc_id, count=count))


def surface(text: str) -> str:
    """The text as it is compared with texts seen in training: casefolded, white space joined."""
    return " ".join(text.split()).casefold()


def surfaces(documents: Iterable[Document]) -> Surfaces:
    """Label and surface of every span."""
    return frozenset(
        (span["label"], surface(document["text"][span["start"] : span["end"]]))
        for document in documents
        for span in document["spans"]
    )


def tokenize(nlp: Language, documents: Iterable[Document]) -> list[tuple[Doc, Doc]]:
    """Every text twice: as a Doc to annotate, and as a Doc with the gold spans in `spans["exact"]`.

    RAISES (PipelineError): When spans are not on token edges; all are counted, the first named.
    """
    pairs, misaligned = [], []
    for document in documents:
        doc = new_doc(nlp, document["text"], document["meta"]["id"], {"source": document["meta"]["source"]})
        reference = Doc(doc.vocab, [token.text for token in doc], [bool(token.whitespace_) for token in doc])
        spans: dict[tuple[int, int, str], Span] = {}
        for row in document["spans"]:
            span = reference.char_span(row["start"], row["end"], label=row["label"])
            if span is None:
                words = document["text"][row["start"] : row["end"]]
                misaligned.append(f"{document['meta']['id']!r} {row['label']} {words!r} at {row['start']}-{row['end']}")
            else:
                spans[span.start, span.end, span.label_] = span
        reference.spans["exact"] = [spans[key] for key in sorted(spans)]
        pairs.append((doc, reference))
    if misaligned:
        first = "; ".join(misaligned[:SHOWN])
        raise PipelineError(Errors.E212.format(count=len(misaligned), first=first))
    return pairs
