"""The mentions of one name in one document agree: what tells its kind often stands beside the first one only.

1. A short form in brackets after an entity, made of initials of its words, has the entity's label wherever it stands:
   "the project Speak Up, Step Up (SUSU) ... SUSU workers".
2. A name that has one label here and another there has the one with more confidence behind it everywhere.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.spans import make_entity

FACTORY = "minutes_mentions"
SHORT = re.compile(r"(?=.*[A-Z].*[A-Z])[A-Z0-9][A-Za-z0-9&]{1,9}")
Names = dict[str, tuple[str, float | None]]  # label and confidence; a model may give none
LEAD_IN = frozenset({"the", "hereafter", "or", '"', "'", "“", "‘"})


@Language.factory(FACTORY, requires=["doc.ents"], assigns=["doc.ents", "span._.confidence"])
def make_mentions(nlp: Language, name: str) -> "Mentions":
    return Mentions()


class Mentions:
    """Relabels entities, and adds the short forms that the model has missed."""

    def __call__(self, doc: Doc) -> Doc:
        names = agreed(doc)
        names |= short_forms(doc, names)
        if not names:
            return doc
        kept = [relabelled(ent, *names[ent.text]) if ent.text in names else ent for ent in doc.ents]
        taken = {token.i for ent in kept for token in ent}
        free = (token for token in doc if token.text in names and token.i not in taken)
        doc.set_ents([*kept, *(relabelled(doc[token.i : token.i + 1], *names[token.text]) for token in free)])
        return doc


def short_forms(doc: Doc, names: Names) -> Names:
    """RETURNS (dict): Label and confidence of each short form that the text introduces: those of the name before it."""
    return {
        short: names.get(ent.text, (ent.label_, ent._.confidence)) for ent, short in reversed(list(introduced(doc)))
    }


def introduced(doc: Doc) -> Iterator[tuple[Span, str]]:
    """Entities, each with the short form in brackets behind it."""
    for ent in doc.ents:
        behind = [token.text for token in doc[ent.end : ent.end + 5]]
        if behind[:1] == ["("]:
            words = [word for word in behind[1:] if word.lower() not in LEAD_IN]
            if words and SHORT.fullmatch(words[0]) and made_of_initials(words[0], ent.text):
                yield ent, words[0]


def made_of_initials(short: str, name: str) -> bool:
    """Whether the letters of the short form are first letters of the name's words, in order."""
    initials = iter(word[0].lower() for word in re.findall(r"[^\W_]+", name))
    return all(letter in initials for letter in short.lower() if letter != "&")


def agreed(doc: Doc) -> Names:
    """RETURNS (dict): Label and confidence of each name that has several labels in the doc."""
    votes: dict[str, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for ent in doc.ents:
        votes[ent.text][ent.label_].append(ent)
    decided: Names = {}
    for text, labels in votes.items():
        if len(labels) > 1:
            label = max(labels, key=lambda name: (sum(map(weight, labels[name])), name))
            decided[text] = (label, max(labels[label], key=weight)._.confidence)
    return decided


def weight(ent: Span) -> float:
    """The confidence; 1 where the model gives none."""
    return 1.0 if ent._.confidence is None else float(ent._.confidence)


def relabelled(span: Span, label: str, sure: float | None) -> Span:
    """The span with a label; its confidence is that of the mention that decided, unless it had the label before."""
    return span if span.label_ == label else make_entity(span.doc, span.start, span.end, label, sure)
