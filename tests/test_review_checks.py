"""Every kind of problem is injected, and found; what is in order raises none."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipeline.labels import BY_NAME
from pipeline.nlp import blank
from pipeline.review.checks import check
from pipeline.review.known import Known, count_labels, held_out, known
from pipeline.review.records import Correction, Document, Found, digest_of
from pipeline.review.repairs import BY_ID, KINDS, Problem, share_left_out, write
from pipeline.review.rows import Missed, Row, SheetCorrection, asked
from pipeline.training.corpus import aligned
from pipeline.training.corpus import check as check_line
from tests.markup import parse

REVIEW = {"state": "predicted", "by": "default", "at": "2026-01-01T00:00:00+00:00"}
LINE = "The <ROLE>Director</ROLE> met <PROVIDER>Next Steps</PROVIDER> in <PLACE>Leeds</PLACE>. It fell by 5%."
FILE = "a.json"
Tagged = list[tuple[str, str]]
TOKENIZER = blank().tokenizer
TESTED: set[str] = set()


def document(line: str, doc_id: str = "a.txt") -> Document:
    example = parse(line)
    spans = [
        {"start": start, "end": end, "label": label, "text": example.text[start:end], "confidence": 0.5}
        for start, end, label, _ in example.spans
    ]
    return {"text": example.text, "spans": spans, "meta": {"id": doc_id, "source": "s", "review": REVIEW}}


def found(document: Document) -> list[Found]:
    """The predicted spans, kept as they are."""
    return [
        Found(span["start"], span["end"], span["label"], span["text"], f"span {number}")
        for number, span in enumerate(document["spans"], 1)
    ]


def corrected(document: Document, spans: list[Found], **changes: Any) -> Correction:
    text = document["text"]
    fields = {"doc_id": document["meta"]["id"], "text": text, "digest": digest_of(text), "spans": spans}
    return Correction(**{"file": FILE, "where": "item 1", **fields, **changes})


def at(text: str, words: str, label: str = "PLACE", left: int = 0, right: int = 0, says: str | None = "") -> Found:
    """A span on words of a text.

    left, right (int): How far its edges miss them. says (str | None): The file's words; what stands there if empty.
    """
    start = text.index(words) + left
    end = text.index(words) + len(words) + right
    return Found(start, end, label, text[start:end] if says == "" else says, "new span")


def run(
    corrections: Correction | list[Correction],
    predicted: Document | list[Document],
    fix: bool = False,
    what: Known | None = None,
) -> tuple[list[Document], list[Problem]]:
    corrections = corrections if isinstance(corrections, list) else [corrections]
    predicted = predicted if isinstance(predicted, list) else [predicted]
    documents, problems = check(corrections, predicted, TOKENIZER, what or Known(), fix)
    TESTED.update(problem.kind for problem in problems)
    return documents, problems


def tagged(documents: list[Document]) -> Tagged:
    for one in documents:
        assert all(one["text"][span["start"] : span["end"]] == span["text"] for span in one["spans"])
    return [(span["label"], span["text"]) for one in documents for span in one["spans"]]


def kinds(problems: list[Problem]) -> list[str]:
    return [problem.kind for problem in problems]


PERIOD, PLAN = ("DATE_RANGE", "2020 to 2022"), ("STRATEGY", "Care Plan (2020)")
ST_JOHN, ADOPT = ("PLACE", "St John’s House"), ("PROVIDER", "Adopt South")
CLAUSE = ("RESOLUTION", "That it be so")

# Kind, the page, the span in the file that is to be checked, and what it is after --fix. Nothing is marked beforehand.
LINES = "First line.\\n\\nIt was at Leeds\\nand in Hull.\\n\\nEnd."
SAFE: list[tuple[str, str, Callable[[str], Found], Tagged]] = [
    ("label-spelling", "In Leeds.", lambda t: at(t, "Leeds", "place"), [("PLACE", "Leeds")]),
    ("label-spelling", "In Leeds.", lambda t: at(t, "Leeds", " PLACE "), [("PLACE", "Leeds")]),
    (
        "label-spelling",
        "In 2020 to 2022.",
        lambda t: at(t, "2020 to 2022", "Date range"),
        [("DATE_RANGE", "2020 to 2022")],
    ),
    ("out-of-range", "In Leeds.", lambda t: Found(50, 55, "PLACE", "Leeds", "s"), [("PLACE", "Leeds")]),
    ("out-of-range", "In Leeds.", lambda t: Found(-1, -1, "PLACE", "Leeds", "s"), [("PLACE", "Leeds")]),
    ("reversed", "In Leeds.", lambda t: Found(8, 3, "PLACE", "Leeds", "s"), [("PLACE", "Leeds")]),
    ("reversed", "In Leeds.", lambda t: Found(8, 3, "PLACE", None, "s"), [("PLACE", "Leeds")]),
    ("empty", "In Leeds.", lambda t: Found(3, 3, "PLACE", None, "s"), []),
    ("blank", "In  Leeds.", lambda t: Found(2, 4, "PLACE", None, "s"), []),
    ("blank", "In Leeds...", lambda t: at(t, "..."), []),
    ("counted-utf16", "😀😀 in Leeds.", lambda t: at(t, "Leeds", left=2, right=2, says="Leeds"), [("PLACE", "Leeds")]),
    ("counted-utf8", "£££ in Leeds.", lambda t: at(t, "Leeds", left=3, right=3, says="Leeds"), [("PLACE", "Leeds")]),
    ("counted-crlf", LINES, lambda t: at(t, "Leeds", left=2, right=2, says="Leeds"), [("PLACE", "Leeds")]),
    ("trimmed", "\\n\\n  In Leeds.", lambda t: at(t, "Leeds", left=-4, right=-4, says="Leeds"), [("PLACE", "Leeds")]),
    ("moved", "It is in Leeds.", lambda t: at(t, "Leeds", left=-3, right=-3, says="Leeds"), [("PLACE", "Leeds")]),
    (
        "moved-loosely",
        "At St John’s House.",
        lambda t: Found(0, 5, "PLACE", "st john's  house", "s"),
        [("PLACE", "St John’s House")],
    ),
    ("edge-space", "In Leeds now.", lambda t: at(t, " Leeds "), [("PLACE", "Leeds")]),
    ("edge-control", "In Leeds\u200b now.", lambda t: at(t, "Leeds\u200b"), [("PLACE", "Leeds")]),
    ("edge-punctuation", "In Leeds, now.", lambda t: at(t, "Leeds,"), [("PLACE", "Leeds")]),
    ("edge-punctuation", "In – Leeds.", lambda t: at(t, "– Leeds."), [("PLACE", "Leeds")]),
    (
        "edge-punctuation",
        "RESOLVED: That it be noted.",
        lambda t: at(t, "That it be noted.", "RESOLUTION"),
        [("RESOLUTION", "That it be noted")],
    ),
    ("edge-pair", "At “Elm House” now.", lambda t: at(t, "“Elm House”"), [("PLACE", "Elm House")]),
    ("edge-pair", "Adopt South (AS) met.", lambda t: at(t, "(AS)", "PROVIDER"), [("PROVIDER", "AS")]),
    ("half-pair", "Adopt South (AS) met.", lambda t: at(t, "(AS", "PROVIDER"), [("PROVIDER", "AS")]),
    ("half-pair", "Adopt South (AS) met.", lambda t: at(t, "Adopt South (", "PROVIDER"), [ADOPT]),
    (
        "half-pair",
        "Our Care Plan (2020) is new.",
        lambda t: at(t, "Care Plan (2020", "STRATEGY"),
        [("STRATEGY", "Care Plan (2020)")],
    ),
    ("half-pair", "At “Elm House” now.", lambda t: at(t, "“Elm House"), [("PLACE", "Elm House")]),
    ("half-pair", "At ‘Elm House’ now.", lambda t: at(t, "Elm House’"), [("PLACE", "Elm House")]),
    ("half-pair", 'At "Elm House" now.', lambda t: at(t, 'Elm House"'), [("PLACE", "Elm House")]),
    ("half-token", "In Leeds.", lambda t: at(t, "eeds"), [("PLACE", "Leeds")]),
    ("half-token", "In Leeds today.", lambda t: at(t, "Leeds t"), [("PLACE", "Leeds")]),
    ("half-token", "In Leeds.", lambda t: at(t, "Le"), [("PLACE", "Leeds")]),
    ("determiner", "Met the Chair.", lambda t: at(t, "the Chair", "ROLE"), [("ROLE", "Chair")]),
    ("determiner", "In our  Care Plan.", lambda t: at(t, "our  Care Plan", "STRATEGY"), [("STRATEGY", "Care Plan")]),
]


@pytest.mark.parametrize(("kind", "line", "span", "wanted"), SAFE)
def test_safe_repair(kind: str, line: str, span: Callable[[str], Found], wanted: Tagged) -> None:
    """Without --fix the span is left out and the repair proposed; with it, it is made."""
    page = document(line)
    correction = corrected(page, [span(page["text"])])
    documents, problems = run(correction, page)
    assert kind in kinds(problems)
    assert (tagged(documents), {problem.fixed for problem in problems}) == ([], {False})
    assert sum(problem.left_out for problem in problems) == 1
    documents, problems = run(correction, page, fix=True)
    assert kind in kinds(problems)
    assert tagged(documents) == wanted
    assert all(problem.fixed and problem.left_out == 0 for problem in problems)


UNSAFE: list[tuple[str, str, Callable[[str], Found]]] = [
    ("unknown-label", "In Leeds.", lambda t: at(t, "Leeds", "TOWN")),
    ("unknown-label", "In Leeds.", lambda t: at(t, "Leeds", "")),
    ("outside", "In Leeds.", lambda t: Found(3, 50, "PLACE", None, "s")),
    ("outside", "In Leeds.", lambda t: Found(-4, 2, "PLACE", None, "s")),
    ("moved-where", "Leeds is Leeds. " + "x " * 200 + "Leeds", lambda t: Found(200, 205, "PLACE", "Leeds", "s")),
    ("words-missing", "In Leeds.", lambda t: Found(3, 8, "PLACE", "Hull", "s")),
    ("words-missing", "In Leedstown.", lambda t: Found(0, 2, "PLACE", "Leeds", "s")),
    ("across-paragraphs", LINES, lambda t: at(t, "Hull.\n\nEnd")),
]


@pytest.mark.parametrize(("kind", "line", "span"), UNSAFE)
@pytest.mark.parametrize("fix", [False, True])
def test_left_out(kind: str, line: str, span: Callable[[str], Found], fix: bool) -> None:
    """What nobody but a person can repair."""
    page = document(line)
    documents, problems = run(corrected(page, [span(page["text"])]), page, fix)
    assert (kinds(problems), tagged(documents)) == ([kind], [])
    assert (problems[0].fixed, problems[0].left_out) == (False, 1)
    assert problems[0].repair


def test_lf_in_a_text_with_crlf() -> None:
    page = document("x")
    page["text"] = "One\r\ntwo\r\nin Leeds."
    spans = [at(page["text"], "Leeds", left=-2, right=-2, says="Leeds")]
    documents, problems = run(corrected(page, spans), page, fix=True)
    assert (kinds(problems), tagged(documents)) == (["counted-lf"], [("PLACE", "Leeds")])


def test_wordless_spans_are_counted_by_their_edges() -> None:
    """doccano gives no words: when all edges are on words only in another way of counting, that is the way."""
    page = document("😀 in Leeds, Hull and York.")
    places = [at(page["text"], name, left=1, right=1, says=None) for name in ("Leeds", "Hull", "York")]
    documents, problems = run(corrected(page, places), page, fix=True)
    assert kinds(problems) == ["counted-utf16"] * 3
    assert tagged(documents) == [("PLACE", "Leeds"), ("PLACE", "Hull"), ("PLACE", "York")]


# Kind, the page, the span in the file; the span is kept. Nothing is marked beforehand.
KEPT: list[tuple[str, str, Callable[[str], Found]]] = [
    ("odd-pair", "Care (Plan for all is new.", lambda t: at(t, "Care (Plan for all", "STRATEGY")),
    ("determiner-capital", "Noted. The Beacon is full.", lambda t: at(t, "The Beacon")),
    ("control-inside", "In \u202aLeeds now.", lambda t: at(t, "\u202aLeeds")),  # one token
    ("control-inside", "In Le\u00adeds.", lambda t: at(t, "Le\u00adeds")),
    ("across-lines", LINES, lambda t: at(t, "Leeds\nand in Hull")),
    ("too-long", "a " + "Care " * 40 + "Plan", lambda t: at(t, "Care " * 40 + "Plan", "STRATEGY")),
    ("unlabelled", "Leeds is not Leeds, nor is Leeds.", lambda t: at(t, "Leeds")),
]


@pytest.mark.parametrize(("kind", "line", "span"), KEPT)
def test_warning(kind: str, line: str, span: Callable[[str], Found]) -> None:
    page = document(line)
    one = span(page["text"])
    documents, problems = run(corrected(page, [one]), page)
    assert (kinds(problems), tagged(documents)) == ([kind], [(one.label, one.text)])
    assert (problems[0].severity, problems[0].left_out) == ("warning", 0)


# What is in order, and looks like something that is not.
FINE = [
    "The <ROLE>Chair</ROLE> and <PROVIDER>Barnardo’s</PROVIDER> met at <PLACE>The Beacon</PLACE>.",
    "We have <STRATEGY>Care Plan (2020-22)</STRATEGY> and ‘<STRATEGY>Sense of Belonging’ programme</STRATEGY>.",
    "It fell by <PERCENTAGE>-5%</PERCENTAGE> in <DATE_RANGE>2020/21</DATE_RANGE>.",
    "1. <RESOLUTION>That a) the <ROLE>Director</ROLE> act,\\nb) <STRATEGY>Care Plan</STRATEGY> be noted</RESOLUTION>.",
    "<STRATEGY>Care Plan <DATE_RANGE>2020-22</DATE_RANGE></STRATEGY> and <STRATEGY>Right to Succeed!</STRATEGY>",
    "In <PLACE>Kent</PLACE>, Kentish men met <PROVIDER>Kent Virtual School</PROVIDER>.",
    "The children’s <STRATEGY>Foster Carers’ Charter</STRATEGY> is 😀 new in <PLACE>Leeds</PLACE>.",
]


@pytest.mark.parametrize("line", FINE)
def test_fine(line: str) -> None:
    """Nothing changed at all, and everything drawn anew by hand."""
    page = document(line)
    kept, problems = run(corrected(page, found(page)), page)
    assert (tagged(kept), problems) == (tagged([page]), [])
    bare = {**page, "spans": []}
    drawn, problems = run(corrected(page, found(page)), bare)
    assert (tagged(drawn), problems) == (tagged([page]), [])
    assert "confidence" not in drawn[0]["spans"][0]


def test_together() -> None:
    """Spans that cannot stand beside one another."""
    page = document("In Elm House today.")
    elm, house, both = (at(page["text"], words) for words in ("Elm", "House today", "Elm House"))
    documents, problems = run(corrected(page, [both, both]), page, fix=True)
    assert (kinds(problems), tagged(documents)) == (["same-twice"], [("PLACE", "Elm House")])
    documents, problems = run(corrected(page, [both, both._replace(label="PROVIDER")]), page, fix=True)
    assert (kinds(problems), tagged(documents)) == (["two-labels"] * 2, [])
    documents, problems = run(corrected(page, [elm, both, house]), page, fix=True)
    assert (kinds(problems), tagged(documents)) == (["overlap"] * 4, [])
    assert sum(problem.left_out for problem in problems) == 3
    clause = both._replace(label="RESOLUTION")
    documents, problems = run(corrected(page, [clause, clause._replace(end=clause.end + 6, text=None)]), page, fix=True)
    assert (kinds(problems), tagged(documents)) == (["rule-overlap"] * 2, [])
    documents, problems = run(corrected(page, [both, clause]), page)
    assert (problems, tagged(documents)) == ([], [("PLACE", "Elm House"), ("RESOLUTION", "Elm House")])


def test_drawn_over_a_prediction() -> None:
    """The newer of two is meant: the person saw the other."""
    page = document("In <PLACE>Elm</PLACE> House today.")
    new = at(page["text"], "Elm House", "PLACE")
    documents, problems = run(corrected(page, [*found(page), new]), page, fix=True)
    assert (kinds(problems), tagged(documents)) == (["overlap-redrawn"], [("PLACE", "Elm House")])
    documents, problems = run(corrected(page, [*found(page), new]), page)
    assert (kinds(problems), tagged(documents)) == (["overlap-redrawn"], [])
    new = at(page["text"], "Elm", "PROVIDER")
    documents, problems = run(corrected(page, [*found(page), new]), page, fix=True)
    assert (kinds(problems), tagged(documents)) == (["two-labels-redrawn"], [("PROVIDER", "Elm")])


def test_all_problems_of_a_span_are_told_and_it_counts_once() -> None:
    page = document("In the Leeds, now.")
    documents, problems = run(corrected(page, [at(page["text"], "the Leeds, ", "place")]), page)
    assert kinds(problems) == ["label-spelling", "edge-space", "edge-punctuation", "determiner"]
    assert [problem.left_out for problem in problems] == [1, 0, 0, 0]
    assert share_left_out(problems, documents) == 0.5
    documents, problems = run(corrected(page, [at(page["text"], "the Leeds, ", "place")]), page, fix=True)
    assert tagged(documents) == [("PLACE", "Leeds")]


def test_unknown_document() -> None:
    page = document(LINE)
    documents, problems = run(corrected(page, found(page), doc_id="b.txt", text="Other.", digest=""), page, fix=True)
    assert (kinds(problems), documents, problems[0].left_out) == (["unknown-document"], [], 3)
    documents, problems = run(corrected(page, found(page), doc_id=""), page, fix=True)
    assert (kinds(problems), len(documents[0]["spans"])) == (["renamed-document"], 3)
    documents, problems = run(corrected(page, found(page), doc_id="b.txt", text=None), page)
    assert (kinds(problems), documents) == (["renamed-document"], [])


def test_document_twice() -> None:
    page = document(LINE)
    whole = corrected(page, found(page))
    documents, problems = run([whole, corrected(page, found(page)[1:], file="b.json")], page, fix=True)
    assert (kinds(problems), documents, problems[0].left_out) == (["document-twice"], [], 3)
    documents, problems = run([whole, corrected(page, found(page), file="b.json")], page)
    assert (kinds(problems), len(documents), problems[0].file) == (["document-repeated"], 1, "b.json")


def test_text_of_the_document() -> None:
    page = document(LINE)
    for changes in ({"text": page["text"] + " More."}, {"text": None, "digest": "0" * 16}):
        documents, problems = run(corrected(page, found(page), **changes), page, fix=True)
        assert (kinds(problems), documents) == (["text-changed"], [])
    documents, problems = run(corrected(page, found(page), text=None, digest=""), page)
    assert (kinds(problems), len(documents[0]["spans"])) == (["no-digest"], 3)
    spaced = page["text"].replace(" ", "\u00a0").replace("It", "it") + "\n"
    documents, problems = run(corrected(page, found(page), text=spaced), page)
    assert (kinds(problems), len(documents[0]["spans"])) == ([], 3)


def test_text_with_other_line_ends() -> None:
    """A text of which Windows has made CRLF is the same text; its own words say where the spans are."""
    page = document("One\\ntwo in Leeds.")
    text = page["text"].replace("\n", "\r\n")
    documents, problems = run(corrected(page, [at(text, "Leeds", says=None)], text=text), page, fix=True)
    assert (kinds(problems), tagged(documents)) == (["counted-crlf"], [("PLACE", "Leeds")])


WORDS = " ".join(f"word{number}" for number in range(100))


@pytest.mark.parametrize("split", ["test", "dev"])
def test_held_out(split: str) -> None:
    """The same text, one that differs in case, one with much else around it; and one that only shares a phrase."""
    what = Known([held_out(split, document(WORDS, "secret"))])
    other = " ".join(f"other{number}" for number in range(60))
    for text, kind in (
        (WORDS, f"{split}-split"),
        (WORDS.upper() + "\n", f"{split}-split"),
        (f"{other} {' '.join(WORDS.split()[20:90])} {other}", f"near-{split}-split"),
        (f"{other} {' '.join(WORDS.split()[:10])}", ""),
    ):
        page = document(text)
        documents, problems = run(corrected(page, []), page, fix=True, what=what)
        assert (kinds(problems), len(documents)) == ([kind] if kind else [], not kind)


def test_real_held_out_texts() -> None:
    """Every document of the test and dev split is recognised, none of the training data."""
    what = known(Path("training_data"))
    assert {one.split for one in what.held_out} == {"test", "dev"}
    assert all(what.same_page(" ".join(one.text.split()[5:])) for one in what.held_out)
    assert not what.same_page("Apologies for absence were received. The minutes were agreed as a correct record.")


def test_already_trained() -> None:
    page = document(LINE)
    what = Known(trained={digest_of(page["text"]): "old-1"})
    documents, problems = run(corrected(page, found(page)), page, what=what)
    assert (kinds(problems), len(documents)) == (["already-trained"], 1)


def test_odd_numbers_of_spans() -> None:
    page = document(LINE)
    assert kinds(run(corrected(page, []), page)[1]) == ["all-gone"]
    many = document(" ".join(f"<PLACE>Town{number}</PLACE>" for number in range(12)))
    few = {**many, "spans": []}
    assert kinds(run(corrected(few, found(many)), few)[1]) == ["many-more"]


def test_edges_against_the_rules() -> None:
    page = document("Fell by <PERCENTAGE>5%</PERCENTAGE> to 10% in <DATE_RANGE>2020/21</DATE_RANGE>.")
    spans = [at(page["text"], "by 5%", "PERCENTAGE"), *found(page)[1:], at(page["text"], "10%", "PERCENTAGE")]
    documents, problems = run(corrected(page, spans), page)
    assert (kinds(problems), len(documents[0]["spans"])) == (["rule-edges"], 3)


def test_labels_that_differ() -> None:
    pages = [document(f"At <{label}>Elm House</{label}>.", label) for label in ("PLACE", "PROVIDER")]
    pages.append(document("At <PLACE>elm house</PLACE>.", "third"))
    documents, problems = run([corrected(page, found(page)) for page in pages], pages)
    assert [(problem.kind, problem.doc_id) for problem in problems] == [("labels-differ", "PROVIDER")]
    assert len(documents) == 3
    what = Known(labels=count_labels([document(" ".join(["<PLACE>Elm House</PLACE>"] * 9))]))
    documents, problems = run(corrected(pages[1], found(pages[1])), pages[1], what=what)
    assert (kinds(problems), problems[0].cause) == (
        ["labels-differ-training"],
        "in the training data the same words are PLACE 100% of 9 times",
    )
    assert run(corrected(pages[0], found(pages[0])), pages[0], what=what)[1] == []


def sheet(page: Document, rows: list[Row], missed: list[Missed] | None = None, **changes: Any) -> SheetCorrection:
    spans = [span for row in rows if (span := asked(row)) is not None]
    spans += [Found(0, 0, row.label, row.words, row.where) for row in missed or []]
    digest = digest_of(page["text"])
    made = SheetCorrection("s.xlsx", "row 4", page["meta"]["id"], None, digest, spans, rows, missed or [])
    return replace(made, **changes)


def rows(page: Document, *filled: tuple[str, str, str]) -> list[Row]:
    """A row per span. filled: Verdict, new text and new label of the first spans."""
    empty = [("", "", "")] * (len(page["spans"]) - len(filled))
    return [Row(one, *cells) for one, cells in zip(found(page), [*filled, *empty], strict=True)]


KEEP = [("PROVIDER", "Next Steps"), ("PLACE", "Leeds")]
SHEET: list[tuple[tuple[str, str, str], Tagged]] = [
    (("", "", ""), [("ROLE", "Director")]),
    (("right", "", ""), [("ROLE", "Director")]),
    (("wrong", "", ""), []),
    (("change", "", "STRATEGY"), [("STRATEGY", "Director")]),
    (("change", "Director met", ""), [("ROLE", "Director met")]),
    (("", "director met", "STRATEGY"), [("STRATEGY", "Director met")]),
]


@pytest.mark.parametrize(("cells", "wanted"), SHEET)
def test_sheet_row(cells: tuple[str, str, str], wanted: Tagged) -> None:
    page = document(LINE)
    documents, problems = run(sheet(page, rows(page, cells)), page)
    assert (tagged(documents), problems) == ([*wanted, *KEEP], [])


SHEET_PROBLEMS = [
    ("verdict-unknown", ("wrogn", "", "")),
    ("change-empty", ("change", "", "")),
    ("new-text-missing", ("change", "Chair", "")),
    ("unknown-label", ("change", "", "BOSS")),
]


@pytest.mark.parametrize(("kind", "cells"), SHEET_PROBLEMS)
def test_sheet_row_with_problem(kind: str, cells: tuple[str, str, str]) -> None:
    page = document(LINE)
    documents, problems = run(sheet(page, rows(page, cells)), page, fix=True)
    assert (kinds(problems), tagged(documents), problems[0].left_out) == ([kind], KEEP, 1)


def test_sheet_rows_together() -> None:
    page = document(LINE)
    good = rows(page)
    documents, problems = run(sheet(page, good[1:]), page, fix=True)
    assert (kinds(problems), tagged(documents), problems[0].text) == (["row-deleted"], KEEP, "Director")
    documents, problems = run(sheet(page, [*reversed(good), *good]), page)
    assert (problems, tagged(documents)) == ([], tagged([page]))
    twice = [*good, Row(good[0].found, "wrong"), Row(good[0].found, "right")]
    documents, problems = run(sheet(page, twice), page, fix=True)
    assert (kinds(problems), tagged(documents)) == (["row-twice"], KEEP)
    against = rows(page, ("wrong", "Director met", ""))
    documents, problems = run(sheet(page, against), page)
    assert (kinds(problems), tagged(documents)) == (["verdict-contradicts"], KEEP)
    documents, problems = run(sheet(page, against), page, fix=True)
    assert (kinds(problems), tagged(documents)[0]) == (["verdict-contradicts"], ("ROLE", "Director met"))
    dated = [Row(good[0].found, "change", "2021-04-01 00:00:00", "", "new text"), *good[1:]]
    documents, problems = run(sheet(page, dated), page, fix=True)
    assert (kinds(problems), tagged(documents)) == (["not-text"], KEEP)


def test_new_text_is_found_where_the_span_was() -> None:
    page = document("Elm House. " + "x " * 60 + "At <PLACE>Elm</PLACE> House. " + "x " * 60 + "Elm House, Oak, Oak.")
    (row,) = rows(page, ("change", "Elm House", ""))
    documents, _ = run(sheet(page, [row]), page)
    assert documents[0]["spans"][0]["start"] == row.found.start
    (row,) = rows(page, ("change", "Oak", ""))
    documents, problems = run(sheet(page, [row]), page)
    assert (kinds(problems), tagged(documents)) == (["new-text-where"], [])


MISSED_LINE = "Leeds is big. In <PLACE>Leeds</PLACE> it rains. St John’s is in Leeds. Hull is not."
MISSED: list[tuple[Missed, list[str]]] = [
    (Missed("r", "PLACE", "Hull"), ["Leeds@17", "Hull@56"]),
    (Missed("r", "PLACE", "st john's"), ["Leeds@17", "St John’s@33"]),
    (Missed("r", "PLACE", "Leeds", "1"), ["Leeds@0", "Leeds@17"]),
    (Missed("r", "PLACE", "Leeds", "3"), ["Leeds@17", "Leeds@49"]),
    (Missed("r", "PLACE", "Leeds", "All"), ["Leeds@0", "Leeds@17", "Leeds@49"]),
    (Missed("r", "PLACE", "Leeds", "St John's is in  Leeds."), ["Leeds@17", "Leeds@49"]),
    (Missed("r", "place ", "Hull"), ["Leeds@17", "Hull@56"]),
]


@pytest.mark.parametrize(("row", "wanted"), MISSED)
def test_missed(row: Missed, wanted: list[str]) -> None:
    page = document(MISSED_LINE)
    documents, _ = run(sheet(page, rows(page), [row]), page, fix=True)
    assert [f"{span['text']}@{span['start']}" for span in documents[0]["spans"]] == wanted


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("missed-empty", Missed("r", "", "Hull")),
        ("missed-empty", Missed("r", "PLACE", "")),
        ("missed-missing", Missed("r", "PLACE", "York")),
        ("missed-missing", Missed("r", "PLACE", "eeds")),
        ("missed-place", Missed("r", "PLACE", "Leeds", "4")),
        ("missed-place", Missed("r", "PLACE", "Leeds", "York is in Leeds")),
        ("missed-place", Missed("r", "PLACE", "Leeds", "Hull is not.")),
        ("missed-where", Missed("r", "PLACE", "Leeds")),
        ("unknown-label", Missed("r", "TOWN", "Hull")),
        ("not-text", Missed("r", "PLACE", "2021-04-01", "", "text")),
    ],
)
def test_missed_with_problem(kind: str, row: Missed) -> None:
    page = document(MISSED_LINE)
    documents, problems = run(sheet(page, rows(page), [row]), page, fix=True)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert (kinds(errors), tagged(documents), errors[0].left_out) == ([kind], [("PLACE", "Leeds")], 1)


def test_not_ticked() -> None:
    """Untouched, it is passed over without a word."""
    page = document(LINE)
    assert run(sheet(page, rows(page), is_ticked=False), page) == ([], [])
    documents, problems = run(sheet(page, rows(page, ("wrong", "", "")), is_ticked=False), page)
    assert (kinds(problems), documents, problems[0].left_out) == (["not-ticked"], [], 0)


TEXTS = st.text(alphabet="ab L.,()“”‘’'\"\n\r-–%5é😀\u200b", max_size=40)
FOUND = st.builds(
    Found,
    st.integers(-3, 45),
    st.integers(-3, 45),
    st.sampled_from((*BY_NAME, "place")),
    st.one_of(st.none(), st.text(alphabet="ab L.", max_size=5)),
    st.just("s"),
)


@given(TEXTS, st.lists(FOUND, max_size=6), st.lists(FOUND, max_size=3), st.booleans())
def test_what_remains_is_in_order(text: str, spans: list[Found], predicted: list[Found], fix: bool) -> None:
    """Whatever comes in, what goes out can be trained on, and a second check finds no error in it."""
    page = document("x")
    page["text"] = text
    page["spans"] = [
        {"start": one.start, "end": one.end, "label": one.label}
        for one in predicted
        if 0 <= one.start < one.end <= len(text) and one.label in BY_NAME
    ]
    documents, problems = run(corrected(page, spans), page, fix)
    for one in documents:
        check_line(one)
        aligned(doc(one["text"]), one)
    again, problems = run([corrected(one, found(one)) for one in documents], documents, fix)
    assert not [problem for problem in problems if problem.severity == "error"]
    assert tagged(again) == tagged(documents)


def doc(text: str) -> Doc:
    return TOKENIZER(text)


def test_repair_list(tmp_path: Path) -> None:
    """UTF-8 with its mark, one line per problem, and no cell that Excel would run."""
    page = document("=SUM(1) “In” Leeds.")
    spans = [Found(0, 3, "TOWN", "=SUM\n(“1”)\0", "=row 1")]
    _, problems = run(corrected(page, spans, file="+a.json"), page)
    write(problems, tmp_path / "r.csv")
    data = (tmp_path / "r.csv").read_bytes()
    assert data.startswith(
        b"\xef\xbb\xbffile,place,doc_id,start,end,label,text,kind,severity,cause,repair,fixed,left_out\r\n"
    )
    assert "'+a.json,'=row 1,a.txt,0,3,TOWN,'=SUM (“1”),unknown-label,error," in data.decode("utf-8-sig")
    assert data.decode("utf-8-sig").splitlines()[1].endswith("no,1")


def test_every_kind_is_tested() -> None:
    """Runs last in this file: all kinds have come up."""
    assert len(KINDS) == len(BY_ID) >= 25
    assert set(BY_ID) == TESTED
