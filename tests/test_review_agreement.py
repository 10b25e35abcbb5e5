"""Two people on the same documents, and the gold that is made of them."""

import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from spacy.language import Language

from pipeline.errors import PipelineError
from pipeline.nlp import blank
from pipeline.review.adjudicate import adjudicated, read_sheet, write_sheet
from pipeline.review.agreement import Agreement, Disagreement, Side, agreement
from pipeline.review.folder import PREDICTED, ReviewFolder, write_documents
from pipeline.review.records import reviewed
from pipeline.review.two import compare, decide
from tests.markup import parse

ANNA = "The <ROLE>Director of Care</ROLE> met <PROVIDER>Next Steps</PROVIDER> in <PLACE>Leeds</PLACE>. It fell by 5%."
BEN = (
    "The <ROLE>Director</ROLE> of Care met Next Steps in <PROVIDER>Leeds</PROVIDER>. "
    "It fell by <PERCENTAGE>5%</PERCENTAGE>."
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return blank()


def document(line: str, doc_id: str = "a.txt") -> dict[str, Any]:
    example = parse(line)
    spans = [{"start": start, "end": end, "label": label} for start, end, label, _ in example.spans]
    return {"text": example.text, "spans": spans, "meta": {"id": doc_id, "source": "s"}}


def tagged(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(span["label"], document["text"][span["start"] : span["end"]]) for span in document["spans"]]


@pytest.fixture
def found(nlp: Language) -> Agreement:
    return agreement(nlp, [document(ANNA)], [document(BEN)], ("anna", "ben"))


def test_disagreements(found: Agreement) -> None:
    sentence = "The Director of Care met Next Steps in Leeds."
    assert found.disagreements == [
        Disagreement(
            "a.txt", "other edges", sentence, Side(4, 20, "ROLE", "Director of Care"), Side(4, 12, "ROLE", "Director")
        ),
        Disagreement("a.txt", "only one has it", sentence, Side(25, 35, "PROVIDER", "Next Steps"), None),
        Disagreement(
            "a.txt", "other label", sentence, Side(39, 44, "PLACE", "Leeds"), Side(39, 44, "PROVIDER", "Leeds")
        ),
        Disagreement("a.txt", "only one has it", "It fell by 5%.", None, Side(57, 59, "PERCENTAGE", "5%")),
    ]


def test_scores(found: Agreement, nlp: Language) -> None:
    assert found.scores["exact"]["ROLE"].f == 0
    assert found.scores["overlap"]["ROLE"].f == 1
    assert found.scores["exact"]["PLACE"][:2] == (None, 0)
    same = agreement(nlp, [document(ANNA)], [document(ANNA)], ("anna", "ben"))
    assert same.disagreements == []
    assert same.scores["exact"]["all"].f == 1


def test_agreement_is_the_same_from_either_side(nlp: Language, found: Agreement) -> None:
    other = agreement(nlp, [document(BEN)], [document(ANNA)], ("ben", "anna"))
    assert [other.scores["exact"][label].f for label in ("ROLE", "all")] == [
        found.scores["exact"][label].f for label in ("ROLE", "all")
    ]


def test_only_documents_that_both_have_count(nlp: Language) -> None:
    made = agreement(nlp, [document(ANNA), document("One.", "b")], [document("Two.", "b"), document(BEN)], ("x", "y"))
    assert made.documents == 1
    with pytest.raises(PipelineError, match=r"x and y have no document in common"):
        agreement(nlp, [document("One.", "b")], [document("Two.", "b")], ("x", "y"))


def filled(path: Path, found: Agreement, *rows: tuple[str, ...]) -> Path:
    """The sheet as somebody fills it in."""
    write_sheet(found, path)
    return fill(path, *rows)


def fill(path: Path, *rows: tuple[str, ...]) -> Path:
    book = openpyxl.load_workbook(path)
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 9):
            book["disagreements"].cell(number, column, value)
    book.save(path)
    return path


def test_decisions(tmp_path: Path, found: Agreement) -> None:
    path = filled(tmp_path / "d.xlsx", found, ("anna",), ("neither",), ("other", "PLACE", "in Leeds"), ("both",))
    (made,) = adjudicated([document(ANNA)], [document(BEN)], found, read_sheet(path, found))
    assert tagged(made) == [("ROLE", "Director of Care"), ("PLACE", "in Leeds"), ("PERCENTAGE", "5%")]
    assert made["text"] == document(ANNA)["text"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("anna",), ("ben",), ("ben",)], r"row 5: the decision is ''. Write anna, ben, neither, both, other."),
        ([("anna",), ("ben",), ("carl",)], "row 4: the decision is 'carl'"),
        ([("other", "TOWN", "Leeds")], "row 2: it has no other label or no other words"),
        ([("other", "ROLE", "")], "row 2: it has no other label or no other words"),
    ],
)
def test_rows_that_are_not_decided(tmp_path: Path, found: Agreement, rows: list[tuple[str, ...]], message: str) -> None:
    with pytest.raises(PipelineError, match=message):
        read_sheet(filled(tmp_path / "d.xlsx", found, *rows), found)


def test_a_sheet_from_before_the_last_corrections(tmp_path: Path, found: Agreement, nlp: Language) -> None:
    path = filled(tmp_path / "d.xlsx", found, ("anna",), ("anna",), ("anna",), ("anna",))
    changed = document(BEN.replace("<ROLE>Director</ROLE>", "Director"))
    now = agreement(nlp, [document(ANNA)], [changed], ("anna", "ben"))
    with pytest.raises(PipelineError, match=r"row 2: it is not the disagreement it was.*run minutes review agreement"):
        read_sheet(path, now)


def test_no_sheet_and_another_file(tmp_path: Path, found: Agreement) -> None:
    with pytest.raises(PipelineError, match=r"is not there. Make it with minutes review agreement"):
        read_sheet(tmp_path / "none.xlsx", found)
    other = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(other)
    with pytest.raises(PipelineError, match=r"other.xlsx, row 1: it is no sheet of disagreements"):
        read_sheet(other, found)
    other.write_bytes(b"no workbook")
    with pytest.raises(PipelineError, match=r"other.xlsx cannot be read"):
        read_sheet(other, found)


@pytest.mark.parametrize("words", ["http://a.org/b", "internal:Elm", "=1+1", "{=1}", "Elm\x02Lodge"])
def test_words_that_excel_has_ideas_about(tmp_path: Path, words: str) -> None:
    one = Disagreement("a.txt", "only one has it", words, Side(0, len(words), "PLACE", words), None)
    found = Agreement(("anna", "ben"), 1, {}, [one])
    assert read_sheet(filled(tmp_path / "d.xlsx", found, ("Anna",)), found) == [[one.one]]


def test_words_that_were_typed_are_whole_ones(tmp_path: Path, found: Agreement) -> None:
    path = filled(tmp_path / "d.xlsx", found, ("other", "ROLE", "Direct"), ("ben",), ("ben",), ("anna",))
    with pytest.raises(PipelineError, match=r"a.txt: the words 'Direct' are not in the document"):
        list(adjudicated([document(ANNA)], [document(BEN)], found, read_sheet(path, found)))


def test_decisions_that_cannot_stand(tmp_path: Path, found: Agreement) -> None:
    both = ([document(ANNA)], [document(BEN)], found)
    path = filled(tmp_path / "a.xlsx", found, ("both",), ("anna",), ("anna",), ("ben",))
    with pytest.raises(PipelineError, match=r"a.txt: decided were 'Director' and 'Director of Care', which overlap"):
        list(adjudicated(*both, read_sheet(path, found)))
    path = filled(tmp_path / "b.xlsx", found, ("anna",), ("other", "PLACE", "Bradford"), ("anna",), ("ben",))
    with pytest.raises(PipelineError, match=r"a.txt: the words 'Bradford' are not in the document"):
        list(adjudicated(*both, read_sheet(path, found)))


AT = datetime.datetime(2026, 5, 4, tzinfo=datetime.UTC)


def folder_of(path: Path, **corrections: dict[str, str]) -> Path:
    """A review folder with what each person has made of documents, by their ids."""
    ids = dict.fromkeys(doc_id for lines in corrections.values() for doc_id in lines)
    write_documents(path / PREDICTED, [stamped("", doc_id, "predicted", "model") for doc_id in ids])
    for by, lines in corrections.items():
        made = [stamped(line, doc_id, "reviewed", by) for doc_id, line in lines.items()]
        write_documents(path / "reviewed" / f"{by}.jsonl", made)
    return path


def stamped(line: str, doc_id: str, state: Any, by: str) -> dict[str, Any]:
    made = document(line or ANNA, doc_id)
    return reviewed(made, made["spans"], state, by, AT)


def test_decisions_outlast_another_comparison(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, anna={"a": ANNA}, ben={"a": BEN})
    _, sheet = compare(folder)
    fill(sheet, ("anna",), ("other", "PLACE", "Next Steps"), ("ben",))
    folder_of(
        tmp_path, anna={"0": ANNA, "a": ANNA}, ben={"0": BEN, "a": BEN.replace("<PROVIDER>Leeds</PROVIDER>", "Leeds")}
    )
    compare(folder)
    rows = [row[8:11] for row in openpyxl.load_workbook(sheet)["disagreements"].iter_rows(min_row=2, values_only=True)]
    nothing = (None, None, None)
    assert rows == [nothing] * 4 + [("anna", None, None), ("other", "PLACE", "Next Steps"), nothing, nothing]


def test_decisions_between_two_others_stay(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, anna={"a": ANNA}, ben={"a": BEN, "b": ANNA}, cleo={"b": BEN})
    for pair in (("anna", "ben"), ("ben", "cleo")):
        _, sheet = compare(folder, pair)
        fill(sheet, *[(pair[0],)] * 4)
        decide(folder, "dora", AT)
    decided = ReviewFolder.open(folder).adjudicated()
    assert [(one["meta"]["id"], tagged(one)) for one in decided] == [(i, tagged(document(ANNA))) for i in "ab"]
