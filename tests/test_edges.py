import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Span

import pipeline.nlp
from pipeline.components.edges import Edges

NLP = pipeline.nlp.blank()
PIECES = ["(", ")", "[", "]", "the ", "Head ", "of ", "Care", ",", " ", "\n", ".", "’", "–"]


def mended(marked: str) -> list[str]:
    """The entities of a text in which `<` and `>` mark one, after the component."""
    start, end = marked.index("<"), marked.index(">") - 1
    doc = NLP.make_doc(marked.replace("<", "").replace(">", ""))
    found = doc.char_span(start, end)
    span = Span(doc, found.start, found.end, label="ROLE")
    span._.confidence = 0.7
    doc.set_ents([span])
    assert all(ent._.confidence == 0.7 for ent in Edges()(doc).ents)
    return [ent.text for ent in doc.ents]


@pytest.mark.parametrize(
    ("marked", "after"),
    [
        ("the <Service Manager (Access to Resources>).", ["Service Manager (Access to Resources)"]),
        ("a <Plan [2013>] for", ["Plan [2013]"]),
        ("(the <Chair)> spoke", ["Chair"]),
        ("<(Chair> of it", ["Chair"]),
        ("the <Manager (Access> and more on the other side", ["Manager"]),
        ("<the Chair,> spoke", ["Chair"]),
        ("<– Chair –> spoke", ["Chair"]),
        ("<Director\n>of", ["Director"]),
        ("<the> one", []),
        ("all in <(Leeds>", ["Leeds"]),  # no bracket to come
        ("a <Plan (A>\n) b", ["Plan"]),  # nor on the next line
        ("the <0 – 25> service", []),  # ages
        ("the <0 – 25 strategies>", ["0 – 25 strategies"]),
        ("<(Interim) Head of Care>", ["(Interim) Head of Care"]),
        ("<Strategy (2018-2022)>", ["Strategy (2018-2022)"]),
        ("<Barnardo’s> runs", ["Barnardo’s"]),
        ("<The Beacon> stands", ["The Beacon"]),
        ("<Head of Care - North> said", ["Head of Care - North"]),
    ],
)
def test_edges(marked: str, after: list[str]) -> None:
    assert mended(marked) == after


def test_what_needs_no_mending_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    doc = NLP.make_doc("The Chair spoke")
    doc.set_ents([Span(doc, 1, 2, label="ROLE")])
    monkeypatch.setattr("pipeline.components.edges.filter_spans", lambda spans: pytest.fail("set again"))
    assert [ent.text for ent in Edges()(doc).ents] == ["Chair"]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=10), st.data())
def test_a_mended_entity_needs_no_more_mending(pieces: list[str], data: st.DataObject) -> None:
    doc = NLP.make_doc("x " + "".join(pieces))
    start = data.draw(st.integers(0, len(doc) - 1))
    end = data.draw(st.integers(start + 1, len(doc)))
    doc.set_ents([Span(doc, start, end, label="ROLE")])
    once = [(ent.start, ent.end) for ent in Edges()(doc).ents]
    assert once == [(ent.start, ent.end) for ent in Edges()(doc).ents]
