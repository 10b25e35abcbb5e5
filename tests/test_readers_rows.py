"""Files of many texts: a row that fails does not stop the others."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import Errors
from pipeline.readers import Limits, ReadFailure, Record, read


def rows_of(path: Path, limits: Limits | None = None) -> list[tuple[str, object]]:
    """Per row its name, and its text and metadata, or why it failed."""
    return [
        (item.name, item.cause if isinstance(item, ReadFailure) else (item.text, item.metadata))
        for item in read(path, limits or Limits())
    ]


def failure_of(path: Path) -> ReadFailure:
    with pytest.raises(ReadFailure) as caught:
        list(read(path, Limits()))
    return caught.value


def test_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    lines = [
        {"text": "one", "meta": {"id": "a", "source": "x", "tags": [1]}, "spans": [], "answer": "accept"},
        {"Text": "two\n£5", "id": 7},
        {"text": "three\u2028still", "year": 2020, "share": 0.5, "open": True, "empty": "", "none": None},
        "",
        {"text": " "},
        {"text": None},
        {"meta": {"id": "b"}},
        ["text"],
        {"text": "last \ud83d", "meta": "x", "nan": float("nan"), "half": "\udc00", "k\ud83d": 1},
    ]
    text = "\n".join(json.dumps(line) if line else line for line in lines) + '\n{"text": "cut'
    path.write_text(text.replace("\\u00a3", "£"), "utf8")
    assert rows_of(path) == [
        ("a", ("one", {"source": "x", "answer": "accept"})),
        ("7", ("two\n£5", {})),
        ("3", ("three\u2028still", {"year": 2020, "share": 0.5, "open": True})),
        ("5", "row 5 has no text"),
        ("6", "row 6 has no text"),
        ("7", "line 7 is not an object with a text"),
        ("8", "line 8 is not an object with a text"),
        ("9", ("last \ufffd", {"half": "\ufffd", "k\ufffd": 1})),
        ("10", "line 10 is not JSON (Unterminated string starting at: line 1 column 10 (char 9))"),
    ]


def test_jsonl_of_two_encodings(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"text": "\xc2\xa35"}\r\n{"text": "\xa35"}')
    assert list(read(path, Limits())) == [
        Record("£5", "jsonl", "1", "utf-8"),
        Record("£5", "jsonl", "2", "windows-1252"),
    ]


def test_jsonl_deeper_than_json_allows(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("[" * 200_000 + '\n{"text": "x"}\n', "utf8")
    first, second = rows_of(path)
    assert (first[0], str(first[1])[:18]) == ("1", "line 1 is not JSON")
    assert second == ("2", ("x", {}))


def test_jsonl_line_too_long(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    long = json.dumps({"text": "x", "tokens": "y" * 3 * 2**20})
    path.write_text(f'{{"text": "a"}}\n{long}\n{{"text": "b"}}\n{long}', "utf8")
    cause = Errors.E107.cause.format
    assert rows_of(path, Limits(megabytes=1)) == [
        ("1", ("a", {})),
        ("2", cause(size="line 2 with more than 1", limit=1)),
        ("3", ("b", {})),
        ("4", cause(size="line 4 with more than 1", limit=1)),
    ]


def test_text_too_long(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "aaaa"}\n{"text": "b"}', "utf8")
    assert rows_of(path, Limits(characters=3)) == [
        ("1", Errors.E109.cause.format(count=4, limit=3)),
        ("2", ("b", {})),
    ]


def test_jsonl_is_read_as_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "a"}\n' * 200_000, "utf8")
    items = read(path, Limits())
    assert next(items) == Record("a", "jsonl", "1", "utf-8")
    path.write_text('{"text": "b"}\n', "utf8")  # what was read ahead is a buffer at most
    assert len(list(items)) < 2_000


CSV = [
    (b"id,text\n7,hello\n", [("7", ("hello", {}))], "comma"),
    (b"text\nhello\n\nyou\n", [("2", ("hello", {})), ("4", ("you", {}))], "one column, a blank line"),
    (b"ID;Text ;year\r\na;b, c;2020\r\n", [("a", ("b, c", {"year": "2020"}))], "semicolon, other spelling"),
    (b"text\tid\nx,y\t1\n", [("1", ("x,y", {}))], "tab"),
    (b"id|text\n1|x\n", [("1", ("x", {}))], "bar"),
    (b'id,text\n1,"a ""b""\r\nc, d"\n2,e', [("1", ('a "b"\r\nc, d', {})), ("2", ("e", {}))], "quotation marks"),
    (b"\xef\xbb\xbftext,wa\xc3\xa9\n\xc2\xa35,\xc3\xa9\n", [("2", ("£5", {"waé": "é"}))], "UTF-8 with a mark"),
    (b"text,n\n\xa35 \x96,1\n", [("2", ("£5 –", {"n": "1"}))], "windows-1252"),
    ("id,text\n1,£5 ü\n".encode("utf-16"), [("1", ("£5 ü", {}))], "UTF-16"),
    (b"id,text\n1\n2,\n3,x\n", [("1", "row 2 has no text"), ("2", "row 3 has no text"), ("3", ("x", {}))], "no text"),
    (b"id,text\n1,a, b\n2,x\n", [("2", "row 2 has 3 cells, the first row 2"), ("2", ("x", {}))], "a bare comma"),
    (b"id,text\n,x\n", [("2", ("x", {}))], "an empty id"),
]


@pytest.mark.parametrize(("data", "rows", "reason"), CSV)
def test_csv(data: bytes, rows: list[tuple[str, object]], reason: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    assert rows_of(path) == rows, reason


def test_csv_encodings(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"text,n\n\xa35,1\n\xc2\xa36,\xc2\xa3\nx,1\n")
    records = [item for item in read(path, Limits()) if isinstance(item, Record)]
    assert [(record.text, record.encoding) for record in records] == [
        ("£5", "windows-1252"),
        ("£6", "utf-8"),
        ("x", "utf-8"),
    ]


def test_csv_with_a_huge_cell(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"text\n{'x' * 20_000_000}\nb\n", "utf8")
    assert rows_of(path) == [("2", Errors.E109.cause.format(count=20_000_000, limit=10_000_000)), ("3", ("b", {}))]


@pytest.mark.parametrize("tail", ['2,"never closed\n3,c\n', '2,"closed" and more\n3,c\n'])
def test_csv_with_a_broken_quotation(tail: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,text\n1,a\n" + tail, "utf8")
    items = read(path, Limits())
    assert next(items) == Record("a", "csv", "1", "utf-8")
    with pytest.raises(ReadFailure, match="row 3 has a quotation mark"):
        next(items)


@pytest.mark.parametrize(
    ("data", "columns"),
    [("name;body\n1;2\n", "name, body"), ("a,b,c\n", "a, b, c"), ("Texts\nx\n", "Texts"), ("\n\n", "none")],
)
def test_csv_without_a_column_of_texts(data: str, columns: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(data, "utf8")
    found = failure_of(path)
    assert (found.cause, found.next_step) == (Errors.E150.cause.format(columns=columns), Errors.E150.next_step)


@pytest.mark.parametrize(("name", "data"), [("x.csv", "id,text"), ("x.csv", "id,text\n\n"), ("x.jsonl", "\n\n")])
def test_no_rows(name: str, data: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(data, "utf8")
    found = failure_of(path)
    assert (found.cause, found.next_step, found.reader) == (*Errors.E157, path.suffix[1:])


def test_no_rows_in_parquet(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), path)
    assert failure_of(path).cause == Errors.E157.cause


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    table = {
        "Text": ["one", None, " ", "two"],
        "id": [1, 2, None, None],
        "on": [date(2020, 5, 1)] * 4,
        "cost": [Decimal("1.20"), None, None, Decimal("3.00")],
        "share": [0.5, None, 1.0, float("nan")],
        "tags": [["a"], [], None, ["b"]],
    }
    pq.write_table(pa.table(table), path)
    assert rows_of(path) == [
        ("1", ("one", {"on": "2020-05-01", "cost": "1.20", "share": 0.5})),
        ("2", "row 2 has no text"),
        ("3", "row 3 has no text"),
        ("4", ("two", {"on": "2020-05-01", "cost": "3.00"})),
    ]


def test_parquet_in_batches(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    table = pa.table({"text": [f"text {number}" for number in range(1, 1_001)]})
    pq.write_table(table, path, row_group_size=300)
    assert rows_of(path) == [(str(number), (f"text {number}", {})) for number in range(1, 1_001)]


def test_parquet_of_repeated_texts(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"text": pa.array(["a", "b", "a"]).dictionary_encode()}), path)
    assert [row[1] for row in rows_of(path)] == [("a", {}), ("b", {}), ("a", {})]


@pytest.mark.parametrize(
    ("table", "cause"),
    [
        ({"body": ["x"], "id": [1]}, Errors.E150.cause.format(columns="body, id")),
        ({"text": [1.5]}, Errors.E156.cause.format(type="double")),
    ],
)
def test_parquet_without_texts(table: dict, cause: str, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table(table), path)
    assert failure_of(path).cause == cause


def test_parquet_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"text": ["x" * 1000]}), path)
    path.write_bytes(path.read_bytes()[:200])
    assert failure_of(path).cause.startswith("it cannot be read (ArrowInvalid: ")
