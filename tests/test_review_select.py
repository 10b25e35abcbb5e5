"""The choice of documents to correct."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import PipelineError
from pipeline.review.select import (
    Candidate,
    Choice,
    choose,
    cut_periods,
    read_choice,
    select,
    unlike_itself,
    write_choice,
)


def candidate(doc_id: str, source: str = "", **known: Any) -> Candidate:
    values = {
        "doubt": 0.0,
        "contradictions": (),
        "counts": Counter[str](),
        "unsure": (),
        "words": 100,
        "digest": doc_id,
    }
    return Candidate(doc_id=doc_id, source=source or doc_id, **(values | known))


def ids(choices: list[Choice]) -> list[str]:
    return [choice.doc_id for choice in choices]


def document(text: str, *found: tuple[str, str, float], doc_id: str = "a", council: str = "") -> dict[str, Any]:
    spans = []
    for words, label, confidence in found:
        start = text.index(words)
        spans.append(
            {"start": start, "end": start + len(words), "label": label, "text": words, "confidence": confidence}
        )
    return {"text": text, "spans": spans, "meta": {"id": doc_id, "source": doc_id, "page": {"council": council}}}


def run_of(folder: Path, *documents: dict[str, Any]) -> Path:
    (folder / "annotated").mkdir()
    (folder / "run.json").write_text("{}", "utf8")
    lines = [json.dumps(one, ensure_ascii=False) for one in documents]
    (folder / "annotated" / "part-00000.jsonl").write_text("\n".join(lines) + "\n", "utf8")
    return folder


def test_doubt_comes_first() -> None:
    assert ids(
        choose([candidate("sure"), candidate("unsure", doubt=2.5), candidate("less", doubt=0.5)], 2, Counter())
    ) == [
        "unsure",
        "less",
    ]


def test_contradictions_count() -> None:
    assert ids(choose([candidate("a"), candidate("b", contradictions=("x",))], 1, Counter())) == ["b"]


def test_rare_labels_count() -> None:
    common, rare = Counter({"ROLE": 2}), Counter({"PROVIDER": 2})
    trained = Counter({"ROLE": 900, "PLACE": 800, "STRATEGY": 700, "PROVIDER": 10})
    assert ids(choose([candidate("a", counts=common), candidate("b", counts=rare)], 1, trained)) == ["b"]


def test_no_source_fills_the_choice() -> None:
    pages = [candidate(f"leeds/{n}", "leeds", doubt=9.0 - n) for n in range(4)] + [
        candidate("york/1", "york", doubt=7.5)
    ]
    assert ids(choose(pages, 3, Counter())) == ["leeds/0", "york/1", "leeds/1"]


def test_equal_documents_go_by_length_then_name() -> None:
    pages = [candidate("c", words=50), candidate("b"), candidate("a"), candidate("d", words=50)]
    assert ids(choose(pages, 9, Counter())) == ["c", "d", "a", "b"]


def test_no_documents() -> None:
    assert choose([], 5, Counter()) == []


def test_reasons() -> None:
    one = candidate(
        "x/1",
        "x",
        doubt=1.0,
        unsure=((0.4, "STRATEGY", "the\nPlan"), (0.7, "ROLE", "Chair")),
        contradictions=("one", "two", "three"),
        counts=Counter({"PROVIDER": 1}),
    )
    (choice,) = choose([one], 1, Counter({"ROLE": 9, "PLACE": 9, "STRATEGY": 9}))
    assert choice.reason == (
        "2 unsure: “the Plan” STRATEGY 0.40, “Chair” ROLE 0.70; one; two (and 1 more); 1 PROVIDER, the rarest label; "
        "number 1 of x"
    )


def test_words_with_and_without_a_label() -> None:
    text = "The Staying Close Offer was noted. Staying Close Offer staff came."
    ents = [{"start": 4, "end": 23, "label": "STRATEGY", "text": "Staying Close Offer"}]
    assert list(unlike_itself(text, ents)) == ["“Staying Close Offer” has a label in one place and none in another"]
    assert list(unlike_itself(text[:34], ents)) == []


def test_period_outside_a_name() -> None:
    text = "Sufficiency Strategy 2021-24"
    strategy = {"start": 0, "end": 20, "label": "STRATEGY", "text": "Sufficiency Strategy"}
    period = {"start": 21, "end": 28, "label": "DATE_RANGE", "text": "2021-24"}
    made = {"text": text, "spans": [strategy, period]}
    assert list(cut_periods(made, [strategy])) == ["“2021-24” stands outside “Sufficiency Strategy”"]
    whole = strategy | {"end": 28}
    assert list(cut_periods(made | {"spans": [whole, period]}, [whole])) == []


def test_a_known_name_without_a_label(tmp_path: Path) -> None:
    plain = document("Nobody from Barnardo's came to Middlesbrough.", ("Middlesbrough", "PLACE", 0.99), doc_id="known")
    empty = document("Nobody came at all.", doc_id="empty")
    first, second = select(run_of(tmp_path, empty, plain), 5)
    assert (first.doc_id, second.doc_id) == ("known", "empty")
    assert "“Barnardo's” is on the list of providers and has no label" in first.reason


def test_what_is_annotated_already_is_not_chosen_nor_a_text_twice(tmp_path: Path) -> None:
    run = run_of(tmp_path, document("One."), document("Two.", doc_id="b"), document("Two.", doc_id="c"))
    assert ids(select(run, 9, [{"text": "One.", "spans": []}])) == ["b"]


def test_no_run(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match=r"no finished run in .*minutes annotate"):
        select(tmp_path, 5)


def test_the_choice_is_read_back_as_excel_saves_it(tmp_path: Path) -> None:
    choices = [Choice(1, "=a", "-s", "why, “so”\nand"), Choice(2, "b", "", "x")]
    path = tmp_path / "selected.csv"
    write_choice(choices, path)
    assert read_choice(path) == choices
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()[:1]))
    assert rows == [["rank", "doc_id", "source", "reason"]]
    for mark, encoding in ((";", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16")):
        path.write_bytes("rank;doc_id;source;reason\r\n;;;\r\n2;b;;“x”\r\n".replace(";", mark).encode(encoding))
        assert read_choice(path) == [Choice(1, "b", "", "“x”")]


@pytest.mark.parametrize("content", ["", "name\nx\n"])
def test_a_broken_choice(tmp_path: Path, content: str) -> None:
    path = tmp_path / "selected.csv"
    path.write_text(content, "utf8")
    with pytest.raises(PipelineError, match=r"no column is called doc_id"):
        read_choice(path)
    with pytest.raises(PipelineError, match=r"No such file"):
        read_choice(tmp_path / "none.csv")
