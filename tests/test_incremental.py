"""A run over pages that were annotated before: only what changed is done, and the result is as from scratch."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from spacy.pipeline import EntityRuler
from spacy.tokens import DocBin

from pipeline import keys
from pipeline.annotation import Annotator
from pipeline.documents import to_page_name
from pipeline.readers import Limits
from pipeline.schema import ALL, TABLES, arrow_schema
from pipeline.tasks import Task
from tests.fixtures.example_files import EXAMPLES
from tests.fixtures.here import Runs, page, written
from tests.scored import ruler_model


@pytest.fixture
def runs(tmp_path, monkeypatch) -> Runs:
    """Seven files and a file of six rows, annotated once: four parts."""
    runs = Runs(tmp_path, monkeypatch)
    for number in range(7):
        runs.write(f"{'deep/' * (number % 2)}page{number}.txt", page(number, f"Word{number}xyz."))
    runs.write_rows("rows.jsonl", [page(100 + number, f"Row{number}xyz.") for number in range(6)])
    assert len(runs.run()) == 13
    return runs


def events(out: Path, name: str) -> list[dict]:
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text("utf8").splitlines()]
    return [line for line in lines if line["event"] == name]


def test_nothing_changed(runs):
    before = written(runs.out)
    assert runs.run() == []
    assert runs.report.reused == runs.report.documents == 13
    assert [(line["documents"], line["reused"]) for line in events(runs.out, "part written")] == [(4, 4)] * 3 + [(1, 1)]
    assert written(runs.out) == before


def test_exactly_what_changed_is_annotated(runs):
    """One file changed, one new, one gone, one renamed; of the rows one changed, one new, one gone."""
    runs.write("page2.txt", page(2, "Changed."))
    runs.write("page1a.txt", page(50))
    (runs.pages / "page4.txt").unlink()
    (runs.pages / "deep/page3.txt").rename(runs.pages / "deep/page33.txt")
    rows = (runs.pages / "rows.jsonl").read_text("utf8").splitlines(keepends=True)
    new = json.dumps({"id": "n9", "text": page(109)}) + "\n"
    runs.write("rows.jsonl", "".join([*rows[:2], rows[2].replace("Row2xyz", "Other"), *rows[4:], new]))
    assert runs.run() == ["deep/page33.txt", "page1a.txt", "page2.txt", "rows.jsonl#n2", "rows.jsonl#n9"]
    assert runs.report.reused == 8
    assert written(runs.out) == runs.scratch()


def test_what_is_gone_leaves_no_word_behind(runs):
    runs.run(html=True, formats=["csv", "xlsx"])
    gone = {"page2.txt": "Word2xyz", "deep/page1.txt": "Word1xyz", "rows.jsonl#n3": "Row3xyz"}
    for name in ("page2.txt", "deep/page1.txt"):
        (runs.pages / name).unlink()
    rows = (runs.pages / "rows.jsonl").read_text("utf8").splitlines(keepends=True)
    runs.write("rows.jsonl", "".join(rows[:3] + rows[4:]))
    assert runs.run(html=True, formats=["csv", "xlsx"]) == []
    strings = {string for part in (runs.out / "docs").iterdir() for string in DocBin().from_disk(part).strings}
    frames = [pd.read_parquet(runs.out / "tables" / table).to_csv() for table in ALL]
    read = [path.read_text("utf8") for path in runs.out.rglob("*") if path.suffix in (".jsonl", ".csv", ".html")]
    for doc_id, word in gone.items():
        assert word not in strings
        assert not [text for text in (*frames, *read) if word in text]
        assert not [text for text in (*frames, *read) if doc_id in text]
        assert not (runs.out / "html" / to_page_name(doc_id)).exists()
    assert "Word4xyz" in strings
    assert not (runs.out / "html" / "deep" / "page1.txt.html").exists()
    assert written(runs.out) == runs.scratch(html=True, formats=["csv", "xlsx"])


@pytest.fixture
def package(monkeypatch, tmp_path) -> Path:
    """A copy of the package to change, of which the digests are made."""
    copy = shutil.copytree(keys.PACKAGE, tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(keys, "PACKAGE", copy)
    keys.code.cache_clear()
    yield copy
    keys.code.cache_clear()


def add_a_line(path: Path) -> None:
    path.write_text(path.read_text("utf8") + "# changed\n", "utf8")
    keys.code.cache_clear()


def test_other_rules_leave_the_model_alone(runs, package, monkeypatch):
    """The rules lose resolutions; the model's part would fail if it were run."""
    assert runs.run() == []
    add_a_line(package / "patterns" / "resolutions.toml")
    before = written(runs.out)
    with runs.pool.annotator.nlp.select_pipes(disable="minutes_resolutions"):
        with monkeypatch.context() as patch:
            patch.setattr(EntityRuler, "__call__", lambda *args: pytest.fail("the model was run"))
            assert len(runs.run()) == 13
        made = written(runs.out)
        assert made != before
        assert pd.read_parquet(runs.out / "tables" / "resolutions").empty
        assert made == runs.scratch()


def test_the_model_left_alone_is_the_model_run(trained):
    """With the shipped model: not a byte of a result depends on whether the model's part was known."""
    annotator = object.__new__(Annotator)
    annotator.nlp, annotator.html = trained, True
    for path in sorted(EXAMPLES.glob("*.txt")) + sorted(EXAMPLES.glob("*.html")):
        record = {
            "source": str(path),
            "reader": "text",
            "encoding": "",
            "metadata": {"n": 1},
            "pages": [[0, 1], [40, 2]],
        }
        task = Task(path.read_text("utf8"), path.name, record)
        made = annotator(task)
        assert made.rows["entities"]
        assert annotator(task._replace(earlier=made.docbin)) == made


def test_another_model_does_all_again(runs):
    runs.model = ruler_model(runs.model.with_name("other"), [("PLACE", "Elm House")])
    assert len(runs.run()) == 13
    assert not any(task.earlier for task in runs.pool.tasks)
    assert set(pd.read_parquet(runs.out / "tables" / "entities").label) == {"PLACE"}
    assert written(runs.out) == runs.scratch()


def test_other_code_of_the_model_does_all_again(runs, package):
    add_a_line(package / "components" / "recogniser.py")
    assert len(runs.run()) == 13
    assert not any(task.earlier for task in runs.pool.tasks)


def test_other_readers_read_again_and_annotate_what_reads_differently(runs, package):
    """All files are read anew; no text is annotated, because each reads as before."""
    runs.read.clear()
    assert runs.run() == []
    assert runs.read == []
    add_a_line(package / "readers" / "html_file.py")
    assert runs.run() == []
    assert len(runs.read) == 8


def test_pages_asked_for_later(runs):
    """The rules run again to make them, the model does not; without them, they go."""
    before = written(runs.out)
    assert len(runs.run(html=True)) == 13
    assert all(task.earlier for task in runs.pool.tasks)
    with_pages = written(runs.out)
    assert with_pages == runs.scratch(html=True)
    assert len([name for name in with_pages if name.startswith("html/")]) == 13
    runs.write("page2.txt", page(2, "Changed."))
    assert runs.run(html=True) == ["page2.txt"]
    assert "Changed." in (runs.out / "html" / "page2.txt.html").read_text("utf8")
    assert written(runs.out) == runs.scratch(html=True)
    runs.write("page2.txt", page(2, "Word2xyz."))
    runs.run()
    assert written(runs.out) == before
    assert not (runs.out / "html").exists()


def test_a_page_that_is_missing_or_cut_short_is_made_again(runs):
    runs.run(html=True)
    before = written(runs.out)
    (runs.out / "html" / "page2.txt.html").unlink()
    cut = runs.out / "html" / "page4.txt.html"
    cut.write_bytes(cut.read_bytes()[:1000])
    assert runs.run(html=True) == ["page2.txt", "page4.txt"]
    assert written(runs.out) == before


@pytest.mark.parametrize(
    ("kind", "damage"),
    [
        ("annotated", "edited"),
        ("docs", "cut"),
        ("tables/entities", "gone"),
        ("tables/failures", "edited"),
        ("manifest", "cut"),
        ("manifest", "gone"),
    ],
)
def test_a_part_that_is_damaged_is_not_trusted(runs, kind, damage):
    before = written(runs.out)
    (path,) = (runs.out / kind).glob("part-00001-*")
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(data[:-40] if damage == "cut" else data[:20] + b"!" + data[21:])
    assert runs.run() == [doc_id for doc_id, _, _ in json.loads(before[part_of(before, 1)])["texts"]]
    assert written(runs.out) == before


def part_of(made, number):
    """The name of a part's manifest."""
    (name,) = (name for name in made if name.startswith(f"manifest/part-{number:05}-"))
    return name


@pytest.mark.parametrize("size", [1, 5, 13])
def test_another_part_size_does_nothing_again(runs, size):
    before = {table: pd.read_parquet(runs.out / "tables" / table) for table in ALL}
    assert runs.run(part_documents=size) == []
    for table, rows in before.items():
        pd.testing.assert_frame_equal(pd.read_parquet(runs.out / "tables" / table), rows)
    assert len(list((runs.out / "manifest").iterdir())) == -(-13 // size)
    assert written(runs.out) == runs.scratch(part_documents=size)


def test_what_failed_is_tried_again(runs):
    runs.fails = {"page2.txt", "rows.jsonl#n3"}
    runs.write("page2.txt", page(22))
    runs.write_rows("rows.jsonl", [page(200 + number) for number in range(6)])
    assert len(runs.run()) == 7
    assert (runs.report.documents, runs.report.failed) == (11, 2)
    assert runs.run() == ["page2.txt", "rows.jsonl#n3"]
    assert list(pd.read_parquet(runs.out / "tables" / "failures").source) == [
        str(runs.pages / "page2.txt"),
        f"{runs.pages / 'rows.jsonl'}#n3",
    ]
    runs.fails = set()
    assert runs.run() == ["page2.txt", "rows.jsonl#n3"]
    assert runs.run() == []
    assert written(runs.out) == runs.scratch()


def test_a_failure_under_other_rules_is_named_as_ever(runs, package):
    """What is known of a row that fails now is the same as if its file were read."""
    add_a_line(package / "patterns" / "percentages.toml")
    runs.fails = {"page2.txt", "rows.jsonl#n3"}
    runs.run()
    assert written(runs.out) == runs.scratch()


def test_other_limits_annotate_only_what_they_let_in(runs):
    runs.write("long.txt", page(300) + "Noted.\n" * 1_000)
    assert runs.run(limits=Limits(characters=5_000)) == []
    assert runs.report.failed == 1
    assert runs.run() == ["long.txt"]
    assert written(runs.out) == runs.scratch()


def test_a_file_named_like_a_row(runs):
    """Where there is one, the row has another id, as in a run from scratch, though its own file did not change."""
    rows = [{"id": "a.txt", "text": page(500)}, {"id": "b", "text": page(501)}]
    runs.write("rows.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    assert runs.run() == ["rows.jsonl#a.txt", "rows.jsonl#b"]
    runs.write("rows.jsonl#a.txt", page(400))
    assert runs.run() == ["rows.jsonl#a.txt~2", "rows.jsonl#a.txt"]
    assert runs.run() == []
    assert written(runs.out) == runs.scratch()
    (runs.pages / "rows.jsonl#a.txt").unlink()
    assert runs.run() == ["rows.jsonl#a.txt"]


def test_pages_named_like_parts(runs):
    runs.write("part-1/part-2.txt", page(1))
    runs.write("part-00000-abc.txt", page(2))
    runs.run(html=True)
    assert len(list((runs.out / "html").rglob("*.html"))) == 15
    assert runs.run(html=True) == []
    assert len(list((runs.out / "html").rglob("*.html"))) == 15


def test_a_full_last_part_is_not_followed_by_an_empty_one(runs):
    (runs.pages / "page0.txt").unlink()
    runs.run()
    assert len(list((runs.out / "manifest").iterdir())) == 3
    assert runs.run() == []


def test_tables_are_data_sets(runs):
    """A part without a row of a table has its file too, with the same columns; pandas reads the folder in order."""
    runs.write_rows("rows.jsonl", ["Nothing to note here."] * 5)
    runs.run()
    for table in TABLES:
        folder = runs.out / "tables" / table
        rows = pd.read_parquet(folder)
        assert list(rows.columns) == arrow_schema(table).names
        assert len(list(folder.iterdir())) == 3
        assert len(rows) == sum(len(pd.read_parquet(path)) for path in folder.iterdir())
        assert table in ("failures", "documents", "people") or 0 < rows.doc_id.nunique() <= 7  # nobody is named
    assert list(pd.read_parquet(runs.out / "tables" / "documents").doc_id) == [
        doc_id
        for path in sorted((runs.out / "manifest").iterdir())
        for doc_id, *_ in json.loads(path.read_text())["texts"]
    ]


def test_duckdb_and_polars_read_the_data_sets(runs):
    import duckdb
    import polars

    for table in ALL:
        folder = runs.out / "tables" / table
        rows = pd.read_parquet(folder).to_dict("list")
        found = duckdb.sql(f"select * from read_parquet('{folder.as_posix()}/*.parquet')")
        assert found.columns == list(rows)
        assert [len(found.fetchall())] * len(rows) == [len(column) for column in rows.values()]
        for given in (folder, folder / "*.parquet"):
            frame = polars.read_parquet(given)
            assert frame.columns == list(rows)
            assert frame.to_series(0).to_list() == next(iter(rows.values()))
