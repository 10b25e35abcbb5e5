"""Would more training documents help: short trainings on a quarter, a half, three quarters and all of them.

python benchmarks/learning_curve.py

Three seeds each, which also draw the documents; settings and length of training as in benchmarks/experiments.py, scored
on the dev split. Prints the table in benchmarks/learning-curve.md.
"""

import random
import statistics
import tempfile
from pathlib import Path

from experiments import DATA, SEEDS, run, write_part

from pipeline.labels import LEARNED
from pipeline.training.corpus import read_split

SHARES = (0.25, 0.5, 0.75, 1.0)


def part_of(share: float, seed: int, folder: Path) -> int:
    """Write a folder with a share of the training documents and all others. RETURNS (int): Words to train on."""
    train = read_split(DATA, "train")
    chosen = random.Random(seed).sample(train, round(share * len(train)))
    write_part(chosen, folder)
    return sum(len(document["text"].split()) for document in chosen)


def main() -> None:
    print("| documents | words | F1 | spread | " + " | ".join(label.name for label in LEARNED) + " |")
    print("|---|" + "---|" * (3 + len(LEARNED)))
    for share in SHARES:
        made, words = [], 0
        for seed in SEEDS:
            with tempfile.TemporaryDirectory() as folder:
                words = part_of(share, seed, Path(folder))
                made.append(run({"paths.data": folder}, seed))
        values = [row["ents_f"] for row in made]
        per_label = [f"{statistics.mean(row[f'{label.name} F'] for row in made):.3f}" for label in LEARNED]
        print(f"| {share:.0%} | {words:,} | {statistics.mean(values):.3f}", end=" | ")
        print(f"{min(values):.3f}-{max(values):.3f} | {' | '.join(per_label)} |", flush=True)


if __name__ == "__main__":
    main()
