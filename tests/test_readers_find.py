"""Which files of a folder are read, in which order and under which ids."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.readers import STDIN
from pipeline.readers.find import Source, find


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", "utf8")


def ids(*paths: Path) -> list[str]:
    return [source.id for source in find(paths)[0]]


def names(folder: Path, paths: Iterable[Path]) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]


def test_folder(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a/z.PDF", "a/b/c.docx", "a-b.html", "B.htm", "é.csv", "x y/1.jsonl", "t.parquet")
    found, unknown = find([tmp_path])
    assert unknown == []
    order = ["B.htm", "a-b.html", "a/b/c.docx", "a/z.PDF", "b.txt", "t.parquet", "x y/1.jsonl", "é.csv"]
    assert found == [Source(tmp_path / name, name) for name in order]


def test_unknown_suffixes(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.doc", "c/d.mht", "README", "e.txt.bak", "f.zip")
    found, unknown = find([tmp_path])
    assert [source.id for source in found] == ["a.txt"]
    assert names(tmp_path, unknown) == ["README", "b.doc", "c/d.mht", "e.txt.bak", "f.zip"]


def test_ignored(tmp_path: Path) -> None:
    litter = ("Thumbs.db", "desktop.ini", ".DS_Store", "~$draft.docx", ".git/x.txt", ".hidden.txt", "__MACOSX/a.txt")
    make(tmp_path, "a.html", "a_files/menu.html", "a_files/x.js", "b_files/kept.txt", *litter)
    found, unknown = find([tmp_path])
    assert ([source.id for source in found], unknown) == (["a.html", "b_files/kept.txt"], [])


def test_files(tmp_path: Path) -> None:
    make(tmp_path, "a/x.txt", "b/x.txt", "b/.y.txt", "c.doc")
    paths = [tmp_path / "b/x.txt", tmp_path / "a/x.txt", tmp_path / "b/.y.txt", tmp_path / "c.doc"]
    assert find(paths) == (
        [Source(paths[0], "x.txt"), Source(paths[1], "x.txt (2)"), Source(paths[2], ".y.txt")],
        [paths[3]],
    )


def test_same_ids(tmp_path: Path) -> None:
    make(tmp_path, "a/x.txt", "b/x.txt", "c/x.txt", "c/x.txt (2)/x.txt")
    assert ids(tmp_path / "a", tmp_path / "b", tmp_path / "c") == ["x.txt", "x.txt (2)", "x.txt (3)", "x.txt (2)/x.txt"]


def test_each_file_once(tmp_path: Path) -> None:
    make(tmp_path, "a/x.txt", "a/y.txt", "b.doc")
    paths = [tmp_path / "a/y.txt", tmp_path, tmp_path / "a", tmp_path / "a/../a/x.txt", tmp_path / "b.doc"]
    found, unknown = find(paths)
    assert [source.id for source in found] == ["y.txt", "a/x.txt"]
    assert unknown == [tmp_path / "b.doc"]


def test_standard_input(tmp_path: Path) -> None:
    make(tmp_path, "stdin.txt")
    assert find([STDIN, tmp_path, STDIN]) == (
        [Source(STDIN, "stdin"), Source(tmp_path / "stdin.txt", "stdin.txt")],
        [],
    )


def test_no_such_path(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="no such file or folder: "):
        find([tmp_path, tmp_path / "nowhere"])


def test_empty_folder(tmp_path: Path) -> None:
    assert find([tmp_path]) == ([], [])


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A folder with links in a circle, to a file twice, and to nothing."""
    make(tmp_path, "top/a.txt", "top/sub/b.txt", "elsewhere/c.txt")
    links = (
        ("sub/circle", "top"),
        ("sub/itself", "top/sub"),
        ("z", "elsewhere"),
        ("a2.txt", "top/a.txt"),
        ("dead.txt", "x"),
    )
    try:
        for name, target in links:
            (tmp_path / "top" / name).symlink_to(tmp_path / target)
    except OSError:
        pytest.skip("this system makes no links")
    return tmp_path / "top"


def test_links(linked: Path) -> None:
    assert ids(linked) == ["a.txt", "dead.txt", "sub/b.txt", "z/c.txt"]


def test_folder_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.txt", "shut/b.txt")
    iterdir = Path.iterdir

    def refuse(path: Path):
        if path.name == "shut":
            raise PermissionError(13, "Permission denied")
        return iterdir(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert find([tmp_path]) == ([Source(tmp_path / "a.txt", "a.txt"), Source(tmp_path / "shut", "shut")], [])


def test_name_that_is_no_text(tmp_path: Path) -> None:
    """Names of old archives hold bytes of another encoding; their ids go into tables, their paths to the system."""
    name = b"caf\xe9.txt".decode("utf-8", "surrogateescape")
    try:
        make(tmp_path, name, "café.txt")
    except (OSError, UnicodeError):
        pytest.skip("this system takes no such names")
    found, unknown = find([tmp_path])
    assert [source.id for source in found] == ["café.txt", "caf\\xe9.txt"]
    assert [source.path.read_text("utf8") for source in found] == ["x", "x"]
    assert unknown == []


def test_a_name_too_long_is_no_file():
    with pytest.raises(PipelineError, match="no such file or folder"):
        find([Path("x" * 5000)])
