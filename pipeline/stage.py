"""The folder of a run while it is made, and its change for the run before. A crash at any point loses nothing.

All is written to `OUT/.unfinished`; `run.json` comes last. Then the old content of OUT goes and the new one takes its
place; if that is cut short, `run.json` in the stage tells the next start to go on with it.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipeline.errors import Errors, PipelineError
from pipeline.log import FILE as LOG
from pipeline.writers import STAGE, atomic

REPORT = "run.json"
PAGE = "report.html"  # of `minutes report`
STARTED = "started.json"
PARTS = ("annotated", "docs", "html", "tables", "manifest")
CONTENT = (*PARTS, LOG, REPORT)
LOCK = ".lock"


@contextmanager
def stage(out: Path, paths: list[str], force: bool) -> Iterator[Path]:
    """A folder inside `out` to write to, with what a run that was stopped left there; at the end it becomes `out`.

    paths (list[str]): What is annotated. force (bool): Whether the results of other paths may be replaced.
    RAISES (PipelineError): When `out` holds a run over other paths and `force` is off, holds something else, is in use,
        or cannot be written to.
    """
    folder = out / STAGE
    check(out)
    with writing(out):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as err:
        raise PipelineError(Errors.E308.format(out=out)) from err
    except (OSError, NotImplementedError) as err:
        raise unwritable(err, out) from err
    try:
        with writing(out):
            if (folder / REPORT).is_file():
                settle(out)  # what was whole, but cut short on its way
            started = read_json(folder / STARTED)
            earlier = [started.get("paths"), read_json(out / REPORT).get("settings", {}).get("paths")]
            if not force and any(before is not None and before != paths for before in earlier):
                raise PipelineError(Errors.E301.format(out=out))
            if force and started.get("paths") != paths:
                clear(folder)
            with atomic(folder / STARTED) as path:
                path.write_text(json.dumps({"paths": paths}), "utf8")
            yield folder
            settle(out)
    finally:
        lock.release()
        with suppress(OSError):
            if {path.name for path in folder.iterdir()} <= {LOCK}:
                remove(folder)


def settle(out: Path) -> None:
    """Put what the stage holds in place of what `out` holds; may be done again where it was cut short.

    The page of the run before goes too: nobody should read its figures as those of this run.
    """
    folder = out / STAGE
    holds = read_json(folder / REPORT)["holds"]
    (out / REPORT).unlink(missing_ok=True)
    (out / PAGE).unlink(missing_ok=True)
    for name in (*PARTS, LOG):
        if name not in holds or (folder / name).exists():
            remove(out / name)
        if (folder / name).exists():
            (folder / name).replace(out / name)
    (folder / STARTED).unlink(missing_ok=True)
    (folder / REPORT).replace(out / REPORT)


def check(out: Path) -> None:
    """RAISES (PipelineError): When `out` is a file, or holds something that is no run."""
    if out.exists() and not out.is_dir():
        raise PipelineError(Errors.E302.format(out=out))
    if out.exists() and not is_run(out) and not (out / STAGE / REPORT).is_file():
        strange = [path for path in out.iterdir() if path.name != STAGE]
        if strange:
            raise PipelineError(Errors.E302.format(out=out))


def is_run(folder: Path) -> bool:
    """Whether a folder holds the output of a run."""
    return (folder / REPORT).is_file() and (folder / "tables").is_dir()


def outside_runs(paths: Iterable[Path], given: Iterable[Path]) -> list[Path]:
    """The paths that are not the output of a run below one of the given folders; what is given itself always counts."""
    top = {path.resolve() for path in given}
    files = set(given)

    @cache
    def in_a_run(folder: Path) -> bool:
        if folder in top or folder == folder.parent:
            return False
        return is_run(folder) or folder.name == STAGE or in_a_run(folder.parent)

    @cache
    def real(folder: Path) -> Path:
        return folder.resolve()

    return [path for path in paths if path in files or not in_a_run(real(path.parent))]


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """RAISES (PipelineError): In place of any OSError, with the path and the cause."""
    try:
        yield
    except OSError as err:
        raise unwritable(err, out) from err


def unwritable(err: Exception, out: Path) -> PipelineError:
    path, cause = getattr(err, "filename", None) or out, getattr(err, "strerror", None) or err
    return PipelineError(Errors.E303.format(path=path, cause=cause))


def clear(folder: Path) -> None:
    """Remove what an unfinished run left."""
    for name in (*CONTENT, STARTED):
        remove(folder / name)


def remove(path: Path) -> None:
    """A file or a folder with all it holds, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def read_json(path: Path) -> dict[str, Any]:
    """An object in a file; empty where there is none that can be read."""
    try:
        found = json.loads(path.read_text("utf8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
