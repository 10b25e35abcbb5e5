"""The whole loop through the command line: annotate, choose, correct in a browser and in Excel, train, put to use."""

import json
import os
import subprocess
import sys

import openpyxl
import pytest

from tests.fixtures.browser import Desk, new_context
from tests.fixtures.training import small_config, small_data

PAGES = {
    "leeds.txt": "The Director of Care thanked Barnardo’s for its work in Leeds.\n",
    "kent.txt": "Work on the Placement Strategy went on in Kent, said the Chair.\n",
}
CASE = "text,words,label,expect,note\nThe Mayor came to Whitby.,Whitby,PLACE,found,no model of twenty steps knows it\n"


class Terminal:
    """Commands in a folder of its own, with its own model in use."""

    def __init__(self, folder):
        self.folder = folder
        threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS")}
        self.environment = os.environ | threads | {"MINUTES_STATE": str(folder / "models"), "COLUMNS": "200"}

    def __call__(self, *command, code=0):
        """RETURNS (str): What it printed, on either channel."""
        made = subprocess.run(
            [sys.executable, "-m", "pipeline.cli", *command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf8",
        )
        assert made.returncode == code, made.stdout + made.stderr
        return made.stdout + made.stderr

    def model_of(self, run):
        return json.loads((self.folder / run / "run.json").read_text("utf8"))["model"].rpartition("-")[0]


@pytest.fixture(scope="module")
def minutes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("loop")
    small_data(folder / "training_data")
    small_config(folder / "tiny.cfg")
    for name, text in PAGES.items():
        (folder / "pages").mkdir(exist_ok=True)
        (folder / "pages" / name).write_text(text, "utf8")
    return Terminal(folder)


def correct_in_browser(desk):
    """Take off what was found and mark what is there."""
    for _ in range(40):  # past the buttons at the top, and all spans
        if desk.press("Tab").chosen():
            desk.press("Delete")
    for words, key in (("Director of Care", "1"), ("Barnardo’s", "3"), ("Leeds", "2")):
        desk.drag(words).press(key)
    desk.press("d")
    desk.page.wait_for_url(lambda url: "leeds" not in url)  # to the next document, or back to the list
    desk.page.goto((desk.folder / "pages" / "index.html").as_uri())
    return desk.download(lambda: desk.page.locator("#export").click())


def correct_in_excel(path, doc_id, missed):
    """Say of every span of a document that it is wrong, and add those that are missed."""
    book = openpyxl.load_workbook(path)
    for row in book["spans"].iter_rows(min_row=2):
        if row[0].value == doc_id:
            row[8].value = "wrong"
    for row, cells in zip(book["missed"].iter_rows(min_row=2), missed, strict=False):
        for cell, value in zip(row, (doc_id, *cells), strict=False):
            cell.value = value
    (listed,) = (row for row in book["documents"].iter_rows(min_row=4) if row[1].value == doc_id)
    listed[2].value = "yes"
    book.save(path)
    return path


def test_the_loop(minutes, browser):
    """Whether twenty steps make a better model is chance; that each step takes what the last one made is not."""
    data = ("--data", "training_data")
    review = minutes.folder / "review" / "june"
    minutes("train", "--out", "runs/first", "--config", "tiny.cfg", *data)
    minutes("promote", "runs/first", "--force", "--reason", "to begin with", *data)
    minutes("annotate", "pages", "--out", "out")
    assert minutes.model_of("out") == "first"

    assert "2 documents" in minutes("review", "select", "out", "--to", "review/june", *data)
    minutes("review", "export", "out", "--to", "review/june", *data)
    context = new_context(browser)
    desk = Desk(context, review)
    desk.page.goto((review / "pages" / "index.html").as_uri())
    desk.page.get_by_role("link", name="leeds.txt").click()
    saved = correct_in_browser(desk)
    assert desk.faults == []
    context.close()
    sheet = correct_in_excel(
        review / "sheet.xlsx",
        "kent.txt",
        [("STRATEGY", "Placement Strategy"), ("PLACE", "Kent"), ("ROLE", "Chair")],
    )
    minutes("review", "import", str(saved), str(sheet), "--to", "review/june", "--by", "anna", *data)
    assert "2 reviewed" in minutes("review", "status", "review/june")
    minutes("review", "accept", "review/june", *data)
    lines = (minutes.folder / "training_data" / "june.jsonl").read_text("utf8").splitlines()
    assert [tagged(json.loads(line)) for line in sorted(lines)] == [
        [("ROLE", "Director of Care"), ("PROVIDER", "Barnardo’s"), ("PLACE", "Leeds")],
        [("STRATEGY", "Placement Strategy"), ("PLACE", "Kent"), ("ROLE", "Chair")],
    ]

    minutes("train", "--out", "runs/june", "--config", "tiny.cfg", *data)
    record = json.loads((minutes.folder / "runs" / "june" / "run.json").read_text("utf8"))
    assert record["data"]["splits"]["train"]["reviewed"] == 2
    cases = minutes.folder / "training_data" / "must-pass.csv"
    cases.write_text(CASE, "utf8")
    assert "must-pass case in line 2 fails" in minutes("compare", "runs/june", "--out", "compared", *data, code=4)
    assert (minutes.folder / "compared" / "compare.html").is_file()
    assert "must-pass case in line 2 fails" in minutes("promote", "runs/june", *data, code=1)
    minutes("promote", "runs/june", "--force", "--reason", "Whitby can wait", *data)
    minutes("annotate", "pages", "--out", "out")
    assert minutes.model_of("out") == "june"

    minutes("rollback")
    minutes("annotate", "pages", "--out", "out")
    assert minutes.model_of("out") == "first"
    listed = minutes("models")
    assert [line.split()[0] for line in listed.splitlines() if "in use" in line and "was" not in line] == ["first"]


def tagged(document):
    return [(span["label"], document["text"][span["start"] : span["end"]]) for span in document["spans"]]
