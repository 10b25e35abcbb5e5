"""The README is true: its label table, its Python, its commands and its table and file names."""

import ast
import re
from pathlib import Path

from typer.testing import CliRunner

import pipeline
from pipeline.cli import app
from pipeline.labels import LABELS
from pipeline.readers import SUFFIXES
from pipeline.schema import TABLES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf8")
GUIDE = (ROOT / "docs" / "correcting.md").read_text("utf8")


def test_label_table():
    table = re.search(r"<!-- labels:.*?-->\n(.*?)\n<!-- /labels -->", README, re.DOTALL).group(1)
    assert table.splitlines() == [
        "| label | found by | what it is |",
        "|---|---|---|",
        *(f"| {x.name} | {'model' if x.kind == 'learned' else 'rules'} | {x.definition} |" for x in LABELS),
    ]


def test_python(tmp_path, monkeypatch):
    """Run the block; a line with a comment is an expression whose value is the comment."""
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1)
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "a.txt").write_text("5%", "utf8")
    monkeypatch.chdir(tmp_path)
    names, checked = {}, 0
    for line in filter(None, code.splitlines()):
        statement, _, expected = line.partition("  # ")
        if expected.startswith(("[", "'")):
            assert eval(statement, names) == ast.literal_eval(expected)
            checked += 1
        else:
            exec(statement, names)
    assert checked == 2
    assert names["frames"]["date_ranges"].text.tolist() == ["2021-2024"]
    assert (tmp_path / "out" / "tables" / "entities.csv").exists()


def test_counts_of_the_first_command(tmp_path):
    report = pipeline.annotate(ROOT / "examples", tmp_path / "out")
    assert f"\n{report.documents} documents, {report.words:,} words in " in README
    shown = re.findall(r"^([A-Z_]+) +(\d+)$", README, re.MULTILINE)
    assert {label: int(count) for label, count in shown} == report.spans


def test_names():
    for name in (*SUFFIXES, *TABLES):
        assert name in README, name
    for path in re.findall(r"pipeline/[a-z_]+(?:\.py|/)", README):
        assert (ROOT / path).exists(), path


def test_nothing_is_left_to_fill_in_and_links_lead_somewhere():
    for page in (
        ROOT / "README.md",
        ROOT / "models" / "README.md",
        ROOT / "docs" / "correcting.md",
        ROOT / "docs" / "queries.md",
    ):
        text = page.read_text("utf8")
        assert "@@" not in text
        for link in re.findall(r"\]\((?!http)([^)]+)\)", text):
            assert (page.parent / link).exists(), link


def test_commands_and_their_options_exist():
    """In the README and the guide."""
    named = re.findall(r"^minutes ((?:review )?\w+)(.*?)(?:#.*)?$", README + GUIDE, re.MULTILINE)
    assert {command for command, _ in named} == {
        *("annotate", "diff", "report", "query", "evaluate", "train", "compare", "promote", "rollback"),
        *(f"review {step}" for step in ("select", "export", "import", "agreement", "adjudicate", "accept")),
    }
    for command, rest in named:
        shown = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "200"})
        assert shown.exit_code == 0, command
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in shown.output, f"{command} {option}"
