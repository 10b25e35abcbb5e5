"""Which files there are to read."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import Errors, PipelineError
from pipeline.readers import STDIN, SUFFIXES

LITTER = frozenset(("thumbs.db", "desktop.ini", "__macosx"))  # what systems leave in folders
LOCK = "~$"  # Word's lock files
ASIDE = "_files"  # where browsers put the pictures and scripts of a page they save


class Source(NamedTuple):
    """A file to read.

    path (Path): Where it is; a dash for standard input.
    id (str): What its text is called in every table: its path in the folder that was given, with forward slashes;
        a byte that is no character is escaped, as in `caf\\xe9.txt`.
    url (str): Where it is if not on this machine; the path is then only a name.
    """

    path: Path
    id: str
    url: str = ""


def find(paths: Iterable[Path]) -> tuple[list[Source], list[Path]]:
    """The files to read, and those that no reader knows.

    Folders are searched to the bottom, also through links, in the order of the ids; a file reached twice counts once.
    Left out without a word: hidden files, `Thumbs.db` and its like, lock files `~$...`, and the folder `page_files`
    beside `page.html`. A folder that cannot be opened is given as a file, so that reading it reports the cause.

    paths (Iterable[Path]): Files and folders; a dash is standard input.
    RETURNS (tuple[list[Source], list[Path]]): Ids differ from each other: from its second use on, one ends in ` (2)`.
    RAISES (PipelineError): For a path that is not there.
    """
    sources: list[Source] = []
    unknown: list[Path] = []
    seen: set[str] = set()
    ids: set[str] = set()
    for given in paths:
        for file, id_ in _under(given):
            real = os.path.realpath(file)
            if real in seen:
                continue
            seen.add(real)
            if given != STDIN and file.suffix.lower() not in SUFFIXES and not file.is_dir():
                unknown.append(file)
            else:
                sources.append(Source(file, _unique(_printable(id_), ids)))
    return sources, unknown


def _under(given: Path) -> Iterator[tuple[Path, str]]:
    try:
        there = given.exists() or given.is_symlink()
    except OSError as err:  # too long a name, or a folder that may not be searched
        raise PipelineError(Errors.E101.format(path=given)) from err
    if given == STDIN:
        yield given, "stdin"
    elif given.is_dir():
        files = _files(given, set())
        yield from sorted(((file, file.relative_to(given).as_posix()) for file in files), key=lambda pair: pair[1])
    elif there:
        yield given, given.name
    else:
        raise PipelineError(Errors.E101.format(path=given))


def _files(folder: Path, seen: set[str]) -> Iterator[Path]:
    """All files under folder; `seen` holds the folders that were entered, since links can run in circles."""
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder
        return
    pages = {entry.stem for entry in entries if entry.suffix.lower() in (".html", ".htm")}
    for entry in entries:
        name = entry.name
        if is_litter(name):
            continue
        if not entry.is_dir():
            yield entry
        elif not (name.endswith(ASIDE) and name.removesuffix(ASIDE) in pages):
            yield from _files(entry, seen)


def is_litter(name: str) -> bool:
    """Whether a file or folder is hidden, a lock, or of the kind that systems leave in folders."""
    return name.startswith((".", LOCK)) or name.lower() in LITTER


def _printable(id_: str) -> str:
    """id_ without the halves of characters that stand for bytes in a file's name and fit into no table."""
    return os.fsencode(id_).decode("utf-8", "backslashreplace")


def _unique(id_: str, ids: set[str]) -> str:
    """id_, or with the first number from 2 that makes it new."""
    new, number = id_, 1
    while new in ids:
        number += 1
        new = f"{id_} ({number})"
    ids.add(new)
    return new
