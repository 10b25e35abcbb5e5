"""The exported encoder agrees with the published weights; needs the extra `transformer`, MINUTES_WEIGHTS (.ci/run)."""

import json
import os
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from pipeline.encoder import OnnxEncoder
from pipeline.errors import PipelineError
from pipeline.nlp import blank
from pipeline.paths import resource

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # torch and transformers warn on import
    import torch

    from pipeline.training.export_encoder import export, load_weights
    from pipeline.training.finetune import finetune

WEIGHTS = Path(os.environ["MINUTES_WEIGHTS"])
SHIPPED = sorted((resource("models") / "encoders").iterdir())
TEXT = """Agenda item

Sufficiency Strategy 2021-2024. The Head of Service for Children’s Commissioning told Members that Barnardo’s and CAMHS
worked with 84% of children in Middlesbrough. RESOLVED: That the report be noted."""
LENGTHS = (128, 70, 9)


def padded():
    """Windows of three lengths in one batch: the padding is where an export goes wrong."""
    encoder = OnnxEncoder(SHIPPED[0].name, [1], 128, 1)
    ids, _, _ = encoder.split(blank()(TEXT * 3))
    batch, mask = np.zeros((3, 128), dtype="int64"), np.zeros((3, 128), dtype="int64")
    for row, length in enumerate(LENGTHS):
        batch[row, :length], mask[row, :length] = ids[row : row + length], 1
    return batch, mask


def cosine(a, b):
    return (a * b).sum(-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)


def agreement(folder, layers):
    """For each layer, the cosine of every piece's vector with the one from the published weights."""
    batch, mask = padded()
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    ours = session.run(None, {"input_ids": batch, "attention_mask": mask})
    with torch.no_grad():
        theirs = load_weights(WEIGHTS, layers)(torch.tensor(batch), torch.tensor(mask))
    return [cosine(a[mask == 1], b.numpy()[mask == 1]) for a, b in zip(ours, theirs, strict=True)]


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_shipped_encoder_agrees(folder):
    layers = OnnxEncoder(folder.name, [1], 128, 1).about["layers"]
    for cosines in agreement(folder, layers):
        assert cosines.mean() > 0.98
        assert cosines.min() > 0.90


@pytest.mark.filterwarnings("ignore")
def test_export_anew(tmp_path):
    export(WEIGHTS, 2, tmp_path / "two")
    for cosines in agreement(tmp_path / "two", 2):
        assert cosines.mean() > 0.98


def test_other_weights_are_refused(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"other")
    with pytest.raises(PipelineError, match="not the published weights"):
        export(tmp_path, 1, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.filterwarnings("ignore")
def test_a_fine_tuned_encoder_is_exported(tmp_path):
    text, spans = "The Chair spoke of Kent.", [(4, 9, "ROLE"), (19, 23, "PLACE")]
    (tmp_path / "data").mkdir()
    for source in "abc":
        rows = [{"start": start, "end": end, "label": label} for start, end, label in spans]
        line = json.dumps({"text": text, "spans": rows, "meta": {"id": source, "source": source}})
        (tmp_path / "data" / f"{source}.jsonl").write_text(line + "\n", "utf8")
    (tmp_path / "data" / "splits.toml").write_text('dev = ["b"]\ntest = ["c"]\n')
    best = finetune(WEIGHTS, 2, tmp_path / "run", tmp_path / "data", steps=12)
    export(best, 2, tmp_path / "tuned")
    about = json.loads((tmp_path / "tuned" / "encoder.json").read_text("utf8"))
    assert about["origin"].endswith("fine-tuned")
    moved = agreement(tmp_path / "tuned", 2)[-1]
    assert 0.5 < moved.mean() < 0.999


@pytest.mark.filterwarnings("ignore")
def test_a_model_without_torch_has_nothing_to_export(tmp_path):
    with pytest.raises(PipelineError, match="no encoder to export"):
        export(resource("models") / "default", 2, tmp_path / "out")
