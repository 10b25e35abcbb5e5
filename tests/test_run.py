"""The command itself, on files of every sort: what is written, what is refused, what fails and goes on."""

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from spacy.tokens import DocBin

from pipeline import run
from pipeline.documents import to_json, to_page_name
from pipeline.errors import PipelineError
from pipeline.labels import LABELS, RULES
from pipeline.schema import ALL, TABLES, arrow_schema
from pipeline.writers import STAGE

EXAMPLES = Path(__file__).parents[1] / "examples"
PAGE = """Agenda item

Sufficiency Strategy 2021-2024

Meeting of Corporate Parenting Board, Thursday, 25th March, 2021 4.00 pm (Item 7)

Minutes:

The Director of Children’s Services said that 84% of children lived in Middlesbrough or with Barnardo’s carers.

RESOLVED: That the Sufficiency Strategy 2021-2024 be approved.
"""


def minutes(*args, stdin=""):
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "pipeline.cli", *map(str, args)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, encoding="utf8", check=False)


def frame(out, table):
    return pd.read_parquet(out / "tables" / table)


def lines(out):
    """The documents of annotated/, in order."""
    parts = sorted((out / "annotated").iterdir())
    return [json.loads(line) for part in parts for line in part.read_text("utf8").splitlines()]


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    """One run over examples/ with everything on."""
    out = tmp_path_factory.mktemp("run") / "out"
    formats = [part for name in ("parquet", "csv", "xlsx") for part in ("--format", name)]
    return minutes("annotate", EXAMPLES, "--out", out, "--html", *formats), out


def test_examples_are_annotated(examples):
    done, out = examples
    assert done.returncode == 0, done.stderr
    files = sorted(path.name for path in EXAMPLES.iterdir())
    assert list(frame(out, "documents").doc_id) == files
    assert frame(out, "failures").empty
    documents = frame(out, "documents")
    for label in LABELS:
        assert documents[label.name.lower()].sum() > 0, label.name
    assert f"{len(files)} documents" in done.stdout


def test_tables_and_jsonl_say_the_same(examples):
    _, out = examples
    spans = [(doc["meta"]["id"], span) for doc in lines(out) for span in doc["spans"]]
    texts = {doc["meta"]["id"]: doc["text"] for doc in lines(out)}
    assert all(texts[doc_id][span["start"] : span["end"]] == span["text"] for doc_id, span in spans)
    for label in RULES:
        rows = frame(out, label.spans_key)
        from_jsonl = [(i, s["start"], s["end"], s["text"], s["id"]) for i, s in spans if s["label"] == label.name]
        assert list(rows[["doc_id", "start", "end", "text", "rule"]].itertuples(index=False, name=None)) == from_jsonl
        for f in label.fields:
            in_table = [str(value) for value in rows[f.column or f.name]]
            assert in_table == [str(span["value"][f.name]) for _, span in spans if span["label"] == label.name]
    learned = [(i, s["start"], s["end"], s["label"]) for i, s in spans if not s["id"]]
    entities = frame(out, "entities")
    assert list(entities[["doc_id", "start", "end", "label"]].itertuples(index=False, name=None)) == learned
    for table in TABLES.keys() - {"documents", "failures"}:
        assert (frame(out, table).section != "").all()


def test_parquet_has_the_schema(examples):
    _, out = examples
    for table in ALL:
        (part,) = (out / "tables" / table).iterdir()
        assert pq.read_schema(part).equals(arrow_schema(table))
        assert b"definition" in pq.read_schema(part).field(0).metadata


def test_docbin_loads_with_spans_and_values(examples, blank):
    _, out = examples
    (part,) = (out / "docs").iterdir()
    docs = list(DocBin().from_disk(part).get_docs(blank.vocab))
    assert [json.loads(json.dumps(to_json(doc))) for doc in docs] == lines(out)


def test_the_three_formats_hold_the_same_rows(examples):
    _, out = examples
    book = openpyxl.load_workbook(out / "tables" / "minutes.xlsx", read_only=True)
    for table in ALL:
        rows = len(frame(out, table))
        assert len(pd.read_csv(out / "tables" / f"{table}.csv", encoding="utf-8-sig")) == rows
        assert sum(1 for _ in book[table].iter_rows()) == rows + 1


def test_one_html_page_per_document(examples):
    _, out = examples
    pages = sorted(path.name for path in (out / "html").iterdir())
    assert pages == sorted(f"{doc_id}.html" for doc_id in frame(out, "documents").doc_id)
    for page in (out / "html").iterdir():
        text = page.read_text("utf8")
        assert text.count("<mark") == text.count("</mark>") > 0
        assert "http" not in text.split("<body")[0]  # nothing is fetched


def test_standard_input(tmp_path):
    done = minutes("annotate", "-", "--out", tmp_path / "out", stdin=PAGE)
    assert done.returncode == 0, done.stderr
    (document,) = frame(tmp_path / "out", "documents").to_dict("records")
    assert (document["doc_id"], document["kind"], str(document["meeting_date"])) == (
        "stdin",
        "agenda_item",
        "2021-03-25",
    )
    (resolution,) = frame(tmp_path / "out", "resolutions").to_dict("records")
    assert resolution["clause"] == "That the Sufficiency Strategy 2021-2024 be approved"
    assert (resolution["outcome"], resolution["section"]) == ("approve", "decision")
    assert (resolution["body"], resolution["item_title"]) == (
        "Corporate Parenting Board",
        "Sufficiency Strategy 2021-2024",
    )


def test_bad_files_are_rows_and_the_run_goes_on(tmp_path):
    pages, out = tmp_path / "pages", tmp_path / "out"
    (pages / "deep").mkdir(parents=True)
    (pages / "deep" / "good.txt").write_text(PAGE, "utf8")
    (pages / "empty.txt").touch()
    (pages / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    (pages / "long.txt").write_text("x " * 60_000, "utf8")
    (pages / "photo.png").write_bytes(b"\x89PNG")
    (pages / "rows.jsonl").write_text(json.dumps({"text": PAGE, "id": "a"}) + "\n{broken\n" + '{"text": "b"}\n', "utf8")
    done = minutes("annotate", pages, "--out", out, "--max-characters", 100_000)
    assert done.returncode == 3, done.stderr
    assert list(frame(out, "documents").doc_id) == ["deep/good.txt", "rows.jsonl#a", "rows.jsonl#3"]
    failures = frame(out, "failures")
    assert [Path(source).name for source in failures.source] == ["broken.pdf", "empty.txt", "long.txt", "rows.jsonl#2"]
    assert (failures.cause != "").all()
    assert (failures.next_step != "").all()
    assert "photo.png" in done.stdout
    assert json.loads((out / "run.json").read_text("utf8"))["failed"] == 4


def test_nothing_but_failures(tmp_path):
    (tmp_path / "a.txt").touch()
    done = minutes("annotate", tmp_path / "a.txt", "--out", tmp_path / "out")
    assert done.returncode == 3
    assert frame(tmp_path / "out", "entities").empty
    assert len(frame(tmp_path / "out", "failures")) == 1


def test_refusals(tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(PAGE, "utf8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").touch()
    (tmp_path / "theirs" / "docs").mkdir(parents=True)
    refused = {
        ("annotate", tmp_path / "nowhere", "--out", tmp_path / "out"): "nowhere",
        ("annotate", page, "--out", tmp_path / "mine"): "holds no run of ours",
        ("annotate", page, "--out", page): "page.txt",
        ("annotate", page, "--out", tmp_path / "out", "--format", "docx"): "no format 'docx'",
        ("annotate", page, "--out", tmp_path / "theirs", "--force"): "holds no run of ours",
        ("annotate", page, "--out", tmp_path / "out", "--model", tmp_path / "mine"): "no model at",
        ("evaluate", "--data", tmp_path / "mine"): "splits.toml",
    }
    for args, message in refused.items():
        done = minutes(*args)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("Error: ")
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_results_of_other_pages_are_replaced_only_by_force(tmp_path):
    page, other, out = tmp_path / "page.txt", tmp_path / "other.txt", tmp_path / "out"
    page.write_text(PAGE, "utf8")
    other.write_text(PAGE, "utf8")
    run.annotate([page], out, html=True)
    with pytest.raises(PipelineError, match="holds the results of other pages"):
        run.annotate([other], out)
    assert not (out / STAGE).exists()
    (out / "notes.txt").write_text("mine", "utf8")
    run.annotate([other], out, force=True)
    held = ["annotated", "docs", "log.jsonl", "manifest", "notes.txt", "run.json", "tables"]
    assert sorted(path.name for path in out.iterdir()) == held
    assert list(frame(out, "documents").doc_id) == ["other.txt"]


def test_an_earlier_run_stays_until_the_new_one_is_whole(tmp_path):
    page, out = tmp_path / "page.txt", tmp_path / "out"
    page.write_text(PAGE, "utf8")
    run.annotate([page], out)
    before = contents(out)
    page.write_text(PAGE + PAGE, "utf8")

    def interrupt(progress):
        raise KeyboardInterrupt

    with pytest.raises(PipelineError, match="no model at"):
        run.annotate([page], out, model=tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run.annotate([page], out, on_progress=interrupt)
    assert {path: data for path, data in contents(out).items() if STAGE not in path.parts} == before


def test_results_are_no_input(tmp_path):
    (tmp_path / "page.txt").write_text(PAGE, "utf8")
    for out in ("one", "two"):
        assert run.annotate(tmp_path, tmp_path / out, formats=["csv", "csv"]).documents == 1
    assert run.annotate(tmp_path, tmp_path / "one").documents == 1
    assert run.annotate(tmp_path / "two" / "annotated", tmp_path / "three").documents == 1  # given itself


def test_ids_are_unique(tmp_path):
    rows = [{"text": "5%", "id": name} for name in ("a", "a", "a~2", "b/../a", "B")]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf8")
    report = run.annotate(str(tmp_path / "rows.jsonl"), tmp_path / "out", html=True)
    ids = list(frame(tmp_path / "out", "documents").doc_id)
    assert ids == [f"rows.jsonl#{name}" for name in ("a", "a~2", "a~2~2", "b/../a", "B")]
    assert len([path for path in (tmp_path / "out" / "html").rglob("*") if path.is_file()]) == report.documents


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has file names that are no text")
def test_a_name_that_is_no_text(tmp_path):
    (tmp_path / "latin\udce9.txt").write_text(PAGE, "utf8")
    (tmp_path / "empty\udce9.txt").touch()
    report = run.annotate(tmp_path, tmp_path / "out", html=True, formats=["parquet", "xlsx"])
    assert (report.documents, report.failed) == (1, 1)
    assert frame(tmp_path / "out", "documents").source[0].endswith("latin\\udce9.txt")


def test_parts(tmp_path):
    rows = "".join(json.dumps({"text": f"{n}%", "id": f"n{n}"}) + "\n" for n in range(9))
    (tmp_path / "rows.jsonl").write_text(rows, "utf8")
    seen = []
    report = run.annotate([tmp_path / "rows.jsonl"], tmp_path / "out", part_documents=4, on_progress=seen.append)
    parts = sorted((tmp_path / "out" / "annotated").iterdir())
    assert [len(part.read_text("utf8").splitlines()) for part in parts] == [4, 4, 1]
    assert list(frame(tmp_path / "out", "percentages").low) == [float(n) for n in range(9)]
    assert report.spans["PERCENTAGE"] == 9
    assert seen[-1] == run.Progress(0, 1, 9, 9)
    assert [part["documents"] for part in report.parts] == [4, 4, 1]


@pytest.mark.parametrize(
    ("doc_id", "stem", "has_digest"),
    [
        ("a.txt", "a.txt", False),
        ("b/a.txt", "b/a.txt", False),
        ("rows.jsonl#A", "rows.jsonl_A", True),  # rows A and a would be one file on Windows and macOS
        ("a?b", "a_b", True),
        ("../../x", "x", True),
        ("x" * 300, "x" * 80, True),
    ],
)
def test_page_names(doc_id, stem, has_digest):
    name = to_page_name(doc_id)
    assert name.startswith(stem)
    assert len(name) == len(stem) + has_digest * len("-12345678") + len(".html")
    assert to_page_name(doc_id + "?") != name
