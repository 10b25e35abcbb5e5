"""The lines of a PDF with their places, and which of them are running heads, feet and page numbers."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from math import cos, inf, sin
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

HYPHEN = "\ufffe"  # pdfium writes this for a hyphen at the end of a line, and no line end after it
LINE = re.compile("[^\r\n\ufffe]+\ufffe?")
FIRST_WORD = re.compile(r"\S+")
GAP = 1.5  # line heights between two words from which on they stand in two columns or cells
NARROW_GAP = 0.75  # the same where the other gaps of the line are far smaller, so that it is not stretched
UNEVEN = 2.5  # times the smallest gap of a line
EVEN = 1.0  # points by which the gaps differ that justifying a line has stretched
EDGE = 3  # lines at the top and at the bottom that can be running ones
LONGEST = 200  # characters of a running line
SHARE = 0.4  # of all pages on which a running line stands at the same place
PAGE_NUMBER = re.compile(
    r"[-–—]\s{0,3}\d{1,4}\s{0,3}[-–—]|(?:page\s{0,3}\d{1,4}(?:\s{0,3}(?:of|/)\s{0,3}\d{1,4})?)|\d{1,4}\s{0,3}of\s{0,3}\d{1,4}",
    re.IGNORECASE,
)
# At the start of a line, before a word, or a bullet.
NUMBER = re.compile(
    r"\(?(?:\d{1,3}[A-Za-z]?|[A-Za-z]|[ivxIVX]{1,5})[.)]{0,2}(?:\d{1,3}[.)]?){0,3} +(?=[^\w\s]{0,2}[^\W\d])|[^\w\s] +"
)
BLANKS = re.compile(" +")
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
        self.text = page.get_text_range()
        if (
            len(self.text) != page.count_chars()
        ):  # some characters count double or not at all: one by one, which is slower
            codes = (pdfium.FPDFText_GetUnicode(page, index) for index in range(page.count_chars()))
            self.text = "".join(HYPHEN if code == 2 else chr(code) for code in codes)

    def angle(self, index: int) -> float:
        return pdfium.FPDFText_GetCharAngle(self._page, index)

    def origin(self, index: int, angle: float) -> tuple[float, float]:
        """Where on its line a character starts, and the height of the line, as if the line ran from left to right."""
        pdfium.FPDFText_GetCharOrigin(self._page, index, self._x, self._y)
        return self._turn(self._x.value, self._y.value, angle)

    def end(self, index: int, angle: float) -> float:
        """Where on its line a character ends."""
        box = self._loose_box(index)
        if not angle:
            return box.right
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
        text=_spaced(chars, start, last + 1, angle, height),
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


def _spaced(chars: Characters, start: int, end: int, angle: float, height: float) -> str:
    """The text from start to end, with a tab for each gap between two cells, other than the one after its number."""
    number = NUMBER.match(chars.text, start, end)
    begin = number.end() if number else start
    blanks = [blank.span() for blank in BLANKS.finditer(chars.text, begin, end)]
    gaps = [chars.origin(after, angle)[0] - chars.end(before - 1, angle) for before, after in blanks]
    limit = height * _limit(gaps, [chars.text[after] for _, after in blanks])
    parts = []
    done = start
    for (before, after), gap in zip(blanks, gaps, strict=True):
        if gap > limit:
            parts += [chars.text[done:before], "\t"]
            done = after
    return "".join(parts) + chars.text[done:end]


def _limit(gaps: list[float], initials: list[str]) -> float:
    """Line heights from which on a gap parts cells.

    gaps (list[float]): Of a line. initials (list[str]): The character behind each.
    """
    smallest, largest = min(gaps, default=0.0), max(gaps, default=0.0)
    if largest - smallest < EVEN:
        is_text = 2 * sum(map(str.islower, initials)) > len(initials)
        return inf if is_text else NARROW_GAP if len(gaps) == 1 else GAP
    return NARROW_GAP if largest > UNEVEN * smallest else GAP


def without_running(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages without page numbers, running feet, and running heads after their first page.

    Running lines stand at the same height on many pages with the same words; one figure in them may grow with the page.
    A head stays once, since it often names the body and the date of the meeting.
    """
    sorted_ = [sorted(page, key=lambda line: -line.base) for page in pages]
    edges = [{*page[:EDGE], *page[-EDGE:]} for page in sorted_]
    counts = Counter(key for page in edges for line in page for key in _keys(line))
    enough = max(2, len(pages) * SHARE)
    common = {key for key, count in counts.items() if count >= enough}
    seen: set[tuple[str, int]] = set()
    kept = []
    for page, downwards in zip(pages, sorted_, strict=True):
        heads = _running(downwards, common)
        feet = _running(downwards[::-1], common)
        known = [line for line in heads if line.text.isdecimal() or not seen.isdisjoint(_keys(line))]
        seen.update(key for line in heads for key in _keys(line))
        dropped = {*known, *feet, *(line for line in heads if PAGE_NUMBER.fullmatch(line.text))}
        kept.append([line for line in page if line not in dropped])
    return kept


def _running(lines: list[Line], common: set[tuple[str, int]]) -> list[Line]:
    """The running lines among lines, which are sorted from an edge inwards, up to the first line or gap without one."""
    found: list[Line] = []
    for line in lines[:EDGE]:
        if found and abs(found[-1].base - line.base) > EDGE * line.height:
            break
        if not PAGE_NUMBER.fullmatch(line.text) and common.isdisjoint(_keys(line)):
            break
        found.append(line)
    return found


def _keys(line: Line) -> Iterator[tuple[str, int]]:
    """What a running line has on every page: its height, and its text but for a figure that counts pages."""
    height = round(line.base / 3)
    if len(line.text) > LONGEST:
        return
    yield line.text, height
    for figure in FIGURES.finditer(line.text):
        if len(figure[0]) <= 4:
            before, after = line.text[: figure.start()], line.text[figure.end() :]
            yield f"{before}#{int(figure[0]) - line.page}{after}", height
