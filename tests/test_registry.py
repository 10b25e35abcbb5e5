"""Which model is in use: promotion with its gate, rollback, the list, moved folders, files written by hand."""

import datetime
import json
import os
import shutil
import stat
import sys
from pathlib import Path

import pytest

from pipeline import keys, run
from pipeline.errors import PipelineError
from pipeline.keys import digest, find_model
from pipeline.training import registry
from pipeline.training.registry import history, models, name_for, promote, rollback
from tests.scored import document, ruler_model

GOLD = [
    f"The <ROLE>Chair</ROLE> met <PROVIDER>CAMHS</PROVIDER> in <PLACE>Kent</PLACE> on day {number}."
    for number in range(6)
]
ALL = [("ROLE", "Chair"), ("PLACE", "Kent"), ("PROVIDER", "CAMHS")]
CASES = "text,words,label,expect,note\nTo Kent.,Kent,PLACE,found,\n"


def at(hour):
    return datetime.datetime(2026, 5, 4, hour, tzinfo=datetime.UTC)


def copied(base: Path, patterns, folder: Path) -> Path:
    """A copy of a model of these patterns: to make one takes longest."""
    made = base / "-".join("".join(pattern) for pattern in patterns)
    return shutil.copytree(made if made.exists() else ruler_model(made, patterns), folder)


class Project:
    """A folder with `models`, `runs` and `training_data`."""

    def __init__(self, folder: Path, base: Path):
        self.folder, self.base = folder, base
        self.data, self.models, self.runs = (folder / name for name in ("training_data", "models", "runs"))
        self.data.mkdir(parents=True)
        for source in ("train", "test"):
            rows = [document(line, f"{source}-{number}", source) for number, line in enumerate(GOLD)]
            (self.data / f"{source}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf8")
        (self.data / "splits.toml").write_text('test = ["test"]\n')
        copied(base, ALL[:2], self.models / "default")
        self.current, self.log = self.models / "current.txt", self.models / "promotions.jsonl"

    def run(self, name, patterns=ALL, record=True):
        """A training that came out with a model of these patterns."""
        folder = self.runs / name
        copied(self.base, patterns, folder / "model-best")
        if record:
            counts = {"documents": 5, "words": 90, "reviewed": 2, "adjudicated": 1}
            held = {
                "ended": f"2026-05-0{len(list(self.runs.iterdir()))}T10:00:00+00:00",
                "data": {"splits": {"train": counts}},
                "model": {"digest": digest(folder / "model-best")},
                "scores": {"exact": {"ROLE": {"f": 0.5}, "learned": {"f": None}}},
            }
            (folder / "run.json").write_text(json.dumps(held))
        return folder

    def promote(self, folder, hour=1, **options):
        return promote(folder, at=at(hour), data=self.data, **options)

    @property
    def now(self):
        return self.current.read_text("utf8") if self.current.exists() else None


@pytest.fixture
def project(tmp_path, tmp_path_factory, monkeypatch):
    made = Project(tmp_path / "project", tmp_path_factory.getbasetemp() / "rulers")
    monkeypatch.setattr(keys, "resource", lambda name: made.folder / name)
    monkeypatch.delenv("MINUTES_STATE", raising=False)
    monkeypatch.chdir(made.folder)
    return made


def test_nothing_promoted_means_the_shipped_model(project):
    assert find_model(None) == project.models / "default"
    assert [(entry.name, entry.state) for entry in models()] == [("default", "in use")]


def test_promote_and_roll_back(project):
    first, second = project.run("first"), project.run("second")
    step, made = project.promote(first, 1, reason=" first try ")
    assert project.now == "runs/first\n"
    assert find_model(None) == first / "model-best"
    assert (step.before, step.after, step.reason, step.forced) == ("default", "runs/first", "first try", False)
    assert step.digest == digest(first / "model-best")
    assert [row.label for row in made.better] == ["PROVIDER"]
    project.promote(second / "model-best", 2)
    assert project.now == "runs/second\n"

    step = rollback(at=at(3), reason="odd names")
    assert (step.before, step.after, step.reason) == ("runs/second", "runs/first", "odd names")
    assert find_model(None) == first / "model-best"
    assert rollback(at=at(4)).after == "default"
    assert find_model(None) == project.models / "default"
    with pytest.raises(PipelineError, match="no earlier model to go back to: default was in use from the start"):
        rollback(at=at(5))

    lines = [json.loads(line) for line in project.log.read_text("utf8").splitlines()]
    assert [(line["kind"], line["at"][11:13], line["from"], line["to"], line["forced"]) for line in lines] == [
        ("promote", "01", "default", "runs/first", False),
        ("promote", "02", "runs/first", "runs/second", False),
        ("rollback", "03", "runs/second", "runs/first", False),
        ("rollback", "04", "runs/first", "default", False),
    ]
    assert {row["label"]: row["verdict"] for row in lines[0]["scores"]}["PROVIDER"] == "better"


def test_after_a_rollback_a_new_promotion_goes_back_to_what_was_in_use(project):
    for name in "abc":
        project.run(name)
    project.promote(project.runs / "a")
    project.promote(project.runs / "b")
    rollback(at=at(2))
    project.promote(project.runs / "c")
    assert [rollback(at=at(3)).after for _ in range(2)] == ["runs/a", "default"]


def test_a_worse_model_is_refused(project):
    project.promote(project.run("good"))
    worse = project.run("worse", ALL[:2])
    with pytest.raises(PipelineError) as caught:
        project.promote(worse)
    assert str(caught.value).startswith(
        "runs/worse is not put to use: worse on PROVIDER (F 1.000 before, 0.000 now). L"
    )
    assert project.now == "runs/good\n"
    assert len(history()) == 1


def test_a_model_that_fails_a_must_pass_case_is_refused(project):
    (project.data / "must-pass.csv").write_text(CASES.replace("Kent", "Leeds"))
    run = project.run("run")
    with pytest.raises(PipelineError, match="must-pass case in line 2 fails: PLACE 'Leeds' is to be found"):
        project.promote(run)
    own = project.folder / "own.csv"
    own.write_text(CASES)
    project.promote(run, must_pass_file=own)
    assert project.now == "runs/run\n"


def test_force_needs_a_reason_and_is_kept(project):
    project.promote(project.run("good"))
    worse = project.run("worse", ALL[:2])
    with pytest.raises(PipelineError, match="--force needs a reason"):
        project.promote(worse, force=True, reason=" ")
    step, _ = project.promote(worse, force=True, reason="CAMHS is another's work")
    assert step.forced
    line = json.loads(project.log.read_text("utf8").splitlines()[-1])
    assert (line["forced"], line["reason"]) == (True, "CAMHS is another's work")
    assert line["problems"] == ["worse on PROVIDER (F 1.000 before, 0.000 now)"]
    assert project.now == "runs/worse\n"


def test_what_is_in_use_is_not_promoted_again(project):
    first = project.run("first")
    project.promote(first)
    with pytest.raises(PipelineError, match="runs/first is in use already"):
        project.promote(first)
    with pytest.raises(PipelineError, match=r"no model at .*nowhere"):
        project.promote(project.runs / "nowhere")


def test_the_shipped_model_can_be_promoted_by_its_name(project):
    project.promote(project.run("first", ALL[:2]))
    step, _ = project.promote(Path("default"))
    assert (step.after, project.now) == ("default", "default\n")
    assert name_for(project.models / "default") == "default"


def test_a_missing_model_names_the_file_and_the_way_back(project):
    project.promote(project.run("first"))
    project.promote(project.run("second"))
    shutil.rmtree(project.runs / "second")
    with pytest.raises(PipelineError, match=r"current\.txt names the model runs/second, which is not there.*rollback"):
        find_model(None)
    assert {entry.name: (entry.state, entry.problem) for entry in models()}["second"] == (
        "broken",
        "the folder is gone",
    )
    assert rollback(at=at(3)).after == "runs/first"


def test_a_rollback_passes_over_what_is_gone(project):
    for name in ("first", "second"):
        project.promote(project.run(name))
    shutil.rmtree(project.runs / "first")
    step = rollback(at=at(3))
    assert (step.after, step.skipped) == ("default", ["runs/first"])
    assert history()[-1].skipped == ["runs/first"]


def test_a_project_that_is_moved_finds_its_model(project, monkeypatch):
    project.promote(project.run("first"))
    moved = project.folder.with_name("moved")
    project.folder.rename(moved)
    monkeypatch.setattr(keys, "resource", lambda name: moved / name)
    monkeypatch.chdir(moved)
    assert find_model(None) == moved / "runs" / "first" / "model-best"


def test_a_model_elsewhere_is_kept_with_its_whole_path(project, tmp_path):
    elsewhere = copied(project.base, ALL, tmp_path / "elsewhere")
    project.promote(elsewhere)
    assert project.now == f"{elsewhere.resolve().as_posix()}\n"
    assert find_model(None) == elsewhere
    assert [entry.state for entry in models()] == ["shipped", "in use"]


@pytest.mark.parametrize(
    "text", ["\ufeffruns/first\r\n", "  runs/first  \n\n", "runs/first", "runs/first/model-best\n"]
)
def test_the_file_may_be_written_by_hand(project, text):
    first = project.run("first")
    project.current.write_bytes(text.encode("utf8"))
    assert find_model(None) == first / "model-best"
    assert rollback(at=at(1)).after == "default"


@pytest.mark.parametrize("data", [b"runs/first\nruns/second\n", b"\xff\xfer\x00"])
def test_a_file_that_is_broken_is_named_and_mended_by_a_rollback(project, data):
    project.promote(project.run("first"))
    project.current.write_bytes(data)
    with pytest.raises(PipelineError, match=r"current\.txt is to hold one line.*minutes rollback"):
        find_model(None)
    assert rollback(at=at(1)).after == "runs/first"
    assert [one.name for one in models(project.runs)] == ["default", "first"]


def test_a_hand_written_name_is_gone_back_from(project):
    for name in ("first", "second"):
        project.run(name)
    project.promote(project.runs / "first")
    project.current.write_text("runs/second\n")
    assert [rollback(at=at(1)).after for _ in range(2)] == ["runs/first", "default"]


def test_a_broken_line_of_the_history_is_named(project):
    project.promote(project.run("first"))
    project.log.write_text(project.log.read_text("utf8") + '{"kind": "promote"}\n')
    with pytest.raises(PipelineError, match=r"promotions\.jsonl, line 2: no 'from'. Delete that line"):
        rollback(at=at(1))


def test_where_nothing_can_be_written_the_model_stays(project, monkeypatch):
    def fail(step):
        raise OSError(30, "Read-only file system", str(project.log))

    first, second = project.run("first"), project.run("second")
    monkeypatch.setattr(registry, "add", fail)
    with pytest.raises(
        PipelineError, match=r"promotions\.jsonl cannot be written \(Read-only.*as before.*MINUTES_STATE"
    ):
        project.promote(first)
    assert project.now is None
    monkeypatch.undo()
    monkeypatch.setattr(keys, "resource", lambda name: project.folder / name)
    project.promote(first)
    monkeypatch.setattr(registry, "add", fail)
    with pytest.raises(PipelineError, match="as before"):
        project.promote(second)
    assert project.now == "runs/first\n"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="everything may be written")
def test_a_read_only_install(project):
    first = project.run("first")
    project.models.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(PipelineError, match="cannot be written"):
        project.promote(first)
    project.models.chmod(stat.S_IRWXU)


def test_another_folder_may_say_which_model_is_in_use(project, monkeypatch, tmp_path):
    monkeypatch.setenv("MINUTES_STATE", str(tmp_path / "mine" / "state"))
    first = project.run("first")
    project.promote(first)
    assert project.now is None
    assert (tmp_path / "mine" / "state" / "current.txt").read_text("utf8") == f"{first.resolve().as_posix()}\n"
    assert find_model(None) == first / "model-best"
    monkeypatch.delenv("MINUTES_STATE")
    assert find_model(None) == project.models / "default"


def test_the_list(project):
    for name in ("first", "second", "third"):
        project.run(name)
    project.run("bare", record=False)
    (project.runs / "half").mkdir()
    (project.runs / "half" / "run.json").write_text('{"ended": "2026-06-01"}')
    (project.run("other") / "run.json").write_text('{"ended": "2026-06-01"}')
    odd = project.run("odd") / "run.json"
    odd.write_text(odd.read_text("utf8").replace('"documents": 5', '"documents": "many"'))
    (project.runs / ".x.unfinished" / "model-best").mkdir(parents=True)
    (project.runs / "notes").mkdir()
    shutil.rmtree(project.runs / "third" / "model-best" / "vocab")
    project.promote(project.runs / "first")
    project.promote(project.runs / "second")
    found = {entry.name: entry for entry in models()}
    assert {name: (entry.state, entry.problem) for name, entry in found.items()} == {
        "default": ("shipped", ""),
        "first": ("was in use", ""),
        "second": ("in use", ""),
        "third": ("broken", "vocab is missing"),
        "bare": ("candidate", ""),
        "half": ("broken", "it holds no model"),
        "other": ("broken", "run.json is not whole"),
        "odd": ("broken", "run.json is not whole"),
    }
    first = found["first"]
    assert (first.documents, first.words, first.reviewed, first.f) == (5, 90, 3, {"ROLE": 0.5, "learned": None})
    assert first.digest == digest(project.runs / "first" / "model-best")
    assert [entry.ended[:10] for entry in models() if entry.ended] == ["2026-05-01", "2026-05-02", "2026-05-03"]


def test_a_run_of_annotate_says_which_model_it_used(project, tmp_path):
    project.promote(project.run("first"))
    (tmp_path / "page.txt").write_text("The Chair went to Kent.")
    made = run.annotate(tmp_path / "page.txt", tmp_path / "out", workers=1)
    assert made.model == f"first-{digest(project.runs / 'first' / 'model-best')}"
    assert json.loads((tmp_path / "out" / "run.json").read_text("utf8"))["model"] == made.model


def test_what_says_which_model_is_in_use_is_no_part_of_the_project():
    ignored = (Path(__file__).parents[1] / ".gitignore").read_text().splitlines()
    assert {"/runs/", "/models/current.txt", "/models/promotions.jsonl"} <= set(ignored)
