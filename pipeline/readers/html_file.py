"""Web pages, read as a person copies them: what stands on the screen about the meeting, in its order."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from pipeline.errors import Errors
from pipeline.readers.characters import decode, mend
from pipeline.readers.html_noise import Page, length
from pipeline.readers.lines import Lines
from pipeline.readers.numbering import number
from pipeline.readers.record import Limits, Record, failure

CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w-]{1,40})")
SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(\S+)")  # which browsers write into pages they save
HEAD = 8192
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # which the tree takes from a page but not from us
BLANK = re.compile(r"[ \t\r\n\f]+")  # not U+00A0
BLANKS = re.compile(" {2,}")
ICON = re.compile(r"(?:pdf|word|excel|powerpoint|rtf|doc\w{0,5}|file) icon", re.IGNORECASE)
LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([a-z-]+)", re.IGNORECASE)
# Line ends around a block.
APART = "p h1 h2 h3 h4 h5 h6 blockquote pre ul ol dl table hr figure fieldset"
CLOSE = "div section article main header form address center caption figcaption details summary legend li tr dt dd"
GAPS = dict.fromkeys(APART.split(), 2) | dict.fromkeys(CLOSE.split(), 1)
STYLES = {"a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
LATIN = {"lower-latin": "lower-alpha", "upper-latin": "upper-alpha"}


class _List:
    """A list being read: how its items are marked, and the number of the next."""

    def __init__(self, element: Any):
        style = LIST_STYLE.search(element.get("style") or "")
        default = "disc" if element.tag == "ul" else STYLES.get(element.get("type") or "", "decimal")
        self.style = style[1].lower() if style else default
        self.style = LATIN.get(self.style, self.style)
        self.step = -1 if element.get("reversed") is not None else 1
        self.next = _integer(element.get("start"), len(element.findall("li")) if self.step < 0 else 1)

    def marker(self, item: Any) -> str:
        value = _integer(item.get("value"), self.next)
        self.next = value + self.step
        if self.style == "none":
            return ""
        if self.style.endswith("decimal"):
            return f"{value}. "
        if self.style.endswith(("alpha", "roman")):
            return f"({number(value, self.style)}) "
        return "- "


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return default


class _Walk:
    """One pass over the elements of a page, writing lines.

    lines (list[Lines]): Where to write, innermost table cell last.
    rows (list[list[Lines]]): Finished cells of each open table row.
    """

    def __init__(self) -> None:
        self.lines = [Lines()]
        self.rows: list[list[Lines]] = []
        self.lists: list[_List] = []
        self.verbatim = 0

    def run(self, root: Any) -> str:
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                self.start(element)
                self.write(element.text)
            else:
                self.end(element)
                if element is not root:
                    self.write(element.tail)
        return BLANKS.sub(" ", self.lines[0].text())

    def write(self, text: str | None) -> None:
        if not text:
            return
        if not self.verbatim:
            self.lines[-1].add(BLANK.sub(" ", text))
            return
        first, *others = text.replace("\r\n", "\n").split("\n")
        self.lines[-1].add(first)
        for line in others:
            self.lines[-1].break_()
            self.lines[-1].add(line)

    def start(self, element: Any) -> None:
        tag, out = element.tag, self.lines[-1]
        if tag == "br":
            out.break_()
        elif tag == "img":
            if ICON.fullmatch(alt := (element.get("alt") or "").strip()):
                out.add(f" {alt} ")
        elif tag in ("td", "th", "dt"):
            self.lines.append(Lines())
        elif tag in GAPS:
            out.end(self._gap(tag))
        if tag in ("ul", "ol"):
            self.lists.append(_List(element))
        elif tag == "li":
            out.mark(self.lists[-1].marker(element) if self.lists else "- ")
        elif tag == "tr":
            self.rows.append([])
        elif tag == "pre":
            self.verbatim += 1

    def end(self, element: Any) -> None:
        tag = element.tag
        if tag in ("td", "th", "dt"):
            inner = self.lines.pop()
            inner.end()
            self._take(element, inner)
        elif tag == "tr":
            self.lines[-1].row(self.rows.pop())
        elif tag in GAPS:
            if tag in ("ul", "ol"):
                self.lists.pop()
            self.lines[-1].end(self._gap(tag))
        if tag == "li":
            self.lines[-1].unmark()
        elif tag == "pre":
            self.verbatim -= 1

    def _take(self, element: Any, inner: Lines) -> None:
        """Put a finished cell into its row, and a term that ends in a colon before its definition."""
        following = element.getnext()
        if element.tag != "dt" and self.rows:
            self.rows[-1].append(inner)
        elif len(inner.lines) == 1 and inner.lines[0][1].endswith(":") and following is not None and length(following):
            self.lines[-1].end()
            self.lines[-1].mark(inner.lines[0][1] + " ")
        else:
            self.lines[-1].end()
            self.lines[-1].extend(inner.lines)

    def _gap(self, tag: str) -> int:
        """A list inside a list keeps close to its item."""
        return 1 if tag in ("ul", "ol") and self.lists else GAPS[tag]


def read(path: Path, limits: Limits) -> Iterator[Record]:
    """The meeting on the page in path.

    RAISES (ReadFailure): If no text is left.
    """
    data = path.read_bytes()
    declared = CHARSET.search(data[:HEAD])
    source, encoding = decode(data, declared[1].decode("ascii") if declared else "")
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(CONTROL.sub(" ", source).encode("utf-8"), parser)
    except etree.XMLSyntaxError as err:
        raise failure(Errors.E120, "html") from err
    body = None if root is None else root.find("body")
    if body is None:
        raise failure(Errors.E120, "html")
    if any(error.level == etree.ErrorLevels.FATAL for error in parser.error_log):
        raise failure(Errors.E121, "html")  # the parser stops there, and the rest of the page would be lost
    metadata = _metadata(root, source)
    text = mend(_Walk().run(Page(body).clean()))
    if not text:
        raise failure(Errors.E120, "html")
    yield Record(text, "html", encoding=encoding, metadata=metadata)


def _metadata(root: Any, source: str) -> dict[str, str]:
    """title and url, as far as the page gives them."""
    title = root.find("head/title")
    canonical = root.find("head/link[@rel='canonical']")
    saved = SAVED_FROM.search(source[:HEAD])
    found = {
        "title": " ".join("".join(title.itertext()).split()) if title is not None else "",
        "url": (canonical.get("href") or "") if canonical is not None else saved[1] if saved else "",
    }
    return {key: value for key, value in found.items() if value}
