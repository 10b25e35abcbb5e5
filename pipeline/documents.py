"""A Doc's spans in one list, and a Doc as JSON, as DocBin and as a highlighted HTML page."""

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

import jinja2
import srsly
from markupsafe import Markup, escape
from spacy.language import Language
from spacy.strings import hash_string  # type: ignore[attr-defined]
from spacy.tokens import Doc, DocBin, Span

import pipeline.extensions  # noqa: F401  (registers the attributes that are read and written here)
from pipeline.labels import BY_NAME, LABELS, RULES

# srsly would look through the entry points of every installed package for each small piece of a DocBin: half of the
# time that writing one takes.
srsly.msgpack.msgpack_encoders.entry_points = srsly.msgpack.msgpack_decoders.entry_points = False

RECORD = ("source", "reader", "encoding", "metadata", "pages")  # where a text came from; `doc._.record`, JSON `meta`


def new_doc(nlp: Language, text: str, doc_id: str, record: dict[str, Any]) -> Doc:
    """A tokenized Doc that knows where it came from; for `nlp.pipe`."""
    doc = nlp.make_doc(text)
    doc._.id, doc._.record = doc_id, record
    return doc


def all_spans(doc: Doc) -> list[Span]:
    """Entities and rule spans together, by start; of two that start together the longer comes first."""
    spans = [*doc.ents, *(span for label in RULES for span in doc.spans.get(label.spans_key, ()))]
    return sorted(spans, key=lambda span: (span.start_char, -span.end_char, span.label_))


def to_json(doc: Doc) -> dict[str, Any]:
    """The document as one line of annotated/*.jsonl, the shape of training_data/*.jsonl and of Prodigy.

    RETURNS (dict): `text`, `spans` (`start`, `end`, `label`, `text`, `id` the rule, `value`, `confidence`), `meta`.
    """
    spans = [
        {
            "start": span.start_char,
            "end": span.end_char,
            "label": span.label_,
            "text": span.text,
            "id": span.id_,
            "value": span._.value,
            "confidence": confidence(span),
            **joined(span),
        }
        for span in all_spans(doc)
    ]
    joins = {"people": doc._.people, "figures": doc._.figures}
    return {"text": doc.text, "spans": spans, **joins, "meta": {"id": doc._.id, **doc._.record, "page": doc._.page}}


def joined(span: Span) -> dict[str, Any]:
    """`name` of an entity that stands for one, `record` of a resolution: what is known of them."""
    key = {"RESOLUTION": "record", "STRATEGY": "name", "PROVIDER": "name", "PLACE": "name"}.get(span.label_, "")
    known = span._.get(key) if key else None
    return {key: {name: value for name, value in known.items() if value is not None}} if known else {}


def to_docbin(docs: Iterable[Doc]) -> DocBin:
    """Docs with entities, span groups and values, as plain `DocBin().from_disk(path)` reads them back."""
    docbin = DocBin(attrs=["ENT_IOB", "ENT_TYPE", "ENT_ID"], store_user_data=True, docs=docs)
    used = {key for row in range(len(docbin)) for key in string_keys(docbin, row)}
    docbin.strings = {string for string in docbin.strings if hash_string(string) in used}
    return docbin


def string_keys(docbin: DocBin, row: int) -> set[int]:
    """The hashes of the strings that one Doc of a DocBin needs, and some other numbers.

    A span in a group is stored as three numbers of 8 bytes (id, knowledge base id, label), then its offsets: the
    format of spaCy's `SpanGroup.to_bytes`.
    """
    keys = set(docbin.tokens[row].ravel().tolist())
    groups = srsly.msgpack_loads(docbin.span_groups[row]) if docbin.span_groups[row] else {}
    for group in groups:
        for span in srsly.msgpack_loads(group)["spans"]:
            keys.update(int.from_bytes(span[start : start + 8], "big") for start in (0, 8, 16))
    return keys


def pick(docbin: DocBin, row: int, strings: dict[int, str]) -> DocBin:
    """One Doc of a DocBin by itself, with the strings it needs and no other: a text that is gone leaves no word behind.

    strings (dict[int, str]): Those of the DocBin, by their hash.
    """
    one = DocBin(attrs=docbin.attrs[1:], store_user_data=True)  # spaCy puts ORTH in front itself
    for name in ("tokens", "spaces", "cats", "flags", "span_groups", "user_data"):
        setattr(one, name, [getattr(docbin, name)[row]])
    one.strings = {strings[key] for key in string_keys(docbin, row) if key in strings}
    return one


def read_docbin(data: bytes) -> DocBin:
    """What `to_docbin(docs).to_bytes()` gave; spaCy alone would forget that there is user data."""
    return DocBin(store_user_data=True).from_bytes(data)


def confidence(span: Span) -> float | None:
    """Of a learned entity; None for a span of rules, though spaCy keeps one value per place, whatever the label."""
    return span._.confidence if BY_NAME[span.label_].kind == "learned" else None


@cache
def template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    source = resources.files(__package__).joinpath("templates", "document.html").read_text("utf8")
    return environment.from_string(source)


def to_html(doc: Doc) -> str:
    """One page with every span highlighted; needs no network. Nested spans are shown nested."""
    spans = all_spans(doc)
    counts = {label.name: sum(span.label_ == label.name for span in spans) for label in LABELS}
    held = [span._.meeting for span in doc.spans.get("meetings", ())]
    meetings = [", ".join(filter(None, (meeting["body"], meeting["date"]))) for meeting in held]
    return template().render(
        doc=doc,
        page=doc._.page,
        meetings=list(filter(None, meetings)),
        labels=LABELS,
        counts=counts,
        text=highlight(doc.text, spans),
    )


def highlight(text: str, spans: list[Span]) -> Markup:
    """The text as HTML with a `<mark>` around each span. Where two spans cross, the later one is cut at the edge."""
    out: list[str] = []
    open_until: list[int] = []
    position = 0

    def advance(to: int) -> None:
        nonlocal position
        while open_until and open_until[-1] <= to:
            end = open_until.pop()
            out.append(str(escape(text[position:end])) + "</mark>")
            position = end
        out.append(str(escape(text[position:to])))
        position = to

    for span in spans:
        advance(span.start_char)
        out.append(str(Markup('<mark class="{}" title="{}">').format(span.label_, tooltip(span))))
        open_until.append(min([span.end_char, *open_until]))
    advance(len(text))
    return Markup("".join(out))


def tooltip(span: Span) -> str:
    """Label and value, or label and confidence, in one line."""
    sure = confidence(span)
    if sure is not None:
        return f"{span.label_} (confidence: {sure:.2f})"
    value = ", ".join(
        f"{key}: {item}" for key, item in span._.value.items() if item not in ("", None) and key != "body"
    )
    return f"{span.label_} ({value})" if value else span.label_


def to_page_name(doc_id: str) -> str:
    """The path of a document's HTML page, good on any system and its own.

    `/` makes folders; where other characters had to go, as in the ids of rows, a digest keeps names apart.
    """
    parts = [part for part in doc_id.split("/") if part.strip(". ")]
    clean = "/".join("".join(c if c.isalnum() or c in " ._-~()," else "_" for c in part)[:80] for part in parts)
    if clean != doc_id:
        clean += "-" + hashlib.sha256(doc_id.encode("utf8", "surrogatepass")).hexdigest()[:8]
    return f"{clean}.html"
