"""A shard of texts, annotated on a worker of a Dask cluster.

Every thread of a worker has a process of its own that annotates, as on one machine: a text that kills or hangs that
process fails alone, and the worker, which may serve others too, never notices.
"""

import pickle
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from distributed import get_worker

from pipeline.errors import Errors, PipelineError
from pipeline.keys import code, digest, files, shipped_model
from pipeline.pool import Workers
from pipeline.tasks import Settings

LIBRARIES = ("numpy", "onnxruntime", "spacy", "thinc", "tokenizers")  # that a result may depend on
IDLE_SECONDS = 60.0  # that a process waits for the next shard


class Job(NamedTuple):
    """What is the same for all shards of a run.

    settings (Settings): `model` is empty for the shipped one, else digest and name, `a1b2c3d4/my-model`.
    seconds (float): As in `Workers`. install (dict[str, str]): What `installed` gives where the run was started.
    """

    settings: Settings
    seconds: float
    install: dict[str, str]


@cache
def installed() -> dict[str, str]:
    """What results depend on in this install: versions and digests, by what they are of."""
    own = {"model": digest(shipped_model()), "code": code("model"), "rules": code("rules")}
    return own | {name: version(name) for name in LIBRARIES}


def difference(wanted: dict[str, str]) -> str:
    """The first difference of this install from another; empty if there is none."""
    found = installed()
    names = (name for name in wanted if found[name] != wanted[name])
    return next((Errors.E465.format(name=name, theirs=found[name], ours=wanted[name]) for name in names), "")


class Processes:
    """The annotating processes of a worker that wait for the next shard of their run, each with the end of its wait."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Workers, threading.Timer]] = []
        self.lock = threading.Lock()

    @contextmanager
    def one(self, settings: Settings, seconds: float) -> Iterator[Workers]:
        """A process with its model loaded, if one waits; else a new one."""
        process = self.take(settings, seconds) or Workers(1, settings, seconds)
        try:
            yield process
        except BaseException:
            process.__exit__()
            raise
        timer = threading.Timer(IDLE_SECONDS, self.end, (process,))
        timer.daemon = True
        with self.lock:
            self.waiting.append((process, timer))
        timer.start()

    def take(self, settings: Settings, seconds: float) -> Workers | None:
        with self.lock:
            for number, (process, timer) in enumerate(self.waiting):
                if (process.settings, process.seconds) == (settings, seconds):
                    timer.cancel()
                    del self.waiting[number]
                    return process
        return None

    def end(self, process: Workers) -> None:
        """Stop a process, unless it was taken at the last moment."""
        with self.lock:
            kept = [pair for pair in self.waiting if pair[0] is not process]
            is_waiting = len(kept) < len(self.waiting)
            self.waiting = kept
        if is_waiting:
            process.__exit__()


PROCESSES = Processes()
UNPACKING = threading.Lock()


def annotate_shard(request: bytes, model: bytes | None) -> bytes:
    """Annotate a shard, on a worker.

    request (bytes): Pickled, the Job and the Tasks. model (bytes | None): From `pack`, unless it is the shipped one.
    RETURNS (bytes): Pickled, the Results in order.
    RAISES (PipelineError): When this worker cannot do what the run needs.
    """
    job, tasks = pickle.loads(request)
    worker = get_worker()
    try:
        if problem := difference(job.install):
            raise PipelineError(problem)
        folder = unpack(model, Path(worker.local_directory) / job.settings.model) if model else shipped_model()
        settings = job.settings._replace(model=str(folder.resolve()))
        with PROCESSES.one(settings, job.seconds) as process:
            results = [result for _, result in process.stream((None, task) for task in tasks)]
    except (PipelineError, OSError) as err:
        raise PipelineError(Errors.E464.format(worker=worker.address, problem=err)) from None
    return pickle.dumps(results, protocol=5)


def pack(model: Path) -> bytes:
    """A model's folder as bytes."""
    return pickle.dumps({path.relative_to(model).as_posix(): path.read_bytes() for path in files(model, ("**/*",))})


def unpack(packed: bytes, folder: Path) -> Path:
    """Write a packed model to a folder, unless it is there. RETURNS (Path): The folder."""
    with UNPACKING:
        if not folder.exists():
            part = folder.with_name(f".{folder.name}.part")
            for name, data in pickle.loads(packed).items():
                (part / name).parent.mkdir(parents=True, exist_ok=True)
                (part / name).write_bytes(data)
            part.replace(folder)
    return folder
