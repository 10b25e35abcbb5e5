"""A command in a process of its own: how long it took, and how much memory it and its children held."""

import os
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

import psutil

EVERY = 0.5  # seconds between two looks at the memory
POOLS = ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB", "RAYON")  # NAME_NUM_THREADS is how many threads each starts


@dataclass(frozen=True)
class Watched:
    """What a command took.

    seconds, processor (float): Wall-clock time; processor time of all its processes (0 on Windows).
    memory (float): MB of all processes at the worst moment; what they share counts once (Linux only).
    largest (float): MB of the largest process.
    output (str): Its standard output.
    """

    seconds: float
    processor: float
    memory: float
    largest: float
    output: str


def watch(command: list[str], threads: int | None = None, cores: int | None = None) -> Watched:
    """Run a command to its end.

    threads (int | None): Threads of each numerical library in it; as many as it likes if None.
    cores (int | None): Keep it and its children on so many cores; all if None. Not on macOS.
    RAISES (RuntimeError): With the last line of its standard error, when it does not succeed.
    """
    environment = {**os.environ, **({f"{name}_NUM_THREADS": str(threads) for name in POOLS} if threads else {})}
    with tempfile.TemporaryFile("w+", encoding="utf8", errors="replace") as errors:
        before, started = os.times(), time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment)
        if cores and hasattr(psutil.Process, "cpu_affinity"):
            psutil.Process(process.pid).cpu_affinity(list(range(cores)))
        memory = Memory(process.pid)
        memory.start()
        output = process.communicate()[0]
        seconds, after = time.perf_counter() - started, os.times()
        memory.ended.set()
        memory.join()
        if process.returncode:
            errors.seek(0)
            raise RuntimeError((errors.read().strip().splitlines() or [f"exit code {process.returncode}"])[-1])
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return Watched(seconds, processor, memory.all, memory.largest, output)


class Memory(threading.Thread):
    """Looks at a process and all below it until `ended` is set.

    pid (int): The process.
    """

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.pid = pid
        self.ended = threading.Event()
        self.all = self.largest = 0.0

    def run(self) -> None:
        while not self.ended.wait(EVERY):
            shares: list[float] = []
            with suppress(psutil.NoSuchProcess):  # it has ended
                parent = psutil.Process(self.pid)
                for process in (parent, *parent.children(recursive=True)):
                    with suppress(psutil.Error):
                        held = process.memory_full_info()
                        shares.append(getattr(held, "pss", held.rss) / 1e6)
                        self.largest = max(self.largest, held.rss / 1e6)
            self.all = max(self.all, sum(shares))
