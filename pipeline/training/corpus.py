"""The annotated documents of `training_data/`, and how they are split."""

import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from spacy import registry
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example

from pipeline.errors import Errors, PipelineError
from pipeline.labels import BY_NAME, LEARNED

SPLIT_NAMES = ("train", "dev", "test")
SPLITS = "splits.toml"


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """The documents of one file, as dicts with `text`, `spans` and `meta`; blank lines are passed over.

    RAISES (PipelineError): When the file cannot be read; with file and line, when a line is no such document.
    """
    try:
        lines = path.open("rb")
    except FileNotFoundError as err:
        raise PipelineError(Errors.E101.format(path=path)) from err
    except OSError as err:
        raise PipelineError(Errors.E213.format(path=path, cause=err.strerror)) from err
    with lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                document = json.loads(line.decode("utf-8-sig"))
                check(document)
            except (ValueError, TypeError, KeyError, RecursionError) as err:
                problem = f"no {err}" if isinstance(err, KeyError) else err
                raise PipelineError(Errors.E202.format(file=path, line=number, problem=problem)) from err
            yield document


def check(document: dict[str, Any]) -> None:
    """RAISES (ValueError, TypeError, KeyError): When something is missing, a label unknown, or entities overlap."""
    if not all(isinstance(document["meta"][key], str) for key in ("id", "source")):
        raise ValueError("`id` and `source` in `meta` are texts")
    if not isinstance(document["text"], str):
        raise ValueError("`text` is a text")
    document["text"].encode("utf8")  # half a surrogate pair cannot be written
    end = 0
    for span in sorted(document["spans"], key=lambda span: span["start"]):
        if span["label"] not in BY_NAME:
            raise ValueError(f"no {span['label']!r} among the labels {', '.join(BY_NAME)}")
        if span["start"] < 0 or not document["text"][span["start"] : span["end"]].strip():
            raise ValueError(f"nothing stands at {span['start']}-{span['end']}")
        if BY_NAME[span["label"]].kind == "learned":
            if span["start"] < end:
                raise ValueError(f"two entities overlap at {span['start']}")
            end = span["end"]


def held_out(folder: Path) -> dict[str, str]:
    """The sources that are not trained on, each with its split, as `splits.toml` in a folder names them.

    RAISES (PipelineError): When there is no folder or no such file, or the file is broken.
    """
    if not folder.exists():
        raise PipelineError(Errors.E101.format(path=folder))
    if not (folder / SPLITS).is_file():
        raise PipelineError(Errors.E206.format(folder=folder, splits=SPLITS))
    try:
        named = tomllib.loads((folder / SPLITS).read_text("utf-8-sig"))
    except ValueError as err:
        raise PipelineError(Errors.E207.format(file=folder / SPLITS, problem=err)) from err
    for name, sources in named.items():
        if name not in SPLIT_NAMES:
            raise PipelineError(Errors.E205.format(split=name, splits=", ".join(SPLIT_NAMES)))
        if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
            raise PipelineError(Errors.E207.format(file=folder / SPLITS, problem=f"{name} is no list of sources"))
    return {source: name for name, sources in named.items() for source in sources}


def read_split(folder: Path, split: str) -> list[dict[str, Any]]:
    """The documents of one split of a folder of JSONL files, in the order of the files' names.

    `splits.toml` there names the sources (`meta.source`) of the dev and the test split; all others are training data.
    RAISES (PipelineError): When there is no such split, a file is broken or a source in `splits.toml` has no document.
    """
    if split not in SPLIT_NAMES:
        raise PipelineError(Errors.E205.format(split=split, splits=", ".join(SPLIT_NAMES)))
    sources = held_out(folder)
    documents = [document for path in sorted(folder.glob("*.jsonl")) for document in read_jsonl(path)]
    for source in set(sources) - {document["meta"]["source"] for document in documents}:
        raise PipelineError(Errors.E203.format(file=folder / SPLITS, source=source, split=sources[source]))
    return [document for document in documents if sources.get(document["meta"]["source"], "train") == split]


def aligned(doc: Doc, document: dict[str, Any]) -> list[Span]:
    """The spans of an annotated document on its tokenized text.

    RAISES (PipelineError): When a span does not fall on token edges, since it would be dropped without a word.
    """
    spans = []
    for row in document["spans"]:
        span = doc.char_span(row["start"], row["end"], label=row["label"])
        if span is None:
            surface = document["text"][row["start"] : row["end"]]
            problem = f"{row['label']} {surface!r} at {row['start']}-{row['end']} is not on token edges"
            raise PipelineError(Errors.E204.format(doc=document["meta"]["id"], problem=problem))
        spans.append(span)
    return spans


def to_example(nlp: Language, document: dict[str, Any]) -> Example:
    """A document with its learned labels as a training example."""
    reference = nlp.make_doc(document["text"])
    names = {label.name for label in LEARNED}
    reference.set_ents([span for span in aligned(reference, document) if span.label_ in names])
    return Example(nlp.make_doc(document["text"]), reference)


@registry.readers("minutes.Corpus.v1")
def make_corpus(path: str | Path, split: str) -> Callable[[Language], Iterator[Example]]:
    """The corpus reader of config.cfg.

    path (str | Path): Folder of JSONL files with `splits.toml`.
    split (str): `train`, `dev` or `test`.
    """

    def read(nlp: Language) -> Iterator[Example]:
        for document in read_split(Path(path), split):
            yield to_example(nlp, document)

    return read
