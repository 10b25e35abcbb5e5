"""The way of the texts through a run: planned a part ahead, annotated, written part by part."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Self

from pipeline.earlier import Earlier
from pipeline.errors import Errors, Stopped
from pipeline.keys import keys
from pipeline.output import Output
from pipeline.planning import Ahead, Item, Plan, Planner
from pipeline.pool import Pool
from pipeline.readers import Limits
from pipeline.readers.find import Source
from pipeline.readers.worker import ReadingProcess
from pipeline.tasks import Annotated, Result, Settings, Task


class Batch:
    """Texts in, parts out.

    sources (list[Source]): The files. folder (Path): Where to write. out (Path): Where an earlier run may lie.
    settings (Settings), limits (Limits): What the results depend on. part_documents (int): Documents in a part.
    """

    def __init__(
        self, sources: list[Source], folder: Path, out: Path, settings: Settings, limits: Limits, part_documents: int
    ):
        depends = keys(Path(settings.model), limits)
        earlier = Earlier((out, folder))
        self.output = Output(folder, depends, settings.html, earlier)
        self.plans = Ahead(Planner(sources, ReadingProcess(limits), earlier, depends, settings.html, part_documents))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.plans.stop()

    def run(self, pool: Pool, on_progress: Callable[[int, int, int], None]) -> None:
        """Make all parts.

        on_progress (Callable): Called with the files and documents that are done and the words annotated by this run.
        RAISES (Stopped): After a part, if told to stop.
        """
        results: list[Result | None] = []
        documents = words = 0
        with stop_signal() as is_stopped:
            for thing, result in pool.stream(self.things()):
                if isinstance(thing, Plan):
                    self.output.write(thing.items, results, thing.pieces)
                    results = []
                    if is_stopped.is_set():
                        raise Stopped(Errors.E309.format(count=self.output.documents))
                else:
                    results.append(result)
                    documents += not thing.failure
                    words += result.rows["documents"][0]["words"] if isinstance(result, Annotated) else 0
                    on_progress(thing.file - 1, documents, words)

    def things(self) -> Iterator[tuple[Item | Plan, Task | None]]:
        """The items of each plan, then the plan."""
        for plan in self.plans:
            for item in plan.items:
                yield item, item.task
            yield plan, None


@contextmanager
def stop_signal() -> Iterator[threading.Event]:
    """An event that Ctrl-C or a request to terminate sets; the second one interrupts at once."""
    is_stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        if is_stopped.is_set():
            raise KeyboardInterrupt
        is_stopped.set()

    if threading.current_thread() is not threading.main_thread():
        yield is_stopped
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield is_stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
