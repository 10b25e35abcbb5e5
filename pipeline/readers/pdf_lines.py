"""The lines of a PDF with their places, and which of them are running heads, feet and page numbers."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from math import cos, sin
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

HYPHEN = "\x02"  # pdfium writes this for a hyphen at the end of a line, and no line end after it
LINE = re.compile("[^\r\n\x02]+\x02?")
FIRST_WORD = re.compile(r"\S+")
GAP = 1.5  # line heights between two words from which on they stand in two columns or cells
EDGE = 2  # lines at the top and at the bottom that can be running ones
SHARE = 0.4  # of all pages on which a running line stands at the same place
PAGE_NUMBER = re.compile(r"[-–—\s]{0,4}(?:page\s{0,3})?(?:\d{1,4}|[ivxlc]{1,6})(?:\s{0,3}(?:of|/)\s{0,3}\d{1,4})?[-–—\s.]{0,4}", re.I)
FIGURES = re.compile(r"\d+")


class Line(NamedTuple):
    """One line as printed.

    text (str): Without the hyphen at its end.
    left (float), right (float), base (float): Where it stands, in points; base grows upwards.
    word (float): Width of its first word.
    height (float): Of its first character's box.
    bold (bool): It starts bold. all_bold (bool): It ends so, too.
    hyphen (bool): It ended with a hyphen inside a word.
    page (int): Number of its page, from 1.
    """

    text: str
    left: float
    right: float
    base: float
    word: float
    height: float
    bold: bool
    all_bold: bool
    hyphen: bool
    page: int


class Characters:
    """The characters of one page (`PdfTextPage`) as pdfium has them, with the generated blanks and line ends."""

    def __init__(self, page: Any):
        self._page = page
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._box = pdfium.FS_RECTF()
        self._font = ctypes.create_string_buffer(64)
        codes = (pdfium.FPDFText_GetUnicode(page, index) for index in range(page.count_chars()))
        self.text = "".join(chr(code) if code < 0x110000 else "\ufffd" for code in codes)

    def angle(self, index: int) -> float:
        return pdfium.FPDFText_GetCharAngle(self._page, index)

    def origin(self, index: int, angle: float) -> tuple[float, float]:
        """Where on its line a character starts, and the height of the line, as if the line ran from left to right."""
        pdfium.FPDFText_GetCharOrigin(self._page, index, self._x, self._y)
        return self._turn(self._x.value, self._y.value, angle)

    def end(self, index: int, angle: float) -> float:
        """Where on its line a character ends."""
        box = self._loose_box(index)
        corners = [self._turn(x, y, angle)[0] for x in (box.left, box.right) for y in (box.bottom, box.top)]
        return max(corners)

    def height(self, index: int, angle: float) -> float:
        box = self._loose_box(index)
        corners = [self._turn(x, y, angle)[1] for x in (box.left, box.right) for y in (box.bottom, box.top)]
        return max(corners) - min(corners)

    def bold(self, index: int) -> bool:
        pdfium.FPDFText_GetFontInfo(self._page, index, self._font, 64, None)
        return b"bold" in self._font.value.lower() or pdfium.FPDFText_GetFontWeight(self._page, index) >= 600

    def _loose_box(self, index: int) -> Any:
        pdfium.FPDFText_GetLooseCharBox(self._page, index, self._box)
        return self._box

    @staticmethod
    def _turn(x: float, y: float, angle: float) -> tuple[float, float]:
        return (x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle)) if angle else (x, y)


def page_lines(text_page: Any, number: int) -> list[Line]:
    """The lines of one page, in the order in which they were written; a stamp across the page is left out."""
    chars = Characters(text_page)
    found = [match for match in LINE.finditer(chars.text) if match[0].strip()]
    starts = [match.start() + len(match[0]) - len(match[0].lstrip()) for match in found]
    angles = [chars.angle(start) for start in starts]
    usual = Counter(round(angle, 1) for angle in angles).most_common(1)
    return [
        _line(chars, match, start, angle, number)
        for match, start, angle in zip(found, starts, angles, strict=True)
        if round(angle, 1) == usual[0][0]
    ]


def _line(chars: Characters, match: re.Match[str], start: int, angle: float, number: int) -> Line:
    hyphen = match[0].endswith(HYPHEN)
    last = start + len(match[0].strip().rstrip(HYPHEN)) - 1
    left, base = chars.origin(start, angle)
    first = FIRST_WORD.match(chars.text, start, last + 1)
    word_end = first.end() - 1 if first else last
    height = chars.height(start, angle)
    bold = chars.bold(start)
    return Line(
        text=_spaced(chars, start, last + 1, angle, height * GAP),
        left=left,
        right=chars.end(last, angle),
        base=base,
        word=chars.end(word_end, angle) - left,
        height=height,
        bold=bold,
        all_bold=bold and chars.bold(last),
        hyphen=hyphen,
        page=number,
    )


def _spaced(chars: Characters, start: int, end: int, angle: float, gap: float) -> str:
    """The text from start to end, with a tab for each blank that is wider than gap."""
    text = list(chars.text[start:end])
    for index, char in enumerate(text):
        if char == " " and chars.origin(start + index + 1, angle)[0] - chars.end(start + index - 1, angle) > gap:
            text[index] = "\t"
    return "".join(text)


def without_running(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages without page numbers, running feet, and running heads after their first page.

    A running line stands at the same height on many pages, among the first or last lines, with the same words; one figure
    in it may grow with the page. A head stays once, since it often names the body and the date of the meeting.
    """
    counts = Counter(key for page in pages for line, _ in _edges(page) for key in _keys(line))
    enough = max(2, len(pages) * SHARE)
    seen: set[tuple[str, int]] = set()
    kept = []
    for page in pages:
        dropped = set()
        for line, is_head in _edges(page):
            keys = [key for key in _keys(line) if counts[key] >= enough]
            is_known = not seen.isdisjoint(keys)
            seen.update(keys)
            if _is_page_number(page, line) or (keys and (is_known or not is_head)):
                dropped.add(line)
        kept.append([line for line in page if line not in dropped])
    return kept


def _edges(page: list[Line]) -> Iterator[tuple[Line, bool]]:
    """The lines at the top and bottom of a page, each with whether it is at the top."""
    by_height = sorted(page, key=lambda line: -line.base)
    half = min(EDGE, (len(page) + 1) // 2)
    yield from ((line, True) for line in by_height[:half])
    yield from ((line, False) for line in by_height[len(page) - min(EDGE, len(page) // 2) :])


def _keys(line: Line) -> Iterator[tuple[str, int]]:
    """What a running line has in common from page to page: its height, and its text but for a figure that counts pages."""
    height = round(line.base / 3)
    yield line.text, height
    for figure in FIGURES.finditer(line.text):
        if len(figure[0]) <= 4:
            before, after = line.text[: figure.start()], line.text[figure.end() :]
            yield f"{before}#{int(figure[0]) - line.page}{after}", height


def _is_page_number(page: list[Line], line: Line) -> bool:
    """A bare number, or Page 3 of 9, with nothing beyond it towards the edge of the page."""
    bases = [other.base for other in page]
    return line.base in (max(bases), min(bases)) and bool(PAGE_NUMBER.fullmatch(line.text))
