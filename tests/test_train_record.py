"""`minutes train`: what it leaves behind when it ends well, fails or is stopped; what it says; the learning curve."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys

import pytest
from filelock import FileLock
from rich.console import Console

from pipeline.errors import PipelineError, Stopped
from pipeline.keys import digest
from pipeline.nlp import load
from pipeline.training import curve as curves
from pipeline.training import train as module
from pipeline.training.bootstrap import differences, intervals
from pipeline.training.progress import Screen, State, Watch, duration, line, make_logger, why_ended
from pipeline.training.train import about_data, digest_of, read_settings, train
from tests.fixtures.training import ROOT, small_config, small_data


def test_the_record(tiny_training):
    made, data, _, _ = tiny_training
    assert sorted(path.name for path in made.folder.iterdir()) == ["model-best", "run.json"]
    record = json.loads((made.folder / "run.json").read_text("utf8"))
    assert record == made.record
    assert (record["name"], record["began"], record["seed"]) == ("first", "2026-01-02T03:04:00+00:00", 1)
    assert record["ended"] == record["began"]
    assert record["seconds"] > 0
    assert record["model"] == {"folder": "model-best", "digest": digest(made.model)}
    assert record["data"]["files"] == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (data / "splits.toml", *sorted(data.glob("*.jsonl")))
    }
    assert {name: (split["documents"], split["words"]) for name, split in record["data"]["splits"].items()} == {
        "train": (12, 108),
        "dev": (3, 21),
        "test": (3, 21),
    }
    assert record["data"]["splits"]["train"]["spans"] == {
        **{"PERCENTAGE": 3, "PLACE": 6, "PROVIDER": 6, "ROLE": 9, "STRATEGY": 6},
    }
    assert set(record["versions"]) >= {"python", "spacy", "thinc", "onnxruntime", "numpy", "minutes-pipeline"}
    assert record["scores"]["exact"]["ROLE"]["f"] == 1.0
    training = record["training"]
    assert [row["step"] for row in training["evaluations"]] == [0, 10, 20]
    assert (training["steps"], training["of"], training["ended_by"]) == (20, 20, "steps")


def test_the_model_is_called_by_its_training(tiny_training):
    made, *_ = tiny_training
    assert load(made.folder).meta["name"] == load(made.model).meta["name"] == "first"


def test_progress_is_told_at_every_step(tiny_training):
    *_, states = tiny_training
    assert [state.step for state in states] == list(range(21))
    assert [state.step for state in states if state.scored] == [0, 10, 20]
    assert states[-1].left == 0
    assert states[-1].best == 1.0
    assert all(state.left is not None for state in states[1:])


def test_the_same_seed_and_data_make_the_same_model(tiny_training, tmp_path):
    """In another process with other hashes of strings, from another folder of the same name."""
    made, _, config, _ = tiny_training
    data = small_data(tmp_path / "elsewhere" / "data")
    code = "import sys; from pathlib import Path; from pipeline.training.train import train; "
    code += "data, out, config = map(Path, sys.argv[1:]); print(train(data, out, config).record['model']['digest'])"
    command = [sys.executable, "-c", code, data, tmp_path / "again", config]
    env = os.environ | {"PYTHONHASHSEED": "7"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=env)
    assert done.stdout.strip() == made.record["model"]["digest"]


def test_reviewed_documents_are_counted(tmp_path):
    data = small_data(tmp_path / "data")
    lines = [json.loads(row) for row in (data / "a.jsonl").read_text("utf8").splitlines()]
    for document, state in zip(lines, ("predicted", "reviewed", "reviewed", "adjudicated"), strict=False):
        document["meta"]["review"] = {"state": state, "by": "ann", "at": "2026-01-01T00:00:00+00:00"}
    (data / "a.jsonl").write_text("".join(json.dumps(document) + "\n" for document in lines), "utf8")
    counts = about_data(data)["data"]["splits"]["train"]
    assert (counts["documents"], counts["reviewed"], counts["adjudicated"]) == (12, 2, 1)


def test_the_digest_of_settings_does_not_depend_on_where_the_data_lies(tmp_path):
    config = small_config(tmp_path / "config.cfg")
    first, moved, seeded = (
        read_settings(config, tmp_path / name, seed) for name, seed in (("a", 1), ("b", 1), ("a", 2))
    )
    assert digest_of(first) == digest_of(moved) != digest_of(seeded)


def test_an_older_training_is_never_written_over(tiny_training):
    made, data, config, _ = tiny_training
    before = (made.folder / "run.json").read_bytes()
    with pytest.raises(PipelineError, match=r"never written over\. Choose another name"):
        train(data, made.folder, config)
    assert (made.folder / "run.json").read_bytes() == before


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_is_no_training_is_not_touched(kind, tmp_path):
    out = tmp_path / "out"
    out.mkdir() if kind == "folder" else out.write_text("mine")
    if kind == "folder":
        (out / "mine.txt").write_text("mine")
    with pytest.raises(PipelineError, match="holds no run of ours"):
        train(small_data(tmp_path / "data"), out, small_config(tmp_path / "config.cfg"))


def test_ctrl_c_leaves_nothing(tmp_path):
    def interrupt(state):
        if state.step == 2:
            raise KeyboardInterrupt

    out = tmp_path / "runs" / "x"
    with pytest.raises(Stopped, match="stopped at step 2; nothing was kept"):
        train(small_data(tmp_path / "data"), out, small_config(tmp_path / "config.cfg"), on_progress=interrupt)
    assert list(out.parent.iterdir()) == []


def fake(monkeypatch, training):
    """In place of spaCy's training."""
    monkeypatch.setattr(module, "init_nlp", lambda settings: None)
    monkeypatch.setattr(module, "spacy_train", lambda nlp, folder, **options: training(folder))


def test_a_failed_training_says_what_to_do(tmp_path, monkeypatch):
    def fail(folder):
        (folder / "model-last").mkdir()
        raise ValueError("[E143] gradients are lost.\nMore of it")

    fake(monkeypatch, fail)
    out = tmp_path / "runs" / "x"
    with pytest.raises(PipelineError) as caught:
        train(small_data(tmp_path / "data"), out, small_config(tmp_path / "config.cfg"))
    assert str(caught.value).startswith(
        "the training failed at step 0 (ValueError: [E143] gradients are lost), and noth"
    )
    assert list(out.parent.iterdir()) == []


def test_a_full_disk_is_named(tmp_path, monkeypatch):
    def fail(folder):
        raise OSError(28, "No space left on device", "weights")

    fake(monkeypatch, fail)
    with pytest.raises(PipelineError, match="cannot write to weights: No space left on device"):
        train(small_data(tmp_path / "data"), tmp_path / "x", small_config(tmp_path / "config.cfg"))


def test_what_a_killed_training_left_is_cleared_away(tmp_path):
    left = tmp_path / ".x.unfinished" / "model-last"
    left.mkdir(parents=True)
    with module.new_folder(tmp_path / "x") as folder:
        assert [path.name for path in folder.iterdir()] in ([".lock"], [])
        (folder / "run.json").write_text("{}")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["run.json"]


def test_two_trainings_of_one_name_are_refused(tmp_path):
    (tmp_path / ".x.unfinished").mkdir()
    with (
        FileLock(tmp_path / ".x.unfinished" / ".lock"),
        pytest.raises(PipelineError, match="another run is writing"),
        module.new_folder(tmp_path / "x"),
    ):
        pass
    assert (tmp_path / ".x.unfinished").is_dir()


def test_a_folder_that_cannot_be_renamed_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "WAIT", 0.0)

    def meanwhile():
        with module.new_folder(tmp_path / "x") as folder:
            (folder / "run.json").write_text("{}")
            (tmp_path / "x").mkdir()
            (tmp_path / "x" / "theirs.txt").write_text("theirs")

    with pytest.raises(PipelineError, match=r"whole but cannot take its place .* rename .*\.x\.unfinished to .*x\."):
        meanwhile()
    assert (tmp_path / ".x.unfinished" / "run.json").is_file()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("max_steps = 20", "max_steps = many", "total_steps"),
        ("[training]", "[training", "config.cfg: "),
        ("seed = ${system.seed}", "seed = ${system.sed}", "config.cfg: "),
    ],
)
def test_a_broken_config_is_named(old, new, problem, tmp_path):
    config = small_config(tmp_path / "config.cfg")
    config.write_text(config.read_text("utf8").replace(old, new), "utf8")
    with pytest.raises(PipelineError, match="leave --config away") as caught:
        train(small_data(tmp_path / "data"), tmp_path / "x", config)
    assert problem in str(caught.value)
    assert not (tmp_path / "x").exists()


def test_a_missing_config_and_empty_splits_are_named(tmp_path):
    data = small_data(tmp_path / "data")
    with pytest.raises(PipelineError, match=r"nowhere\.cfg: "):
        train(data, tmp_path / "x", tmp_path / "nowhere.cfg")
    (data / "splits.toml").write_text('test = ["b", "c"]\n')
    with pytest.raises(PipelineError, match="no document of the dev split"):
        train(data, tmp_path / "x")


def heard(scores, *, patience=0, max_steps=100, every=10, last=None):
    """A Watch that has heard a training with these scores, one at every tenth step."""
    watch = Watch().start({"max_steps": max_steps, "eval_frequency": every, "patience": patience})
    checkpoints = []
    for number, score in enumerate(scores):
        step = number * every
        checkpoints.append((score, step))
        watch.step(
            {"step": step, "epoch": 0, "score": score, "losses": {}, "checkpoints": checkpoints, "other_scores": {}}
        )
    for _ in range(watch.state.step, last or watch.state.step):
        watch.step(None)
    return watch


@pytest.mark.parametrize(
    ("watch", "why", "best", "sentence"),
    [
        (
            heard([0, 0.5, 0.4], patience=10),
            "patience",
            10,
            "Stopped early at step 20 of 100: no better score for 10 st",
        ),
        (
            heard([0, 0.5, 0.5], max_steps=20),
            "steps",
            20,
            "All 20 steps are done; the model of step 20 is kept, with F 0.5",
        ),
        (
            heard([0, 0.5], patience=50, max_steps=0, last=15),
            "epochs",
            10,
            "All 15 steps are done; the model of step 10",
        ),
    ],
)
def test_why_it_ended(watch, why, best, sentence):
    ending = watch.ending()
    assert (ending["ended_by"], ending["best_step"]) == (why, best)
    assert why_ended(ending).startswith(sentence)


def test_spacys_own_patience_ends_as_we_say(tmp_path):
    config = small_config(tmp_path / "config.cfg", eval_frequency="2", patience="4", initial_rate="0.0")
    made = train(small_data(tmp_path / "data"), tmp_path / "x", config)
    assert (made.record["training"]["ended_by"], made.record["training"]["steps"]) == ("patience", 4)


def test_lines():
    assert line(State(0, 2400)) == "step 0 of 2,400"
    assert line(State(9, 2400, score=0.0, best=0.0, scores={"ROLE": 0.0})) == "step 9 of 2,400"
    state = State(400, 2400, 0.951, 0.953, {"ROLE": 0.96, "PLACE": 0.95}, True, 540.0)
    assert line(state) == "step 400 of 2,400, F 0.951 (ROLE 0.96, PLACE 0.95), best 0.953, 9 min left at most"
    assert [duration(seconds) for seconds in (0, 40, 100, 4800)] == ["1 s", "40 s", "2 min", "80 min"]
    assert duration(6000) == "1 h 40 min"


@pytest.mark.parametrize("terminal", [True, False])
def test_the_screen(terminal):
    out = io.StringIO()
    with Screen(Console(file=out, force_terminal=terminal, width=100)) as screen:
        screen.show(State(1, 20))
        screen.show(State(10, 20, 0.5, 0.6, {"ROLE": 0.5}, True, 12.0))
    assert "step 10 of 20, F 0.500 (ROLE 0.50), best 0.600, 12 s left at most" in out.getvalue()
    assert ("━" in out.getvalue()) is terminal
    if not terminal:
        assert out.getvalue().count("\n") == 1


def test_the_logger_alone_prints_a_line_when_the_model_is_scored(blank):
    out = io.StringIO()
    blank.config["training"] = {"max_steps": 20, "eval_frequency": 10, "patience": 0}
    step, close = make_logger()(blank, out, out)
    info = {"epoch": 0, "losses": {}, "other_scores": {"ents_per_type": {"ROLE": {"f": 0.5}}}}
    step({**info, "step": 0, "score": 0.5, "checkpoints": [(0.5, 0)]})
    step(None)
    close()
    assert out.getvalue() == "step 0 of 20, F 0.500 (ROLE 0.50), best 0.500\n"


def test_a_curve(tmp_path):
    seen = []
    made = curves.curve(
        small_data(tmp_path / "data"), steps=3, config=small_config(tmp_path / "c.cfg"), on_progress=seen.append
    )
    head, *rows = curves.table(made)
    assert head == ["share", "documents", "words", "ROLE", "PLACE", "PROVIDER", "STRATEGY", "learned"]
    assert [row[:2] for row in rows] == [["25%", "3"], ["50%", "6"], ["75%", "9"], ["100%", "12"]]
    assert made.sentences
    assert [outlook.done for outlook in seen] == sorted(outlook.done for outlook in seen)
    assert curves.line(seen[-1]).startswith("training 4 of 4, on 25% of the documents, step 3 of 3")


def test_weasel_runs_a_step_once(tiny_training, tmp_path):
    made, data, _, _ = tiny_training
    shutil.copytree(made.folder, tmp_path / "runs" / "first")
    shutil.copytree(data, tmp_path / "training_data")
    shutil.copy(ROOT / "project.yml", tmp_path)
    command = [sys.executable, "-m", "weasel", "run", "evaluate", tmp_path, "--vars.run", "first"]
    done = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    assert (tmp_path / "out-scores" / "first" / "scores.json").is_file()
    assert "nothing changed" not in done[0]
    assert "Skipping 'evaluate': nothing changed" in done[1]


def test_weasel_finds_what_every_step_needs():
    """A dry run names what is missing; a training itself takes too long here."""
    command = [sys.executable, "-m", "weasel", "run", "--dry", "train", ROOT]
    done = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Missing dependency" not in done
    assert "--data training_data --config config.cfg" in done


def test_a_curve_makes_no_model(capfd):
    from pipeline.cli import app

    with pytest.raises(SystemExit, match="2"):
        app(["train", "--curve", "--out", "runs/x"])
    assert "makes no model: leave it out, or leave out --curve" in capfd.readouterr().err


def test_too_few_documents_for_a_curve(tmp_path):
    with pytest.raises(PipelineError, match="4 documents to train on, too few"):
        curves.curve(small_data(tmp_path / "data", copies=1))


@pytest.mark.parametrize("depth", ["'x'", None])
def test_a_curve_with_broken_settings(tmp_path, depth):
    config = tmp_path / "c.cfg"
    if depth:
        small_config(config, depth=depth)
    with pytest.raises(PipelineError, match=r"c\.cfg: "):
        curves.curve(small_data(tmp_path / "data"), steps=3, config=config)


def point(share, strategy):
    """A point of a curve over ten documents, each with two strategies of which so many are found, and two roles."""
    label = {"ROLE": 0, "STRATEGY": 3, "learned": 7}
    counts = []
    for right in strategy:
        row = [(0, 0, 0)] * 10
        row[label["ROLE"]], row[label["STRATEGY"]], row[label["learned"]] = (
            (2, 2, 2),
            (right, right, 2),
            (right, right, 2),
        )
        counts.append(row)
    f = 2 * sum(strategy) / (sum(strategy) + 20)
    return curves.Point(share, 1, 10, 100, dict.fromkeys(curves.LABELS, 1.0) | {"STRATEGY": f, "learned": f}, counts)


def test_what_a_curve_means():
    rising = curves.Curve([point(0.5, [1] * 5 + [0] * 5), point(1.0, [2] * 5 + [1] * 5)])
    first, *rest = rising.sentences
    assert first.startswith("More labels would help, most of all STRATEGY: F +0.")
    assert rest == ["No clear gain for ROLE, PLACE, PROVIDER."]
    flat = curves.Curve([point(0.5, [1, 2] * 5), point(1.0, [1, 2] * 5)])
    assert flat.sentences[0].startswith("More labels of the same kind would hardly help")


def test_differences_are_taken_in_the_same_resamples():
    counts = [[(n % 3, 3, 4)] for n in range(12)]
    same = differences(counts, counts)
    assert same == [((0.0, 0.0),) * 3]
    better = [[(right + 1, found, gold)] for [(right, found, gold)] in counts]
    (low, high), *_ = differences(counts, better)[0]
    assert low == pytest.approx(1 / 3)
    assert high == pytest.approx(1 / 3)  # unpaired intervals are far wider
    wide = intervals(counts)[0][0]
    assert wide[1] - wide[0] > 0.2
    assert differences(counts[:1], counts[:1]) == [(None, None, None)]
    nothing = [[(0, 0, 0)]] * 3
    assert differences(nothing, counts[:3]) == [(None, None, None)]
