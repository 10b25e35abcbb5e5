"""Which model is in use, and which were: one line in models/current.txt, and the history in models/promotions.jsonl."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import Errors, PipelineError
from pipeline.keys import (
    BEST,
    CURRENT,
    SHIPPED,
    digest,
    find_model,
    model_in_use,
    model_named,
    name_of,
    named_in_use,
    shipped_model,
    state_file,
)
from pipeline.stage import read_json
from pipeline.training import must_pass
from pipeline.training.compare import SPLIT, Comparison, compare, flat
from pipeline.training.gold import read_gold
from pipeline.training.train import RECORD
from pipeline.writers import atomic

HISTORY = "promotions.jsonl"
RUNS = Path("runs")
State = Literal["in use", "was in use", "candidate", "shipped", "broken"]


@dataclass(frozen=True)
class Step:
    """A promotion or a rollback.

    at (str): When, ISO 8601.
    kind ("promote" | "rollback"): What was done.
    before, after (str): The names in models/current.txt.
    digest (str): Of the model that is in use now.
    reason (str): Why; may be empty.
    problems (list[str]): What spoke against the model, and was overruled.
    summary (str), scores (list[dict]): How it compares with the model before, see `pipeline.training.compare.flat`.
    skipped (list[str]): Models that a rollback passed over since they are not there any more.
    """

    at: str
    kind: Literal["promote", "rollback"]
    before: str
    after: str
    digest: str
    reason: str = ""
    problems: list[str] = field(default_factory=list)
    summary: str = ""
    scores: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    @property
    def forced(self) -> bool:
        return bool(self.problems)


@dataclass(frozen=True)
class Entry:
    """A model in a list.

    name (str), folder (Path): What it is called, where it is.
    state (str): "in use", "was in use", "candidate", "shipped", or "broken" with `problem` saying how.
    ended (str): When the training ended; empty where the record does not say.
    digest (str): As the record says.
    f (dict[str, float | None]): Per label and over all, on the dev split.
    documents, words, reviewed (int | None): Trained on; how many of the documents people have corrected.
    """

    name: str
    folder: Path
    state: State
    ended: str = ""
    digest: str = ""
    f: dict[str, float | None] = field(default_factory=dict)
    documents: int | None = None
    words: int | None = None
    reviewed: int | None = None
    problem: str = ""


def promote(
    run: Path,
    *,
    at: datetime.datetime,
    reason: str = "",
    force: bool = False,
    data: Path | None = None,
    must_pass_file: Path | None = None,
) -> tuple[Step, Comparison]:
    """Put a model to use, if it is not worse than the one in use on any label and passes the must-pass cases.

    run (Path): Folder of a training, or of a model; `default` is the shipped one.
    at (datetime): Now, with time zone. reason (str): Why; needed with `force`.
    force (bool): Put it to use whatever speaks against it.
    data (Path | None): Folder with the test split; `training_data` if None.
    must_pass_file (Path | None): The cases; `must-pass.csv` in that folder if None, which need not be there.
    RAISES (PipelineError): When it is refused, is in use already, does not load, or the files cannot be written.
    """
    if force and not reason.strip():
        raise PipelineError(Errors.E591.format(log=HISTORY))
    name = name_for(run)
    found = find_model(model_named(name))
    before = named_in_use()
    try:
        used = find_model(model_in_use())
    except PipelineError:
        if not force:  # there is nothing to compare with
            raise
        used = shipped_model()
    if found.resolve() == used.resolve() and name == before:
        raise PipelineError(Errors.E596.format(name=name))
    path = must_pass_file or must_pass.path_of(data)
    cases = must_pass.read(path) if must_pass_file or path.is_file() else []
    made = compare(used, found, read_gold(data=data, split=SPLIT), cases)
    if not made.fit and not force:
        raise PipelineError(Errors.E590.format(name=name, problems="; ".join(made.problems)))
    scores = [flat(row) for row in made.rows]
    step = Step(stamp(at), "promote", before, name, digest(found), reason.strip(), made.problems, made.summary, scores)
    take(step)
    return step, made


def rollback(*, at: datetime.datetime, reason: str = "") -> Step:
    """Go back to the model that was in use before; again to the one before that. Those that are gone are passed over.

    RAISES (PipelineError): When there is none, or the files cannot be written.
    """
    try:
        now = named_in_use()
    except PipelineError:
        now = ""  # the file is broken: any earlier one will do
    earlier, skipped = stack(history()), list[str]()
    if earlier and earlier[-1] == now:
        earlier.pop()
    elif not earlier and now != SHIPPED:
        earlier = [SHIPPED]  # the file was written by hand
    while earlier:
        name = earlier.pop()
        try:
            found = find_model(model_named(name))
        except PipelineError:
            skipped.append(name)
            continue
        step = Step(stamp(at), "rollback", now, name, digest(found), reason.strip(), skipped=skipped)
        take(step)
        return step
    raise PipelineError(Errors.E593.format(name=now))


def stamp(at: datetime.datetime) -> str:
    return at.isoformat(timespec="seconds")


def name_for(run: Path) -> str:
    """What models/current.txt says for a model: its folder, from the folder above `models` where it lies in there.

    So a project that is moved or copied as a whole still finds its model. Always with `/`, good on any system.
    """
    if str(run) == SHIPPED and not run.exists():
        return SHIPPED
    path = run.resolve()
    path = path.parent if path.name == BEST else path
    if path == shipped_model().resolve():
        return SHIPPED
    project = state_file("").parent.resolve()
    return (path.relative_to(project) if path.is_relative_to(project) else path).as_posix()


def take(step: Step) -> None:
    """Write the name, then the line of the history; both or neither.

    RAISES (PipelineError): When that is not possible; the model in use is as before.
    """
    current = state_file(CURRENT)
    try:
        earlier = current.read_bytes() if current.is_file() else None
        write(current, f"{step.after}\n".encode())
        try:
            add(step)
        except OSError:
            current.unlink() if earlier is None else write(current, earlier)
            raise
    except OSError as err:
        path, cause = err.filename or current, err.strerror or err
        raise PipelineError(Errors.E594.format(path=path, cause=cause)) from err


def write(path: Path, data: bytes) -> None:
    with atomic(path) as part:
        part.write_bytes(data)


def add(step: Step) -> None:
    """Add a line to the history."""
    path = state_file(HISTORY)
    names = {"before": "from", "after": "to"}
    line = {names.get(key, key): value for key, value in vars(step).items()} | {"forced": step.forced}
    held = path.read_bytes() if path.is_file() else b""
    if held and not held.endswith(b"\n"):
        held += b"\n"
    write(path, held + json.dumps(line, ensure_ascii=False).encode("utf8") + b"\n")


def history() -> list[Step]:
    """All promotions and rollbacks, the first one first.

    RAISES (PipelineError): With file and line, when a line is none.
    """
    path, steps = state_file(HISTORY), []
    lines = path.read_bytes().split(b"\n") if path.is_file() else []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig"))
            before, after = str(row["from"]), str(row["to"])
            kept = {
                key: row[key] for key in ("at", "kind", "digest", "reason", "problems", "summary", "scores", "skipped")
            }
            steps.append(Step(before=before, after=after, **kept))
        except (ValueError, KeyError, TypeError) as err:
            problem = f"no {err}" if isinstance(err, KeyError) else err
            raise PipelineError(Errors.E595.format(file=path, line=number, problem=problem)) from err
    return steps


def stack(steps: Sequence[Step]) -> list[str]:
    """The names that were in use and not rolled back, the first one first; the last is in use."""
    names = [steps[0].before] if steps else []
    for step in steps:
        if step.kind == "promote":
            if names[-1] != step.before:
                names.append(step.before)  # put into the file by hand
            names.append(step.after)
        else:
            while len(names) > 1 and names[-1] != step.after:
                names.pop()
    return names


def models(runs: Path = RUNS) -> list[Entry]:
    """The shipped model, all trainings in a folder and all models that ever were in use, the newest last."""
    steps, used = history(), named_in_use()
    was = {name for step in steps for name in (step.before, step.after)}
    found = {name_for(path): path for path in trainings(runs)}
    found |= {name: model_named(name) for name in sorted({*was, used} - {*found, SHIPPED, ""})}
    entries = [entry(name, folder, used, was) for name, folder in found.items()]
    return [shipped(used), *sorted(entries, key=lambda one: (one.ended, one.name))]


def trainings(runs: Path) -> list[Path]:
    """The folders that look like one, broken or not; those that are being made have a name with a dot before it."""
    folders = sorted(runs.iterdir()) if runs.is_dir() else []
    return [
        path
        for path in folders
        if not path.name.startswith(".") and ((path / RECORD).exists() or (path / BEST).exists())
    ]


def entry(name: str, folder: Path, used: str, was: set[str]) -> Entry:
    """What is known of one."""
    record = read_json(folder / RECORD)
    state: State = "in use" if name == used else "was in use" if name in was else "candidate"
    problem = fault(folder, record)
    made = Entry(name_of(folder), folder, "broken" if problem else state, problem=problem)
    if not record:
        return made
    try:
        counts, scores = record["data"]["splits"]["train"], record["scores"]["exact"]
        f = {label: None if score["f"] is None else float(score["f"]) for label, score in scores.items()}
        return Entry(
            **vars(made)
            | {
                "ended": str(record["ended"] or ""),
                "digest": str(record["model"]["digest"]),
                "f": f,
                "documents": int(counts["documents"]),
                "words": int(counts["words"]),
                "reviewed": int(counts["reviewed"]) + int(counts["adjudicated"]),
            }
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return Entry(**vars(made) | {"state": "broken", "problem": made.problem or f"{RECORD} is not whole"})


def fault(folder: Path, record: dict[str, Any]) -> str:
    """What is wrong with a model's folder, as far as can be seen without loading it; empty if nothing is."""
    if not folder.is_dir():
        return "the folder is gone"
    try:
        model = find_model(folder)
    except PipelineError:
        return "it holds no model"
    if missing := [name for name in ("meta.json", "tokenizer", "vocab") if not (model / name).exists()]:
        return f"{missing[0]} is missing"
    return f"{RECORD} is broken" if (folder / RECORD).exists() and not record else ""  # plain spaCy writes none


def shipped(used: str) -> Entry:
    """The shipped model, with the scores that spaCy keeps in its meta.json."""
    folder = shipped_model()
    scores = read_json(folder / "meta.json").get("performance", {})
    by_label = {label: score.get("f") for label, score in (scores.get("ents_per_type") or {}).items()}
    state: State = "in use" if used == SHIPPED else "shipped"
    f = by_label | {"learned": scores.get("ents_f")}
    return Entry(SHIPPED, folder, state, digest=digest(folder), f=f)
