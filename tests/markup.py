"""Annotated example lines: `<DATE_RANGE start=2021-04-01 end=2022-03-31>2021/22</DATE_RANGE> was ...  ## why`.

Tags nest. Attributes are the span's value; one with blanks is quoted (`body="that A be noted"`). `\\n`, `\\t` and
`\\u00a0` stand for these characters. Everything after `  ## ` is the reason. Anything unbalanced or unknown raises
ValueError.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.labels import BY_NAME

EXAMPLES = Path(__file__).parent / "examples"
_TAG = re.compile(r"<(/?)([A-Z_]+)((?:\s+[a-z_]+=(?:\"[^\"]*\"|[^\s>]+))*)\s*>")
_ATTRIBUTE = re.compile(r"([a-z_]+)=(?:\"([^\"]*)\"|([^\s>]+))")


@dataclass
class Example:
    """text (str), spans (list of (start, end, label, values)), reason (str), where (str): file and line."""

    text: str
    reason: str = ""
    where: str = ""
    spans: list[tuple[int, int, str, dict[str, str]]] = field(default_factory=list)


def parse(line: str, where: str = "") -> Example:
    """Read one annotated line."""
    marked, _, reason = line.partition("  ## ")
    marked = marked.replace("\\n", "\n").replace("\\t", "\t").replace("\\u00a0", "\u00a0")
    example, position, text, stack = Example("", reason.strip(), where), 0, "", []
    for tag in _TAG.finditer(marked):
        text += marked[position : tag.start()]
        position = tag.end()
        closing, label, attributes = tag.groups()
        if label not in BY_NAME:
            raise ValueError(f"{where}: unknown label {label}")
        if not closing:
            values = {key: quoted or bare for key, quoted, bare in _ATTRIBUTE.findall(attributes)}
            stack.append((len(text), label, values))
        elif not stack or stack[-1][1] != label:
            raise ValueError(f"{where}: </{label}> closes nothing")
        else:
            start, _, values = stack.pop()
            if start == len(text):
                raise ValueError(f"{where}: empty {label}")
            example.spans.append((start, len(text), label, values))
    if stack:
        raise ValueError(f"{where}: <{stack[-1][1]}> is never closed")
    example.text = text + marked[position:]
    if re.search(r"</?[A-Z_]{4,}", example.text):
        raise ValueError(f"{where}: broken tag")
    example.spans.sort(key=lambda span: (span[0], -span[1]))
    return example


def read(path: Path) -> list[Example]:
    """All lines of a file that are neither blank nor start with `#`."""
    lines = path.read_text("utf8").splitlines()
    return [
        parse(line, f"{path.name}:{number}")
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.startswith("#")
    ]
