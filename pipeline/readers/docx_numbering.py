"""What Word counts but does not write: numbers of paragraphs, resolved from numbering.xml and styles.xml."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.readers.numbering import number

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = W + "val"
STYLES = {
    "lowerLetter": "lower-alpha",
    "upperLetter": "upper-alpha",
    "lowerRoman": "lower-roman",
    "upperRoman": "upper-roman",
}
PLACE = re.compile(r"%(\d)")
BULLET = "- "


@dataclass(frozen=True)
class Level:
    """One level of a list: where it starts, how it counts and what it writes, such as `%1.%2`."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    legal: bool = False
    restarts: bool = True


@dataclass
class Numbered:
    """One use of a list.

    levels (dict[int, Level]): By depth from 0.
    counted (str): Which counters it shares: all uses of one abstract list count on from each other.
    restarts (set[int]): Levels that this use starts anew, once.
    depths (dict[str, int]): Depth of the paragraph styles that are tied to a level.
    """

    levels: dict[int, Level]
    counted: str
    restarts: set[int] = field(default_factory=set)
    depths: dict[str, int] = field(default_factory=dict)


def value(element: Any, path: str) -> str | None:
    """The `w:val` of the element at path below element."""
    found = None if element is None else element.find(path)
    return None if found is None else found.get(VAL, "")


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default


class Numbering:
    """Counts the paragraphs of one document, in order.

    numbering (Element | None), styles (Element | None): Roots of the parts of that name.
    """

    def __init__(self, numbering: Any, styles: Any):
        self._lists: dict[str, Numbered] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        self._counters: dict[str, dict[int, int]] = {}
        if styles is not None:
            self._read_styles(styles)
        if numbering is not None:
            self._read_lists(numbering)

    def marker(self, properties: Any) -> str:
        """The number before a paragraph with these properties (`w:pPr`), with a blank; empty if it has none."""
        used = self._use(properties)
        if used is None:
            return ""
        numbered, depth = used
        level = numbered.levels.get(depth)
        if level is None or level.style == "none":
            return ""
        if level.style == "bullet":
            return BULLET
        counters = self._count(numbered, depth)
        text = PLACE.sub(lambda match: self._figure(numbered, counters, int(match[1]) - 1, level.legal), level.text)
        return text.strip() + " " if text.strip() else ""

    def _use(self, properties: Any) -> tuple[Numbered, int] | None:
        """The list a paragraph belongs to and its depth: its own setting before that of its style."""
        style = value(properties, W + "pStyle") or ""
        list_, depth = self._styles.get(style, ("", 0))
        own = None if properties is None else properties.find(W + "numPr")
        numbered = self._lists.get(value(own, W + "numId") or list_)
        if numbered is None:
            return None
        return numbered, _integer(value(own, W + "ilvl"), numbered.depths.get(style, depth))

    def _count(self, numbered: Numbered, depth: int) -> dict[int, int]:
        counters = self._counters.setdefault(numbered.counted, {})
        for level in numbered.restarts:
            counters.pop(level, None)
        numbered.restarts.clear()
        counters[depth] = counters.get(depth, numbered.levels[depth].start - 1) + 1
        for deeper in [level for level in counters if level > depth]:
            if deeper not in numbered.levels or numbered.levels[deeper].restarts:
                del counters[deeper]
        return counters

    def _figure(self, numbered: Numbered, counters: dict[int, int], depth: int, legal: bool) -> str:
        level = numbered.levels.get(depth, Level())
        count = counters.setdefault(depth, level.start)
        if level.style == "decimalZero":
            return f"{count:02}"
        return number(count, "decimal" if legal else STYLES.get(level.style, "decimal"))

    def _read_styles(self, styles: Any) -> None:
        """List and depth of each style, its own or inherited."""
        found = {style.get(W + "styleId", ""): style for style in styles.iter(W + "style")}
        for id_ in found:
            at = id_
            list_, depth, seen = None, None, set[str]()
            while at in found and at not in seen:
                seen.add(at)
                own = found[at].find(f"{W}pPr/{W}numPr")
                list_ = value(own, W + "numId") if list_ is None else list_
                depth = value(own, W + "ilvl") if depth is None else depth
                at = value(found[at], W + "basedOn") or ""
            if list_:
                self._styles[id_] = (list_, _integer(depth, 0))

    def _read_lists(self, numbering: Any) -> None:
        abstract = {each.get(W + "abstractNumId", ""): each for each in numbering.iter(W + "abstractNum")}
        by_style = {value(each, W + "styleLink"): id_ for id_, each in abstract.items()}
        for num in numbering.iter(W + "num"):
            id_ = value(num, W + "abstractNumId") or ""
            linked = value(abstract.get(id_), W + "numStyleLink")
            id_ = by_style.get(linked, id_) if linked else id_
            if id_ not in abstract:
                continue
            numbered = Numbered(_levels(abstract[id_]), id_)
            for level in abstract[id_].findall(W + "lvl"):
                if style := value(level, W + "pStyle"):
                    numbered.depths[style] = _integer(level.get(W + "ilvl"), 0)
            for override in num.iter(W + "lvlOverride"):
                depth = _integer(override.get(W + "ilvl"), 0)
                numbered.levels.update(_levels(override))
                if (start := value(override, W + "startOverride")) is not None:
                    level = numbered.levels.get(depth, Level())
                    numbered.levels[depth] = replace(level, start=_integer(start, 1))
                    numbered.restarts.add(depth)
            self._lists[num.get(W + "numId", "")] = numbered


def _levels(element: Any) -> dict[int, Level]:
    return {
        _integer(level.get(W + "ilvl"), 0): Level(
            start=_integer(value(level, W + "start"), 1),
            style=value(level, W + "numFmt") or "decimal",
            text=value(level, W + "lvlText") or "",
            legal=level.find(W + "isLgl") is not None,
            restarts=value(level, W + "lvlRestart") != "0",
        )
        for level in element.findall(W + "lvl")
    }
