"""Files on this machine and on any storage that fsspec knows: `s3://`, `gs://`, `az://`, `sftp://`, `smb://`, ...

A remote page is fetched to a temporary file when it is its turn.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec

from pipeline.errors import Errors, PipelineError
from pipeline.readers import STDIN, SUFFIXES
from pipeline.readers.find import Source, is_litter


def is_url(path: object) -> bool:
    """Whether a path is an address: `s3://bucket/pages`."""
    return "://" in str(path)


def open_storage(url: str) -> tuple[Any, str]:
    """The file system of an address and the path in it.

    RAISES (PipelineError): When there is no such kind of storage here, or it cannot be reached.
    """
    try:
        files, path = fsspec.core.url_to_fs(url)
        files.exists(path)
    except Exception as err:  # whatever a driver raises
        raise PipelineError(Errors.E119.format(url=url, cause=" ".join(str(err).split()))) from err
    return files, path.rstrip("/")


def find_remote(url: str) -> tuple[list[Source], list[Path]]:
    """The files to read below an address, and those that no reader knows, as `find` does for folders.

    RAISES (PipelineError): When it cannot be reached or nothing is there.
    """
    files, root = open_storage(url)
    try:
        found = sorted(files.find(root))
    except Exception as err:
        raise PipelineError(Errors.E119.format(url=url, cause=" ".join(str(err).split()))) from err
    if not found:
        raise PipelineError(Errors.E101.format(path=url))
    sources: list[Source] = []
    unknown: list[Source] = []
    for path in found:
        id_ = path.removeprefix(root).lstrip("/") or PurePosixPath(path).name
        if any(is_litter(part) for part in id_.split("/")):
            continue
        source = Source(Path(id_), id_, files.unstrip_protocol(path))
        (sources if source.path.suffix.lower() in SUFFIXES else unknown).append(source)
    return sources, [source.path for source in unknown]


def fingerprint(source: Source) -> str:
    """What changes when a file does: its sha256; of a remote one its tag, or size and time; empty if it has none."""
    try:
        if source.url:
            files, path = fsspec.core.url_to_fs(source.url)
            return str(files.ukey(path))
        if source.path == STDIN:
            return ""
        with source.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except Exception:  # whatever a driver raises; reading the file will tell the cause
        return ""


@contextmanager
def fetched(url: str) -> Iterator[Path]:
    """A file of a remote storage, here for the length of the block; OSError when it cannot be fetched."""
    files, path = fsspec.core.url_to_fs(url)
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder) / PurePosixPath(path).name
        try:
            files.get_file(path, str(here))
        except OSError:
            raise
        except Exception as err:
            raise OSError(0, " ".join(str(err).split())) from err
        yield here
