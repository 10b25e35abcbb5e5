"""The component `minutes_names`: which mentions of strategies, providers and places in a document are one.

Mentions with one spelling and one period are a form. A form is joined with a fuller one where a rule says so and only
one fuller form, or several that are one themselves, could be meant; else it stays alone.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components.mentions import introduced, made_of_initials
from pipeline.components.name_forms import acronym, plain, without_years, years
from pipeline.components.name_short import shortens, stems
from pipeline.patterns import by_kind

__all__ = ["LABELS", "Names", "plain", "without_years", "years"]

FACTORY = "minutes_names"
LABELS = ("STRATEGY", "PROVIDER", "PLACE")
# Share of the joins by a rule that are right, (right + 1) / (all + 2): on the gold spans of the dev split for `years`
# and `short_form`, of those read by eye in the training voices for the rest. The same words are one by definition.
CONFIDENCE = {"same": 1.0, "spelling": 0.98, "acronym": 0.97, "years": 0.88, "short_form": 0.93, "place_form": 0.92}
CONFIDENCE["other_edition"] = 1.0  # joined with nothing
OTHER = frozenset(word for row in by_kind("names", "other_edition") for word in row.words)
ALIASES = frozenset(word for row in by_kind("names", "alias") for word in row.words)
SHORT = re.compile(r"(?=\w*[A-Z0-9]\w*[A-Z])\w{2,10}")
MOST_ALIKE = 200  # forms with one word in common; more are no document's names


@Language.factory(FACTORY, requires=["doc.ents"], assigns=["span._.name"])
def make_names(nlp: Language, name: str) -> "Names":
    return Names()


class Names:
    """Writes `ent._.name`: a dict with the fields of `pipeline.joins.NAME`, for every entity of `LABELS`."""

    def __call__(self, doc: Doc) -> Doc:
        short = {(ent.label_, plain(word)): plain_name(ent.text) for ent, word in [*introduced(doc), *also_named(doc)]}
        for label in LABELS:
            ents = [ent for ent in doc.ents if ent.label_ == label]
            others = {ent: True for ent in ents if label == "STRATEGY" and is_other_edition(ent)}
            forms = forms_of([ent for ent in ents if ent not in others])
            join(label, forms, {word: full for (kind, word), full in short.items() if kind == label})
            for ent in others:
                forms += forms_of([ent])
                forms[-1].rule = "other_edition"
            for form in forms:
                form.write()
        return doc


class Form:
    """One spelling of a name with one period: its mentions, and the fuller form that it stands for.

    core (str): The name without its years, as `plain` writes it. period (tuple[str, str]): As `years` reads it.
    """

    def __init__(self, core: str, period: tuple[str, str]):
        self.core = core
        self.period = period
        self.mentions: list[Span] = []
        self.fuller: Form | None = None
        self.rule = "same"

    @property
    def fullest(self) -> "Form":
        return self.fuller.fullest if self.fuller else self

    def agrees(self, other: "Form") -> bool:
        """Whether the periods can be one: the same, or not stated."""
        return self.period == other.period or not (self.period[0] and other.period[0])

    def write(self) -> None:
        """Write `ent._.name` of every mention."""
        mentions = self.fullest.mentions
        best = next((ent for ent in mentions if not ent.text.isupper()), mentions[0])
        sure, form = 1.0, self
        while form.fuller:
            sure, form = sure * CONFIDENCE[form.rule], form.fuller
        for ent in self.mentions:
            rule = self.rule
            if not self.fuller and one_case(ent.text) != one_case(best.text):
                rule = "spelling"
            ent._.name = {
                "name": best.text,
                "name_start": best.start_char,
                "name_end": best.end_char,
                "joined_by": rule,
                "joined_confidence": round(CONFIDENCE[rule] if not self.fuller else sure, 2),
            }


def is_other_edition(ent: Span) -> bool:
    """Whether a strategy is "the next" or "the previous" one, and so another one than that of its name elsewhere."""
    return ent.start > 0 and ent.doc[ent.start - 1].lower_ in OTHER and not years(ent.text)[0]


def one_case(text: str) -> str:
    """The text in lower case on one line."""
    return " ".join(text.casefold().split())


def plain_name(text: str) -> str:
    """The name without its years, in one spelling."""
    return plain(without_years(text)) or one_case(text)


def forms_of(ents: list[Span]) -> list[Form]:
    """The forms of some entities of one label, the fullest first."""
    forms: dict[tuple[str, tuple[str, str]], Form] = {}
    for ent in ents:
        key = (plain_name(ent.text), years(ent.text) if ent.label_ == "STRATEGY" else ("", ""))
        forms.setdefault(key, Form(*key)).mentions.append(ent)
    return sorted(
        forms.values(), key=lambda form: (-len(form.core.split()), not form.period[0], form.mentions[0].start)
    )


def also_named(doc: Doc) -> Iterator[tuple[Span, str]]:
    """Names with another name of the same thing: an acronym inside, one in brackets, or what follows "known as"."""
    for ent in doc.ents:
        if short := acronym(ent.text):
            yield ent, short
    for first, second in zip(doc.ents, doc.ents[1:], strict=False):
        if first.label_ != second.label_ or first.label_ == "PLACE" or second.start - first.end > 6:
            continue
        between = one_case(doc[first.end : second.start].text)
        if between == "(" and doc[second.end : second.end + 1].text == ")":
            if first.text.isupper() and made_of_initials(first.text, second.text):
                yield second, first.text
            elif SHORT.fullmatch(second.text):
                yield first, second.text
        elif between.strip(",( ") in ALIASES:
            yield first, second.text


def join(label: str, forms: list[Form], short: dict[str, str]) -> None:
    """Give each form the fuller one that it stands for.

    forms (list[Form]): Of one label, the fullest first. short (dict): Acronyms, and the names they stand for.
    """
    by_core: dict[str, list[Form]] = defaultdict(list)
    for form in forms:
        by_core[form.core].append(form)
    for form in forms:
        if not form.period[0]:
            only(form, [other for other in by_core[form.core] if other is not form], "years")
    for form in forms:
        if form.core in short and not form.fuller:
            meant = [other for other in by_core[short[form.core]] if other is not form and other.agrees(form)]
            only(form, meant, "acronym")
    near = nearby(forms)
    for number, form in enumerate(forms):
        if not form.fuller:
            fuller = [forms[at] for at in near(form) if at < number and form.agrees(forms[at])]
            rule = "place_form" if label == "PLACE" else "short_form"
            only(form, [other for other in fuller if shortens(label, form.core, other.core)], rule)


def nearby(forms: list[Form]) -> Callable[[Form], list[int]]:
    """Form to the numbers of the forms that share its rarest word; none where they are too many to tell apart."""
    having: dict[str, list[int]] = defaultdict(list)
    for number, form in enumerate(forms):
        for word in stems(form.core):
            having[word].append(number)

    def near(form: Form) -> list[int]:
        fewest = min((having[word] for word in stems(form.core)), key=len, default=[])
        return fewest if len(fewest) <= MOST_ALIKE else []

    return near


def only(form: Form, fuller: list[Form], rule: str) -> None:
    """Join a form with the fuller ones where they are one."""
    found = {other.fullest for other in fuller}
    if len(found) == 1 and form not in found:
        form.fuller, form.rule = next((other for other in fuller if other in found), fuller[0]), rule
