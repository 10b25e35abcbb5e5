"""Train a model: spaCy's own training with the shipped config, and a record of what went in and what came out."""

import datetime
import hashlib
import json
import os
import platform
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from confection import ConfigValidationError
from filelock import FileLock, Timeout
from spacy.training.initialize import init_nlp
from spacy.training.loop import train as spacy_train
from spacy.util import load_config
from thinc.api import Config, use_ops

from pipeline.errors import Errors, PipelineError, Stopped
from pipeline.keys import BEST, digest
from pipeline.nlp import load
from pipeline.paths import resource
from pipeline.stage import unwritable
from pipeline.training.corpus import SPLIT_NAMES, SPLITS, read_split
from pipeline.training.evaluate import Score, evaluate
from pipeline.training.progress import LOGGER, OnProgress, Watch, nobody
from pipeline.writers import atomic

RECORD = "run.json"
LAST = "model-last"  # as spaCy calls it
LOCK = ".lock"
VERSIONS = ("minutes-pipeline", "spacy", "thinc", "onnxruntime", "tokenizers", "numpy")
TRIES, WAIT = 5, 2.0  # to rename a folder that a virus scanner looks into; seconds
Clock = Callable[[], datetime.datetime]


@dataclass(frozen=True)
class Trained:
    """folder (Path): Of the training; `model-best` in it is the model. record (dict): What its run.json holds."""

    folder: Path
    record: dict[str, Any]

    @property
    def model(self) -> Path:
        return self.folder / BEST


def train(
    data: Path,
    out: Path,
    config: Path | None = None,
    *,
    seed: int | None = None,
    clock: Clock | None = None,
    on_progress: OnProgress = nobody,
) -> Trained:
    """Train on the train split of `data` and keep the model that is best on its dev split.

    data (Path): Folder of JSONL files with `splits.toml`.
    out (Path): New folder. It is there when the training is whole, and not before.
    config (Path | None): spaCy training config; the shipped one if None.
    seed (int | None): As in the config if None. The same seed and data give the same model on the same machine.
    clock (Callable[[], datetime] | None): For the record, with time zone; without, it holds no times.
    on_progress (Callable[[State], None]): Called at every step.
    RAISES (PipelineError): When there is no data, `out` is taken, or the training fails.
    RAISES (Stopped): After Ctrl-C; nothing is left.
    """
    began, started = stamp(clock), time.monotonic()
    settings_path, out = config or resource("config.cfg"), out.absolute()
    record = {"name": out.name, "began": began, "ended": None, "seconds": None, "seed": None, **about_data(data)}
    settings = read_settings(settings_path, data, seed)
    check(out)
    watch = Watch(on_progress)
    with new_folder(out) as folder:
        with telling(watch, settings_path, data, out):
            run(settings, folder, watch)
        make_portable(folder / BEST, settings, data)
        nlp = load(folder / BEST)
        scores = evaluate(nlp, read_split(data, "dev"))
        record |= {
            "ended": stamp(clock),
            "seconds": round(time.monotonic() - started, 1),
            "seed": settings.interpolate()["training"]["seed"],
            "config": {"file": settings_path.name, "digest": digest_of(settings)},
            "versions": {"python": platform.python_version()} | {name: version(name) for name in VERSIONS},
            # Sums of NumPy differ in the last digit with the number of cores, and so may models.
            "machine": {"system": platform.system(), "type": platform.machine(), "cores": os.cpu_count()},
            "model": {"folder": BEST, "digest": digest(folder / BEST)},
            "training": watch.ending() | {"evaluations": watch.evaluations},
            "scores": {"split": "dev", "exact": {label: figures(score) for label, score in scores.items()}},
        }
        with atomic(folder / RECORD) as path:
            path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf8")
    return Trained(out, record)


def stamp(clock: Clock | None) -> str | None:
    return clock().isoformat(timespec="seconds") if clock else None


def figures(score: Score) -> dict[str, float | int | None]:
    """A score as it is written: six digits."""
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in score._asdict().items()}


def about_data(folder: Path) -> dict[str, Any]:
    """What is trained on and scored against: the sha256 of every file, and what the splits hold.

    RAISES (PipelineError): When something is missing or broken, or there is nothing to train on or to score.
    """
    splits = {name: read_split(folder, name) for name in SPLIT_NAMES}
    for name in ("train", "dev"):
        if not splits[name]:
            raise PipelineError(Errors.E583.format(data=folder, split=name, splits=SPLITS))
    paths = [folder / SPLITS, *sorted(folder.glob("*.jsonl"))]
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    whole = hashlib.sha256("".join(f"{name} {sha256}\n" for name, sha256 in files.items()).encode("utf8")).hexdigest()
    counts = {name: counted(documents) for name, documents in splits.items()}
    return {"data": {"folder": folder.name, "sha256": whole, "splits": counts, "files": files}}


def counted(documents: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Documents, how many of them people have reviewed or adjudicated, words, and spans by label."""
    found = list(documents)
    reviews = [document["meta"].get("review") for document in found]
    states = Counter(review.get("state") for review in reviews if isinstance(review, dict))
    return {
        "documents": len(found),
        "reviewed": states["reviewed"],
        "adjudicated": states["adjudicated"],
        "words": sum(len(document["text"].split()) for document in found),
        "spans": dict(sorted(Counter(span["label"] for document in found for span in document["spans"]).items())),
    }


def read_settings(path: Path, data: Path, seed: int | None = None) -> Config:
    """A training config, with this data and seed, and a logger that we hear.

    RAISES (PipelineError): When it is missing or broken.
    """
    overrides: dict[str, Any] = {"paths.data": data.as_posix()} | ({} if seed is None else {"system.seed": seed})
    with usable(path):
        settings = load_config(path, overrides=overrides, interpolate=False)
        settings["training"]["logger"] = {"@loggers": LOGGER}
        settings.interpolate()
    return settings


@contextmanager
def usable(config: Path) -> Iterator[None]:
    """RAISES (PipelineError): In place of what spaCy says of a config that is missing or broken."""
    try:
        yield
    except ConfigValidationError as err:
        raise invalid(err, config) from err
    except (OSError, ValueError, KeyError, TypeError) as err:
        problem = (str(err) or type(err).__name__).strip().splitlines()[0].rstrip(".")
        raise PipelineError(Errors.E582.format(config=config, problem=problem)) from err


def invalid(err: ConfigValidationError, config: Path) -> PipelineError:
    """Which settings are wrong and how."""
    found = [f"{' -> '.join(map(str, error['loc']))}: {error['msg']}" for error in err.errors or ()]
    problem = "; ".join(found) or (err.desc or "it is broken").strip().splitlines()[0]
    return PipelineError(Errors.E582.format(config=config, problem=problem.rstrip(".")))


def check(out: Path) -> None:
    """RAISES (PipelineError): When `out` is anything but an empty folder."""
    if (out / RECORD).is_file() and (out / BEST).is_dir():
        raise PipelineError(Errors.E580.format(out=out))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise PipelineError(Errors.E302.format(out=out))


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """A folder beside `out` that becomes `out` when the block ends well, and is removed when it does not.

    What a training that was killed left there is cleared away.
    RAISES (PipelineError): When it cannot be made or renamed, or another training is making it.
    """
    stage = out.with_name(f".{out.name}.unfinished")
    lock = FileLock(stage / LOCK, timeout=0)
    try:
        stage.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as err:
        raise PipelineError(Errors.E308.format(out=out)) from err
    except (OSError, NotImplementedError) as err:
        raise unwritable(err, stage) from err
    try:
        for left in stage.iterdir():
            if left.name != LOCK:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield stage
    except BaseException as err:
        lock.release()
        shutil.rmtree(stage, ignore_errors=True)
        if isinstance(err, OSError):
            raise unwritable(err, stage) from err
        raise
    lock.release()
    with suppress(OSError):  # Windows has removed it, elsewhere it stays
        (stage / LOCK).unlink(missing_ok=True)
    rename(stage, out)


def rename(stage: Path, out: Path) -> None:
    """RAISES (PipelineError): When it does not work for a while; nothing is lost then."""
    for left in reversed(range(TRIES)):
        try:
            if out.is_dir():
                out.rmdir()  # else Windows refuses; it was empty at the start
            stage.rename(out)
            return
        except OSError as err:
            if not left:
                cause = err.strerror or err
                raise PipelineError(Errors.E585.format(stage=stage, out=out, cause=cause)) from err
            time.sleep(WAIT)


@contextmanager
def telling(watch: Watch, config: Path, data: Path, out: Path) -> Iterator[None]:
    """RAISES (PipelineError): In place of anything else that ends a training, with what to do."""
    try:
        yield
    except KeyboardInterrupt as err:
        raise Stopped(Errors.E584.format(step=max(watch.state.step, 0), out=out)) from err
    except PipelineError:
        raise
    except ConfigValidationError as err:
        raise invalid(err, config) from err
    except OSError as err:
        raise unwritable(err, out) from err
    except Exception as err:  # anything: the settings and the data are the user's
        cause = f"{type(err).__name__}: {err}".strip().splitlines()[0].rstrip(".: ")
        raise PipelineError(Errors.E581.format(step=max(watch.state.step, 0), cause=cause, data=data)) from err


def run(settings: Config, folder: Path, watch: Watch) -> None:
    """spaCy's training, in NumPy as in `pipeline.nlp.load`."""
    with use_ops("numpy", use_blis=False):
        nlp = init_nlp(settings)
        spacy_train(nlp, folder, stdout=watch, stderr=watch)
    shutil.rmtree(folder / LAST)


def make_portable(model: Path, settings: Config, data: Path) -> None:
    """Take out of a model what is so on this machine or by chance: the same seed and data give the same files."""
    config = load_config(model / "config.cfg", interpolate=False)
    config["paths"]["data"] = data.absolute().name
    config["training"]["logger"] = {"@loggers": "spacy.ConsoleLogger.v1"}
    config.to_disk(model / "config.cfg", interpolate=False)
    meta = json.loads((model / "meta.json").read_text("utf8"))
    by_label = meta["performance"].get("ents_per_type") or {}
    by_label.update({label: by_label.pop(label) for label in sorted(by_label)})  # spaCy's order changes by chance
    (model / "meta.json").write_text(json.dumps(meta, indent=2, ensure_ascii=False), "utf8")


def digest_of(settings: Config) -> str:
    """Eight characters that differ where settings differ, but for the folder of the data."""
    rest = settings.copy()
    rest["paths"]["data"] = ""
    return hashlib.sha256(rest.to_str().encode("utf8")).hexdigest()[:8]
