"""Word documents: the text with all tracked changes accepted and all numbers written out, without heads and feet."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from posixpath import join, normpath
from typing import Any

from lxml import etree

from pipeline.errors import Errors
from pipeline.readers.characters import mend
from pipeline.readers.docx_numbering import Numbering, W, value
from pipeline.readers.lines import Lines
from pipeline.readers.record import MEGABYTE, Limits, Record, failure

STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"  # the same elements in a stricter dialect
TRANSITIONAL = W[1:-1].encode("ascii")
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
SYMBOLS = {"F0B7": "•", "F0A7": "▪", "F02D": "-", "F0FC": "✓"}
GONE = frozenset(W + name for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "instrText", "delText"))
SIGNS = {
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
}


class _Package:
    """The parts of a document that hold text.

    Read here and not with python-docx, which unpacks every picture, refuses the strict dialect and fails on a link to a
    part that is not there.
    """

    def __init__(self, archive: zipfile.ZipFile):
        self._archive = archive
        self._parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
        links = self._targets("_rels/.rels", "")
        main = links.get("officeDocument", "")
        folder, _, name = main.rpartition("/")
        targets = self._targets(f"{folder}/_rels/{name}.rels", folder)
        self.document = self.part(main)
        self.numbering = self.part(targets.get("numbering"))
        self.styles = self.part(targets.get("styles"))
        self.properties = self.part(links.get("core-properties"))

    def part(self, name: str | None) -> Any:
        """The root of a part; None if there is no such part."""
        if name not in self._archive.namelist():
            return None
        return etree.fromstring(self._archive.read(name or "").replace(STRICT, TRANSITIONAL), self._parser)

    def _targets(self, name: str, folder: str) -> dict[str, str]:
        """Kind of part to its name, from a list of relationships."""
        root = self.part(name)
        return {
            link.get("Type", "").rpartition("/")[2]: normpath(join("/", folder, link.get("Target", ""))).lstrip("/")
            for link in (root.iter(RELATIONSHIP) if root is not None else ())
        }


class _Walk:
    """One pass over the body, writing lines.

    numbering (Numbering): Gives each paragraph its number.
    """

    def __init__(self, numbering: Numbering):
        self.numbering = numbering

    def blocks(self, parent: Any, out: Lines) -> None:
        """Paragraphs and tables, also those inside content controls and tracked insertions."""
        for element in parent:
            if element.tag == W + "p":
                self.paragraph(element, out)
            elif element.tag == W + "tbl":
                self.table(element, out)
            elif element.tag == ALTERNATIVES:
                self.blocks(element[:1], out)
            elif element.tag not in GONE:
                self.blocks(element, out)

    def paragraph(self, element: Any, out: Lines) -> None:
        marker = self.numbering.marker(element.find(W + "pPr"))
        boxes: list[Any] = []
        text = "".join(self.inline(element, boxes))
        gap = 1 if marker else 2
        out.end(gap)
        if text.strip():
            out.mark(marker)
            for number, line in enumerate(text.split("\n")):
                if number:
                    out.end()
                out.add(line)
        out.end(gap)
        for box in boxes:
            self.blocks(box, out)

    def inline(self, parent: Any, boxes: list[Any]) -> Iterator[str]:
        """The text of a paragraph; text boxes that hang on it are put aside."""
        for element in parent:
            tag = element.tag
            if tag == W + "t":
                yield element.text or ""
            elif tag in SIGNS:
                yield SIGNS[tag]
            elif tag == W + "sym":
                yield SYMBOLS.get((element.get(W + "char") or "").upper(), "")
            elif tag == W + "txbxContent":
                boxes.append(element)
            elif tag == ALTERNATIVES:
                yield from self.inline(element[:1], boxes)  # the first choice; the others say the same
            elif tag == W + "r" and _is_on(element, f"{W}rPr/{W}vanish"):
                continue
            elif tag not in GONE:
                yield from self.inline(element, boxes)

    def table(self, element: Any, out: Lines) -> None:
        out.end(2)
        for row in element.iter(W + "tr"):
            if row.find(f"{W}trPr/{W}del") is None and next(row.iterancestors(W + "tbl")) is element:
                out.row([self.cell(cell) for cell in row.iter(W + "tc") if next(cell.iterancestors(W + "tr")) is row])
        out.end(2)

    def cell(self, element: Any) -> Lines:
        inner = Lines()
        self.blocks(element, inner)
        inner.end()
        return inner


def _is_on(element: Any, path: str) -> bool:
    return value(element, path) not in (None, "0", "false", "off")


def read(path: Path, limits: Limits) -> Iterator[Record]:
    """The text of the document in path.

    RAISES (ReadFailure): For a file that is no whole document, or that unpacks to more than the limit.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(part.file_size for part in archive.infolist()) // MEGABYTE
            if size > limits.megabytes:
                raise failure(Errors.E142, "docx", size=size, limit=limits.megabytes)
            package = _Package(archive)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, EOFError, RuntimeError, zlib.error) as err:
        raise failure(Errors.E141, "docx", error=err) from err
    body = None if package.document is None else package.document.find(W + "body")
    if body is None:
        raise failure(Errors.E141, "docx", error="there is no text part in it")
    out = Lines()
    _Walk(Numbering(package.numbering, package.styles)).blocks(body, out)
    title = None if package.properties is None else package.properties.findtext(TITLE)
    metadata = {"title": title.strip()} if title and title.strip() else {}
    yield Record(mend(out.text()), "docx", metadata=metadata)
