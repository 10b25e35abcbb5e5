"""A real cluster on this machine: a scheduler, and workers that are lost, killed by texts, or not as they should be."""

import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import dask
import psutil
import pytest
from distributed import Client

from pipeline import cluster, run, shards
from pipeline.cluster import Cluster
from pipeline.errors import Errors, PipelineError
from pipeline.keys import find_model
from pipeline.pool import Workers
from pipeline.readers import Limits
from pipeline.tasks import Failed, Settings, Task
from tests.fixtures.here import NAMES, page, written
from tests.scored import ruler_model

WORKER = Path(__file__).parent / "fixtures" / "cluster_worker.py"
SHIPPED = Settings(str(find_model(None).resolve()), False)
PATIENT = 300.0  # seconds per text, where none hangs: never reached
START = 60.0  # seconds for a scheduler or a worker on a busy machine
DIED = Errors.E452.cause.format(tries=2, how="exit code 3")
HUNG = Errors.E451.cause.format(tries=2)
KILLED = Errors.E452.cause.format(tries=2, how="and its worker with it")


class Dask:
    """Processes of Dask in a folder; all that runs below them ends with the block.

    folder (Path): For their files. options (str): For the scheduler and the workers. environment (str): Variables.
    """

    def __init__(self, folder: Path, *options: str, **environment: str):
        self.folder = folder
        self.options = options
        self.environment = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1", **environment}
        self.processes: list[subprocess.Popen] = []
        self.scheduler = self.start("scheduler", "--port", "0", "--scheduler-file", str(folder / "scheduler.json"))
        self.address = json.loads(appears(folder / "scheduler.json"))["address"]

    def start(self, *command: str) -> subprocess.Popen:
        with (self.folder / f"{command[0]}.log").open("ab") as log:
            call = [sys.executable, "-m", "dask", *command, "--host", "127.0.0.1", "--no-dashboard", *self.options]
            process = subprocess.Popen(call, stdout=log, stderr=log, cwd=self.folder, env=self.environment)
        self.processes.append(process)
        return process

    def add_worker(self, *options: str) -> subprocess.Popen:
        folder = ("--local-directory", str(self.folder))
        return self.start("worker", self.address, "--nthreads", "1", "--preload", str(WORKER), *folder, *options)

    def __enter__(self) -> "Dask":
        return self

    def __exit__(self, *error: object) -> None:
        for process in reversed(self.processes):
            end(process.pid)
            process.wait()


def end(pid: int) -> None:
    """End a process and all below it, as a power cut would."""
    if psutil.pid_exists(pid):
        for process in (*psutil.Process(pid).children(recursive=True), psutil.Process(pid)):
            if process.is_running():
                process.kill()


def appears(path: Path) -> str:
    """The content of a file that is being written."""
    until = time.monotonic() + START
    while time.monotonic() < until:
        if path.exists() and (text := path.read_text("utf8")).endswith("}"):
            return text
        time.sleep(0.05)
    raise TimeoutError(path)


@pytest.fixture(scope="module")
def dasks(tmp_path_factory) -> Iterator[Dask]:
    with Dask(tmp_path_factory.mktemp("dask")) as dasks:
        for _ in range(2):
            dasks.add_worker()
        with Client(dasks.address, set_as_default=False) as client:
            client.wait_for_workers(2, START)
        yield dasks


@pytest.fixture
def client(dasks) -> Iterator[Client]:
    """Beside that of the run. Two workers must be there again before a test begins."""
    with Client(dasks.address, set_as_default=False) as client:
        client.wait_for_workers(2, START)
        yield client


def items(texts: Iterable[str | None]) -> Iterator[tuple[int, Task | None]]:
    """Numbered texts; None is an item without a task."""
    for number, text in enumerate(texts):
        yield number, None if text is None else Task(text, f"doc{number}", {})


def say(number: int, seconds: float = 0.0) -> str:
    return f"SAY {seconds} {number}"


def stream(pool: Cluster, texts: Iterable[str | None]) -> list[str | None]:
    """What became of each text, in order: its words, or the cause of a failure."""
    out = list(pool.stream(items(texts)))
    assert [number for number, _ in out] == list(range(len(out)))
    return [outcome(result) for _, result in out]


def outcome(result) -> str | None:
    if result is None:
        return None
    return result.cause if isinstance(result, Failed) else result.line


def said(texts: Iterable[str | None], model: str = "default") -> list[str | None]:
    return [text and f"{text} {model}" for text in texts]


def held(client: Client) -> int:
    """How many tasks the scheduler knows of."""
    return client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(cluster, "SHARD", 3 * cluster.LEAST)


def test_order_is_kept_and_nothing_stays_on_the_scheduler(dasks, client, small_shards):
    texts = [say(number, 0.2 * (number % 9 == 0)) for number in range(60)]
    texts[5:5] = [None, None]
    texts += [None]
    with Cluster(dasks.address, SHIPPED, PATIENT) as pool:
        assert stream(pool, texts) == said(texts)
        assert stream(pool, []) == []
    assert held(client) == 0


def test_texts_are_taken_as_they_are_needed_and_dropped_when_they_are_not(dasks, client, small_shards):
    """Of a run that is stopped nothing goes on, and the cluster stays as it is."""
    read = itertools.count()
    before = client.scheduler_info()["workers"].keys()
    with Cluster(dasks.address, SHIPPED, PATIENT) as pool:
        stream_ = pool.stream((number, Task(say(number, float(number == 0)), "doc", {})) for number in read)
        assert outcome(next(stream_)[1]) == "SAY 1.0 0 default"
        assert next(read) < 5 * 3 * pool.most + 10
        stream_.close()
    until = time.monotonic() + START
    while held(client) and time.monotonic() < until:
        time.sleep(0.05)
    assert held(client) == 0
    assert client.scheduler_info()["workers"].keys() == before


def test_bad_texts_fail_and_no_other(dasks, client):
    """One that kills its process and one that hangs, beside good ones; the workers do not notice."""
    before = client.run(os.getpid)
    texts = [say(number) for number in range(40)]
    texts[3], texts[20] = "DIE 1", "HANG 1"
    with Cluster(dasks.address, SHIPPED, 3.0) as pool:
        out = stream(pool, texts)
    assert (out[3], out[20]) == (DIED, HUNG)
    good = [number for number in range(40) if number not in (3, 20)]
    assert [out[number] for number in good] == said(texts[number] for number in good)
    assert client.run(os.getpid) == before


def test_a_worker_is_lost_in_mid_run(dasks, client, small_shards):
    pids = client.run(os.getpid)
    texts = [say(number, 0.05) for number in range(60)]
    with Cluster(dasks.address, SHIPPED, PATIENT) as pool:
        stream_ = pool.stream(items(texts))
        out = [next(stream_)]
        end(next(iter(pids.values())))
        out += stream_
    assert [outcome(result) for _, result in out] == said(texts)
    client.wait_for_workers(2, START)
    assert len(set(client.run(os.getpid).values()) & set(pids.values())) == 1


def test_results_equal_those_of_a_local_run(dasks, client, tmp_path):
    """The command, with the shipped model."""
    pages, here, there = tmp_path / "pages", tmp_path / "here", tmp_path / "there"
    pages.mkdir()
    for number in range(9):
        (pages / f"page{number}.txt").write_text(page(number), "utf8")
    (pages / "empty.txt").touch()
    limits = Limits(seconds=PATIENT)
    assert run.annotate(pages, here, html=True, part_documents=4, limits=limits, workers=1).documents == 9
    call = ["annotate", pages, "--out", there, "--html", "--part-documents", 4, "--scheduler", dasks.address]
    done = minutes(*call, "--max-seconds", PATIENT)
    assert done.returncode == 3, done.stderr
    assert done.stderr.splitlines()[0] == f"Annotating with the cluster at {dasks.address}."
    assert len(written(there)) > 20
    assert written(there) == written(here)


def minutes(*args) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "pipeline.cli", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf8", check=False)


def test_faults_in_a_run(dasks, client, tmp_path, small_shards):
    """A worker is lost, two texts kill what they come to: the tables hold what they would hold without those texts."""
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(12):
        (pages / f"page{number:02}.txt").write_text(page(number), "utf8")
    settings = {"model": ruler_model(tmp_path / "own", NAMES), "workers": 1, "part_documents": 5}
    run.annotate(pages, tmp_path / "here", **settings)
    (pages / "page03a.txt").write_text("DIE " + page(20), "utf8")
    (pages / "page09a.txt").write_text("KILL " + page(21), "utf8")
    pids = list(client.run(os.getpid).values())

    def lose(progress: run.Progress) -> None:
        if pids:
            end(pids.pop())
            pids.clear()

    options = settings | {"scheduler": dasks.address, "on_progress": lose}
    report = run.annotate(pages, tmp_path / "there", **options)
    assert (report.documents, report.failed) == (12, 2)
    assert [failure.split(": ", 1)[1].split(". ")[0] for failure in report.first_failures] == [DIED, KILLED]
    assert not pids
    for path in ("page03a.txt", "page09a.txt"):
        (pages / path).unlink()
    again = run.annotate(pages, tmp_path / "there", **settings)
    assert (again.documents, again.failed, again.reused) == (12, 0, 12)
    assert written(tmp_path / "there") == written(tmp_path / "here")


def test_a_process_waits_for_the_next_shard_of_its_run_but_not_for_ever(monkeypatch):
    monkeypatch.setattr("pipeline.pool.COMMAND", (sys.executable, "-P", str(WORKER)))
    processes = shards.Processes()

    def child(process: Workers) -> psutil.Process:
        assert [outcome(result) for _, result in process.stream(items([say(1)]))] == said([say(1)])
        return psutil.Process(process.workers[0].process.pid)

    with processes.one(SHIPPED, PATIENT) as first:
        before = child(first)
        with processes.one(SHIPPED, PATIENT) as other:  # the first is at work
            assert other is not first
    with processes.one(SHIPPED._replace(html=True), PATIENT) as of_another_run:
        assert of_another_run not in (first, other)
    with processes.one(SHIPPED, PATIENT), processes.one(SHIPPED, PATIENT) as again:
        assert again is first
        assert child(first) == before
        monkeypatch.setattr(shards, "IDLE_SECONDS", 0.1)
    before.wait(START)
    with suppress(KeyboardInterrupt), processes.one(SHIPPED, PATIENT) as broken:
        after = child(broken)
        raise KeyboardInterrupt
    after.wait(START)


def test_a_worker_with_another_install_is_refused(dasks, client, monkeypatch):
    monkeypatch.setattr(cluster, "installed", lambda: shards.installed() | {"spacy": "3.8.99"})
    with pytest.raises(PipelineError, match=r"the worker tcp://.* cannot annotate: spacy is 3.* there and 3.8.99 here"):
        Cluster(dasks.address, SHIPPED, PATIENT)
    monkeypatch.setattr(Cluster, "check", lambda self: None)  # as for a worker that comes later
    with (
        Cluster(dasks.address, SHIPPED, PATIENT) as pool,
        pytest.raises(PipelineError, match=r"the worker tcp://.* cannot annotate: spacy is 3.* there and 3.8.99 here"),
    ):
        stream(pool, [say(0)])


def test_a_worker_that_cannot_run_this_at_all(dasks, client, monkeypatch):
    def missing(*args):
        raise ModuleNotFoundError("No module named 'pipeline'")

    monkeypatch.setattr(cluster, "annotate_shard", missing)
    with (
        Cluster(dasks.address, SHIPPED, PATIENT) as pool,
        pytest.raises(PipelineError, match=r"cannot annotate \(ModuleNotFoundError: No module named 'pipeline'\)"),
    ):
        stream(pool, [say(0)])
    monkeypatch.setattr(cluster, "difference", missing)
    with pytest.raises(PipelineError, match=r"cannot annotate \(tcp://.*: ModuleNotFoundError: No module"):
        Cluster(dasks.address, SHIPPED, PATIENT)


@pytest.mark.parametrize("address", ["localhost", "http://localhost:8786", "tcp://127.0.0.1:9", "tls://127.0.0.1:9"])
def test_no_scheduler(address, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1.0)
    with pytest.raises(PipelineError, match=f"no Dask scheduler answers at {address} "):
        Cluster(address, SHIPPED, PATIENT)


def test_something_else_answers(monkeypatch):
    """Such as the dashboard of the scheduler, or a port on which nobody speaks."""
    import socket

    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(PipelineError, match=f"no Dask scheduler answers at {address} "):
            Cluster(address, SHIPPED, PATIENT)


def test_dask_is_not_installed(monkeypatch, tmp_path):
    (tmp_path / "page.txt").write_text(page(1), "utf8")
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "pipeline.cluster")
    with pytest.raises(PipelineError, match="needs Dask"):
        run.annotate(tmp_path / "page.txt", tmp_path / "out", scheduler="tcp://127.0.0.1:8786")


def test_no_worker_then_one_then_none_then_no_scheduler(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "WORKERS_SECONDS", 0.5)
    monkeypatch.setattr(cluster, "LOST_SECONDS", 0.5)
    monkeypatch.setattr(cluster, "LOOK_SECONDS", 0.1)
    with Dask(tmp_path) as dasks:
        with pytest.raises(PipelineError, match=f"the cluster at {dasks.address} has no workers"):
            Cluster(dasks.address, SHIPPED, PATIENT)
        monkeypatch.setattr(cluster, "WORKERS_SECONDS", START)
        worker = dasks.add_worker("--no-nanny")
        with Cluster(dasks.address, SHIPPED, PATIENT) as pool:
            stream_ = pool.stream(items(say(number, 0.1) for number in itertools.count()))
            assert outcome(next(stream_)[1]) == "SAY 0.1 0 default"
            end(worker.pid)
            with pytest.raises(PipelineError, match="has no workers"):
                list(stream_)
            end(dasks.scheduler.pid)
            with pytest.raises(PipelineError, match=f"the scheduler at {dasks.address} went away"):
                stream(pool, map(say, itertools.count()))


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes its certificate with openssl")
def test_tls_and_a_scheduler_that_goes_away(tmp_path, monkeypatch):
    key, cert = str(tmp_path / "key.pem"), str(tmp_path / "cert.pem")
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2"]
    subprocess.run([*make, "-subj", "/CN=localhost"], check=True, capture_output=True)
    tls = {"distributed.comm.tls.ca-file": cert}
    for role in ("scheduler", "worker", "client"):
        tls |= {f"distributed.comm.tls.{role}.key": key, f"distributed.comm.tls.{role}.cert": cert}
    variables = {"DASK_" + name.replace(".", "__").replace("-", "_").upper(): path for name, path in tls.items()}
    with ExitStack() as stack:
        dasks = stack.enter_context(Dask(tmp_path, "--protocol", "tls", **variables))
        assert dasks.address.startswith("tls://")
        dasks.add_worker()
        with dask.config.set(tls):
            pool = stack.enter_context(Cluster(dasks.address, SHIPPED, PATIENT))
            stream_ = pool.stream(items(say(number, 0.1) for number in itertools.count()))
            assert outcome(next(stream_)[1]) == "SAY 0.1 0 default"
            monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1.0)
            with pytest.raises(PipelineError, match="no Dask scheduler answers"):
                Cluster(dasks.address.replace("tls", "tcp"), SHIPPED, PATIENT)
            end(dasks.scheduler.pid)
            with pytest.raises(PipelineError, match=f"the scheduler at {dasks.address} went away"):
                list(stream_)
