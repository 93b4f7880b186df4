"""What is measured of translators, with translators whose measures are known."""

import keras
import numpy as np
import pytest

from data.feeds.open_feed import open_feed
from tests.trainers.small import fit_classifier, write_mnist
from tfgan_kit.fields import image_field
from tfgan_kit.pictures.images import to_model_range
from tfgan_kit.settings.option import make
from trainers.unpaired import measures
from trainers.unpaired.cyclegan.config import CycleGANConfig
from trainers.unpaired.cycles import NOISE, cycle_errors
from trainers.unpaired.measures import UnpairedMeasures, goals_of_translators

PAIR = "glyphs,glyphs-negative"
COUNT = 200


def measured(render, *, judges=(), dataset=PAIR, count=COUNT, **settings):
    given = {"dataset": dataset, "image_size": 32, "channels": 1, "classifier_steps": 0, **settings}
    config = make(CycleGANConfig, {**given, "evaluation_classifiers": tuple(judges)})
    feed, config = open_feed("domains", config)
    return UnpairedMeasures(config, feed)(render, count), goals_of_translators(config, feed)


def negative(name, images):
    return -signed(images)


def signed(images):
    """Bytes, or what is translated again, in [-1, 1]."""
    return np.asarray(to_model_range(np.asarray(images)))


@pytest.fixture(autouse=True)
def without_lpips(monkeypatch):
    monkeypatch.setattr(measures, "load_lpips", lambda: (None, None))


def test_the_true_translation_has_no_error():
    found, goals = measured(negative)
    assert found["samples"] == COUNT
    for direction in ("ab", "ba"):
        assert found[f"l1_{direction}"] == 0
        assert found[f"ssim_{direction}"] == pytest.approx(1)
    assert (found["cycle_l1_a"], found["cycle_l1_b"]) == (0, 0)
    # Its inputs in place of its translations are wrong almost everywhere.
    assert found["reference"]["input copied"]["l1_ab"] > 50
    assert set(goals) == {"cycle_l1", "l1", "psnr"}
    assert goals["cycle_l1"].names == ("cycle_l1_a", "cycle_l1_b")


def test_a_hidden_message_shows_in_rounding_and_in_noise():
    def steganographer(name, images):
        # Translates everything into gray, with the image 1,000 times weaker in it.
        images = signed(images)
        if np.abs(images).max() < 0.2:
            return np.clip((images - 0.002) * 1000, -1, 1).astype(np.float32)
        return images / 1000 + np.float32(0.002)

    found, _ = measured(steganographer)
    for letter in "ab":
        assert found[f"cycle_l1_{letter}"] < 0.2
        assert found[f"cycle_l1_rounded_{letter}"] > 10
        assert found[f"cycle_l1_noisy_{letter}"] > 10


def test_the_noise_is_of_the_size_that_is_told():
    found, _ = measured(lambda name, images: signed(images) * np.float32(0.9))
    # There and back multiply by 0.81: noise of 0.02 becomes 0.018, most of it beside black ground.
    assert found["cycle_l1_noisy_a"] == pytest.approx(found["cycle_l1_a"], rel=0.2)
    assert NOISE == 0.02


def test_the_class_is_kept_by_who_keeps_it(tmp_path):
    keras.utils.set_random_seed(0)  # The size of the judges' features is that of their first draw.
    judges = [
        fit_classifier(tmp_path / f"{name}.keras", name) for name in ("glyphs", "glyphs-negative")
    ]

    def turned(name, images):
        # The image of the next row: of another class in nine of ten cases.
        return -np.roll(signed(images), 1, axis=0)

    kept, goals = measured(negative, judges=judges)
    lost, _ = measured(turned, judges=judges)
    for direction in ("ab", "ba"):
        name = f"class_kept_{direction}"
        # As often as for real images, as these are what it makes.
        assert kept[name] == kept["reference"]["real"][name] > 0.5
        assert lost[name] < 0.25
        assert kept[f"classifier_frechet_{direction}"] == pytest.approx(0, abs=1e-3)
    assert kept["reference"]["input copied"]["classifier_frechet_ab"] > 1
    assert set(goals) == {"cycle_l1", "l1", "psnr", "class_kept", "classifier_frechet"}


def test_domains_of_different_sets_have_no_truth(tmp_path):
    write_mnist(tmp_path, 20, 30)
    found, goals = measured(negative, dataset="glyphs,mnist", data_dir=str(tmp_path), count=99)
    assert found["samples"] == 30
    assert set(found) == {"samples"} | {
        f"cycle_l1{way}_{letter}" for way in ("", "_rounded", "_noisy") for letter in "ab"
    }
    assert set(goals) == {"cycle_l1"}


def test_the_noise_of_an_image_does_not_depend_on_its_part():
    field, rng = image_field((4, 4, 3)), np.random.default_rng(0)
    images, made = (
        rng.integers(256, size=(5, 4, 4, 3), dtype=np.uint8),
        rng.uniform(-1, 1, (5, 4, 4, 3)),
    )
    made, seen = made.astype(np.float32), []

    def back(given):
        seen.append(np.array(given))
        return given

    def noise(part):
        seen.clear()
        cycle_errors((field, field), images[part], made[part], back, seed=3, first=part.start)
        assert all(each.dtype == np.float32 for each in seen)
        return seen[2] - made[part]

    whole = noise(slice(0, 5))
    assert whole.std() == pytest.approx(NOISE, rel=0.2)
    parts = [noise(slice(0, 2)), noise(slice(2, 5))]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-7)
    assert len(np.unique(whole.round(6))) > 200


def test_the_measures_do_not_depend_on_the_parts(monkeypatch):
    whole, _ = measured(lambda name, images: signed(images) * np.float32(0.9), count=20)
    monkeypatch.setattr(measures, "_PART", 7)
    parts, _ = measured(lambda name, images: signed(images) * np.float32(0.9), count=20)
    assert parts.keys() == whole.keys()
    for name, value in whole.items():
        if name != "reference":
            assert parts[name] == pytest.approx(value), name
