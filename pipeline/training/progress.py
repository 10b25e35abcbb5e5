"""How far a training is: step, scores, time left; and why it ended."""

import io
import statistics
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from spacy import registry
from spacy.language import Language

from pipeline.labels import LEARNED

LOGGER = "minutes.Logger.v1"
RECENT = 50  # steps whose median tells how long the next ones take
PLAIN_EVERY = 30.0  # seconds between lines of progress where there is no terminal


class State(NamedTuple):
    """How far a training is.

    step, of (int): Steps done; the most there can be, 0 for no limit.
    score, best (float | None): F on the dev split when it was last scored, and the best so far, from 0 to 1.
    scores (dict[str, float]): The F of each label when it was last scored.
    scored (bool): Whether it was scored at this very step.
    left (float | None): Seconds left at most; None where that cannot be told.
    """

    step: int
    of: int
    score: float | None = None
    best: float | None = None
    scores: dict[str, float] = {}  # noqa: RUF012  (never changed)
    scored: bool = False
    left: float | None = None


OnProgress = Callable[[State], None]


def nobody(state: State) -> None:
    """Nobody looks."""


class Watch(io.StringIO):
    """Hears what spaCy's training says, in place of its output: tells it on, and remembers it for the record.

    on_progress (Callable[[State], None]): Called at every step.
    """

    def __init__(self, on_progress: OnProgress = nobody):
        super().__init__()
        self.on_progress = on_progress
        self.settings: dict[str, Any] = {}
        self.state = State(-1, 0)
        self.evaluations: list[dict[str, Any]] = []
        self.steps, self.scorings = deque[float](maxlen=RECENT), deque[float](maxlen=3)  # seconds each took
        self.before = self.began = time.monotonic()

    def write(self, text: str) -> int:
        """spaCy's own words are not wanted."""
        return len(text)

    def start(self, settings: dict[str, Any]) -> Self:
        """settings (dict): The section `training` of the config."""
        self.settings = settings
        self.state = State(-1, settings["max_steps"])
        self.before = self.began = time.monotonic()
        return self

    def step(self, info: dict[str, Any] | None) -> None:
        """One step is done; `info` is spaCy's where it was scored."""
        now = time.monotonic()
        (self.steps if info is None else self.scorings).append(now - self.before)
        self.before = now
        if info is None:
            self.state = self.state._replace(step=self.state.step + 1, scored=False)
        else:
            self.score(info)
        self.state = self.state._replace(left=self.left())
        self.on_progress(self.state)

    def score(self, info: dict[str, Any]) -> None:
        by_label = info["other_scores"].get("ents_per_type") or {}
        scores = {label.name: by_label[label.name]["f"] for label in LEARNED if label.name in by_label}
        best, _ = max(info["checkpoints"])
        self.state = self.state._replace(step=info["step"], score=info["score"], best=best, scores=scores, scored=True)
        self.evaluations.append(
            {
                "step": info["step"],
                "epoch": info["epoch"],
                "score": round(info["score"], 6),
                "loss": round(sum(info["losses"].values()), 4),
                "seconds": round(time.monotonic() - self.began, 1),
            }
        )

    def left(self) -> float | None:
        """Seconds to the last step, if nothing stops it before."""
        if not self.state.of or not self.steps:
            return None
        steps = max(0, self.state.of - self.state.step)
        scorings = steps / self.settings["eval_frequency"]
        return statistics.median(self.steps) * steps + statistics.median(self.scorings or [0.0]) * scorings

    def ending(self) -> dict[str, Any]:
        """When and why it ended: `steps`, all were done; `patience`, no better score for long; `epochs`."""
        best = max((row["score"], -row["step"]) for row in self.evaluations)
        saved = max(
            row["step"] for row in self.evaluations if row["score"] == best[0]
        )  # spaCy keeps the last of equals
        patience, of = self.settings["patience"], self.settings["max_steps"]
        if of and self.state.step >= of:
            why = "steps"
        else:
            why = "patience" if patience and self.state.step + best[1] >= patience else "epochs"
        return {
            "steps": self.state.step,
            "of": of,
            "ended_by": why,
            "patience": patience,
            "best_step": saved,
            "best_score": best[0],
        }


@registry.loggers(LOGGER)
def make_logger() -> Callable[..., Any]:
    """For `training.logger` in a config; in plain `spacy train` it prints a line whenever the model was scored."""

    def setup(nlp: Language, stdout: Any, stderr: Any) -> tuple[Callable[[dict[str, Any] | None], None], Any]:
        def say(state: State) -> None:
            if state.scored:
                stdout.write(line(state) + "\n")

        watch = stdout if isinstance(stdout, Watch) else Watch(say)
        return watch.start(nlp.config.interpolate()["training"]).step, lambda: None

    return setup


def line(state: State) -> str:
    """`step 400 of 2,400, F 0.951 (ROLE 0.96, PLACE 0.95), best 0.953, 9 min left at most`."""
    step = f"step {max(state.step, 0):,}" + (f" of {state.of:,}" if state.of else "")
    labels = ", ".join(f"{label} {f:.2f}" for label, f in state.scores.items())
    return ", ".join([step, *outlook(state, f" ({labels})" if labels else "")])


def outlook(state: State, labels: str = "") -> list[str]:
    """Scores, if it was scored since it learned, and time left, if it can be told."""
    parts = [f"F {state.score:.3f}{labels}", f"best {state.best:.3f}"] if state.score else []
    if state.left is not None and state.step < state.of:
        parts.append(f"{duration(state.left)} left at most")
    return parts


def why_ended(ending: dict[str, Any]) -> str:
    """In a sentence; `ending` as `Watch.ending` gives it."""
    best = f"the model of step {ending['best_step']:,} is kept, with F {ending['best_score']:.3f} on the dev split"
    if ending["ended_by"] == "patience":
        return (
            f"Stopped early at step {ending['steps']:,} of {ending['of']:,}: no better score for"
            f" {ending['patience']:,} steps; {best}."
        )
    return f"All {ending['steps']:,} steps are done; {best}."


def duration(seconds: float) -> str:
    """`40 s`, `9 min`, `1 h 20 min`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


class Screen:
    """A bar with scores and time left on a terminal; elsewhere a line when the model is scored, or now and then.

    console (Console): Where to. title (str): What is being done.
    """

    def __init__(self, console: Console, title: str = "Training"):
        self.console, self.shown = console, time.monotonic()
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[now]}"),
        )
        self.bar = Progress(*columns, console=console, disable=not console.is_terminal)
        self.task = self.bar.add_task(title, total=None, now="reading")

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.stop()

    def show(self, state: State) -> None:
        total, now = state.of or None, ", ".join(outlook(state))
        self.bar.update(self.task, completed=max(state.step, 0), total=total, now=now)
        if state.scored or (self.bar.disable and time.monotonic() - self.shown > PLAIN_EVERY):
            self.shown = time.monotonic()
            self.console.print(line(state), highlight=False, markup=False, soft_wrap=True)
