"""What a report says of a run in one line."""

import pytest

from tests.tfgan_kit.report.runs import write_run
from tfgan_kit.report.record import read_record
from tfgan_kit.report.words.summary import shown, summary

JOINT = {"dataset_a": None}


def said(path, entries, **settings):
    return summary(read_record(write_run(path, entries=entries, settings=settings), 10**6, 3))


def entry(step, value, name="semantic_agreement", **references):
    reference = {r: {name: v} for r, v in references.items()}
    return {"step": step, name: value, **({"reference": reference} if reference else {})}


def test_pairs(tmp_path):
    entries = [
        entry(50, 0.43),
        entry(100, 0.7, true_pairs=0.991, shuffled=0.1, real=float("nan")),
    ]
    entries[1]["reference"].pop("real")
    entries[1] |= {"weight_distance": 0.3, "classifier_frechet_a": 3.0}
    assert said(tmp_path / "run", entries, **JOINT) == (
        "70 % of pairs agree; chance 10 %, real pairs 99.1 %; still rising"
    )


def test_judges_are_told_of_where_real_pairs_are_not_known(tmp_path):
    entries = [entry(100, 0.7, shuffled=0.1)]
    entries[0] |= {"judge_accuracy_a": 0.98, "judge_accuracy_b": 0.22}
    assert said(tmp_path / "run", entries, **JOINT) == (
        "70 % of pairs agree; chance 10 %, judges right on 98 % and 22 % of real data"
    )


def test_pairs_of_pictures_stand_beside_what_costs_nothing(tmp_path):
    entries = [entry(100, 18.24, "psnr", **{"input copied": 9.5, "training mean": 12.31})]
    entries[0] |= {"l1": 3.0, "ssim": 0.8}
    assert said(tmp_path / "run", entries) == ("PSNR 18.2 dB; input copied 9.5, training mean 12.3")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.4, 0.6, 0.71, 0.72], "no longer rising"),
        ([0.4, 0.5, 0.6, 0.72], "still rising"),
        ([0.4, 0.8, 0.6, 0.5], "it was better at step 20 (80 %)"),
        ([0.4], None),
    ],
)
def test_whether_it_still_rises(tmp_path, values, expected):
    entries = [entry(10 * i, value) for i, value in enumerate(values, 1)]
    parts = said(tmp_path / "run", entries, **JOINT).split("; ")
    assert parts[1:] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([90.0, 50.0, 40.0, 30.0], "still falling"),
        ([90.0, 50.0, 30.5, 30.0], "no longer falling"),
        ([90.0, 20.0, 25.0, 30.0], "it was better at step 20 (20)"),
    ],
)
def test_a_distance_falls(tmp_path, values, expected):
    entries = [entry(10 * i, v, "fid", real=3.06) for i, v in enumerate(values, 1)]
    assert said(tmp_path / "run", entries) == f"FID 30; real data 3.06; {expected}"


def test_a_distance_of_each_domain(tmp_path):
    name = "frechet_{}[classifier:x]"
    values = {name.format("a"): 12.34, name.format("b"): 5.0}
    real = {name.format("a"): 1.0, name.format("b"): 2.0}
    entries = [{"step": 100, **values, "reference": {"real": real}}]
    assert said(tmp_path / "run", entries, **JOINT) == (
        "Fréchet distance 12.3 and 5; real data 1 and 2"
    )


def test_what_generates_nothing_and_what_was_not_measured(tmp_path):
    run = write_run(tmp_path / "classifier", entries=[entry(100, 0.967, "accuracy", chance=0.25)])
    record = read_record(run, 10**6, 3)
    assert summary(record).startswith("97 % of images show the label asked for")
    del record.settings["latent_size"]
    assert summary(record) == "97 % of held-out images are classified correctly; chance 25 %"
    assert said(tmp_path / "gan", None).endswith(f"python main.py evaluate {tmp_path / 'gan'}")
    assert said(tmp_path / "unknown", [{"step": 100, "new": 3.0}]) is None
    assert said(tmp_path / "nan", [entry(100, float("nan"), "fid")]) is None


def test_percentages():
    assert [shown(v, True) for v in (0.996, 1.0, 0.704, 0.0)] == ["99.6 %", "100 %", "70 %", "0 %"]
    assert [shown(v, False) for v in (1234.5, 0.12345)] == ["1,230", "0.123"]
