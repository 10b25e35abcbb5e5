"""spaCy components. Importing this package registers every factory; it is the one `spacy_factories` entry point."""

from pipeline.components import (
    date_ranges,
    edges,
    figures,
    known_names,
    mentions,
    names,
    people,
    percentages,
    recogniser,
    records,
    resolutions,
    structure,
    tokenizer,
)

__all__ = [
    "date_ranges",
    "edges",
    "figures",
    "known_names",
    "mentions",
    "names",
    "people",
    "percentages",
    "recogniser",
    "records",
    "resolutions",
    "structure",
    "tokenizer",
]
