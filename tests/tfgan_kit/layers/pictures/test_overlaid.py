import numpy as np
import pytest

from tfgan_kit.layers import Overlaid


@pytest.mark.parametrize("channels", [1, 3])
def test_against_numpy(channels):
    rng = np.random.default_rng(0)
    image = rng.uniform(-1, 1, (2, 4, 5, channels)).astype("float32")
    overlay = rng.uniform(-1, 1, (2, 4, 5, 4)).astype("float32")
    overlay[0, :2, :, 3], overlay[0, 2:, :, 3] = 1, -1
    made = Overlaid()([image, overlay]).numpy()
    share = (overlay[..., 3:] + 1) / 2
    np.testing.assert_allclose(made, image + share * (overlay[..., :3] - image), atol=1e-6)
    np.testing.assert_array_equal(made[0, :2], overlay[0, :2, :, :3])
    np.testing.assert_array_equal(made[0, 2:], np.broadcast_to(image[0, 2:], (2, 5, 3)))
