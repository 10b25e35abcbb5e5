"""How fast: `minutes annotate` end to end, and the seconds from import to the first annotated document.

python benchmarks/speed.py [DOCUMENTS]

Takes the texts of training_data/ (1,000 by default, in the order of the files, again from the start when they run out),
writes them as .txt files and annotates them in a process of its own. Compare figures of one run on one machine only.
"""

import json
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from pipeline.training.corpus import read_jsonl

DATA = Path(__file__).parents[1] / "training_data"
FIRST = "import pipeline; nlp = pipeline.load(); nlp('RESOLVED: That the Sufficiency Strategy 2021-2024 be approved.')"


def seconds(*command: str) -> float:
    """Wall-clock seconds of a command that must succeed."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    texts = [document["text"] for path in sorted(DATA.glob("*.jsonl")) for document in read_jsonl(path)]
    first = min(seconds(sys.executable, "-c", FIRST) for _ in range(3))
    print(f"import to first document, best of 3: {first:.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        pages, out = Path(folder) / "pages", Path(folder) / "out"
        pages.mkdir()
        for number, text in enumerate(islice(cycle(texts), wanted)):
            (pages / f"{number:06}.txt").write_text(text, "utf8")
        whole = seconds(sys.executable, "-m", "pipeline.cli", "annotate", str(pages), "--out", str(out))
        report = json.loads((out / "run.json").read_text("utf8"))
    print(f"{report['documents']:,} documents, {report['words']:,} words in {whole:.1f} s", end=", ")
    print(f"{report['words'] / whole:,.0f} words/s with start-up")


if __name__ == "__main__":
    main()
