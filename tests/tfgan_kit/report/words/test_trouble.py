"""Advice beside what looks like trouble."""

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.tfgan_kit.report.runs import write_run
from tfgan_kit.engine.health import Health
from tfgan_kit.report.record import read_record
from tfgan_kit.report.words.trouble import advice
from trainers.core.signs import WON_STEPS, Signs

QUESTIONS = " ".join((ROOT / "docs" / "questions.md").read_text().replace("`", "").split())


def found(path, lines=(), entries=None):
    log = "\n".join(["step 0 of 100, in x", *lines, ""])
    run = write_run(path, log=log, entries=entries, settings={"dataset_a": None})
    return advice(read_record(run, 10**6, 3))


def test_the_signs_of_a_training_are_known(tmp_path):
    """The lines are those that a training writes, not copies of them."""
    lines = []
    health, signs = Health(lines.append), Signs(1.39)
    for step in (0, WON_STEPS):
        for kind, text in signs.losses(step, {"discriminator/adversarial": 0.0}).items():
            health.tell(kind, text)
    same = np.zeros((4, 2))
    real = np.random.default_rng(0).normal(size=(4, 2))
    for kind, text in signs.diversity(WON_STEPS, same, real).items():
        health.tell(kind, text)
    assert len(lines) == 2
    lines.append("generator/adversarial is no longer finite at step 7 (of checkpoints, none)")
    charts = [(each.chart, each.symptom) for each in found(tmp_path / "run", lines)]
    assert charts == [
        ("discriminator", "The samples stay noise."),
        ("generator", "All samples look alike (mode collapse)."),
        ("generator", '"... is no longer finite at step N".'),
    ]


def test_a_run_that_went_on_has_diverged_no_longer(tmp_path):
    lines = ["generator/loss is no longer finite at step 7 (x)", "step 5 of 100, in x"]
    assert found(tmp_path / "run", lines) == []


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        ({"semantic_agreement": 0.15, "histogram_distance_a": 0.1}, ["semantic_agreement"]),
        ({"semantic_agreement": 0.4, "histogram_distance_b": 0.9}, ["histogram_distance"]),
        ({"semantic_agreement": 0.4, "histogram_distance_b": 0.3}, []),
    ],
)
def test_measures_that_look_like_trouble(tmp_path, measured, expected):
    reference = {"shuffled": {"semantic_agreement": 0.1}}
    entries = [{"step": 100, **measured, "reference": reference}]
    assert [each.chart for each in found(tmp_path / "run", entries=entries)] == expected


def test_the_words_are_those_of_the_questions(tmp_path):
    lines = [
        "warning: the discriminator has won",
        "warning: the samples have become alike",
        "warning: batch normalisation in the discriminator does not go with a gradient penalty",
        "warning: batch normalisation in the generator sees only 4 examples",
        "generator/loss is no longer finite at step 7",
    ]
    values = {"semantic_agreement": 0.1, "histogram_distance_a": 0.9}
    reference = {"shuffled": {"semantic_agreement": 0.1}}
    entries = [{"step": 100, **values, "reference": reference}]
    every = found(tmp_path / "run", lines, entries)
    assert len(every) == 7
    for each in every:
        assert f"**{each.symptom}** " in QUESTIONS
        assert each.words in QUESTIONS.split(f"**{each.symptom}** ")[1].split("**")[0]
