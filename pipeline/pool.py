"""Processes that annotate, on this machine: fed, watched, and replaced when they die or hang.

Not `nlp.pipe(n_process=...)`, which waits for ever when one of its processes dies, and not `multiprocessing`, which
imports the caller's script once more in every process: a notebook or a script without a guard would start itself again.
"""

import json
import logging
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any, Generic, NamedTuple, Protocol, Self, TypeVar

import psutil

from pipeline.errors import Errors, PipelineError
from pipeline.log import event
from pipeline.paths import PACKAGE
from pipeline.readers.worker import GRACE, ending
from pipeline.tasks import Failed, Result, Settings, Started, Task

COMMAND = (sys.executable, "-P", "-m", "pipeline.annotation")
MEMORY = 700_000_000  # bytes that one process may come to need
START_SECONDS = 300.0  # to load the model, on a busy laptop with a virus scanner
SCALE = 100_000  # characters that may take the seconds of one text
TRIES = 2  # how often a text may bring its process down
FRUITLESS = 3  # processes in a row that die before they are ready
WAKE = 1.0  # seconds: Windows hears Ctrl-C only between waits
QUEUED, QUEUED_CHARACTERS = 32, 20_000  # with one process: tasks, and characters beyond which no task is added
BUFFERED = 1_000  # items between the oldest that is not done and the newest: what a crash then costs, and memory
BUFFERED_CHARACTERS = 5_000_000  # of their texts, for each process

T = TypeVar("T")


class Pool(Protocol):
    """Whatever can annotate many texts at once."""

    def start(self) -> None:
        """Get ready, in the background."""
        ...

    def stream(self, items: Iterator[tuple[T, Task | None]]) -> Iterator[tuple[T, Result | None]]:
        """Items with the results of their tasks, in the order given; those without a task pass through."""
        ...


class Entry(Generic[T]):
    """An item on its way. result: None until it is there; tries: how often its process went down over it."""

    def __init__(self, item: T, task: Task | None):
        self.item = item
        self.task = task
        self.result: Result | None = None
        self.tries = 0

    @property
    def is_done(self) -> bool:
        return self.task is None or self.result is not None

    @property
    def characters(self) -> int:
        return len(self.task.text) if self.task else 0


class Answer(NamedTuple):
    """What came from a process. value: None when it will say no more."""

    worker: "Worker"
    value: Any


class Worker:
    """One process, with a thread that writes to it and one that listens, so that the run never waits for a pipe."""

    def __init__(self, settings: Settings, answers: "queue.SimpleQueue[Answer]"):
        environment = dict(os.environ)
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH"))))
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
            environment[name] = "1"  # sums of floats must not depend on how many cores there are
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed by last_words)
        self.process = subprocess.Popen(
            [*COMMAND, json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=environment,
        )
        self.entries: deque[Entry[Any]] = deque()
        self.is_ready = False
        self.since = time.monotonic()
        self.requests: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.threads = [
            threading.Thread(target=_write, args=(self.process.stdin, self.requests), daemon=True),
            threading.Thread(target=self.listen, args=(self.process.stdout, answers), daemon=True),
        ]
        for thread in self.threads:
            thread.start()

    def listen(self, stream: IO[bytes], answers: "queue.SimpleQueue[Answer]") -> None:
        """Pass on what the process says; None once it is gone, also where that is in the middle of a word."""
        with suppress(Exception):
            while True:
                answers.put(Answer(self, pickle.load(stream)))
        answers.put(Answer(self, None))

    def send(self, entry: Entry[Any]) -> None:
        if not self.entries:
            self.since = time.monotonic()
        self.entries.append(entry)
        self.requests.put(pickle.dumps(entry.task, protocol=5))

    @property
    def has_room(self) -> bool:
        """Whether it should have another task: none before it is ready, else the others run ahead of what it holds."""
        queued = sum(entry.characters for entry in self.entries)
        return self.is_ready and len(self.entries) < QUEUED and (len(self.entries) < 2 or queued < QUEUED_CHARACTERS)

    def deadline(self, seconds: float) -> float:
        """When it counts as hung: seconds for each 100,000 characters of the text at hand, and for a part of them."""
        if not self.is_ready:
            return self.since + START_SECONDS
        task = self.entries[0].task if self.entries else None
        return self.since + seconds * (1 + len(task.text) // SCALE) if task else float("inf")

    def stop(self, grace: float = 0.0) -> str:
        """End it. RETURNS (str): How it ended. grace (float): Seconds that it has to end by itself."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(grace)
        self.process.kill()
        code = self.process.wait()
        self.requests.put(None)
        for thread in self.threads:
            thread.join()
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError):  # a task that was never read
                stream.close()  # type: ignore[union-attr]
        return ending(code)

    def last_words(self) -> str:
        """The end of what it wrote to standard error. Closes the file."""
        with self.errors as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 2_000))
            return file.read().decode("utf8", "replace").strip()


class Workers:
    """Annotates texts in processes of their own.

    count (int): How many.
    settings (Settings): What they do.
    seconds (float): For each 100,000 characters of a text; who takes longer is hung.
    """

    def __init__(self, count: int, settings: Settings, seconds: float):
        self.count = count
        self.settings = settings
        self.seconds = seconds
        self.answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self.fruitless = 0
        self.workers: list[Worker] = []

    def start(self) -> None:
        """Start the processes, if they are not running; the first task does it too."""
        while len(self.workers) < self.count:
            self.workers.append(Worker(self.settings, self.answers))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for worker in self.workers:
            worker.stop()
            worker.last_words()

    def stream(self, items: Iterator[tuple[T, Task | None]]) -> Iterator[tuple[T, Result | None]]:
        """Items with the results of their tasks, in the order given; those without a task pass through.

        A task whose process dies or hangs is tried once more, then fails. How much is held is bounded.
        RAISES (PipelineError): When the processes cannot annotate at all.
        """
        entries: deque[Entry[T]] = deque()
        todo: deque[Entry[T]] = deque()
        are_more, held = True, 0

        def has_room() -> bool:
            return len(entries) < BUFFERED and held < BUFFERED_CHARACTERS * self.count and len(todo) < self.count

        while are_more or entries:
            while entries and entries[0].is_done:
                entry = entries.popleft()
                held -= entry.characters
                yield entry.item, entry.result
            while are_more and has_room():
                pair = next(items, None)
                if pair is None:
                    are_more = False
                    break
                entry = Entry(*pair)
                entries.append(entry)
                held += entry.characters
                if not entry.is_done:
                    todo.append(entry)
                elif entries[0] is entry:
                    break
            self.hand_out(todo)
            if entries and not entries[0].is_done:
                self.take_in(todo, wait=not (are_more and has_room()))

    def hand_out(self, todo: deque[Entry[T]]) -> None:
        """Give tasks to whoever has least to do."""
        if todo:
            self.start()
        while todo and (free := [worker for worker in self.workers if worker.has_room]):
            min(free, key=lambda worker: len(worker.entries)).send(todo.popleft())

    def take_in(self, todo: deque[Entry[T]], wait: bool) -> None:
        """Take what has come, at least one answer if told to wait; stop what hangs."""
        now = time.monotonic()
        slowest = min(self.workers, key=lambda worker: worker.deadline(self.seconds))
        deadline = slowest.deadline(self.seconds)
        try:
            timeout = min(max(deadline - now, 0), WAKE) if wait else 0
            worker, value = self.answers.get(timeout=timeout) if timeout else self.answers.get_nowait()
        except queue.Empty:
            if time.monotonic() >= deadline:
                self.replace(slowest, todo, hung=True)
            return
        if worker not in self.workers:
            return  # said before it was stopped
        if isinstance(value, Started):
            if value.error:
                raise PipelineError(value.error)
            worker.is_ready, worker.since, self.fruitless = True, time.monotonic(), 0
        elif isinstance(value, Result) and worker.entries:
            worker.entries.popleft().result = value
            worker.since = time.monotonic()
        else:  # gone, or not itself any more
            self.replace(worker, todo, hung=False)

    def replace(self, worker: Worker, todo: deque[Entry[T]], hung: bool) -> None:
        """A new process in place of one that died or hangs; its tasks are done again, the one at hand once."""
        self.workers.remove(worker)
        how = worker.stop(0.0 if hung else GRACE)
        words = worker.last_words()
        entries, was_ready = list(worker.entries), worker.is_ready
        event("process lost", at=logging.WARNING, how="hung" if hung else how, stderr=words)
        if not was_ready:
            self.fruitless += 1
            if self.fruitless >= FRUITLESS:
                raise PipelineError(Errors.E450.format(how=how, words=words.splitlines()[-1] if words else "nothing"))
        elif entries:
            suspect = entries[0]
            assert suspect.task is not None
            suspect.tries += 1
            event("document tried", at=logging.WARNING, doc_id=suspect.task.doc_id, tries=suspect.tries)
            if suspect.tries >= TRIES:
                message = Errors.E451 if hung else Errors.E452
                suspect.result = Failed(message.cause.format(how=how, tries=TRIES), message.next_step)
                entries = entries[1:]
        todo.extendleft(reversed(entries))
        self.workers.append(Worker(self.settings, self.answers))


def _write(stream: IO[bytes], requests: "queue.SimpleQueue[bytes | None]") -> None:
    """Write requests until a None; one that nobody reads any more is dropped."""
    with suppress(OSError, ValueError):
        while (request := requests.get()) is not None:
            stream.write(request)
            stream.flush()


def best_count() -> int:
    """As many processes as there are cores, where memory allows."""
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = min(cores, len(os.sched_getaffinity(0)))
    return max(1, min(cores, psutil.virtual_memory().available // MEMORY))
