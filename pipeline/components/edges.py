"""Mend the edges of entities where a rule knows better than any model: brackets, determiners, punctuation.

What an entity may begin and end with is in the annotation guidelines; none of these rules knows a name.
"""

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from pipeline.spans import make_entity

FACTORY = "minutes_edges"
DETERMINERS = frozenset({"the", "a", "an", "our", "their", "its", "his", "her", "this", "that"})
NEVER_LAST = frozenset(".,;:-–—·•“‘")
NEVER_FIRST = NEVER_LAST | DETERMINERS | {"”", "’"}
BRACKETS = {")": "(", "]": "["}
NEAR = 3  # tokens between an entity and the bracket that closes it


@Language.factory(FACTORY, requires=["doc.ents"], assigns=["doc.ents", "span._.confidence"])
def make_edges(nlp: Language, name: str) -> "Edges":
    return Edges()


class Edges:
    """Moves the edges of `doc.ents`; an entity of which no letter is left is dropped."""

    def __call__(self, doc: Doc) -> Doc:
        ents = doc.ents  # made anew each time they are asked for
        mended = [mend(ent) for ent in ents]
        if any(span is not ent for span, ent in zip(mended, ents, strict=True)):
            doc.set_ents(filter_spans(span for span in mended if span is not None))
        return doc


def mend(ent: Span) -> Span | None:
    """The entity itself where nothing is to be mended, another with its label and confidence, or None."""
    before, (start, end) = (-1, -1), (ent.start, ent.end)
    while (start, end) != before:
        before = start, end
        start, end = trimmed(ent.doc, *balanced(ent.doc, start, end))
    if not any(character.isalpha() for character in ent.doc[start:end].text):
        return None
    if (start, end) == (ent.start, ent.end):
        return ent
    return make_entity(ent.doc, start, end, ent.label_, ent._.confidence)


def trimmed(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """Without determiners in lower case, punctuation and white space at the edges."""
    while start < end and (doc[start].text in NEVER_FIRST or doc[start].is_space):
        start += 1
    while start < end and (doc[end - 1].text in NEVER_LAST or doc[end - 1].is_space):
        end -= 1
    return start, end


def balanced(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """With the closing bracket that stands just behind, or without the bracket that has no partner."""
    open_at: list[int] = []
    for i in range(start, end):
        text = doc[i].text
        if text in BRACKETS.values():
            open_at.append(i)
        elif text in BRACKETS:
            if not open_at:
                return (start, i) if i > start else (i + 1, end)
            open_at.pop()
    if open_at:
        for i in range(end, min(end + NEAR, len(doc))):
            if doc[i].text in BRACKETS:
                return start, i + 1
            if doc[i].is_space:
                break
        return (start, open_at[0]) if open_at[0] > start else (start + 1, end)
    return start, end
