"""The report as one HTML file: template, styles, scripts and libraries, then the data, chunk by chunk."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from pipeline.labels import LABELS
from pipeline.patterns import by_kind
from pipeline.report.payload import Frame
from pipeline.report.texts import Texts

TEMPLATE = "run-report.html"
STYLES = ("vendor/tabulator_simple.min.css", "run-report.css")
LIBRARIES = ("vendor/echarts.common.min.js", "vendor/tabulator.min.js")
SCRIPTS = tuple(
    f"run-report-{part}.js" for part in ("data", "filters", "tables", "document", "charts", "timeline", "start")
)
LICENCES = ("tabulator-LICENSE", "echarts-NOTICE", "echarts-LICENSE", "echarts-LICENSE-d3", "zrender-LICENSE")
SOURCE_MAP = re.compile(r"(?://|/\*)# sourceMappingURL=.*")  # a browser's tools would look for the file
DATA = '<script type="application/octet-stream" id="{}">{}</script>\n'


def pieces(overview: dict[str, Any], frames: Sequence[Frame], texts: Texts) -> Iterator[str]:
    """The page, piece by piece. RAISES (PipelineError): When the documents are not those of the tables."""
    head, tail = render(overview, frames).split("<!-- data -->")
    yield head
    for frame in frames:
        for number, chunk in enumerate(frame.chunks()):
            yield DATA.format(f"rows-{frame.view.id}-{number}", chunk)
    for number, chunk in enumerate(texts.chunks()):
        yield DATA.format(f"texts-{number}", chunk)
    yield f'<script type="application/json" id="firsts">{json.dumps(texts.firsts)}</script>\n'
    yield tail


def render(overview: dict[str, Any], frames: Sequence[Frame]) -> str:
    """The page without its rows and texts, and a mark where they go."""
    labels = [{"name": label.name, "about": label.definition} for label in LABELS]
    outcomes = [{"name": row.value, "words": row.words} for row in by_kind("registers", "shown_as")]
    about = {"overview": overview, "views": [frame.about() for frame in frames], "labels": labels, "outcomes": outcomes}
    scripts = [*(text_of(name) for name in LIBRARIES), "\n".join(text_of(name) for name in SCRIPTS)]
    return template().render(
        about=Markup(as_json(about)),
        overview=overview,
        labels=LABELS,
        groups=groups(frames),
        styles=[Markup(text_of(name)) for name in STYLES],
        scripts=[Markup(script) for script in scripts],
        hashes=[base64.b64encode(hashlib.sha256(script.encode("utf8")).digest()).decode() for script in scripts],
        licences=[text_of(f"vendor/{name}.txt") for name in LICENCES],
    )


def groups(frames: Sequence[Frame]) -> list[tuple[str, list[Frame]]]:
    """The views by group, for the contents; those in no group are for themselves."""
    made: list[tuple[str, list[Frame]]] = []
    for frame in frames:
        if not made or made[-1][0] != frame.view.group:
            made.append((frame.view.group, []))
        made[-1][1].append(frame)
    return made


def as_json(value: Any) -> str:
    """JSON in ASCII that can stand in a page: nothing in it ends or opens a tag."""
    plain = json.dumps(value, separators=(",", ":"))
    return plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def text_of(name: str) -> str:
    found = resources.files("pipeline").joinpath("templates", *name.split("/")).read_text("utf8")
    return SOURCE_MAP.sub("", found)


@cache
def template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = lambda value: f"{value:,}"
    return environment.from_string(text_of(TEMPLATE))
