"""The corpus and its splits, a training of two steps through the command and through spaCy's own, and the scores."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

import pipeline
from pipeline.errors import PipelineError
from pipeline.training.corpus import aligned, make_corpus, read_jsonl, read_split
from pipeline.training.finetune import TwoRates
from pipeline.training.train import train

ROOT = Path(__file__).parents[1]
DATA = ROOT / "training_data"


def document(text, spans=(), source="a", doc_id="a-1"):
    rows = [
        {"start": text.index(words), "end": text.index(words) + len(words), "label": label} for words, label in spans
    ]
    return {"text": text, "spans": rows, "meta": {"id": doc_id, "source": source}}


@pytest.fixture
def small(tmp_path):
    """A corpus of three sources."""
    text = "The Chair told the Cabinet about Barnardo’s in Kent and the Placement Strategy."
    spans = [("Chair", "ROLE"), ("Barnardo’s", "PROVIDER"), ("Kent", "PLACE"), ("Placement Strategy", "STRATEGY")]
    folder = tmp_path / "data"
    folder.mkdir()
    for source in "abc":
        line = json.dumps(document(text, spans, source, f"{source}-1"))
        (folder / f"{source}.jsonl").write_text(line + "\n" + line + "\n", "utf8")
    (folder / "splits.toml").write_text('dev = ["b"]\ntest = ["c"]\n')
    return folder


def test_splits(small):
    for split, source in (("train", "a"), ("dev", "b"), ("test", "c")):
        assert [d["meta"]["source"] for d in read_split(small, split)] == [source, source]


def test_held_out_voices_are_never_trained_on():
    splits = tomllib.loads((DATA / "splits.toml").read_text("utf8"))
    assert splits == {"dev": ["dev-voice", "ordinary-pages", "saved-pages"], "test": ["test-voice", "test-pages"]}
    train_texts = {d["text"] for d in read_split(DATA, "train")}
    for split, count in (("dev", 158), ("test", 98)):
        documents = read_split(DATA, split)
        assert len(documents) == count
        assert not train_texts & {d["text"] for d in documents}


def test_ids_are_unique():
    ids = [d["meta"]["id"] for split in ("train", "dev", "test") for d in read_split(DATA, split)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "Expecting property name"),
        ('{"text": "a", "spans": []}', "no 'meta'"),
        ('{"text": "a", "spans": [], "meta": {"id": "a"}}', "no 'source'"),
        ('{"text": "a", "spans": [], "meta": {"id": 1, "source": "a"}}', "are texts"),
        ('{"text": "a", "spans": [{"start": 5, "end": 6, "label": "ROLE"}], META}', "nothing stands at 5-6"),
        ('{"text": "a", "spans": [{"start": 0, "label": "ROLE"}], META}', "no 'end'"),
        ('{"text": "a", "spans": [{"start": 0, "end": 1, "label": "ROEL"}], META}', "no 'ROEL'"),
        (
            '{"text": "ab", "spans": [{"start": 0, "end": 2, "label": "ROLE"}, '
            '{"start": 1, "end": 2, "label": "PLACE"}], META}',
            "two entities overlap at 1",
        ),
    ],
)
def test_broken_lines_are_named(line, problem, tmp_path):
    meta = '"meta": {"id": "a", "source": "a"}'
    (tmp_path / "x.jsonl").write_text(json.dumps(document("a")) + "\n" + line.replace("META", meta) + "\n", "utf8")
    with pytest.raises(PipelineError) as caught:
        list(read_jsonl(tmp_path / "x.jsonl"))
    assert "x.jsonl, line 2: " in str(caught.value)
    assert problem in str(caught.value)


def test_a_byte_order_mark_and_blank_lines_are_passed_over(tmp_path):
    lines = [json.dumps(document("a", doc_id=name)) for name in ("x", "y")]
    (tmp_path / "x.jsonl").write_bytes(f"\ufeff{lines[0]}\r\n\r\n{lines[1]}\r\n \r\n".encode())
    assert [d["meta"]["id"] for d in read_jsonl(tmp_path / "x.jsonl")] == ["x", "y"]


def test_refusals(small, tmp_path, blank):
    with pytest.raises(PipelineError, match="no split 'tset'"):
        list(make_corpus(small, "tset")(blank))
    (small / "c.jsonl").unlink()
    with pytest.raises(PipelineError, match="'c' named under 'test'"):
        read_split(small, "train")
    with pytest.raises(PipelineError, match="no such file or folder"):
        read_split(tmp_path / "nowhere", "dev")
    for splits, problem in (
        ("dev = [", r"splits\.toml: "),
        ('dev = "b"', r"splits\.toml: dev is no list of sources"),
        ('dev = [["b"]]', r"splits\.toml: dev is no list of sources"),
        ('Test = ["c"]', "no split 'Test'; the splits are train, dev, test"),
    ):
        (small / "splits.toml").write_text(splits)
        with pytest.raises(PipelineError, match=problem):
            read_split(small, "train")
    (small / "folder.jsonl").mkdir()
    with pytest.raises(PipelineError, match=r"folder\.jsonl cannot be read"):
        list(read_jsonl(small / "folder.jsonl"))
    (small / "latin.jsonl").write_bytes(b"\xe9")
    with pytest.raises(PipelineError, match=r"latin\.jsonl, line 1: "):
        list(read_jsonl(small / "latin.jsonl"))
    with pytest.raises(PipelineError, match=r"holds no splits\.toml"):
        train(tmp_path, tmp_path / "out")
    with pytest.raises(PipelineError, match=r"ROLE 'Chai' at 4-8 is not on token edges"):
        aligned(blank("The Chair"), document("The Chair", [("Chai", "ROLE")]))


def test_train_two_steps(small, tmp_path):
    config = (ROOT / "config.cfg").read_text("utf8")
    config = re.sub(r"(?m)^max_steps = .*", "max_steps = 2", config)
    config = re.sub(r"(?m)^eval_frequency = .*", "eval_frequency = 1", config)
    (tmp_path / "config.cfg").write_text(config, "utf8")
    out = tmp_path / "run"
    options = ["--data", small, "--out", out, "--config", tmp_path / "config.cfg"]
    done = subprocess.run([sys.executable, "-m", "pipeline.cli", "train", *options], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in out.iterdir()) == ["model-best", "run.json"]
    doc = pipeline.load(out / "model-best")("RESOLVED: That 5% be noted.")
    assert [span.text for span in doc.spans["resolutions"]] == ["That 5% be noted"]
    with pytest.raises(PipelineError, match="never written over"):
        train(small, out)


@pytest.mark.parametrize("module", ["finetune", "export_encoder"])
def test_a_taken_folder_is_refused_in_one_line(module, tmp_path):
    command = [sys.executable, "-m", f"pipeline.training.{module}", tmp_path / "weights", "1", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "is not empty and holds no run of ours" in done.stderr


def test_the_encoder_learns_more_slowly_and_its_embeddings_not_at_all():
    optimizer = TwoRates(0.1, encoder_share=0.5)
    moved = {}
    for name in ("W", "encoder.layer.0.weight", "embeddings.word_embeddings.weight"):
        after, _ = optimizer((1, name), np.ones(4, dtype="f"), np.ones(4, dtype="f"))
        moved[name] = float(1 - after[0])
    assert moved["W"] == pytest.approx(2 * moved["encoder.layer.0.weight"], rel=1e-3)
    assert moved["embeddings.word_embeddings.weight"] == 0


def test_plain_spacy_train(small, tmp_path):
    command = [sys.executable, "-m", "spacy", "train", ROOT / "config.cfg", "--output", tmp_path / "run"]
    options = ["--paths.data", small, "--training.max_steps", "1", "--training.eval_frequency", "1"]
    subprocess.run([*command, *options], check=True, capture_output=True)
    assert (tmp_path / "run" / "model-last" / "config.cfg").exists()


def test_the_shipped_model_names_no_folder_of_the_machine_it_was_trained_on():
    assert 'data = "training_data"' in (ROOT / "models" / "default" / "config.cfg").read_text("utf8")
