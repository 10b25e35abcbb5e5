"""Plain text and encodings, and everything that is checked before any reader opens a file."""

import io
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import Errors
from pipeline.readers import STDIN, SUFFIXES, Limits, ReadFailure, Record, read
from pipeline.readers.characters import decode, mend
from tests.fixtures import docx_files, html_pages, pdf_files


def read_one(path: Path, limits: Limits | None = None) -> Record:
    (record,) = read(path, limits or Limits())
    assert isinstance(record, Record)
    return record


def failure_of(path: Path, limits: Limits | None = None) -> ReadFailure:
    with pytest.raises(ReadFailure) as caught:
        list(read(path, limits or Limits()))
    return caught.value


DECODED = [
    (b"", "", "utf-8", "nothing"),
    (b"plain", "plain", "utf-8", "ASCII"),
    ("£5 – “x”".encode(), "£5 – “x”", "utf-8", "UTF-8"),
    (b"\xef\xbb\xbfx", "x", "utf-8", "a mark"),
    ("£5 – “x”".encode("cp1252"), "£5 – “x”", "windows-1252", "windows-1252"),
    (b"\x81\x8d\x8f\x90\x9d", "\x81\x8d\x8f\x90\x9d", "windows-1252", "the five holes of windows-1252"),
    ("a £ – é £ é".encode() + b" \xa35", "a £ – é £ é £5", "utf-8 and windows-1252", "texts pasted together"),
    (b"caf\xe9 and na\xefve \xc2\xa3", "café and naïve Â£", "windows-1252", "more of windows-1252 than of UTF-8"),
    ("x£".encode("utf-16"), "x£", "utf-16-le", "UTF-16 with a mark"),
    ("Minutes – £5".encode("utf-16-le"), "Minutes – £5", "utf-16-le", "UTF-16 without one"),
    ("Minutes – £5".encode("utf-16-be"), "Minutes – £5", "utf-16-be", "the other way round"),
    ("x£".encode("utf-32"), "x£", "utf-32-le", "UTF-32, whose mark starts like that of UTF-16"),
    ("x".encode("utf-16") + b"y", "x\ufffd", "utf-16-le", "half a character at the end"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "text", "encoding", "reason"), DECODED)
def test_decode(data: bytes, text: str, encoding: str, reason: str) -> None:
    assert decode(data) == (text, encoding), reason


LETTERS = "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(32, 256))


@given(st.text("aé£–“”\u00a0\u2028\r\n\t😀", max_size=60))
def test_utf_8_comes_back(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8")


@given(st.text(LETTERS, max_size=60))
def test_windows_1252_comes_back(text: str) -> None:
    """Unless letters stand by chance as they do in UTF-8, which the name of the encoding then tells."""
    found, encoding = decode(text.encode("cp1252"))
    assert found == text or encoding.startswith("utf-8")


@given(st.binary(max_size=300))
def test_any_bytes_decode(data: bytes) -> None:
    text, encoding = decode(data)
    assert text.encode("utf-8", "strict") is not None
    assert encoding


MENDED = [
    ("itâ€™s Â£5", "it’s £5", "mojibake"),
    ("it’s “so” &amp; 5%", "it’s “so” &amp; 5%", "curly quotes and entities stay"),
    ("oﬃcer", "officer", "ligatures"),
    ("cafe\u0301", "café", "one character for a letter and its accent"),
    ("Suffi\u00adcien\u200bcy\ufeff", "Sufficiency", "invisible characters"),
    ("a\u00a0b\tc\nd – e-f", "a\u00a0b\tc\nd – e-f", "blanks and dashes stay"),
    ("a\x07b\x9a", "abš", "control characters"),
]


@pytest.mark.parametrize(("text", "mended", "reason"), MENDED)
def test_mend(text: str, mended: str, reason: str) -> None:
    assert mend(text) == mended, reason


KEPT = "Agenda item\r\n\r\n\u00a0 RESOLVED –  That\tit be noted.\r\u2028 \u00ad &amp; Â£5 \n\n"


def test_text_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "Item.TXT"
    path.write_bytes(KEPT.encode())
    assert read_one(path) == Record(KEPT, "text", encoding="utf-8")


def test_rare_zero_bytes_are_kept(tmp_path: Path) -> None:
    text = "Minutes\x00of the Board, 9 March 2022\nRESOLVED: That it be noted.\x07"
    path = tmp_path / "x.txt"
    path.write_text(text, "utf8")
    assert read_one(path).text == text


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("£5\r\n".encode("cp1252"))))
    assert read_one(STDIN) == Record("£5\r\n", "text", encoding="windows-1252")
    page = b"<!doctype html><nav><a href=x>Menu</a></nav><main><h1>Minutes</h1><p>RESOLVED</p></main>"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(page)))
    record = read_one(STDIN)
    assert (record.text, record.reader) == ("Minutes\n\nRESOLVED", "html")


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"", Errors.E117), (b"a\x00\x00b", Errors.E112), (b" \n", Errors.E108), (b"x" * (2**20 + 1), Errors.E107)],
)
def test_standard_input_fails(data: bytes, message: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert failure_of(STDIN, Limits(megabytes=1)).cause == message[0].format(size="more than 1", limit=1)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_empty_file(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{suffix}"
    path.touch()
    found = failure_of(path)
    assert (found.cause, found.next_step, found.reader) == (*Errors.E106, SUFFIXES[suffix])


@pytest.mark.parametrize("data", [b" \r\n\t", "\ufeff".encode(), "\u00a0\n\u3000".encode(), b"\n" * 5000])
def test_blank_file(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(data)
    assert failure_of(path).cause == Errors.E108.cause


def test_no_file(tmp_path: Path) -> None:
    assert failure_of(tmp_path / "x.txt").cause == Errors.E103.cause


def test_link_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    try:
        path.symlink_to(tmp_path / "nowhere.txt")
    except OSError:
        pytest.skip("this system makes no links")
    found = failure_of(path)
    assert (found.cause, found.next_step) == Errors.E118


def test_folder(tmp_path: Path) -> None:
    (tmp_path / "x.txt").mkdir()
    assert failure_of(tmp_path / "x.txt").cause == Errors.E104.cause


def test_no_right_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.txt"
    path.write_text("x", "utf8")

    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert failure_of(path).cause == Errors.E105.cause.format(error="Permission denied")


def test_too_big(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"x" * (3 * 2**20))
    found = failure_of(path, Limits(megabytes=2))
    assert found.cause == Errors.E107.cause.format(size=3, limit=2)


def test_line_of_fifty_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"minutes " * (50 * 2**17))
    assert failure_of(path).cause == "52,428,800 characters are over the limit of 10,000,000"
    assert len(read_one(path, Limits(characters=60_000_000)).text) == 50 * 2**20


@pytest.mark.parametrize("suffix", [".md", ".docm", ".doc", ".mht", ""])
def test_unknown_suffix(suffix: str, tmp_path: Path) -> None:
    assert failure_of(tmp_path / f"x{suffix}").cause == f"{suffix or 'nameless'} files cannot be read"


def web_page(path: Path) -> None:
    path.write_text(html_pages.AGENDA_ITEM, "utf8")


def fragment(path: Path) -> None:
    path.write_text("\n<?xml version='1.0'?><!-- saved --><div class='x'><p>Agenda item</p></div>", "utf8")


def short_pdf(path: Path) -> None:
    pdf_files.write_lines(path, [pdf_files.block("Agenda item")])


def short_docx(path: Path) -> None:
    docx_files.write(path, docx_files.p("Agenda item"))


def parquet(path: Path) -> None:
    pq.write_table(pa.table({"text": ["Agenda item"]}), path)


@pytest.mark.parametrize(
    ("write", "name", "reader"),
    [
        (web_page, "x.txt", "html"),
        (fragment, "x.txt", "html"),
        (short_pdf, "x.html", "pdf"),
        (short_pdf, "x.docx", "pdf"),
        (short_docx, "x.pdf", "docx"),
        (short_docx, "x.txt", "docx"),
    ],
)
def test_read_by_content(write, name: str, reader: str, tmp_path: Path) -> None:
    path = tmp_path / name
    write(path)
    record = read_one(path)
    assert (record.text.split("\n")[0], record.reader) == ("Agenda item", reader)


TEXTS_THAT_ARE_NO_PAGES = ["<b>Agenda item</b>", "< 5% of homes", "<Present> all", "<p", "Item 7 <html>", "<!-- no -->"]


@pytest.mark.parametrize("text", TEXTS_THAT_ARE_NO_PAGES)
def test_text_with_angles_is_text(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(text, "utf8")
    assert read_one(path) == Record(text, "text", encoding="utf-8")


def zipped(*names: str):
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, "x")

    return write


def raw(data: bytes):
    return lambda path: path.write_bytes(data)


@pytest.mark.parametrize(
    ("write", "name", "kind"),
    [
        (web_page, "x.pdf", "a .html file"),
        (web_page, "x.docx", "a .html file"),
        (web_page, "x.csv", "a .html file"),
        (short_pdf, "x.jsonl", "a .pdf file"),
        (parquet, "x.txt", "a .parquet file"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "x.docx", "an Excel workbook"),
        (zipped("[Content_Types].xml", "ppt/a.xml"), "x.docx", "a PowerPoint file"),
        (zipped("mimetype", "content.xml"), "x.docx", "an OpenDocument file"),
        (zipped("a.pdf", "b.pdf"), "x.pdf", "a zip file"),
        (raw(b"{\\rtf1\\ansi Minutes}"), "x.txt", "RTF"),
        (raw(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "x.txt", "an old or locked Office file"),
        (raw(b"\x89PNG\r\n\x1a\n"), "x.pdf", "a picture"),
        (raw(b"\x1f\x8b\x08"), "x.jsonl", "a compressed file"),
        (raw(b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;"), "x.htm",
         "a web archive (MHTML)"),
    ],
)  # fmt: skip
def test_wrong_suffix(write, name: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / name
    write(path)
    assert failure_of(path).cause == Errors.E111.cause.format(suffix=path.suffix, kind=kind)


@pytest.mark.parametrize(
    "data", [b"a\x00b", b"Cabinet\x00\x01" * 9, b"\x7fELF\x02\x01\x01" + bytes(9), bytes(range(256)) * 20]
)
def test_binary(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(data)
    assert failure_of(path).cause == Errors.E112.cause


def test_error_of_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.html"
    web_page(path)

    def fail(*args: object) -> None:
        raise KeyError("title")

    monkeypatch.setattr("pipeline.readers.html_file._metadata", fail)
    assert failure_of(path).cause == Errors.E116.cause.format(error="KeyError: 'title'")


def test_out_of_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.txt"
    path.write_text("x", "utf8")

    def fail(*args: object) -> None:
        raise MemoryError

    monkeypatch.setattr("pipeline.readers.text_file.decode", fail)
    assert failure_of(path).cause == Errors.E115.cause


@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_give_a_text_or_a_failure(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    for suffix in (".txt", ".html", ".pdf", ".docx", ".parquet", ".csv", ".jsonl"):
        path = folder / f"x{suffix}"
        path.write_bytes(data)
        try:
            items = list(read(path, Limits()))
        except ReadFailure as failure:
            items = [failure]
        for item in items:
            assert item.cause and item.next_step if isinstance(item, ReadFailure) else item.text.strip()
