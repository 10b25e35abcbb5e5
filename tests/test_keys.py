"""What a result depends on: each file of the package is the model's, the rules' or the readers', or has no effect."""

import ast
import shutil
from pathlib import Path

import pytest

from pipeline import keys
from pipeline.keys import MODEL_CODE, NO_EFFECT, READER_CODE, digest, files
from pipeline.paths import PACKAGE
from pipeline.readers import Limits
from tests.fixtures.here import model_at

# The model imports them, but what they do to its entities is done again with the rules, or needs another model.
HARMLESS = {"errors.py", "extensions.py", "labels.py", "paths.py", "spans.py"}


def names(patterns) -> set[str]:
    return {path.relative_to(PACKAGE).as_posix() for path in files(PACKAGE, patterns)}


def test_each_file_is_of_one_kind():
    kinds = [names(MODEL_CODE), names(READER_CODE), names(NO_EFFECT)]
    assert sum(map(len, kinds)) == len(set.union(*kinds))
    assert all(kinds)


@pytest.mark.parametrize("pattern", [*MODEL_CODE, *READER_CODE, *NO_EFFECT])
def test_each_name_is_there(pattern):
    assert names([pattern])


def imported(path: Path) -> set[str]:
    """The files of the package that a file imports, and those that they import."""
    found: set[str] = set()
    todo = [path]
    while todo:
        for node in ast.walk(ast.parse(todo.pop().read_text("utf8"))):
            modules = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
            for module in modules:
                file = PACKAGE.parent / (module.replace(".", "/") + ".py")
                if file.is_file() and (name := file.relative_to(PACKAGE).as_posix()) not in found:
                    found.add(name)
                    todo.append(file)
    return found


def test_what_the_model_imports_is_the_models():
    needed = {name for path in files(PACKAGE, MODEL_CODE) for name in imported(path)}
    assert "components/pieces.py" in needed
    assert needed - names(MODEL_CODE) <= HARMLESS


def test_what_the_readers_import_is_the_readers():
    needed = {name for path in files(PACKAGE, ("readers/*.py",)) for name in imported(path)}
    assert needed - names(READER_CODE) == {"paths.py"}


def test_rules_and_what_they_make_count():
    """Some of those that must never be forgotten."""
    rest = names(("**/*.py", "patterns/*", "templates/*")) - names((*MODEL_CODE, *READER_CODE, *NO_EFFECT))
    wanted = {"annotation.py", "documents.py", "frames.py", "labels.py", "nlp.py", "schema.py", "spans.py", "values.py"}
    wanted |= {"patterns/__init__.py", "patterns/resolutions.toml", "templates/document.html"}
    wanted |= {"components/page/items.py", "components/matcher.py", "components/structure.py"}
    assert wanted <= rest


@pytest.mark.parametrize(
    ("changed", "changes"),
    [
        ("components/recogniser.py", "model"),
        ("components/pieces.py", "model"),
        ("readers/pdf_file.py", "reader"),
        ("storage.py", "reader"),
        ("patterns/percentages.toml", "rules"),
        ("patterns/__init__.py", "rules"),
        ("components/page/items.py", "rules"),
        ("components/new.py", "rules"),
        ("new.py", "rules"),
        ("pool.py", ""),
        ("training/train.py", ""),
        ("review/formats/page.py", ""),
        ("cli_review.py", ""),
    ],
)
def test_what_a_change_touches(monkeypatch, tmp_path, tmp_path_factory, changed, changes):
    model = model_at(tmp_path_factory.getbasetemp() / "names")
    copy = shutil.copytree(PACKAGE, tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__", "models"))
    monkeypatch.setattr(keys, "PACKAGE", copy)
    monkeypatch.setattr(keys, "code", keys.code.__wrapped__)
    before = keys.keys(model, Limits())._asdict()
    with (copy / changed).open("a") as file:
        file.write("# changed\n")
    after = keys.keys(model, Limits())._asdict()
    assert [name for name in after if after[name] != before[name]] == ([changes] if changes else [])


def test_a_model_is_known_by_its_files(tmp_path):
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "weights").write_bytes(b"1")
    first = digest(tmp_path)
    assert digest(tmp_path) == first
    (tmp_path / "part" / "weights").write_bytes(b"2")
    assert digest(tmp_path) != first
    (tmp_path / "part" / "weights").rename(tmp_path / "weights")
    assert len({first, digest(tmp_path)}) == 2


def test_limits_are_the_readers(tmp_path):
    before, after = (keys.keys(tmp_path, limits) for limits in (Limits(), Limits(pages=5)))
    assert (before.model, before.rules) == (after.model, after.rules)
    assert before.reader != after.reader
