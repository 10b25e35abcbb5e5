"""Results on any storage that fsspec knows: made in a folder of this machine, then copied.

The folder is kept for the next run; on another machine it is first filled from what is stored.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from pipeline.errors import Errors, PipelineError
from pipeline.stage import REPORT, read_json
from pipeline.storage import open_storage
from pipeline.writers import STAGE


@contextmanager
def mirrored(url: str) -> Iterator[Path]:
    """A folder of this machine in place of a remote one: what is there comes here first, what is made goes there last.

    RAISES (PipelineError): When it cannot be read or written.
    """
    files, root = open_storage(url)
    here = Path(typer.get_app_dir("minutes")) / "remote" / hashlib.sha256(url.encode()).hexdigest()[:16]
    try:
        if files.exists(f"{root}/{REPORT}"):
            fetch_run(files, root, here)
        elif files.exists(root) and files.find(root):
            raise PipelineError(Errors.E302.format(out=url))
        yield here
        send_run(files, root, here)
    except PipelineError:
        raise
    except Exception as err:
        raise PipelineError(Errors.E303.format(path=url, cause=" ".join(str(err).split()))) from err


def hashes(folder: Path) -> dict[str, str]:
    """The sha256 of the files that the report of a run knows."""
    report = read_json(folder / REPORT)
    made = {name: sha256 for part in report.get("parts", []) for name, sha256 in part["sha256"].items()}
    return made | report.get("registers", {})


def fetch_run(files: Any, root: str, here: Path) -> None:
    """Bring a run that another machine made, unless it is here already."""
    with tempfile.TemporaryDirectory() as folder:
        files.get_file(f"{root}/{REPORT}", str(Path(folder) / REPORT))
        if (here / REPORT).is_file() and (here / REPORT).read_bytes() == (Path(folder) / REPORT).read_bytes():
            return
    for path in here.glob("*") if here.exists() else ():
        if path.name != STAGE:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    files.get(f"{root}/", f"{here}/", recursive=True)


def send_run(files: Any, root: str, here: Path) -> None:
    """Copy a run; the report goes last, and what did not change stays."""
    with tempfile.TemporaryDirectory() as folder:
        there: dict[str, str] = {}
        if files.exists(f"{root}/{REPORT}"):
            files.get_file(f"{root}/{REPORT}", str(Path(folder) / REPORT))
            there = hashes(Path(folder))
            files.rm_file(f"{root}/{REPORT}")
    same = {name for name, sha256 in hashes(here).items() if there.get(name) == sha256}
    made = {path.relative_to(here).as_posix() for path in here.rglob("*") if path.is_file() and STAGE not in path.parts}
    for path in files.find(root) if files.exists(root) else ():
        if path.removeprefix(root).lstrip("/") not in made:
            files.rm_file(path)
    for name in sorted(made - same, key=lambda name: (name == REPORT, name)):
        files.makedirs(f"{root}/{name}".rsplit("/", 1)[0], exist_ok=True)
        files.put_file(str(here / name), f"{root}/{name}")
