"""What is known of a text while its pages are read, and what comes of it."""

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.components.page.headers import Values
from pipeline.components.page.lines import Line
from pipeline.components.page.sections import Labels, furniture

_CUT = "view the full"  # "... view the full minutes text for item 7" ends a line that the page cuts off


class Section(NamedTuple):
    """start (int), end (int), label (str): one of SECTIONS, rule (str): what opened it."""

    start: int
    end: int
    label: str
    rule: str


class Stretch(NamedTuple):
    """A meeting or an item: start (int), end (int), values (dict), rule (str): what it was known by."""

    start: int
    end: int
    values: Values
    rule: str


class Structure(NamedTuple):
    """What a text is made of.

    page (dict): kind, title and council of the first page.
    meetings (list[Stretch]): Values body, date, time, council.
    items (list[Stretch]): Values number, title.
    sections (list[Section]): They hold every character that is no blank.

    Each list is in order and nothing in it overlaps.
    """

    page: dict[str, str]
    meetings: list[Stretch]
    items: list[Stretch]
    sections: list[Section]


class Draft:
    """Positions are indices of lines, ends exclusive, until `finish`.

    lines (list[Line]): The whole text.
    """

    def __init__(self, lines: list[Line]):
        self.lines = lines
        self.labels: Labels = [("minutes", "default")] * len(lines)
        self.page = {"kind": "other", "title": "", "council": ""}
        self.cuts: dict[int, tuple[int, str, str]] = {}  # line -> offset in it, section and rule of what stands behind
        self._meetings: list[Stretch] = []
        self._items: list[Stretch] = []
        self._breaks: set[int] = set()

    def add_page(self, kind: str, title: str, council: str) -> None:
        """The first page that is anything gives the text its kind; the first that states a council its council."""
        if self.page["kind"] == "other":
            self.page = {"kind": kind, "title": " ".join(title.split()), "council": council or self.page["council"]}
        elif not self.page["council"]:
            self.page["council"] = council

    def add_meeting(self, start: int, end: int, values: Values, rule: str) -> None:
        """A meeting over lines[start:end], kept if something tells which meeting."""
        self._breaks.add(start)
        self._meetings.append(Stretch(start, end, values, rule))

    def add_council(self, start: int, council: str) -> None:
        """The council of the meetings from lines[start] on that do not state their own."""
        self.page["council"] = self.page["council"] or council
        for index, stretch in enumerate(self._meetings):
            if stretch.start >= start and not stretch.values["council"]:
                self._meetings[index] = stretch._replace(values={**stretch.values, "council": council})

    def add_item(self, start: int, end: int, number: str, title: str, rule: str) -> None:
        """An item over lines[start:end]."""
        self._breaks.add(start)
        self._items.append(Stretch(start, end, {"number": number, "title": " ".join(title.split())}, rule))

    def add_menu(self, start: int, end: int) -> None:
        """Label lines[start:end], far above what names the page, as tail."""
        for index in range(start, end):
            self.labels[index] = ("tail", "menu")

    def add_heading(self, start: int, end: int, rule: str) -> None:
        """Label lines[start:end] as heading, furniture among them as tail."""
        for index in range(start, end):
            extent, found = furniture(self.lines, index)
            self.labels[index] = ("tail", found) if extent == "line" else ("heading", rule)

    def finish(self) -> Structure:
        """The structure in character offsets."""
        known = [s for s in self._meetings if s.values["body"] or s.values["date"] or s.values["council"]]
        return Structure(self.page, self._offsets(known), self._offsets(self._items), self._sections())

    def _offsets(self, stretches: list[Stretch]) -> list[Stretch]:
        lines = self.lines
        return [s._replace(start=lines[s.start].start, end=lines[s.end - 1].end) for s in stretches]

    def _sections(self) -> list[Section]:
        sections: list[Section] = []
        last = ""
        for index, line in enumerate(self.lines):
            label, rule = self.labels[index]
            if index in self.cuts or _CUT in line.text:
                for piece in self._pieces(index, line):
                    if piece.label == last and index not in self._breaks:
                        sections[-1] = sections[-1]._replace(end=piece.end)
                    else:
                        sections.append(piece)
                    last = piece.label
            elif label == last and index not in self._breaks:
                sections[-1] = sections[-1]._replace(end=line.end)
            else:
                sections.append(Section(line.start, line.end, label, rule))
                last = label
        return sections

    def _pieces(self, index: int, line: Line) -> Iterator[Section]:
        """The parts of a line on which one section ends and another starts."""
        label, rule = self.labels[index]
        at, behind, its_rule = self.cuts.get(index, (line.text.find(_CUT), "tail", "cut_off"))
        if kept := line.text[:at].rstrip():
            yield Section(line.start, line.start + len(kept), label, rule)
        yield Section(line.start + at, line.end, behind, its_rule)
