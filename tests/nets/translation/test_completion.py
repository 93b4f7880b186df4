"""What surrounds a network that completes images."""

import functools

import keras
import numpy as np
import pytest

from nets.translation import context_encoder, context_features
from nets.translation.completion import completing, mean_colour
from tfgan_kit.terms import masks

RNG = np.random.default_rng(0)
SMALL = {"filters": 2, "bottleneck": 5, "norm": "none"}
COLOUR = np.array([117, 104, 123]) / 127.5 - 1


def inverted(image):
    """A network that inverts what it sees, so that one sees what it saw."""
    return [], keras.layers.Rescaling(-1.0)(image)


def inverted_centre(image):
    _, whole = inverted(image)
    return [], keras.layers.Cropping2D(8)(whole)


def images(*size):
    return RNG.uniform(-1, 1, (2, *size, 3)).astype("float32")


def test_known_pixels_stay_and_the_network_does_not_see_the_others():
    image = images(16, 16)
    hole = (RNG.random((2, 16, 16, 1)) < 0.3).astype("float32")
    made = completing(inverted, 3, size=16)({"input": image, "mask": hole})
    inside = np.broadcast_to(hole > 0, image.shape)
    np.testing.assert_array_equal(made["image"].numpy()[~inside], image[~inside])
    expected = np.broadcast_to(-COLOUR, image.shape)[inside]
    np.testing.assert_allclose(made["image"].numpy()[inside], expected, atol=1e-6)
    np.testing.assert_array_equal(made["prediction"].numpy()[~inside], -image[~inside])


def test_a_centre_is_painted_with_the_border_that_is_known():
    image = images(32, 32)
    made = completing(inverted_centre, 3, size=32, overlap=2)({"input": image})
    hole = masks.centre(np.arange(2), (32, 32), overlap=2).numpy() > 0
    painted = masks.centre(np.arange(2), (32, 32)).numpy() > 0
    np.testing.assert_array_equal(made["image"], np.where(hole, made["prediction"], image))
    expected = np.where(painted, np.where(hole, -COLOUR, -image), image)
    np.testing.assert_allclose(made["prediction"], expected, atol=1e-6)


def test_other_sizes_are_seen_resized_and_keep_their_known_pixels():
    image = images(80, 56)
    made = completing(inverted_centre, 3, size=32, overlap=2)({"input": image})
    hole = np.zeros((1, 80, 56, 1), bool)
    hole[:, 20 + 5 : 60 - 5, 14 + 3 : 42 - 3] = True
    completed = made["image"].numpy()
    np.testing.assert_array_equal(np.where(hole, 0, completed), np.where(hole, 0, image))
    middle = completed[:, 32:48, 22:34]
    np.testing.assert_allclose(middle, np.broadcast_to(-COLOUR, middle.shape), atol=1e-5)


@pytest.mark.parametrize(
    ("settings", "paint"),
    [
        (
            {"size": 32, "overlap": 1},
            functools.partial(context_encoder.painted, size=32, centre=True, **SMALL),
        ),
        (
            {"size": 32},
            functools.partial(context_encoder.painted, size=32, centre=False, **SMALL),
        ),
        ({"size": 227}, functools.partial(context_features.painted, filters=6, norm="none")),
    ],
)
def test_it_is_saved_with_its_network(settings, paint, tmp_path):
    model = completing(paint, 3, **settings)
    given = {"input": images(64, 96), "mask": np.float32(RNG.random((2, 64, 96, 1)) < 0.3)}
    given = {name: given[name] for name in model.input}
    made = model(given)
    assert made["image"].shape == (2, 64, 96, 3)
    assert np.abs(made["image"] - given["input"]).max() > 0.1
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(given)["image"], made["image"])


def test_the_hole_has_the_mean_colour_of_the_code():
    assert mean_colour(3) == pytest.approx(list(COLOUR))
    assert mean_colour(1) == pytest.approx([COLOUR.mean()])
