"""Pages from and results to storage that fsspec knows; its own in-memory file system stands for a bucket."""

import fsspec
import pandas as pd
import pytest
import typer

from pipeline import run
from pipeline.errors import PipelineError

TEXT = "RESOLVED: That 84% of the Sufficiency Strategy 2021-2024 be approved."


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    """An empty file system, and an application folder of this test."""
    monkeypatch.setattr(typer, "get_app_dir", lambda name: str(tmp_path / "app"))
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pseudo_dirs[:] = [""]
    for name in ("b/one.txt", "a.html", "photo.png", ".hidden.txt", "empty.txt"):
        text = {"empty.txt": "", "a.html": f"<p>{TEXT}</p>"}.get(name, TEXT)
        files.pipe_file(f"/bucket/pages/{name}", text.encode())
    return files


def test_from_a_bucket_to_a_bucket(bucket, tmp_path):
    report = run.annotate("memory://bucket/pages", "memory://bucket/out", formats=["csv"], html=True)
    assert (report.documents, report.failed, report.empty, report.unknown) == (2, 1, 1, ["photo.png"])
    bucket.get("/bucket/out/", f"{tmp_path}/copy/", recursive=True)
    documents = pd.read_parquet(tmp_path / "copy" / "tables" / "documents")
    assert list(documents.doc_id) == ["a.html", "b/one.txt"]
    assert list(documents.source) == ["memory:///bucket/pages/a.html", "memory:///bucket/pages/b/one.txt"]
    failures = pd.read_parquet(tmp_path / "copy" / "tables" / "failures")
    assert list(failures.source) == ["memory:///bucket/pages/empty.txt"]
    assert (tmp_path / "copy" / "html" / "b" / "one.txt.html").is_file()
    assert (tmp_path / "copy" / "tables" / "percentages.csv").is_file()


@pytest.mark.parametrize("is_new_machine", [False, True])
def test_again(bucket, tmp_path, monkeypatch, is_new_machine):
    run.annotate("memory://bucket/pages", "memory://bucket/out")
    if is_new_machine:
        monkeypatch.setattr(typer, "get_app_dir", lambda name: str(tmp_path / "other"))
    bucket.rm_file("/bucket/pages/a.html")
    bucket.pipe_file("/bucket/pages/new.txt", b"Half of 12% in 2020/21.")
    report = run.annotate("memory://bucket/pages", "memory://bucket/out")
    assert (report.documents, report.reused) == (2, 1)
    names = [path.removeprefix("/bucket/out/").split("/")[0] for path in bucket.find("/bucket/out")]
    assert sorted(set(names)) == ["annotated", "docs", "log.jsonl", "manifest", "run.json", "tables"]
    assert len([name for name in names if name == "manifest"]) == 1


def test_refusals(bucket, tmp_path):
    with pytest.raises(PipelineError, match="no such file or folder: memory://bucket/nothing"):
        run.annotate("memory://bucket/nothing", tmp_path / "out")
    with pytest.raises(PipelineError, match="cannot be reached"):
        run.annotate("nowhere://bucket/pages", tmp_path / "out")
    with pytest.raises(PipelineError, match="is not empty and holds no run of ours"):
        run.annotate("memory://bucket/pages", "memory://bucket/pages")
