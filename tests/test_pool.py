"""The processes that annotate, with a fake one in their place: order, deaths, hanging, starts that fail, bounds."""

import itertools
import sys
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import pool
from pipeline.errors import Errors, PipelineError
from pipeline.pool import Entry, Worker, Workers
from pipeline.tasks import Failed, Settings, Task

FAKE = Path(__file__).parent / "fixtures" / "fake_annotating.py"
PATIENT = 120.0  # seconds per text, where none hangs: never reached


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The fake process for the real one; after each test no process and no thread may be left."""
    monkeypatch.setattr(pool, "COMMAND", (sys.executable, "-S", str(FAKE)))
    threads = set(threading.enumerate())
    yield
    assert not psutil.Process().children(recursive=True)
    assert set(threading.enumerate()) == threads


def items(texts: Iterable[str | None]) -> Iterator[tuple[int, Task | None]]:
    """Numbered texts; None is an item without a task."""
    for number, text in enumerate(texts):
        yield number, None if text is None else Task(text, f"doc{number}", {})


def run(texts: Iterable[str | None], folder: Path, workers: int = 2, seconds: float = PATIENT) -> list[str | None]:
    """What became of each text, in order: its first words, or the cause of a failure."""
    with Workers(workers, Settings(str(folder), False), seconds) as workers_:
        out = list(workers_.stream(items(texts)))
    assert [number for number, _ in out] == list(range(len(out)))
    return [outcome(result) for _, result in out]


def outcome(result) -> str | None:
    if result is None:
        return None
    return result.cause if isinstance(result, Failed) else result.line


def tried(folder: Path) -> Counter[str]:
    """How often each text was taken up."""
    return Counter((folder / "tried").read_text().split())


DIED = Errors.E452.cause.format(tries=2, how="exit code 3")
HUNG = Errors.E451.cause.format(tries=2)


def test_order_is_kept_where_durations_differ(tmp_path):
    texts = [f"sleep {0.05 * (number % 7 == 0)} {number}" for number in range(60)]
    assert run(texts, tmp_path, workers=3) == texts
    assert set(tried(tmp_path).values()) == {1}


def test_items_without_a_task_pass_through_in_order(tmp_path):
    texts = [text for number in range(40) for text in (*[None] * (number % 5), f"text {number}")]
    assert run(texts, tmp_path) == texts
    assert run([], tmp_path) == []


def test_items_without_a_task_wait_for_nobody(tmp_path):
    """A million in a row need no process, and are given on as they come."""
    read = itertools.count()
    endless = ((next(read), None) for _ in itertools.repeat(None))
    (tmp_path / "start").write_text("hang")
    with Workers(1, Settings(str(tmp_path), False), PATIENT) as workers:
        stream = workers.stream(endless)
        assert [next(stream)[0] for _ in range(10_000)] == list(range(10_000))
        assert next(read) <= 10_001
        stream.close()


def test_a_failure_of_the_text_is_its_result(tmp_path):
    assert run(["a", "fail", "b"], tmp_path) == ["a", "it failed", "b"]
    assert tried(tmp_path) == {"doc0": 1, "doc1": 1, "doc2": 1}


def test_a_process_that_dies_is_replaced_and_only_its_text_tried_again(tmp_path):
    """One process, so that all texts wait in the queue of the one that dies."""
    texts = ["a", "die", "b", "c", "die", "die", "d", "e"]
    assert run(texts, tmp_path, workers=1) == ["a", DIED, "b", "c", DIED, DIED, "d", "e"]
    assert tried(tmp_path) == {f"doc{n}": 2 if text == "die" else 1 for n, text in enumerate(texts)}


def test_a_text_that_killed_by_chance_is_annotated_at_the_second_try(tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "GRACE", 0.1)
    texts = ["die 1", "a", "die 1", "b", "garbage 1"]
    assert run(texts, tmp_path, workers=2) == texts
    assert tried(tmp_path) == {"doc0": 2, "doc1": 1, "doc2": 2, "doc3": 1, "doc4": 2}


def test_garbage_is_no_result(tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "GRACE", 0.1)
    killed = Errors.E452.cause.format(tries=2, how="SIGKILL")
    assert run(["a", "garbage", "b", "blurt", "c"], tmp_path) == ["a", killed, "b", killed, "c"]


def test_a_process_that_hangs_is_replaced(tmp_path):
    texts = ["a", "hang", "b", "hang 1", "c"]
    assert run(texts, tmp_path, seconds=1) == ["a", HUNG, "b", "hang 1", "c"]
    assert tried(tmp_path) == {"doc0": 1, "doc1": 2, "doc2": 1, "doc3": 2, "doc4": 1}


def test_a_huge_text_to_a_process_that_hangs_does_not_block_the_run(tmp_path):
    """More than a pipe holds, behind a text that hangs, and as the text that hangs."""
    huge = "x" * 10_000_000
    texts = ["hang", huge, "a", "hang " + "x" * 90_000, "b"]
    out = run(texts, tmp_path, workers=1, seconds=1)
    assert out == [HUNG, huge[:100], "a", HUNG, "b"]


@pytest.mark.parametrize(("characters", "times"), [(0, 1), (99_999, 1), (100_000, 2), (5_000_000, 51)])
def test_a_long_text_has_more_time(characters, times):
    worker = object.__new__(Worker)
    worker.is_ready, worker.since = True, 1000.0
    worker.entries = deque([Entry(0, Task("x" * characters, "", {})), Entry(1, Task("y" * 900_000, "", {}))])
    assert worker.deadline(60.0) == 1000.0 + 60.0 * times
    worker.entries.clear()
    assert worker.deadline(60.0) == float("inf")
    worker.is_ready = False
    assert worker.deadline(60.0) == 1000.0 + pool.START_SECONDS


def test_processes_that_never_start(tmp_path):
    (tmp_path / "start").write_text("die")
    with pytest.raises(PipelineError) as caught:
        run(["a", "b"], tmp_path)
    assert str(caught.value) == Errors.E450.format(how="exit code 3", words="last words")


def test_processes_that_hang_at_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "START_SECONDS", 0.2)
    (tmp_path / "start").write_text("hang")
    with pytest.raises(PipelineError) as caught:
        run(["a", "b"], tmp_path)
    assert str(caught.value) == Errors.E450.format(how="SIGKILL", words="nothing")


def test_a_model_that_does_not_load(tmp_path):
    (tmp_path / "start").write_text("refuse")
    with pytest.raises(PipelineError, match=r"^there is no such model$"):
        run(["a", "b"], tmp_path)


def test_an_error_of_whoever_asks_leaves_no_process(tmp_path):
    def fail_at_the_fifth():
        with Workers(2, Settings(str(tmp_path), False), PATIENT) as workers:
            for number, _ in workers.stream(items(itertools.repeat("sleep 0.01"))):
                1 / (5 - number)

    with pytest.raises(ZeroDivisionError):
        fail_at_the_fifth()


def test_an_error_of_the_items_leaves_no_process(tmp_path):
    texts = ("a" if number < 20 else str(1 / 0) for number in itertools.count())
    with pytest.raises(ZeroDivisionError):
        run(texts, tmp_path)


def test_what_is_read_ahead_is_bounded(tmp_path, monkeypatch):
    """The first text waits until as many as may be held are read; then one more is read for each one given on."""
    monkeypatch.setattr(pool, "BUFFERED", 50)
    read = itertools.count()

    def endless():
        for number in read:
            if number == 49:
                (tmp_path / "go").touch()
            yield number, Task("a" if number else "wait", f"doc{number}", {})

    with Workers(2, Settings(str(tmp_path), False), PATIENT) as workers:
        stream = workers.stream(endless())
        for number in range(200):
            assert next(stream)[0] == number
        assert next(read) <= 200 + 50
        stream.close()


def test_what_is_held_is_bounded_in_characters_too(tmp_path, monkeypatch):
    """Ten texts for each process; the first text waits until they are read."""
    monkeypatch.setattr(pool, "BUFFERED_CHARACTERS", 10_000)
    read = itertools.count()

    def endless():
        for number in read:
            if number == 19:
                (tmp_path / "go").touch()
            yield number, Task(("a" if number else "wait").ljust(1_000), f"doc{number}", {})

    with Workers(2, Settings(str(tmp_path), False), PATIENT) as workers:
        stream = workers.stream(endless())
        for number in range(100):
            assert next(stream)[0] == number
        assert next(read) <= 100 + 20
        stream.close()


def test_long_texts_are_not_queued_by_the_dozen(tmp_path):
    """A process has one at hand and one that waits; as many again as there are processes are held ready."""
    read, early = itertools.count(), []

    def go():
        early.append(next(read))
        (tmp_path / "go").touch()

    timer = threading.Timer(1.0, go)
    with Workers(2, Settings(str(tmp_path), False), PATIENT) as workers:
        stream = workers.stream((next(read), Task("wait".ljust(50_000), "doc", {})) for _ in itertools.repeat(None))
        timer.start()
        next(stream)
        timer.join()
        assert early[0] <= 2 * 2 + 2
        stream.close()


BEHAVIOUR = st.sampled_from([None, "a", "sleep 0.01", "fail", "die", "die 1", "garbage 1"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(BEHAVIOUR, max_size=25), workers=st.integers(1, 3))
def test_any_pattern_of_deaths(tmp_path_factory, monkeypatch, texts, workers):
    monkeypatch.setattr(pool, "GRACE", 0.1)
    folder = tmp_path_factory.mktemp("pattern")
    become = {"die": DIED, "fail": "it failed"}
    assert run(texts, folder, workers) == [become.get(text, text) for text in texts]
    if any(texts):
        twice = ("die", "die 1", "garbage 1")
        assert tried(folder) == {f"doc{n}": 1 + (text in twice) for n, text in enumerate(texts) if text}
