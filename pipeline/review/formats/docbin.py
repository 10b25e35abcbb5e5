"""spaCy's DocBin: learned labels as entities, each rule label as a span group."""

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from spacy.tokens import Doc, Span

from pipeline.documents import read_docbin, to_docbin
from pipeline.errors import Errors, PipelineError
from pipeline.labels import BY_NAME
from pipeline.review.formats.files import broken, finished, read_bytes
from pipeline.review.formats.tokens import tokenize, tokenizer
from pipeline.review.records import Correction, Document, Found, digest_of
from pipeline.writers import atomic

OUTPUT = "docbin"
NOT_LABELS = ("meetings", "items", "sections", "known_names")  # groups of `minutes annotate` that nobody corrects
DIGEST = "digest"  # in a Doc's user data


def write(documents: Sequence[Document], folder: Path) -> list[Path]:
    """`docbin/documents.spacy`, which also `spacy train` reads.

    RAISES (PipelineError): When entities of a document overlap one another.
    """
    path = folder / OUTPUT / "documents.spacy"
    with atomic(path) as part:
        part.write_bytes(to_docbin(map(to_doc, documents)).to_bytes())
    return [path]


def to_doc(document: Document) -> Doc:
    doc = tokenize(document)
    doc._.id, doc._.record = document["meta"]["id"], {"source": document["meta"]["source"]}
    doc.user_data[DIGEST] = digest_of(document["text"])
    spans = [char_span(doc, span["start"], span["end"], span["label"]) for span in document["spans"]]
    try:
        doc.set_ents([span for span in spans if BY_NAME[span.label_].kind == "learned"])
    except ValueError as err:  # spaCy's E1010
        raise PipelineError(Errors.E514.format(doc=document["meta"]["id"], format="DocBin")) from err
    for label in BY_NAME.values():
        if label.kind == "rule":
            doc.spans[label.spans_key] = [span for span in spans if span.label_ == label.name]
    return doc


def char_span(doc: Doc, start: int, end: int, label: str) -> Span:
    """The tokens of `tokenize` have an edge wherever a span has one."""
    span = doc.char_span(start, end, label=label)
    assert span is not None
    return span


def read(path: Path) -> Iterator[Correction]:
    """Any DocBin: entities, then the spans of all groups that are not among them.

    RAISES (PipelineError): When it is none, or empty.
    """
    try:
        docs = list(read_docbin(read_bytes(path)).get_docs(tokenizer().vocab))
    except (ValueError, TypeError, KeyError, IndexError, zlib.error) as err:
        raise broken(path, "the file", f"it is no DocBin ({type(err).__name__})") from err
    return finished(path, [correction(path, f"document {number}", doc) for number, doc in enumerate(docs, 1)], ())


def correction(path: Path, where: str, doc: Doc) -> Correction:
    spans = [*doc.ents, *(span for key in doc.spans if key not in NOT_LABELS for span in doc.spans[key])]
    unique = {(span.start_char, span.end_char, span.label_): span.text for span in spans}
    found = [
        Found(start, end, label, words, f"{where}, span {number}")
        for number, ((start, end, label), words) in enumerate(unique.items(), 1)
    ]
    digest = doc.user_data.get(DIGEST, "")
    return Correction(path.name, where, str(doc._.id), doc.text, digest if isinstance(digest, str) else "", found)
