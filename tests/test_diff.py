"""`minutes diff`: every change is found once and is what it is called; what cannot be compared is said, not guessed."""

import csv
import datetime
import hashlib
import json
import random
import subprocess
import sys
from collections import Counter

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.diff import CHANGES, Count, diff, overlapping
from pipeline.errors import PipelineError
from pipeline.labels import BY_NAME, LABELS, LEARNED
from pipeline.schema import TABLES, to_arrow
from tests.markup import parse

EMPTY = {str: "", int: 0, float: 0.0, bool: False, datetime.date: datetime.date(2020, 1, 1)}
NO_CHANGE = Count(0, 0, 0, 0, 0, 0, 0, 0, 0)


def row(table, **given):
    """A row with nothing in it but what is given."""
    made = {column.name: None if column.optional else EMPTY[column.type] for column in TABLES[table]}
    assert given.keys() <= made.keys()
    return made | given


def typed(label, values):
    """The attributes of a tag as the columns of the label's table."""
    made = {}
    for field in BY_NAME[label].fields:
        if field.name in values:
            parse_value = datetime.date.fromisoformat if field.type is datetime.date else field.type
            made[field.column or field.name] = parse_value(values[field.name])
    assert len(made) == len(values)
    return made


def save(folder, lines, parts=1):
    """A run, as far as it is read, from annotated lines by document; the documents are dealt out to the parts."""
    tables = [{table: [] for table in TABLES} for _ in range(parts)]
    for number, (doc_id, line) in enumerate(lines.items()):
        example, made = parse(line), tables[number % parts]
        digest = hashlib.sha256(example.text.encode()).hexdigest()
        made["documents"].append(row("documents", doc_id=doc_id, sha256=digest))
        for start, end, label, values in example.spans:
            place = {"doc_id": doc_id, "start": start, "end": end, "text": example.text[start:end]}
            if label in {learned.name for learned in LEARNED}:
                made["entities"].append(row("entities", label=label, **place))
            else:
                table = BY_NAME[label].spans_key
                made[table].append(row(table, **place, **typed(label, values)))
    for number, made in enumerate(tables):
        for table, rows in made.items():
            (folder / "tables" / table).mkdir(parents=True, exist_ok=True)
            pq.write_table(to_arrow(table, rows), folder / "tables" / table / f"part-{number:05}.parquet")
    (folder / "run.json").write_text("{}")
    return folder


def compared(tmp_path, before, after, out=None):
    return diff(save(tmp_path / "a", before), save(tmp_path / "b", after), out)


def rows(changes, *columns):
    return [tuple(found[column] for column in columns) for found in changes.to_pylist()]


P5 = "PERCENTAGE low=5 high=5 unit=percent"
Y19 = "DATE_RANGE start=2019-04-01 end=2020-03-31 kind=financial_year precision=year"
A3 = "RESOLUTION number=3 outcome=approve"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # Nothing.
        ("no span at all", "no span at all", []),
        ("the <ROLE>Chair</ROLE>", "the <ROLE>Chair</ROLE>", []),
        (f"<{P5}>5%</PERCENTAGE>", f"<{P5}>5%</PERCENTAGE>", []),
        # Lost, gained.
        ("the <ROLE>Chair</ROLE>", "the Chair", [("lost", "ROLE", "Chair", None)]),
        ("the Chair", "the <ROLE>Chair</ROLE>", [("gained", "ROLE", None, "Chair")]),
        (f"<{P5}>5%</PERCENTAGE>", "5%", [("lost", "PERCENTAGE", "5%", None)]),
        ("in 2019/20", f"in <{Y19}>2019/20</DATE_RANGE>", [("gained", "DATE_RANGE", None, "2019/20")]),
        # Relabelled: labels of the model only, and only in the same place.
        ("<PROVIDER>Elm</PROVIDER>", "<PLACE>Elm</PLACE>", [("relabelled", "PLACE", "Elm", "Elm")]),
        (
            "<PROVIDER>Elm Care</PROVIDER>",
            "<PLACE>Elm</PLACE> Care",
            [("gained", "PLACE", None, "Elm"), ("lost", "PROVIDER", "Elm Care", None)],
        ),
        (
            f"<{A3}>the plan</RESOLUTION>",
            "<STRATEGY>the plan</STRATEGY>",
            [("lost", "RESOLUTION", "the plan", None), ("gained", "STRATEGY", None, "the plan")],
        ),
        # Moved: each span in one pair, the best first.
        ("<PLACE>Leeds</PLACE> City", "<PLACE>Leeds City</PLACE>", [("moved", "PLACE", "Leeds", "Leeds City")]),
        ("of <PLACE>Leeds</PLACE>", "<PLACE>of Leeds</PLACE>", [("moved", "PLACE", "Leeds", "of Leeds")]),
        (
            "<PLACE>Old Leeds</PLACE> City",
            "Old <PLACE>Leeds City</PLACE>",
            [("moved", "PLACE", "Old Leeds", "Leeds City")],
        ),
        (
            "<PLACE>Leeds</PLACE>York",
            "Leeds<PLACE>York</PLACE>",
            [("lost", "PLACE", "Leeds", None), ("gained", "PLACE", None, "York")],
        ),
        (
            "<PLACE>Ely</PLACE> and <PLACE>Leeds</PLACE>",
            "<PLACE>Ely and Leeds</PLACE>",
            [("lost", "PLACE", "Ely", None), ("moved", "PLACE", "Leeds", "Ely and Leeds")],
        ),
        (
            "<PLACE>Ely and York</PLACE>",
            "<PLACE>Ely</PLACE> and <PLACE>York</PLACE>",
            [("gained", "PLACE", None, "Ely"), ("moved", "PLACE", "Ely and York", "York")],
        ),
        (
            "<PLACE>Ely and Bath</PLACE> or <PLACE>Hull</PLACE>",  # of equal ones the first
            "<PLACE>Ely</PLACE> and <PLACE>Bath or Hull</PLACE>",
            [
                ("gained", "PLACE", None, "Ely"),
                ("moved", "PLACE", "Ely and Bath", "Bath or Hull"),
                ("lost", "PLACE", "Hull", None),
            ],
        ),
        # A pair that is beaten on one side is taken after all when the other side is free.
        (
            "<ROLE>a bc</ROLE> <ROLE>d efgh</ROLE>",
            "<ROLE>a</ROLE> <ROLE>bc d</ROLE> <ROLE>efgh</ROLE>",
            [("gained", "ROLE", None, "a"), ("moved", "ROLE", "a bc", "bc d"), ("moved", "ROLE", "d efgh", "efgh")],
        ),
        # A rule's span moves whatever stands inside it, and a name inside it stays the same.
        (
            f"<{A3}><PLACE>Ely</PLACE> opens</RESOLUTION> in May",
            f"<{A3}><PLACE>Ely</PLACE> opens in May</RESOLUTION>",
            [("moved", "RESOLUTION", "Ely opens", "Ely opens in May")],
        ),
        # Changed: rules only.
        (f"<{P5}>5%</PERCENTAGE>", f"<{P5} qualifier=over>5%</PERCENTAGE>", [("changed", "PERCENTAGE", "5%", "5%")]),
        (
            f"<{P5}>over 5%</PERCENTAGE>",
            f"over <{P5} qualifier=over>5%</PERCENTAGE>",
            [("moved", "PERCENTAGE", "over 5%", "5%")],
        ),
    ],
)
def test_changes(tmp_path, before, after, expected):
    found = compared(tmp_path, {"d": before}, {"d": after})
    assert rows(found.changes, "change", "label", "text_before", "text_after") == expected
    assert found.equal == (not expected)


def test_a_row_says_what_was_and_what_is(tmp_path):
    line = "The {} of {} noted {} in {}."
    before = line.format("Chair", "<PROVIDER>Elm</PROVIDER>", f"<{P5}>5%</PERCENTAGE>", f"<{Y19}>2019/20</DATE_RANGE>")
    after = line.format(
        "<ROLE>Chair</ROLE>",
        "<PLACE>Elm</PLACE>",
        f"<{P5.replace('high=5', 'high=7.5')} qualifier=£>5%</PERCENTAGE>",
        f"<{Y19.replace('2020-03-31', '2019-12-31')}>2019/20</DATE_RANGE>",
    )
    found = compared(tmp_path, {"d": before}, {"d": after})
    assert found.changes.column_names == [column.name for column in CHANGES]
    assert rows(found.changes, *found.changes.column_names) == [
        ("d", "gained", "ROLE", *(None,) * 5, 4, 9, "Chair", "ROLE", None),
        ("d", "relabelled", "PLACE", 13, 16, "Elm", "PROVIDER", None, 13, 16, "Elm", "PLACE", None),
        (
            *("d", "changed", "PERCENTAGE"),
            *(23, 25, "5%", "PERCENTAGE", '{"high": 5.0, "qualifier": ""}'),
            *(23, 25, "5%", "PERCENTAGE", '{"high": 7.5, "qualifier": "£"}'),
        ),
        (
            *("d", "changed", "DATE_RANGE"),
            *(29, 36, "2019/20", "DATE_RANGE", '{"end_date": "2020-03-31"}'),
            *(29, 36, "2019/20", "DATE_RANGE", '{"end_date": "2019-12-31"}'),
        ),
    ]


def test_every_field_of_every_value_counts(tmp_path):
    lines = {
        "PERCENTAGE": ("low=1", "high=1", "unit=percent", "qualifier=over"),
        "DATE_RANGE": ("start=2021-01-01", "end=2021-01-02", "kind=quarter", "precision=day"),
        "RESOLUTION": ("number=1", "marker=RESOLVED", "outcome=note", "body=that", "truncated=yes"),
    }
    before = {f"{label} {value}": f"<{label}>x</{label}>" for label, values in lines.items() for value in values}
    after = {doc_id: f"<{doc_id}>x</{doc_id.split()[0]}>" for doc_id in before}
    found = compared(tmp_path, before, after)
    assert rows(found.changes, "doc_id", "change") == [(doc_id, "changed") for doc_id in sorted(before)]
    fields = {(label.name, field.column or field.name) for label in LABELS for field in label.fields}
    assert {(made[0], *json.loads(made[1])) for made in rows(found.changes, "label", "value_after")} == fields


def test_counts(tmp_path):
    before = {
        "a": "<ROLE>Chair</ROLE> of <PROVIDER>Elm</PROVIDER>, <PLACE>Leeds</PLACE> City, <PLACE>Ely</PLACE>",
        "b": f"<{P5}>5%</PERCENTAGE> <{P5}>5%</PERCENTAGE> <{P5}>5%</PERCENTAGE> <PLACE>Ely</PLACE> <ROLE>Clerk</ROLE>",
        "other": "<ROLE>Chair</ROLE>",
        "gone": "<ROLE>Chair</ROLE>",
    }
    after = {
        "a": "<ROLE>Chair</ROLE> of <PLACE>Elm</PLACE>, <PLACE>Leeds City</PLACE>, <PROVIDER>Ely</PROVIDER>",
        "b": f"<{P5}>5%</PERCENTAGE> <{P5} qualifier=x>5%</PERCENTAGE> 5% <PROVIDER>Ely</PROVIDER> <ROLE>Clerk</ROLE>",
        "other": "<ROLE>Clerk</ROLE>",
        "new": "<ROLE>Chair</ROLE>",
    }
    found = compared(tmp_path, before, after)
    assert found.counts == {
        "ROLE": NO_CHANGE._replace(in_a=2, in_b=2, same=2),
        "PLACE": NO_CHANGE._replace(in_a=3, in_b=2, moved=1, relabelled_from=2, relabelled_to=1),
        "PROVIDER": NO_CHANGE._replace(in_a=1, in_b=2, relabelled_from=1, relabelled_to=2),
        "STRATEGY": NO_CHANGE,
        "PERCENTAGE": NO_CHANGE._replace(in_a=3, in_b=2, same=1, changed=1, lost=1),
        "DATE_RANGE": NO_CHANGE,
        "RESOLUTION": NO_CHANGE,
    }
    assert list(found.counts) == [label.name for label in LABELS]
    assert (found.compared, found.only_a, found.only_b, found.other_text) == (2, ["gone"], ["new"], ["other"])
    assert rows(found.changes, "doc_id", "change", "label", "start_before", "start_after") == [
        ("a", "relabelled", "PLACE", 9, 9),
        ("a", "moved", "PLACE", 14, 14),
        ("a", "relabelled", "PROVIDER", 26, 26),
        ("b", "changed", "PERCENTAGE", 3, 3),
        ("b", "lost", "PERCENTAGE", 6, None),
        ("b", "relabelled", "PROVIDER", 9, 9),
        ("gone", "only in A", None, None, None),
        ("new", "only in B", None, None, None),
        ("other", "other text", None, None, None),
    ]
    assert found.most_changed(10) == [("a", 3), ("b", 3)]
    assert found.most_changed(1) == [("a", 3)]


def test_documents_alone_make_a_difference(tmp_path):
    found = compared(tmp_path, {"a": "x", "b": "y"}, {"a": "x", "c": "y"})
    assert not found.equal
    assert (found.only_a, found.only_b, found.other_text, found.compared) == (["b"], ["c"], [], 1)
    assert found.most_changed(10) == []
    assert found.counts == {label.name: NO_CHANGE for label in LABELS}


def test_the_parts_do_not_matter(tmp_path):
    lines = {f"é/{n}": f"<ROLE>Chair</ROLE> {n} <PLACE>Ely</PLACE> <{P5}>5%</PERCENTAGE>" for n in range(7)}
    a = save(tmp_path / "a", lines, parts=3)
    b = save(tmp_path / "b", dict(reversed(lines.items())), parts=2)
    found = diff(a, b)
    assert (found.equal, found.compared) == (True, 7)
    assert found.counts["PLACE"] == NO_CHANGE._replace(in_a=7, in_b=7, same=7)
    changed = {doc_id: line.replace("<ROLE>Chair</ROLE>", "Chair") for doc_id, line in lines.items()}
    c = save(tmp_path / "c", dict(reversed(changed.items())), parts=2)
    assert rows(diff(a, c).changes, "doc_id", "change") == [(doc_id, "lost") for doc_id in lines]


def test_confidence_model_and_meeting_do_not_count(tmp_path):
    a, b = (save(tmp_path / name, {"d": "<ROLE>Chair</ROLE>"}) for name in "ab")
    path = b / "tables" / "entities" / "part-00000.parquet"
    (found,) = pq.read_table(path).to_pylist()
    other = {"confidence": 0.5, "model": "other", "body": "Cabinet", "section": "minutes", "page": 2}
    pq.write_table(to_arrow("entities", [found | other]), path)
    assert diff(a, b).equal


def test_runs_without_a_document(tmp_path):
    found = compared(tmp_path, {}, {})
    assert (found.equal, found.compared, found.most_changed(10)) == (True, 0, [])
    assert diff(tmp_path / "a", save(tmp_path / "c", {"d": "<ROLE>Chair</ROLE>"})).only_b == ["d"]


LINES = {"d": "<ROLE>=Chair</ROLE> of “<PLACE>Ely</PLACE>”", "e": "x"}


def test_csv(tmp_path):
    out = tmp_path / "new" / "changes.CSV"
    found = compared(tmp_path, LINES, {"d": "=Chair of “<PLACE>Ely</PLACE>”"}, out)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.DictReader(file))
    assert read == [
        dict.fromkeys(found.changes.column_names, "")
        | {"doc_id": "d", "change": "lost", "label": "ROLE"}
        | {"start_before": "0", "end_before": "6", "text_before": "'=Chair", "label_before": "ROLE"},
        dict.fromkeys(found.changes.column_names, "") | {"doc_id": "e", "change": "only in A"},
    ]
    assert [path.name for path in out.parent.iterdir()] == ["changes.CSV"]


def test_parquet(tmp_path):
    out = tmp_path / "changes.parquet"
    out.write_text("an earlier one")
    found = compared(tmp_path, LINES, {"d": "=Chair of “<PLACE>Ely</PLACE>”"}, out)
    read = pq.read_table(out)
    assert read.equals(found.changes)
    assert read["text_before"].to_pylist() == ["=Chair", None]  # no spreadsheet runs it
    assert all(field.metadata[b"definition"] for field in read.schema)


def test_an_empty_diff_is_written_too(tmp_path):
    compared(tmp_path, LINES, LINES, tmp_path / "changes.csv")
    header = (tmp_path / "changes.csv").read_text("utf-8-sig").splitlines()
    assert header == [",".join(column.name for column in CHANGES)]


def unfinished(run):
    (run / "run.json").unlink()


def old_layout(run):
    for folder in list((run / "tables").iterdir()):
        (folder / "part-00000.parquet").rename(f"{folder}.parquet")
        folder.rmdir()


def damaged(run):
    (run / "tables" / "resolutions" / "part-00000.parquet").write_bytes(b"PAR1 and nothing else")


def without_a_column(run):
    path = run / "tables" / "percentages" / "part-00000.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["qualifier"]), path)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (unfinished, "{run} holds no complete run. Give the folder"),
        (old_layout, "{run} holds a run of an earlier version of minutes. Annotate its pages again."),
        (damaged, "the table 'resolutions' in {run} cannot be read: "),
        (without_a_column, "the table 'percentages' in {run} cannot be read: No match for FieldRef.Name(qualifier)"),
    ],
)
@pytest.mark.parametrize("which", ["a", "b"])
def test_what_cannot_be_compared(tmp_path, harm, message, which):
    for name in "ab":
        save(tmp_path / name, LINES)
    harm(tmp_path / which)
    with pytest.raises(PipelineError) as caught:
        diff(tmp_path / "a", tmp_path / "b", tmp_path / "changes.csv")
    assert str(caught.value).startswith(message.format(run=tmp_path / which))
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "changes.csv").exists()


@pytest.mark.parametrize("name", ["missing", "a/run.json"])
def test_no_folder(tmp_path, name):
    save(tmp_path / "a", LINES)
    with pytest.raises(PipelineError, match="holds no complete run"):
        diff(tmp_path / "a", tmp_path / name)


def test_a_format_that_is_not_there_is_refused_before_the_work(tmp_path):
    with pytest.raises(PipelineError, match=r"a name that ends in \.csv or \.parquet"):
        diff(tmp_path / "missing", tmp_path / "missing", tmp_path / "changes.xlsx")


def test_out_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "changes.csv"
    with pytest.raises(PipelineError) as caught:
        compared(tmp_path, LINES, LINES, out)
    assert str(caught.value).startswith(f"cannot write to {out}: ")


def in_pairs(before, after):
    """The slow way: the best pair of all, then the best of what is left."""
    pairs = {
        (i, j): min(one[2], other[2]) - max(one[1], other[1])
        for i, one in enumerate(before)
        for j, other in enumerate(after)
        if one[0] == other[0]
    }
    made = []
    ranked = sorted(pairs, key=lambda pair: (-pairs[pair], before[pair[0]], after[pair[1]]))
    for i, j in ranked:
        if pairs[i, j] > 0 and i not in {a for a, _ in made} and j not in {b for _, b in made}:
            made.append((i, j))
    return sorted(made)


PLACES = st.tuples(st.integers(0, 1), st.integers(0, 30), st.integers(1, 9))  # label, start, length
SIDE = st.lists(PLACES, max_size=12, unique_by=lambda place: place[:2])


@given(SIDE, SIDE)
def test_overlapping(before, after):
    """Also where spans of one side overlap each other."""
    sides = [[(label, at, at + length) for label, at, length in side] for side in (before, after)]
    frames = [pd.DataFrame(side, columns=["label", "at", "until"], dtype="int64") for side in sides]
    found = list(zip(*(found.tolist() for found in overlapping(*frames)), strict=True))
    assert sorted(found) == in_pairs(*sides)


NAMED = ("", "ROLE", "PLACE", "PROVIDER", "PERCENTAGE low=1", "PERCENTAGE low=2")


def test_figures_and_rows_agree(tmp_path):
    """300 documents of six words, each word with any label or none before and after."""
    choose = random.Random(1)
    labels = {f"{n:03}": [(choose.choice(NAMED), choose.choice(NAMED)) for _ in range(6)] for n in range(300)}
    expected = []
    for doc_id, pairs in labels.items():
        for number, (old, new) in enumerate(pairs):
            rules = [label.startswith("PERCENTAGE") for label in (old, new)]
            if old and new and rules[0] == rules[1]:
                changes = ["changed" if rules[0] else "relabelled"] * (old != new)
            else:
                changes = ["lost"] * bool(old) + ["gained"] * bool(new)
            expected += [(doc_id, 2 * number, change) for change in changes]
    runs = []
    for side in (0, 1):
        words = {doc_id: [pair[side] for pair in pairs] for doc_id, pairs in labels.items()}
        lines = {
            doc_id: "".join(f"<{label}>ab</{label.split()[0]}>" if label else "ab" for label in marked)
            for doc_id, marked in words.items()
        }
        runs.append(save(tmp_path / str(side), lines, parts=3 + side))
    there, back = diff(*runs), diff(*reversed(runs))
    found = [
        (doc_id, new if old is None else old, change)
        for doc_id, old, new, change in rows(there.changes, "doc_id", "start_before", "start_after", "change")
    ]
    assert sorted(found) == sorted(expected)
    assert [place[:2] for place in found] == sorted(place[:2] for place in found)
    for label, (in_a, in_b, same, changed, moved, away, here, lost, gained) in there.counts.items():
        assert in_a == same + changed + moved + away + lost
        assert in_b == same + changed + moved + here + gained
        assert back.counts[label] == (in_b, in_a, same, changed, moved, here, away, gained, lost)
    most = Counter(doc_id for doc_id, _, _ in found)
    assert there.most_changed(5) == sorted(most.items(), key=lambda item: (-item[1], item[0]))[:5]


def minutes(*args):
    command = [sys.executable, "-m", "pipeline.cli", "diff", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf8", check=False)


def test_the_command(tmp_path):
    a = save(tmp_path / "a", LINES | {"f": "<PLACE>Ely</PLACE>"})
    b = save(tmp_path / "b", {"d": "=Chair of “<PROVIDER>Ely</PROVIDER>”", "e": "y", "g": "z"})
    done = minutes(a, b, "--out", tmp_path / "changes.csv")
    assert (done.returncode, done.stderr) == (4, "")
    shown = [line.split() for line in done.stdout.splitlines()]
    assert shown == [
        ["label", "A", "B", "same", "changed", "moved", "relabelled", "lost", "gained"],
        ["ROLE", "1", "0", "0", "0", "0", "0", "1", "0"],
        ["PLACE", "1", "0", "0", "0", "0", "-1", "+0", "0", "0"],
        ["PROVIDER", "0", "1", "0", "0", "0", "-0", "+1", "0", "0"],
        *([label.name, *"00000000"] for label in LABELS[3:]),
        ["Documents", "compared:", "1"],
        ["Only", "in", "A:", "1", "(f)"],
        ["Only", "in", "B:", "1", "(g)"],
        ["Not", "compared,", "their", "text", "differs:", "1", "(e)"],
        ["Most", "changes:"],
        ["2", "d"],
        ["Changes:", str(tmp_path / "changes.csv")],
    ]
    done = minutes(a, a)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "Documents compared: 3"
    done = minutes(a, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: {tmp_path} holds no complete run. ")
    assert minutes(a).returncode == 2
