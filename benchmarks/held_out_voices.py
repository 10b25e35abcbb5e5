"""How good on voices that were not trained on: four trainings, each without a quarter of the training files.

python benchmarks/held_out_voices.py ERRORS.csv

Every training document is annotated by the one model that has seen no document of its file; settings and length of
training as in benchmarks/experiments.py, the components after the model as in a run. Prints the scores over all of
them; ERRORS.csv lists every disagreement with the labels, which is where to look for wrong ones.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from experiments import DATA, trained
from spacy.training import Example
from thinc.api import use_ops

from pipeline.labels import LEARNED
from pipeline.nlp import add_rules
from pipeline.training.corpus import read_split
from pipeline.training.evaluate import annotate, score
from pipeline.training.pairs import mistakes
from pipeline.training.report import ERROR_COLUMNS, error_rows, write_csv
from pipeline.training.short import write_part

FOLDS = 4


def folds(documents: list[dict[str, Any]]) -> list[list[str]]:
    """The sources in groups of about the same number of words."""
    words: dict[str, int] = {}
    for document in documents:
        source = document["meta"]["source"]
        words[source] = words.get(source, 0) + len(document["text"].split())
    groups: list[list[str]] = [[] for _ in range(FOLDS)]
    for source in sorted(words, key=lambda name: (-words[name], name)):
        min(groups, key=lambda group: sum(words[name] for name in group)).append(source)
    return groups


def main() -> None:
    documents = read_split(DATA, "train")
    examples: list[Example] = []
    for fold in folds(documents):
        rest = [d for d in documents if d["meta"]["source"] not in fold]
        with tempfile.TemporaryDirectory() as folder, use_ops("numpy", use_blis=False):
            write_part(rest, DATA, Path(folder))
            nlp = trained({"paths.data": folder}, seed=1)
            add_rules(nlp)
            examples += annotate(nlp, [d for d in documents if d["meta"]["source"] in fold]).examples
    found = [
        mistakes(list(example.reference.spans["exact"]), list(example.predicted.spans["exact"])) for example in examples
    ]
    write_csv(Path(sys.argv[1]), error_rows(examples, found), ERROR_COLUMNS)
    print("| label | precision | recall | F1 | spans |\n|---|---|---|---|---|")
    made = score(examples, "exact")
    for label in [*(label.name for label in LEARNED), "learned"]:
        print(f"| {label} | {made[label].precision:.3f} | {made[label].recall:.3f} | {made[label].f:.3f}", end=" | ")
        print(f"{made[label].gold:,} |")


if __name__ == "__main__":
    main()
