"""The model card: made from evaluations of the shipped model and no other, and the one in the repository is true."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import pipeline.nlp
from pipeline.errors import PipelineError
from pipeline.labels import LABELS
from pipeline.training import card, report
from tests.scored import document, ruler_model

ROOT = Path(__file__).parents[1]
CARD = (ROOT / "models" / "README.md").read_text("utf8")
README = (ROOT / "README.md").read_text("utf8")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder of models, of data and of the two evaluations that a card needs."""
    root = tmp_path_factory.mktemp("card")
    ruler_model(root / "models" / "default", [("ROLE", "Chair"), ("PLACE", "Kent")])
    (root / "data").mkdir()
    lines = {"train": "The <ROLE>Chair</ROLE>.", "dev": "In <PLACE>Kent</PLACE>.", "test": "A <ROLE>Mayor</ROLE>, 5%."}
    for name, line in lines.items():
        documents = [document(line, f"{name}-{number}", name) for number in range(3)]
        (root / "data" / f"{name}.jsonl").write_text("".join(json.dumps(x) + "\n" for x in documents), "utf8")
    (root / "data" / "splits.toml").write_text('dev = ["dev"]\ntest = ["test"]\n')
    for split in ("dev", "test"):
        report.evaluate(root / "models" / "default", data=root / "data", split=split, out=root / split)
    return root


def write(root, benchmarks=None, **runs):
    folders = {"test": root / "test", "dev": root / "dev"} | runs
    card.write(folders, root / "data", root / "card.md", root / "models", benchmarks or root / "none")
    return (root / "card.md").read_text("utf8")


def test_what_a_card_says(made):
    text = write(made)
    assert f"| Model | `default-{pipeline.nlp.digest(made / 'models' / 'default')}`" in text
    assert "| ROLE | – | 0.000 | 0.000 | 0.00–0.00 | 3 | 0.000 | 0.000 | – |\n" in text
    assert "| PERCENTAGE | 0.000 | – | 0.000 | 0.00–0.00 | 0 | 0.000 | 0.000 | – |\n" in text
    assert "| PLACE | – | – | – | – | 0 | – | – | 1.000 |\n" in text
    assert "| ROLE | – | 0 | 0.000 | 3 |\n" in text  # seen and unseen
    assert "| ROLE | 3 | 0 | 0 | 0 |\n" in text  # missed
    assert "| PERCENTAGE | 0 | 3 | 0 | 0 |\n" in text  # extra
    assert "| train | 3 | 6 | 3 | 0 | 0 | 0 | 0 | 0 | 0 |\n" in text
    assert "There is no confidence yet" in text
    assert "real pages" not in text.casefold().split("## how to read")[0]
    for split in ("test", "dev"):
        assert (
            f"\nminutes evaluate --model {made / 'models' / 'default'} --data {made / 'data'} --split {split}" in text
        )
    assert f"\npython -m pipeline.training.card --test {made / 'test'} --dev {made / 'dev'}\n" in text
    assert "## Experiments" not in text
    assert tables_are_whole(text)


def test_real_pages_experiments_and_curve_are_taken_in(made, tmp_path):
    (tmp_path / "experiments.md").write_text("# Heading\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "utf8")
    (tmp_path / "links.md").write_text("# Joins\n\n| c |\n|---|\n", "utf8")
    (tmp_path / "learning-curve.md").write_text("| share | F |\n|---|---|\n", "utf8")
    text = write(made, tmp_path, gold=made / "dev")
    assert "\n## Joins\n\n| c |\n|---|\n\n## Experiments\n" in text
    assert "\n## Experiments\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## Learning curve\n\n| share | F |\n" in text
    assert "Real pages: 3 documents, 6 words, never trained on; too few to conclude much from." in text
    assert "| PLACE | – | – | – | – | 0 | – | – | 1.000 | 1.000 | 3 |\n" in text
    assert tables_are_whole(text)


def test_reliability_is_shown(made, tmp_path):
    scores = json.loads((made / "test" / "scores.json").read_text("utf8"))
    one = {"low": 0.9, "high": 1.0, "confidence": 0.95, "right": 0.9, "count": 10}
    scores["reliability"] = {"bins": [one], "count": 10, "error": 0.05}
    (tmp_path / "scores.json").write_text(json.dumps(scores), "utf8")
    text = write(made, test=tmp_path)
    assert "\n| 0.9–1.0 | 0.950 | 0.900 | 10 |\n" in text
    assert "Expected calibration error 0.050 over 10 entities." in text
    assert tables_are_whole(text)


def test_a_card_is_of_one_model(made, tmp_path):
    with pytest.raises(PipelineError, match="none holds no scores of ours"):
        write(made, test=tmp_path / "none")
    (tmp_path / "scores.json").write_text("[]", "utf8")
    with pytest.raises(PipelineError, match="holds no scores of ours"):
        write(made, test=tmp_path)
    (tmp_path / "scores.json").write_text('{"model": {"digest": "01234567"}}', "utf8")
    with pytest.raises(PipelineError, match="are of the model 01234567, not of"):
        write(made, dev=tmp_path)
    options = ["--test", made / "test", "--dev", made / "dev", "--out", tmp_path / "card.md"]
    done = subprocess.run([sys.executable, "-m", "pipeline.training.card", *options], capture_output=True, check=False)
    assert (done.returncode, b"not of" in done.stderr) == (1, True)  # the shipped model is another
    assert not (tmp_path / "card.md").exists()


def tables_are_whole(text):
    """Every table has as many cells in each row as in its head."""
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        rows = table.splitlines()
        assert set(rows[1]) <= {"|", "-"}, rows[1]
        assert {row.count("|") for row in rows} == {rows[1].count("|")}, table
    return text.count("|---|") > 5


def test_the_card_is_of_the_shipped_model():
    assert f"`default-{pipeline.nlp.digest(ROOT / 'models' / 'default')}`" in CARD
    assert "<!-- Made by `python -m pipeline.training.card" in CARD
    assert tables_are_whole(CARD)


def test_the_readme_and_the_card_give_the_same_figures():
    rows = re.findall(r"^\| ([A-Z_]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| (\d+) \|$", README, re.MULTILINE)
    assert [row[0] for row in rows] == [label.name for label in LABELS]
    for label, precision, recall, f, spans in rows:
        row = rf"^\| {label} \| {precision} \| {recall} \| {f} \| [\d.–]+ \| {spans} \|"
        assert re.search(row, CARD, re.MULTILINE), label
