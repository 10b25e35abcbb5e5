"""The component `minutes_people`: mentions of people with the offices that the document states for them.

What stands side by side is found first (`people_stated`); then every later and earlier mention that can only mean one
of these people: the full name, the surname, the office. Where two people could be meant there is no row.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.name_forms import plain
from pipeline.components.people_stated import Stated, Text, member_office, stated
from pipeline.components.person_names import WORD, Name, agree, bare, name_before
from pipeline.patterns import alternation, by_kind
from pipeline.values import DASHES

FACTORY = "minutes_people"
# Share of the joins by a rule that are right, (right + 1) / (all + 2): on the gold spans of the dev split where there
# are five or more (the first seven); else of those read by eye in the training voices.
CONFIDENCE = {
    "name_comma_title": 0.97,
    "name_bracket_title": 0.96,
    "name_in_chair": 0.86,
    "title_comma_name": 0.9,
    "surname": 0.88,
    "office": 0.96,
    "office_short": 0.93,
    "name_became_title": 0.92,
    "name_dash_title": 0.91,
    "name_column_title": 0.94,
    "name_is_title": 0.67,
    "name_line_title": 0.86,
    "name_space_title": 0.75,
    "title_bracket_name": 0.94,
    "title_colon_name": 0.94,
    "title_dash_name": 0.88,
    "title_column_name": 0.8,
    "title_line_name": 0.67,
    "title_space_name": 0.8,
    "second_office": 0.94,
    "full_name": 0.97,
    "bare_surname": 0.92,
}
MOST_NAMESAKES = 20  # people with one surname; beyond, only who stands beside an office is told apart


@Language.factory(FACTORY, requires=["doc.ents"], assigns=["doc._.people"])
def make_people(nlp: Language, name: str) -> "People":
    return People()


class People:
    """Writes `doc._.people`: dicts with the fields of `pipeline.joins.PEOPLE`, by start."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.people = find(doc)
        return doc


class Person:
    """Someone whose office is stated: all names beside an office that can be theirs, in order.

    member (bool): Whether they are a councillor: Councillor Hill is not Jane Hill, Head of Homes.
    """

    def __init__(self, first: Stated, member: bool):
        self.stated = [first]
        self.words = first.name.words
        self.span = (first.name.start, first.name.end)
        self.titles = {first.name.title} - {""}
        self.member = member

    def agrees(self, name: Name, member: bool) -> bool:
        """Whether the name can be this person's: surname and given names agree, and so do the courtesy titles.

        member (bool): Whether the name is a councillor's, as far as is known.
        """
        if name.surname != self.words[-1] or not agree(name.given, self.words[:-1]):
            return False
        if member and not self.member and name.words != self.words:
            return False
        return not {"he", "she"} <= {name.title, *self.titles}

    def seen(self, name: Name) -> None:
        """Take note of another form of the name; the fullest counts."""
        if sum(map(len, name.words)) > sum(map(len, self.words)):
            self.words, self.span = name.words, (name.start, name.end)
        if name.title:
            self.titles.add(name.title)


def find(doc: Doc) -> list[dict[str, Any]]:
    """The mentions of people whose office the document states.

    RETURNS (list[dict]): Fields of `pipeline.joins.PEOPLE`, by start; of one mention the office first stated first.
    """
    text = Text(doc.text, [(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents])
    beside = stated(text)
    if not beside:
        return []
    people = persons(text.text, beside)
    rows = {}
    for person in people:
        for one in person.stated:
            rows[one.name.start, one.name.end, text.text[slice(*one.office)]] = (person, one, one.rule)
    taken = {start for start, _, _ in rows}
    for name, rule, person in by_name(text, people):
        if name.start not in taken:
            first = person.stated[0]
            rows[name.start, name.end, text.text[slice(*first.office)]] = (person, first, rule)
    for role, rule, person in by_office(text, people, beside, meeting_of(doc)):
        first = person.stated[0]
        rows[(*role, text.text[slice(*first.office)])] = (person, first, rule)
    return [
        row(text.text, key, *rows[key]) for key in sorted(rows, key=lambda key: (key[0], key[1], rows[key][1].office))
    ]


def row(text: str, key: tuple[int, int, str], person: Person, one: Stated, rule: str) -> dict[str, Any]:
    """The fields of one mention."""
    edges = (one.name.start, one.name.end, *one.office)
    return {
        "start": key[0],
        "end": key[1],
        "person": text[slice(*person.span)],
        "office": key[2],
        "stated_start": min(edges),
        "stated_end": max(edges),
        "rule": rule,
        "confidence": CONFIDENCE[rule],
    }


def persons(text: str, beside: list[Stated]) -> list[Person]:
    """The people behind the names beside an office: a name that can be two people's is one of its own."""
    people: dict[str, list[Person]] = defaultdict(list)
    for one in sorted(beside, key=lambda one: -len(one.name.words)):
        member = one.name.title == "councillor" or member_office(text[slice(*one.office)])
        group = people[one.name.surname]
        same = [person for person in group[:MOST_NAMESAKES] if person.agrees(one.name, member)]
        if len(same) == 1:
            same[0].stated.append(one)
            same[0].seen(one.name)
            same[0].member |= member
        else:
            group.append(Person(one, member))
    made = [person for group in people.values() for person in group]
    for person in made:
        person.stated.sort(key=lambda one: min(one.name.start, one.office[0]))
    return made


def by_name(text: Text, people: list[Person]) -> Iterator[tuple[Name, str, Person]]:
    """Other mentions by full name or surname. A surname that others in the document bear needs the given name."""
    surnames: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        surnames[person.words[-1]].append(person)
    found: dict[str, list[Name]] = defaultdict(list)
    common = set()  # "hill" and "moss" are words too
    for word in WORD.finditer(text.text):
        surname = bare(word[0].rstrip("."))
        if surname not in surnames:
            continue
        name = name_before(text.text, word.end()) if word[0][0].isupper() else None
        if name and name.surname == surname and text.clear(name):
            found[surname].append(name)
        elif word[0].islower():
            common.add(surname)
    for surname, names in found.items():
        if len(surnames[surname]) <= MOST_NAMESAKES:
            yield from _meant(text.text, surnames[surname], names, surname in common)


def _meant(text: str, people: list[Person], names: list[Name], common: bool) -> Iterator[tuple[Name, str, Person]]:
    """The mentions with one surname that can only mean one of the people."""
    others = False
    for name in names:
        same = [person for person in people if person.agrees(name, name.title == "councillor")]
        others |= bool(name.given) and not same
        if name.given and len(same) == 1:
            same[0].seen(name)
    for name in names:
        same = [person for person in people if person.agrees(name, name.title == "councillor")]
        if len(same) != 1 or (others and not name.given):
            continue
        if name.given or name.title:
            yield name, "full_name" if name.given else "surname", same[0]
        elif not common and _alone(text, name):
            yield name, "bare_surname", same[0]


CAPITAL_BEFORE = re.compile(r"[A-Z][\w'’.-]*[^\S\n]\Z")
CAPITAL_AFTER = re.compile(rf"[^\S\n](?:[A-Z]|&)|[{DASHES}]\w")


def _alone(text: str, name: Name) -> bool:
    """Whether a surname without a title stands by itself: neither "Hill Street" nor "Fenwick Hill"."""
    before = text[max(0, name.start - 40) : name.start]
    return not CAPITAL_AFTER.match(text, name.end) and not CAPITAL_BEFORE.search(before)


GENDERED = {
    word: row.value for row in by_kind("people", "gendered") for word in sorted(row.words, key=lambda word: -len(word))
}
GENDERED_WORD = re.compile(rf"\b{alternation(GENDERED)}\b")
STAND_INS = frozenset(word for row in by_kind("people", "stand_in") for word in row.words)
NOT_HOLDERS = re.compile(
    rf"(?<!\w){alternation(word for row in by_kind('people', 'not_holder') for word in row.words)}[\s-]+\Z", re.I
)
BOUNDARY = re.compile(rf"\s*(?:[{DASHES},(:/]|(?:for|of|to|with|and|in)\b|&)")
SIGNATURE = re.compile(r"[:.…_ \t\xa0]{0,160}(?:\n|\Z)")


def office_key(office: str) -> str:
    """An office in one spelling: without "Interim", "Chairman" as "chair"."""
    words = plain(office).split(" ")
    while len(words) > 1 and words[0] in STAND_INS:
        words = words[1:]
    return GENDERED_WORD.sub(lambda word: GENDERED[word[0]], " ".join(words))


def by_office(
    text: Text, people: list[Person], beside: list[Stated], meeting: Callable[[int], int]
) -> Iterator[tuple[tuple[int, int], str, Person]]:
    """Other mentions by the office alone, or by its first words: "the Director" for the Director of Homes."""
    known = {one.office for one in beside}
    holders: dict[tuple[int, str, str], set[Person]] = defaultdict(set)
    for person in people:
        for one in person.stated:
            for key, rule in _keys(text.text[slice(*one.office)]):
                holders[meeting(one.office[0]), key, rule].add(person)
    rivals: dict[str, set[str]] = defaultdict(set)
    for role in text.roles:
        keys = list(_keys(text.text[slice(*role)]))
        for key, _ in keys[1:]:
            rivals[key].add(keys[0][0])
    for role in text.roles:
        if role in known or not _holder(text.text, role):
            continue
        key = office_key(text.text[slice(*role)])
        for rule in ("office", "office_short"):
            held = holders.get((meeting(role[0]), key, rule), set())
            if len(held) == 1 and (rule == "office" or len(rivals[key]) == 1):
                yield role, rule, next(iter(held))
            if held:
                break


def _keys(office: str) -> Iterator[tuple[str, str]]:
    """An office in one spelling, and its first words where a scope follows them."""
    yield office_key(office), "office"
    for word in re.finditer(r"\w+", office[:200]):
        head = office[: word.end()]
        if BOUNDARY.match(office, word.end()) and not re.fullmatch(
            r"(?i)chair\w*|head|member|vice|co", office_key(head)
        ):
            yield office_key(head), "office_short"


def _holder(text: str, role: tuple[int, int]) -> bool:
    """Whether an office stands for who holds it: no signature line, no "election of", no "former"."""
    before = text[max(0, role[0] - 40) : role[0]]
    line = before.rpartition("\n")[2]
    if not line.strip(f" \t\xa0{DASHES}") and SIGNATURE.match(text, role[1]):
        return False
    return not NOT_HOLDERS.search(before)


def meeting_of(doc: Doc) -> Callable[[int], int]:
    """Character offset to the number of the meeting; an office is one person's in one meeting."""
    starts = [span.start_char for span in doc.spans.get("meetings", ())]
    return lambda offset: max(bisect_right(starts, offset), 1)
