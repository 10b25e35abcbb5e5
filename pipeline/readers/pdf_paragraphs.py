"""Hard-wrapped lines back to paragraphs."""

import re
from collections import Counter
from itertools import pairwise
from math import inf

from pipeline.readers.pdf_lines import Line

# What opens a line of its own: a bullet, a dash before a word, 1.  12)  (a)  iv.  2.3
BULLET = re.compile(r"[•·▪◦●■\uf0b7\uf0a7]")
MARKER = rf"{BULLET.pattern}|\(?(?:\d{{1,3}}|[A-Za-z]|[ivx]{{1,5}})[.)](?!\S)|\d{{1,3}}(?:\.\d{{1,3}}){{1,3}}\.?(?!\S)"
LIST_START = re.compile(rf"{MARKER}|[-–—] {{0,4}}(?=[^\W\d])")
BARE_MARKER = re.compile(MARKER)
CLOSED = (".", ":", ";", "!", "?", " and", " or")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
SAME = 4.0  # points by which two edges may differ and still be one
HANGING = 90.0  # deepest indent of a paragraph behind its number
LOOSE = 1.3  # times the usual distance of lines, from which on there is a gap
TAIL = 0.95  # share of the long lines that keep within the right margin
LONG = 40  # characters of a line that can be full
FEW = 3  # lines from which on a habit can be seen
HYPHENATED = 0.04  # share of lines that end in a hyphen, from which on the program that made the PDF breaks words


class Layout:
    """What is usual in one document.

    margin (float): Where wrapped lines end; infinite in a document that hardly has any.
    leading (float): Distance of lines, in line heights.
    """

    def __init__(self, lines: list[Line]):
        long = sorted(line.right for line in lines if len(line.text) >= LONG)
        margin = long[int((len(long) - 1) * TAIL)] if long else inf
        self.margin = margin if sum(right > margin * 0.9 for right in long) >= FEW else inf
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
        return line.hyphen or line.right + blank + below.word > self.margin - 1

    def is_gap(self, above: Line, below: Line) -> bool:
        """More room than usual lies between two lines, or they do not follow each other downwards."""
        step = above.base - below.base
        return step < 0 or step > LOOSE * self.leading * (above.height + below.height) / 2

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

    body (float | None): Left edge of its second line and those after it.
    """

    def __init__(self, line: Line):
        self.first = self.last = line
        self.body: float | None = None

    def takes(self, line: Line, layout: Layout) -> bool:
        """Whether line goes on with it."""
        last = self.last
        if last.page == line.page:
            if abs(last.base - line.base) < 0.3 * line.height:
                return line.left >= last.right - SAME
            if layout.is_gap(last, line):
                return False
        elif last.text.endswith(CLOSED) and not line.text[0].islower():
            return False
        if last.hyphen:
            return True
        if BARE_MARKER.fullmatch(last.text) and last is self.first:
            return last.page == line.page
        if not layout.is_full(last, line) or abs(last.height - line.height) > 0.15 * last.height:
            return False
        if (self.first.bold and last.all_bold and not line.bold) or (last.text.isupper() and not line.text.isupper()):
            return False  # a heading
        return self._is_aligned(line) and not self._starts_list(line)

    def _is_aligned(self, line: Line) -> bool:
        if self.body is not None:
            return abs(line.left - self.body) <= SAME
        indent = line.left - self.first.left
        return indent <= SAME or (indent < HANGING and bool(LIST_START.match(self.first.text)))

    def _starts_list(self, line: Line) -> bool:
        """Whether line opens an item; not so in the middle of a sentence, "see paragraph / 2.3 of the report"."""
        if not LIST_START.match(line.text):
            return False
        if BULLET.match(line.text) or self.last.text.endswith(CLOSED):
            return True
        return self.body is None and bool(LIST_START.match(self.first.text))

    def add(self, line: Line) -> None:
        if abs(self.last.base - line.base) > 0.3 * line.height and self.body is None:
            self.body = line.left
        self.last = line


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
            between = layout.joint(text[-1], line.text) if paragraph.last.hyphen else " "
            paragraph.add(line)
        else:
            if paragraph is not None:
                between = "\n" if _is_close(paragraph.last, line, layout) else "\n\n"
            paragraph = _Paragraph(line)
        offset += len(between)
        starts.setdefault(line.page, offset)
        text += [between, line.text]
        offset += len(line.text)
    return "".join(text), [(start, page) for page, start in starts.items()]


def _is_close(above: Line, below: Line, layout: Layout) -> bool:
    return above.page == below.page and not layout.is_gap(above, below)
