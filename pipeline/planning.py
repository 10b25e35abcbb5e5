"""What is to be done, part by part: the texts of the files in order, and what earlier runs already know of them."""

import queue
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

from pipeline.earlier import Earlier, Place
from pipeline.errors import Errors
from pipeline.keys import Keys, of_source, of_text
from pipeline.readers import STDIN, ReadFailure, Record
from pipeline.readers.find import Source
from pipeline.readers.record import failure
from pipeline.readers.worker import GRACE, ReadingProcess
from pipeline.storage import fetched, fingerprint
from pipeline.tasks import Task

PART_CHARACTERS = 5_000_000  # in one part, which is held in memory until it is written


class Item(NamedTuple):
    """A text, or why there is none.

    file (int): Number of its file, from 1. row (str): Its file, and row where there are rows. reader (str).
    failure (ReadFailure | None): Instead of a text.
    doc_id, digest (str), characters (int): Of a text.
    task (Task | None): What is to be done. place (Place | None): Where it was done before; one of the two is None.
    """

    file: int
    row: str
    reader: str
    failure: ReadFailure | None = None
    doc_id: str = ""
    digest: str = ""
    characters: int = 0
    task: Task | None = None
    place: Place | None = None


class Piece(NamedTuple):
    """What a file has in a part: digest of the file, its items before and in this part, whether it ends here."""

    digest: str
    before: int
    items: int
    ends: bool


class Plan(NamedTuple):
    """A part to be made. items (list[Item]), pieces (list[Piece]): In order."""

    items: list[Item]
    pieces: list[Piece]


class Planner:
    """Reads files and plans parts.

    sources (list[Source]): The files. reading (ReadingProcess): Reads them. earlier (Earlier): What is known.
    keys (Keys), html (bool): What results depend on. size (int): Documents and failures in a part.
    """

    def __init__(
        self, sources: list[Source], reading: ReadingProcess, earlier: Earlier, keys: Keys, html: bool, size: int
    ):
        self.sources = sources
        self.reading = reading
        self.earlier = earlier
        self.keys = keys
        self.html = html
        self.size = size
        self.taken = {source.id for source in sources if "#" in source.id}
        self.is_stopped = False
        # Not in the thread of `Ahead`: a wait for standard input could not be ended there.
        self.given = {source: list(read(reading, source, self.taken)) for source in sources if source.path == STDIN}

    def plans(self) -> Iterator[Plan]:
        """Parts in order; where they begin and end depends on the texts alone."""
        items: list[Item] = []
        pieces: list[Piece] = []
        characters = 0
        for number, source in enumerate(self.sources, 1):
            others = sorted(id_ for id_ in self.taken if id_.startswith(f"{source.id}#"))  # ids of rows depend on them
            digest = of_source(fingerprint(source), " ".join([source.id, *others]), shown(source), self.keys)
            before = count = 0
            for item in self.items(number, source, digest):
                if self.is_stopped:
                    return
                if len(items) >= self.size or characters >= PART_CHARACTERS:
                    yield Plan(items, [*pieces, Piece(digest, before, count, ends=False)] if count else pieces)
                    items, pieces, characters, before, count = [], [], 0, before + count, 0
                items.append(item)
                count += 1
                characters += item.characters
            pieces.append(Piece(digest, before, count, ends=True))
        yield Plan(items, pieces)

    def items(self, number: int, source: Source, digest: str) -> Iterator[Item]:
        """The texts and failures of one file; it is not even read if all its texts are known."""
        known = self.earlier.source(digest) if digest else []
        for text in known:
            task, place = self.work(text.place, None)
            row, reader = shown(source) + text.doc_id.removeprefix(source.id), task.record["reader"] if task else ""
            yield Item(number, row, reader, None, text.doc_id, text.digest, text.characters, task, place)
        if known:
            return
        for doc_id, item in self.given.get(source) or read(self.reading, source, self.taken):
            where = shown(source)
            row = f"{where}#{item.name}" if item.name else where
            if isinstance(item, ReadFailure):
                yield Item(number, row, item.reader, failure=item)
                continue
            about = {
                "source": where,
                "reader": item.reader,
                "encoding": item.encoding,
                "metadata": item.metadata,
                "pages": [list(page) for page in item.pages],
            }
            own = of_text(doc_id, item.text, about)
            work = self.work(self.earlier.text(own), Task(item.text, doc_id, about))
            yield Item(number, row, item.reader, None, doc_id, own, len(item.text), *work)

    def work(self, place: Place | None, task: Task | None) -> tuple[Task | None, Place | None]:
        """What is left to do with a text that was annotated at place before."""
        if place is None:
            return task, None
        agreement = self.earlier.agreement(place, self.keys, self.html)
        if agreement == "all":
            return None, place
        part = self.earlier.parts[place.part]
        if task is None:
            text, record = part.text(place.row)
            task = Task(text, part.manifest.texts[place.row][0], record)
        return task._replace(earlier=part.docbin(place.row).to_bytes() if agreement == "model" else b""), None


def read(reading: ReadingProcess, source: Source, taken: set[str]) -> Iterator[tuple[str, Record | ReadFailure]]:
    """The texts and failures of one file, each with an id: the file's, `#`, and the row's without `#`.

    taken (set[str]): Ids of other files that look like ids of rows.
    """
    ids = taken - {source.id}
    try:
        for item in texts(reading, source):
            stem = doc_id = f"{source.id}#{item.name.replace('#', '_')}" if item.name else source.id
            number = 1
            while doc_id in ids:
                number += 1
                doc_id = f"{stem}~{number}"
            ids.add(doc_id)
            yield doc_id, item
    except ReadFailure as failure:
        yield source.id, failure


def shown(source: Source) -> str:
    """A file as tables name it; a byte that is no character is escaped."""
    return (source.url or str(source.path)).encode("utf8", "backslashreplace").decode("utf8")


def texts(reading: ReadingProcess, source: Source) -> Iterator[Record | ReadFailure]:
    """What a file holds, wherever it lies. RAISES (ReadFailure): Also if it cannot be fetched."""
    if not source.url:
        yield from reading.read(source.path)
        return
    try:
        with fetched(source.url) as path:
            yield from reading.read(path)
    except OSError as err:
        raise failure(Errors.E105, error=err.strerror or err) from err


class Ahead:
    """Plans the next part in a thread while this one is annotated."""

    def __init__(self, planner: Planner):
        self.planner = planner
        self.made: queue.Queue[Plan | BaseException | None] = queue.Queue(maxsize=1)
        self.thread = threading.Thread(target=self.make, daemon=True)
        self.thread.start()

    def make(self) -> None:
        end: BaseException | None = None
        try:
            for plan in self.planner.plans():
                if not self.put(plan):
                    return
        except BaseException as err:
            end = err
        self.put(end)

    def put(self, made: Any) -> bool:
        """RETURNS (bool): False if nobody wants it any more."""
        while not self.planner.is_stopped:
            try:
                self.made.put(made, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def __iter__(self) -> Iterator[Plan]:
        while (made := self.made.get()) is not None:
            if isinstance(made, BaseException):
                raise made
            yield made

    def stop(self) -> None:
        """No more plans are wanted."""
        self.planner.is_stopped = True
        self.planner.reading.stop()  # else the thread may wait for it
        self.thread.join(GRACE)
        self.planner.reading.stop()  # what the thread started meanwhile
