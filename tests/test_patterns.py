"""Every word list loads, every row has an example with one of its words, broken lists are refused with file and row."""

from importlib import resources

import pytest

from pipeline import patterns
from pipeline.errors import PipelineError

NAMES = sorted(
    path.name.removesuffix(".toml") for path in resources.files(patterns).iterdir() if path.name.endswith(".toml")
)


@pytest.mark.parametrize("name", NAMES)
def test_lists_load(name):
    rows = patterns.load(name)
    assert rows
    for row in rows:
        example = patterns.re.sub(r"\s+", " ", row.example).replace("’", "'").lower()
        assert any(word.replace("’", "'").lower() in example for word in row.words), row.id


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[pattern]]\nid = 'a'", "row 1 (a), kind: Field required"),
        (
            "[[pattern]]\nid = 'a'\nkind = 'k'\nwords = ['x']\nexample = 'x'\nword = 'y'",
            "row 1 (a), word: Extra inputs",
        ),
        (
            "[[pattern]]\nid = 'a'\nkind = 'k'\nwords = []\nexample = 'x'",
            "row 1 (a), words: Tuple should have at least 1",
        ),
        ("[[pattern]]\nid = 'A b'\nkind = 'k'\nwords = ['x']\nexample = 'x'", "row 1 (A b), id: String should match"),
        (2 * "[[pattern]]\nid = 'a'\nkind = 'k'\nwords = ['x']\nexample = 'x'\n", "the id 'a' is used twice"),
        ("[[pattern", "Expected"),
    ],
)
def test_broken_lists_are_refused(text, message, tmp_path, monkeypatch):
    (tmp_path / "broken.toml").write_text(text)
    monkeypatch.setattr(patterns.resources, "files", lambda package: tmp_path)
    with pytest.raises(PipelineError) as caught:
        patterns.load("broken")
    assert str(caught.value).startswith("broken.toml: ")
    assert message in str(caught.value)


def test_alternation():
    words = patterns.re.compile(patterns.alternation(["up to", "up", "Members' view"]))
    assert words.match("up  to 5%").group() == "up  to"
    assert words.match("Members’\u00a0view").group() == "Members’\u00a0view"
