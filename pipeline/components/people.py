"""The component `minutes_people`: mentions of people with the offices that the document states for them."""

from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

FACTORY = "minutes_people"


@Language.factory(FACTORY, requires=["doc.ents"], assigns=["doc._.people"])
def make_people(nlp: Language, name: str) -> "People":
    return People()


class People:
    """Writes `doc._.people`: dicts with the fields of `pipeline.joins.PEOPLE`, by start."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.people = find(doc)
        return doc


def find(doc: Doc) -> list[dict[str, Any]]:
    return []
