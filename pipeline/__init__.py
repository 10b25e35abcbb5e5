"""From saved council pages to annotated documents and tables.

import pipeline

nlp = pipeline.load()
doc = nlp("RESOLVED: That the Sufficiency Strategy 2021-2024 be approved.")
frames = pipeline.tables([doc])
pipeline.annotate(["examples"], "out")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.frames import tables
    from pipeline.nlp import load
    from pipeline.run import annotate

__all__ = ["annotate", "load", "tables"]
__version__ = "0.1.0"
_HOMES = {"annotate": "pipeline.run", "load": "pipeline.nlp", "tables": "pipeline.frames"}


def __getattr__(name: str) -> Any:
    """Import on first use: the processes that only read files never load spaCy."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
