"""spaCy components. Importing this package registers every factory; it is the one `spacy_factories` entry point."""

from pipeline.components import (
    date_ranges,
    edges,
    known_names,
    mentions,
    percentages,
    recogniser,
    resolutions,
    structure,
    tokenizer,
)

__all__ = [
    "date_ranges",
    "edges",
    "known_names",
    "mentions",
    "percentages",
    "recogniser",
    "resolutions",
    "structure",
    "tokenizer",
]
