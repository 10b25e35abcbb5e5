"""Where on a page columns of text start, and where their lines end."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from math import inf

from pipeline.readers.pdf_lines import Line

SAME = 4.0  # points by which two edges may differ and still be one
TAIL = 0.95  # share of the long lines that keep within the right margin
LONG = 40  # characters of a line that can be full
LONG_IN_COLUMN = 20
FEW = 3  # lines from which on a habit can be seen
LEAST = 5  # lines of a column
CANDIDATES = 8
WIDTH = 100.0  # points of a column; what starts closer to it is an indent
ACROSS = 0.1  # share of a page's lines that may run across two columns, such as titles

Key = tuple[int, ...]  # rounded starts of a page's columns, and the place of one of them


class Columns:
    """The columns of each page of a document; a page of one column has none, and all such pages share a margin."""

    def __init__(self, lines: Sequence[Line]):
        pages: dict[int, list[Line]] = defaultdict(list)
        for line in lines:
            pages[line.page].append(line)
        self._starts = {number: _starts(page) for number, page in pages.items()}
        known = Counter(tuple(starts) for starts in self._starts.values() if starts).most_common(CANDIDATES)
        for number, page in pages.items():  # the last page may fill one column only
            if not self._starts[number]:
                fitting = (list(starts) for starts, _ in known if not any(_is_across(page, edge) for edge in starts))
                self._starts[number] = next(fitting, [])
        columns: dict[Key, list[Line]] = defaultdict(list)
        for line in lines:
            columns[self.key(line)].append(line)
        self._margins = {key: _margin(column, bool(key)) for key, column in columns.items()}

    def key(self, line: Line) -> Key:
        """The column that line stands in."""
        starts = self._starts[line.page]
        return (*(round(start / SAME) for start in starts), self._index(line)) if starts else ()

    def start(self, line: Line) -> float:
        """Left edge of its column; 0 on a page of one."""
        starts = self._starts[line.page]
        return starts[self._index(line)] if starts else 0.0

    def margin(self, line: Line) -> float:
        """Where wrapped lines of its column end; infinite if it hardly has any."""
        return self._margins[self.key(line)]

    def _index(self, line: Line) -> int:
        return max(sum(line.left >= start - SAME for start in self._starts[line.page]) - 1, 0)


def _starts(page: list[Line]) -> list[float]:
    """Left edges of the columns, at least two: between them hardly any line runs on."""
    lefts = Counter(round(line.left) for line in page)
    found = []
    for left, count in lefts.most_common(CANDIDATES):
        edge = float(left)
        before = sum(line.left < edge - SAME for line in page)
        if count >= LEAST and before >= LEAST and not _is_across(page, edge):
            found.append(edge)
    starts: list[float] = []
    for edge in sorted(found):
        column = [line for line in page if edge - SAME <= line.left]
        if _is_prose(column) and (not starts or edge > starts[-1] + WIDTH):
            starts.append(edge)
    first = [line for line in page if starts and line.left < starts[0] - SAME]
    return [min(line.left for line in first), *starts] if _is_prose(first) else []


def _is_across(page: list[Line], edge: float) -> bool:
    """Whether more lines than a few titles run from one side of edge to the other."""
    across = sum(line.left < edge - SAME and line.right > edge - 1 for line in page)
    return across > max(2, ACROSS * len(page))


def _is_prose(lines: list[Line]) -> bool:
    """Whether sentences are wrapped there, as they are not in a table or a list of names."""
    return sum(len(line.text) >= LONG_IN_COLUMN and line.text[0].islower() for line in lines) >= FEW


def _margin(lines: list[Line], narrow: bool) -> float:
    least = LONG_IN_COLUMN if narrow else LONG
    long = sorted(line.right for line in lines if len(line.text) >= least)
    margin = long[int((len(long) - 1) * TAIL)] if long else inf
    return margin if sum(right > margin * 0.9 for right in long) >= FEW else inf
