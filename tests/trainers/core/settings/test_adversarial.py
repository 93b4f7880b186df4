"""Settings that follow from others, and when they are fixed."""

import dataclasses

import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import make
from trainers.classification.classifier.config import ClassifierConfig
from trainers.generation.gan.config import GANConfig

ENDS = ("decay_steps", "instance_noise_steps")


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        ({}, (None, None)),
        ({"instance_noise": 0.1}, (None, 70)),
        ({"schedule": "linear"}, (70, None)),
        ({"schedule": "cosine", "instance_noise": 0.1}, (70, 70)),
        ({"schedule": "cosine", "decay_steps": 9}, (9, None)),
        ({"instance_noise": 0.1, "instance_noise_steps": 9}, (None, 9)),
    ],
)
def test_the_end_of_what_falls_is_fixed_once(given, ends):
    fixed = make(GANConfig, {"steps": 70}, given).resolved()
    assert tuple(getattr(fixed, name) for name in ENDS) == ends
    assert dataclasses.replace(fixed, steps=90).resolved() == dataclasses.replace(fixed, steps=90)


def test_a_classifier_decays_unless_told_otherwise():
    assert make(ClassifierConfig, {"steps": 70}).resolved().decay_steps == 70
    assert make(ClassifierConfig, {"schedule": "constant"}).resolved().decay_steps is None


@pytest.mark.parametrize(
    ("given", "samples"),
    [
        ({}, 2000),
        ({"evaluate_metrics": ("kid", "swd")}, 2000),
        ({"evaluate_metrics": ("kid", "fid")}, 10_000),
        ({"evaluate_metrics": ("class_wise_fid",)}, 10_000),
        ({"evaluate_metrics": ("fid",), "evaluate_features": "keras:ResNet50"}, 10_000),
        ({"evaluate_metrics": ("fid",), "evaluate_features": "classifier:x.keras"}, 2000),
        ({"evaluate_metrics": ("fid",), "evaluate_count": 2000}, 2000),
    ],
)
def test_how_many_samples_are_measured(given, samples):
    assert make(GANConfig, given).samples == samples


@pytest.mark.parametrize("name", ["rho", "momentum", "beta_1", "beta_2"])
def test_decay_rates_are_below_one(name):
    with pytest.raises(UserError, match="must be below 1"):
        make(GANConfig, {name: 1.0})
