"""`minutes report`: what is in the page is what is in the tables, nothing in it runs, and what is wrong is said."""

import base64
import gzip
import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import PipelineError
from pipeline.paths import PACKAGE
from pipeline.report import write
from pipeline.report.councils import council_names
from pipeline.report.payload import plain
from pipeline.report.views import VIEWS
from pipeline.schema import REGISTERS, TABLES, columns_of
from tests.fixtures.here import Runs, page
from tests.fixtures.reported import CLOSING, EVIL, HOSTILE, PLAIN, TEXT, Made, row, small

VENDOR = PACKAGE / "templates" / "vendor"


class Report:
    """A report, taken apart."""

    def __init__(self, path):
        self.html = path.read_text("utf8")
        self.about = json.loads(self.block("about"))
        self.views = {view["id"]: view for view in self.about["views"]}

    def block(self, id_):
        return re.search(rf'<script type="[a-z/-]+" id="{re.escape(id_)}">(.*?)</script>', self.html, re.DOTALL).group(
            1
        )

    def unpack(self, id_):
        return json.loads(gzip.decompress(base64.b64decode(self.block(id_))))

    def rows(self, view):
        """The rows of a view, as the page makes them."""
        made = []
        for chunk in range(self.views[view]["chunks"]):
            columns = self.unpack(f"rows-{view}-{chunk}")
            values = {name: c["v"] if "v" in c else [c["t"][code] for code in c["c"]] for name, c in columns.items()}
            made += [dict(zip(values, one, strict=True)) for one in zip(*values.values(), strict=True)]
        return made

    def documents(self):
        firsts = json.loads(self.block("firsts"))
        return [one for chunk in range(len(firsts)) for one in self.unpack(f"texts-{chunk}")]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return small().save(tmp_path_factory.mktemp("report") / "run")


@pytest.fixture(scope="module")
def report(run, tmp_path_factory):
    return Report(write(run, tmp_path_factory.mktemp("made") / "r.html"))


def table(run, name):
    return pq.read_table(run / "tables" / name, partitioning=None).to_pylist()


# --- what is in it ---


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.id)
def test_rows_are_those_of_the_table(run, report, view):
    rows = [one for one in table(run, view.table) if not view.label or one["label"] == view.label]
    if not rows:
        assert view.id not in report.views
        return
    made = report.rows(view.id)
    assert report.views[view.id]["rows"] == len(made) == len(rows)
    ids = [one["doc_id"] for one in table(run, "documents")]
    shared = [name for name in made[0] if name in rows[0] and name not in ("council", "title")]
    assert len(shared) > 1
    for mine, true in zip(made, rows, strict=True):
        for name in shared:
            value = true[name].isoformat() if hasattr(true[name], "isoformat") else true[name]
            assert mine[name] == ("" if value is None and isinstance(mine[name], str) else value), name
        if "start" in true and "doc_id" in true:
            assert (ids[mine["d"]], mine["s"], mine["e"]) == (true["doc_id"], true["start"], true["end"])


def test_every_table_has_a_view():
    assert {view.table for view in VIEWS} == {*TABLES, *REGISTERS}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.id)
def test_columns_of_a_view(view):
    """Those that are named are there, the others can be switched on, and none is there twice."""
    names = [column.name for column in view.columns()]
    assert len(names) == len(set(names))
    assert set(view.shown) <= set(names)
    left_out = {column.name for column in columns_of(view.table)} - set(names)
    assert all(
        name in ("doc_id", "start", "end", "label") or "evidence" in name or name.endswith(("_start", "_end"))
        for name in left_out
    )


def test_texts_and_places(report):
    documents = report.documents()
    assert [one["text"] for one in documents] == [TEXT, HOSTILE, PLAIN]
    labels = [label["name"] for label in report.about["labels"]]
    words = [(labels[label], TEXT[start:end]) for start, end, label, _ in documents[0]["spans"]]
    assert ("PLACE", "Ashford") in words
    assert len(words) == 8
    assert [one["wide"] for one in documents] == [[TEXT.index("\N{CLASSICAL BUILDING}")], [], []]


def test_decisions_people_and_figures_of_a_document(report):
    first = report.documents()[0]
    clause = first["decisions"][0]
    assert TEXT[clause.pop("start") : clause.pop("end")] == clause["clause"]
    assert clause == {
        "clause": "That the Sufficiency Strategy 2021-2024 be approved by 31 March 2021, subject to funding",
        "number": "(a)",
        "outcome": "approve",
        "actor": "Cabinet",
        "object": "Sufficiency Strategy 2021-2024",
        "deadline": "31 March 2021",
        "condition": "subject to funding",
    }
    assert [(one[0], one[1], TEXT[one[2] : one[3]]) for one in first["people"]] == [
        ("Helena Brusk", "Director of Children's Services", "Helena Brusk")
    ]
    assert [one[:3] for one in first["figures"]] == [["71%", "children lived in Ashford", None]]


def test_overview_counts_what_the_tables_hold(run, report):
    overview = report.about["overview"]
    assert overview["documents"] == 3
    assert dict(overview["councils"]) == {"Kent County Council": 2, EVIL: 1}
    assert overview["years"] == [["", 1], ["2019", 1], ["2021", 1]]
    found = Counter(one["label"] for one in table(run, "entities"))
    found |= {"PERCENTAGE": 2, "DATE_RANGE": 1, "RESOLUTION": 1}
    assert {one["name"]: one["count"] for one in overview["labels"]} == found
    assert overview["outcomes"] == [["approve", 1]]
    assert overview["failures"] == [["it is a scan", 1]]
    assert overview["registers"] == {"strategies": 2, "providers": 1, "places": 1}
    assert overview["persons"] == 1
    assert (overview["first_day"], overview["last_day"]) == ("2019-06-07", "2021-03-02")


def test_columns_without_a_value_are_left_out(report):
    columns = {column["name"]: column for column in report.views["decisions"]["columns"]}
    assert {"clause", "outcome", "deadline", "document"} <= columns.keys()
    assert not {"votes_for", "page", "actor_start"} & columns.keys()
    assert "hidden" not in columns["clause"]
    assert columns["condition"]["hidden"]


def test_a_decision_on_a_strategy_has_its_name(report):
    assert [one["name"] for one in report.rows("actions")] == ["Sufficiency Strategy 2021-2024"]
    assert [one["document"] for one in report.rows("actions")] == ["Sufficiency Strategy"]


def test_a_run_without_registers(tmp_path):
    report = Report(write(small().save(tmp_path / "run", registers=False)))
    assert not {"strategies", "providers", "places", "mentions", "actions"} & report.views.keys()
    assert '<a href="#timeline">' not in report.html
    assert report.about["overview"]["registers"] == {}


def test_a_run_of_nothing_but_failures(tmp_path):
    made = Made()
    made.rows["failures"].append(row("failures", source="a.pdf", cause="it is a scan"))
    report = Report(write(made.save(tmp_path / "run")))
    assert list(report.views) == ["failures"]
    assert report.about["overview"]["labels"] == []
    assert report.documents() == []


def test_long_texts_come_in_chunks_and_rows_too(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.report.texts.CHUNK", 100)
    monkeypatch.setattr("pipeline.report.payload.CHUNK_ROWS", 3)
    report = Report(write(small().save(tmp_path / "run")))
    assert json.loads(report.block("firsts")) == [0, 1, 2]
    assert report.views["place-mentions"]["chunks"] == 1
    assert report.views["people"]["chunks"] == 1
    assert [one["text"] for one in report.documents()] == [TEXT, HOSTILE, PLAIN]
    monkeypatch.setattr("pipeline.report.payload.CHUNK_ROWS", 1)
    report = Report(write(tmp_path / "run"))
    assert report.views["place-mentions"]["chunks"] == 3
    assert [one["text"] for one in report.rows("place-mentions")] == ["Kent", "Ashford", EVIL]


def test_a_run_as_minutes_makes_it(tmp_path, monkeypatch):
    runs = Runs(tmp_path / "work", monkeypatch)
    for number in range(5):
        runs.write(f"p{number}.txt", page(number))
    runs.write("empty.txt", "")
    runs.run()
    report = Report(write(runs.out))
    assert report.views["documents"]["rows"] == 5
    assert report.views["failures"]["rows"] == 1
    assert [one["text"] for one in report.documents()] == [page(number) for number in range(5)]
    again = (runs.out / "report.html").read_bytes()
    assert write(runs.out).read_bytes() == again  # the same run, the same page


@pytest.mark.parametrize(("value", "shown"), [(float("nan"), None), (float("inf"), None), (0.123456, 0.1235), (3, 3)])
def test_numbers_that_json_does_not_know(value, shown):
    assert plain(value) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ({"Kent County Council": 1, "KENT COUNTY COUNCIL": 5}, {"Kent County Council"}),
        ({"KENT COUNTY COUNCIL": 1}, {"Kent County Council"}),
        ({"ROYAL BOROUGH OF KINGSTON UPON THAMES": 1}, {"Royal Borough of Kingston upon Thames"}),
        ({"THE ROYAL BOROUGH": 1}, {"The Royal Borough"}),
        ({"KING'S LYNN AND WEST NORFOLK": 1}, {"King's Lynn and West Norfolk"}),
        ({"Bath & North East Somerset": 1, "Bath and North East Somerset": 3}, {"Bath and North East Somerset"}),
        ({"The City of York Council": 1, "City of York Council": 2}, {"City of York Council"}),
        ({"Kent": 1, "Kent County Council": 1}, {"Kent", "Kent County Council"}),  # a town may have a county's name
        ({"": 3}, {""}),
    ],
)
def test_one_way_to_write_a_council(written, shown):
    names = council_names(written)
    assert names.keys() == written.keys()
    assert set(names.values()) == shown


# --- nothing in it runs ---


def test_hostile_words_are_nowhere_as_they_are(report):
    assert CLOSING not in report.html
    assert EVIL not in report.html
    assert "<img src=x" not in report.html
    assert report.rows("documents")[1]["title"] == CLOSING


def test_only_our_scripts_may_run(report):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', report.html).group(1)
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy.replace("style-src 'unsafe-inline'", "")
    scripts = re.findall(r"<script>(.*?)</script>", report.html, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert hashes == re.findall(r"'sha256-([^']+)'", policy)
    assert len(scripts) == 3


def test_nothing_is_fetched(report):
    """No address but those in licences and of SVG; no map that a browser's tools would look for."""
    page = re.sub(r"<(script|pre|style)\b.*?</\1>", "", report.html, flags=re.DOTALL)
    assert not re.search(r"https?://|src=|<link", page)
    assert "sourceMappingURL" not in report.html
    assert not re.search(r"@import|url\(", "".join(re.findall(r"<style>(.*?)</style>", report.html, re.DOTALL)))


def test_libraries_are_those_that_were_published():
    """Their digests are those of the table, and their licences are in the page."""
    readme = (VENDOR / "README.md").read_text("utf8")
    named = dict(re.findall(r"^\| `([^`]+)` .* `([0-9a-f]{64})` \|$", readme, re.MULTILINE))
    files = {path.name: path for path in VENDOR.iterdir() if path.suffix in (".js", ".css")}
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()} == named


def test_licences_are_in_the_page(report):
    for words in ("The MIT License (MIT)", "Copyright (c) 2015-2026 Oli Folkerd", "Apache License", "Baidu Inc."):
        assert words in report.html


# --- what is wrong is said ---


def fails(run, match, out=None):
    with pytest.raises(PipelineError, match=match):
        write(run, out)


def test_no_run(tmp_path):
    fails(tmp_path, r"there is no run in .*\. Give the folder")
    fails(tmp_path / "none", r"there is no run in .*none\.")


def test_an_unfinished_run(tmp_path):
    (tmp_path / ".unfinished").mkdir()
    fails(tmp_path, r"the run in .* is not finished\. Give its minutes annotate command again")


def test_an_unfinished_run_over_a_finished_one(tmp_path):
    run = small().save(tmp_path / "run")
    (run / ".unfinished").mkdir()
    assert Report(write(run)).about["overview"]["documents"] == 3


def test_an_empty_run(tmp_path):
    fails(Made().save(tmp_path / "run"), r"holds no document and no failure")


def test_a_run_of_an_earlier_version(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "documents.parquet").write_bytes(b"")
    (tmp_path / "run.json").write_text("{}")
    fails(tmp_path, r"earlier version of minutes")


@pytest.mark.parametrize("name", ["documents", "resolutions"])
def test_a_damaged_table(tmp_path, name):
    run = small().save(tmp_path / "run")
    path = next((run / "tables" / name).iterdir())
    path.write_bytes(path.read_bytes()[:200])
    fails(run, rf"the table '{name}' in .* cannot be read: ")


@pytest.mark.parametrize("line", ["{", "[]", '{"text": 5, "spans": [], "meta": {"id": "a"}}', '{"text": ""}', "\xff"])
def test_a_damaged_document_leaves_the_old_report(tmp_path, line):
    run = small().save(tmp_path / "run")
    old = write(run).read_bytes()
    with next((run / "annotated").iterdir()).open("a", encoding="latin-1") as file:
        file.write(line + "\n")
    fails(run, r"part-00000-00000000\.jsonl, line 4: this is no annotated document")
    assert (run / "report.html").read_bytes() == old
    assert sorted(path.name for path in run.iterdir()) == ["annotated", "report.html", "run.json", "tables"]


def test_documents_that_are_not_those_of_the_tables(tmp_path):
    run = small().save(tmp_path / "run")
    path = next((run / "annotated").iterdir())
    lines = path.read_text("utf8").splitlines()
    path.write_text("\n".join(lines[:2]) + "\n", "utf8")
    fails(run, r"are not of one run: 'kent/board\.txt'")
    path.write_text("\n".join(lines[1:]) + "\n", "utf8")
    fails(run, r"are not of one run: 'evil/")


def test_a_name_that_no_browser_opens(run, tmp_path):
    fails(run, r"r\.txt: the report is a page.*\.html\.", tmp_path / "r.txt")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to(run, tmp_path):
    (tmp_path / "file").write_text("", "utf8")
    fails(run, r"cannot write to .*r\.html", tmp_path / "file" / "r.html")


def test_the_command(run, tmp_path):
    made = CliRunner().invoke(app, ["report", str(run), "--out", str(tmp_path / "new" / "r.html")])
    assert made.exit_code == 0, made.output
    assert re.fullmatch(r"Report: .*r\.html \(\d\.\d MB\)\n", made.output)
    assert Path(tmp_path / "new" / "r.html").is_file()
