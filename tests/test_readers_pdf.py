"""PDF: paragraphs out of lines, without running heads; and every way in which a PDF can fail."""

from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from pipeline.errors import Errors, Message
from pipeline.readers import Limits, ReadFailure, Record, read
from tests.fixtures import pdf_files
from tests.fixtures.pdf_files import block


def read_pdf(path: Path) -> Record:
    (record,) = read(path, Limits())
    assert isinstance(record, Record)
    return record


def test_minutes(tmp_path: Path) -> None:
    path = tmp_path / "minutes.pdf"
    pdf_files.write_minutes(path)
    assert read_pdf(path).text == pdf_files.TEXT


# Lines as wide as the page allows, so that it shows where the margin is.
WRAPPED = (
    "The Board considered a report on the homes that the county will need in the",
    "next three years, and asked that the figures be brought up to date, since they",
    "were drawn from a return that is two years old and that nobody had checked in",
    "the meantime.",
)
BALLAST = " ".join(WRAPPED)


def text_of(tmp_path: Path, *pages: list[tuple[float, float, str]]) -> str:
    """The text of pages of lines, below a paragraph that sets the margin on the first."""
    path = tmp_path / "lines.pdf"
    first, *others = pages
    pdf_files.write_lines(path, [block(*WRAPPED, top=60) + first, *others])
    text = read_pdf(path).text
    assert text.startswith(BALLAST + "\n\n")
    return text.removeprefix(BALLAST + "\n\n")


PARAGRAPHS = [
    (
        ("That the strategy be approved and that the Head of Placements report back to", "the Board."),
        "That the strategy be approved and that the Head of Placements report back to the Board.",
        "a line without room for the next word goes on",
    ),
    (
        ("Councillor Ida Marsh", "Councillor Tomas Quill"),
        "Councillor Ida Marsh\nCouncillor Tomas Quill",
        "lines with room are a list",
    ),
    (
        ("**Members considered the report on the homes that the county needs by 2024", "They asked for it."),
        "Members considered the report on the homes that the county needs by 2024\nThey asked for it.",
        "a bold line is a heading however long",
    ),
    (
        ("REPORT OF THE HEAD OF PLACEMENTS AND COMMISSIONING ON THE HOMES", "Councillors asked for it."),
        "REPORT OF THE HEAD OF PLACEMENTS AND COMMISSIONING ON THE HOMES\nCouncillors asked for it.",
        "so is a line in capitals",
    ),
    (
        ("1. That the strategy be approved and that the Head of Placements report back;", "2. That it be noted."),
        "1. That the strategy be approved and that the Head of Placements report back;\n2. That it be noted.",
        "the next number starts a line",
    ),
    (
        ("The strategy goes back to the talks with partners that are set out in paragraph", "2.3 of the report."),
        "The strategy goes back to the talks with partners that are set out in paragraph 2.3 of the report.",
        "a figure in the middle of a sentence does not",
    ),
    (
        ("Members approved the Sufficiency Strategy of the county and its partners 2018", "– 2022 as it stood."),
        "Members approved the Sufficiency Strategy of the county and its partners 2018 – 2022 as it stood.",
        "a dash before a figure is no bullet",
    ),
    (
        ("Members heard that the homes in Eastgate and in Marsh Lane will open in June.", "– Rents were raised."),
        "Members heard that the homes in Eastgate and in Marsh Lane will open in June.\n– Rents were raised.",
        "a dash before a word is one",
    ),
]


@pytest.mark.parametrize(("lines", "text", "reason"), PARAGRAPHS)
def test_paragraphs(lines: tuple[str, ...], text: str, reason: str, tmp_path: Path) -> None:
    assert text_of(tmp_path, block(*lines, top=200)) == text, reason


HYPHENS = [
    ("It is a multi-", "agency team.", "It is a multi-agency team.", "Word breaks lines at real hyphens only"),
    ("The Board met in Mid-", "Sussex again.", "The Board met in Mid-Sussex again.", "a name"),
    ("The plan covers 2018-", "2022 in full.", "The plan covers 2018-\n2022 in full.", "figures: not a broken word"),
    ("The re-", "turn was checked.", "The return was checked.", "`return` stands elsewhere on the page"),
]  # fmt: skip


@pytest.mark.parametrize(("above", "below", "text", "reason"), HYPHENS)
def test_hyphen_at_the_end_of_a_line(above: str, below: str, text: str, reason: str, tmp_path: Path) -> None:
    assert text_of(tmp_path, block(above, below, top=200)) == text, reason


def test_hyphens_of_a_program_that_breaks_words(tmp_path: Path) -> None:
    lines = ("com-", "missioning a stra-", "tegy for foster-", "ing and resi-", "dential care")
    assert text_of(tmp_path, block(*lines, top=200)) == "commissioning a strategy for fostering and residential care"


def test_indents(tmp_path: Path) -> None:
    """A hanging indent goes on, a first line set in begins a paragraph, and so does a gap."""
    hanging = [
        (72.0, 200.0, "(a)"),
        (100.0, 200.0, "That the strategy be approved and that the Head of Placements report to"),
        (100.0, 214.0, "the Board in a year and in every year after that; and that all figures be"),
        (100.0, 228.0, "checked."),
    ]
    set_in = [
        (100.0, 242.0, "Members thanked her for the work that had gone into the strategy and the"),
        (72.0, 256.0, "figures."),
        (72.0, 290.0, "The Chair closed the meeting."),
    ]
    assert text_of(tmp_path, hanging + set_in) == (
        "(a) That the strategy be approved and that the Head of Placements report to the Board in a year and in every "
        "year after that; and that all figures be checked.\n"
        "Members thanked her for the work that had gone into the strategy and the figures.\n\n"
        "The Chair closed the meeting."
    )  # fmt: skip


def test_columns_and_cells(tmp_path: Path) -> None:
    page = [
        (72.0, 200.0, "4."),
        (108.0, 200.0, "Minutes of the last meeting"),
        (72.0, 214.0, "Present:"),
        (300.0, 214.0, "Apologies:"),
        *block("The left column", "has two lines.", left=72, top=300),
        *block("The right column", "has two as well.", left=320, top=300),
    ]
    assert text_of(tmp_path, page) == (
        "4. Minutes of the last meeting\nPresent:\tApologies:\n\n"
        "The left column\nhas two lines.\n\nThe right column\nhas two as well."
    )  # fmt: skip


TABLES = [
    (
        [("Name", "Role", "Present"), ("Cllr Ada Moor", "Chair", "Yes"), ("Sam Teal", "Head", "")],
        "Name\tRole\tPresent\nCllr Ada Moor\tChair\tYes\nSam Teal\tHead",
        "a short word that opens a row is no number",
    ),
    (
        [("Measure", "2021/22", "2022/23"), ("Placed out of area", "54%", "51%")],
        "Measure\t2021/22\t2022/23\nPlaced out of area\t54%\t51%",
        "figures",
    ),
    ([("7.", "Budget", "Noted"), ("12", "54", "60")], "7. Budget\tNoted\n12\t54\t60", "a number, and figures"),
]


@pytest.mark.parametrize(("rows", "text", "reason"), TABLES)
def test_tables(rows: list[tuple[str, ...]], text: str, reason: str, tmp_path: Path) -> None:
    """Each row on a line, a tab between two cells, although the longest cell nearly touches the next."""
    widths = [max(stringWidth(row[column], "Helvetica", 12) + 12 for row in rows) for column in range(3)]
    page = [
        (72 + sum(widths[:column]), 200.0 + 20 * number, cell)
        for number, row in enumerate(rows)
        for column, cell in enumerate(row)
        if cell
    ]
    assert text_of(tmp_path, page) == text, reason


def test_stretched_line_has_no_cells(tmp_path: Path) -> None:
    path = tmp_path / "stretched.pdf"
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setFont("Helvetica", 12)
    canvas.drawString(72, 700, "Members heard of commissioning", wordSpace=20)
    canvas.drawString(72, 686, "Residential accommodation", wordSpace=60)
    canvas.save()
    assert "\t" not in read_pdf(path).text


COLUMN = (
    "4.{} The Board considered a report on",
    "the homes that the county will need in",
    "the next three years, and asked that",
    "the figures be brought up to date, for",
    "they were old.",
)


def test_two_columns(tmp_path: Path) -> None:
    """Lines are full that fill their column, and a paragraph goes on at the top of the next one."""
    path = tmp_path / "columns.pdf"
    lines = [line.format(number) for number in range(1, 5) for line in COLUMN]
    title = (72.0, 60.0, "Minutes of the Corporate Parenting Board, 9 March 2022, at County Hall in Marshford")
    page = [title, *block(*lines[:12], left=72), *block(*lines[12:], left=320)]
    pdf_files.write_lines(path, [page, block(*WRAPPED), block(*(line.format(5) for line in COLUMN))])
    paragraphs = ["\n".join(" ".join(COLUMN).format(number) for number in numbers) for numbers in (range(1, 5), [5])]
    assert read_pdf(path).text == f"{title[2]}\n\n{paragraphs[0]}\n\n{BALLAST}\n\n{paragraphs[1]}"


def test_columns_of_names_are_lists(tmp_path: Path) -> None:
    path = tmp_path / "names.pdf"
    left, right = (
        [f"Councillor {name} (Chair of a {body})" for name in ("Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel")]
        for body in ("Committee", "Panel")
    )
    pdf_files.write_lines(path, [[*block(*left, left=72), *block(*right, left=320)]])
    assert read_pdf(path).text == "\n".join(left) + "\n\n" + "\n".join(right)


STAMP, ADDRESS = "25/01/2024, 09:14", "https://democracy.example/mgAi.aspx?ID=4411"
PRINTED = [
    ((STAMP, "Agenda item"), (ADDRESS, "1/2"), "Ash House.", "Chrome"),
    (("Agenda item", ADDRESS), ("1 of 2", "25/01/24 9:14 AM"), "Ash House.", "Firefox"),
    ((STAMP, "Agenda item"), ("", "1/2"), "Ash House.", "without its address"),
    (("", ""), (ADDRESS, ""), f"Ash House. {ADDRESS}", "an address alone"),
    ((STAMP, "County Hall"), ("", ""), f"{STAMP} County Hall Ash House.", "a time alone can be that of the meeting"),
    ((f"Meeting of {STAMP}", ""), ("", "7/12"), f"Meeting of {STAMP} Ash House. 7/12", "a sentence with a time"),
]


@pytest.mark.parametrize(("head", "foot", "left", "reason"), PRINTED)
def test_printed_by_a_browser(
    head: tuple[str, str], foot: tuple[str, str], left: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "printed.pdf"
    page = [(50, 20, head[0]), (320, 20, head[1]), (72, 100, "Ash House."), (50, 820, foot[0]), (400, 820, foot[1])]
    pdf_files.write_lines(path, [[line for line in page if line[2]]])
    assert " ".join(read_pdf(path).text.split()) == left, reason


def test_across_pages(tmp_path: Path) -> None:
    """A sentence goes on over the page; the offsets of pages point to what stands first on each."""
    path = tmp_path / "pages.pdf"
    pages = [
        block(*WRAPPED),
        block("Members approved the strategy and asked that the Head of Placements report to"),
        block("the Board in a year."),
        block("ANY OTHER BUSINESS", "None."),
    ]
    pdf_files.write_lines(path, pages)
    record = read_pdf(path)
    paragraph = "Members approved the strategy and asked that the Head of Placements report to the Board in a year."
    assert record.text == f"{BALLAST}\n\n{paragraph}\n\nANY OTHER BUSINESS\nNone."
    starts = [(record.text[start : start + 7], number) for start, number in record.pages]
    assert starts == [("The Boa", 1), ("Members", 2), ("the Boa", 3), ("ANY OTH", 4)]


RUNNING = [
    ("Page {page} of 4", "", "page numbers"),
    ("{page}", "", "bare numbers"),
    ("- {page} -", "", "bare numbers between dashes"),
    ("Cabinet, 3 March 2022", "Cabinet, 3 March 2022", "a head stays once"),
    ("Cabinet, page {page}", "Cabinet, page 1", "a head that counts"),
    (
        "Agenda item {page}0",
        "Agenda item 10 Agenda item 20 Agenda item 30 Agenda item 40",
        "other figures are no pages",
    ),
]


@pytest.mark.parametrize(("head", "left", "reason"), RUNNING)
def test_running_heads(head: str, left: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "heads.pdf"
    names = ("Ash", "Birch", "Cedar", "Dogwood")
    pages = [
        [
            (72, 40, head.format(page=number)),
            *block(f"{name} House.", f"{name} Court.", "RESOLVED:", top=90 + number * 20),
        ]
        for number, name in enumerate(names, 1)
    ]
    pdf_files.write_lines(path, pages)
    text = " ".join(read_pdf(path).text.split())
    for name in names:
        text = text.replace(f"{name} House. {name} Court. RESOLVED:", "")
    assert " ".join(text.split()) == left, reason


def test_running_feet(tmp_path: Path) -> None:
    path = tmp_path / "feet.pdf"
    foot = block("Democratic Services", "Town Hall, Marsh Lane", top=780)
    pages = [[*block(name, "RESOLVED:", "7"), *foot] for name in ("Ash", "Birch")]
    pdf_files.write_lines(path, [*pages, [*block("7", "RESOLVED:", "Cedar"), *foot]])
    assert read_pdf(path).text == "Ash\nRESOLVED:\n7\n\nBirch\nRESOLVED:\n7\n\n7\nRESOLVED:\nCedar"


def test_turned_page_and_stamp(tmp_path: Path) -> None:
    path = tmp_path / "turned.pdf"
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setPageRotation(90)
    canvas.rotate(90)
    for number, line in enumerate(WRAPPED):
        canvas.drawString(72, -100 - 14 * number, line)
    canvas.rotate(45)
    canvas.drawString(300, 0, "DRAFT")
    canvas.showPage()
    canvas.save()
    assert read_pdf(path).text == BALLAST


def test_page_without_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "some.pdf"
    pdf_files.write_lines(path, [block("Minutes of the Cabinet"), [], block("It was agreed to meet again.")])
    assert read_pdf(path).metadata == {"pages": 3, "title": "untitled", "pages_without_text": "2"}


def test_one_word(tmp_path: Path) -> None:
    path = tmp_path / "word.pdf"
    pdf_files.write_lines(path, [block("Postponed.")])
    assert read_pdf(path) == Record("Postponed.", "pdf", metadata={"pages": 1, "title": "untitled"}, pages=[(0, 1)])


def locked(path: Path) -> None:
    pdf_files.write_lines(path, [block("Secret")], password="word")


def cut_in_the_middle(path: Path) -> None:
    pdf_files.write_minutes(path)
    path.write_bytes(path.read_bytes()[:-700])


def cut_at_the_end(path: Path) -> None:
    pdf_files.write_minutes(path)
    path.write_bytes(path.read_bytes().removesuffix(b"%%EOF\n"))


def hollow(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\nnothing\n%%EOF")


def three_pages(path: Path) -> None:
    pdf_files.write_lines(path, [block("One page of text")] * 3)


@pytest.mark.parametrize(
    ("write", "message", "values"),
    [
        (locked, Errors.E130, {}),
        (cut_in_the_middle, Errors.E131, {}),
        (hollow, Errors.E131, {}),
        (cut_at_the_end, Errors.E132, {}),
        (pdf_files.write_scan, Errors.E133, {"pages": 2}),
        (three_pages, Errors.E134, {"count": 3, "limit": 2}),
    ],
)
def test_failures(write, message: Message, values: dict, tmp_path: Path) -> None:
    path = tmp_path / "bad.pdf"
    write(path)
    with pytest.raises(ReadFailure) as caught:
        list(read(path, Limits(pages=2)))
    found = caught.value
    assert (found.cause, found.next_step, found.reader) == (message.cause.format(**values), message.next_step, "pdf")
