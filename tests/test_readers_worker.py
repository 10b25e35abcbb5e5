"""Reading in a child process: the same records, and no file can hang or kill the reader of the next one."""

import io
import json
import os
import sys
import textwrap
import time
from pathlib import Path

import pytest

from pipeline.errors import Errors
from pipeline.readers import STDIN, Limits, ReadFailure, Record, read
from pipeline.readers.worker import ReadingProcess, serve
from tests.fixtures import docx_files, html_pages, pdf_files


@pytest.fixture(scope="module")
def reading():
    with ReadingProcess(Limits()) as process:
        yield process


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A file of each kind, and a row that fails."""
    (tmp_path / "a.txt").write_bytes("£5\r\n\u2028 \ud83d\ude00".encode("utf-8", "surrogatepass"))
    (tmp_path / "b.html").write_text(html_pages.AGENDA_ITEM, "utf8")
    pdf_files.write_minutes(tmp_path / "c.pdf")
    docx_files.write_draft(tmp_path / "d.docx")
    (tmp_path / "e.jsonl").write_text('{"text": "a", "meta": {"id": "x", "n": 1.5}}\n{"text"\n{"text": "b"}\n', "utf8")
    (tmp_path / "é ü.csv").write_text("text,n\nx,1\n", "utf8")
    return tmp_path


def flat(items) -> list[object]:
    return [
        (item.cause, item.next_step, item.reader, item.name) if isinstance(item, ReadFailure) else item
        for item in items
    ]


def test_same_records(reading: ReadingProcess, files: Path) -> None:
    for path in sorted(files.iterdir()):
        assert flat(reading.read(path)) == flat(read(path, Limits())), path.name


def test_failure_of_a_file(reading: ReadingProcess, tmp_path: Path) -> None:
    pdf_files.write_scan(tmp_path / "scan.pdf")
    with pytest.raises(ReadFailure) as caught:
        list(reading.read(tmp_path / "scan.pdf"))
    assert flat([caught.value]) == [(Errors.E133.cause.format(pages=2), Errors.E133.next_step, "pdf", "")]


def test_file_left_half_read(reading: ReadingProcess, files: Path) -> None:
    items = reading.read(files / "e.jsonl")
    assert next(items) == Record("a", "jsonl", "x", "utf-8", {"n": 1.5})
    assert [item.reader for item in reading.read(files / "d.docx")] == ["docx"]


def test_standard_input(reading: ReadingProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"text")))
    assert list(reading.read(STDIN)) == [Record("text", "text", encoding="utf-8")]


def test_file_name_of_odd_bytes(reading: ReadingProcess, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.txt")
    try:
        path.write_text("x", "utf8")
    except (OSError, UnicodeError):
        pytest.skip("this system has no such names")
    assert list(reading.read(path)) == [Record("x", "text", encoding="utf-8")]


def child(script: str) -> tuple[str, ...]:
    """A child that reads requests but answers as the script says; `answer(text)` sends a record."""
    head = """
        import json, os, sys, time
        def answer(text):
            record = {"text": text, "reader": "text", "name": "", "encoding": "", "metadata": {}, "pages": []}
            print(json.dumps({"record": record}), flush=True)
        def request():
            return json.loads(sys.stdin.readline())
    """
    return (sys.executable, "-c", textwrap.dedent(head) + textwrap.dedent(script))


def test_hanging_file() -> None:
    script = """
        path = request()["path"]
        if path == "good.txt":
            answer("text")
            request()
            print(json.dumps({"end": True}), flush=True)
        time.sleep(60)
    """
    started = time.monotonic()
    with ReadingProcess(Limits(seconds=3), child(script)) as reading:
        with pytest.raises(ReadFailure) as caught:
            list(reading.read(Path("bad.txt")))
        assert flat([caught.value]) == [(Errors.E113.cause.format(seconds=3), Errors.E113.next_step, "", "")]
        assert [item.text for item in reading.read(Path("good.txt"))] == ["text"]
    assert time.monotonic() - started < 20


def test_file_that_hangs_after_its_first_text() -> None:
    with ReadingProcess(Limits(seconds=2), child("request(); answer('first'); time.sleep(60)")) as reading:
        items = reading.read(Path("bad.txt"))
        assert next(items) == Record("first", "text")
        with pytest.raises(ReadFailure, match="stopped after 2 seconds"):
            next(items)


@pytest.mark.parametrize(
    ("script", "ending"),
    [
        ("request(); os._exit(7)", "exit code 7"),
        ("os._exit(3)", "exit code 3"),
        ("request(); answer('first'); os._exit(5)", "exit code 5"),
    ],
)
def test_file_that_kills_the_reader(script: str, ending: str) -> None:
    with ReadingProcess(Limits(), child(script)) as reading:
        for _ in range(2):  # the second file meets a new child
            with pytest.raises(ReadFailure) as caught:
                list(reading.read(Path("bad.txt")))
            assert caught.value.cause == Errors.E114.cause.format(ending=ending)


@pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
def test_signal_is_named() -> None:
    killing = ReadingProcess(Limits(), child("request(); os.kill(os.getpid(), 11)"))
    with killing as reading, pytest.raises(ReadFailure, match="SIGSEGV"):
        list(reading.read(Path("bad.txt")))


def test_child_that_died_between_two_files(files: Path) -> None:
    with ReadingProcess(Limits()) as reading:
        assert len(list(reading.read(files / "a.txt"))) == 1
        assert reading._process is not None
        reading._process.kill()
        reading._process.wait()
        assert len(list(reading.read(files / "a.txt"))) == 1


def test_nothing_is_left_running(files: Path) -> None:
    with ReadingProcess(Limits()) as reading:
        next(reading.read(files / "e.jsonl"))
        process = reading._process
    assert process is not None
    assert process.returncode is not None


def test_no_child_without_a_file() -> None:
    with ReadingProcess(Limits(), ("no such program",)):
        pass


def test_prints_of_a_library_do_not_disturb(files: Path, tmp_path: Path) -> None:
    """Python and C write to standard output here; neither reaches the answers."""
    script = """
        import os, sys
        import pipeline.readers.text_file as text_file
        from pipeline.readers.worker import main
        decode = text_file.decode
        def noisy(data):
            print("noise")
            os.write(1, b"noise")
            return decode(data)
        text_file.decode = noisy
        main()
    """
    with ReadingProcess(Limits(), (sys.executable, "-c", textwrap.dedent(script))) as reading:
        assert len(list(reading.read(files / "a.txt"))) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to the limit")
def test_memory_is_limited(files: Path) -> None:
    script = """
        import pipeline.readers.text_file as text_file
        from pipeline.readers.worker import main
        text_file.decode = lambda data: bytearray(6 * 2**30)
        main()
    """
    with ReadingProcess(Limits(), (sys.executable, "-c", textwrap.dedent(script))) as reading:
        with pytest.raises(ReadFailure) as caught:
            list(reading.read(files / "a.txt"))
        assert caught.value.cause == Errors.E115.cause
        assert len(list(reading.read(files / "d.docx"))) == 1


def test_a_file_called_csv_where_the_user_stands(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (files / "csv.py").write_text("raise SystemExit('wrong csv')", "utf8")
    monkeypatch.chdir(files)
    with ReadingProcess(Limits()) as reading:
        assert [item.text for item in reading.read(Path("é ü.csv"))] == ["x"]


def test_rows_stream(tmp_path: Path) -> None:
    """A text is read when it is asked for: the first of many rows comes at once, and the child waits."""
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "a"}\n' * 300_000, "utf8")
    with ReadingProcess(Limits()) as reading:
        items = reading.read(path)
        assert next(items) == Record("a", "jsonl", "1", "utf-8")
        assert sum(1 for _, _ in zip(range(1_000), items, strict=False)) == 1_000


def test_protocol(files: Path) -> None:
    limits = {"megabytes": 1, "characters": 9, "pages": 1, "seconds": 1}
    requests = [
        {"path": str(files / "e.jsonl"), "limits": limits},
        {},
        {},
        {},
        {},
        {"path": "none.txt", "limits": limits},
        {},
    ]
    answers = io.BytesIO()
    serve(io.BytesIO("\n".join(map(json.dumps, requests)).encode()), answers)
    kinds = [next(iter(json.loads(line))) for line in answers.getvalue().splitlines()]
    assert kinds == ["record", "row", "record", "end", "end", "failure", "end"]
