"""From a run to a review folder."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import PipelineError
from pipeline.review.export import choose, export

AT = datetime.datetime(2026, 5, 4, 3, 2, 1, tzinfo=datetime.UTC)
FORMATS = ("prodigy", "doccano")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of three documents, with one span each."""
    folder = tmp_path / "run"
    (folder / "annotated").mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"model": "default-0001"}), "utf8")
    lines = [json.dumps(document(f"{name}.txt", name * 3)) for name in "abc"]
    (folder / "annotated" / "part-00000-1.jsonl").write_text("\n".join(lines) + "\n", "utf8")
    return folder


def document(doc_id: str, place: str) -> dict[str, Any]:
    span = {"start": 0, "end": 3, "label": "PLACE", "text": place, "id": "", "value": {}, "confidence": 0.5}
    return {"text": f"{place} was seen.", "spans": [span], "meta": {"id": doc_id, "source": doc_id, "page": {}}}


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf8").splitlines()]


def test_what_is_exported(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "review"
    documents, files = export(run, folder, FORMATS, 2, tmp_path / "none", AT)
    assert lines_of(folder / "predicted.jsonl") == documents
    assert documents[0] == {
        "text": "aaa was seen.",
        "spans": [{"start": 0, "end": 3, "label": "PLACE", "text": "aaa", "confidence": 0.5}],
        "meta": {
            "id": "a.txt",
            "source": "a.txt",
            "page": {},
            "review": {"state": "predicted", "by": "default-0001", "at": "2026-05-04T03:02:01+00:00"},
        },
    }
    assert [one["meta"]["id"] for one in documents] == ["a.txt", "b.txt"]
    assert {path.relative_to(folder).as_posix() for path in files} == {
        "prodigy/tasks.jsonl",
        "prodigy/prodigy.json",
        "doccano/documents.jsonl",
        "doccano/labels.json",
    }


def test_rows_that_were_deleted_are_not_exported(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "review"
    assert len(choose(run, folder, 3, tmp_path / "none")) == 3
    rows = (folder / "selected.csv").read_text("utf-8-sig").splitlines()
    (folder / "selected.csv").write_text("\n".join([rows[0], rows[3], rows[1]]), "utf-8-sig")
    documents, _ = export(run, folder, (), 3, tmp_path / "none", AT)
    assert [one["meta"]["id"] for one in documents] == ["c.txt", "a.txt"]


def test_a_format_is_added_later_and_none_is_overwritten(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "review"
    first, _ = export(run, folder, ("prodigy",), 1, tmp_path / "none", AT)
    again, files = export(run, folder, ("doccano",), 3, tmp_path / "none", AT)
    assert again == first
    assert files
    with pytest.raises(PipelineError, match=r"prodigy is there, and somebody may have corrected it"):
        export(run, folder, ("prodigy",), 1, tmp_path / "none", AT)
    with pytest.raises(PipelineError, match=r"were exported from a choice already"):
        choose(run, folder, 1, tmp_path / "none")


def test_a_choice_of_another_run(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "review"
    choose(run, folder, 3, tmp_path / "none")
    (run / "annotated" / "part-00000-1.jsonl").write_text(json.dumps(document("z.txt", "zzz")) + "\n", "utf8")
    with pytest.raises(PipelineError, match=r"that the run does not hold: 'a.txt', 'b.txt', 'c.txt'. Select again"):
        export(run, folder, (), 3, tmp_path / "none", AT)
    assert not (folder / "predicted.jsonl").exists()


def test_nothing_left_to_choose(run: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "splits.toml").write_text("dev = []\n", "utf8")
    made = [document(f"{name}.txt", name * 3) for name in "abc"]
    (data / "x.jsonl").write_text("".join(json.dumps(one) + "\n" for one in made), "utf8")
    with pytest.raises(PipelineError, match=r"no document of .*run is left to choose"):
        choose(run, tmp_path / "review", 2, data)


def test_an_unknown_format_writes_nothing(run: Path, tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match=r"brat"):
        export(run, tmp_path / "review", ("brat",), 2, tmp_path / "none", AT)
    assert not (tmp_path / "review").exists()


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"model": 5}'])
def test_a_run_that_does_not_say_its_model(run: Path, tmp_path: Path, record: str) -> None:
    (run / "run.json").write_text(record, "utf8")
    with pytest.raises(PipelineError, match=r"no finished run in .*run"):
        export(run, tmp_path / "review", (), 2, tmp_path / "none", AT)
    assert not (tmp_path / "review" / "predicted.jsonl").exists()


@pytest.mark.parametrize("line", [b'{"text": ', b"\xff", b"[]", b'{"text": "a"}'])
def test_a_run_that_is_broken(run: Path, tmp_path: Path, line: bytes) -> None:
    with (run / "annotated" / "part-00000-1.jsonl").open("ab") as file:
        file.write(line + b"\n")
    with pytest.raises(PipelineError, match=r"part-00000-1.jsonl, line 4: "):
        choose(run, tmp_path / "review", 2, tmp_path / "none")


def test_a_choice_of_nothing(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "review"
    choose(run, folder, 1, tmp_path / "none")
    (folder / "selected.csv").write_text("rank,doc_id\n", "utf8")
    with pytest.raises(PipelineError, match=r"selected.csv: no document is left in it"):
        export(run, folder, (), 3, tmp_path / "none", AT)
    assert not (folder / "predicted.jsonl").exists()
