"""`main.py adapt`, and `sample` and `translate` with a task, with a method that shifts a bias."""

import hashlib
import json

import cv2
import numpy as np
import pytest

from tests.adapting import DIVERGES, NAME, SIDE, method, write_run  # noqa: F401 (a fixture)
from tfgan_kit.runs.saved_generator import SavedGenerator

STEP = ("--adapt-steps", 1)
pytestmark = pytest.mark.usefixtures("method")


@pytest.fixture
def run(tmp_path):
    return write_run(tmp_path / "run")


@pytest.fixture
def task(tmp_path):
    """A folder of six images of another size, in colour."""
    rng = np.random.default_rng(0)
    for k in range(6):
        _write(tmp_path / "task" / f"{k}.png", rng.integers(200, 256, (20, 30, 3)))
    return tmp_path / "task"


def _write(path, values):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), values.astype(np.uint8))


def files(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_run_is_adapted_to_a_folder_and_stays_as_it_is(run, task, command, tmp_path):
    before, out = files(run), tmp_path / "out"
    said = command(
        *("sample", run, "--task", task, "--adapt-steps", 9, "--count", 5, "--output", out)
    )
    assert said[0] == 0, said
    assert said[1].splitlines()[0] == "adapted to task: 4 images, 9 steps"
    assert files(run) == before
    plain = SavedGenerator(run)
    start = plain.render(plain.inputs(None, 5))[0]
    made = np.array([cv2.imread(str(f), 0) for f in sorted(out.iterdir())])
    # The bias was 0, and has come near to the mean of the images, which are bright.
    shift = made - np.clip((start[..., 0] + 1) * 127.5, 0, 255)
    assert 90 < np.median(shift) < 130


def test_a_clone_is_kept_and_opens_like_a_run(run, task, command, tmp_path):
    options = ("--task", task, "--shots", 2, "--adapt-steps", 3, "--seed", 5)
    status, text, err = command("adapt", run, *options, "--save-adapted", "mine", "--json")
    assert (status, err.splitlines()[-1]) == (0, f"kept the adapted networks as {run}/adapted/mine")
    clone = run / "adapted" / "mine"
    told = json.loads((clone / "adapted.json").read_text())
    assert told == json.loads(text)
    known = {"task": "task", "classes": [], "shots": 2, "steps": 3, "seed": 5, "seen": False}
    assert known.items() <= told.items()
    assert sorted(path.name for path in (clone / "models").iterdir()) == [
        "discriminator.keras",
        "generator.keras",
    ]
    for name in ("models/discriminator.keras", "uses.json", "config.json"):
        assert (clone / name).read_bytes() == (run / name).read_bytes()
    assert [*(run / "adapted").iterdir()] == [clone]
    a, b = tmp_path / "a.png", tmp_path / "b.png"
    assert command("sample", run, *options, "--output", a)[0] == 0
    assert command("sample", clone, "--seed", 5, "--output", b)[0] == 0
    assert a.read_bytes() == b.read_bytes()
    # It is itself a start, here without one more step of any effect.
    again = command("adapt", clone, *options, "--save-adapted", "more")
    assert again[0] == 0, again
    assert json.loads((clone / "adapted/more/adapted.json").read_text())["trained"] == 0


def test_the_images_of_a_task_are_told_by_their_hashes(run, tmp_path, command):
    rng, images = np.random.default_rng(1), {}
    for k in range(3):
        images[k] = rng.integers(0, 256, (SIDE, SIDE)).astype(np.uint8)
        _write(tmp_path / "exact" / f"{k}.png", images[k])
    options = ("--task", tmp_path / "exact", "--shots", 3, "--adapt-steps", 1)
    status, text, _ = command("adapt", run, *options, "--save-adapted", "x", "--json")
    assert status == 0
    expected = {hashlib.sha256(image.tobytes()).hexdigest() for image in images.values()}
    assert set(json.loads(text)["images"]) == expected


def test_a_class_of_the_data_is_a_task_and_seen_ones_are_told(run, command):
    def adapt(*options):
        told = command("adapt", run, "--adapt-steps", 1, *options, "--json")
        assert told[0] == 0, told
        return json.loads(told[1]), told[2]

    told, said = adapt("--task", "9-edge-90", "--save-adapted", "a")
    assert (told["classes"], told["seen"], len(told["images"])) == (["9-edge-90"], False, 4)
    assert "warning" not in said
    told, said = adapt("--task", "0-plain-0", "--shots", 1, "--save-adapted", "b")
    assert told["seen"]
    assert "warning: the run has seen 0-plain-0 in training" in said
    assert "warning: a single image" in said
    told, said = adapt("--task", "8-plain-0,9-plain-0", "--save-adapted", "c")
    assert (told["shots"], len(told["images"])) == (4, 8)
    assert "4 images of each class" in said


def test_a_folder_of_the_training_data_is_seen(tmp_path, command):
    rng = np.random.default_rng(0)
    for name in "abc":
        for k in range(4):
            _write(tmp_path / "data" / name / f"{k}.png", rng.integers(0, 256, (SIDE, SIDE)))
    data = tmp_path / "data"
    run = write_run(tmp_path / "run", dataset=str(data), held_out_classes=("c",))
    for name, seen in {"a": True, "c": False}.items():
        options = ("--task", data / name, "--adapt-steps", 1, "--save-adapted", name, "--json")
        status, text, _ = command("adapt", run, *options)
        assert (status, json.loads(text)["seen"]) == (0, seen)


def test_a_translator_is_adapted_and_its_table_goes_on_with_the_same_task(task, command, tmp_path):
    run, out = write_run(tmp_path / "run", translates=True), tmp_path / "out"
    options = ("--input", task, "--output", out, "--adapt-steps", 9, "--save-adapted", "t")
    # A gray network takes gray images only, but a task is fitted as in training.
    for path in task.iterdir():
        _write(path, cv2.imread(str(path), 0))
    status, text, err = command("translate", run, *options, "--task", task)
    assert (status, err) == (0, ""), text
    plain = tmp_path / "plain"
    assert command("translate", run, "--input", task, "--output", plain)[0] == 0
    pair = [cv2.imread(str(folder / "0.png"), 0).astype(float) for folder in (out, plain)]
    assert (pair[0] - pair[1]).mean() > 40
    again = command("translate", run, *options[:-2], "--task", "9-plain-0")
    assert again[0] == 2
    assert "adapted" in again[2]
    clone = tmp_path / "clone"
    assert command("translate", run / "adapted/t", "--input", task, "--output", clone)[0] == 0
    assert (clone / "0.png").read_bytes() == (out / "0.png").read_bytes()


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        (["--shots", 3], "--shots needs --task"),
        (["--adapt-steps", 3], "--adapt-steps needs --task"),
        (["--save-adapted", "x"], "--save-adapted needs --task"),
        (["--task", "{task}", "--shots", 7, *STEP], "task has 6 images, and --shots 7 takes 7"),
        (["--task", "{empty}", *STEP], "the folder is empty"),
        (["--task", "{bad}", "--shots", 2, *STEP], "0.png"),
        (["--task", "9-edge", *STEP], "did you mean '9-edge-0'? (glyph_tasks has 0-plain-0,"),
        (["--task", "9-edge-0,9-edge-0", *STEP], "is named twice"),
        (["--task", "9-edge-0"], "has no inner steps of its own"),
        (["--task", "{task}", "--save-adapted", "a/b"], "give the name of a folder"),
        (["--task", "{task}", "--save-adapted", "old"], "exists already; give another name"),
        (
            ["--task", "{task}", "--adapt-steps", DIVERGES, "--save-adapted", "x"],
            "adaptation became non-finite at step 3 of 7; the run is unchanged",
        ),
        (["--task", "{task}", *STEP, "--save-adapted", "x", "--mix", "1", "2"], "mix"),
    ],
)
def test_what_is_refused_in_one_line_leaves_all_as_it_was(
    options, wrong, run, task, command, tmp_path
):
    places = {"task": task, "empty": tmp_path / "empty", "bad": tmp_path / "bad"}
    places["empty"].mkdir()
    (run / "adapted" / "old").mkdir(parents=True)
    for k in range(2):
        _write(places["bad"] / f"{k}.png", np.zeros((SIDE, SIDE)))
    (places["bad"] / "0.png").write_bytes((places["bad"] / "1.png").read_bytes()[:60])
    before = files(tmp_path)
    given = [str(option).format(**places) for option in options]
    status, _, err = command("sample", run, *given, "--output", tmp_path / "x.png")
    assert status == 2
    assert wrong in err
    assert err.count("\n") == 1
    assert files(tmp_path) == before


def test_a_command_that_fails_keeps_no_clone(run, task, command, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    options = ("--task", task, "--adapt-steps", 1, "--save-adapted", "x")
    status, _, err = command("sample", run, *options, "--output", tmp_path / "full")
    assert status == 2
    assert "exists already; give a new or empty folder" in err
    assert not (run / "adapted").exists()


def test_other_methods_do_not_adapt_and_those_that_do_are_named(run, command, tmp_path):
    (run / "config.json").write_text(json.dumps({"method": "vae", "settings": {}}))
    status, _, err = command("sample", run, "--task", "9", "--output", tmp_path / "x.png")
    assert status == 2
    assert "runs of vae do not adapt to tasks; methods that do: " in err
    assert NAME in err


def test_what_a_run_cannot_do_is_told_before_it_is_adapted(run, task, command, tmp_path):
    options = ("--task", task, "--input", task, "--output", tmp_path / "x")
    status, out, err = command("translate", run, *options)
    assert status == 2
    assert "cannot translate" in err
    assert "adapted to" not in out + err
    options = ("--task", task, "--adapt-steps", 10**9, "--output", tmp_path / "x.png")
    status, _, err = command("sample", run, *options)
    assert status == 2
    assert "give at most 100,000, or" in err


def test_a_clone_is_neither_trained_nor_measured(run, task, command):
    options = ("--task", task, "--adapt-steps", 1, "--save-adapted", "x")
    assert command("adapt", run, *options)[0] == 0
    for arguments in (("train", "--resume", run / "adapted/x"), ("evaluate", run / "adapted/x")):
        status, _, err = command(*arguments)
        assert status == 2
        assert "is an adapted clone, which cannot be trained or evaluated" in err


def test_the_export_of_a_clone_tells_its_task(run, task, command, tmp_path):
    options = ("--task", task, "--shots", 2, "--adapt-steps", 1, "--save-adapted", "x")
    assert command("adapt", run, *options)[0] == 0
    status, _, err = command("export", run / "adapted/x", "--output", tmp_path / "model")
    assert (status, err) == (0, "")
    told = json.loads((tmp_path / "model/1/metadata.json").read_text())["adapted"]
    assert told["images"] == json.loads((run / "adapted/x/adapted.json").read_text())["images"]
    card = (tmp_path / "model/1/MODEL_CARD.md").read_text()
    assert "| adapted to | task: 2 images, 1 step |" in card
    # The run itself has not finished.
    assert command("export", run, "--output", tmp_path / "other")[0] == 2


def test_a_damaged_description_is_named(run, task, command, tmp_path):
    assert command("adapt", run, "--task", task, "--adapt-steps", 1, "--save-adapted", "x")[0] == 0
    (run / "adapted/x/adapted.json").write_text("{}")
    status, _, err = command("export", run / "adapted/x", "--output", tmp_path / "model")
    assert status == 2
    assert "adapted.json is damaged" in err
