"""A run that is killed, stopped or starved goes on at the next start, and its result is that of an untroubled run."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from pipeline import pool, run
from pipeline.errors import Errors, PipelineError
from pipeline.readers import Limits
from pipeline.readers.worker import ReadingProcess
from pipeline.stage import STARTED
from pipeline.writers import STAGE
from tests.fixtures.faults import PATIENCE, Faults, wait_for
from tests.fixtures.here import page, written

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to a group of processes")
needs_limits = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
PROGRESS = "files, "  # in a line of progress, on a slow machine


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Pages with their answers, and what an untroubled run writes."""
    faults = Faults(tmp_path_factory.mktemp("faults"))
    return faults, faults.whole()


@pytest.fixture
def faults(prepared) -> Faults:
    made, _ = prepared
    yield made
    made.clear()


@pytest.fixture
def whole(prepared) -> dict[str, bytes]:
    return prepared[1]


def messages(err: str) -> list[str]:
    """What stands on standard error, without the lines of progress."""
    lines = [line for line in err.splitlines() if PROGRESS not in line]
    assert lines.pop(0) == "Annotating with 2 processes."
    return lines


def goes_on(faults: Faults, whole: dict[str, bytes]) -> None:
    """The next start does what is in no finished part, and nothing else; nothing of the trouble is left."""
    done = faults.finished()
    todo = [task.doc_id for task, _ in faults.finish_here()]
    assert not done & set(todo)
    assert written(faults.out) == whole
    assert not (faults.out / STAGE).exists()


def test_kill_9(faults, whole):
    """Three times at random points; `python -m benchmarks.faults` does it twenty times and measures."""
    (faults.folder / "slow").write_text("0.02")
    chance = random.Random()
    for _ in range(3):
        done, noted = faults.finished(), len(faults.annotated())
        kill = faults.kill(chance)
        assert not done & set(faults.annotated()[noted:]), kill
    goes_on(faults, whole)


def signalled(faults: Faults, number: int, times: int) -> tuple[int, str, str]:
    """Send a signal to all processes of a run when some texts are annotated. RETURNS: How it ended, what it said."""
    (faults.folder / "hold").write_text("12")
    process = faults.start()
    wait_for(lambda: len(faults.finished()) >= 10 or process.poll() is not None)
    time.sleep(0.5)  # the part's end is a moment after
    group = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for _ in range(times):
        if process.poll() is None:
            os.killpg(process.pid, number)
        if times == 1:
            (faults.folder / "go").touch()
        try:
            out, err = process.communicate(timeout=PATIENCE if times == 1 else 2)  # two at once would be one
            break
        except subprocess.TimeoutExpired:
            continue
    else:
        process.kill()
        pytest.fail("it went on")
    assert psutil.wait_procs(group, timeout=60)[1] == []
    return process.returncode, out, err


@needs_signals
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_at_the_next_part(faults, whole, number):
    code, out, err = signalled(faults, number, 1)
    done = len(faults.finished())
    assert (code, out, messages(err)) == (130, "", [Errors.E309.format(count=done)])
    assert 0 < done < 60
    assert done % 5 == 0
    goes_on(faults, whole)


@needs_signals
def test_a_second_signal_ends_the_run_at_once(faults, whole):
    """The texts at hand never come to an end."""
    code, out, err = signalled(faults, signal.SIGINT, 20)
    assert (code, out) == (130, "")
    assert "".join(messages(err)).strip() == ""
    goes_on(faults, whole)


@needs_signals
def test_a_signal_is_not_taken_for_a_broken_file(tmp_path):
    """Ctrl-C reaches the process that reads, too: it must not die of it, or its file would be a failure."""
    (tmp_path / "a.txt").write_text("a", "utf8")
    with ReadingProcess(Limits()) as reading:
        for _ in range(3):
            assert [record.text for record in reading.read(tmp_path / "a.txt")] == ["a"]
            (child,) = psutil.Process().children()
            child.send_signal(signal.SIGINT)


@needs_signals
def test_a_signal_while_standard_input_is_awaited(tmp_path):
    """It may never come, and there is nothing that could be finished first."""
    out = tmp_path / "out"
    command = [sys.executable, "-m", "pipeline.cli", "annotate", "-", "--out", str(out)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, start_new_session=True, text=True, **pipes) as process:
        wait_for(lambda: (out / STAGE / STARTED).exists())
        wait_for(lambda: process.poll() is not None or wait_and_stop(process))
        assert "Fatal" not in process.stderr.read()
        assert process.returncode == 130


def wait_and_stop(process) -> bool:
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        return False
    return True


@needs_limits
def test_a_full_disk(faults, whole):
    """A file may grow to what all parts hold but the one with the long text."""
    done = faults.finish(FILE_BYTES=60_000)
    (message,) = messages(done.stderr)
    assert (done.returncode, done.stdout) == (1, "")
    assert message.startswith(f"Error: cannot write to {faults.out / STAGE / 'annotated'}")
    assert ": File too large. " in message
    assert len(faults.finished()) == 50
    goes_on(faults, whole)


@needs_limits
def test_a_full_disk_while_the_log_is_written(faults, whole):
    log = faults.out / STAGE / "log.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text("{}\n" * 20_000, "utf8")
    done = faults.finish(FILE_BYTES=60_000)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: " + Errors.E303.format(path=log, cause="File too large") + "\n"
    goes_on(faults, whole)


@needs_limits
def test_a_full_disk_while_the_workbook_is_written(faults, whole):
    """The parts are kept."""
    done = faults.finish("--format", "xlsx", FILE_BYTES=100_000)
    (message,) = messages(done.stderr)
    assert (done.returncode, done.stdout) == (1, "")
    assert message.startswith(f"Error: cannot write to {faults.out / STAGE / 'tables' / 'minutes.xlsx'}: ")
    assert "File too large. " in message
    assert len(faults.finished()) == 60
    goes_on(faults, whole)


@pytest.mark.skipif(sys.platform != "linux", reason="a folder where nobody may write")
def test_a_place_that_cannot_be_written_to(faults):
    with pytest.raises(PipelineError, match=r"^cannot write to /proc/minutes: No such file or directory\."):
        run.annotate(faults.pages, "/proc/minutes/out", model=faults.model)


def test_a_second_run_into_the_same_folder(faults, whole):
    """It is refused, and the first one does not notice."""
    (faults.folder / "hold").write_text("12")
    with faults.start() as process:
        wait_for(lambda: len(faults.annotated()) >= 12 or process.poll() is not None)
        with pytest.raises(PipelineError) as caught:
            faults.finish_here()
        assert str(caught.value) == Errors.E308.format(out=faults.out)
        (faults.folder / "go").touch()
        _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, messages(err)) == (0, [])
    assert sorted(faults.annotated()) == sorted(faults.finished())
    assert written(faults.out) == whole


def test_nothing_is_left_of_a_run_that_is_interrupted(faults, monkeypatch):
    """No process, no thread; there are files yet to be read."""
    monkeypatch.setattr(pool, "COMMAND", (sys.executable, *faults.process.split()))
    monkeypatch.setenv("FAULTS", str(faults.folder))
    threads = set(threading.enumerate())
    options = {"model": faults.model, "workers": 2, "part_documents": 5}
    for error in (KeyboardInterrupt, ZeroDivisionError):

        def fail(progress: run.Progress, error: type[BaseException] = error) -> None:
            if progress.documents == 7:
                raise error

        with pytest.raises(error):
            run.annotate(faults.pages, faults.out, **options, on_progress=fail)
        assert psutil.Process().children() == []
        assert set(threading.enumerate()) == threads


def test_real_processes(tmp_path):
    """One is killed from outside; the result is that of a run with one process."""
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(8):
        (pages / f"page{number}.txt").write_text(page(number) * 3, "utf8")
    killed = []

    def kill(progress: run.Progress) -> None:
        if progress.documents == 3 and not killed:
            annotating = [child for child in psutil.Process().children() if pool.COMMAND[-1] in child.cmdline()]
            killed.append(annotating[0].pid)
            annotating[0].kill()

    run.annotate(pages, tmp_path / "one", workers=1)
    report = run.annotate(pages, tmp_path / "two", workers=2, on_progress=kill)
    assert (report.documents, report.failed) == (8, 0)
    assert killed
    assert len(events(tmp_path / "two", "process lost")) == 1
    assert written(tmp_path / "two") == written(tmp_path / "one")


def events(out: Path, name: str) -> list[dict]:
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text("utf8").splitlines()]
    return [line for line in lines if line["event"] == name]
