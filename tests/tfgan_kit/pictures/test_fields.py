"""Fields that are no images, in a form that one can look at."""

import numpy as np

from tfgan_kit.fields import (
    class_field,
    ids_field,
    image_field,
    instances_field,
    mask_field,
)
from tfgan_kit.pictures.fields import PALETTE, as_seen, beside

RNG = np.random.default_rng(0)


def test_neighbouring_ids_have_colours_that_differ():
    colours = PALETTE[:33].astype(int)
    distances = np.abs(colours[:, None] - colours).max(-1)
    assert distances[np.triu_indices(33, 1)].min() >= 10
    assert min(distances[k, k + 1] for k in range(32)) > 80
    assert colours[1:].max(-1).min() > 150  # the background is the only dark one


def test_ids_of_any_number_and_unknown_ones():
    ids = np.array([[[0, 1, 255], [256, 257, -1]]], np.int32)
    for field in (ids_field((2, 3), ["a", "b"]), instances_field((2, 3))):
        seen = as_seen(field, ids)
        assert (seen.shape, seen.dtype) == ((1, 2, 3, 3), np.uint8)
        np.testing.assert_array_equal(seen[0, 0], PALETTE[[0, 1, 255]])
        np.testing.assert_array_equal(seen[0, 1], [*PALETTE[[0, 1]], [0, 0, 0]])


def test_masks_are_black_and_white():
    mask = np.array([0, 1], np.uint8).reshape(1, 1, 2, 1)
    seen = as_seen(mask_field((1, 2, 1)), mask)
    assert (seen.ravel().tolist(), seen.dtype) == ([0, 255], np.uint8)


def test_the_fields_of_an_example_stand_beside_each_other():
    fields = {
        "input": image_field((4, 5, 1), "uint16", (0, 65535)),
        "label": class_field(["a"]),
        "ids": ids_field((4, 5), ["a", "b"]),
        "mask": mask_field((4, 5, 1)),
        "target": image_field((4, 5, 3)),
    }
    batch = {
        "input": RNG.integers(0, 65536, (2, 4, 5, 1)).astype(np.uint16),
        "label": np.zeros(2, np.int64),
        "ids": RNG.integers(0, 2, (2, 4, 5)).astype(np.int32),
        "mask": RNG.integers(0, 2, (2, 4, 5, 1)).astype(np.uint8),
        "target": RNG.integers(0, 256, (2, 4, 5, 3)).astype(np.uint8),
    }
    seen = beside(fields, batch)
    assert (seen.shape, seen.dtype) == ((2, 4, 20, 3), np.uint8)
    gray = np.rint(batch["input"] / 257.0).repeat(3, -1)
    np.testing.assert_array_equal(seen[:, :, :5], gray)
    np.testing.assert_array_equal(seen[:, :, 5:10], PALETTE[batch["ids"]])
    np.testing.assert_array_equal(seen[:, :, 10:15], batch["mask"].repeat(3, -1) * 255)
    np.testing.assert_array_equal(seen[:, :, 15:], batch["target"])
    image = {"image": image_field((4, 5, 1))}
    alone = batch["input"].astype(np.uint8)
    np.testing.assert_array_equal(beside(image, {"image": alone}), alone)
