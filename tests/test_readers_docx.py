"""Word: every kind of text that counts, every kind that does not, and the numbers that Word only counts."""

import zipfile
from pathlib import Path

import pytest

from pipeline.errors import Errors
from pipeline.readers import Limits, ReadFailure, Record, read
from tests.fixtures import docx_files
from tests.fixtures.docx_files import level, lists, p


def read_docx(path: Path) -> Record:
    (record,) = read(path, Limits())
    assert isinstance(record, Record)
    return record


def text_of(tmp_path: Path, body: str, **parts: str) -> str:
    path = tmp_path / "draft.docx"
    docx_files.write(path, body, **parts)
    return read_docx(path).text


def test_draft(tmp_path: Path) -> None:
    path = tmp_path / "draft.docx"
    docx_files.write_draft(path)
    assert read_docx(path) == Record(docx_files.DRAFT_TEXT, "docx", metadata={"title": "Draft minutes"})


BOX = "<w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent>"
RUN = "<w:p><w:r>{}</w:r></w:p>"
BODIES = [
    ("<w:p><w:r><w:t>ap</w:t></w:r><w:r><w:t>proved  it</w:t></w:r></w:p>", "approved  it", "runs"),
    (RUN.format("<w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:cr/><w:t>d</w:t>"), "a\tb\nc\nd", "signs"),
    (RUN.format("<w:t>2018</w:t><w:noBreakHyphen/><w:t>22</w:t><w:softHyphen/><w:t>x</w:t>"), "2018-22x", "hyphens"),
    (RUN.format("<w:sym w:font='Symbol' w:char='F0B7'/><w:t> a</w:t>"), "• a", "a symbol"),
    (RUN.format("<w:t>Â£5</w:t>"), "£5", "mojibake"),
    (p("a") + p(" ") + p("") + p("b"), "a\n\nb", "empty paragraphs are one gap"),
    ("<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>",
     "new", "tracked changes"),
    ("<w:p><w:moveFrom><w:r><w:t>there</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>here</w:t></w:r></w:moveTo></w:p>",
     "here", "tracked moves"),
    (f"<w:ins>{p('a')}</w:ins><w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{p('b')}</w:sdtContent></w:sdt>",
     "a\n\nb", "whole paragraphs inserted and in a content control"),
    ("<w:p><w:sdt><w:sdtContent><w:r><w:t>Cab</w:t></w:r></w:sdtContent></w:sdt><w:hyperlink><w:r><w:t>inet</w:t></w:r>"
     "</w:hyperlink><w:fldSimple w:instr='PAGE'><w:r><w:t>7</w:t></w:r></w:fldSimple></w:p>",
     "Cabinet7", "content control, link and field inside a line"),
    ("<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>"
     "<w:r><w:t>9 May</w:t></w:r></w:p>", "9 May", "a field's result, not its code"),
    ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
     "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>shown</w:t></w:r></w:p>", "shown", "hidden text"),
    ("<w:p><w:r><w:t>a</w:t><w:footnoteReference w:id='1'/></w:r><w:commentRangeStart w:id='0'/></w:p>", "a", "notes"),
    (f"<w:p><w:r><w:t>a</w:t><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing></mc:Choice>"
     f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent><w:t>b</w:t></w:r></w:p>",
     "ab\n\nboxed", "a text box once, after its paragraph"),
    (f"<w:p><w:r><w:pict><v:textbox>{BOX}</v:textbox></w:pict></w:r></w:p>", "boxed", "a text box of old Word"),
    (f"<w:tbl><w:tr><w:tc>{p('7.')}</w:tc><w:tc>{p('Budget')}{p('Noted.')}</w:tc></w:tr></w:tbl>",
     "7. Budget\n\nNoted.", "a number leads into its cell"),
    (f"<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>{p('Action')}{p('Owner')}</w:tc>"
     f"<w:tc>{p('By')}</w:tc></w:tr></w:tbl>", "Action Owner | By", "two merged cells, so two paragraphs in one"),
    (f"<w:tbl><w:tr><w:tc>{p('3')}</w:tc><w:tc>{p('Review')}{p('Elm House')}</w:tc><w:tc>{p('May')}</w:tc></w:tr>"
     "</w:tbl>", "3 | Review Elm House | May", "a number that opens a row of data"),
    (f"<w:tbl><w:tr><w:tc>{p('Resolved:')}{p('(a) x')}</w:tc><w:tc>{p('Ida')}</w:tc></w:tr></w:tbl>",
     "Resolved:\n\n(a) x\nIda", "a list keeps its lines"),
    (f"<w:tbl><w:tr><w:tc>{p('a')}{p('b')}{p('c')}</w:tc><w:tc>{p('Ida')}</w:tc></w:tr></w:tbl>",
     "a\n\nb\n\nc\nIda", "a cell of many paragraphs is a text of its own"),
    (f"<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>{p('a')}</w:tc><w:tc>{p('b')}</w:tc></w:tr></w:tbl>{p('')}</w:tc>"
     f"<w:tc>{p('c')}</w:tc></w:tr></w:tbl>", "a | b | c", "a table in a table"),
    (f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{p('old')}</w:tc></w:tr><w:sdt><w:sdtContent><w:tr><w:tc>{p('x')}</w:tc>"
     f"</w:tr></w:sdtContent></w:sdt></w:tbl>", "x", "a deleted row, and one in a content control"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "text", "reason"), BODIES)
def test_body(body: str, text: str, reason: str, tmp_path: Path) -> None:
    assert text_of(tmp_path, body) == text, reason


CLAUSES = [level(0, "decimal", "%1."), level(1, "lowerLetter", "(%2)"), level(2, "lowerRoman", "(%3)")]
LEGAL = [level(0, "upperRoman", "Part %1"), level(1, "decimal", "%1.%2", extra="<w:isLgl/>")]
AGAIN = (
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
)
NUMBERS = [
    (lists(*CLAUSES), [("1", 0), ("1", 1), ("1", 1), ("1", 2), ("1", 0), ("1", 1)],
     "1. x|(a) x|(b) x|(i) x|2. x|(a) x", "a deeper level starts again"),
    (lists(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2")), [("1", 0), ("1", 1), ("1", 1)],
     "1. x|1.1 x|1.2 x", "a number made of two levels"),
    (lists(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2")), [("1", 1)], "1.1 x", "no level above"),
    (lists(*LEGAL), [("1", 0), ("1", 1)], "Part I x|1.1 x", "legal numbering writes figures"),
    (lists(level(0, "upperLetter", "%1)", start=3)), [("1", 0), ("1", 0)], "C) x|D) x", "a start value"),
    (lists(level(0, "decimalZero", "%1"), level(1, "bullet", "\uf0b7")), [("1", 0), ("1", 1)], "01 x|- x", "signs"),
    (lists(level(0, "none", "")), [("1", 0)], "x", "a list without numbers"),
    (lists(level(0, "decimal", "%1.")), [("1", 0), ("0", 0), ("9", 0), ("1", 4)],
     "1. x|x|x|x", "no list, no such list, no such level"),
    (lists(*CLAUSES, more=AGAIN), [("1", 0), ("2", 0), ("2", 0), ("1", 0)],
     "1. x|5. x|6. x|7. x", "a second use starts over, then both count on"),
    (lists(level(0, "decimal", "%1."), level(1, "decimal", "%2.", extra='<w:lvlRestart w:val="0"/>')),
     [("1", 0), ("1", 1), ("1", 0), ("1", 1)], "1. x|1. x|2. x|2. x", "a level that never starts again"),
]  # fmt: skip


@pytest.mark.parametrize(("numbering", "paragraphs", "text", "reason"), NUMBERS)
def test_numbers(numbering: str, paragraphs: list[tuple[str, int]], text: str, reason: str, tmp_path: Path) -> None:
    body = "".join(p("x", list_, depth) for list_, depth in paragraphs)
    lines = text_of(tmp_path, body, numbering=numbering).split("\n")
    assert "|".join(line for line in lines if line) == text, reason


def style(id_: str, properties: str = "", based_on: str = "") -> str:
    based = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return f'<w:style w:styleId="{id_}">{based}<w:pPr>{properties}</w:pPr></w:style>'


def test_numbers_of_styles(tmp_path: Path) -> None:
    """A style brings its list, also to those based on it; a level can name its style; a paragraph's own list wins."""
    numbering = lists(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2", extra='<w:pStyle w:val="Sub"/>'))
    in_list = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    styles = (
        style("Item", in_list) + style("Bold", based_on="Item") + style("Sub", in_list) + style("Ring", based_on="Ring")
    )
    body = (
        p("a", style="Item")
        + p("b", style="Sub")
        + p("c", style="Bold")
        + p("d", "0", style="Item")
        + p("e", style="Ring")
    )
    assert text_of(tmp_path, body, numbering=numbering, styles=styles) == "1. a\n1.1 b\n2. c\n\nd\n\ne"


def test_list_defined_by_a_style(tmp_path: Path) -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="Ours"/></w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="1"><w:styleLink w:val="Ours"/>{level(0, "decimal", "%1)")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num>'
    )
    assert text_of(tmp_path, p("a", "1") + p("b", "2"), numbering=numbering) == "1) a\n\nb"


def test_other_name_of_the_main_part(tmp_path: Path) -> None:
    assert text_of(tmp_path, p("a"), document="word/document2.xml") == "a"


def test_strict_dialect(tmp_path: Path) -> None:
    path = tmp_path / "strict.docx"
    docx_files.write(tmp_path / "usual.docx", p("a"))
    with zipfile.ZipFile(tmp_path / "usual.docx") as usual, zipfile.ZipFile(path, "w") as strict:
        for name in usual.namelist():
            text = usual.read(name).replace(
                b"schemas.openxmlformats.org/wordprocessingml/2006", b"purl.oclc.org/ooxml/wordprocessingml"
            )
            strict.writestr(name, text)
    assert read_docx(path).text == "a"


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", docx_files.TYPES)
        with archive.open("word/document.xml", "w") as part:
            for _ in range(101):
                part.write(bytes(2**20))


def laughs(path: Path) -> None:
    docx_files.write(tmp := path.with_suffix(".zip"), p("a"))
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    body = "<w:body><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:body>"
    source = f'<!DOCTYPE d [<!ENTITY e0 "ha">{entities}]><w:document {docx_files.W}>{body}</w:document>'
    with zipfile.ZipFile(tmp) as usual, zipfile.ZipFile(path, "w") as archive:
        for name in usual.namelist():
            archive.writestr(name, source if name == "word/document.xml" else usual.read(name))


def cut(path: Path) -> None:
    docx_files.write_draft(path)
    path.write_bytes(path.read_bytes()[:9000])


def spoilt(path: Path) -> None:
    docx_files.write(path, p("a" * 1000))
    data = bytearray(path.read_bytes())
    start = data.index(b"word/document.xml") + 30
    data[start : start + 20] = bytes(20)
    path.write_bytes(data)


def broken_xml(path: Path) -> None:
    docx_files.write(path, "<w:p>")


def no_body(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", docx_files.TYPES)


def ole(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))


def blank(path: Path) -> None:
    docx_files.write(path, p(" ") + p(""))


@pytest.mark.parametrize(
    ("write", "cause"),
    [
        (ole, Errors.E140.cause),
        (bomb, Errors.E142.cause.format(size=101, limit=100)),
        (cut, Errors.E141.cause.format(error="File is not a zip file")),
        (no_body, Errors.E141.cause.format(error="there is no text part in it")),
        (blank, Errors.E108.cause),
    ],
)
def test_failures(write, cause: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.docx"
    write(path)
    with pytest.raises(ReadFailure) as caught:
        list(read(path, Limits()))
    assert (caught.value.cause, caught.value.reader) == (cause, "docx")


@pytest.mark.parametrize("write", [spoilt, broken_xml, laughs])
def test_broken_part(write, tmp_path: Path) -> None:
    path = tmp_path / "bad.docx"
    write(path)
    with pytest.raises(ReadFailure, match="it is broken or no Word document"):
        list(read(path, Limits()))
