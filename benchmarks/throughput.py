"""How fast: this pipeline beside others on the same texts, and whole runs of `minutes annotate`.

python benchmarks/throughput.py OUT [--documents N ...] [--workers N ...] [--peers PYTHON --torch PYTHON --weights DIR]

Prints and saves OUT.md and OUT.csv; benchmarks/README.md says how to read them and what the options need. The texts are
made up (made_pages.py). Whatever is measured runs in a fresh process of its own; contenders take turns.
"""

import argparse
import itertools
import json
import math
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import made_pages
import pandas as pd
import psutil
from watched import Watched, watch

CONTENDER = ["-W", "ignore", str(Path(__file__).with_name("contenders.py"))]
WARM_UP, OTHERS = 10, 10**9  # texts that are not timed, and their first number: pages of no corpus
TOGETHER, RULES, WORKERS, GROWTH, START = "One process", "Rules alone", "Workers", "Growth", "Start"
OPENINGS = "Openings of pages only"
RATIOS = {
    START: "",
    TOGETHER: "words/s of the first ÷ of this",
    RULES: "words/s of the first ÷ of this",
    WORKERS: "words/s per worker ÷ of the first",
    GROWTH: "processor seconds per word ÷ of the fewest documents",
    OPENINGS: "processor seconds per word ÷ of the fewest documents",
}
ANNOTATE, PIPE = "`minutes annotate`", "`nlp.pipe`"
CONTENDERS = {  # name in contenders.py: table, what it is
    "minutes": (TOGETHER, f"ours, {PIPE}"),
    "cnn": (TOGETHER, "(a) spaCy CNN, small size"),
    "cnn_blis": (TOGETHER, "(a) the same with blis, as spaCy loads it"),
    "torch": (TOGETHER, "(b) same encoder in torch"),
    "one_by_one": (TOGETHER, "(c) ours, `nlp(text)` one by one"),
    "minutes_dates": (RULES, "ours, date ranges"),
    "minutes_rules": (RULES, "ours, date ranges, percentages and resolutions"),
    "edsnlp": (RULES, "EDS-NLP, dates"),
    "recognizers": (RULES, "Recognizers-Text, dates"),
}
TARGETS = (  # of issue 4: table, first words of the rows, column, bounds
    ("at least 3 x (b)", TOGETHER, "(b)", "ratio", 3.0, math.inf),
    ("at least 0.6 x (a), either way", TOGETHER, "(a)", "ratio", 0.6, math.inf),
    ("2 workers at least 0.85 efficient", WORKERS, f"{ANNOTATE} --workers 2", "ratio", 0.85, math.inf),
    ("linear growth: at most 1.1 x the time per word", GROWTH, "", "ratio", 0.0, 1.1),
    ("the same with many small documents", OPENINGS, "", "ratio", 0.0, 1.1),
    ("cold start at most 2.5 s", START, ANNOTATE, "seconds", 0.0, 2.5),
    ("at most 700 MB per process, with workers", WORKERS, "", "largest", 0.0, 700.0),
    ("at most 700 MB per process, at any size", GROWTH, ANNOTATE, "largest", 0.0, 700.0),
    ("the same with many small documents", OPENINGS, ANNOTATE, "largest", 0.0, 700.0),
)
PAGE = "Agenda item\n\nFostering\n\nMinutes:\n\nRESOLVED: That the Sufficiency Strategy 2021-2024 be approved.\n"
FIRST = "import pipeline, sys; nlp = pipeline.load(); nlp(open(sys.argv[1], encoding='utf8').read())"


@dataclass
class Row:
    """One line of a table; 0 is what was not measured.

    section, what (str): Table and first column.
    documents, words (int): Words are what stands between white space.
    seconds, processor (float): Wall-clock time; processor time of all threads and processes.
    load (float): Seconds from the first import to a loaded pipeline; not in `seconds`.
    memory, largest (float): MB of all processes at the worst moment; of the largest process.
    ratio (float): As RATIOS says.
    """

    section: str
    what: str
    documents: int
    words: int
    seconds: float
    processor: float
    load: float = 0.0
    memory: float = 0.0
    largest: float = 0.0
    ratio: float = 0.0

    @property
    def rate(self) -> float:
        return self.words / self.seconds

    @property
    def cost(self) -> float:
        return self.processor / self.words

    def cells(self) -> list[str]:
        whole = (self.documents, self.words, self.seconds, self.rate, self.words / max(self.processor, 0.01))
        places = (0, 0, 1, 0, 0, 2, 1, 0, 0)
        values = (*whole, self.ratio, self.load, self.memory, self.largest)
        return [self.what, *(f"{v:,.{p}f}" if v else "" for v, p in zip(values, places, strict=True))]


class Benchmark:
    """Measures, and saves after each table what was measured so far.

    options (argparse.Namespace): As in `main`.
    folder (Path): For texts, models and the results of runs.
    """

    def __init__(self, options: argparse.Namespace, folder: Path):
        self.options, self.folder = options, folder
        self.rows: list[Row] = []
        own: tuple[str, list[str]] = (sys.executable, [])
        self.interpreters = dict.fromkeys(("minutes", "one_by_one", "minutes_dates", "minutes_rules"), own)
        if options.peers:
            self.interpreters |= dict.fromkeys(("cnn", "cnn_blis"), (options.peers, [str(folder / "cnn")]))
            self.interpreters |= dict.fromkeys(("edsnlp", "recognizers"), (options.peers, []))
        if options.torch and options.weights:
            self.interpreters["torch"] = (options.torch, [str(folder / "torch")])
        self.left_out = {name: "no interpreter given" for name in CONTENDERS if name not in self.interpreters}
        versions = [f"{name} {version(name)}" for name in ("minutes-pipeline", "spacy", "onnxruntime", "numpy")]
        about = [f"{os.cpu_count()} cores", f"Python {platform.python_version()}", *versions]
        self.about = f"{', '.join(about)}; load average {psutil.getloadavg()[0]:.1f} at the start."

    def start(self) -> None:
        """From nothing to one annotated page: the command to its end, and Python to the first Doc."""
        page = self.folder / "page.txt"
        page.write_text(PAGE, "utf8")
        ways = {
            f"{ANNOTATE}, one page": lambda: self.annotate(page),
            "Python: import, load, annotate": lambda: watch([sys.executable, "-c", FIRST, str(page)]),
        }
        for what, way in ways.items():
            best = min((way() for _ in range(self.options.repeats)), key=lambda made: made.seconds)
            self.rows.append(Row(START, what, 1, 0, best.seconds, best.processor, 0.0, best.memory, best.largest))
        self.save()

    def contend(self) -> None:
        """All contenders in turn, several times; the best run of each counts."""
        best: dict[str, Row] = {}
        for _, name in itertools.product(range(self.options.repeats), self.interpreters):
            if name not in self.left_out:
                try:
                    row = self.contender(name, self.options.sample)
                    best[name] = min(row, best.get(name, row), key=lambda row: row.seconds)
                except (RuntimeError, OSError) as err:
                    self.left_out[name] = str(err)
        for section in (TOGETHER, RULES):
            rows = [best[name] for name in CONTENDERS if name in best and best[name].section == section]
            for row in rows:
                row.ratio = rows[0].rate / row.rate
            self.rows += rows
        self.save()

    def workers(self) -> None:
        """The smallest corpus with each number of workers that was asked for, on as many cores."""
        rows = [self.whole_run(WORKERS, min(self.options.documents), count) for count in self.options.workers]
        per_worker = [row.rate / count for row, count in zip(rows, self.options.workers, strict=True)]
        for row, rate in zip(rows, per_worker, strict=True):
            row.ratio = rate / per_worker[0]
        self.rows += rows
        self.save()

    def growth(self) -> None:
        """Each corpus, in one process through `nlp.pipe` and as a run with the defaults; then as a run of openings."""
        ways = {
            PIPE: lambda number: self.contender("minutes", number),
            ANNOTATE: lambda number: self.whole_run(GROWTH, number),
        }
        sizes = itertools.product(sorted(self.options.documents), ways.items())
        self.grow(GROWTH, ((what, lambda way=way, number=number: way(number)) for number, (what, way) in sizes))
        runs = ((ANNOTATE, lambda number=number: self.whole_run(OPENINGS, number)) for number in self.options.openings)
        self.grow(OPENINGS, runs)

    def grow(self, section: str, measures: Iterable[tuple[str, Callable[[], Row]]]) -> None:
        """Measure, and compare each with the first of its kind; by processor time, since hours are seldom quiet."""
        first: dict[str, Row] = {}
        for what, measure in measures:
            row = measure()
            row.section, row.what = section, what
            if first.setdefault(what, row) is not row:
                row.ratio = row.cost / first[what].cost
            self.rows.append(row)
            self.save()

    def contender(self, name: str, documents: int) -> Row:
        """One run of a contender (see contenders.py); its model is built first if it is not there."""
        texts = self.folder / f"{documents}.jsonl"
        made_pages.write_lines(texts, made_pages.texts(WARM_UP, OTHERS), made_pages.texts(documents))
        python, model = self.interpreters[name]
        if model and not Path(*model).exists():
            weights = [self.options.weights] if name == "torch" else []
            watch([python, *CONTENDER, "build", Path(*model).name, *model, *weights])
        threads = self.options.threads
        made = watch([python, *CONTENDER, "run", name, str(texts), str(WARM_UP), str(threads), *model], threads)
        figures = json.loads(made.output.splitlines()[-1])
        print(f"{name}: {made.seconds:.0f} s", file=sys.stderr)
        return Row(*CONTENDERS[name], **figures, memory=made.memory, largest=made.largest)

    def whole_run(self, section: str, documents: int, workers: int | None = None) -> Row:
        """`minutes annotate` on made-up files; with so many workers on as many cores, or with the defaults."""
        pages = self.folder / "pages"
        words = made_pages.write(pages, made_pages.texts(documents, openings=section == OPENINGS))
        made = self.annotate(pages, workers)
        shutil.rmtree(pages)
        what = f"{ANNOTATE} --workers {workers}" if workers else ANNOTATE
        return Row(section, what, documents, words, made.seconds, made.processor, 0.0, made.memory, made.largest)

    def annotate(self, pages: Path, workers: int | None = None) -> Watched:
        out = self.folder / "out"
        asked = ["--workers", str(workers)] if workers else []
        command = [sys.executable, "-m", "pipeline.cli", "annotate", str(pages), "--out", str(out), *asked]
        made = watch(command, cores=workers)
        print(f"{' '.join([ANNOTATE, *asked])}: {made.seconds:.0f} s", file=sys.stderr)
        shutil.rmtree(out)
        return made

    def save(self) -> None:
        """Write what there is so far."""
        self.options.out.with_suffix(".md").write_text("\n".join(self.markdown()) + "\n", "utf8")
        pd.DataFrame(self.rows).to_csv(self.options.out.with_suffix(".csv"), index=False)

    def markdown(self) -> Iterator[str]:
        yield self.about
        for section, ratio in RATIOS.items():
            if rows := [row for row in self.rows if row.section == section]:
                names = ["documents", "words", "seconds", "words/s", "words per processor second", ratio, "load s"]
                yield "\n" + " | ".join([f"| {section}", *names, "MB", "MB of the largest process |"])
                yield "|---|" + "---:|" * 9
                yield from (f"| {' | '.join(row.cells())} |" for row in rows)
        yield "\n| Target | measured | met |\n|---|---:|---|"
        for target, section, what, column, least, most in TARGETS:
            rows = [row for row in self.rows if row.section == section and row.what.startswith(what)]
            found = [value for value in (getattr(row, column) for row in rows) if value]
            worst = (max if least == 0 else min)(found, default=math.nan)
            measured = f"{worst:,.2f} | {'yes' if least <= worst <= most else 'no'}" if found else "not measured |"
            yield f"| {target} | {measured} |"
        for name, why in self.left_out.items():
            yield f"\nLeft out: {CONTENDERS[name][1]}: {why}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="files to write, without suffix")
    parser.add_argument("--documents", type=int, nargs="+", default=[200], help="sizes of the corpora of whole runs")
    parser.add_argument("--openings", type=int, nargs="+", default=[], help="sizes of the corpora of openings")
    parser.add_argument("--sample", type=int, default=100, help="documents that every contender gets")
    parser.add_argument("--repeats", type=int, default=3, help="runs of every contender, of which the best counts")
    parser.add_argument("--threads", type=int, default=1, help="of each contender")
    parser.add_argument("--workers", type=int, nargs="+", default=[], help="numbers of workers to compare")
    parser.add_argument("--peers", help="Python with spacy-lookups-data, edsnlp and recognizers-text-suite")
    parser.add_argument("--torch", help="Python with spacy-transformers and torch")
    parser.add_argument("--weights", help="folder of the published encoder, for --torch")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        benchmark = Benchmark(options, Path(folder))
        for measure in (benchmark.start, benchmark.contend, benchmark.workers, benchmark.growth):
            measure()
        print("\n".join(benchmark.markdown()))


if __name__ == "__main__":
    main()
