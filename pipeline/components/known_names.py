"""Known names, from lists that anyone can edit: hints for the recogniser, which learns how far to believe them.

A list is `models/names/<list>.csv` with the columns `name`, `kind` and `note`. An edited list counts from the next run;
no training is needed.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from spacy import registry
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans
from thinc.api import Model
from thinc.types import Floats2d

from pipeline.errors import Errors, PipelineError
from pipeline.paths import resource

FACTORY = "minutes_known_names"
SPANS_KEY = "known_names"
COLUMNS = ["name", "kind", "note"]
WORD = re.compile(r"[^\W_]+")
FEATURES = 3  # of a token for each list: it begins a name, continues one, ends one


def names_folder() -> Path:
    """Where the lists lie."""
    return resource("models") / "names"


def read_list(path: Path) -> Iterator[str]:
    """The names of one list.

    Rows with nothing in them, which Excel leaves behind where a row was cleared, are passed over.
    RAISES (PipelineError): With file and line, when the columns are others, a row has no name or the file is no UTF-8.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines, strict=True)
            if rows.fieldnames != COLUMNS:
                raise PipelineError(Errors.E407.format(file=path, line=1, problem=f"the columns are not {COLUMNS}"))
            for row in rows:
                if not any(row.values()):
                    continue
                if not (row["name"] or "").strip() or None in row:
                    raise PipelineError(
                        Errors.E407.format(file=path, line=rows.line_num, problem="not a name and two notes")
                    )
                yield row["name"].strip()
    except UnicodeDecodeError as err:
        problem = "it is no UTF-8; in Excel, save it as CSV UTF-8"
        raise PipelineError(Errors.E407.format(file=path, line="?", problem=problem)) from err
    except (OSError, csv.Error) as err:
        raise PipelineError(Errors.E407.format(file=path, line="?", problem=err)) from err


@Language.factory(FACTORY, assigns=["doc.spans"])
def make_known_names(nlp: Language, name: str, lists: list[str]) -> "KnownNames":
    return KnownNames(nlp, lists)


class KnownNames:
    """Sets `doc.spans["known_names"]`: the names of the lists, labelled with the list's name.

    A name counts whatever its case and the shape of its apostrophes. Of two names of one list that overlap the longer
    counts. Names are cut into tokens when their first word comes up in a text: all at once would take a quarter of the
    time that loading takes.

    nlp (Language): Its tokenizer cuts the names as it cuts the texts.
    lists (list[str]): Names of files in `models/names`.
    """

    def __init__(self, nlp: Language, lists: list[str]):
        self.matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        self.make_doc = nlp.make_doc
        self.waiting: dict[str, list[tuple[str, str]]] = defaultdict(list)  # by first word: list and spelling
        for name in lists:
            names = {known.replace("’", "'") for known in read_list(names_folder() / f"{name}.csv")}
            for spelling in names | {known.replace("'", "’") for known in names}:
                self.waiting[next(words(spelling), "")].append((name, spelling))
        self.learn({""})  # names without a word

    def learn(self, firsts: set[str]) -> None:
        """Look for the names with one of these first words from now on."""
        for word in self.waiting.keys() & firsts:
            for name, spelling in self.waiting.pop(word):
                self.matcher.add(name, [self.make_doc(spelling)])

    def __call__(self, doc: Doc) -> Doc:
        self.learn(set(words(doc.text)))
        found: list[Span] = self.matcher(doc, as_spans=True)
        by_list: dict[str, list[Span]] = {}
        for span in found:
            by_list.setdefault(span.label_, []).append(span)
        doc.spans[SPANS_KEY] = [span for spans in by_list.values() for span in filter_spans(spans)]
        return doc


def words(text: str) -> Iterator[str]:
    """Runs of letters and digits, in lower case."""
    return (found[0].lower() for found in WORD.finditer(text))


@registry.architectures("minutes.NameFeatures.v1")
def make_features(lists: list[str], dropout: float) -> Model[list[Doc], list[Floats2d]]:
    """The known names as features of tokens.

    lists (list[str]): Whose names, as in the component `minutes_known_names`.
    dropout (float): Share of the names that are left out in training, lest the model believe in nothing else.
    RETURNS (Model): Docs to float32 of shape (tokens, 3 * lists), per doc.
    """
    attrs = {"lists": lists, "dropout": dropout}
    return Model("name_features", forward, attrs=attrs, dims={"nO": FEATURES * len(lists)})


def forward(model: Model, docs: list[Doc], is_train: bool) -> tuple[list[Any], Callable[[Any], list[Doc]]]:
    """Nothing flows back."""
    dropout = model.attrs["dropout"] if is_train else 0.0
    columns = {name: FEATURES * i for i, name in enumerate(model.attrs["lists"])}
    features = []
    for doc in docs:
        rows = model.ops.alloc2f(len(doc), model.get_dim("nO"))
        for span in doc.spans.get(SPANS_KEY, ()):
            if span.label_ in columns and (not dropout or np.random.random() >= dropout):
                first = columns[span.label_]
                rows[span.start, first] = rows[span.end - 1, first + 2] = 1
                rows[span.start + 1 : span.end, first + 1] = 1
        features.append(rows)
    return features, lambda gradient: []
