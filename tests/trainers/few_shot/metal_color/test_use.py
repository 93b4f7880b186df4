"""A colouriser paints gray images, takes the lightness of others, and learns new colours."""

import json

import cv2
import numpy as np
import pytest

from data.reading.own_size import open_files
from tests.trainers.few_shot.metal_color.test_trainer import TINY
from tests.trainers.small import build
from tfgan_kit.fields import image_field
from tfgan_kit.pictures.lab import gray_of, rgb_to_lab
from tfgan_kit.randomness import seed_of
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.settings.option import to_file
from tfgan_kit.uses import write_uses
from trainers.few_shot.metal_color.adapt import adapt
from trainers.few_shot.metal_color.inner import Inner

NETWORKS = ("generator", "discriminator")
READ = {"depth": "8", "value_range": None, "pages": "first"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of an untrained colouriser."""
    trainer, _ = build("metal_color", **TINY)
    path = tmp_path_factory.mktemp("runs") / "colours"
    (path / "models").mkdir(parents=True)
    (path / "config.json").write_text(json.dumps(to_file("metal_color", trainer.config)))
    write_uses(trainer.uses(), path / "uses.json")
    for name, network in trainer.networks.items():
        network.save(path / "models" / f"{name}.keras")
    return path


@pytest.fixture
def colours(tmp_path):
    """A picture in colour, and its file."""
    picture = np.random.default_rng(0).integers(0, 256, (24, 40, 3), dtype=np.uint8)
    cv2.imwrite(str(tmp_path / "a.png"), picture[..., ::-1])
    return picture, tmp_path / "a.png"


def test_an_image_in_colour_is_read_as_its_lightness(run, colours):
    picture, path = colours
    field = SavedRun(run).uses["translate"].inputs["input"]
    files = open_files(str(path), field, READ, "--input")
    gray = files.read(0)
    assert (gray.dtype, gray.shape) == (np.uint8, (24, 40, 1))
    found, true = (
        rgb_to_lab(np.repeat(each, 3 // each.shape[-1], -1) / np.float32(127.5) - 1)[..., 0]
        for each in (gray, picture)
    )
    # Half a step of 1 / 255 in gray, where L is steepest.
    assert np.abs(found - true).max() < 0.55 / 255 * 9.03 / 50 * 116 / 12.92 * 2
    assert files.reduced == {"a.png"}
    np.testing.assert_array_equal(gray, np.rint((gray_of(picture / 127.5 - 1) + 1) * 127.5))
    plain = image_field((32, 32, 1))
    with pytest.raises(Exception, match="has 3 channels, but the run was trained on images of 1"):
        open_files(str(path), plain, READ, "--input").read(0)


def test_translate_paints_what_it_is_given_in_its_own_lightness(run, colours, command, tmp_path):
    picture, path = colours
    status, out, err = command("translate", run, "--input", path, "--output", tmp_path / "made")
    assert status == 0, err
    assert "a.png: colour was dropped; only the lightness is used" in out
    made = cv2.imread(str(tmp_path / "made" / "a.png"))[..., ::-1]
    assert made.shape == picture.shape
    # An untrained generator paints hardly any colour, so that nothing is clipped.
    found, true = (rgb_to_lab(each / np.float32(127.5) - 1)[..., 0] for each in (made, picture))
    assert np.abs(found - true).max() < 0.02


def test_adaptation_is_the_inner_loop_on_the_images_in_an_order_of_the_seed(run):
    saved, rng = SavedRun(run), np.random.default_rng(0)
    images = rng.integers(0, 256, (5, 32, 32, 3), dtype=np.uint8)
    before = [w.copy() for n in NETWORKS for w in saved.load(n).get_weights()]
    clone = adapt(saved, {"image": images}, steps=3, seed=1)["generator"]
    again = adapt(SavedRun(run), {"image": images}, steps=3, seed=1)["generator"]
    other = adapt(SavedRun(run), {"image": images}, steps=3, seed=2)["generator"]
    for now, then in zip(
        [w for n in NETWORKS for w in saved.load(n).get_weights()], before, strict=True
    ):
        np.testing.assert_array_equal(now, then)
    kernels = [network.get_weights()[0] for network in (clone, again, other)]
    np.testing.assert_array_equal(kernels[0], kernels[1])
    assert (kernels[0] != kernels[2]).any()
    order = np.random.default_rng(seed_of(1, "order of images")).permutation(5)
    lab = rgb_to_lab(images[order] / np.float32(127.5) - 1)
    loop = Inner.of(*(saved.load(name) for name in NETWORKS), saved.settings)
    (expected,) = loop.painted_after(lab, lab[..., :1], (3,))
    found = clone({"input": lab[..., :1]}, training=True)["image"]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_folder_in_colour_is_learned_and_discarded(run, colours, command, tmp_path):
    _, path = colours
    task = tmp_path / "task"
    task.mkdir()
    for k in range(3):
        picture = np.full((40, 40, 3), (40, 120, 230), np.uint8)
        picture[10:30, 10:20] = 90 + 20 * k
        cv2.imwrite(str(task / f"{k}.png"), picture)
    plain = ["translate", run, "--input", path, "--output"]
    taught = ["--task", task, "--shots", 3, "--adapt-steps", 20]
    assert command(*plain, tmp_path / "before")[0] == 0
    status, _, err = command(*plain, tmp_path / "after", *taught)
    assert status == 0, err
    before, after = (cv2.imread(str(tmp_path / n / "a.png")) for n in ("before", "after"))
    tints = [made[..., 2].astype(float).mean() - made[..., 0].mean() for made in (before, after)]
    assert tints[1] > tints[0] + 5  # The task is orange: more red than blue.
