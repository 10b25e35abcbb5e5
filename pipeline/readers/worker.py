"""Reading in a process of its own, so that no file can hang or kill the run.

`python -m pipeline.readers.worker` answers each line on its standard input with one line, both JSON: `{"path",
"limits"}` opens a file, `{}` asks on; `record`, `row` (a row that failed), `failure` (the file failed), `end` are the
keys of what comes back. A text is read when it is asked for, so a file of a million rows takes no memory.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from pipeline.errors import Errors
from pipeline.paths import PACKAGE
from pipeline.readers import STDIN, read
from pipeline.readers.record import Item, Limits, ReadFailure, Record, failure

COMMAND = (sys.executable, "-P", "-m", "pipeline.readers.worker")  # -P: a csv.py where the user stands is not ours
MEMORY = 4 * 2**30
GRACE = 5.0  # seconds that a dying child has to give its exit code


class ReadingProcess:
    """Reads files in a child process, which is started when it is needed and anew after each file that kills it.

    limits (Limits): What a file may ask for.
    command (Sequence[str]): How the child is started.
    """

    def __init__(self, limits: Limits, command: Sequence[str] = COMMAND):
        self.limits = limits
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def read(self, path: Path) -> Iterator[Item]:
        """The texts of a file, as `pipeline.readers.read` gives them. A file that is begun ends the one before.

        RAISES (ReadFailure): Also if the next text takes longer than `limits.seconds`, or the child dies.
        """
        if path == STDIN:
            yield from read(path, self.limits)
            return
        request: dict[str, Any] = {"path": str(path), "limits": asdict(self.limits)}
        while "end" not in (answer := self._ask(request)):
            request = {}
            if "failure" in answer:
                raise ReadFailure(**answer["failure"])
            if "row" in answer:
                yield ReadFailure(**answer["row"])
            else:
                record = answer["record"]
                yield Record(**{**record, "pages": [(start, number) for start, number in record["pages"]]})

    def _ask(self, request: dict[str, Any]) -> Any:
        process = self._running() if request else self._process  # a new child would know nothing of a file half read
        assert process is not None
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            process.stdin.flush()
            answer = self._answers.get(timeout=self.limits.seconds)
        except queue.Empty:
            self.stop()
            raise failure(Errors.E113, seconds=f"{self.limits.seconds:g}") from None
        except OSError:
            answer = b""
        if not answer:
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
            self.stop()
            raise failure(Errors.E114, ending=ending(process.returncode))
        return json.loads(answer)

    def _running(self) -> subprocess.Popen[bytes]:
        """The child; a new one if there is none, or if it died between two files."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.stop()
        folders = [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, folders))}
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._process = process
        self._answers = queue.SimpleQueue()
        self._listener = threading.Thread(target=_pass_on, args=(process.stdout, self._answers), daemon=True)
        self._listener.start()
        return process

    def stop(self) -> None:
        """Stop the child, if there is one."""
        process, self._process = self._process, None
        if process is None or process.stdin is None or process.stdout is None:
            return
        process.kill()
        process.wait()
        self._listener.join()
        process.stdout.close()
        with suppress(OSError):  # a request that was never read
            process.stdin.close()


def _pass_on(answers: IO[bytes], to: "queue.SimpleQueue[bytes]") -> None:
    """Lines of answers into a queue; an empty one when there will be no more."""
    for line in answers:
        to.put(line)
    to.put(b"")


def ending(code: int) -> str:
    """An exit code in words: SIGSEGV for -11."""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit code {code}"


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer each line of requests with one line, until there are no more."""
    items: Iterator[Item] = iter(())
    for line in requests:
        request = json.loads(line)
        if request:
            items = read(Path(request["path"]), Limits(**request["limits"]))
        answers.write(json.dumps(_answer(items)).encode("ascii") + b"\n")
        answers.flush()


def _answer(items: Iterator[Item]) -> dict[str, Any]:
    try:
        item = next(items, None)
    except ReadFailure as err:
        return {"failure": _fields(err)}
    if item is None:
        return {"end": True}
    return {"row": _fields(item)} if isinstance(item, ReadFailure) else {"record": asdict(item)}


def _fields(item: ReadFailure) -> dict[str, str]:
    return {"cause": item.cause, "next_step": item.next_step, "reader": item.reader, "name": item.name}


def main() -> None:
    """Serve on standard input and output; what a library prints goes to standard error instead."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal; the run decides
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
