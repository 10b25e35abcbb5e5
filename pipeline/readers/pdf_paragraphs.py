"""Hard-wrapped lines back to paragraphs."""

import re
from collections import Counter
from itertools import pairwise

from pipeline.readers.pdf_columns import FEW, SAME, Columns
from pipeline.readers.pdf_lines import NARROW_GAP, Line

# What opens a line of its own: a bullet, a dash before a word, 1.  12)  (a)  iv.  2.3
BULLET = re.compile(r"[•·▪◦●■\uf0b7\uf0a7]")
MARKER = rf"{BULLET.pattern}|\(?(?:\d{{1,3}}|[A-Za-z]|[ivx]{{1,5}})[.)](?!\S)|\d{{1,3}}(?:\.\d{{1,3}}){{1,3}}\.?(?!\S)"
LIST_START = re.compile(rf"{MARKER}|[-–—] {{0,4}}(?=[^\W\d])")
BARE_MARKER = re.compile(MARKER)
CLOSED = (".", ":", ";", "!", "?", " and", " or")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
HANGING = 90.0  # deepest indent of a paragraph behind its number
LOOSE = 1.3  # times the usual distance of lines, from which on there is a gap
ROWS = 3.0  # line heights between two rows of a table
HYPHENATED = 0.04  # share of lines that end in a hyphen, from which on the program that made the PDF breaks words


class Layout:
    """What is usual in one document.

    columns (Columns): Where wrapped lines start and end.
    leading (float): Distance of lines, in line heights.
    """

    def __init__(self, lines: list[Line]):
        self.columns = Columns(lines)
        steps = [
            (above.base - below.base) / above.height
            for above, below in pairwise(lines)
            if above.page == below.page and 0 < above.base - below.base < 3 * above.height
        ]
        self.leading = sorted(steps)[len(steps) // 4] if steps else 1.2  # a quarter of all lines at least is wrapped
        self.words = Counter(word.lower() for line in lines for word in WORD.findall(line.text))
        self.breaks_words = sum(line.hyphen for line in lines) > max(FEW, HYPHENATED * len(lines))

    def is_full(self, line: Line, below: Line) -> bool:
        """The first word of the line below would not have fitted any more."""
        blank = line.height * 0.2
        return line.hyphen or line.right + blank + below.word > self.columns.margin(line) - 1

    def is_gap(self, above: Line, below: Line) -> bool:
        """More room than usual lies between two lines, or they do not follow each other downwards."""
        step = above.base - below.base
        return step < 0 or step > LOOSE * self.leading * (above.height + below.height) / 2

    def is_beside(self, left: Line, right: Line) -> bool:
        """They stand at one height of the page, such as the cells of a table."""
        return left.page == right.page and abs(left.base - right.base) < 0.3 * right.height

    def is_new_column(self, last: Line, line: Line) -> bool:
        """The text goes on at the top of the next column or page."""
        return last.page != line.page or (self.columns.key(last) != self.columns.key(line) and line.base > last.base)

    def joint(self, above: str, below: str) -> str:
        """What stands between two halves of a word that a hyphen at the line end parts: nothing or the hyphen.

        Words seen elsewhere in the document decide. Without them the hyphen is taken as real, because Word breaks lines
        at the hyphens of "multi-agency" and does not break words; unless hyphens at line ends are so many that this
        document's program does.
        """
        first, second = WORD.findall(above[-40:]), WORD.match(below[:40])
        if not first or second is None or not second[0][0].islower():
            return "-"
        head, tail = first[-1].lower(), second[0].lower()
        if self.words[f"{head}-{tail}"]:
            return "-"
        return "" if self.words[head + tail] or self.breaks_words else "-"


class _Paragraph:
    """A paragraph being put together.

    body (float | None): Left edge of its second line and those after it, from where its column starts.
    is_row (bool): It is a row of a table, which has no second line.
    """

    def __init__(self, line: Line):
        self.first = self.last = line
        self.body: float | None = None
        self.is_row = "\t" in line.text

    def takes(self, line: Line, layout: Layout) -> bool:
        """Whether line goes on with it."""
        last = self.last
        if layout.is_beside(last, line):
            return line.left >= last.right - SAME
        if self.is_row or "\t" in line.text:
            return False
        if layout.is_new_column(last, line):
            if last.text.endswith(CLOSED) and not line.text[0].islower():
                return False
        elif layout.is_gap(last, line):
            return False
        if last.hyphen:
            return True
        if BARE_MARKER.fullmatch(last.text) and last is self.first:
            return last.page == line.page
        if not layout.is_full(last, line) or abs(last.height - line.height) > 0.15 * last.height:
            return False
        if (self.first.bold and last.all_bold and not line.bold) or (last.text.isupper() and not line.text.isupper()):
            return False  # a heading
        return self._is_aligned(line, layout) and not self._starts_list(line)

    def _is_aligned(self, line: Line, layout: Layout) -> bool:
        left = line.left - layout.columns.start(line)
        if self.body is not None:
            return abs(left - self.body) <= SAME
        indent = left - (self.first.left - layout.columns.start(self.first))
        return indent <= SAME or (indent < HANGING and bool(LIST_START.match(self.first.text)))

    def _starts_list(self, line: Line) -> bool:
        """Whether line opens an item; not so in the middle of a sentence, "see paragraph / 2.3 of the report"."""
        if not LIST_START.match(line.text):
            return False
        if BULLET.match(line.text) or self.last.text.endswith(CLOSED):
            return True
        return self.body is None and bool(LIST_START.match(self.first.text))

    def add(self, line: Line, layout: Layout) -> str:
        """Take line, and return what stands before it."""
        last, self.last = self.last, line
        if layout.is_beside(last, line):
            is_number = last is self.first and BARE_MARKER.fullmatch(last.text)
            is_cell = not is_number and line.left - last.right > NARROW_GAP * line.height
            self.is_row = self.is_row or is_cell or "\t" in line.text
            return "\t" if is_cell else layout.joint(last.text, line.text) if last.hyphen else " "
        if self.body is None:
            self.body = line.left - layout.columns.start(line)
        return layout.joint(last.text, line.text) if last.hyphen else " "


def join(pages: list[list[Line]]) -> tuple[str, list[tuple[int, int]]]:
    """The text of all pages, and the offset at which each page starts.

    Between paragraphs stands a blank line where the page leaves room, else a line end.
    """
    lines = [line for page in pages for line in page]
    layout = Layout(lines)
    text: list[str] = []
    offset = 0
    starts: dict[int, int] = {}
    paragraph: _Paragraph | None = None
    for line in lines:
        between = ""
        if paragraph is not None and paragraph.takes(line, layout):
            between = paragraph.add(line, layout)
        else:
            if paragraph is not None:
                between = "\n" if _is_close(paragraph, line, layout) else "\n\n"
            paragraph = _Paragraph(line)
        offset += len(between)
        starts.setdefault(line.page, offset)
        text += [between, line.text]
        offset += len(line.text)
    return "".join(text), [(start, page) for page, start in starts.items()]


def _is_close(above: _Paragraph, below: Line, layout: Layout) -> bool:
    last = above.last
    if above.is_row and "\t" in below.text and last.page == below.page:
        return 0 < last.base - below.base < ROWS * below.height
    return last.page == below.page and not layout.is_gap(last, below)
