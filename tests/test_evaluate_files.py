"""`minutes evaluate` from the command to the files: what they hold, what is refused, what stays when it breaks off."""

import csv
import hashlib
import json
import re
import subprocess
import sys
from html import unescape

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

import pipeline
from pipeline.errors import PipelineError
from pipeline.labels import LABELS
from pipeline.training import report
from pipeline.training.evaluate import annotate, score
from pipeline.training.gold import Gold, read_gold
from pipeline.training.page import lines, marks, to_page
from pipeline.training.pairs import mistakes
from pipeline.writers import STAGE
from tests.scored import document, ruler_model, scored

PATTERNS = [
    *(("ROLE", words) for words in ("Chair", "Mayor")),
    *(("PLACE", words) for words in ("Kent", "Leeds", "=Hull")),
    ("STRATEGY", "Catch22"),
    ("STRATEGY", "plan"),
]
LINES = {
    "train": ["The <ROLE>Chair</ROLE> of <PLACE>Kent</PLACE>."],
    "dev": [
        "The <ROLE>Chair</ROLE> of <PLACE>Kent</PLACE> met <PROVIDER>Catch22</PROVIDER> and the <ROLE>Director</ROLE>.",
        "All of <PLACE>Leeds City</PLACE> saw the plan =Hull: <PERCENTAGE>5%</PERCENTAGE> of it\\nin 2019/20.",
    ],
}


def write(path, documents):
    path.write_text("".join(json.dumps(document) + "\n" for document in documents), "utf8")
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return ruler_model(tmp_path_factory.mktemp("models") / "ruler", PATTERNS)


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    for split, marked in LINES.items():
        write(folder / f"{split}.jsonl", [document(x, f"{split}-{n}", split) for n, x in enumerate(marked, 1)])
    (folder / "splits.toml").write_text('dev = ["dev"]\n')
    return folder


def minutes(*args):
    command = [sys.executable, "-m", "pipeline.cli", "evaluate", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf8", check=False)


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_command(model, data, tmp_path):
    out = tmp_path / "out"
    done = minutes("--model", model, "--data", data, "--split", "dev", "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    shown = [line.split() for line in done.stdout.splitlines()]
    assert shown[0] == ["label", "P", "R", "F", "gold", "found"]
    assert shown[1] == ["ROLE", "1.000", "0.500", "0.667", "2", "1"]
    assert shown[2] == ["PLACE", "0.333", "0.500", "0.400", "2", "3"]
    assert [line[0] for line in shown[8:11]] == ["learned", "rules", "all"]
    assert re.fullmatch(r"2 documents, 22 words in [\d.]+ s \([\d,]+ words/s\)", done.stdout.splitlines()[-2])
    assert shown[-1] == ["Results:", str(out)]
    assert sorted(path.name for path in out.iterdir()) == ["errors.csv", "report.html", "scores.csv", "scores.json"]

    scores = json.loads((out / "scores.json").read_text("utf8"))
    assert scores["command"] == f"minutes evaluate --model {model} --data {data} --split dev --out {out}"
    assert scores["model"]["name"] == "ruler"
    assert scores["model"]["digest"] == pipeline.nlp.digest(model)
    files = {path.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in data.iterdir()}
    assert scores["files_sha256"] == files
    assert (scores["documents"], scores["speed"]["words"]) == (2, 22)
    assert scores["versions"].keys() >= {"python", "spacy", "minutes-pipeline"}
    assert scores["reliability"] is None
    rows = read_csv(out / "scores.csv")
    assert [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in scores["scores"]
    ] == rows
    found = {(row["label"], row["view"], row["group"]): row for row in rows}
    assert (found["PLACE", "exact", ""]["f"], found["PLACE", "overlap", ""]["f"]) == ("0.4", "0.8")
    assert found["ROLE", "seen", ""]["recall"] == "1.0"
    assert found["ROLE", "unseen", ""]["recall"] == "0.0"


def test_errors(model, data, tmp_path):
    report.evaluate(model, data=data, out=tmp_path / "out")
    rows = read_csv(tmp_path / "out" / "errors.csv")
    assert [(row["document"], row["error"], row["text_gold"], row["text_predicted"]) for row in rows] == [
        ("dev-1", "wrong label", "Catch22", "Catch22"),
        ("dev-1", "missed", "Director", ""),
        ("dev-2", "wrong edges", "Leeds City", "Leeds"),
        ("dev-2", "extra", "", "plan"),
        ("dev-2", "extra", "", "'=Hull"),  # no spreadsheet runs it
        ("dev-2", "extra", "", "2019/20"),
    ]
    texts = {document["meta"]["id"]: document["text"] for document in read_gold(data=data).documents}
    for row in rows:
        for which in ("gold", "predicted"):
            if row[f"text_{which}"]:
                place = slice(int(row[f"start_{which}"]), int(row[f"end_{which}"]))
                assert texts[row["document"]][place] == row[f"text_{which}"].lstrip("'")
    assert (rows[0]["label_gold"], rows[0]["label_predicted"]) == ("PROVIDER", "STRATEGY")
    assert (rows[2]["before"], rows[2]["after"]) == ("All of ", " saw the plan =Hull: 5% of it in 2019/20.")
    assert (rows[5]["source"], rows[5]["page_kind"], rows[5]["confidence"]) == ("dev", "other", "")
    assert [row["rule"] for row in rows[:5]] == [""] * 5
    doc = pipeline.load(model)("in 2019/20.")
    assert rows[5]["rule"] == doc.spans["date_ranges"][0].id_ != ""


def test_context_is_sixty_characters(blank, tmp_path):
    text = "a " * 100 + "<ROLE c=0.75>Chair</ROLE>" + " b" * 100
    example = scored(blank, text.replace("<ROLE c=0.75>", "").replace("</ROLE>", ""), text)
    found = [mistakes(list(example.reference.spans["exact"]), list(example.predicted.spans["exact"]))]
    (row,) = report.error_rows([example], found)
    assert (row["before"], row["after"], row["confidence"]) == ("a " * 30, " b" * 30, 0.75)


def test_what_was_annotated_is_gold_for_the_same_model(model, tmp_path):
    """Lines of annotated/ are gold files: nothing is lost on the way, and every span is right."""
    (tmp_path / "a.txt").write_text("RESOLVED: That the Chair of Kent note 5% in 2019/20.", "utf8")
    pipeline.annotate(tmp_path / "a.txt", tmp_path / "out", model=model)
    (part,) = (tmp_path / "out" / "annotated").iterdir()
    made = report.evaluate(model, gold=part)
    assert {label: scores[2:] for label, scores in made.scores.items() if scores.gold} == {
        "ROLE": (1.0, 1, 1),
        "PLACE": (1.0, 1, 1),
        "PERCENTAGE": (1.0, 1, 1),
        "DATE_RANGE": (1.0, 1, 1),
        "RESOLUTION": (1.0, 1, 1),
        "learned": (1.0, 2, 2),
        "rules": (1.0, 3, 3),
        "all": (1.0, 5, 5),
    }


def test_a_file_needs_no_training_data(model, data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    alone = read_gold(data / "dev.jsonl")
    assert (alone.seen, list(alone.files), alone.split) == (None, [(data / "dev.jsonl").as_posix()], "")
    beside = read_gold(data / "dev.jsonl", data)
    assert beside.seen == {("ROLE", "chair"), ("PLACE", "kent")}
    report.evaluate(model, gold=data / "dev.jsonl", out=tmp_path / "out")
    scores = json.loads((tmp_path / "out" / "scores.json").read_text("utf8"))
    assert set(scores["views"]) == {"exact", "overlap", "token", "kind", "source"}
    assert "F unseen" not in (tmp_path / "out" / "report.html").read_text("utf8")


def test_no_span_anywhere(model, tmp_path):
    gold = write(tmp_path / "gold.jsonl", [document("Nothing here."), document("", "d-2")])
    made = report.evaluate(model, gold=gold, out=tmp_path / "out")
    assert set(made.scores.values()) == {(None, None, None, 0, 0)}
    assert read_csv(tmp_path / "out" / "errors.csv") == []
    assert (tmp_path / "out" / "errors.csv").read_text("utf-8-sig").startswith("document,source,page_kind,error,")


def test_refusals(model, data, tmp_path):
    good = data / "dev.jsonl"
    (tmp_path / "empty.jsonl").touch()
    twice = write(tmp_path / "twice.jsonl", [document("a", "x"), document("b", "x"), document("c", "y")])
    cut = document("The Chair and the Mayor of Kent.")
    cut["spans"] = [{"start": s, "end": e, "label": "ROLE"} for s, e in ((4, 8), (18, 22), (27, 31))]
    cut = write(tmp_path / "cut.jsonl", [cut])
    label = write(tmp_path / "label.jsonl", [document("a") | {"spans": [{"start": 0, "end": 1, "label": "ROEL"}]}])
    half = tmp_path / "half.jsonl"
    half.write_text('{"text": "\\ud800", "spans": [], "meta": {"id": "a", "source": "a"}}\n')
    ruled = tmp_path / "rules"
    spacy.blank("en").to_disk(ruled)
    refused = [
        ({"gold": tmp_path / "nowhere.jsonl"}, "no such file or folder: .*nowhere"),
        ({"gold": data}, "cannot be read: .*Give an annotated .jsonl file with --gold"),
        ({"data": good}, r"dev\.jsonl holds no splits\.toml"),
        ({"gold": good, "data": tmp_path / "nowhere"}, "no such file or folder: .*nowhere"),
        ({"gold": good, "split": "dev"}, "--gold is one file and --split"),
        ({"gold": tmp_path / "empty.jsonl"}, r"empty\.jsonl holds no document to score"),
        ({"data": data, "split": "test"}, "data test holds no document to score"),
        ({"data": data, "split": "tset"}, "no split 'tset'"),
        ({"gold": twice}, r"twice\.jsonl: the id 'x' stands on 2 documents"),
        ({"gold": cut}, "2 spans .* not on token edges: 'd-1' ROLE 'Chai' at 4-8; 'd-1' ROLE 'Mayo' at 18-22"),
        ({"gold": label}, r"label\.jsonl, line 1: no 'ROEL' among the labels ROLE, PLACE"),
        ({"gold": half}, r"half\.jsonl, line 1: .*surrogates not allowed"),
        ({"gold": good, "model": ruled}, "rules finds none of ROLE, PLACE, PROVIDER, STRATEGY: its parts are minutes_"),
        ({"gold": good, "model": tmp_path / "nowhere"}, "no model at"),
        ({"gold": good, "out": data}, "is not empty and holds no evaluation of ours"),
        ({"gold": good, "out": data, "force": True}, "is not empty and holds no evaluation of ours"),
        ({"gold": good, "out": good}, "is not empty and holds no evaluation of ours"),
    ]
    (tmp_path / "splits.toml").write_text("dev = 3")
    refused.append(({"data": tmp_path}, r"splits\.toml: dev is no list of sources"))
    before = {path: path.read_bytes() for path in data.iterdir()}
    for options, message in refused:
        with pytest.raises(PipelineError, match=message) as caught:
            report.evaluate(**{"model": model, **options})
        assert "\n" not in str(caught.value)
    assert {path: path.read_bytes() for path in data.iterdir()} == before
    done = minutes("--model", model, "--gold", twice)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("[]", "list indices"),
        ('{"text": null, "spans": [], META}', "`text` is a text"),
        ('{"text": ["a"], "spans": [{"start": 0, "end": 1, "label": "ROLE"}], META}', "`text` is a text"),
        ('{"text": "abc", "spans": [{"start": -3, "end": 2, "label": "ROLE"}], META}', "nothing stands at -3-2"),
        ('{"text": "abc", "spans": [{"start": 0.0, "end": 2, "label": "ROLE"}], META}', "slice indices"),
        ('{"text": "abc", "spans": [{"start": 0, "end": 2, "label": ["ROLE"]}], META}', "unhashable"),
        ('{"text": "abc", "spans": null, META}', "not iterable"),
        ("[" * 100_000, "recursion"),
    ],
)
def test_broken_gold_is_named_by_line(line, problem, tmp_path):
    meta = '"meta": {"id": "a", "source": "a"}'
    (tmp_path / "x.jsonl").write_text(line.replace("META", meta) + "\n", "utf8")
    with pytest.raises(PipelineError, match=f"x.jsonl, line 1: .*{problem}"):
        read_gold(tmp_path / "x.jsonl")


def test_an_evaluation_is_replaced_only_by_force_and_only_when_the_new_one_is_whole(model, data, tmp_path, monkeypatch):
    out = tmp_path / "out"
    report.evaluate(model, data=data, out=out)
    (out / STAGE).mkdir()  # what a killed evaluation leaves
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    with pytest.raises(PipelineError, match="already holds an evaluation"):
        report.evaluate(model, data=data, out=out)

    def interrupt(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(report, "to_page", interrupt)
        with pytest.raises(KeyboardInterrupt):
            report.evaluate(model, data=data, split="train", out=out, force=True)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    report.evaluate(model, data=data, split="train", out=out, force=True)
    assert json.loads((out / "scores.json").read_text("utf8"))["gold"]["split"] == "train"
    assert sorted(path.name for path in out.iterdir()) == sorted(before)


def test_an_evaluation_whose_replacement_broke_off_is_replaced_by_force(model, data, tmp_path):
    """As it is left where a file was open in Excel: scores.json goes first and comes last."""
    out = tmp_path / "out"
    report.evaluate(model, data=data, out=out)
    (out / "scores.json").unlink()
    with pytest.raises(PipelineError, match="already holds an evaluation"):
        report.evaluate(model, data=data, out=out)
    report.evaluate(model, data=data, out=out, force=True)
    assert (out / "scores.json").is_file()


HOSTILE = '</script><script>alert("1")</script><img src=x onerror=alert(2)> & “x”'


def page_of(examples, nlp, command="minutes evaluate"):
    found = [mistakes(list(e.reference.spans["exact"]), list(e.predicted.spans["exact"])) for e in examples]
    annotated = report.Annotated(examples, 1, 1.0)
    gold = Gold(report.Path(HOSTILE), HOSTILE, [], None, {})
    made = report.Evaluation("m-1", command, gold, annotated, score(examples, "exact"))
    summary = report.summarise(made, nlp, report.rows(examples), found, report.reliability(examples))
    return to_page(summary, examples, found)


def test_the_page_escapes_what_it_is_given(blank):
    line = f"<ROLE>{HOSTILE}</ROLE> of <PLACE>Kent</PLACE>"
    example = scored(blank, line, line.replace("<ROLE>", "").replace("</ROLE>", ""), HOSTILE, HOSTILE)
    example.predicted._.page = {"kind": HOSTILE}
    page = page_of([example], blank, HOSTILE)
    assert page.count("<script>") == page.count("</script>") == 1
    assert "<img" not in page
    assert "onerror" not in re.sub(r"&lt;img .*?&gt;", "", page)
    assert len(re.findall(r"<[^>]*\salert", page)) == 0
    assert "http:" not in page
    assert "https:" not in page  # nothing is fetched
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL).group(1)
    digest = re.search(r"script-src &#39;sha256-(.*?)&#39;|script-src 'sha256-(.*?)'", page)
    assert next(filter(None, digest.groups())) == report_hash(script)


def report_hash(script):
    import base64

    return base64.b64encode(hashlib.sha256(script.encode("utf8")).digest()).decode("ascii")


def test_the_page_shows_both_sides(blank):
    gold = "The <ROLE>Chair</ROLE> of <PLACE>Leeds City</PLACE>\\n\\n \\nmet <PROVIDER>Catch22</PROVIDER>."
    mine = (
        "The Chair of <PLACE c=0.7>Leeds</PLACE> City\\n\\n \\nmet <STRATEGY>Catch22</STRATEGY> <STRATEGY>.</STRATEGY>"
    )
    mine = mine.replace("</STRATEGY> <STRATEGY>.", "</STRATEGY><STRATEGY>.")
    page = page_of([scored(blank, gold, mine)], blank)
    body = re.sub(r' title="[^"]*"| tabindex="-1"', "", page[page.index('<div class="line columns">') :])
    rows = re.findall(r'<div class="line"><div>(.*?)</div><div>(.*?)</div></div>', body)
    assert rows == [
        (
            'The <mark class="ROLE missed z" data-e="0" data-k="missed" data-l="ROLE">Chair</mark> of '
            '<mark class="PLACE wrong-edges z" data-e="1" data-k="wrong-edges" data-l="PLACE">Leeds City</mark>',
            "The Chair of "
            '<mark class="PLACE wrong-edges z" data-e="1" data-k="wrong-edges" data-l="PLACE">Leeds</mark> City',
        ),
        (
            'met <mark class="PROVIDER wrong-label z" data-e="2" data-k="wrong-label" data-l="PROVIDER STRATEGY">'
            "Catch22</mark>.",
            'met <mark class="STRATEGY wrong-label z" data-e="2" data-k="wrong-label" data-l="PROVIDER STRATEGY">'
            'Catch22</mark><mark class="STRATEGY extra z" data-e="3" data-k="extra" data-l="STRATEGY">.</mark>',
        ),
    ]
    assert "PLACE, confidence 0.70: wrong edges. Gold: PLACE &#39;Leeds City&#39;. Predicted: PLACE" in page


@given(data=st.data())
def test_lines_keep_the_text_and_every_mark(data, blank):
    """Whatever crosses whatever, the characters of the lines are those of the text, and each mark covers its span."""
    text = data.draw(st.text("ab <&\"'\n2%’", max_size=60))
    doc = blank(text)
    spans = []
    for label in data.draw(st.lists(st.sampled_from([label.name for label in LABELS]), max_size=4, unique=True)):
        if len(doc):
            start = data.draw(st.integers(0, len(doc) - 1))
            end = data.draw(st.integers(start + 1, len(doc)))
            spans.append(spacy.tokens.Span(doc, start, end, label=label))
    doc.spans["exact"] = spans
    made = list(lines(text, marks(doc, {})))
    kept = [line for line in re.findall(r"[^\n]+", text) if not line.isspace()]
    assert [unescape(re.sub(r"<[^>]*>", "", line)) for line in made] == kept
    for span in spans:
        covered = "".join(x for line in made for x in under(line, span.label_))
        assert covered == "".join(covered_in(text, span.start_char, span.end_char))


def under(line, label):
    """The characters of a line that stand inside marks of a label."""
    depth = []
    for tag, words in re.findall(r"(<[^>]*>)|([^<]+)", line):
        if tag.startswith("<mark"):
            depth.append(re.search(r'class="(\w+)', tag).group(1))
        elif tag:
            depth.pop()
        elif label in depth:
            yield unescape(words)


def covered_in(text, start, end):
    """The characters of a stretch of the text that stand in lines that are not blank."""
    for line in re.finditer(r"[^\n]+", text):
        if not line.group().isspace():
            yield text[max(start, line.start()) : max(min(end, line.end()), max(start, line.start()))]


def test_confidence_reaches_the_files(blank, data, tmp_path):
    line = "The <ROLE c=0.8>Chair</ROLE> of <PLACE c=0.3>Kent</PLACE>"
    page = page_of([scored(blank, "The <ROLE>Chair</ROLE> of Kent", line)], blank)
    assert "Confidence (expected error 0.250)" in page
    assert page.count('<div class="bar">') == 2


def test_annotating_says_how_fast(model, data):
    made = annotate(pipeline.load(model), read_gold(data=data).documents)
    assert made.words == 22
    assert made.seconds > 0
