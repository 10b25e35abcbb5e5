"""`minutes query`: the tables of a run in SQL, read only, nothing else within reach; the ten questions of the docs."""

import csv
import datetime
import re
import sys
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import PipelineError
from pipeline.query import ask, save
from pipeline.schema import REGISTERS, TABLES
from tests.fixtures.reported import EVIL, FORMULA, small

pytest.importorskip("duckdb")
ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "docs" / "queries.md").read_text("utf8")
QUESTIONS = re.findall(r"^## (.+?)\n\n```sql\n(.+?)```", DOCS, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return small().save(tmp_path_factory.mktemp("query") / "run")


def rows(run, sql, limit=100):
    return ask(run, sql, limit).rows


# --- asking ---


def test_every_table_is_there_under_its_name(run):
    assert [name for (name,) in rows(run, "show tables")] == sorted([*TABLES, *REGISTERS])
    for table in (*TABLES, *REGISTERS):
        found = ask(run, f"select * from {table}", 100)
        known = pq.read_table(run / "tables" / table, partitioning=None)
        assert [name for name, _ in found.columns] == known.column_names
        assert len(found.rows) == known.num_rows


def test_values(run):
    found = ask(run, "select meeting_date, low, 3 as n, place, true as yes from figures", 5)
    assert found.columns == [("meeting_date", False), ("low", True), ("n", True), ("place", False), ("yes", False)]
    assert found.rows == [["2021-03-02", "71", "3", "", "True"]]


def test_dates_are_dates(run):
    assert rows(run, "select title from documents where meeting_date > '2020-01-01'") == [["Sufficiency Strategy"]]


@pytest.mark.parametrize(("limit", "number", "whole"), [(1, 1, False), (3, 3, True), (2, 2, False), (9, 3, True)])
def test_as_many_rows_as_are_wanted(run, limit, number, whole):
    found = ask(run, "select * from documents", limit)
    assert (len(found.rows), found.whole) == (number, whole)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("'a' || chr(10) || 'b'", "a b"),
        ("chr(27) || '[31mred'", "\N{REPLACEMENT CHARACTER}[31mred"),  # no terminal obeys it
        ("chr(8238) || 'abc'", "\N{REPLACEMENT CHARACTER}abc"),
        ("'[bold]x'", "[bold]x"),
        ("repeat('a', 999)", "a" * 299 + "…"),
        ("[1, 2]", "[1, 2]"),
        ("0.1 + 0.2", "0.3"),
        ("cast(1 as double) / 3", "0.333333"),
        ("cast('nan' as double)", "nan"),
    ],
)
def test_values_on_screen(run, value, shown):
    assert rows(run, f"select {value} as x") == [[shown]]


# --- nothing but the tables ---


@pytest.mark.parametrize(
    "sql",
    [
        "select * from '{file}'",
        "select * from read_csv('{file}')",
        "select * from read_text('{file}')",
        "select * from read_blob('{file}')",
        "select * from read_parquet('{file}')",
        "select * from read_json('{file}')",
        "select * from glob('{folder}/*')",
        "select * from parquet_metadata('{file}')",
        "select * from sniff_csv('{file}')",
        "select * from 'http://127.0.0.1:1/x.csv'",
        "select * from query('select * from read_text(''{file}'')')",
        "select * from query_table(['{file}'])",
        "with x as (select * from read_text('{file}')) select * from x",
        "select * from secret_frame",
        "select getenv('HOME')",
    ],
)
def test_no_file_can_be_read(run, tmp_path, sql):
    secret_frame = pq.read_table(run / "tables" / "failures", partitioning=None)  # noqa: F841  (not for SQL to find)
    (tmp_path / "secret.csv").write_text("secret\n1\n", "utf8")
    with pytest.raises(PipelineError) as err:
        ask(run, sql.format(file=tmp_path / "secret.csv", folder=tmp_path), 5)
    assert "The tables here: documents, " in str(err.value)
    assert "secret\n1" not in str(err.value)


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("copy documents to '{folder}/x.csv'", "copy"),
        ("attach '{folder}/x.db'", "attach"),
        ("export database '{folder}/x'", "export"),
        ("install httpfs", "load"),
        ("load httpfs", "load"),
        ("set enable_external_access = true", "set"),
        ("create table x as select 1", "create"),
        ("drop view documents", "drop"),
        ("insert into documents select * from documents", "insert"),
        ("delete from documents", "delete"),
        ("update documents set title = ''", "update"),
        ("select 1; drop view documents", "2 statements"),
        ("", "0 statements"),
        ("-- nothing", "0 statements"),
    ],
)
def test_nothing_but_a_question(run, tmp_path, sql, what):
    with pytest.raises(PipelineError, match=f"a query is one question .* this is .*{what}"):
        ask(run, sql.format(folder=tmp_path), 5)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("sql", "match"),
    [
        ("selct 1", r'syntax error at or near "selct"\. The tables here: documents, entities'),
        ("select nope from documents", r'column "nope" not found.*Candidate bindings'),
        ("select * from entitis", r'entitis does not exist! Did you mean "entities"\? The tables here'),
        ("select cast(title as int) from documents", r"Could not convert string"),
        ("select 1 +", r"syntax error"),
    ],
)
def test_what_is_not_understood(run, sql, match):
    with pytest.raises(PipelineError, match=match) as err:
        ask(run, sql, 5)
    assert "\n" not in str(err.value)


def test_no_run(tmp_path):
    with pytest.raises(PipelineError, match=r"there is no run in"):
        ask(tmp_path, "select 1", 5)


def test_a_damaged_table(tmp_path):
    run = small().save(tmp_path / "run")
    path = next((run / "tables" / "people").iterdir())
    path.write_bytes(b"PAR1")
    with pytest.raises(PipelineError, match=r"the table 'people' in .* cannot be read"):
        ask(run, "select * from people", 5)


def test_without_duckdb(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(
        PipelineError, match=r"minutes query needs DuckDB\. Install it with pip install -e '\.\[report\]'"
    ):
        ask(run, "select 1", 5)


# --- saving ---


def test_to_csv(run, tmp_path):
    path = tmp_path / "new" / "x.csv"
    assert save(run, "select source, meeting_date, council, body from documents", path) == 3
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file))
    assert read[0] == ["source", "meeting_date", "council", "body"]
    assert read[1] == ["kent/cabinet.html", "2021-03-02", "Kent County Council", "Cabinet"]
    assert read[2][2:] == [EVIL, "'" + FORMULA]  # no spreadsheet runs it


def test_to_excel(run, tmp_path):
    path = tmp_path / "x.xlsx"
    made = "cast('nan' as double) as bad, [1] as list, true as yes, repeat('a', 40000) as long"
    assert save(run, f"select body, meeting_date, low, {made} from percentages", path) == 2
    head, first, second = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    assert head == ("body", "meeting_date", "low", "bad", "list", "yes", "long")
    assert first[:6] == ("Cabinet", datetime.datetime(2021, 3, 2), 71, "nan", "[1]", True)
    assert len(first[6]) == 32_767
    assert second[0] == FORMULA  # a text


def test_to_parquet(run, tmp_path):
    path = tmp_path / "x.parquet"
    assert save(run, "select meeting_date, words, title from documents", path) == 3
    made = pq.read_table(path)
    assert [str(field.type) for field in made.schema] == ["date32[day]", "int64", "string"]


def test_the_same_rows_make_the_same_file(run, tmp_path):
    for name in ("x.csv", "x.xlsx", "x.parquet"):
        made = []
        for _ in range(2):
            save(run, "select * from entities order by doc_id, start", tmp_path / name)
            made.append((tmp_path / name).read_bytes())
        assert made[0] == made[1], name


def test_names_that_are_there_twice(run, tmp_path):
    assert save(run, "select 1 as a, 2 as a", tmp_path / "x.csv") == 1
    assert (tmp_path / "x.csv").read_text("utf-8-sig").splitlines()[1] == "1,2"


@pytest.mark.parametrize(("name", "match"), [("x.txt", r"ends in \.csv or \.xlsx or \.parquet"), ("x", r"ends in")])
def test_other_formats(run, tmp_path, name, match):
    with pytest.raises(PipelineError, match=match):
        save(run, "select 1", tmp_path / name)


def test_more_rows_than_a_sheet_holds(run, tmp_path):
    with pytest.raises(PipelineError, match=r"1,048,576 rows are more than an Excel sheet holds"):
        save(run, "select * from range(1048576)", tmp_path / "x.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to(run, tmp_path):
    (tmp_path / "file").write_text("", "utf8")
    with pytest.raises(PipelineError, match=r"cannot write to"):
        save(run, "select 1", tmp_path / "file" / "x.csv")


# --- the command ---


def test_the_command(run, tmp_path):
    shown = CliRunner().invoke(
        app, ["query", str(run), "select label, count(*) as n from entities group by 1 order by 1"]
    )
    assert shown.exit_code == 0, shown.output
    assert [line.split() for line in shown.output.splitlines()] == [
        ["label", "n"],
        ["PLACE", "3"],
        ["PROVIDER", "2"],
        ["ROLE", "2"],
        ["STRATEGY", "3"],
        ["4", "rows"],
    ]
    cut = CliRunner().invoke(app, ["query", str(run), "select doc_id from documents", "--rows", "1"])
    assert cut.output.splitlines()[-1] == "1 row; there are more: --rows shows them, --to FILE.csv saves all"
    path = tmp_path / "x.csv"
    saved = CliRunner().invoke(app, ["query", str(run), "from documents", "--to", str(path)])
    assert saved.output == f"Rows: 3, in {path}\n"


# --- the ten questions ---


def test_there_are_ten():
    assert len(QUESTIONS) == DOCS.count("```sql") == 10


@pytest.mark.parametrize(("question", "sql"), QUESTIONS, ids=[question for question, _ in QUESTIONS])
def test_questions_of_the_docs(run, question, sql):
    assert rows(run, sql)


def test_what_the_first_question_answers(run):
    assert rows(run, QUESTIONS[0][1])[-1] == [
        *("Kent County Council", "Sufficiency Strategy 2021-2024", "2021-2024", "2021-03-02", "1")
    ]
