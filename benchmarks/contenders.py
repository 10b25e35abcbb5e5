"""One contender in a process of its own; throughput.py calls it, with the interpreter that has what it needs.

python benchmarks/contenders.py run NAME TEXTS WARM_UP THREADS [MODEL]   prints seconds, words and more as JSON
python benchmarks/contenders.py build cnn MODEL                          writes a pipeline like spaCy's small one
python benchmarks/contenders.py build torch MODEL WEIGHTS                writes the encoder in spacy-transformers

TEXTS holds one JSON string per line. The first WARM_UP of them are not timed. The built models are trained for a few
steps, so that tagger, parser and recogniser take ordinary decisions; what they find is of no use.
"""

import itertools
import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "training_data"
TRAINING = ("plain", "north", "south", "sufficiency", "scrutiny")  # files of DATA
LEARNED = ("ROLE", "PLACE", "PROVIDER", "STRATEGY")
STEPS, STEPS_TORCH, BATCH = 40, 10, 3  # of training (a) and (b); documents in a step
TAGS, DEPENDENCIES, ENTITIES = 50, 45, 18  # labels of en_core_web_sm 3.8
FORMS = (  # first that fits: end of the word, tag, part of speech, dependency
    ("ing", "VBG", "VERB", "advcl"),
    ("ed", "VBD", "VERB", "conj"),
    ("ly", "RB", "ADV", "advmod"),
    ("the", "DT", "DET", "det"),
    ("of", "IN", "ADP", "prep"),
    ("in", "IN", "ADP", "prep"),
    ("and", "CC", "CCONJ", "cc"),
    ("s", "NNS", "NOUN", "pobj"),
    (".", ".", "PUNCT", "punct"),
    (",", ",", "PUNCT", "punct"),
    ("\n", "_SP", "SPACE", "dep"),
    ("", "NN", "NOUN", "dobj"),
)
Run = Callable[[Iterable[str]], Iterable[Any]]


def ours(threads: int, *components: str) -> Any:
    """The pipeline as `minutes annotate` loads it, or no model and only some of the rules."""
    import pipeline.nlp

    if not components:
        return pipeline.nlp.load(threads=threads)
    nlp = pipeline.nlp.blank()
    for component in components:
        nlp.add_pipe(component)
    return nlp


def minutes(threads: int, model: str) -> Run:
    return ours(threads).pipe


def minutes_one_by_one(threads: int, model: str) -> Run:
    nlp = ours(threads)
    return lambda texts: (nlp(text) for text in texts)


def minutes_dates(threads: int, model: str) -> Run:
    return ours(threads, "minutes_date_ranges").pipe


def minutes_rules(threads: int, model: str) -> Run:
    return ours(threads, "minutes_percentages", "minutes_date_ranges", "minutes_structure", "minutes_resolutions").pipe


def cnn(threads: int, model: str, blis: bool = False) -> Run:
    """The built pipeline, with NumPy's own BLAS unless told otherwise, as ours: it is faster than spaCy's default."""
    import spacy
    from thinc.api import use_ops

    with use_ops("numpy", use_blis=blis):
        return spacy.load(model).pipe


def cnn_blis(threads: int, model: str) -> Run:
    return cnn(threads, model, blis=True)


def torch(threads: int, model: str) -> Run:
    import torch

    torch.set_num_threads(threads)
    return cnn(threads, model)


def edsnlp(threads: int, model: str) -> Run:
    import edsnlp

    nlp = edsnlp.blank("eds")
    nlp.add_pipe("eds.dates")
    return nlp.pipe


def recognizers(threads: int, model: str) -> Run:
    """Paragraph by paragraph: on a whole page its time grows faster than the length."""
    from recognizers_date_time import Culture, DateTimeRecognizer

    dates = DateTimeRecognizer(Culture.English).get_datetime_model()
    return lambda texts: ([dates.parse(paragraph) for paragraph in text.split("\n\n")] for text in texts)


CONTENDERS: dict[str, Callable[[int, str], Run]] = {
    "minutes": minutes,
    "one_by_one": minutes_one_by_one,
    "cnn": cnn,
    "cnn_blis": cnn_blis,
    "torch": torch,
    "minutes_dates": minutes_dates,
    "minutes_rules": minutes_rules,
    "edsnlp": edsnlp,
    "recognizers": recognizers,
}


def read(texts: Path) -> Iterator[str]:
    with texts.open(encoding="utf8") as lines:
        yield from map(json.loads, lines)


def run(name: str, texts: Path, warm_up: int, threads: int, model: str) -> dict[str, float]:
    """Annotate the texts.

    RETURNS (dict): `load` and `seconds`, of wall-clock time; `processor`, seconds of all threads; `words`, `documents`.
    """
    started = time.perf_counter()
    contender = CONTENDERS[name](threads, model)
    load = time.perf_counter() - started
    for _ in contender(itertools.islice(read(texts), warm_up)):
        pass
    documents = 0
    started, processor = time.perf_counter(), time.process_time()
    for _ in contender(itertools.islice(read(texts), warm_up, None)):
        documents += 1
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    words = sum(len(text.split()) for text in itertools.islice(read(texts), warm_up, None))
    return {"load": load, "seconds": seconds, "processor": processor, "words": words, "documents": documents}


def layer(architecture: str, /, **settings: Any) -> dict[str, Any]:
    """A layer of a config."""
    return {"@architectures": architecture, **settings}


def hashed(attributes: list[str], rows: list[int]) -> dict[str, Any]:
    """Token vectors as in en_core_web_sm."""
    embed = layer("spacy.MultiHashEmbed.v2", width=96, attrs=attributes, rows=rows, include_static_vectors=False)
    encode = layer("spacy.MaxoutWindowEncoder.v2", width=96, depth=4, window_size=1, maxout_pieces=3)
    return layer("spacy.Tok2Vec.v2", embed=embed, encode=encode)


def transitions(kind: str, vectors: dict[str, Any]) -> dict[str, Any]:
    """Settings of a parser or recogniser as in en_core_web_sm."""
    settings = {"state_type": kind, "extra_state_tokens": False, "hidden_width": 64, "maxout_pieces": 2}
    return {"model": layer("spacy.TransitionBasedParser.v2", **settings, use_upper=True, tok2vec=vectors)}


def build_cnn(model: Path) -> None:
    """The architecture, the settings and the numbers of labels of en_core_web_sm 3.8, whose weights are not needed."""
    import spacy

    nlp = spacy.blank("en")
    nlp.batch_size = 256
    listener = layer("spacy.Tok2VecListener.v1", width=96, upstream="tok2vec")
    attributes, rows = ["NORM", "PREFIX", "SUFFIX", "SHAPE"], [5000, 1000, 2500, 2500]
    nlp.add_pipe("tok2vec", config={"model": hashed([*attributes, "SPACY", "IS_SPACE"], [*rows, 50, 50])})
    tagger = nlp.add_pipe("tagger", config={"model": layer("spacy.Tagger.v2", tok2vec=listener)})
    parser = nlp.add_pipe("parser", config=transitions("parser", listener))
    ruler = nlp.add_pipe("attribute_ruler")
    nlp.add_pipe("lemmatizer", config={"mode": "rule"})  # its tables: spacy-lookups-data
    ner = nlp.add_pipe("ner", config=transitions("ner", hashed(attributes, rows)))
    own = ({form[1] for form in FORMS}, {"ROOT", *(form[3] for form in FORMS)}, set(LEARNED))
    for pipe, wanted, names in zip((tagger, parser, ner), (TAGS, DEPENDENCIES, ENTITIES), own, strict=True):
        for label in [*sorted(names), *(f"other-{n}" for n in range(wanted - len(names)))]:
            pipe.add_label(label)
    train(nlp, STEPS)
    for _, tag, part, _ in FORMS:
        ruler.add([[{"TAG": tag}]], {"POS": part})
    for label in tagger.labels[len(own[0]) :]:
        ruler.add([[{"TAG": label}]], {"POS": "X"})
    nlp.to_disk(model)


def build_torch(model: Path, weights: str) -> None:
    """The published encoder in spacy-transformers, with its default windows, and spaCy's recogniser on top."""
    import spacy

    nlp = spacy.blank("en")
    nlp.batch_size = 64
    spans = {"@span_getters": "spacy-transformers.strided_spans.v1", "window": 128, "stride": 96}
    encoder = layer("spacy-transformers.TransformerModel.v3", name=weights, get_spans=spans)
    nlp.add_pipe("transformer", config={"model": {**encoder, "tokenizer_config": {"use_fast": True}}})
    pooling = {"@layers": "reduce_mean.v1"}
    listener = layer("spacy-transformers.TransformerListener.v1", grad_factor=1.0, pooling=pooling, upstream="*")
    nlp.add_pipe("ner", config=transitions("ner", listener))
    train(nlp, STEPS_TORCH)
    nlp.to_disk(model)


def train(nlp: Any, steps: int) -> None:
    """A few steps on training documents."""
    lines = [line for name in TRAINING for line in (DATA / f"{name}.jsonl").read_text("utf8").splitlines()]
    examples = [example(nlp, json.loads(line)) for line in lines]
    optimizer = nlp.initialize(lambda: examples[:STEPS])
    draw = random.Random(0)
    for _ in range(steps):
        nlp.update(draw.sample(examples, BATCH), sgd=optimizer, drop=0.1)


def example(nlp: Any, document: dict[str, Any]) -> Any:
    """A document with its entities, tags by the ends of the words, and each sentence a chain from its first verb."""
    from spacy.training import Example

    doc = nlp.make_doc(document["text"])
    forms = [next(form for form in FORMS if token.lower_.endswith(form[0])) for token in doc]
    heads: list[int] = []
    ends = [number + 1 for number, form in enumerate(forms) if form[1] in (".", "_SP")]
    for end in [*ends, len(doc)]:
        sentence = range(len(heads), end)
        root = next((number for number in sentence if forms[number][2] == "VERB"), len(heads))
        heads += [number + (number < root) - (number > root) for number in sentence]
    deps = ["ROOT" if head == number else forms[number][3] for number, head in enumerate(heads)]
    entities = [(span["start"], span["end"], span["label"]) for span in document["spans"] if span["label"] in LEARNED]
    gold = {"tags": [form[1] for form in forms], "heads": heads, "deps": deps, "entities": entities}
    return Example.from_dict(doc, gold)


def main(what: str, name: str, *rest: str) -> None:
    if what == "run":
        texts, warm_up, threads, *model = rest
        print(json.dumps(run(name, Path(texts), int(warm_up), int(threads), "".join(model))))
    else:
        {"cnn": build_cnn, "torch": build_torch}[name](Path(rest[0]), *rest[1:])


if __name__ == "__main__":
    main(*sys.argv[1:])
