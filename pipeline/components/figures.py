"""The component `minutes_figures`: what percentages, and counts and sums beside them, measure."""

from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

FACTORY = "minutes_figures"


@Language.factory(FACTORY, requires=["doc.ents"], assigns=["doc._.figures"])
def make_figures(nlp: Language, name: str) -> "Figures":
    return Figures()


class Figures:
    """Writes `doc._.figures`: dicts with the fields of `pipeline.joins.FIGURES`, by start."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.figures = find(doc)
        return doc


def find(doc: Doc) -> list[dict[str, Any]]:
    return []
