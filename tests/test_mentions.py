import pytest
from spacy.tokens import Span

import pipeline.nlp
from pipeline.components.mentions import Mentions, made_of_initials

NLP = pipeline.nlp.blank()


def mentions(text: str, *ents: tuple[str, str, float]) -> list[tuple[str, str]]:
    """Entities after the component; `ents` are the text, label and confidence of each, in order, before it."""
    doc = NLP.make_doc(text)
    spans, position = [], 0
    for surface, label, confidence in ents:
        start = text.index(surface, position)
        position = start + len(surface)
        found = doc.char_span(start, position)
        span = Span(doc, found.start, found.end, label=label)
        span._.confidence = confidence
        spans.append(span)
    doc.set_ents(spans)
    return [(ent.text, ent.label_) for ent in Mentions()(doc).ents]


@pytest.mark.parametrize(
    ("text", "ents", "after"),
    [
        (
            "Speak Up, Step Up (SUSU) began. SUSU has grown.",
            [("Speak Up, Step Up", "STRATEGY", 0.9), ("SUSU", "PROVIDER", 0.8)],
            [("Speak Up, Step Up", "STRATEGY"), ("SUSU", "STRATEGY"), ("SUSU", "STRATEGY")],
        ),
        (
            'Wigan Family Welfare (hereafter "WFW") runs it; WFW was asked.',
            [("Wigan Family Welfare", "PROVIDER", 0.9)],
            [("Wigan Family Welfare", "PROVIDER"), ("WFW", "PROVIDER"), ("WFW", "PROVIDER")],
        ),
        (
            "the Director of Children's Services (DCS) and the DCS",
            [("Director of Children's Services", "ROLE", 0.9)],
            [("Director of Children's Services", "ROLE"), ("DCS", "ROLE"), ("DCS", "ROLE")],
        ),
        (
            "Home for Good helped. Home for Good is a charity.",
            [("Home for Good", "STRATEGY", 0.5), ("Home for Good", "PROVIDER", 0.9)],
            [("Home for Good", "PROVIDER"), ("Home for Good", "PROVIDER")],
        ),
        (
            "Bright Start (Leeds) and LEEDS",  # no short form of it
            [("Bright Start", "STRATEGY", 0.9)],
            [("Bright Start", "STRATEGY")],
        ),
        (
            "Bright Start (Bs) and Bs",  # one capital makes no short form
            [("Bright Start", "STRATEGY", 0.9)],
            [("Bright Start", "STRATEGY")],
        ),
        (
            "Bright Start and BS",  # not introduced
            [("Bright Start", "STRATEGY", 0.9)],
            [("Bright Start", "STRATEGY")],
        ),
        (
            "The Aspire Leeds Trust Home (ALTH). The ALTH Manager",  # inside another entity nothing is added
            [("Aspire Leeds Trust Home", "PLACE", 0.9), ("ALTH Manager", "ROLE", 0.9)],
            [("Aspire Leeds Trust Home", "PLACE"), ("ALTH", "PLACE"), ("ALTH Manager", "ROLE")],
        ),
        (
            "Bright Start Homes (BSH). Bright Start Homes grew. BSH too.",  # the short form agrees with what was agreed
            [("Bright Start Homes", "STRATEGY", 0.5), ("Bright Start Homes", "PROVIDER", 0.9)],
            [(name, "PROVIDER") for name in ("Bright Start Homes", "BSH", "Bright Start Homes", "BSH")],
        ),
        (
            "Bright Start (BS",  # the end of the text
            [("Bright Start", "STRATEGY", 0.9)],
            [("Bright Start", "STRATEGY"), ("BS", "STRATEGY")],
        ),
        ("No entity at all (NEAA).", [], []),
        ("", [], []),
    ],
)
def test_mentions_agree(text: str, ents: list, after: list) -> None:
    assert mentions(text, *ents) == after


@pytest.mark.parametrize(
    ("short", "name", "made"),
    [
        ("LAAS", "Looked After Accommodation Strategy", True),
        ("CYPP", "Children and Young People's Plan", True),
        ("B2SA", "Birth 2 Settled Adulthood", True),
        ("R&R", "Recruitment & Retention", True),
        ("EMRF", "East Midlands Framework", False),
        ("NHS", "Leeds Community Healthcare", False),
    ],
)
def test_short_forms_are_made_of_initials(short: str, name: str, made: bool) -> None:
    assert made_of_initials(short, name) is made


def test_what_the_rule_decides_has_the_confidence_of_the_mention_that_decided() -> None:
    doc = NLP.make_doc("Bright Start Homes (BSH). BSH opened.")
    span = Span(doc, 0, 3, label="PROVIDER")
    span._.confidence = 0.75
    doc.set_ents([span])
    assert [ent._.confidence for ent in Mentions()(doc).ents] == [0.75, 0.75, 0.75]


def test_where_the_model_gives_no_confidence_none_is_made_up() -> None:
    doc = NLP.make_doc("Bright Start Homes (BSH). Leeds, then Leeds.")
    doc.set_ents([Span(doc, 0, 3, label="PROVIDER"), Span(doc, 7, 8, label="PLACE"), Span(doc, 10, 11, label="ROLE")])
    found = [(ent.text, ent.label_, ent._.confidence) for ent in Mentions()(doc).ents]
    assert found == [
        ("Bright Start Homes", "PROVIDER", None),
        ("BSH", "PROVIDER", None),
        ("Leeds", "ROLE", None),
        ("Leeds", "ROLE", None),
    ]
