"""Documents with gold links, read and with the joins of the pipeline made in them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import nlp as pipelines
from pipeline.components.names import LABELS as NAMED
from pipeline.documents import new_doc
from pipeline.errors import Errors, PipelineError
from pipeline.spans import make_span
from pipeline.training.corpus import read_split


class Linked(NamedTuple):
    """A document with what the pipeline joined in it, and its gold links."""

    doc: Doc
    gold: Mapping[str, Any]


def read_links(data: Path) -> dict[str, dict[str, Any]]:
    """The gold links of every document that has some, by its id.

    RAISES (PipelineError): With file and line, where a line cannot be read.
    """
    links: dict[str, dict[str, Any]] = {}
    for path in sorted((data / "links").glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf8").splitlines(), 1):
            try:
                row = json.loads(line)
                links[row["id"]] = row
            except (ValueError, KeyError, TypeError) as err:
                raise PipelineError(Errors.E202.format(file=path, line=number, problem=err)) from err
    return links


def linked_docs(data: Path, split: str, nlp: Language | None = None) -> Iterator[Linked]:
    """The documents of a split that have gold links, with joins made.

    nlp (Language | None): Finds the entities; the gold entities are taken if None. Matchers and joins always run.
    """
    links = read_links(data)
    documents = [document for document in read_split(data, split) if document["meta"]["id"] in links]
    for document, doc in zip(documents, annotated(documents, nlp), strict=True):
        yield Linked(doc, links[document["meta"]["id"]])


def read_registered(data: Path, split: str, nlp: Language | None = None) -> Iterator[Linked]:
    """The documents of a split whose names are linked across documents, with joins made.

    Their gold is `council`, which the page need not name, and `entries`: those of the registers by a mention's edges.
    """
    documents = read_split(data / "links" / "registers", split)
    for document, doc in zip(documents, annotated(documents, nlp), strict=True):
        entries = {(s["start"], s["end"]): s["entry"] for s in document["spans"] if s.get("entry")}
        yield Linked(doc, {"council": document["meta"]["source"], "entries": entries})


def annotated(documents: Iterable[dict[str, Any]], nlp: Language | None) -> Iterator[Doc]:
    """Annotated documents as docs with joins made, their entities found by `nlp` or, if None, taken from the gold."""
    rules = pipelines.blank()
    pipelines.add_rules(rules)
    mending = ("minutes_edges", "minutes_mentions")
    for document in documents:
        if nlp is not None:
            yield nlp(new_doc(nlp, document["text"], document["meta"]["id"], {}))
            continue
        doc = new_doc(rules, document["text"], document["meta"]["id"], {})
        learned = [s for s in document["spans"] if s["label"] in ("ROLE", *NAMED)]
        doc.set_ents([make_span(doc, s["start"], s["end"], s["label"]) for s in learned])
        for name, component in rules.pipeline:
            if name not in mending:
                doc = component(doc)
        yield doc
