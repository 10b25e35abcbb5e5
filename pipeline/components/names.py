"""The component `minutes_names`: which mentions of strategies, providers and places in a document are one."""

from spacy.language import Language
from spacy.tokens import Doc

FACTORY = "minutes_names"
LABELS = ("STRATEGY", "PROVIDER", "PLACE")


@Language.factory(FACTORY, requires=["doc.ents"], assigns=["span._.name"])
def make_names(nlp: Language, name: str) -> "Names":
    return Names()


class Names:
    """Writes `ent._.name`: a dict with the fields of `pipeline.joins.NAME`, for every entity of `LABELS`."""

    def __call__(self, doc: Doc) -> Doc:
        for ent in doc.ents:
            if ent.label_ in LABELS:
                ent._.name = {
                    "name": ent.text,
                    "name_start": ent.start_char,
                    "name_end": ent.end_char,
                    "joined_by": "same",
                    "joined_confidence": 1.0,
                }
        return doc
