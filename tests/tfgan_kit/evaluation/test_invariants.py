"""What holds for every metric of `evaluate`, whatever the images: order, batches, growing noise."""

import io
import tempfile
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tfgan_kit.evaluation.small import Reader, extractor, instruments
from tfgan_kit.engine.status import StatusLine
from tfgan_kit.evaluation.collect import Collected
from tfgan_kit.evaluation.compare import compare
from tfgan_kit.evaluation.images.image_set import ReaderImages
from tfgan_kit.evaluation.measures import measure_lpips_to_real
from tfgan_kit.extractors.lpips_network import LpipsNetwork
from tfgan_kit.metrics.distributions import mmd
from tfgan_kit.metrics.registry import METRICS

seeds = st.integers(0, 2**32 - 1)
quick = settings(max_examples=4, deadline=None)
COUNT = 30
PAIRED = [name for name, m in METRICS.items() if m.paired and not m.lpips]
# The critic is a training, LPIPS needs weights, path lengths a run: they have tests of their own.
OF_SETS = [
    name
    for name, m in METRICS.items()
    if not m.paired and not m.lpips and name not in ("wasserstein_critic", "ppl")
]
NETWORK = extractor(3.0)


def pictures(seed):
    """Four squares of random gray, with labels."""
    rng = np.random.default_rng(seed)
    squares = rng.uniform(40, 120, (COUNT, 2, 2, 1))
    return squares.repeat(8, 1).repeat(8, 2), np.arange(COUNT) % 3


def noisy(images, seed, amount):
    """Images with noise of the size of a square, which brightens, and of a pixel."""
    rng = np.random.default_rng(seed)
    coarse = np.abs(rng.normal(0, amount, (COUNT, 2, 2, 1))).repeat(8, 1).repeat(8, 2)
    noise = coarse + rng.normal(0, amount, images.shape)
    return np.clip(np.rint(images + noise), 0, 255).astype(np.uint8)


def measured(metrics, real, fake, order=slice(None), fake_order=slice(None), batch=128):
    """The numbers, of the images in an order and so many at a time."""
    sets = [
        ReaderImages(Reader(images[o], labels[o]), name, None, 0)
        for name, (images, labels), o in (("real", real, order), ("fake", fake, fake_order))
    ]
    tools = instruments(metrics, NETWORK)
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.dict("os.environ", TFGAN_KIT_CACHE=folder),
        patch.object(ReaderImages.batches, "__defaults__", (batch,)),
    ):
        found = compare(*sets, tools, StatusLine(io.StringIO()))
    found.pop("protocols")
    return {name.partition("[")[0]: value for name, value in found.items()}


@quick
@given(seeds, st.integers(1, COUNT))
def test_neither_order_nor_batches_matter(seed, batch):
    rng = np.random.default_rng(seed)
    (real, labels), (fake, _) = pictures(seed), pictures(seed + 1)
    real, fake = (noisy(x, seed + i, 5) for i, x in enumerate((real, fake)))
    sets, shuffled = ((real, labels), (fake, labels)), rng.permutation(COUNT)
    for metrics, other in ((PAIRED, shuffled), (OF_SETS, rng.permutation(COUNT))):
        first = measured(metrics, *sets)
        again = measured(metrics, *sets, shuffled, other, batch)
        assert len(first) >= len(metrics)
        for name in first.keys() - {"prd_curve", "class_wise_frechet_classes"}:
            assert again[name] == pytest.approx(first[name], rel=1e-4, abs=1e-5), name


def test_of_more_images_than_are_drawn_for_the_bandwidth_the_order_does_not_matter():
    sets = [(noisy(images, 5, 5), labels) for images, labels in map(pictures, (0, 1))]
    with patch.object(mmd, "MEDIAN_EXAMPLES", 5):
        first = measured(["mmd"], *sets)
        for seed in range(3):
            orders = (np.random.default_rng(seed + i).permutation(COUNT) for i in (0, 9))
            assert measured(["mmd"], *sets, *orders) == pytest.approx(first)


def test_which_real_image_a_generated_one_meets_does_not_depend_on_the_order():
    def measured_by(real, fake):
        sets = [Collected(SimpleNamespace(count=COUNT), pixels=x) for x in (real, fake)]
        return measure_lpips_to_real(*sets, tools).values["{}"]

    tools = instruments(["lpips_to_real"], NETWORK)
    tools.lpips = LpipsNetwork(
        name="shift",
        maps=lambda x: [x * [1.0, 0.0, 0.0] + 1.5],
        heads=(np.array([1.0, 2.0, 0.5], np.float32),),
        smallest=2,
        digest="0" * 64,
    )
    real, fake = (noisy(images, 5, 5) for images, _ in map(pictures, (0, 1)))
    first = measured_by(real, fake)
    assert first > 0
    for seed in range(3):
        orders = (np.random.default_rng(seed + i).permutation(COUNT) for i in (0, 9))
        shuffled = (x[o] for x, o in zip((real, fake), orders, strict=True))
        assert measured_by(*shuffled) == pytest.approx(first, rel=1e-6)


@quick
@given(seeds)
def test_what_is_called_better_is_better_than_noise(seed):
    """Also, which way is better is as the registry has it."""
    (real, labels), (other, _) = pictures(seed), pictures(seed + 1)
    real = noisy(real, seed + 2, 2)
    for metrics, base in ((PAIRED, real), (OF_SETS, other)):
        metrics = [name for name in metrics if METRICS[name].real]
        steps = [
            measured(metrics, (real, labels), (noisy(base, seed + 3, amount), labels))
            for amount in (3, 40, 150)
        ]
        for metric in metrics:
            entry = METRICS[metric]
            # Recall does not mind noise, and F8 is recall's.
            for value in {*entry.lower, *entry.higher} - {"recall", "prd_f8"}:
                name = value.format(entry.elsewhere or metric)
                a, b, c = (found[name] for found in steps)
                worse = a < b < c if value in entry.lower else a > c
                assert worse, (name, a, b, c)


@quick
@given(seeds)
def test_a_set_against_itself_is_as_good_as_can_be(seed):
    images, labels = pictures(seed)
    same = noisy(images, seed, 5), labels
    found = measured([name for name in (*OF_SETS, *PAIRED) if name != "psnr"], same, same)
    for name in ("frechet", "class_wise_frechet", "sliced_wasserstein", "swd_mean"):
        assert found[name] == pytest.approx(0, abs=1e-5), name
    for name in ("precision", "recall", "coverage", "prd_f8", "prd_f1/8", "ssim", "ms_ssim"):
        assert found[name] == pytest.approx(1), name
    # Unbiased estimates of 0 are as often below.
    assert found["kernel_distance"] < 0.05
    assert found["mmd"] < 0.05
