"""CoNLL: a word per line with BIO tags, one column for the learned labels and one per rule label, which may overlap.

Ours is CoNLL-U Plus: the first line names the columns, comments give id, digest and text of each document (the text as
a JSON string), START and END are characters of that text. Files of others have a word first, a tag last, BIO or BIOES.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from spacy.tokens import Doc

from pipeline.errors import Errors, PipelineError
from pipeline.labels import BY_NAME, RULES
from pipeline.review.formats.files import broken, finished, offset, read_bytes, write_text
from pipeline.review.formats.tokens import tokenize
from pipeline.review.records import Correction, Document, Found, digest_of

OUTPUT = "conll"
ENTITY = "ENTITY"  # the column of the learned labels
TAGS = (ENTITY, *(label.name for label in RULES))
COLUMNS = ("FORM", "START", "END", *TAGS)
HEADER = "global.columns"
KEY = re.compile(r"[\w. ]+")
TAG = re.compile(r"O|[BIESLUM]-.+")
BEGINS, ENDS = "BSU", "ESLU"  # BIOES calls a last word E and a single one S, BILOU L and U
NEW_DOCUMENT = ("id", "newdoc id")
DOCSTART = "-DOCSTART-"
BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}", "``": '"', "''": '"'}


@dataclass
class Word:
    """A line: its number, the word, its place where the file tells, and its tags by column."""

    line: int
    form: str
    tags: dict[str, str]
    start: int = -1
    end: int = -1
    opens: bool = False  # a blank line is before it


@dataclass
class Part:
    """A document, or as much as a file tells of where one ends."""

    line: int
    about: dict[str, str] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)


def write(documents: Sequence[Document], folder: Path) -> list[Path]:
    """`conll/documents.conll`.

    RAISES (PipelineError): When entities, or spans of the same rule label, overlap one another.
    """
    parts = [f"# {HEADER} = {' '.join(COLUMNS)}\n", *map(lines, documents)]
    return [write_text(folder / OUTPUT / "documents.conll", parts)]


def lines(document: Document) -> str:
    """One document. White space has a line only where a span begins or ends with it; an empty line parts paragraphs."""
    text, doc = document["text"], tokenize(document)
    tags, edges = tags_of(document, doc)
    about = {"id": one_line(document["meta"]["id"]), "digest": digest_of(text), "text": json.dumps(text)}
    made = [f"# {key} = {value}\n" for key, value in about.items()]
    for token in doc:
        row = [column.get(token.i, "O") for column in tags.values()]
        if not token.is_space or token.i in edges:
            made.append("\t".join([shown(token.text), str(token.idx), str(token.idx + len(token)), *row]) + "\n")
        elif token.text.count("\n") > 1 and set(row) == {"O"}:
            made.append("\n")
    return "".join([*made, "\n"])


def one_line(value: str) -> str:
    """As it is, or as a JSON string where that would not be read back."""
    return value if value.isprintable() and value == value.strip() and value[:1] != '"' else json.dumps(value)


def shown(form: str) -> str:
    """A word as it is, white space by its escapes: `\\n`."""
    return json.dumps(form)[1:-1] if form.isspace() else form


def tags_of(document: Document, doc: Doc) -> tuple[dict[str, dict[int, str]], set[int]]:
    """The tags of each column by token, and the tokens where a span begins or ends."""
    tags: dict[str, dict[int, str]] = {column: {} for column in TAGS}
    edges = set[int]()
    for row in document["spans"]:
        label = BY_NAME[row["label"]]
        column, span = tags[ENTITY if label.kind == "learned" else label.name], doc.char_span(row["start"], row["end"])
        assert span is not None  # the tokens of `tokenize` have an edge wherever a span has one
        if any(token.i in column for token in span):
            raise PipelineError(Errors.E514.format(doc=document["meta"]["id"], format="CoNLL"))
        column |= {token.i: f"{'B' if token.i == span.start else 'I'}-{label.name}" for token in span}
        edges |= {span.start, span.end - 1}
    return tags, edges


def read(path: Path, texts: Mapping[str, str] | None = None) -> Iterator[Correction]:
    """The documents of a file, ours or another's.

    texts (Mapping[str, str] | None): The texts of the review folder by id, among which the words of a file that does
        not say where they stand are looked up; if None, such words become a text with a blank after each.
    RAISES (PipelineError): When the file is broken, or its words are not the whole of one or more of these texts.
    """
    corrections = []
    for part in parse(path):
        if all(word.start >= 0 for word in part.words):
            corrections.append(correction(path, part, part.about.get("id", ""), part.about.get("text")))
        elif texts:
            corrections += [correction(path, one, doc_id, texts[doc_id]) for doc_id, one in aligned(path, part, texts)]
        else:
            corrections.append(correction(path, part, part.about.get("id", ""), joined(part)))
    return finished(path, corrections, ())


def parse(path: Path) -> list[Part]:
    """RAISES (PipelineError): When a line is no word with a tag."""
    try:
        rows = read_bytes(path).decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as err:
        raise broken(path, "the file", f"it is not in UTF-8 ({err.reason})") from err
    parts, columns, opens = [Part(1)], list[str](), True
    for number, row in enumerate(rows, 1):
        row = row.rstrip("\r")
        comment = comment_of(row)
        cells = row.split("\t") if "\t" in row else row.split()
        if comment:
            key, value = comment
            columns = value.split() if key == HEADER else columns
            if key in NEW_DOCUMENT and (parts[-1].words or "id" in parts[-1].about):
                parts.append(Part(number))
            parts[-1].about["id" if key in NEW_DOCUMENT else key] = unquoted(value)
        elif cells and cells[0] == DOCSTART:
            parts.append(Part(number))
        elif row.strip() and not (row.startswith("#") and not TAG.fullmatch(cells[-1])):
            parts[-1].words.append(word(path, number, cells, columns, opens))
        opens = not row.strip()
    for part in parts:
        if not columns:  # then it is the text of a sentence
            part.about.pop("text", None)
    return [part for part in parts if part.words or "id" in part.about]


def comment_of(row: str) -> tuple[str, str] | None:
    """Key and value of `# key = value`; None where it is a word."""
    key, mark, value = row[1:].partition("=")
    if not row.startswith("#") or "\t" in row or not mark or not KEY.fullmatch(key := key.strip()):
        return None
    return key, value[1:] if value[:1].isspace() else value


def unquoted(value: str) -> str:
    """The value of a comment, which may be a JSON string."""
    if not value.startswith('"'):
        return value
    try:
        return str(json.loads(value))
    except ValueError:
        return value


def word(path: Path, number: int, cells: list[str], columns: list[str], opens: bool) -> Word:
    """RAISES (PipelineError): When a cell is missing or is no tag."""
    where = f"line {number}"
    if not columns and len(cells) == len(COLUMNS) and cells[1].isdecimal() and cells[2].isdecimal():
        columns = list(COLUMNS)  # ours, without its first line
    if columns and len(cells) != len(columns):
        raise broken(path, where, f"it has {len(cells)} columns, not {len(columns)}")
    if len(cells) < 2:
        raise broken(path, where, f"{cells[0]!r} has no tag")
    named = dict(zip(columns, cells, strict=False))
    tags = {name: named[name] for name in TAGS if name in named} or {ENTITY: cells[-1]}
    for tag in tags.values():
        if not TAG.fullmatch(tag):
            raise broken(path, where, f"{tag!r} is no tag: O, or a label after B- or I-")
    start, end = (offset(path, where, named.get(name, -1)) for name in ("START", "END"))
    return Word(number, named.get("FORM", cells[0]), tags, start, end, opens)


def joined(part: Part) -> str:
    """The words with a blank after each, which are placed in it."""
    position = 0
    for each in part.words:
        each.start, each.end = position, position + len(each.form)
        position = each.end + 1
    return " ".join(each.form for each in part.words)


def aligned(path: Path, part: Part, texts: Mapping[str, str]) -> Iterator[tuple[str, Part]]:
    """The words, placed in the texts that they are, with each text's id; white space counts for nothing.

    RAISES (PipelineError): When they are none, or a part of one: what is missing would count as deleted.
    """
    named = part.about.get("id", "")
    known = {named: texts[named]} if named in texts else texts
    solid = {doc_id: "".join(text.split()) for doc_id, text in known.items() if text.strip()}
    words = [each for each in part.words if each.form.strip()]
    while words:
        doc_id, count = next(whole(words, solid), ("", 0))
        if not count:
            shown_words = " ".join(each.form for each in words[:8])
            raise PipelineError(Errors.E515.format(path=path, line=words[0].line, words=shown_words))
        places = [at for at, char in enumerate(texts[doc_id]) if not char.isspace()]
        position = 0
        for each in words[:count]:
            each.start, position = places[position], position + len("".join(each.form.split()))
            each.end = places[position - 1] + 1
        yield doc_id, Part(words[0].line, {"id": doc_id}, words[:count])
        words = words[count:]


def whole(words: Sequence[Word], solid: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """The text that the next words are, the longest first, and how many words those are.

    Brackets and quotation marks may be written as the Penn Treebank does; the words then get what is in the text.
    """
    for forms in ([each.form for each in words], [BRACKETS.get(each.form, each.form) for each in words]):
        forms = ["".join(form.split()) for form in forms]
        stream, ends = "".join(forms), {end: count for count, end in enumerate(accumulate(map(len, forms)), 1)}
        for doc_id in sorted(solid, key=lambda doc_id: -len(solid[doc_id])):
            if len(solid[doc_id]) in ends and stream.startswith(solid[doc_id]):
                for each, form in zip(words, forms, strict=True):
                    each.form = form
                yield doc_id, ends[len(solid[doc_id])]


def correction(path: Path, part: Part, doc_id: str, text: str | None) -> Correction:
    where = f"line {part.line}"
    spans = [found for column in TAGS for found in found_in(part, column, text)]
    return Correction(path.name, where, doc_id, text, part.about.get("digest", ""), spans)


def found_in(part: Part, column: str, text: str | None) -> Iterator[Found]:
    """The spans of one column. An I that continues nothing begins a span, as in the oldest files."""
    span: list[Word] = []
    label = ""
    for each in [*part.words, Word(0, "", {})]:
        prefix, _, name = each.tags.get(column, "O").partition("-")
        if span and (each.opens or name != label or prefix in BEGINS):
            yield found_of(span, label, text)
            span = []
        if name:
            span, label = [*span, each], name
            if prefix in ENDS:
                yield found_of(span, label, text)
                span = []


def found_of(span: Sequence[Word], label: str, text: str | None) -> Found:
    """What stands there, unless a word was changed in the file: then the words as they are there."""
    start, end = span[0].start, span[-1].end
    words = None
    if text is not None:
        kept = all(each.form == shown(text[each.start : each.end]) for each in span)
        words = text[start:end] if kept else " ".join(each.form for each in span)
    return Found(start, end, label, words, f"line {span[0].line}")
