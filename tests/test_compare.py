"""Two models against one another: verdicts, what was fixed and what broke, must-pass cases, the files."""

import csv
import json
import re
from html.parser import HTMLParser

import pytest

from pipeline.errors import PipelineError
from pipeline.training import must_pass
from pipeline.training.changes import changes
from pipeline.training.compare import compare, compare_folders, verdict
from pipeline.training.gold import read_gold
from pipeline.training.must_pass import Case, outcomes, read
from tests.fixtures.training import ROOT
from tests.scored import document, ruler_model, scored

OLD = [("ROLE", "Chair"), ("PLACE", "Kent"), ("PLACE", "Leeds")]
NEW = [("ROLE", "Chair"), ("PLACE", "Kent"), ("PROVIDER", "CAMHS"), ("ROLE", "=Cabinet"), ("PROVIDER", "Elm")]
TEXTS = [
    "The <ROLE>Chair</ROLE> of <PROVIDER>CAMHS</PROVIDER> went to <PLACE>Kent</PLACE>.",
    "<PROVIDER>CAMHS</PROVIDER> is in <PLACE>Leeds</PLACE> =Cabinet.",
    "<PROVIDER>CAMHS</PROVIDER> again, 5 and <PROVIDER>Elm House</PROVIDER>.",
    "<PROVIDER>CAMHS</PROVIDER> and <b>&amp; <PROVIDER>CAMHS</PROVIDER>.".replace("<b>", "&lt;b&gt;"),
]
HEADER = "text;words;label;expect;note\r\n"


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return ruler_model(folder / "old", OLD), ruler_model(folder / "new", NEW)


@pytest.fixture
def gold(tmp_path):
    path = tmp_path / "gold.jsonl"
    rows = [document(line, f"d-{number}") for number, line in enumerate(TEXTS, 1)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf8")
    return path


@pytest.fixture
def cases(tmp_path):
    path = tmp_path / "must-pass.csv"
    rows = ["CAMHS came;CAMHS;PROVIDER;found;", "Leeds won;Leeds;PLACE;found;an old one", "to Kent;Kent;ROLE;absent;"]
    path.write_bytes((HEADER + "\r\n".join(rows) + "\r\n").encode("utf-8-sig"))
    return path


def test_verdicts(both, gold, cases):
    made = compare_folders(*both, gold=gold, must_pass_file=cases)
    assert [(row.label, row.verdict) for row in made.rows if row.verdict != "no clear difference"] == [
        ("PROVIDER", "better")
    ]
    by_label = {row.label: row for row in made.rows}
    assert (by_label["PLACE"].old.recall, by_label["PLACE"].new.recall) == (1.0, 0.5)
    assert by_label["PLACE"].differences[1][0] == -0.5
    assert by_label["PERCENTAGE"].differences[-1] == (None, None)
    assert [one.case.words for one in made.failed] == ["Leeds"]
    assert made.summary == "The new model: better on PROVIDER; fails 1 of 3 must-pass cases."
    assert made.problems == ["must-pass case in line 3 fails: PLACE 'Leeds' is to be found"]
    assert not made.fit


def test_the_other_way_round_it_is_worse(both, gold):
    old, new = both
    made = compare(new, old, read_gold(gold))
    assert [row.label for row in made.worse] == ["PROVIDER"]
    assert made.problems == ["worse on PROVIDER (F 0.833 before, 0.000 now)"]
    assert not made.fit


def test_a_model_is_no_better_than_itself(both, gold, cases):
    old, _ = both
    made = compare(old, old, read_gold(gold), read(cases)[2:])
    assert made.changes == []
    assert made.fit
    assert made.summary == "The new model: no clear difference on any label; passes the must-pass case."
    assert {row.differences[-1] for row in made.rows if row.label == "PLACE"} == {(0.0, (0.0, 0.0))}


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ((0.001, 0.2), "better"),
        ((-0.2, -0.001), "worse"),
        ((-0.1, 0.2), "no clear difference"),
        ((0.0, 0.2), "no clear difference"),
        ((-0.2, 0.0), "no clear difference"),
        (None, "no clear difference"),
    ],
)
def test_what_is_clear(interval, expected):
    assert verdict(interval) == expected


@pytest.mark.parametrize(
    ("gold", "old", "new", "expected"),
    [
        ("in <PLACE>Kent</PLACE>", "in Kent", "in <PLACE>Kent</PLACE>", [("fixed", "missed", None)]),
        ("in <PLACE>Kent</PLACE>", "in <PLACE>Kent</PLACE>", "in Kent", [("broken", None, "missed")]),
        ("in Kent", "in <PLACE>Kent</PLACE>", "in Kent", [("fixed", "extra", None)]),
        ("in Kent", "in Kent", "in <PLACE>Kent</PLACE>", [("broken", None, "extra")]),
        # Wrong as before is no change.
        ("in <PLACE>Kent</PLACE>", "in Kent", "in Kent", []),
        ("in Kent", "in <ROLE>Kent</ROLE>", "in <ROLE>Kent</ROLE>", []),
        ("in <PLACE>West Kent</PLACE>", "in West <PLACE>Kent</PLACE>", "in West <PLACE>Kent</PLACE>", []),
        # Wrong before and after, but otherwise.
        (
            "in <PLACE>West Kent</PLACE>",
            "in West <PLACE>Kent</PLACE>",
            "in <ROLE>West Kent</ROLE>",
            [("otherwise wrong", "wrong edges", "wrong label")],
        ),
        ("in Kent", "in <ROLE>Kent</ROLE>", "in <PLACE>Kent</PLACE>", [("otherwise wrong", "extra", "extra")]),
        (
            "in West Kent",
            "in <PLACE>West Kent</PLACE>",
            "in West <PLACE>Kent</PLACE>",
            [("otherwise wrong",) + ("extra",) * 2],
        ),
        # Two at once, by place.
        (
            "<ROLE>Chair</ROLE> in <PLACE>Kent</PLACE>",
            "<ROLE>Chair</ROLE> in Kent",
            "Chair in <PLACE>Kent</PLACE>",
            [("broken", None, "missed"), ("fixed", "missed", None)],
        ),
    ],
)
def test_changes(blank, gold, old, new, expected):
    a, b = (scored(blank, gold, predicted) for predicted in (old, new))
    golds = [list(example.reference.spans["exact"]) for example in (a, b)]
    founds = [list(example.predicted.spans["exact"]) for example in (a, b)]
    made = changes(golds, *founds, b.predicted)
    kinds = [(one.what, one.old and one.old.kind, one.new and one.new.kind) for one in made]
    assert kinds == expected


class Page(HTMLParser):
    """What a page loads from elsewhere."""

    def __init__(self, text):
        super().__init__()
        self.loaded = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.loaded += [value for name, value in attrs if name in ("src", "href", "srcset", "action")]


def test_files(both, gold, cases, tmp_path):
    out = tmp_path / "out"
    compare_folders(*both, gold=gold, must_pass_file=cases, out=out)
    assert sorted(path.name for path in out.iterdir()) == ["changes.csv", "compare.html", "compare.json"]
    held = json.loads((out / "compare.json").read_text("utf8"))
    assert held["fit"] is False
    assert (held["labels"][2]["label"], held["labels"][2]["verdict"]) == ("PROVIDER", "better")
    assert held["changes"] == {"broken": 2, "fixed": 5, "otherwise wrong": 1}
    with (out / "changes.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [
        (row["change"], row["label"], row["document"], row["words"]) for row in rows if row["change"] != "fixed"
    ] == [
        ("broken", "PLACE", "d-2", "Leeds"),
        ("broken", "ROLE", "d-2", "'=Cabinet"),
        ("otherwise wrong", "PROVIDER", "d-3", "Elm House"),
    ]
    assert rows[0]["before"].endswith("CAMHS is in ")
    assert (rows[0]["should_be"], rows[0]["old_found"], rows[0]["new_found"]) == ("PLACE Leeds", "PLACE Leeds", "")
    page = (out / "compare.html").read_text("utf8")
    assert Page(page).loaded == []
    assert "default-src 'none'" in page
    assert re.search(r"fixed \(5\)", page)


def test_what_a_text_holds_is_shown_and_not_run(both, tmp_path):
    gold = tmp_path / "gold.jsonl"
    row = document("in <PLACE>Leeds</PLACE>", "<img src=x>")
    row["text"] = row["text"] + " <script>alert(1)</script>"
    gold.write_text(json.dumps(row) + "\n", "utf8")
    compare_folders(*both, gold=gold, out=tmp_path / "out")
    page = (tmp_path / "out" / "compare.html").read_text("utf8")
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_folder_is_written_over_only_when_told(both, gold, tmp_path):
    out = tmp_path / "out"
    compare_folders(*both, gold=gold, out=out)
    with pytest.raises(PipelineError, match="already holds a comparison"):
        compare_folders(*both, gold=gold, out=out)
    compare_folders(*both, gold=gold, out=out, force=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    with pytest.raises(PipelineError, match="holds no comparison of ours"):
        compare_folders(*both, gold=gold, out=tmp_path / "other", force=True)


def test_the_shipped_model_passes_the_cases_that_come_with_it(trained):
    cases = read(ROOT / "training_data" / must_pass.FILE)
    assert len(cases) >= 20
    assert {case.expect for case in cases} == {"found", "absent"}
    assert [made.case.words for made in outcomes(trained, cases) if not made.passed] == []


def rows(path, text, encoding="utf8"):
    path.write_bytes(text.encode(encoding))
    return path


CASE = ("The “Leeds” plan’s end", "Leeds", "PLACE", "found", "£")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("text,words,label,expect,note\nThe “Leeds” plan’s end,Leeds,PLACE,found,£\n", "utf8"),
        ("text;words;label;expect;note\r\nThe “Leeds” plan’s end;Leeds;PLACE;found;£\r\n", "utf-8-sig"),
        ("text\twords\tlabel\texpect\tnote\r\nThe “Leeds” plan’s end\tLeeds\tPLACE\tfound\t£\r\n", "utf-16"),
        ("Text;Words ;LABEL;Expect;note\r\nThe “Leeds” plan’s end; Leeds;place;Found;£\r\n;;;;\r\n", "cp1252"),
        ("note,mine,words,text,expect,label\n£,7,Leeds,The “Leeds” plan’s end,found,PLACE\n,,,,,\n", "utf8"),
    ],
)
def test_however_excel_saves_it(text, encoding, tmp_path):
    (case,) = read(rows(tmp_path / "cases.csv", text, encoding))
    assert (case.text, case.words, case.label, case.expect, case.note) == CASE


@pytest.mark.parametrize(
    ("text", "words", "places"),
    [
        ("Barnardo’s and Barnardo's", "Barnardo's", [(0, 10), (15, 25)]),
        ("the “A” plan", '"A" plan', [(4, 12)]),
        ("in\u00a0Kent – now", "in Kent - now", [(0, 13)]),
    ],
)
def test_words_are_found_whatever_quotes_were_typed(text, words, places):
    assert Case(2, text, words, "PLACE", "found", "").places() == places


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("A b;b;PLACE;maybe;", "line 2: expect is 'maybe'. Mend it; the columns are text, words, label, expect, note"),
        ("A b;b;TOWN;found;", "line 2: there is no label 'TOWN'; the labels are ROLE, PLACE"),
        ("A b;c;PLACE;found;", "line 2: the words 'c' do not stand in the text"),
        ("A b;;PLACE;;", "line 2: nothing stands under words, expect"),
        ("A;b;b;PLACE;found;", "line 2: it has more cells than the first row"),
        ('"A b;b;PLACE;found;', "a quotation mark is not closed"),
        ("A b;b;PLACE;found;\r\nA b;b;PLACE;absent;", "line 3: it contradicts line 2"),
        ("A b;b;PLACE;found;\r\n\r\nA b;b;PLACE;found;x", "line 4: it is the same as line 2"),
    ],
)
def test_a_row_that_is_no_case_is_named(row, problem, tmp_path):
    with pytest.raises(PipelineError) as caught:
        read(rows(tmp_path / "cases.csv", f"{HEADER}{row}\r\n"))
    assert "cases.csv, line " in str(caught.value)
    assert problem in str(caught.value)


def test_a_file_that_is_no_table_is_named(tmp_path):
    for data, problem in (
        (b"PK\x03\x04", "save it as CSV UTF-8"),
        (b"", "no column text"),
        (b"text,words\n", "no column"),
    ):
        (tmp_path / "cases.csv").write_bytes(data)
        with pytest.raises(PipelineError, match=problem):
            read(tmp_path / "cases.csv")
    with pytest.raises(PipelineError, match="no such file"):
        read(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    ("words", "label", "expect", "passed", "found"),
    [
        ("Kent", "PLACE", "found", True, "PLACE 'Kent'"),
        ("West Kent", "PLACE", "found", False, "PLACE 'Kent'"),
        ("Kent", "ROLE", "found", False, "PLACE 'Kent'"),
        ("Kent", "ROLE", "absent", True, "PLACE 'Kent'"),
        ("West Kent", "PLACE", "absent", False, "PLACE 'Kent'"),
        ("5%", "PERCENTAGE", "found", True, "PERCENTAGE '5%'"),
        ("Board", "ROLE", "absent", True, ""),
    ],
)
def test_found_means_these_edges_and_absent_means_nothing_there(both, words, label, expect, passed, found):
    from pipeline.nlp import load

    case = Case(2, "The Board said 5% of West Kent.", words, label, expect, "")
    (made,) = outcomes(load(both[0]), [case])
    assert (made.passed, made.found) == (passed, found)
