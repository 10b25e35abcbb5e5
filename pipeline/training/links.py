"""Score the joins (people, names, records of decisions, figures) against annotated links, beside an obvious baseline.

`python -m pipeline.training.links --split dev` prints the table for gold entities; with `--model ""` for those that the
model in use finds. Gold: `training_data/links`, explained in its README.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from spacy.scorer import PRFScore

from pipeline import nlp as pipelines
from pipeline.components.names import LABELS as NAMED
from pipeline.paths import resource
from pipeline.training.link_baselines import baselines
from pipeline.training.linked import Linked, linked_docs, read_registered
from pipeline.training.register_links import gold_pairs, joined_pairs, obvious_pairs

OFFSETS = ("actor", "object", "deadline", "condition")
STATED = ("unanimous", "votes_for", "votes_against", "abstentions")
KINDS = {"people": "people", "names": "names", "records": "record", "figures": "figures"}  # in the gold, in the table
Keys = dict[str, set[Any]]


class Line(NamedTuple):
    """One line of the table: what was scored, the joins, the baseline."""

    what: str
    joins: PRFScore
    baseline: PRFScore
    gold: int


def gold_keys(linked: Linked) -> Keys:
    """What the gold links say, as sets of keys to be found; a kind that was not annotated says nothing."""
    gold = defaultdict(list, linked.gold)
    keys: Keys = defaultdict(set)
    for one in gold["people"]:
        keys["people: who it is"].add((one["start"], one["end"], one["person"]))
        keys["people: which office"].add((one["start"], one["end"], one["person"], one["office"]))
    mentions = {label: [(e.start_char, e.end_char) for e in linked.doc.ents if e.label_ == label] for label in NAMED}
    for label in NAMED:
        keys[f"names: {label}"] = pairs(gold_clusters(linked, label, mentions[label]))
    for one in gold["records"]:
        for field in OFFSETS:
            if field in one:
                keys[f"record: {field}"].add((one["start"], *one[field]))
        for field in STATED:
            if field in one:
                keys["record: votes"].add((one["start"], field, one[field]))
    for one in gold["figures"]:
        place: tuple[int, int] = (one["start"], one["end"])
        keys["figures: found"].add((*place, one["kind"]))
        if one["change"]:
            keys["figures: change"].add((*place, one["change"]))
        for field in ("measure", "period", "place"):
            if field in one:
                keys[f"figures: {field}"].add((*place, *one[field]))
    return keys


def gold_clusters(linked: Linked, label: str, mentions: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Any]:
    """The cluster of every mention: the group that gold puts it in, else all with the same words but for case."""
    text = linked.doc.text
    clusters: dict[tuple[int, int], Any] = {m: " ".join(text[slice(*m)].casefold().split()) for m in mentions}
    same = defaultdict(set)
    for number, group in enumerate(one for one in linked.gold.get("names", ()) if one["label"] == label):
        for start, end in group["mentions"]:
            same[number].add(clusters.get((start, end)))
            if (start, end) in clusters:
                clusters[start, end] = number
        for mention, name in clusters.items():
            listed = any(" ".join(text[s:e].casefold().split()) == name for s, e in group["mentions"])
            if isinstance(name, str) and listed:
                clusters[mention] = number
    return clusters


def pairs(clusters: Mapping[tuple[int, int], Any]) -> set[Any]:
    """All pairs of mentions that are one."""
    groups = defaultdict(list)
    for mention, cluster in clusters.items():
        groups[cluster].append(mention)
    return {pair for group in groups.values() for pair in combinations(sorted(group), 2)}


def found_keys(linked: Linked) -> Keys:
    """What the joins say, as keys like those of the gold."""
    doc = linked.doc
    keys: Keys = defaultdict(set)
    for one in doc._.people:
        keys["people: who it is"].add((one["start"], one["end"], one["person"]))
        keys["people: which office"].add((one["start"], one["end"], one["person"], one["office"]))
    for label in NAMED:
        ents = [ent for ent in doc.ents if ent.label_ == label and ent._.name]
        keys[f"names: {label}"] = pairs({(e.start_char, e.end_char): e._.name["name_start"] for e in ents})
    for span in doc.spans.get("resolutions", ()):
        for field in OFFSETS:
            if span._.record[f"{field}_start"] is not None:
                where = (span._.record[f"{field}_start"], span._.record[f"{field}_end"])
                keys[f"record: {field}"].add((span.start_char, *where))
        for field in STATED:
            if span._.record[field] is not None:
                keys["record: votes"].add((span.start_char, field, span._.record[field]))
    for one in doc._.figures:
        place = (one["start"], one["end"])
        keys["figures: found"].add((*place, one["kind"]))
        if one["change"]:
            keys["figures: change"].add((*place, one["change"]))
        for field in ("measure", "period", "place"):
            if one[f"{field}_start"] is not None:
                keys[f"figures: {field}"].add((*place, one[f"{field}_start"], one[f"{field}_end"]))
    return keys


def overlapping(found: set[Any], gold: set[Any]) -> set[Any]:
    """The found keys, each that overlaps a gold key of the same span replaced by that one."""
    by_span = {key[:-2]: key for key in gold}
    moved = set()
    for key in found:
        other = by_span.get(key[:-2])
        moved.add(other if other and key[-2] < other[-1] and other[-2] < key[-1] else key)
    return moved


def score(docs: Iterable[Linked]) -> list[Line]:
    """RETURNS (list[Line]): One line for each kind of link; where the edges of a phrase count, also one by overlap."""
    joins: dict[str, PRFScore] = defaultdict(PRFScore)
    baseline: dict[str, PRFScore] = defaultdict(PRFScore)
    count: dict[str, int] = defaultdict(int)
    for linked in docs:
        gold, mine = gold_keys(linked), found_keys(linked)
        obvious = baselines(linked.doc)
        annotated = {KINDS[kind] for kind in KINDS if kind in linked.gold}
        for what in {**gold, **mine}:
            if what.partition(":")[0] not in annotated:
                continue
            views = [("", lambda found, gold: found)]
            if what.partition(": ")[2] in (*OFFSETS, "measure"):
                views.append((" (overlap)", overlapping))
            for suffix, view in views:
                count[what + suffix] += len(gold.get(what, ()))
                for scores, keys in ((joins, mine), (baseline, obvious)):
                    true = gold.get(what, set())
                    scores[what + suffix].score_set(view(keys.get(what, set()), true), true)
    return [Line(what, joins[what], baseline[what], count[what]) for what in sorted(count)]


def score_registers(docs: Sequence[Linked]) -> list[Line]:
    """RETURNS (list[Line]): One line for each register."""
    gold, mine, obvious = gold_pairs(docs), joined_pairs(docs), obvious_pairs(docs)
    lines = []
    for what in sorted(gold):
        joins, baseline = PRFScore(), PRFScore()
        joins.score_set(mine[what], gold[what])
        baseline.score_set(obvious[what], gold[what])
        lines.append(Line(what, joins, baseline, len(gold[what])))
    return lines


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("train", "dev", "test"), required=True)
    parser.add_argument("--model", help="find the entities with this model (empty: the one in use), not gold ones")
    args = parser.parse_args()
    nlp = None if args.model is None else pipelines.load(args.model or None)
    data = resource("training_data")
    docs = list(linked_docs(data, args.split, nlp))
    together = list(read_registered(data, args.split, nlp))
    lines = [
        f"{len(docs)} documents, {len(together)} for registers, {'gold' if nlp is None else 'predicted'} entities\n",
        "| | P | R | F | gold | baseline P | R | F |\n|---|---|---|---|---|---|---|---|",
    ]
    for line in [*score(docs), *(score_registers(together) if together else ())]:
        mine, other = [[f"{x:.3f}" for x in (s.precision, s.recall, s.fscore)] for s in (line.joins, line.baseline)]
        lines.append(f"| {' | '.join([line.what, *mine, str(line.gold), *other])} |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
