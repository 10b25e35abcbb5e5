"""report.html: the scores, and gold and predicted side by side, line by line. One page that needs no network."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

import jinja2
from markupsafe import Markup, escape
from spacy.tokens import Doc, Span
from spacy.training import Example

from pipeline.documents import confidence
from pipeline.labels import LABELS
from pipeline.training.evaluate import MICRO, ROWS, kind_of, source_of
from pipeline.training.pairs import KINDS, Mistake, key

LINE = re.compile(r"[^\n]+")
CLASSES = {kind: kind.replace(" ", "-") for kind in KINDS}
OPEN = Markup('<mark class="{}" title="{}">')
OPEN_ERROR = Markup('<mark class="{}" title="{}" data-e="{}" data-k="{}" data-l="{}" tabindex="-1">')
CLOSE = Markup("</mark>")


@dataclass(frozen=True)
class Mark:
    """A span as it is shown: its characters, its opening tag, and its opening tag where it ends (with a badge)."""

    start: int
    end: int
    tag: Markup
    last_tag: Markup


@dataclass(frozen=True)
class Shown:
    """One document of the page.

    errors (Counter[str]): How many, by kind. lines (list[tuple[Markup, Markup]]): Gold and predicted.
    """

    id: str
    source: str
    kind: str
    errors: Counter[str]
    lines: list[tuple[Markup, Markup]]


def to_page(summary: dict[str, Any], examples: Sequence[Example], found: Sequence[Sequence[Mistake]]) -> str:
    """The whole page.

    summary (dict): What scores.json holds.
    examples (Sequence[Example]), found (Sequence[Sequence[Mistake]]): Documents, and the mistakes in each.
    """
    first, documents = 0, []
    for example, mistakes in zip(examples, found, strict=True):
        documents.append(shown(example, mistakes, first))
        first += len(mistakes)
    script = text_of("report.js")
    return template().render(
        summary=summary,
        figures={(row["label"], row["view"], row["group"]): row for row in summary["scores"]},
        groups={view: groups(summary, view) for view in ("kind", "source")},
        counts=error_counts(summary),
        documents=documents,
        rows=list(ROWS),
        micro=list(MICRO),
        labels=LABELS,
        kinds=CLASSES,
        script=Markup(script),
        # Only this script may run, so that nothing a text smuggles in could.
        script_hash=base64.b64encode(hashlib.sha256(script.encode("utf8")).digest()).decode("ascii"),
    )


def error_counts(summary: dict[str, Any]) -> Counter[tuple[str, str]]:
    """Errors by row of the scores and kind."""
    counts: Counter[tuple[str, str]] = Counter()
    for row, labels in ROWS.items():
        for error in summary["errors"]:
            if error["label"] in labels:
                counts[row, error["kind"]] += error["count"]
    return counts


def groups(summary: dict[str, Any], view: str) -> list[tuple[str, int]]:
    """The groups of a view, each with its number of documents."""
    return sorted({(row["group"], row["documents"]) for row in summary["scores"] if row["view"] == view})


def text_of(name: str) -> str:
    return resources.files("pipeline").joinpath("templates", name).read_text("utf8")


def figure(value: float | None, digits: int = 3) -> str:
    """A number as the page and the model card show it; a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}"


@cache
def template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters["figure"] = figure
    return environment.from_string(text_of("report.html"))


def shown(example: Example, mistakes: Sequence[Mistake], first: int) -> Shown:
    """One document; its errors are numbered from `first`."""
    doc = example.predicted
    numbered = list(enumerate(mistakes, first))
    gold = {key(mistake.gold): (number, mistake) for number, mistake in numbered if mistake.gold}
    predicted = {key(mistake.found): (number, mistake) for number, mistake in numbered if mistake.found}
    both = zip(lines(doc.text, marks(example.reference, gold)), lines(doc.text, marks(doc, predicted)), strict=True)
    kinds = Counter(mistake.kind for mistake in mistakes)
    return Shown(doc._.id, source_of(doc), kind_of(doc).replace("_", " "), kinds, list(both))


def marks(doc: Doc, errors: dict[tuple[int, int, str], tuple[int, Mistake]]) -> list[Mark]:
    """The spans of one side, by start, of those that start together the longer first."""
    made = []
    for span in doc.spans["exact"]:
        number, mistake = errors.get(key(span), (None, None))
        tags = (tag(span, number, mistake, last) for last in ("", " z"))
        made.append(Mark(span.start_char, span.end_char, *tags))
    return sorted(made, key=lambda mark: (mark.start, -mark.end))


def tag(span: Span, number: int | None, mistake: Mistake | None, last: str) -> Markup:
    """The opening tag of a span: label, kind of error, what stands on the other side."""
    title = span.label_
    if (trust := confidence(span)) is not None:
        title += f", confidence {trust:.2f}"
    if mistake is None:
        return OPEN.format(span.label_ + last, title)
    labels = sorted({two.label_ for two in (mistake.gold, mistake.found) if two})
    title += f": {mistake.kind}"
    if mistake.gold and mistake.found:
        title += f". Gold: {mistake.gold.label_} {mistake.gold.text!r}. "
        title += f"Predicted: {mistake.found.label_} {mistake.found.text!r}"
    kind = CLASSES[mistake.kind]
    return OPEN_ERROR.format(f"{span.label_} {kind}{last}", title, number, kind, " ".join(labels))


def lines(text: str, spans: Sequence[Mark]) -> Iterator[Markup]:
    """Each line of a text that is not blank, with its marks. A mark goes on in the next line where its span does."""
    waiting, active = list(reversed(spans)), list[Mark]()
    for line in LINE.finditer(text):
        if line.group().isspace():
            continue
        active = [mark for mark in active if mark.end > line.start()]
        while waiting and waiting[-1].start < line.end():
            active.append(waiting.pop())
        yield pieces(text, line.start(), line.end(), [mark for mark in active if mark.end > line.start()])


def pieces(text: str, start: int, end: int, spans: Sequence[Mark]) -> Markup:
    """One line, cut wherever a span starts or ends, so that spans that cross are shown as they are."""
    edges = {start, end}
    for mark in spans:
        edges |= {max(mark.start, start), min(mark.end, end)}
    out = []
    cuts = sorted(edges)
    for left, right in pairwise(cuts):
        around = [mark for mark in spans if mark.start <= left and right <= mark.end]
        out += [mark.last_tag if mark.end == right else mark.tag for mark in around]
        out += [escape(text[left:right]), CLOSE * len(around)]
    return Markup("").join(out)
