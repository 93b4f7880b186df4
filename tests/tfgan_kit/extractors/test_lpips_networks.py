import contextlib

import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.extractors.numpy_network import convolve, halve
from tfgan_kit.errors import UserError
from tfgan_kit.extractors import registry
from tfgan_kit.metrics.images.lpips import lpips

RNG = np.random.default_rng(0)
# Filters and size of each convolution, in order.
NETWORKS = {
    "vgg16-lpips": (
        "VGG16_0",
        [
            (n, 3)
            for n, count in zip((64, 128, 256, 512, 512), (2, 2, 3, 3, 3), strict=True)
            for _ in range(count)
        ],
        (64, 128, 256, 512, 512),
    ),
    "alexnet-lpips": (
        "AlexNet_0",
        [(64, 11), (192, 5), (384, 3), (256, 3), (256, 3)],
        (64, 192, 384, 256, 256),
    ),
}

SIDES = {"vgg16-lpips": 32, "alexnet-lpips": 64}


def draw(name):
    scope, convolutions, channels = NETWORKS[name]
    arrays, before = {}, 3
    for i, (after, size) in enumerate(convolutions):
        shape = (size, size, before, after)
        kernel = RNG.standard_normal(shape, "float32") * np.float32(np.sqrt(2 / np.prod(shape[:3])))
        arrays[f"{scope}/Conv_{i}/kernel"] = kernel
        arrays[f"{scope}/Conv_{i}/bias"] = RNG.standard_normal(after, "float32") / 4
        before = after
    for i, n in enumerate(channels):
        arrays[f"NetLinLayer_{i}/Conv_0/kernel"] = RNG.uniform(0, 1, (1, 1, n, 1)).astype("float32")
    return arrays


@pytest.fixture(scope="module", params=NETWORKS)
def case(request, tmp_path_factory):
    arrays = draw(request.param)
    path = tmp_path_factory.mktemp("lpips") / "weights.npz"
    np.savez(path, **arrays)
    return request.param, arrays, path


def vgg_maps(x, arrays):
    maps, i = [], 0
    for block, count in enumerate((2, 2, 3, 3, 3)):
        if block:
            n, height, width, channels = x.shape
            x = x.reshape(n, height // 2, 2, width // 2, 2, channels).max((2, 4))
        for _ in range(count):
            x = convolve(x, arrays[f"VGG16_0/Conv_{i}/kernel"], padding=(1, 1))
            x = np.maximum(x + arrays[f"VGG16_0/Conv_{i}/bias"], 0)
            i += 1
        maps.append(x)
    return maps


def alexnet_maps(x, arrays):
    maps = []
    for i, (stride, padding) in enumerate(((4, 2), (1, 2), (1, 1), (1, 1), (1, 1))):
        kernel, bias = (arrays[f"AlexNet_0/Conv_{i}/{part}"] for part in ("kernel", "bias"))
        x = np.maximum(convolve(x, kernel, stride, (padding, padding)) + bias, 0)
        maps.append(x)
        if i < 2:
            x = halve(x)
    return maps


def reference_maps(name, batch, arrays):
    x = batch.astype("float64") / 127.5 - 1
    x = (x - [-0.030, -0.088, -0.188]) / [0.458, 0.448, 0.450]
    return (vgg_maps if name == "vgg16-lpips" else alexnet_maps)(x, arrays)


def images(side, count=2, channels=3):
    return RNG.integers(0, 256, (count, side, side, channels), np.uint8)


def test_maps_equal_an_independent_computation(case):
    name, arrays, path = case
    batch = images(SIDES[name])
    maps = registry.find_lpips(name, weights=path).maps(tf.constant(batch / 127.5 - 1, "float32"))
    expected = reference_maps(name, batch, arrays)
    assert [m.shape for m in maps] == [m.shape for m in expected]
    for actual, wanted in zip(maps, expected, strict=True):
        np.testing.assert_allclose(actual, wanted, rtol=0, atol=1e-4 * wanted.max())


def test_distances_equal_an_independent_computation(case):
    name, arrays, path = case
    network = registry.find_lpips(name, weights=path)
    a, b = images(SIDES[name]), images(SIDES[name])
    expected = np.zeros(2)
    pairs = zip(reference_maps(name, a, arrays), reference_maps(name, b, arrays), strict=True)
    for i, pair in enumerate(pairs):
        u, v = (x / np.sqrt((x**2).sum(-1, keepdims=True)) for x in pair)
        head = arrays[f"NetLinLayer_{i}/Conv_0/kernel"].ravel()
        expected += ((u - v) ** 2 @ head).mean((1, 2))
    assert expected.min() > 0.1
    np.testing.assert_allclose(lpips(network, a, b), expected, rtol=1e-4)


def test_the_extractor_is_the_mean_of_the_last_map(case):
    name, arrays, path = case
    extractor = registry.find(name, weights=path)
    batch = images(224, count=1)
    features = extractor(batch)
    assert features.shape == (1, extractor.dimension)
    if name == "alexnet-lpips":  # At 224 pixels, VGG16 in numpy takes too long.
        expected = reference_maps(name, batch, arrays)[-1].mean((1, 2))
        np.testing.assert_allclose(features, expected, rtol=1e-3, atol=1e-4)
    assert name in extractor.protocol
    assert "224x224" in extractor.protocol
    assert "not the published weights" in extractor.warnings[0]


def test_the_smallest_image_is_the_smallest(case):
    name, _, path = case
    network = registry.find_lpips(name, weights=path)
    side = network.smallest
    assert np.isfinite(lpips(network, images(side), images(side))).all()
    with pytest.raises(UserError, match=f"at least {side}x{side}, these are {side - 1}x"):
        lpips(network, images(side - 1), images(side - 1))
    # One pixel less leaves a map without any, if TensorFlow does not refuse.
    with contextlib.suppress(tf.errors.OpError):
        assert network.maps(tf.zeros((1, side - 1, side - 1, 3)))[-1].shape[1] == 0


def test_the_other_networks_file(case, tmp_path):
    name, arrays, path = case
    other = next(n for n in NETWORKS if n != name)
    with pytest.raises(UserError, match=r"lacks .*Conv_0/kernel, so it holds another network"):
        registry.find_lpips(other, weights=path)
    headless = {n: a for n, a in arrays.items() if not n.startswith("NetLin")}
    np.savez(tmp_path / "headless.npz", **headless)
    with pytest.raises(UserError, match="lacks NetLinLayer_0/Conv_0/kernel"):
        registry.find_lpips(name, weights=tmp_path / "headless.npz")
