"""The frozen sentence encoder as a Thinc layer: int8 ONNX through onnxruntime and `tokenizers`, no torch.

A text is cut into windows of at most `window` word pieces, at line ends or sentence ends where there is one in the
second half of the window, so that no token is encoded twice; a longer sentence is cut hard, with `OVERLAP` pieces of
context on either side of the cut. Each window goes through the encoder alone: int8 scales by all that is encoded
together, padding too, so its vectors would depend on its company. The pieces of a token are averaged.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
from spacy import registry
from spacy.tokens import Doc
from thinc.api import Dropout, Linear, Maxout, Model, Shim, chain, concatenate, with_array
from thinc.types import Floats2d
from tokenizers import Tokenizer

from pipeline.errors import Errors, PipelineError
from pipeline.paths import resource

OVERLAP = 16  # pieces of context at a hard cut
MIN_WINDOW = 4 * OVERLAP + 2
KNOWN_WORDS = 200_000  # distinct tokens whose pieces are remembered
LONGEST_WORD = 1_000  # characters of a token that are looked at: a rule of underscores has a piece for each of them
KEPT_BYTES = 2_000_000_000  # vectors kept while training
SENTENCE_ENDS = frozenset(".!?;:")


class Window(NamedTuple):
    """Pieces first to last are encoded, start to end are kept; positions in the text's pieces, ends exclusive."""

    first: int
    last: int
    start: int
    end: int


def cut(breaks: np.ndarray, size: int) -> Iterator[Window]:
    """Cut a text into windows.

    breaks (ndarray): For each piece, how good a place for a cut lies before it: 0 none, 1 sentence end, 2 line end.
    size (int): Pieces in a window.
    YIELDS (Window): In order; the kept parts cover every piece once.
    """
    start, total = 0, len(breaks)
    first = 0
    while total - first > size:
        candidates = breaks[first + size // 2 : first + size + 1]
        best = candidates.max()
        if best:
            end = first + size // 2 + int(np.flatnonzero(candidates == best)[-1])
            yield Window(first, end, start, end)
            start = first = end
        else:
            last = first + size
            yield Window(first, last, start, last - OVERLAP)
            start, first = last - OVERLAP, last - 2 * OVERLAP
    if start < total:
        yield Window(first, total, start, total)


class OnnxEncoder(Shim):
    """Token vectors from the exported encoder `models/encoders/<name>`; opened at first use.

    name (str): The encoder's folder.
    layers (list[int]): Which layers' outputs are joined, counted from 1.
    window (int): Word pieces in a window, special pieces included.
    threads (int): Threads of onnxruntime; 0 leaves it to onnxruntime.
    RAISES (PipelineError): When there is no such encoder, or it has no such layers or windows.
    """

    def __init__(self, name: str, layers: list[int], window: int, threads: int):
        super().__init__(None)
        self.folder = resource("models") / "encoders" / name
        try:
            self.about = json.loads((self.folder / "encoder.json").read_text("utf8"))
        except OSError as err:
            found = f"there is none in {self.folder.parent}"
            raise PipelineError(Errors.E402.format(name=name, wanted="any", found=found)) from err
        if not layers or not set(layers) <= set(range(1, self.about["layers"] + 1)) or not MIN_WINDOW <= window <= 512:
            raise PipelineError(Errors.E406.format(name=name, layers=self.about["layers"], smallest=MIN_WINDOW))
        self.outputs = [f"layer_{n}" for n in layers]
        self.width = self.about["width"] * len(layers)
        self.window = window
        self.threads = threads
        self.pieces: dict[int, tuple[list[int], int]] = {}
        self.kept: dict[str, np.ndarray] = {}
        self.kept_bytes = 0

    @cached_property
    def session(self) -> onnxruntime.InferenceSession:
        """RAISES (PipelineError): When the file is not the one encoder.json describes."""
        data = (self.folder / "model.onnx").read_bytes()
        found = hashlib.sha256(data).hexdigest()
        if found != self.about["sha256"]:
            raise PipelineError(Errors.E402.format(name=self.about["name"], wanted=self.about["sha256"], found=found))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.log_severity_level = 3
        slow = ["SkipLayerNormFusion"]  # onnxruntime 1.31: the fused operation takes eight times as long as its parts
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"], disabled_optimizers=slow)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def specials(self) -> tuple[int, int]:
        """The pieces put before and after every window."""
        return self.tokenizer.token_to_id("[CLS]"), self.tokenizer.token_to_id("[SEP]")

    def __call__(self, docs: list[Doc], is_train: bool = False) -> list[np.ndarray]:  # type: ignore[override]
        """RETURNS (list[np.ndarray]): Per doc, float32 of shape (tokens, width); zeros for tokens of white space.

        In training the vectors of a text are kept from one epoch to the next, as float16, up to `KEPT_BYTES`.
        """
        if not is_train:
            return self.vectors(docs)
        new = [doc for doc in docs if doc.text not in self.kept]
        fresh = dict(zip([doc.text for doc in new], self.vectors(new), strict=True))
        for text, vectors in fresh.items():
            if self.kept_bytes < KEPT_BYTES:
                self.kept[text] = vectors.astype("float16")
                self.kept_bytes += self.kept[text].nbytes
        return [fresh[doc.text] if doc.text in fresh else self.kept[doc.text].astype("f") for doc in docs]

    def vectors(self, docs: list[Doc]) -> list[np.ndarray]:
        """Encode, whether training or not."""
        return [self.encode_doc(doc) for doc in docs]

    def encode_doc(self, doc: Doc) -> np.ndarray:
        ids, counts, breaks = self.split(doc)
        vectors = np.zeros((len(ids), self.width), dtype="f")
        for w in cut(breaks, self.window - 2):
            vectors[w.start : w.end] = self.encode(ids[w.first : w.last])[w.start - w.first : w.end - w.first]
        return pool(vectors, counts)

    def finish_update(self, optimizer: Any) -> None:
        """Nothing to update."""

    def to_device(self, device_type: str, device_id: int) -> None:
        """Always on the CPU."""

    def to_bytes(self) -> bytes:
        """The encoder's name and digest: its 23 MB lie once in `models/encoders/`, not in every model."""
        return json.dumps({key: self.about[key] for key in ("name", "sha256")}).encode()

    def from_bytes(self, data: bytes) -> "OnnxEncoder":
        """RAISES (PipelineError): When the model was trained with another encoder than the one here."""
        wanted = json.loads(data)
        if wanted["sha256"] != self.about["sha256"]:
            found = f"this install has sha256 {self.about['sha256']}"
            raise PipelineError(Errors.E402.format(name=wanted["name"], wanted=wanted["sha256"], found=found))
        return self

    def split(self, doc: Doc) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Word pieces of a doc.

        RETURNS (tuple[ndarray, ndarray, ndarray]): The ids, the number of each token's, and `breaks` as in `cut`.
        """
        if len(self.pieces) > KNOWN_WORDS:
            self.pieces.clear()
        ids: list[int] = []
        counts: list[int] = []
        breaks: list[int] = []
        broken = 0
        strings = doc.vocab.strings
        for orth in doc.to_array("ORTH").tolist():
            known = self.pieces.get(orth)
            if known is None:
                known = self.pieces[orth] = self.word(strings[orth])
            pieces, ending = known
            counts.append(len(pieces))
            if pieces:
                ids.extend(pieces)
                breaks.append(broken)
                breaks.extend([0] * (len(pieces) - 1))
                broken = 0
            broken = ending or broken
        return np.array(ids, dtype="int64"), np.array(counts, dtype="int64"), np.array(breaks, dtype="int64")

    def word(self, text: str) -> tuple[list[int], int]:
        """The pieces of one token, and how good a place for a cut lies behind it, as in `cut`."""
        pieces: list[int] = self.tokenizer.encode(text[:LONGEST_WORD], add_special_tokens=False).ids
        return pieces, 2 if text.isspace() and "\n" in text else int(text in SENTENCE_ENDS)

    def encode(self, window: np.ndarray) -> np.ndarray:
        """RETURNS (ndarray): float32 (pieces, width), special pieces removed."""
        first, last = self.specials
        ids = np.concatenate([[first], window, [last]])[None]
        outputs = self.session.run(self.outputs, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return np.concatenate(outputs, axis=2)[0, 1:-1]


def pool(pieces: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Average the pieces of each token.

    pieces (ndarray): (pieces, width).
    counts (ndarray): Pieces of each token; 0 gives a row of zeros.
    RETURNS (ndarray): (tokens, width).
    """
    pooled = np.zeros((len(counts), pieces.shape[1]), dtype="f")
    one, several = counts == 1, counts > 1
    pooled[one] = pieces[np.repeat(one, counts)]
    if several.any():
        lengths = counts[several]
        sums = np.add.reduceat(pieces[np.repeat(several, counts)], np.cumsum(lengths) - lengths, axis=0)
        pooled[several] = sums / lengths[:, None]
    return pooled


@registry.architectures("minutes.Encoder.v1")
def make_encoder(name: str, layers: list[int], window: int, threads: int) -> Model[list[Doc], list[Floats2d]]:
    """The frozen encoder as a layer; its arguments are those of OnnxEncoder.

    RETURNS (Model): Docs to float32 of shape (tokens, width), per doc.
    """
    encoder = OnnxEncoder(name, layers, window, threads)
    return Model("onnx_encoder", forward, dims={"nO": encoder.width}, shims=[encoder])


def forward(model: Model, docs: list[Doc], is_train: bool) -> tuple[Any, Callable[[Any], list[Doc]]]:
    """Frozen: nothing flows back."""
    return model.shims[0](docs, is_train), lambda gradient: []


@registry.architectures("minutes.Embed.v1")
def make_embed(
    encoder: Model[list[Doc], list[Floats2d]],
    lexical: Model[list[Doc], list[Floats2d]],
    names: Model[list[Doc], list[Floats2d]],
    width: int,
) -> Model[list[Doc], list[Floats2d]]:
    """Join the encoder with lexical features, which bring back the case that an uncased encoder loses, and known names.

    encoder (Model): Docs to token vectors, frozen.
    lexical (Model): Docs to token vectors, learned: `spacy.MultiHashEmbed.v2`.
    names (Model): Docs to features, of known names: `minutes.NameFeatures.v1`.
    width (int): Width of the result.
    """
    linear: Model = chain(Dropout(), Linear(width, encoder.maybe_get_dim("nO")))
    narrow: Model = chain(encoder, with_array(linear))
    return chain(concatenate(narrow, lexical, names), with_array(Maxout(width, nP=3, normalize=True)))
