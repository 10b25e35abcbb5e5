"""Kill a run at random points: is the result that of an untroubled run, and how much is annotated twice?

python -m benchmarks.faults [KILLS] [--real] [--seed N]

Sixty short documents in parts of five, two processes that annotate; 20 kills by default. Half of the kills come when so
many texts are annotated and some milliseconds more have passed, half before some change to the disk. A killed run is
killed again at its next start, or goes on to the end and is compared, every file but report and log, byte for byte.
Without --real the processes give out results that were made before, 30 ms each; with it they load the shipped model.
"""

import argparse
import random
import tempfile
from pathlib import Path

from tests.fixtures.faults import DOCUMENTS, PART, Faults
from tests.fixtures.here import written

END = 0.3  # of the kills after which the run goes on to the end


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kills", nargs="?", type=int, default=20)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        faults = Faults(Path(folder) / "run", given.real)
        whole = faults.whole()
        (faults.folder / "slow").write_text("0.03")
        kills, twice, runs = [], 0, 0
        print(f"{DOCUMENTS} documents in parts of {PART}; {len(whole)} files to compare")
        print("kill  annotated  kept  lost  how")
        while len(kills) < given.kills:
            kills.append(faults.kill(chance))
            print(f"{len(kills):4}  {kills[-1].annotated:9}  {kills[-1].kept:4}  {kills[-1].lost:4}  {kills[-1].how}")
            if faults.is_whole() or chance.random() < END or len(kills) == given.kills:
                done, noted = faults.finished(), len(faults.annotated())
                end = faults.finish()
                assert end.returncode == 0, end.stderr
                assert not done & set(faults.annotated()[noted:]), "a document of a finished part was annotated again"
                assert written(faults.out) == whole, "the result differs"
                twice += len(faults.annotated()) - DOCUMENTS
                runs += 1
                print(f"      to the end: {len(faults.annotated()) - noted} annotated, all files as they should be")
                faults.clear()
        lost = [kill.lost for kill in kills]
        mean, every = sum(lost) / len(lost), runs * DOCUMENTS + twice
        print(f"{len(kills)} kills of {runs} runs: per kill {mean:.1f} documents lost, at most {max(lost)}")
        print(f"annotated more than once: {twice} of {every} ({twice / every:.0%})")


if __name__ == "__main__":
    main()
