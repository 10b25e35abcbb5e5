"""Would more training documents help: short trainings on a quarter, a half, three quarters and all of them.

python benchmarks/learning_curve.py

What `minutes train --curve` does, with three seeds, which also draw the documents. Prints the table in
benchmarks/learning-curve.md.
"""

from experiments import DATA, SEEDS

from pipeline.training.curve import LABELS, curve


def main() -> None:
    made = curve(DATA, seeds=SEEDS)
    print("| documents | words | F1 | spread | " + " | ".join(LABELS[:-1]) + " |")
    print("|---|" + "---|" * (3 + len(LABELS[:-1])))
    for share, _, words, f in made.rows:
        low, high = made.spread(share, LABELS[-1])
        per_label = " | ".join(f"{value:.3f}" for value in f[:-1])
        print(f"| {share:.0%} | {words:,} | {f[-1]:.3f} | {low:.3f}-{high:.3f} | {per_label} |")
    print(*made.sentences, sep="\n")


if __name__ == "__main__":
    main()
