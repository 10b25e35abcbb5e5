"""PDF: lines by their place on the page, joined to paragraphs."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from pipeline.errors import Errors
from pipeline.readers.characters import mend
from pipeline.readers.pdf_lines import Line, page_lines, without_running
from pipeline.readers.pdf_paragraphs import join
from pipeline.readers.pdf_printed import printed
from pipeline.readers.record import Limits, Record, failure

END = b"%%EOF"
TAIL = 4096
WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD
LEAST = 10  # characters on a page that is more than a picture


def read(path: Path, limits: Limits) -> Iterator[Record]:
    """The text of the document in path.

    RAISES (ReadFailure): For a document that is locked, broken, cut short, a scan, or too long.
    """
    data = path.read_bytes()
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as err:
        raise failure(Errors.E130 if err.err_code == WRONG_PASSWORD else Errors.E131, "pdf") from err
    with document:
        if END not in data[-TAIL:]:
            raise failure(Errors.E132, "pdf")
        count = len(document)
        if count > limits.pages:
            raise failure(Errors.E134, "pdf", count=count, limit=limits.pages)
        pages = [_page(document, number) for number in range(1, count + 1)]
        metadata = {"pages": count, "title": document.get_metadata_value("Title").strip()}
    empty = [number for number, page in enumerate(pages, 1) if sum(len(line.text) for line in page) < LEAST]
    if len(empty) == count:
        raise failure(Errors.E133, "pdf", pages=count)
    text, starts = join(without_running(pages))
    metadata["pages_without_text"] = ", ".join(map(str, empty))
    yield Record(text, "pdf", metadata={key: value for key, value in metadata.items() if value}, pages=starts)


def _page(document: pypdfium2.PdfDocument, number: int) -> list[Line]:
    try:
        page = document[number - 1]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError as err:
        raise failure(Errors.E135, "pdf", page=number) from err
    lines = page_lines(text_page, number)
    text_page.close()
    page.close()
    lines = [line._replace(text=mended) for line in lines if (mended := mend(line.text).strip())]
    browser = printed(lines)
    return [line for line in lines if line not in browser]
