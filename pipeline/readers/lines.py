"""Text as it grows line by line: what the HTML and the Word reader write to."""

import re

# The cell before a title or a clause: 7.  7  (b)  iv)  12/34  3.2
NUMBER = re.compile(r"\(?\d{1,3}[A-Za-z]?(?:[./]\d{1,4}[A-Za-z]?){0,3}[.):]?|\(?(?:[A-Za-z]|[ivxIVX]{1,5})[.)]")
FIRST = re.compile(r"\S+")
WORD = re.compile("[^\\W\\d_]{3}")
ITEM = re.compile(rf"(?:{NUMBER.pattern}|[-–—•▪])(?:\s|$)")
FEW = 2  # lines of a cell that can stand in one line of a row
SHORT = 80  # characters of one of them


class Lines:
    """Lines, each with the number of line ends before it: 1 starts a new line, 2 leaves a blank one."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self._parts: list[str] = []
        self._gap = 0
        self._marker = ""

    def add(self, text: str) -> None:
        """Text in the line that is being written."""
        self._parts.append(text)

    def mark(self, marker: str) -> None:
        """Put a list number or bullet before the next line, unless that line brings it along itself."""
        self._marker += marker

    def unmark(self) -> None:
        """Forget a number for which no line came."""
        self._marker = ""

    def end(self, gap: int = 1) -> None:
        """End the line, if there is one, and have at least `gap` line ends before the next."""
        line = "".join(self._parts).strip()
        self._parts.clear()
        if line:
            self._append(self._gap, line)
            self._gap = gap
        else:
            self._gap = max(self._gap, gap)

    def break_(self) -> None:
        """End the line, or leave one blank line."""
        if "".join(self._parts).strip():
            self.end()
        else:
            self._gap = min(self._gap + 1, 2)

    def extend(self, lines: list[tuple[int, str]]) -> None:
        """Take over finished lines; what was due before the first of them is decided here."""
        for index, (gap, line) in enumerate(lines):
            self._append(gap if index else self._gap, line)
        self._gap = 1

    def row(self, cells: list["Lines"]) -> None:
        """A table row: on one line if its cells allow it; else cell after cell, a number leading into the next."""
        filled = [cell.lines for cell in cells if cell.lines]
        if _is_data(filled):
            filled = [[(0, " ".join(line for _, line in cell))] for cell in filled]
        if all(len(cell) == 1 for cell in filled):
            texts = [cell[0][1] for cell in filled]
            head = len(texts) == 2 and (texts[0].endswith(":") or (_is_number(texts[0]) and WORD.search(texts[1])))
            self.add((" " if head else " | ").join(texts))
            self.end()
            return
        self.end(2)
        if len(filled[0]) == 1 and _is_number(filled[0][0][1]):
            self.mark(filled.pop(0)[0][1] + " ")
        for cell in filled:
            self.extend(cell)
        self.end(2)

    def text(self) -> str:
        """All lines."""
        self.end()
        return "".join("\n" * gap + line for gap, line in self.lines).lstrip("\n")

    def _append(self, gap: int, line: str) -> None:
        first = FIRST.match(line)
        if first is None or first[0] != self._marker.strip():
            line = self._marker + line
        self._marker = ""
        self.lines.append((gap, line))


def _is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(text))


def _is_data(cells: list[list[tuple[int, str]]]) -> bool:
    """Whether the cells of a row are short, and none of them leads into the next or holds a list."""
    if len(cells) < 2 or (len(cells) == 2 and (_is_number(cells[0][0][1]) or cells[0][-1][1].endswith(":"))):
        return False
    if any(len(cell) > FEW for cell in cells):
        return False
    lines = [line for cell in cells if len(cell) > 1 for _, line in cell]
    return all(len(line) <= SHORT and not line.endswith(":") and not ITEM.match(line) for line in lines)
