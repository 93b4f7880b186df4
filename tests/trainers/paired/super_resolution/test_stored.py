"""Small images from files: cut and turned with the large ones, trained on, shown and measured."""

import cv2
import numpy as np
import pytest

from tests.trainers.paired.super_resolution.building import batches, build
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Large images that are small ones with each pixel repeated, which no bicubic reduction is."""
    root, rng = tmp_path_factory.mktemp("superres"), np.random.default_rng(0)
    for split in ("train", "test"):
        for name in ("HR", "LR_x4"):
            (root / split / name).mkdir(parents=True)
        for k in range(8):
            small = rng.integers(0, 256, (12, 16, 3), np.uint8)
            large = np.kron(small, np.ones((4, 4, 1), np.uint8))
            cv2.imwrite(str(root / split / f"HR/{k}.png"), large)
            cv2.imwrite(str(root / split / f"LR_x4/{k}x4.png"), small)
    return root


@pytest.mark.parametrize("options", [{}, {"crop": 16, "turns": True}])
def test_small_images_stay_in_the_place_of_the_large_ones(folder, options):
    trainer, feed = build("srgan", dataset=f"superres:{folder}", image_size=(48, 64), **options)
    (batch,) = batches(feed, 1)
    example = trainer.example(batch, "a purpose")
    size = (16, 16) if options else (48, 64)
    assert example["image"].shape[1:] == (*size, 3)
    np.testing.assert_array_equal(example["input"], example["image"][:, ::4, ::4])
    whole = to_network(feed.spec["image"], batch["image"])
    assert np.any(trainer.reduced(whole) != trainer._small(batch))


def test_they_are_shown_and_measured(folder):
    trainer, feed = build("srgan", dataset=f"superres:{folder}", image_size=(48, 64))
    (examples,) = feed.examples(4, held_out=True)
    small = examples["image"][:, ::4, ::4]
    np.testing.assert_array_equal(trainer.given(examples, 0)["input"], small)
    found = trainer.evaluate(feed, 4)
    assert found["reference"]["bicubic"]["psnr"] > 10


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scale": 2}, "has small_x4; give --scale 4"),
        ({"augment": ("flip", "jitter")}, "--augment jitter would scale or shift"),
    ],
)
def test_what_does_not_go_with_them(folder, options, message):
    with pytest.raises(UserError, match=message):
        build("srgan", dataset=f"superres:{folder}", image_size=(48, 64), **options)
