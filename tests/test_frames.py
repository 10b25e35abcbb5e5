"""Rows: what every row says of the place it stands in."""

import datetime

import pipeline
from pipeline.documents import new_doc
from pipeline.labels import LABELS
from pipeline.schema import TABLES

TEXT = """Issue - meetings

Sufficiency Strategy Report

Meeting: 25/03/2021 - Corporate Parenting Board (Item 7)

7 Sufficiency Strategy 2021-2024 pdf icon PDF 297 KB

Minutes:

It was reported that 84% of children lived close to home.

Meeting: 06/05/2021 - Cabinet (Item 12)

12 Sufficiency Strategy 2021-2024 pdf icon PDF 300 KB

Minutes:

The figure was now 85%.
"""


def tables(trained):
    doc = trained(
        new_doc(trained, TEXT, "page.pdf", {"source": "in/page.pdf", "reader": "pdf", "pages": [[0, 1], [200, 2]]})
    )
    return pipeline.tables([doc], model="m-1")


def test_rows_know_their_meeting_page_and_section(trained):
    rows = tables(trained)["percentages"]
    columns = ["text", "low", "page", "section", "body", "meeting_date", "item_number", "sentence"]
    assert rows[columns].to_numpy().tolist() == [
        [
            "84%",
            84.0,
            1,
            "minutes",
            "Corporate Parenting Board",
            datetime.date(2021, 3, 25),
            "7",
            "It was reported that 84% of children lived close to home.",
        ],
        ["85%", 85.0, 2, "minutes", "Cabinet", datetime.date(2021, 5, 6), "12", "The figure was now 85%."],
    ]


def test_document_row(trained):
    made = tables(trained)
    (row,) = made["documents"].to_dict("records")
    assert (row["doc_id"], row["source"], row["kind"], row["meetings"]) == (
        "page.pdf",
        "in/page.pdf",
        "issue_history",
        2,
    )
    assert (row["body"], row["meeting_date"]) == ("Corporate Parenting Board", datetime.date(2021, 3, 25))
    assert (row["percentage"], row["words"], row["characters"]) == (2, len(TEXT.split()), len(TEXT))
    tables_of = {label.name: made[label.spans_key or "entities"] for label in LABELS}
    assert row["strategy"] == (tables_of["STRATEGY"].label == "STRATEGY").sum()


def test_every_table_is_there_also_without_docs(trained):
    made = pipeline.tables([])
    assert made.keys() == TABLES.keys() - {"failures"}
    assert {name: list(frame.columns) for name, frame in made.items()} == {
        name: [column.name for column in TABLES[name]] for name in made
    }
