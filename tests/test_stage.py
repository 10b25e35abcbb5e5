"""The folder of a run and its change for the run before: a crash at any point loses nothing and does nothing twice."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import run
from pipeline.errors import PipelineError
from pipeline.output import Output
from pipeline.writers import STAGE
from tests.fixtures.here import Runs, page, written
from tests.fixtures.power import POWER, PowerCut, run_until

EVERY = 9


@pytest.fixture
def runs(tmp_path, monkeypatch) -> Runs:
    """Three files, annotated with pages, then changed."""
    runs = Runs(tmp_path, monkeypatch)
    for number in range(3):
        runs.write(f"page{number}.txt", page(number))
    everything(runs)
    runs.write("page1.txt", page(11))
    (runs.pages / "page2.txt").rename(runs.pages / "page3.txt")
    return runs


def everything(runs: Runs) -> None:
    runs.run(part_documents=2, html=True)


def test_a_crash_at_any_point(runs, tmp_path):
    """Before every file that the new run moves in place of the old one, and before every EVERY-th other change."""
    old, before = tmp_path / "old", written(runs.out)
    shutil.copytree(runs.out, old)
    with POWER.watched(lambda number: None):
        everything(runs)
    whole, changes = written(runs.out), list(POWER.changes)
    assert whole != before
    moves = [n for n, (change, path) in enumerate(changes, 1) if change == "os.rename" and ".part" not in path]
    assert len(moves) == 7  # the five folders, the log, the report
    for point in sorted({*moves, *range(1, len(changes) + 1, EVERY)}):
        shutil.rmtree(runs.out)
        shutil.copytree(old, runs.out)
        assert run_until(point, lambda: everything(runs)), point
        if (runs.out / "run.json").exists():
            held = {name: data for name, data in written(runs.out).items() if not name.startswith(STAGE)}
            assert held == (whole if point > moves[-1] else before), point
        done = finished_documents(runs.out)
        everything(runs)
        assert not {task.doc_id for task in runs.pool.tasks} & done, point
        assert written(runs.out) == whole, point
        assert not (runs.out / STAGE).exists()


def finished_documents(out: Path) -> set[str]:
    """The documents of the parts that are there, as the pages are now."""
    manifests = [json.loads(path.read_text("utf8")) for path in (out / STAGE / "manifest").glob("part-*.json")]
    return {text[0] for manifest in manifests for text in manifest["texts"]}


EDITS = st.sampled_from(["none", "new first", "new last", "change a row", "remove a row", "remove the first"])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tries=st.lists(st.tuples(EDITS, st.integers(1, 6), st.booleans(), st.integers(1, 160)), max_size=4),
    size=st.integers(1, 6),
)
def test_any_row_of_crashes_and_edits(tmp_path_factory, monkeypatch, tries, size):
    """Each try: an edit, documents in a part, pages or none, a crash before some change. Then one to the end."""
    runs = Runs(tmp_path_factory.mktemp("crashes"), monkeypatch)
    runs.write("page1.txt", page(1))
    rows = [page(100 + number) for number in range(7)]
    runs.write_rows("rows.jsonl", rows)
    for number, (change, parts, html, point) in enumerate(tries):
        edit(runs, rows, change, number)
        run_until(point, lambda parts=parts, html=html: runs.run(part_documents=parts, html=html))
    runs.run(part_documents=size)
    assert runs.report.documents == len(rows) + len(list(runs.pages.glob("*.txt")))
    assert written(runs.out) == runs.scratch(part_documents=size)


def edit(runs: Runs, rows: list[str], change: str, number: int) -> None:
    if change in ("new first", "new last"):
        runs.write(f"{'a' if change == 'new first' else 'z'}{number}.txt", page(200 + number))
    elif change == "change a row":
        rows[number] = page(300 + number)
    elif change == "remove a row" and len(rows) > 4:
        del rows[number % len(rows)]
    elif change == "remove the first":
        min(runs.pages.glob("*.txt"), default=runs.pages / "none.txt").unlink(missing_ok=True)
    runs.write_rows("rows.jsonl", rows)


def test_rows_of_one_file_in_parts_of_two_tries(runs, monkeypatch):
    """Parts of another size that stopped runs left lie side by side; no row may fall between them."""
    runs.out = runs.out.with_name("other")
    runs.write_rows("rows.jsonl", [page(100 + number) for number in range(20)])
    for size, parts in ((5, 5), (4, 2)):
        with monkeypatch.context() as patch:
            patch.setattr(Output, "count", lambda self, *part, parts=parts: cut_after(self, parts))
            with pytest.raises(PowerCut):
                runs.run(part_documents=size)
    assert runs.run(part_documents=3) == []
    assert runs.report.documents == 23
    assert written(runs.out) == runs.scratch(part_documents=3)


def cut_after(output: Output, parts: int) -> None:
    if len(output.names) == parts:
        raise PowerCut


def test_what_an_unfinished_run_left_goes_with_force(runs):
    """Results of other pages, whole or not, are not touched without it."""
    other = runs.pages.with_name("elsewhere")
    runs.pages.rename(other)
    runs.write("page.txt", page(9))
    before = written(runs.out)
    with pytest.raises(PipelineError, match="holds the results of other pages"):
        run.annotate(other, runs.out, model=runs.model)
    assert written(runs.out) == before


def test_the_page_of_the_run_before_goes(runs):
    (runs.out / "report.html").write_text("old figures", "utf8")
    (runs.out / "mine.html").write_text("not ours", "utf8")
    everything(runs)
    assert not (runs.out / "report.html").exists()
    assert (runs.out / "mine.html").exists()
