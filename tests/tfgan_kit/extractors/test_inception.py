import dataclasses
import functools

import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.extractors.inception_arrays import draw
from tests.tfgan_kit.extractors.numpy_network import convolve, halve, pool
from tfgan_kit.errors import UserError
from tfgan_kit.extractors import inception

SIDE = 107  # The smallest image whose last map is larger than a pixel, so that pooling matters.
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def arrays():
    return draw()


@pytest.fixture(scope="module")
def path(arrays, tmp_path_factory):
    path = tmp_path_factory.mktemp("inception") / "inception.npz"
    np.savez(path, **arrays)
    return path


@pytest.fixture(scope="module")
def extractor(path):
    return inception.load(path)


def convolution(x, arrays, name, stride=1, same=True):
    """A convolution, its batch norm and relu, one after the other."""
    parts = (arrays[f"{name}/{part}"] for part in ("weight", "beta", "mean", "var"))
    kernel, beta, average, var = parts
    padding = [(n - 1) // 2 for n in kernel.shape[:2]] if same else (0, 0)
    x = convolve(x, kernel, stride, padding)
    return np.maximum((x - average) / np.sqrt(var + 0.001) + beta, 0)


def join(*maps):
    return np.concatenate(maps, -1)


def trunk(x, arrays):
    """The published graph, node by node, up to mixed_8."""

    def conv(x, name, stride=1, same=True):
        return convolution(x, arrays, name, stride, same)

    x = (x - 128) / 128
    x = conv(x, "conv", 2, same=False)
    x = conv(x, "conv_1", same=False)
    x = halve(conv(x, "conv_2"))
    x = halve(conv(conv(x, "conv_3"), "conv_4", same=False))
    for m in ("mixed", "mixed_1", "mixed_2"):
        a = conv(x, f"{m}/conv")
        b = conv(conv(x, f"{m}/tower/conv"), f"{m}/tower/conv_1")
        c = conv(conv(x, f"{m}/tower_1/conv"), f"{m}/tower_1/conv_1")
        c = conv(c, f"{m}/tower_1/conv_2")
        x = join(a, b, c, conv(pool(x, np.nanmean, padding=1), f"{m}/tower_2/conv"))
    a = conv(x, "mixed_3/conv", 2, same=False)
    b = conv(conv(x, "mixed_3/tower/conv"), "mixed_3/tower/conv_1")
    x = join(a, conv(b, "mixed_3/tower/conv_2", 2, same=False), halve(x))
    for m in ("mixed_4", "mixed_5", "mixed_6", "mixed_7"):
        a = b = c = x
        a = conv(a, f"{m}/conv")
        for name in ("conv", "conv_1", "conv_2"):
            b = conv(b, f"{m}/tower/{name}")
        for name in ("conv", "conv_1", "conv_2", "conv_3", "conv_4"):
            c = conv(c, f"{m}/tower_1/{name}")
        x = join(a, b, c, conv(pool(x, np.nanmean, padding=1), f"{m}/tower_2/conv"))
    a = conv(conv(x, "mixed_8/tower/conv"), "mixed_8/tower/conv_1", 2, same=False)
    b = x
    for name in ("conv", "conv_1", "conv_2"):
        b = conv(b, f"mixed_8/tower_1/{name}")
    return join(a, conv(b, "mixed_8/tower_1/conv_3", 2, same=False), halve(x))


def head(x, arrays, pools):
    """The last two blocks, each with its pooling, and pool3."""

    def conv(x, name):
        return convolution(x, arrays, name)

    for m, how in zip(("mixed_9", "mixed_10"), pools, strict=True):
        b = conv(x, f"{m}/tower_conv")
        c = conv(conv(x, f"{m}/tower_1_conv"), f"{m}/tower_1_conv_1")
        forks = [
            conv(y, f"{m}/{t}_mixed_conv{i}")
            for y, t in ((b, "tower"), (c, "tower_1"))
            for i in ("", "_1")
        ]
        d = conv(pool(x, how, padding=1), f"{m}/tower_2_conv")
        x = join(conv(x, f"{m}/conv"), *forks, d)
    return x.mean((1, 2))


def mean_with_padding(x, axis):
    return np.nansum(x, axis=axis) / 9


def images(side, channels=3, count=1):
    return RNG.integers(0, 256, (count, side, side, channels), np.uint8)


def test_features_equal_an_independent_computation(extractor, arrays):
    batch = images(SIDE).astype("float32")
    actual = extractor.network(tf.constant(batch))["features"].numpy()
    before = trunk(batch, arrays)
    expected = head(before, arrays, (np.nanmean, np.nanmax))
    assert actual.shape == (1, 2048)
    tolerance = 1e-4 * expected.std()
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance)
    # What other Inceptions do differently shows.
    for pools in ((np.nanmean, np.nanmean), (mean_with_padding, np.nanmax)):
        assert np.abs(head(before, arrays, pools) - expected).max() > 100 * tolerance


def test_images_are_resized_and_gray_is_repeated(extractor):
    gray = images(28, channels=1, count=2)
    features = extractor(gray)
    assert features.shape == (2, 2048)
    assert features.dtype == np.float32
    # The arithmetic of another batch rounds otherwise.
    close = functools.partial(np.testing.assert_allclose, rtol=0, atol=1e-4 * features.std())
    close(extractor(np.repeat(gray, 3, -1)), features)
    for i in range(2):
        close(extractor(gray[i : i + 1])[0], features[i])
    assert np.abs(features[1] - features[0]).max() > 0.01 * features.std()


def test_the_protocol_says_all(extractor):
    for part in ("inception-2015", "2048", "299x299", "clean", "uint8", "gray images are repeated"):
        assert part in extractor.protocol
    other = dataclasses.replace(extractor, resize="legacy-tf1", rounded=False)
    assert "legacy-tf1" in other.protocol
    assert "not rounded" in other.protocol
    assert other.fingerprint != extractor.fingerprint
    assert dataclasses.replace(extractor).fingerprint == extractor.fingerprint


def test_other_weights_are_used_with_a_warning(extractor, path):
    (warning,) = extractor.warnings
    assert warning.startswith(f"{path}: not the published weights of inception-2015")
    assert "\n" not in warning


def test_probabilities_where_the_file_has_the_softmax(extractor, arrays, tmp_path):
    assert extractor.classes == 0
    kernel = RNG.standard_normal((2048, 1008), "float32") / 20000
    np.savez(tmp_path / "whole.npz", **arrays, **{"softmax/weight": kernel})
    whole = inception.load(tmp_path / "whole.npz")
    assert whole.classes == 1008
    outputs = whole.outputs(images(299))
    logits = outputs["features"].astype("float64") @ kernel
    expected = np.exp(logits - logits.max())
    expected /= expected.sum()
    assert expected.max() > 10 / 1008
    np.testing.assert_allclose(outputs["probabilities"], expected, rtol=1e-3)
    # The same network makes the same features, whether it has the softmax or not.
    assert whole.fingerprint == extractor.fingerprint


def test_files_that_are_not_it(arrays, tmp_path, monkeypatch):
    monkeypatch.delenv("TFGAN_KIT_WEIGHTS", raising=False)
    with pytest.raises(UserError, match=r"pass --weights FILE, or name the folder .* in TFGAN_KIT"):
        inception.load()
    monkeypatch.setenv("TFGAN_KIT_WEIGHTS", str(tmp_path))
    with pytest.raises(UserError, match=r"inception-2015-12-05\.npz: no such file; TFGAN_KIT_W"):
        inception.load()
    with pytest.raises(UserError, match=r"other\.npz: no such file; --weights"):
        inception.load(tmp_path / "other.npz")
    np.savez(tmp_path / "inception-2015-12-05.npz", images=np.zeros(3))
    with pytest.raises(UserError, match="lacks conv/weight, so it holds another network"):
        inception.load()
    changed = {"conv/weight": np.zeros((3, 3, 3, 16)), "conv/beta": np.zeros(16)}
    np.savez(tmp_path / "changed.npz", **changed)
    with pytest.raises(UserError, match=r"conv/weight has the shape \(3, 3, 3, 16\), not \(3, 3,"):
        inception.load(tmp_path / "changed.npz")
