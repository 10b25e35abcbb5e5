"""What a result depends on, as digests: the model, the rules and the readers. What did not change is not done again.

Every module of the package counts as a rule unless it is named here, so a new one is never forgotten.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.errors import Errors, PipelineError
from pipeline.paths import PACKAGE, resource
from pipeline.readers.record import Limits

MODEL_CODE = (
    *("components/known_names.py", "components/pieces.py", "components/recogniser.py", "components/tokenizer.py"),
    "encoder.py",
)
READER_CODE = ("errors.py", "planning.py", "readers/*.py", "storage.py")
NO_EFFECT = (
    *("__init__.py", "batch.py", "cli*.py", "cluster.py", "diff.py", "earlier.py", "keys.py", "log.py", "mirror.py"),
    *("output.py", "paths.py", "pool.py", "run.py", "shards.py", "stage.py", "tasks.py", "writers.py"),
    "registers/*.py",
    *("templates/card.md", "templates/compare.*", "templates/report.*", "templates/review*"),
    *("review/**/*.py", "training/*.py"),
)

SHIPPED = "default"
BEST = "model-best"  # the folder in the folder of a training, as spaCy calls it
CURRENT = "current.txt"


class Keys(NamedTuple):
    """model, rules (str): Digests; where both are as before, a text's results are as before.

    reader (str): Of what makes texts of files, with its limits.
    """

    model: str
    rules: str
    reader: str


def keys(model: Path, limits: Limits) -> Keys:
    """The digests of this install with a model."""
    reading = hashlib.sha256(json.dumps(asdict(limits), sort_keys=True).encode())
    return Keys(f"{digest(model)}-{code('model')}", code("rules"), f"{reading.hexdigest()[:8]}-{code('readers')}")


def digest(model: Path) -> str:
    """Eight characters that differ where models or the known names differ: the start of the sha256 of their files."""
    names = resource("models") / "names"
    return of_files([*files(model, ("**/*",)), *files(names, ("*.csv",))], {model, names})


@cache
def code(kind: str) -> str:
    """Eight characters that differ where the code or the patterns of a kind differ: `model`, `readers` or `rules`."""
    named = {"model": files(PACKAGE, MODEL_CODE), "readers": files(PACKAGE, READER_CODE)}
    if kind == "rules":
        others = {*named["model"], *named["readers"], *files(PACKAGE, NO_EFFECT)}
        every = files(PACKAGE, ("**/*.py", "patterns/*.toml", "templates/*"))
        return of_files([path for path in every if path not in others], {PACKAGE})
    return of_files(named[kind], {PACKAGE})


def files(folder: Path, patterns: Iterable[str]) -> list[Path]:
    """The files below a folder that fit one of the patterns, in order, without what Python compiles."""
    found = {path for pattern in patterns for path in folder.glob(pattern) if path.is_file()}
    return sorted(path for path in found if "__pycache__" not in path.parts)


def of_files(paths: Iterable[Path], folders: set[Path]) -> str:
    """Eight characters that differ where names (below one of the folders) or contents differ."""
    sha256 = hashlib.sha256()
    for path in paths:
        folder = next(folder for folder in folders if path.is_relative_to(folder))
        sha256.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return sha256.hexdigest()[:8]


def of_text(doc_id: str, text: str, record: dict[str, Any]) -> str:
    """The digest of all that goes into the annotation of one text."""
    about = json.dumps([doc_id, record], sort_keys=True, ensure_ascii=True).encode()
    return hashlib.sha256(about + b"\0" + text.encode("utf8", "surrogatepass")).hexdigest()[:32]


def of_source(fingerprint: str, id_: str, shown: str, keys: Keys) -> str:
    """The digest of a file, its names and what reads it; empty for a file without fingerprint."""
    about = f"{fingerprint} {keys.reader} {id_} {shown}".encode("utf8", "surrogatepass")
    return hashlib.sha256(about).hexdigest()[:32] if fingerprint else ""


def find_model(model: str | Path | None) -> Path:
    """The folder of a model, or of the best one of a training; for None of the model in use.

    RAISES (PipelineError): When there is none.
    """
    path = Path(model) if model else model_in_use()
    if not (path / "config.cfg").is_file():
        if not (path / BEST / "config.cfg").is_file():
            raise PipelineError(Errors.E401.format(path=path))
        path = path / BEST
    return path


def shipped_model() -> Path:
    """The folder of the model that comes with this install."""
    return resource("models") / SHIPPED


def model_in_use() -> Path:
    """The folder that models/current.txt names; the shipped model where there is no such file.

    RAISES (PipelineError): When the folder is not there, or the file holds more than a name.
    """
    name = named_in_use()
    path = model_named(name)
    if not any((folder / "config.cfg").is_file() for folder in (path, path / BEST)):
        raise PipelineError(Errors.E592.format(file=state_file(CURRENT), name=name))
    return path


def named_in_use() -> str:
    """What models/current.txt says: `default`, or a folder.

    RAISES (PipelineError): When it says more than that.
    """
    file = state_file(CURRENT)
    try:
        names = file.read_text("utf-8-sig").split("\n") if file.is_file() else []
    except (OSError, ValueError) as err:
        raise PipelineError(Errors.E597.format(file=file, count="bytes that are no text")) from err
    named = [name.strip() for name in names if name.strip()]
    if len(named) > 1:
        raise PipelineError(Errors.E597.format(file=file, count=len(named)))
    return named[0] if named else SHIPPED


def model_named(name: str) -> Path:
    """The folder that a name in models/current.txt stands for; one that is not absolute lies beside `models`."""
    return shipped_model() if name == SHIPPED else state_file("").parent / name


def state_file(name: str) -> Path:
    """A file that says which model is in use: in `models`, or the folder that the variable MINUTES_STATE names."""
    return Path(os.environ.get("MINUTES_STATE") or resource("models")).absolute() / name


def name_of(model: Path) -> str:
    """What people call a model: its folder, or that of its training."""
    path = model.resolve()
    return path.parent.name if path.name == BEST else path.name
