"""How good and how fast the matchers are: exact spans per rule label and split, on a blank pipeline.

python benchmarks/matchers.py [FOLDER] [--errors LABEL]

FOLDER holds annotated JSONL files (training_data/ by default); a `splits.toml` there, or the one of training_data/, names
the dev and test files. `--errors` lists what is missed or found too much in train and dev; test is scored, never listed.
Speed is in processor time of one core, best of three, so that other work on the machine counts little.
"""

import argparse
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import Doc
from spacy.training import Example

import pipeline.nlp
from pipeline.labels import RULES, Label
from pipeline.spans import make_span
from pipeline.training.corpus import SPLIT_NAMES, SPLITS, read_jsonl

DATA = Path(__file__).parents[1] / "training_data"
SIDE = 45  # characters of context in a listed error


def read(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The documents of a folder by split; a file belongs to one split."""
    splits = next(path for path in (folder / SPLITS, DATA / SPLITS) if path.is_file())
    named: dict[str, list[str]] = tomllib.loads(splits.read_text("utf8"))
    held_out = {source: split for split, sources in named.items() for source in sources}
    documents: dict[str, list[dict[str, Any]]] = {split: [] for split in SPLIT_NAMES}
    for path in sorted(folder.glob("*.jsonl")):
        documents[held_out.get(path.stem, "train")] += read_jsonl(path)
    return documents


def with_factories(labels: list[Label]) -> Language:
    """A blank pipeline with the matchers of these labels."""
    nlp = pipeline.nlp.blank()
    for label in labels:
        nlp.add_pipe(label.factory)
    return nlp


def to_example(nlp: Language, label: Label, document: dict[str, Any]) -> Example:
    """What the matcher finds in a document, beside what it should find."""
    gold = nlp.make_doc(document["text"])
    rows = [row for row in document["spans"] if row["label"] == label.name]
    gold.spans[label.spans_key] = [make_span(gold, row["start"], row["end"], label.name) for row in rows]
    return Example(nlp(document["text"]), gold)


def score(label: Label, examples: list[Example]) -> dict[str, Any]:
    """Exact precision, recall and F1 as spaCy computes them."""

    def spans(doc: Doc, _: str) -> list[Any]:
        return list(doc.spans[label.spans_key])

    return Scorer.score_spans(
        examples, attr="spans", getter=spans, has_annotation=lambda doc: True, allow_overlap=True, labeled=True
    )


def errors(label: Label, example: Example, doc_id: str) -> Iterator[str]:
    """One line per span that is missed or found too much."""
    text = example.reference.text
    gold, found = (
        {(span.start_char, span.end_char) for span in doc.spans[label.spans_key]}
        for doc in (example.reference, example.predicted)
    )
    for start, end in sorted(gold ^ found):
        kind = "missed" if (start, end) in gold else "extra "
        parts = (text[max(0, start - SIDE) : start], f"[[{text[start:end]}]]", text[end : end + SIDE])
        yield f"{kind} {doc_id}: " + repr("".join(parts))


def fastest(run: Callable[[], object]) -> float:
    """Seconds of processor time, best of three."""
    times = []
    for _ in range(3):
        started = time.process_time()
        run()
        times.append(time.process_time() - started)
    return min(times)


def speed(labels: list[Label], texts: list[str]) -> Iterator[str]:
    """One line for the tokenizer, one for each matcher on tokenized text, and one for everything."""
    nlp = with_factories(labels)
    words = sum(len(text.split()) for text in texts)
    docs = [nlp.make_doc(text) for text in texts]
    yield f"{'tokenizer':<12}{words / fastest(lambda: [nlp.make_doc(text) for text in texts]):>12,.0f} words/s"
    for label in labels:
        matcher = nlp.get_pipe(label.factory)
        seconds = fastest(lambda matcher=matcher: [matcher(doc) for doc in docs])
        yield f"{label.name:<12}{words / seconds:>12,.0f} words/s"
    yield f"{'together':<12}{words / fastest(lambda: [nlp(text) for text in texts]):>12,.0f} words/s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=DATA)
    parser.add_argument("--errors", metavar="LABEL", choices=[label.name for label in RULES])
    options = parser.parse_args()
    documents = read(options.folder)
    labels = [label for label in RULES if Language.has_factory(label.factory)]
    print(f"{'label':<12}{'split':<7}{'P':>8}{'R':>8}{'F1':>8}{'support':>9}{'documents':>11}")
    for label in labels:
        nlp = with_factories([label])
        for split, rows in documents.items():
            if not rows:
                continue
            examples = [to_example(nlp, label, row) for row in rows]
            figures = score(label, examples)
            support = sum(len(example.reference.spans[label.spans_key]) for example in examples)
            shown = "".join(f"{figures[f'spans_{key}'] or 0:8.4f}" for key in "prf")
            print(f"{label.name:<12}{split:<7}{shown}{support:>9,}{len(rows):>11,}")
            if options.errors == label.name and split != "test":
                for row, example in zip(rows, examples, strict=True):
                    for line in errors(label, example, row["meta"]["id"]):
                        print("  " + line)
    texts = [row["text"] for rows in documents.values() for row in rows]
    for line in speed(labels, texts):
        print(line)


if __name__ == "__main__":
    main()
