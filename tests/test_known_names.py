from pathlib import Path

import numpy as np
import pytest

import pipeline.nlp
from pipeline.components import known_names
from pipeline.components.known_names import SPANS_KEY, make_features, read_list
from pipeline.errors import PipelineError

LISTS = ["places", "providers", "strategies"]


@pytest.fixture
def lists(tmp_path, monkeypatch) -> Path:
    for name, row in zip(LISTS, ["West Ayton", "Lamp's Light,charity,ambiguous", "Way Home"], strict=True):
        (tmp_path / f"{name}.csv").write_text(f"name,kind,note\n{row}{',,' if ',' not in row else ''}\n", "utf8")
    monkeypatch.setattr(known_names, "names_folder", lambda: tmp_path)
    return tmp_path


def nlp_with_names() -> pipeline.nlp.Language:
    nlp = pipeline.nlp.blank()
    nlp.add_pipe("minutes_known_names", config={"lists": LISTS})
    return nlp


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In West Ayton", [("West Ayton", "places")]),
        ("LAMP’S LIGHT and lamp's light", [("LAMP’S LIGHT", "providers"), ("lamp's light", "providers")]),
        ("the Way Home scheme", [("Way Home", "strategies")]),
        ("Ayton, a way, West\nAyton", []),
        ("", []),
    ],
)
def test_names_are_found_whatever_their_case(lists: Path, text: str, found: list) -> None:
    doc = nlp_with_names()(text)
    assert [(span.text, span.label_) for span in doc.spans[SPANS_KEY]] == found


def test_names_that_come_up_later_are_found_as_at_once(lists: Path) -> None:
    """Names wait for their first word: in another case, with a mark in front, cut by the tokenizer."""
    with (lists / "strategies.csv").open("a", encoding="utf8") as out:
        out.write("#OurVoice,,\nCAFÉ-Plan,,\n10km,,\n—,,\n")
    late, at_once = nlp_with_names(), nlp_with_names()
    component = at_once.get_pipe("minutes_known_names")
    component.learn(set(component.waiting))
    texts = ["Nothing", "see #ourvoice, café-plan", "for 10km", "the way — home: Lamp's Light", "WAY HOME; #OurVoice"]
    for text in texts:
        docs = [nlp(text) for nlp in (late, at_once)]
        found, expected = [sorted((span.start, span.end) for span in doc.spans[SPANS_KEY]) for doc in docs]
        assert found == expected
    assert len(found) == 2


def test_an_added_row_counts_at_the_next_load(lists: Path) -> None:
    with (lists / "places.csv").open("a", encoding="utf8") as out:
        out.write('"Ayton, East",town,\n')
    doc = nlp_with_names()("At Ayton, East.")
    assert [span.text for span in doc.spans[SPANS_KEY]] == ["Ayton, East"]


def test_features_say_where_a_name_begins_goes_on_and_ends(lists: Path) -> None:
    doc = nlp_with_names()("At West Ayton lamp's light")
    layer = make_features(LISTS, dropout=0.0)
    columns = layer.predict([doc])[0]
    assert columns.shape == (len(doc), 9)
    assert [np.flatnonzero(row).tolist() for row in columns] == [[], [0], [1, 2], [3], [4], [4, 5]]


def test_dropout_leaves_names_out_in_training_only(lists: Path) -> None:
    doc = nlp_with_names()("At West Ayton")
    layer = make_features(LISTS, dropout=1.0)
    assert layer([doc], is_train=True)[0][0].sum() == 0
    assert layer.predict([doc])[0].sum() == 3


def test_what_excel_leaves_behind_is_read(tmp_path) -> None:
    """A byte order mark, line ends of Windows, a cleared row, a blank last line, a name given twice."""
    content = "\ufeffname,kind,note\r\nWest Ayton,town,\r\n,,\r\nwest ayton,town,\r\nEast Ayton\r\n\r\n"
    (tmp_path / "places.csv").write_bytes(content.encode("utf8"))
    assert list(read_list(tmp_path / "places.csv")) == ["West Ayton", "west ayton", "East Ayton"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("name;kind;note\nA;b;\n", "line 1"),
        ("name,kind,note\n,town,\n", "line 2"),
        ("name,kind,note\nA,b,c,d\n", "line 2"),
        ('name,kind,note\nA,b,c\n"A,b,c\n', "unexpected end"),
    ],
)
def test_a_broken_list_is_named_with_its_line(tmp_path, content: str, line: str) -> None:
    (tmp_path / "places.csv").write_text(content, "utf8")
    with pytest.raises(PipelineError, match=line):
        list(read_list(tmp_path / "places.csv"))


def test_a_list_that_is_not_there_or_no_utf8_is_named(tmp_path) -> None:
    (tmp_path / "places.csv").write_bytes(b"name,kind,note\nT\xe9ignmouth,town,\n")
    for name, problem in (("places", "save it as CSV UTF-8"), ("streets", "No such file")):
        with pytest.raises(PipelineError, match=rf"{name}\.csv, .*{problem}"):
            list(read_list(tmp_path / f"{name}.csv"))


@pytest.mark.parametrize("name", LISTS)
def test_the_shipped_lists_hold_no_name_twice(name: str) -> None:
    names = list(read_list(known_names.names_folder() / f"{name}.csv"))
    assert len(names) > 400
    assert len({known.casefold() for known in names}) == len(names)
