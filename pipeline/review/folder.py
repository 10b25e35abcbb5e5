"""The review folder: what was chosen, exported, corrected by whom, adjudicated; and its way into the training data."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, get_args

from pipeline.errors import Errors, PipelineError
from pipeline.review.known import Known, known
from pipeline.review.records import Document, State, spans_of
from pipeline.training.corpus import held_out, read_jsonl
from pipeline.writers import atomic

PREDICTED, REVIEWED, REPAIRS = "predicted.jsonl", "reviewed", "repairs"
ADJUDICATED = "adjudicated.jsonl"
SHOWN = 3  # documents named in a message
NAME = re.compile(r"[^\W_][\w.,() -]{0,60}(?<![. ])")
# Names that Windows keeps for itself.
DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


class Status(NamedTuple):
    """How far a document has come.

    state (str): `predicted`, `reviewed` or `adjudicated`. by (str): Who, with commas. at (str): ISO time.
    """

    doc_id: str
    state: str
    by: str
    at: str


class ReviewFolder:
    """Reads and writes the files of a review folder.

    path (Path): The folder; `open` looks whether it is one.
    """

    def __init__(self, path: Path):
        self.path = path

    @classmethod
    def open(cls, path: Path) -> "ReviewFolder":
        """A folder that was exported.

        RAISES (PipelineError): When it is not there or nothing was exported to it.
        """
        if not path.exists():
            raise PipelineError(Errors.E101.format(path=path))
        if not (path / PREDICTED).is_file():
            raise PipelineError(Errors.E540.format(path=path, file=PREDICTED))
        return cls(path)

    @property
    def name(self) -> str:
        """Of its file and of the source (`meta.source`) in the training data."""
        return self.path.resolve().name

    def reviewed_file(self, by: str) -> Path:
        return self.path / REVIEWED / f"{valid_name(by)}.jsonl"

    def repairs_file(self, by: str) -> Path:
        return self.path / REPAIRS / f"{valid_name(by)}.csv"

    def predicted(self) -> list[Document]:
        """The documents as they were exported."""
        return read_documents(self.path / PREDICTED)

    def reviewers(self) -> list[str]:
        """Who has corrected documents, in the order of the alphabet."""
        return sorted(path.stem for path in (self.path / REVIEWED).glob("[!.]*.jsonl"))

    def reviewed(self, by: str) -> list[Document]:
        """What one person has corrected, none if nothing."""
        path = self.reviewed_file(by)
        return read_documents(path) if path.is_file() else []

    def adjudicated(self) -> list[Document]:
        """What was decided, none if nothing."""
        path = self.path / ADJUDICATED
        return read_documents(path) if path.is_file() else []

    def save_adjudicated(self, documents: Sequence[Document]) -> Path:
        return write_documents(self.path / ADJUDICATED, documents)

    def status(self) -> list[Status]:
        """Every document with the farthest state that it has, in the order of the export."""
        states = {}
        for document in self.predicted():
            states[document["meta"]["id"]] = to_status([document])
        for doc_id, versions in self.versions().items():
            states[doc_id] = to_status(versions)
        for document in self.adjudicated():
            states[document["meta"]["id"]] = to_status([document])
        return list(states.values())

    def versions(self) -> dict[str, list[Document]]:
        """What each person has made of a document, by its id."""
        versions: dict[str, list[Document]] = {}
        for by in self.reviewers():
            for document in self.reviewed(by):
                versions.setdefault(document["meta"]["id"], []).append(document)
        return versions

    def gold(self) -> list[Document]:
        """Every reviewed document once: as adjudicated; else as reviewed.

        RAISES (PipelineError): When nothing is reviewed, or two people differ and nobody has decided.
        """
        decided = {document["meta"]["id"]: document for document in self.adjudicated()}
        versions = self.versions()
        open_ = [doc_id for doc_id, all_ in versions.items() if doc_id not in decided and differ(all_)]
        if open_:
            raise PipelineError(Errors.E546.format(count=len(open_), names=name_some(open_)))
        gold = {doc_id: all_[0] for doc_id, all_ in versions.items()} | decided
        if not gold:
            raise PipelineError(Errors.E548.format(path=self.path))
        return list(gold.values())

    def accept(self, data: Path) -> Path:
        """Write the gold to the training data, with what was accepted of this folder before.

        data (Path): Folder of annotated JSONL with `splits.toml`.
        RETURNS (Path): `<data>/<name of this folder>.jsonl`.
        RAISES (PipelineError): When two people differ, a document is held out, or the file is not of this folder.
        """
        source, path = self.name, data / f"{self.name}.jsonl"
        if not is_name(source):
            raise PipelineError(Errors.E551.format(path=self.path))
        if split := held_out(data).get(source):
            raise PipelineError(Errors.E549.format(source=source, split=split))
        gold = [to_training(document, source) for document in self.gold()]
        self.check_held_out(gold, known(data, but_not=source))
        return write_documents(path, merged(self.accepted(path), gold))

    def check_held_out(self, gold: Iterable[Document], what: Known) -> None:
        """RAISES (PipelineError): When a document must not be trained on, whoever let it in."""
        found = [document["meta"]["id"] for document in gold if what.same_page(document["text"])]
        if found:
            path = self.path / REVIEWED
            raise PipelineError(Errors.E550.format(count=len(found), names=name_some(found), path=path))

    def accepted(self, path: Path) -> list[Document]:
        """What was accepted of this folder before.

        RAISES (PipelineError): When the file holds anything else.
        """
        documents = read_documents(path) if path.is_file() else []
        ours = texts(self.predicted())
        if all(
            is_accepted(document, self.name) and texts([document]).items() <= ours.items() for document in documents
        ):
            return documents
        raise PipelineError(Errors.E547.format(path=path))


def is_name(name: str) -> bool:
    """Whether it would be a good name of a file, on any system."""
    return bool(NAME.fullmatch(name)) and not DEVICES.fullmatch(name)


def valid_name(by: str) -> str:
    """RAISES (PipelineError): When the name of a person would be no good name of a file."""
    if not is_name(by):
        raise PipelineError(Errors.E542.format(by=by))
    return by


def read_documents(path: Path) -> list[Document]:
    """RAISES (PipelineError): When the file cannot be read, or a line is no document that says its state."""
    documents = list(read_jsonl(path))
    for line, document in enumerate(documents, 1):
        if problem := wrong_review(document["meta"].get("review")):
            raise PipelineError(Errors.E541.format(path=path, line=line, problem=problem))
    return documents


def wrong_review(review: object) -> str:
    """What is wrong with `meta.review`; empty if nothing is."""
    if not isinstance(review, dict):
        return "`meta.review` is missing"
    if review.get("state") not in get_args(State):
        return f"{review.get('state')!r} is no state"
    missing = [key for key in ("by", "at") if not (isinstance(review.get(key), str) and review[key])]
    return f"`{missing[0]}` is missing in `meta.review`" if missing else ""


def write_documents(path: Path, documents: Iterable[Document]) -> Path:
    """RAISES (PipelineError): When it cannot be written; what was there stays."""
    try:
        with atomic(path) as part:
            part.write_text(to_lines(documents), "utf8", newline="\n")
    except OSError as err:
        raise PipelineError(Errors.E303.format(path=path, cause=err.strerror or err)) from err
    return path


def to_lines(documents: Iterable[Document]) -> str:
    return "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)


def merged(old: Iterable[Document], new: Iterable[Document]) -> list[Document]:
    """All documents, in the order in which they came first; of two with one id the new one."""
    both = {document["meta"]["id"]: document for document in old}
    both.update({document["meta"]["id"]: document for document in new})
    return list(both.values())


def texts(documents: Iterable[Document]) -> dict[str, str]:
    return {document["meta"]["id"]: document["text"] for document in documents}


def to_status(versions: Sequence[Document]) -> Status:
    """The state of a document: of several people all names, and the latest time."""
    reviews = [document["meta"]["review"] for document in versions]
    by = ", ".join(dict.fromkeys(review["by"] for review in reviews))
    return Status(versions[0]["meta"]["id"], reviews[0]["state"], by, max(review["at"] for review in reviews))


def differ(versions: Sequence[Document]) -> bool:
    """Whether not all have the same spans."""
    return len(set(map(spans_of, versions))) > 1


def to_training(document: Document, source: str) -> Document:
    """As a line of the training data: where the text came from is kept as `origin`."""
    meta = document["meta"]
    origin = meta.get("origin", meta["source"])
    return {**document, "meta": {**meta, "source": source, "origin": origin}}


def is_accepted(document: Document, source: str) -> bool:
    review = document["meta"].get("review")
    return document["meta"]["source"] == source and isinstance(review, dict) and review.get("state") != "predicted"


def name_some(doc_ids: Sequence[str]) -> str:
    rest = ", ..." if len(doc_ids) > SHOWN else ""
    return ", ".join(map(repr, doc_ids[:SHOWN])) + rest
