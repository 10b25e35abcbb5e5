"""The review folder: states, imports that take all or nothing, and the way into the training data."""

import csv
import datetime
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.errors import PipelineError
from pipeline.review import imports
from pipeline.review.folder import ReviewFolder, Status, write_documents
from pipeline.review.formats import sheet
from pipeline.review.imports import Changes, Summary, import_files
from pipeline.review.records import Correction, Document, Found, digest_of, reviewed
from pipeline.training.corpus import read_split
from tests.markup import parse

AT = datetime.datetime(2026, 5, 4, 12, 30, tzinfo=datetime.UTC)
LATER = AT + datetime.timedelta(hours=1)
REVIEW = {"state": "predicted", "by": "default", "at": "2026-01-01T00:00:00+00:00"}
SECRET = " ".join(f"secret{number}" for number in range(60))


def document(line: str, doc_id: str, source: str = "s") -> Document:
    example = parse(line)
    spans = [
        {"start": start, "end": end, "label": label, "text": example.text[start:end], "confidence": 0.5}
        for start, end, label, _ in example.spans
    ]
    return {"text": example.text, "spans": spans, "meta": {"id": doc_id, "source": source, "review": REVIEW}}


ONE = document("In <PLACE>Leeds</PLACE> the <ROLE>Director</ROLE> met <PROVIDER>Barnardo’s</PROVIDER>.", "one")
TWO = document("In <PLACE>Hull</PLACE> the <ROLE>Chair</ROLE> spoke.", "two", "web")


@pytest.fixture
def folder(tmp_path: Path) -> ReviewFolder:
    made = ReviewFolder(tmp_path / "spring")
    write_documents(made.path / "predicted.jsonl", [ONE, TWO])
    return made


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Training data with three splits."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "splits.toml").write_text('dev = ["dev"]\ntest = ["test"]\n', "utf8")
    for name, text in (("old", "It was in Leeds."), ("dev", SECRET + " dev"), ("test", SECRET)):
        line = {"text": text, "spans": [], "meta": {"id": f"{name}-1", "source": name}}
        (folder / f"{name}.jsonl").write_text(json.dumps(line) + "\n", "utf8")
    return folder


def correction(document: Document, *changes: tuple[str, str], drop: str = "") -> Correction:
    """The spans of a document, less one; changes: Words and label of more."""
    text = document["text"]
    spans = [
        Found(span["start"], span["end"], span["label"], span["text"], "kept")
        for span in document["spans"]
        if span["text"] != drop
    ]
    spans += [Found(text.index(words), text.index(words) + len(words), label, words, "new") for words, label in changes]
    return Correction("a.json", "item 1", document["meta"]["id"], text, digest_of(text), spans)


@pytest.fixture
def take(folder: ReviewFolder, data: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Import corrections as if they were in a file."""

    def take(corrections: Sequence[Correction], by: str = "anna", **options: Any) -> Summary:
        monkeypatch.setattr(imports, "read", lambda path, **_: iter(corrections))
        monkeypatch.setattr(imports, "left_out", lambda path, annotator: Counter({"rejected": 1}))
        return import_files([Path("a.json")], folder.path, by, **{"at": AT, "data": data, **options})

    return take


def spans(documents: Sequence[Document]) -> dict[str, list[str]]:
    return {one["meta"]["id"]: [f"{span['label']} {span['text']}" for span in one["spans"]] for one in documents}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_open(tmp_path: Path, folder: ReviewFolder) -> None:
    assert ReviewFolder.open(folder.path).path == folder.path
    with pytest.raises(PipelineError, match="no such file or folder"):
        ReviewFolder.open(tmp_path / "other")
    with pytest.raises(PipelineError, match=r"there is no predicted.jsonl. Make it with minutes review export"):
        ReviewFolder.open(tmp_path)


def test_predicted(folder: ReviewFolder) -> None:
    assert folder.predicted() == [ONE, TWO]
    path = folder.path / "predicted.jsonl"
    for review, problem in (
        (None, "`meta.review` is missing"),
        ({**REVIEW, "state": "done"}, "'done' is no state"),
        ({**REVIEW, "by": ""}, "`by` is missing"),
    ):
        path.write_text(json.dumps(ONE) + "\n" + json.dumps({**TWO, "meta": {**TWO["meta"], "review": review}}), "utf8")
        with pytest.raises(PipelineError, match=f"line 2: {problem}"):
            folder.predicted()


def test_import(folder: ReviewFolder, take: Any) -> None:
    first = correction(ONE, ("met", "STRATEGY"), drop="Director")
    done = take([first])
    assert (done.documents, done.spans, done.total, done.left_out) == (1, 3, 1, 0)
    assert done.changes == Changes(kept=2, added=1, removed=1)
    assert rows(done.repairs) == []
    (one,) = folder.reviewed("anna")
    assert one["spans"][1] == {"start": 22, "end": 25, "label": "STRATEGY", "text": "met"}
    assert one["meta"]["review"] == {"state": "reviewed", "by": "anna", "at": "2026-05-04T12:30:00+00:00"}
    assert folder.status() == [
        Status("one", "reviewed", "anna", "2026-05-04T12:30:00+00:00"),
        Status("two", "predicted", "default", "2026-01-01T00:00:00+00:00"),
    ]


def test_import_of_more(folder: ReviewFolder, take: Any) -> None:
    """Documents of later files come to the others, or take the place of what was there."""
    take([correction(ONE)])
    assert take([correction(TWO)]).total == 2
    take([correction(ONE, drop="Director")], at=LATER)
    assert spans(folder.reviewed("anna")) == {
        "one": ["PLACE Leeds", "PROVIDER Barnardo’s"],
        "two": ["PLACE Hull", "ROLE Chair"],
    }
    assert [status.at[11:13] for status in folder.status()] == ["13", "12"]


def test_threshold(folder: ReviewFolder, take: Any) -> None:
    """Over it, only the repair list is written, and what was reviewed before stays as it was."""
    take([correction(ONE)])
    before = folder.reviewed_file("anna").read_bytes()
    bad = correction(ONE, ("the Director", "ROLE"), ("met", "MEETING"), drop="Director")
    with pytest.raises(PipelineError, match=r"2 of 4 spans would be left out.*With --fix 1 of 2 errors"):
        take([bad])
    assert folder.reviewed_file("anna").read_bytes() == before
    assert [row["kind"] for row in rows(folder.repairs_file("anna"))] == ["determiner", "unknown-label"]
    with pytest.raises(PipelineError, match=r"1 of 4 spans.*None can be repaired by itself"):
        take([bad], fix=True)
    done = take([bad], fix=True, threshold=0.25)
    assert (done.left_out, done.kinds) == (1, [("determiner", 1), ("unknown-label", 1)])
    assert spans(folder.reviewed("anna")) == {"one": ["PLACE Leeds", "ROLE Director", "PROVIDER Barnardo’s"]}
    assert [row["fixed"] for row in rows(done.repairs)] == ["yes", "no"]


def test_what_cannot_be_written_is_replaced_in_the_repair_list(folder: ReviewFolder, take: Any) -> None:
    odd = Correction(
        "a\udcff.json", "document 1", "\ud800", "None of ours.", "", [Found(0, 4, "\ud800", "None", "row 1")]
    )
    take([odd, correction(TWO)], threshold=1)
    (row,) = rows(folder.path / "repairs" / "anna.csv")
    assert (row["file"], row["doc_id"], row["kind"]) == ("a?.json", "?", "unknown-document")


def test_nothing_to_import(folder: ReviewFolder, take: Any) -> None:
    with pytest.raises(PipelineError, match=r"in a\.json is no document that is reviewed"):
        take([])
    assert not folder.reviewed_file("anna").exists()


@pytest.mark.parametrize("by", ["", "a/b", "..", ".a", "con", "NUL.x", "a\n", "a.", "a ", "a:b", "x" * 99])
def test_bad_names(folder: ReviewFolder, take: Any, by: str) -> None:
    with pytest.raises(PipelineError, match="cannot be the name of a file"):
        take([correction(ONE)], by=by)
    assert folder.reviewers() == []


def test_never_half_written(folder: ReviewFolder, take: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repair list that Excel holds open leaves the reviews as they were."""

    def locked(problems: Any, path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(imports, "write_repairs", locked)
    with pytest.raises(PipelineError, match=r"cannot write to .*anna.csv: Permission denied"):
        take([correction(ONE)])
    assert folder.reviewers() == []
    assert list((folder.path / "reviewed").iterdir()) == []


def test_held_out_texts(folder: ReviewFolder, data: Path, take: Any) -> None:
    """Refused on the way in and, had it got in, on the way out."""
    secret = document(SECRET, "three")
    write_documents(folder.path / "predicted.jsonl", [ONE, TWO, secret])
    done = take([correction(ONE), correction(TWO), correction(secret)], threshold=0.5)
    assert (done.documents, [problem.kind for problem in done.problems]) == (2, ["test-split"])
    write_documents(folder.reviewed_file("anna"), [reviewed(secret, [], "reviewed", "anna", AT)])
    with pytest.raises(PipelineError, match=r"1 documents are of data that is never trained on: 'three'"):
        folder.accept(data)
    assert not (data / "spring.jsonl").exists()


def test_accept(folder: ReviewFolder, data: Path, take: Any) -> None:
    take([correction(ONE)])
    path = folder.accept(data)
    assert path == data / "spring.jsonl"
    take([correction(TWO, drop="Chair")], at=LATER)
    take([correction(ONE, drop="Director")], at=LATER)
    assert folder.accept(data) == path
    accepted = [one for one in read_split(data, "train") if one["meta"]["source"] == "spring"]
    assert spans(accepted) == {"one": ["PLACE Leeds", "PROVIDER Barnardo’s"], "two": ["PLACE Hull"]}
    assert [(one["meta"]["origin"], one["meta"]["review"]["by"]) for one in accepted] == [
        ("s", "anna"),
        ("web", "anna"),
    ]
    before = path.read_bytes()
    folder.accept(data)
    assert path.read_bytes() == before
    assert take([correction(ONE)]).problems == []  # its own gold is no news


def test_accept_refuses_other_files(folder: ReviewFolder, data: Path, take: Any) -> None:
    with pytest.raises(PipelineError, match="nothing to accept"):
        folder.accept(data)
    take([correction(ONE)])
    ours = {**ONE, "meta": {"id": "one", "source": "spring", "review": {**REVIEW, "state": "reviewed"}}}
    for other in (
        {**ours, "meta": {**ours["meta"], "review": REVIEW}},
        {**ours, "meta": {**ours["meta"], "source": "summer"}},
        {**ours, "meta": {**ours["meta"], "id": "nine"}},
        {**ours, "text": ONE["text"] + " More."},
    ):
        (data / "spring.jsonl").write_text(json.dumps(other), "utf8")
        with pytest.raises(PipelineError, match="is another file, not made from this review"):
            folder.accept(data)
    (data / "spring.jsonl").write_text(json.dumps(ours), "utf8")
    folder.accept(data)
    with pytest.raises(PipelineError, match=r"'test' is the name of data that is never trained on \(test\)"):
        ReviewFolder(folder.path.parent / "test").accept(data)
    with pytest.raises(PipelineError, match="cannot give its name to training data"):
        ReviewFolder(folder.path.parent / ".hidden").accept(data)


def test_two_annotators(folder: ReviewFolder, data: Path, take: Any) -> None:
    """Where they differ somebody must decide; where they do not, it is decided."""
    take([correction(ONE), correction(TWO)])
    take([correction(ONE), correction(TWO, drop="Chair")], by="Ben (2)", at=LATER)
    assert folder.reviewers() == ["Ben (2)", "anna"]
    assert folder.status()[1] == Status("two", "reviewed", "Ben (2), anna", "2026-05-04T13:30:00+00:00")
    with pytest.raises(PipelineError, match=r"1 documents were corrected by more than one person.*'two'"):
        folder.accept(data)
    folder.save_adjudicated([reviewed(TWO, TWO["spans"][:1], "adjudicated", "cleo", LATER)])
    assert [(status.state, status.by) for status in folder.status()] == [
        ("reviewed", "Ben (2), anna"),
        ("adjudicated", "cleo"),
    ]
    folder.accept(data)
    accepted = [one for one in read_split(data, "train") if one["meta"]["source"] == "spring"]
    assert spans(accepted)["two"] == ["PLACE Hull"]
    assert [one["meta"]["review"]["state"] for one in accepted] == ["reviewed", "adjudicated"]


def test_sheet_from_export_to_training_data(folder: ReviewFolder, data: Path) -> None:
    """The real files, through the real reader."""
    (path,) = sheet.write(folder.predicted(), folder.path)
    book = openpyxl.load_workbook(path)
    book["documents"]["C1"] = "yes"
    book["spans"]["I3"] = "wrong"
    book.save(path)
    done = import_files([path], folder.path, "anna", AT, data=data)
    assert (done.documents, done.changes) == (2, Changes(kept=4, added=0, removed=1))
    folder.accept(data)
    assert len(read_split(data, "train")) == 3
