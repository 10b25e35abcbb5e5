"""How good and how fast the matchers are: exact spans per rule label and split, on a blank pipeline.

python benchmarks/matchers.py [FOLDER] [--errors LABEL]

FOLDER holds annotated JSONL files (training_data/ by default); the splits are those of training_data/splits.toml.
`--errors` lists what is missed or found too much in train and dev; test is scored, never listed. Speed is in processor
time of one core, best of three, so that other work on the machine counts little.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from spacy.language import Language

import pipeline.nlp
from pipeline.labels import RULES
from pipeline.training.corpus import SPLIT_NAMES, held_out, read_jsonl
from pipeline.training.evaluate import evaluate

DATA = Path(__file__).parents[1] / "training_data"
SIDE = 45  # characters of context in a listed error


def errors(nlp: Language, label: str, document: dict[str, Any]) -> Iterator[str]:
    """One line per span that is missed or found too much."""
    text, key = document["text"], next(row.spans_key for row in RULES if row.name == label)
    gold = {(row["start"], row["end"]) for row in document["spans"] if row["label"] == label}
    doc = nlp(text)
    found = {(span.start_char, span.end_char) for span in doc.spans[key]}
    for start, end in sorted(gold ^ found):
        kind = "missed" if (start, end) in gold else "extra "
        parts = (text[max(0, start - SIDE) : start], f"[[{text[start:end]}]]", text[end : end + SIDE])
        yield f"{kind} {document['meta']['id']}: " + repr("".join(parts))


def fastest(run: Callable[[Any], object], items: list[Any]) -> float:
    """Seconds of processor time for all items, best of three."""
    times = []
    for _ in range(3):
        started = time.process_time()
        for item in items:
            run(item)
        times.append(time.process_time() - started)
    return min(times)


def speed(nlp: Language, texts: list[str]) -> Iterator[tuple[str, float]]:
    """Words per second: the tokenizer, each matcher on text, all matchers on Docs, tokenizer and matchers together."""
    words = sum(len(text.split()) for text in texts)
    docs = [nlp.make_doc(text) for text in texts]
    yield "tokenizer", words / fastest(nlp.make_doc, texts)
    for name, matcher in nlp.pipeline:
        yield f"{name}, text", words / fastest(matcher.find, texts)

    def match(doc: Any) -> None:
        for _, matcher in nlp.pipeline:
            matcher(doc)

    yield "matchers, Doc", words / fastest(match, docs)
    yield "tokenizer and matchers", words / fastest(nlp, texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=DATA)
    parser.add_argument("--errors", metavar="LABEL", choices=[label.name for label in RULES])
    options = parser.parse_args()
    documents: dict[str, list[dict[str, Any]]] = {split: [] for split in SPLIT_NAMES}
    sources = held_out(DATA)
    for path in sorted(options.folder.glob("*.jsonl")):
        for document in read_jsonl(path):
            documents[sources.get(document["meta"]["source"], "train")].append(document)
    nlp = pipeline.nlp.blank()
    for label in RULES:
        nlp.add_pipe(label.factory)
    print(f"{'label':<12}{'split':<7}{'P':>8}{'R':>8}{'F1':>8}{'support':>9}{'documents':>11}")
    for split, rows in documents.items():
        scores = evaluate(nlp, rows)
        for label in RULES:
            score = scores[label.name]
            shown = "".join(f"{value or 0:8.4f}" for value in score[:3])
            print(f"{label.name:<12}{split:<7}{shown}{score.gold:>9,}{len(rows):>11,}")
        for row in rows if options.errors and split != "test" else ():
            for line in errors(nlp, options.errors, row):
                print("  " + line)
    texts = [row["text"] for rows in documents.values() for row in rows]
    for what, figure in speed(nlp, texts):
        print(f"{what:<26}{figure:>12,.0f} words/s")


if __name__ == "__main__":
    main()
