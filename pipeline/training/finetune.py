"""The accurate path: the published encoder trained end to end with the recogniser, in torch through spacy-transformers.

python -m pipeline.training.finetune WEIGHTS LAYERS OUT

WEIGHTS is the folder of the published encoder (see `export_encoder`), LAYERS how many of its layers to keep, OUT a new
folder; the best model is in OUT/model-best. Settings are those of config.cfg but for the encoder and the optimizer.
Then `export_encoder` turns OUT/model-best into an int8 encoder that config.cfg can name. Needs the extra
`[transformer]`.
"""

import sys
from pathlib import Path
from typing import Any

from spacy import registry
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import load_config
from thinc.api import Optimizer

from pipeline.errors import Errors, PipelineError
from pipeline.paths import resource
from pipeline.training.corpus import read_split

WINDOW, STRIDE = 96, 72  # tokens
STEPS = 900  # of 1,500 to 2,500 words
EVALUATIONS = 3
RATE, WARMUP = 0.0015, 0.1  # of everything but the encoder; share of the steps
ENCODER_SHARE = 0.07
FROZEN = "embeddings."  # the pieces' own vectors: most of the parameters, and the training text holds few of the pieces


class TwoRates(Optimizer):
    """Adam with a smaller rate for the parameters of the torch encoder: one rate for all converges badly.

    learn_rate (Schedule): Of everything else.
    encoder_share (float): The encoder's rate is this share of it.
    """

    def __init__(self, learn_rate: Any, encoder_share: float):
        super().__init__(learn_rate, L2=0.01, L2_is_weight_decay=True, use_averages=True)
        self.encoder_share = encoder_share

    def __call__(self, key: Any, weights: Any, gradient: Any, *, lr_scale: float = 1.0) -> Any:
        name = str(key[1])  # of a torch parameter: its path, with dots
        if FROZEN in name:
            return weights, gradient
        return super().__call__(key, weights, gradient, lr_scale=self.encoder_share if "." in name else lr_scale)


@registry.optimizers("minutes.TwoRates.v1")
def make_two_rates(learn_rate: Any, encoder_share: float) -> TwoRates:
    """The optimizer; its arguments are those of TwoRates."""
    return TwoRates(learn_rate, encoder_share)


def optimizer(steps: int) -> dict[str, Any]:
    """The optimizer's part of the config."""
    schedule = {"@schedules": "warmup_linear.v1", "warmup_steps": round(WARMUP * steps), "total_steps": steps}
    rates = {"encoder_share": ENCODER_SHARE, "learn_rate": {**schedule, "initial_rate": RATE}}
    return {"@optimizers": "minutes.TwoRates.v1", **rates}


def encoder_block(weights: Path, layers: int) -> dict[str, Any]:
    """The encoder's part of the config."""
    return {
        "@architectures": "spacy-transformers.Tok2VecTransformer.v3",
        "name": str(weights),
        "tokenizer_config": {"use_fast": True},
        "transformer_config": {"num_hidden_layers": layers},
        "get_spans": {"@span_getters": "spacy-transformers.strided_spans.v1", "window": WINDOW, "stride": STRIDE},
        "pooling": {"@layers": "reduce_mean.v1"},
        "grad_factor": 1.0,
        "mixed_precision": False,
        "grad_scaler_config": {},
    }


def finetune(weights: Path, layers: int, out: Path, data: Path = Path("training_data"), steps: int = STEPS) -> Path:
    """Train encoder and recogniser together.

    weights (Path), layers (int): The published encoder, and how many of its layers to keep.
    out (Path): New folder.
    data (Path): Folder of JSONL files with `splits.toml`.
    steps (int): Updates.
    RETURNS (Path): The folder of the best model.
    RAISES (PipelineError): When there is no data or `out` is taken.
    """
    if out.exists():
        raise PipelineError(Errors.E302.format(out=out))
    read_split(data, "train")
    config = load_config(resource("config.cfg"), overrides={"paths.data": data.as_posix()}, interpolate=True)
    config["components"]["ner"]["model"]["tok2vec"]["embed"]["encoder"] = encoder_block(weights.resolve(), layers)
    config["training"].update(max_steps=steps, eval_frequency=max(1, steps // EVALUATIONS), optimizer=optimizer(steps))
    nlp = init_nlp(config)
    out.mkdir(parents=True)
    train(nlp, out, stdout=sys.stdout)
    return out / "model-best"


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    try:
        finetune(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
    except PipelineError as err:
        sys.exit(f"Error: {err}")
