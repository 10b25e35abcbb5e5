"""Texts annotated by a Dask cluster: shards of texts go out, results come back; workers need this install, no more.

When a worker is lost, Dask gives its shards to another. A shard that loses worker after worker is taken apart, and its
texts are tried one by one, with nothing else of this run under way, so that the guilty one is known.
"""

import asyncio
import logging
import pickle
import queue
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import dask
from distributed import CancelledError, Client, Future, KilledWorker, Security
from distributed.comm import connect

from pipeline.errors import Errors, PipelineError
from pipeline.keys import digest, name_of, shipped_model
from pipeline.log import event, logger
from pipeline.pool import TRIES, WAKE, Entry
from pipeline.shards import Job, annotate_shard, difference, installed, pack
from pipeline.tasks import Failed, Result, Settings, Task

CONNECT_SECONDS = 10.0
WORKERS_SECONDS = 30.0  # for the first worker to come
LOST_SECONDS = 300.0  # for another, once there were some
LOOK_SECONDS = 2.0  # between two counts of the workers
AHEAD = 2  # shards for each thread of the cluster, so that none waits for its next one
SHARD = 50_000  # characters in a shard, a second or two of work, or one longer text
LEAST = 1_000  # characters that a text counts at the least, so that a shard has at most 50
HELD = 5  # times the characters under way may be held here: texts, and results that wait for one before them

T = TypeVar("T")


class Cluster:
    """Annotates texts on the workers of a Dask cluster.

    address (str): Of the scheduler: `tcp://host:8786`, or `tls://host:8786` with Dask's own settings for TLS.
    settings (Settings): What to do; a model other than the shipped one is sent to the workers.
    seconds (float): As in `Workers`.
    RAISES (PipelineError): When no scheduler answers, it has no workers, or one of them has another install.
    """

    def __init__(self, address: str, settings: Settings, seconds: float):
        self.address = address
        self.done: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self.flying: dict[Future, list[Entry[Any]]] = {}
        self.suspects: deque[Entry[Any]] = deque()
        self.most = AHEAD
        self.looked, self.none_since = 0.0, float("inf")
        model, is_shipped = Path(settings.model), Path(settings.model) == shipped_model().resolve()
        sent = "" if is_shipped else f"{digest(model)}/{name_of(model)}"
        self.job = Job(settings._replace(model=sent), seconds, installed())
        with ExitStack() as stack:
            stack.enter_context(quiet())
            self.client = stack.enter_context(closing(connected(address)))
            self.check()
            self.model = None if is_shipped else self.client.submit(bytes, pack(model), pure=False)
            self.stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stack.close()

    def start(self) -> None:
        """The workers run already; their processes start with the first shard."""

    def check(self) -> None:
        """Wait for workers and compare their installs with this one; those that come later are compared as they come.

        RAISES (PipelineError): When there is none, or one differs.
        """
        with self.connection():
            try:
                self.client.wait_for_workers(1, WORKERS_SECONDS)
            except TimeoutError as err:
                raise PipelineError(Errors.E462.format(address=self.address)) from err
            answers = self.client.run(difference, self.job.install, on_error="return")
        for worker, answer in answers.items():
            if isinstance(answer, str | PipelineError) and str(answer):
                raise PipelineError(Errors.E464.format(worker=worker, problem=answer))
            if isinstance(answer, Exception) and not isinstance(answer, OSError):  # an OSError: it has just left
                raise PipelineError(Errors.E466.format(error=f"{worker}: {one_line(answer)}"))
        event("cluster", workers=len(answers))

    def stream(self, items: Iterator[tuple[T, Task | None]]) -> Iterator[tuple[T, Result | None]]:
        """Items with the results of their tasks, in the order given; those without a task pass through.

        RAISES (PipelineError): When the cluster is lost, or cannot annotate at all.
        """
        entries: deque[Entry[T]] = deque()
        shard: list[Entry[T]] = []
        held = 0
        are_more = True
        while are_more or entries:
            while entries and entries[0].is_done:
                entry = entries.popleft()
                held -= weight(entry)
                yield entry.item, entry.result
            has_room = not self.suspects and len(self.flying) < self.most and held < self.most * SHARD * HELD
            pair = next(items, None) if are_more and has_room else None
            if pair is not None:
                entry = Entry(*pair)
                entries.append(entry)
                held += weight(entry)
                if not entry.is_done:
                    shard.append(entry)
            elif has_room:
                are_more = False
            is_whole = pair is None or entry.is_done or sum(map(weight, shard)) >= SHARD
            if shard and is_whole and not self.suspects:
                self.submit(shard)
                shard = []
            self.take_in(wait=pair is None and bool(entries))

    def submit(self, shard: list[Entry[Any]]) -> None:
        request = pickle.dumps((self.job, [entry.task for entry in shard]), protocol=5)
        with self.connection():
            future = self.client.submit(annotate_shard, request, self.model, pure=False)
            self.flying[future] = shard
            future.add_done_callback(self.done.put)

    def take_in(self, wait: bool) -> None:
        """Take the results of a shard if some have come, or within a second if told to wait."""
        self.look()
        if self.suspects and not self.flying:
            self.submit([self.suspects.popleft()])
        try:
            future = self.done.get(wait, WAKE)
        except queue.Empty:
            return
        shard = self.flying.pop(future)
        try:
            with self.connection():
                results = pickle.loads(future.result())
        except PipelineError:
            raise
        except KilledWorker:
            self.suspect(shard)
        except Exception as err:
            raise PipelineError(Errors.E466.format(error=one_line(err))) from err
        else:
            for entry, result in zip(shard, results, strict=True):
                entry.result = result

    def look(self) -> None:
        """Count the workers now and then, so that more of them get more to do.

        RAISES (PipelineError): When there are none, and there have been none for long.
        """
        now = time.monotonic()
        if now < self.looked + LOOK_SECONDS:
            return
        self.looked = now
        with self.connection():
            threads = sum(self.client.nthreads().values())
        if threads:
            self.most, self.none_since = AHEAD * threads, float("inf")
            return
        self.none_since = min(self.none_since, now)
        if now > self.none_since + LOST_SECONDS:
            raise PipelineError(Errors.E462.format(address=self.address))

    def suspect(self, shard: list[Entry[Any]]) -> None:
        """Have each text of a shard that lost its workers tried alone; one that was alone has failed."""
        event(
            "shard lost its workers", at=logging.WARNING, doc_ids=[entry.task.doc_id for entry in shard if entry.task]
        )
        for entry in shard:
            entry.tries += 1
            if entry.tries < TRIES:
                self.suspects.append(entry)
            else:
                cause = Errors.E452.cause.format(how="and its worker with it", tries=TRIES)
                entry.result = Failed(cause, Errors.E452.next_step)

    @contextmanager
    def connection(self) -> Iterator[None]:
        """RAISES (PipelineError): When the scheduler is gone, or goes during the block."""
        lost = PipelineError(Errors.E463.format(address=self.address))
        if self.client.status != "running":
            raise lost
        try:
            yield
        except (OSError, CancelledError) as err:
            raise lost from err


def weight(entry: Entry[Any]) -> int:
    """Characters that an item counts."""
    return max(LEAST, len(entry.task.text)) if entry.task else LEAST


def connected(address: str) -> Client:
    """A client of the scheduler.

    RAISES (PipelineError): When no scheduler answers there. It is greeted first: where something else answers, a
        client would wait for ever.
    """

    async def greet() -> None:
        arguments = Security().get_connection_args("client")
        comm = await asyncio.wait_for(connect(address, CONNECT_SECONDS / 2, **arguments), CONNECT_SECONDS)
        await comm.close()

    try:
        with ThreadPoolExecutor(1) as thread:  # a notebook has a loop of its own
            thread.submit(asyncio.run, greet()).result()
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as err:
        raise PipelineError(Errors.E461.format(address=address, cause=one_line(err))) from err


def one_line(error: Exception) -> str:
    """What a library says, with the kind of the error."""
    return " ".join(f"{type(error).__name__}: {error}".split())


@contextmanager
def quiet() -> Iterator[None]:
    """What Dask has to say goes into the log of the run, not to the screen; it does not mind long texts."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    before = [theirs.handlers for theirs in loggers]
    for theirs in loggers:
        theirs.handlers = [logging.NullHandler(), *logger.handlers]
    try:
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "10 GB"}):
            yield
    finally:
        for theirs, handlers in zip(loggers, before, strict=True):
            theirs.handlers = handlers
