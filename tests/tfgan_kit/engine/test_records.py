"""What a run leaves on disk: names, checkpoints kept, rows cut back, curves."""

import dataclasses
import re

import cv2
import numpy as np
import pytest

from tests.conftest import TINY
from tfgan_kit.engine.status import Speed, StatusLine, duration
from tfgan_kit.pictures.curves import draw_curves
from tfgan_kit.report.metrics_file import read_columns
from tfgan_kit.runs.complete import complete_steps
from tfgan_kit.runs.journal import Journal, read_metrics
from tfgan_kit.runs.run_dir import RunDir, next_name
from tfgan_kit.settings.train import TrainConfig


def test_only_the_newest_checkpoints_are_kept(command, tmp_path):
    run = tmp_path / "run"
    flags = ["--steps", 10, "--checkpoint-every", 2, "--keep-checkpoints", 2, "--log-every", 5]
    assert command("train", "gan", *TINY, *flags, "--run-dir", run)[0] == 0
    assert complete_steps(run / "checkpoints") == [8, 10]
    assert sorted(p.name for p in (run / "checkpoints").iterdir()) == sorted(
        ["checkpoint"]
        + [f"ckpt-{s}.{e}" for s in (8, 10) for e in ("json", "index", "data-00000-of-00001")]
    )


def test_evaluation_of_points_is_kept(command, tmp_path):
    import json

    run = tmp_path / "run"
    flags = ["--steps", 4, "--evaluate-every", 2]
    assert command("train", "gan", *TINY, *flags, "--run-dir", run)[0] == 0
    entries = json.loads((run / "evaluation.json").read_text())
    assert [entry["step"] for entry in entries] == [2, 4]
    assert {"modes", "high_quality", "wasserstein"} <= set(entries[0])


def test_names_tell_the_story(tmp_path):
    config = TrainConfig(dataset="glyphs-street")
    first = next_name(tmp_path, "gan", config, {"loss": "hinge", "steps": 3})
    assert first.name == "00000-gan-glyphs-street-losshinge"
    (tmp_path / "00041-gan-x").mkdir()
    assert next_name(tmp_path, "gan", config, {}).name == "00042-gan-glyphs-street"
    odd = TrainConfig(dataset="/some/where/my photos.tfrecord")
    assert next_name(tmp_path, "gan", odd, {}).name == "00042-gan-my-photos"


@pytest.mark.parametrize("dataset", ["../../etc/x", "/", "..", "a/../../b,/c/..", "x\n../y", "~/z"])
def test_no_configuration_leads_out_of_the_folder_of_runs(tmp_path, dataset):
    named = next_name(tmp_path, "gan", TrainConfig(dataset=dataset), {})
    assert named.resolve().parent == tmp_path.resolve()
    assert re.fullmatch(r"00000-gan-[\w.-]+", named.name)


def test_a_configuration_may_add_a_tag_to_the_name(tmp_path):
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Tagged(TrainConfig):
        tag: str = "xy"

    name = next_name(tmp_path, "gan", Tagged(), {"seed": 3}).name
    assert name == "00000-gan-glyphs-xy-seed3"


def test_rows_after_the_checkpoint_are_cut_back(tmp_path):
    run = RunDir.create(tmp_path / "run", "gan", TrainConfig())
    journal = Journal(run, 0, 10)
    for step in (10, 20, 30, 35):
        journal.metrics({"step": step, "a/loss": step / 7})
    journal.close()
    with open(run.metrics, "a") as file:
        file.write("40,0.1")  # the process was killed while it wrote this row
    Journal(run, 20, 10).close()
    assert [row["step"] for row in read_metrics(run.metrics)] == ["10", "20"]
    assert float(read_metrics(run.metrics)[1]["a/loss"]) == 20 / 7
    run.unlock()


def test_a_metric_may_come_later_and_go(tmp_path):
    run = RunDir.create(tmp_path / "run", "gan", TrainConfig())
    rows = [{"a/loss": 1.0}, {"a/loss": 2.0, "b/loss": 0.5}, {"b/loss": 0.25}, {"a/loss": 4.0}]
    for part in (rows[:2], rows[2:]):  # The second time from where the first ended.
        done = len(read_metrics(run.metrics))
        journal = Journal(run, 10 * done, 10)
        for i, row in enumerate(part, done + 1):
            journal.metrics({"step": 10 * i, **row, "images_per_second": 9.0})
        journal.close()
    found = read_metrics(run.metrics)
    assert [row["step"] for row in found] == ["10", "20", "30", "40"]
    assert [row["a/loss"] for row in found] == ["1.0", "2.0", "", "4.0"]
    assert [row["b/loss"] for row in found] == ["", "0.5", "0.25", ""]
    notes = []
    np.testing.assert_array_equal(
        read_columns(run.metrics, notes)["b/loss"], [np.nan, 0.5, 0.25, np.nan]
    )
    assert not notes
    draw_curves(run.metrics, run.curves)
    assert run.curves.exists()
    run.unlock()


def test_curves_are_drawn(tmp_path):
    path = tmp_path / "metrics.csv"
    draw_curves(path, tmp_path / "none.png")
    assert not (tmp_path / "none.png").exists()
    rows = [f"{s},{s * s},{s},9,0,0" for s in range(1, 20)]
    header = "step,a/loss,b/loss,images_per_second,data_wait,memory_mb"
    path.write_text("\n".join([header, *rows]) + "\n")
    draw_curves(path, tmp_path / "curves.png")
    picture = cv2.imread(str(tmp_path / "curves.png"))
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 10


def test_durations_and_speed():
    assert [duration(s) for s in (3.2, 185, 7805)] == ["3s", "3m05s", "2h10m"]
    speed = Speed(batch_size=10)
    assert speed.images_per_second == speed.data_wait == speed.seconds_left(5) == 0
    speed.add(4, 2.0, 0.5)
    assert (speed.images_per_second, speed.data_wait, speed.seconds_left(6)) == (20, 0.25, 3.0)


def test_a_reader_that_goes_away_does_not_end_the_training():
    class Gone:
        def isatty(self):
            return False

        def write(self, text):
            raise BrokenPipeError

    line = StatusLine(Gone())
    line.line("one")
    line.line("two")


def test_memory_does_not_grow_over_two_thousand_steps(command, tmp_path):
    run = tmp_path / "run"
    flags = ["--steps", 2500, "--sample-every", 5000, "--checkpoint-every", 5000]
    assert command("train", "gan", *TINY, *flags, "--run-dir", run)[0] == 0
    memory = [float(row["memory_mb"]) for row in read_metrics(run.joinpath("metrics.csv"))]
    # An allocator moves by a few MB; a trace or a graph kept per window adds far more than 20.
    assert memory[-1] - memory[4] < 20
