"""More training text from the same documents: places and providers replaced by other known ones."""

import random
from typing import Any

from pipeline.components.known_names import names_folder, read_list
from pipeline.labels import LEARNED

LISTS = {"PLACE": "places", "PROVIDER": "providers"}


def known_by_label() -> dict[str, list[str]]:
    """Per label, the names to choose from."""
    return {label: list(read_list(names_folder() / f"{name}.csv")) for label, name in LISTS.items()}


def swap(document: dict[str, Any], names: dict[str, list[str]], share: float) -> dict[str, Any]:
    """A document in which some names are others; every mention of a name becomes the same other name.

    document (dict): With `text`, `spans` and `meta`.
    names (dict[str, list[str]]): Per label, what to take instead.
    share (float): Of the names, that are replaced. Which ones depends on the document's id and nothing else.
    RETURNS (dict): A new document with the learned spans only: the others may not fit the new text.
    """
    chance = random.Random(document["meta"]["id"])
    learned = {label.name for label in LEARNED}
    spans = sorted((span for span in document["spans"] if span["label"] in learned), key=lambda span: span["start"])
    text, moved, position = "", [], 0
    others: dict[tuple[str, str], str] = {}
    for span in spans:
        surface = document["text"][span["start"] : span["end"]]
        key = (span["label"], surface.casefold())
        if key not in others:
            swapped = span["label"] in names and chance.random() < share
            others[key] = chance.choice(names[span["label"]]) if swapped else ""
        text += document["text"][position : span["start"]]
        start = len(text)
        text += in_case_of(surface, others[key]) or surface
        moved.append({"start": start, "end": len(text), "label": span["label"]})
        position = span["end"]
    return {"text": text + document["text"][position:], "spans": moved, "meta": document["meta"]}


def in_case_of(surface: str, name: str) -> str:
    """The name in capitals where a whole line of words is."""
    return name.upper() if surface.isupper() and " " in surface else name
