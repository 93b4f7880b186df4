import keras
import numpy as np
import pytest

from tfgan_kit.layers import PlacedTexture
from tfgan_kit.pictures.lab import rgb_to_lab


@pytest.mark.parametrize("channels", [1, 3])
def test_a_patch_stays_in_its_place(channels):
    rng = np.random.default_rng(0)
    sketch = rng.uniform(-1, 1, (2, 6, 7, channels)).astype("float32")
    texture = rng.uniform(-1, 1, (2, 6, 7, 4)).astype("float32")
    texture[..., 3] = -1
    texture[:, 1:4, 2:6, 3] = 1
    made = PlacedTexture(2)([sketch, texture]).numpy()
    assert made.shape == (2, 6, 7, 5)
    gray = np.broadcast_to(sketch, (2, 6, 7, 3))
    np.testing.assert_allclose(made[..., 0], rgb_to_lab(gray)[..., 0], atol=1e-6)
    inside = (slice(None), slice(1, 4), slice(2, 6))
    expected = rgb_to_lab(texture[inside][..., :3])
    np.testing.assert_allclose(made[inside][..., 1:4], expected, atol=1e-6)
    np.testing.assert_array_equal(made[..., 4], texture[..., 3])
    outside = texture[..., 3] < 0
    assert not made[outside][:, 1:4].any()


@pytest.mark.parametrize(
    ("size", "rows", "columns"), [((7, 10), (2, 5), (3, 6)), ((2, 8), (0, 2), (2, 5))]
)
def test_of_an_opaque_texture_the_centre_is_shown(size, rows, columns):
    texture = np.ones((2, *size, 4), "float32")
    texture[1, 0, 0, 3] = -1  # The other example is a patch, however large.
    made = PlacedTexture(3)([np.zeros((2, *size, 1), "float32"), texture]).numpy()
    expected = np.full(size, -1.0)
    expected[slice(*rows), slice(*columns)] = 1
    np.testing.assert_array_equal(made[0, ..., 4], expected)
    np.testing.assert_array_equal(made[1, ..., 4], texture[1, ..., 3])


def test_unknown_sizes_and_saving(tmp_path):
    inputs = [keras.Input((None, None, n), name=f"of_{n}") for n in (1, 4)]
    model = keras.Model(inputs, PlacedTexture(3)(inputs))
    assert model.output.shape == (None, None, None, 5)
    model.save(tmp_path / "model.keras")
    rng = np.random.default_rng(0)
    values = [rng.uniform(-1, 1, (2, 6, 5, n)).astype("float32") for n in (1, 4)]
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(values), model(values))
