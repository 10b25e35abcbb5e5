"""The component that writes what a saved page is made of: page kind, meetings, items and sections."""

from bisect import bisect_right
from collections.abc import Callable
from typing import Any, TypeVar

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components.page.grammar import find_structure
from pipeline.spans import make_span

Place = tuple[str, dict[str, Any], dict[str, Any]]
Value = TypeVar("Value")


class Structure:
    """Writes `doc._.page` and the span groups `meetings`, `items` and `sections`.

    The values are on `span._.meeting` (body, date, time, council) and `span._.item` (number, title); a section's name
    is its label, one of `page.words.SECTIONS`. `span.id_` is the rule that opened the span.
    """

    def __call__(self, doc: Doc) -> Doc:
        title = doc._.record.get("metadata", {}).get("title", "")
        found = find_structure(doc.text, title if isinstance(title, str) else "")
        doc._.page = found.page
        meetings = [make_span(doc, start, end, "MEETING", rule) for start, end, _, rule in found.meetings]
        items = [make_span(doc, start, end, "ITEM", rule) for start, end, _, rule in found.items]
        for span, meeting in zip(meetings, found.meetings, strict=True):
            span._.meeting = meeting.values
        for span, item in zip(items, found.items, strict=True):
            span._.item = item.values
        doc.spans["meetings"] = meetings
        doc.spans["items"] = items
        doc.spans["sections"] = [make_span(doc, start, end, label, rule) for start, end, label, rule in found.sections]
        return doc


@Language.factory("minutes_structure", assigns=["doc._.page", "doc.spans"], default_config={})
def make_structure(nlp: Language, name: str) -> Structure:
    """Registered as `minutes_structure`."""
    return Structure()


def locate(doc: Doc) -> Callable[[int], Place]:
    """What a character of a doc lies in.

    RETURNS (Callable[[int], Place]): Character offset to section label, meeting and item; "" and {} where none is.
    """
    sections, meetings, items = (list(doc.spans.get(key, ())) for key in ("sections", "meetings", "items"))
    section = _at(sections, [span.label_ for span in sections], "")
    meeting = _at(meetings, [span._.meeting for span in meetings], {})
    item = _at(items, [span._.item for span in items], {})
    return lambda offset: (section(offset), meeting(offset), item(offset))


def _at(spans: list[Span], values: list[Value], nothing: Value) -> Callable[[int], Value]:
    """The value at a character, from spans in order and without overlap."""
    starts, ends = [span.start_char for span in spans], [span.end_char for span in spans]

    def at(offset: int) -> Value:
        index = bisect_right(starts, offset) - 1
        return values[index] if index >= 0 and offset < ends[index] else nothing

    return at
