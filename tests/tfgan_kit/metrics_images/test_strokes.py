import numpy as np

from tfgan_kit.metrics.images.strokes import obeyed


def test_only_stroke_pixels_whose_colours_differ_count():
    rng = np.random.default_rng(0)
    images, asked, other = (rng.integers(0, 256, (40, 5, 4, 3)).astype(np.uint8) for _ in range(3))
    asked[:, 0] = other[:, 0] + 1  # Next to each other.
    mask = rng.random((40, 5, 4, 1)) < 0.4
    nearer, telling = np.zeros(40), np.zeros(40)
    for n, y, x in np.argwhere(mask[..., 0]):
        a, b, c = (v[n, y, x].astype(float) for v in (images, asked, other))
        if np.abs(b - c).mean() > 25.5:
            telling[n] += 1
            nearer[n] += np.abs(a - b).mean() < np.abs(a - c).mean()
    found = obeyed(images, asked, other, mask)
    np.testing.assert_array_equal(found[0], nearer)
    np.testing.assert_array_equal(found[1], telling)
    assert 0 < nearer.sum() < telling.sum() < mask.sum()


def test_all_or_nothing():
    red, blue = np.zeros((2, 1, 3, 3, 3), np.uint8)
    red[..., 0], blue[..., 2] = 200, 200
    mask = np.ones((1, 3, 3, 1), bool)
    assert [int(n) for (n,) in obeyed(red, red, blue, mask)] == [9, 9]
    assert [int(n) for (n,) in obeyed(red, blue, red, mask)] == [0, 9]
    assert [int(n) for (n,) in obeyed(red, red, red, mask)] == [0, 0]
