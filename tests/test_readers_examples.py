"""The sample pages: each is one text of the size of a page, and the built ones are as their builder makes them."""

from pathlib import Path

import pytest

from pipeline.readers import Limits, Record, read
from pipeline.readers.find import find
from tests.fixtures import example_files
from tests.fixtures.example_files import EXAMPLES

KINDS = {
    "agenda-item.txt": "Agenda item",
    "decision-details.html": "Decision details",
    "draft-minutes.docx": "Health and Care Scrutiny Panel: draft minutes",
    "issue-decisions.txt": "Issue - decisions",
    "issue-history.html": "Issue - meetings",
    "minutes.pdf": "Corporate Parenting Panel – 22 June 2022",
    "whole-meeting.html": "Agenda and minutes",
}


def read_one(path: Path) -> Record:
    (record,) = read(path, Limits())
    assert isinstance(record, Record)
    return record


def test_all_are_found() -> None:
    found, unknown = find([EXAMPLES])
    assert ([source.id for source in found], unknown) == (list(KINDS), [])


@pytest.mark.parametrize("name", KINDS)
def test_example(name: str) -> None:
    text = read_one(EXAMPLES / name).text
    assert text.split("\n")[0] == KINDS[name]
    assert 250 <= len(text.split()) <= 500
    for noise in ("cookie", "Skip to", "Back to top", "Privacy", "Twitter", "Calendar", "Search"):
        assert noise not in text


def test_built_examples_are_up_to_date(tmp_path: Path) -> None:
    example_files.write_pdf(tmp_path / "minutes.pdf")
    example_files.write_docx(tmp_path / "draft-minutes.docx")
    for name in ("minutes.pdf", "draft-minutes.docx"):
        assert read_one(EXAMPLES / name) == read_one(tmp_path / name)
