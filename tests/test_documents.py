"""Highlighted text, JSON and DocBin of a Doc."""

import json
import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import DocBin, Span

from pipeline.documents import all_spans, highlight, new_doc, to_docbin, to_html, to_json
from pipeline.labels import LABELS
from pipeline.spans import make_span, one_line, sentence_around

TEXT = "RESOLVED: That <b>A & B</b> 2021/22 be noted."


def find(words):
    start = TEXT.index(words)
    return start, start + len(words)


@pytest.fixture
def annotated(blank):
    doc = new_doc(blank, TEXT, "a/b.txt", {"source": "b.txt", "pages": []})
    doc.ents = [make_span(doc, *find("<b>A & B</b> 2021/22"), "STRATEGY")]
    period = make_span(doc, *find("2021/22"), "DATE_RANGE", "year_pair")
    period._.date_range = {"start": "2021-04-01", "end": "2022-03-31", "kind": "financial_year", "precision": "year"}
    clause = make_span(doc, *find("That <b>A & B</b> 2021/22 be noted"), "RESOLUTION", "marker")
    clause._.resolution = {"number": "", "marker": "RESOLVED", "outcome": "note", "body": "x", "truncated": False}
    doc.spans["date_ranges"], doc.spans["resolutions"] = [period], [clause]
    return doc


def test_spans_come_in_order(annotated):
    assert [span.label_ for span in all_spans(annotated)] == ["RESOLUTION", "STRATEGY", "DATE_RANGE"]


def test_json(annotated):
    made = to_json(annotated)
    assert made["meta"] == {"id": "a/b.txt", "source": "b.txt", "pages": [], "page": {}}
    assert made["spans"][2] == {
        "start": 28,
        "end": 35,
        "label": "DATE_RANGE",
        "text": "2021/22",
        "id": "year_pair",
        "value": {"start": "2021-04-01", "end": "2022-03-31", "kind": "financial_year", "precision": "year"},
        "confidence": None,
    }
    assert made["spans"][1]["value"] == {}


def test_docbin_round_trip(annotated, blank):
    (again,) = DocBin().from_bytes(to_docbin([annotated]).to_bytes()).get_docs(blank.vocab)
    assert json.dumps(to_json(again)) == json.dumps(to_json(annotated))


def test_html_nests_and_escapes(annotated):
    marked = re.sub(r' title="[^"]*"', "", highlight(TEXT, all_spans(annotated)))
    assert marked == (
        'RESOLVED: <mark class="RESOLUTION">That <mark class="STRATEGY">&lt;b&gt;A &amp; B&lt;/b&gt; '
        '<mark class="DATE_RANGE">2021/22</mark></mark> be noted</mark>.'
    )
    page = to_html(annotated)
    assert "<b>A" not in page
    assert 'title="DATE_RANGE (start: 2021-04-01, end: 2022-03-31, kind: financial_year, precision: year)"' in page


@given(data=st.data())
def test_html_keeps_the_text(data, blank):
    text = data.draw(st.text("ab <&\"'\n2%’", max_size=60))
    doc = blank(text)
    spans = []
    if len(doc):
        for _ in range(data.draw(st.integers(0, 5))):
            start = data.draw(st.integers(0, len(doc) - 1))
            end = data.draw(st.integers(start + 1, len(doc)))
            spans.append(Span(doc, start, end, data.draw(st.sampled_from([label.name for label in LABELS]))))
    spans.sort(key=lambda span: (span.start_char, -span.end_char))
    marked = str(highlight(text, spans))
    assert unescape(re.sub(r"<[^>]*>", "", marked)) == text
    assert marked.count("<mark") == marked.count("</mark>") == len(spans)


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("One. Two is here. Three.", "Two", "Two is here."),
        ("A line\nthe next line", "next", "the next line"),
        ("It was 5.5 per cent. “So?” He left.", "So", "“So?”"),
        ("no end", "end", "no end"),
        ("Spans. May cross. A stop.", "cross. A", "May cross. A stop."),
    ],
)
def test_sentence(text, words, sentence):
    start = text.index(words)
    assert sentence_around(text, start, start + len(words)) == sentence


def test_a_sentence_has_a_longest_length():
    assert len(sentence_around("x" * 1_000_000, 500_000, 500_001)) < 3_000
    assert one_line(" a\u00a0 b\n") == "a b"


def test_a_rule_span_over_an_entity_has_no_confidence(blank):
    doc = blank("In 2021/22 then")
    entity, found = doc[1:4], doc[1:4]
    doc.set_ents([Span(doc, entity.start, entity.end, label="STRATEGY")])
    doc.ents[0]._.confidence = 0.5
    doc.spans["date_ranges"] = [Span(doc, found.start, found.end, label="DATE_RANGE")]
    assert [(row["label"], row["confidence"]) for row in to_json(doc)["spans"]] == [
        ("DATE_RANGE", None),
        ("STRATEGY", 0.5),
    ]
