"""The correction page: one HTML file per document and an index, no server, no network; and the files that it saves."""

import base64
import colorsys
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from spacy.language import Language

from pipeline.errors import Errors, PipelineError
from pipeline.labels import LABELS
from pipeline.nlp import blank
from pipeline.review.records import Correction, Document, Found, digest_of
from pipeline.review.select import SELECTED, UNSURE, read_choice
from pipeline.writers import atomic

FORMAT = "minutes-review-1"
OUTPUT = "pages"
INDEX = "index.html"
SCRIPTS: dict[str, tuple[str, ...]] = {
    "review.html": ("review-common.js", "review-text.js", "review.js", "review-input.js"),
    "review-index.html": ("review-common.js", "review-index.js"),
}
GENERATOR = b'<meta name="generator" content="minutes review">'
NAME = 48  # characters of a page's name: Windows has 260 for the whole path
REVIEWED = "reviewed"
STATES = (REVIEWED, "in progress")


def write(documents: Sequence[Document], folder: Path) -> list[Path]:
    """`pages/index.html` and a page per document, in their order; pages of an earlier export go.

    documents (Sequence[Document]): Spans may have a `confidence`.
    folder (Path): The review folder; `selected.csv` there gives the reasons.
    RETURNS (list[Path]): The files made, the index first.
    RAISES (OSError): When they cannot be written.
    """
    pages, nlp, why = folder / OUTPUT, blank(), reasons(folder)
    names = page_names(documents)
    links = [INDEX, *(f"{name}.html" for name in names), INDEX]
    rows, made = [], []
    for number, (document, name) in enumerate(zip(documents, names, strict=True), 1):
        row = {"name": name, "number": number, "reason": why.get(document["meta"]["id"], ""), **facts(document)}
        data = {
            **row,
            "unsure": UNSURE,
            "labels": [{"name": label.name, "learned": label.kind == "learned"} for label in LABELS],
            "words": word_lengths(nlp, document["text"]),
        }
        around = {"previous": links[number - 1], "next": links[number + 1], "total": len(documents)}
        made.append(save(pages / f"{name}.html", page("review.html", data, row=row, **around)))
        rows.append(row)
    contents = {"documents": rows, "labels": [label.name for label in LABELS]}
    made.insert(0, save(pages / INDEX, page("review-index.html", contents, rows=rows)))
    remove_old(pages, made)
    return made


def save(path: Path, html: str) -> Path:
    with atomic(path) as part:
        part.write_text(html, "utf8", errors="replace", newline="\n")  # half a surrogate pair, as in odd file names
    return path


def remove_old(pages: Path, made: Sequence[Path]) -> None:
    """Pages of an earlier export would show documents that are not in this one; what people put there stays."""
    for path in set(pages.glob("*.html")) - set(made):
        with suppress(OSError):
            if GENERATOR in path.read_bytes()[:1_000]:
                path.unlink()


def reasons(folder: Path) -> dict[str, str]:
    """Why each document was chosen; nothing where there is no readable list."""
    try:
        return {choice.doc_id: choice.reason for choice in read_choice(folder / SELECTED)}
    except PipelineError:
        return {}


def facts(document: Document) -> dict[str, Any]:
    """What both kinds of page have to know of a document."""
    text, meta = document["text"], document["meta"]
    spans = [[span["start"], span["end"], span["label"], span.get("confidence")] for span in document["spans"]]
    doubtful = sum(sure is not None and sure < UNSURE for *_, sure in spans)
    return {
        "id": meta["id"],
        "source": str(meta.get("source") or ""),
        "digest": digest_of(text),
        "text": text,
        "spans": spans,
        "doubtful": doubtful,
    }


def page_names(documents: Sequence[Document]) -> list[str]:
    """A file name per document, without suffix: its number, so that folders sort as the index, and words of its id."""
    width = max(2, len(str(len(documents))))
    words = (re.sub(r"[^A-Za-z0-9]+", "-", document["meta"]["id"])[-NAME:].strip("-") for document in documents)
    return [f"{number:0{width}}-{name or 'document'}" for number, name in enumerate(words, 1)]


def word_lengths(nlp: Language, text: str) -> list[int]:
    """The words where edges may lie, as our tokenizer has them: characters to skip, characters to take, and so on."""
    lengths, position = list[int](), 0
    for token in nlp.make_doc(text):
        if not token.is_space:
            lengths += [token.idx - position, len(token)]
            position = token.idx + len(token)
    return lengths


def page(template: str, data: dict[str, Any], **values: Any) -> str:
    """One page, with its data and the only script that may run on it."""
    script = "\n".join(text_of(name) for name in SCRIPTS[template])
    return (
        environment()
        .get_template(template)
        .render(
            data=Markup(as_json(data)),
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode("utf8")).digest()).decode("ascii"),
            labels=LABELS,
            ink=ink,
            generator=Markup(GENERATOR.decode()),
            **values,
        )
    )


def as_json(data: dict[str, Any]) -> str:
    """JSON in ASCII that can stand in a page: nothing in it ends or opens a tag."""
    plain = json.dumps(data, separators=(",", ":"))
    return plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def text_of(name: str) -> str:
    return resources.files("pipeline").joinpath("templates", name).read_text("utf8")


@cache
def environment() -> jinja2.Environment:
    return jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(text_of),
    )


def ink(colour: str) -> str:
    """A label's colour made dark enough to read on white and on the colour itself (WCAG 2.2, 1.4.6: 7 to 1)."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    dark = colorsys.hls_to_rgb(hue, 0.2, max(saturation, 0.55))
    return "#" + "".join(f"{round(part * 255):02x}" for part in dark)


def read(path: Path) -> Iterator[Correction]:
    """The documents marked as done in a file that the page or the index saved.

    RAISES (PipelineError): When the file is none of ours or broken, or no document in it is done.
    """
    try:
        content = json.loads(path.read_bytes())
    except OSError as err:
        raise PipelineError(Errors.E500.format(path=path, problem=err.strerror or err)) from err
    except (ValueError, RecursionError) as err:
        raise PipelineError(Errors.E500.format(path=path, problem=f"it is no whole JSON ({err})")) from err
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise PipelineError(Errors.E501.format(path=path, format=FORMAT))
    documents = content.get("documents")
    if not isinstance(documents, list):
        raise PipelineError(Errors.E502.format(path=path, where="the file", problem="there is no list of documents"))
    states = [state_of(path, number, document) for number, document in enumerate(documents, 1)]
    done = [number for number, state in enumerate(states) if state == REVIEWED]
    if not done:
        raise PipelineError(Errors.E503.format(path=path, count=len(documents)))
    return iter([correction(path, number + 1, documents[number]) for number in done])


def state_of(path: Path, number: int, document: Any) -> str:
    """RAISES (PipelineError): When there is none."""
    state = document.get("state") if isinstance(document, dict) else None
    if state not in STATES:
        problem = f"its state is {state!r}, not one of {', '.join(STATES)}"
        raise PipelineError(Errors.E502.format(path=path, where=f"document {number}", problem=problem))
    return str(state)


def correction(path: Path, number: int, document: dict[str, Any]) -> Correction:
    """RAISES (PipelineError): When something is missing or of another type; what the spans say is checked later."""
    where = f"document {number}"
    values = {key: field(path, where, document, key, str) for key in ("id", "text", "digest")}
    spans = []
    for row, span in enumerate(field(path, where, document, "spans", list), 1):
        place = f"{where}, span {row}"
        start, end = (field(path, place, span, key, int) for key in ("start", "end"))
        label, text = (field(path, place, span, key, str) for key in ("label", "text"))
        spans.append(Found(start, end, label, text, place))
    return Correction(path.name, where, values["id"], values["text"], values["digest"], spans)


def field(path: Path, where: str, row: Any, key: str, kind: type) -> Any:
    """RAISES (PipelineError): When a row has no such key, or its value is of another type."""
    value = row.get(key) if isinstance(row, dict) else None
    if type(value) is not kind:  # True is an int for isinstance
        problem = f"`{key}` is missing or of a wrong kind"
        raise PipelineError(Errors.E502.format(path=path, where=where, problem=problem))
    return value
