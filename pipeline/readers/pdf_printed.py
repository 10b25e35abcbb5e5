"""What a browser prints above and below a page: when it was printed, its title, its address, the number of the page."""

import re

from pipeline.readers.pdf_lines import Line

WHEN = r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? \d{1,2}[:.]\d{2}(?: ?[AP]M)?"
STAMP = re.compile(rf"^{WHEN}(?=\t|$)|\t{WHEN}$", re.IGNORECASE)
ADDRESS = re.compile(r"(?:https?|file)://\S|about:blank")
COUNT = re.compile(r"(?:^|\t)\d{1,4}/\d{1,4}$|^\d{1,4} of \d{1,4}\t")
SIGNS = {"stamp": STAMP, "address": ADDRESS, "count": COUNT}


def printed(page: list[Line]) -> set[Line]:
    """The lines of a page that come from the browser: known by a time of printing with an address or a page number."""
    if len(page) < 2:
        return set()
    rows = [_row(page, max(page, key=_base)), _row(page, min(page, key=_base))]
    marks = [_marks(row) for row in rows]
    if not {"stamp", "address"} <= marks[0] | marks[1] and not {"stamp", "count"} <= marks[0] | marks[1]:
        return set()
    return {line for row, mark in zip(rows, marks, strict=True) if mark for line in row}


def _base(line: Line) -> float:
    return line.base


def _row(page: list[Line], edge: Line) -> list[Line]:
    """All that stands at the height of edge, from left to right."""
    return sorted((line for line in page if abs(line.base - edge.base) < 0.3 * edge.height), key=lambda line: line.left)


def _marks(row: list[Line]) -> set[str]:
    text = "\t".join(line.text for line in row)
    return {name for name, sign in SIGNS.items() if sign.search(text)}
