"""Which documents of a run are worth a person's time: those where the model is unsure or contradicted.

A document's worth is the sum of what can be learned from it, each part ranked from 0 to 1 among the documents:
entities that are probably wrong (the sum of 1 - confidence), contradictions (lists of known names, the same words with
and without a label, a period cut off a name) and entities of labels that are rare in the training data. Then one
document after another is taken, and each further one of the same council or folder counts less, so that no single
source fills the choice.
"""

import csv
import heapq
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from spacy.language import Language

from pipeline.components.known_names import SPANS_KEY, KnownNames
from pipeline.errors import Errors, PipelineError
from pipeline.labels import LEARNED
from pipeline.nlp import blank
from pipeline.readers.characters import decode
from pipeline.review.records import Document, digest_of
from pipeline.spans import one_line
from pipeline.training.corpus import read_jsonl
from pipeline.writers import atomic, neutral, original

LISTS = {"places": "PLACE", "providers": "PROVIDER", "strategies": "STRATEGY"}  # of models/names: their label
UNSURE = 0.8  # confidence below which an entity is shown as a reason
SHORTEST = 8  # characters of a known name or a repeated one that counts: shorter ones are often other words
SHOWN = 2  # examples in a reason
SELECTED = "selected.csv"
COLUMNS = ("rank", "doc_id", "source", "reason")
DELIMITERS = ",;\t"
NAMES = tuple(label.name for label in LEARNED)


@dataclass(frozen=True)
class Candidate:
    """What is known of one document of a run.

    source (str): Its council, or the folder it lies in.
    digest (str): Of the text; the same text is chosen once.
    words (int): In the text. counts (Counter[str]): Entities by label.
    unsure (tuple): Confidence, label and words of the unsure entities, the least sure first.
    doubt (float): Entities that are probably wrong, as a sum.
    contradictions (tuple[str, ...]): Each as a phrase.
    """

    doc_id: str
    source: str
    digest: str
    words: int
    counts: Counter[str]
    unsure: tuple[tuple[float, str, str], ...]
    doubt: float
    contradictions: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """A chosen document. reason (str): Why, in words for people."""

    rank: int
    doc_id: str
    source: str
    reason: str


def select(run: Path, number: int, training: Iterable[Document] = ()) -> list[Choice]:
    """Choose documents of a run.

    run (Path): Output folder of `minutes annotate`.
    number (int): How many; fewer where the run has fewer.
    training (Iterable[Document]): What is annotated already: it tells which labels are rare, and is not chosen again.
    RAISES (PipelineError): When the folder holds no run.
    """
    known, labels = set[str](), Counter[str]()
    for document in training:
        known.add(digest_of(document["text"]))
        labels.update(span["label"] for span in document["spans"])
    look = Look(blank())
    candidates: list[Candidate] = []
    for document in read_run(run):
        candidate = look(document)
        if candidate.digest not in known:
            known.add(candidate.digest)
            candidates.append(candidate)
    return choose(candidates, number, labels)


def read_run(run: Path) -> Iterator[Document]:
    """The annotated documents of a run, one at a time.

    RAISES (PipelineError): When the folder holds no run, or a broken one.
    """
    parts = sorted((run / "annotated").glob("*.jsonl"))
    if not (run / "run.json").is_file() or not parts:
        raise PipelineError(Errors.E560.format(path=run))
    for part in parts:
        yield from read_jsonl(part)


class Look:
    """Makes a `Candidate` of a document.

    nlp (Language): Whose tokenizer cuts the texts.
    """

    def __init__(self, nlp: Language):
        self.nlp = nlp
        self.names = KnownNames(nlp, list(LISTS))

    def __call__(self, document: Document) -> Candidate:
        text, meta = document["text"], document["meta"]
        ents = [span for span in document["spans"] if span["label"] in NAMES]
        sure = [(1.0 if ent["confidence"] is None else ent["confidence"], ent["label"], ent["text"]) for ent in ents]
        return Candidate(
            doc_id=meta["id"],
            source=source_of(meta),
            digest=digest_of(text),
            words=len(text.split()),
            counts=Counter(ent["label"] for ent in ents),
            unsure=tuple(sorted(one for one in sure if one[0] < UNSURE)),
            doubt=sum(1 - one[0] for one in sure),
            contradictions=(*self.unlike_lists(text, ents), *unlike_itself(text, ents), *cut_periods(document, ents)),
        )

    def unlike_lists(self, text: str, ents: Sequence[dict[str, Any]]) -> Iterator[str]:
        """Known names that have no label here, or another one."""
        doc = self.names(self.nlp.make_doc(text))
        shown = set()
        for span in doc.spans[SPANS_KEY]:
            label = LISTS[span.label_]
            around = [ent for ent in ents if ent["start"] < span.end_char and span.start_char < ent["end"]]
            if len(span.text) < SHORTEST or span.text.islower() or span.text in shown:
                continue
            if not around:
                shown.add(span.text)
                yield f"“{span.text}” is on the list of {span.label_} and has no label"
            elif [(ent["start"], ent["end"]) for ent in around] == [(span.start_char, span.end_char)] and (
                around[0]["label"] != label
            ):
                shown.add(span.text)
                yield f"“{span.text}” is on the list of {span.label_} and is {around[0]['label']}"


def source_of(meta: dict[str, Any]) -> str:
    """The council where the page names it, else the folder."""
    return meta.get("page", {}).get("council") or meta["id"].rpartition("/")[0] or meta["id"]


def unlike_itself(text: str, ents: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Words that are an entity in one place and none in another."""
    taken = [(ent["start"], ent["end"]) for ent in ents]
    for words in sorted({ent["text"] for ent in ents if len(ent["text"]) >= SHORTEST}):
        start = text.find(words)
        while start >= 0:
            if not any(left < start + len(words) and start < right for left, right in taken):
                yield f"“{one_line(words)}” has a label in one place and none in another"
                break
            start = text.find(words, start + 1)


def cut_periods(document: Document, ents: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Periods that begin right behind a STRATEGY: by the guidelines they are part of its name."""
    ends = {ent["end"]: ent["text"] for ent in ents if ent["label"] == "STRATEGY"}
    for span in document["spans"]:
        if span["label"] == "DATE_RANGE" and span["start"] - 1 in ends:
            yield f"“{span['text']}” stands outside “{one_line(ends[span['start'] - 1])}”"


def choose(candidates: Sequence[Candidate], number: int, labels: Counter[str]) -> list[Choice]:
    """The best documents in order; ties go to the shorter one, then by name.

    labels (Counter[str]): Spans of each label in the training data.
    """
    if not candidates:
        return []
    weights = rarity(labels)
    parts = pd.DataFrame(
        {
            "doubt": [one.doubt for one in candidates],
            "contradictions": [len(one.contradictions) for one in candidates],
            "rare": [sum(weights[label] * count for label, count in one.counts.items()) for one in candidates],
        }
    )
    worth = parts.rank(method="max", pct=True).where(parts > 0, 0).sum(axis=1).tolist()
    order = [(-value, one.words, one.doc_id, i) for i, (value, one) in enumerate(zip(worth, candidates, strict=True))]
    heapq.heapify(order)
    taken, chosen = Counter[str](), list[Choice]()
    stale = Counter[int]()  # documents of the source that had been taken when the value was worked out
    while order and len(chosen) < number:
        _, words, doc_id, i = heapq.heappop(order)
        one = candidates[i]
        if stale[i] != taken[one.source]:
            stale[i] = taken[one.source]
            heapq.heappush(order, (-worth[i] / (1 + stale[i]), words, doc_id, i))
            continue
        chosen.append(Choice(len(chosen) + 1, doc_id, one.source, reason(one, taken[one.source], weights)))
        taken[one.source] += 1
    return chosen


def rarity(labels: Counter[str]) -> dict[str, float]:
    """The weight of an entity of each label: 1 for the rarest label, less for the others."""
    rarest = min((labels[name] + 1 for name in NAMES), default=1)
    return {name: rarest / (labels[name] + 1) for name in NAMES}


def reason(one: Candidate, before: int, weights: dict[str, float]) -> str:
    """Why this document, in words."""
    parts = []
    if one.unsure:
        shown = ", ".join(f"“{one_line(text)}” {label} {sure:.2f}" for sure, label, text in one.unsure[:SHOWN])
        parts.append(f"{len(one.unsure)} unsure: {shown}")
    if one.contradictions:
        more = f" (and {len(one.contradictions) - SHOWN} more)" if len(one.contradictions) > SHOWN else ""
        parts.append("; ".join(one.contradictions[:SHOWN]) + more)
    rare = max(NAMES, key=lambda name: weights[name])
    if one.counts[rare] and min(weights.values()) < 1:
        parts.append(f"{one.counts[rare]} {rare}, the rarest label")
    if one.source != one.doc_id:
        parts.append(f"number {before + 1} of {one.source}")
    return "; ".join(parts) or "none of the others is more telling"


def write_choice(choices: Sequence[Choice], path: Path) -> None:
    """selected.csv, which people may shorten before the export. RAISES (OSError): When it cannot be written."""
    with atomic(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        rows.writerows([neutral(value) for value in astuple(one)] for one in choices)


def read_choice(path: Path) -> list[Choice]:
    """The rows that are left, in their order; also as Excel saves them, in its encodings, with empty rows.

    RAISES (PipelineError): With file and problem, also when no row is left.
    """
    try:
        text, _ = decode(path.read_bytes())
        delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        if "doc_id" not in (rows.fieldnames or ()):
            raise PipelineError(Errors.E561.format(path=path, problem="no column is called doc_id"))
        kept = [row for row in rows if (row["doc_id"] or "").strip()]
    except (OSError, csv.Error) as err:
        raise PipelineError(Errors.E561.format(path=path, problem=getattr(err, "strerror", None) or err)) from err
    if not kept:
        raise PipelineError(Errors.E561.format(path=path, problem="no document is left in it"))
    return [
        Choice(number, original(row["doc_id"]), original(row.get("source") or ""), original(row.get("reason") or ""))
        for number, row in enumerate(kept, 1)
    ]
