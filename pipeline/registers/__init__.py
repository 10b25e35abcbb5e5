"""The registers of a run: one row per strategy, provider and place, with its mentions and what was done with it.

They are made from the tables of the documents whenever a run is whole: three passes over the parts (`files`), of which
only the different names are held in memory (`scopes`).
"""

from pipeline.registers.files import build

__all__ = ["build"]
