"""What the training data knows already: the texts that must not be trained on, and the labels of words."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.labels import LEARNED
from pipeline.review.records import Document, digest_of
from pipeline.review.words import fold
from pipeline.training.corpus import read_split
from pipeline.training.gold import surface

WORDS = 8  # in a shingle
SHARE = 0.5  # of the shingles of the shorter text, in common, from which two texts are the same page
FEWEST = 20  # shingles in common: standard phrases are in every page
CLEAR_COUNT, CLEAR_SHARE = 5, 0.9  # from which the training data is clear about the label of words
LEARNED_NAMES = frozenset(label.name for label in LEARNED)


class HeldOut(NamedTuple):
    """A document that is never trained on: its split and id, and its text as `fold`ed and as shingles."""

    split: str
    doc_id: str
    text: str
    shingles: frozenset[int]


class Majority(NamedTuple):
    """label (str), share (float), total (int): The most frequent label of some words, of how many times."""

    label: str
    share: float
    total: int


@dataclass(frozen=True)
class Known:
    """held_out (list[HeldOut]).

    trained (dict[str, str]): Ids of training documents by the digest of their text.
    labels (dict[str, Counter[str]]): How often the words of spans have each learned label, by surface.
    """

    held_out: list[HeldOut] = field(default_factory=list)
    trained: dict[str, str] = field(default_factory=dict)
    labels: dict[str, Counter[str]] = field(default_factory=dict)

    def same_page(self, text: str) -> tuple[HeldOut, float] | None:
        """The held-out document that a text is, and how much of the two is the same (1.0: all)."""
        folded = fold(text)
        for one in self.held_out:
            if one.text == folded:
                return one, 1.0
        mine = shingles(text)
        best = max(
            ((in_common(mine, one.shingles), one) for one in self.held_out), default=None, key=lambda pair: pair[0]
        )
        return (best[1], best[0]) if best and best[0] > SHARE else None

    def majority(self, words: str) -> Majority | None:
        """The label that words nearly always have in the training data."""
        counts = self.labels.get(surface(words), Counter())
        total = counts.total()
        if total < CLEAR_COUNT:
            return None
        ((label, count),) = counts.most_common(1)
        return Majority(label, count / total, total) if count >= CLEAR_SHARE * total else None


def known(data: Path, but_not: str = "") -> Known:
    """What a folder of training data knows.

    but_not (str): A source to leave out: what was accepted of a review before is no news to it.
    RAISES (PipelineError): When it is not there or broken.
    """
    training = [document for document in read_split(data, "train") if document["meta"]["source"] != but_not]
    return Known(
        [held_out(split, document) for split in ("test", "dev") for document in read_split(data, split)],
        {digest_of(document["text"]): document["meta"]["id"] for document in training},
        count_labels(training),
    )


def held_out(split: str, document: Document) -> HeldOut:
    return HeldOut(split, document["meta"]["id"], fold(document["text"]), shingles(document["text"]))


def count_labels(documents: Iterable[Document]) -> dict[str, Counter[str]]:
    """How often the words of spans have each learned label."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for document in documents:
        for span in document["spans"]:
            if span["label"] in LEARNED_NAMES:
                counts[surface(document["text"][span["start"] : span["end"]])][span["label"]] += 1
    return dict(counts)


def shingles(text: str) -> frozenset[int]:
    """Every run of words, without case and punctuation, as a number."""
    words = [word for word in ("".join(filter(str.isalnum, part)) for part in fold(text).split()) if word]
    return frozenset(hash(tuple(words[at : at + WORDS])) for at in range(len(words) - WORDS + 1))


def in_common(one: frozenset[int], other: frozenset[int]) -> float:
    """The shingles in common, as a share of those of the smaller; 0 where they are too few to say."""
    common = len(one & other)
    return common / min(len(one), len(other)) if common >= FEWEST else 0.0
