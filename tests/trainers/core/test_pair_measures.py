import numpy as np
import pytest
from PIL import Image

from tests.tfgan_kit.metrics_images.pictures import noisy, smooth
from tfgan_kit.errors import UserError
from tfgan_kit.extractors.lpips_network import LpipsNetwork
from tfgan_kit.report.measures import about, better, parse
from trainers.core.pair_measures import (
    BASELINES,
    comparable,
    goals_of_pairs,
    load_lpips,
    mean_image,
    measure_pairs,
    protocol,
)

TARGET = smooth(10, 28, 24)
OUTPUT, INPUT = noisy(TARGET, 20, 1), noisy(TARGET, 60, 2)
HEAD = np.array([0.5, 2.0, 1.0], np.float32)
NETWORK = LpipsNetwork(
    name="one map", maps=lambda x: [x + 1.5], heads=(HEAD,), smallest=2, digest="0" * 64
)
MASK = np.random.default_rng(3).random((10, 28, 24, 1)) < 0.2
MEAN = np.rint(smooth(30, 28, 24, seed=5).mean(0)).astype(np.uint8)


def scaled(images):
    return images.astype(np.float32) / 127.5 - 1


def batches(*sizes, **arrays):
    start = 0
    for size in sizes:
        yield {name: each[start : start + size] for name, each in arrays.items()}
        start += size


def measured(*sizes, given=None, **options):
    arrays = {"output": scaled(OUTPUT), "target": scaled(TARGET), "input": scaled(INPUT)}
    arrays |= given or {}
    return measure_pairs(batches(*sizes, **arrays), **options)


def errors(images, hole=None):
    """The mean errors of every image, in shares of the range: absolute, squared."""
    difference = np.abs(images.astype(float) - TARGET) / 255
    if hole is None:
        return difference.mean((1, 2, 3)), np.square(difference).mean((1, 2, 3))
    inside = [d[m[..., 0]] for d, m in zip(difference, hole, strict=True)]
    return np.array([d.mean() for d in inside]), np.array([(d**2).mean() for d in inside])


def ssim(a, b):
    """SSIM of one channel, window by window."""
    weights = np.exp(-(np.arange(-5, 6) ** 2) / 4.5)
    weights = np.outer(weights, weights) / weights.sum() ** 2
    a, b = (np.lib.stride_tricks.sliding_window_view(x.astype(float), (11, 11)) for x in (a, b))
    mean_a, mean_b = ((x * weights).sum((-1, -2)) for x in (a, b))
    var_a = (a**2 * weights).sum((-1, -2)) - mean_a**2
    var_b = (b**2 * weights).sum((-1, -2)) - mean_b**2
    both = (a * b * weights).sum((-1, -2)) - mean_a * mean_b
    top = (2 * mean_a * mean_b + 2.55**2) * (2 * both + 7.65**2)
    return (top / ((mean_a**2 + mean_b**2 + 2.55**2) * (var_a + var_b + 7.65**2))).mean()


def mean_ssim(images):
    pairs = zip(TARGET, images, strict=True)
    return np.mean([ssim(x[..., c], y[..., c]) for x, y in pairs for c in range(3)])


def lpips(images):
    units = [
        x / np.linalg.norm(x, axis=-1, keepdims=True)
        for x in (TARGET / 127.5 + 0.5, images / 127.5 + 0.5)
    ]
    return ((units[0] - units[1]) ** 2 @ HEAD).mean((1, 2))


def expected(images, ending=""):
    absolute, squared = errors(images)
    in_hole, squared_in_hole = errors(images, MASK)
    found = {
        "l1": 100 * absolute.mean(),
        "l2": 100 * squared.mean(),
        "psnr": (-10 * np.log10(squared)).mean(),
        "ssim": mean_ssim(images),
        "lpips": lpips(images).mean(),
        "l1_hole": 100 * in_hole.mean(),
        "l2_hole": 100 * squared_in_hole.mean(),
        "psnr_hole": (-10 * np.log10(squared_in_hole)).mean(),
    }
    return {name + ending: value for name, value in found.items()}


def test_the_table_equals_its_definitions():
    found = measured(3, 7, given={"mask": MASK}, training_mean=scaled(MEAN), lpips=NETWORK)
    table = expected(OUTPUT) | expected(INPUT, "_input_copied")
    table |= expected(np.where(MASK, MEAN, TARGET), "_training_mean")
    filled = TARGET.copy()
    for image, hole in zip(filled, MASK[..., 0], strict=True):
        image[hole] = np.rint(image[~hole].astype(float).mean(0))
    table |= expected(filled, "_mean_fill")
    assert found == pytest.approx(table, rel=1e-5)


def test_it_does_not_depend_on_the_batches():
    whole = measured(10, training_mean=scaled(MEAN))
    assert measured(4, 5, 1, training_mean=scaled(MEAN)) == pytest.approx(whole, rel=1e-12)
    assert list(whole) == [
        n + b for b in ("", "_input_copied", "_training_mean") for n in ("l1", "l2", "psnr", "ssim")
    ]


def test_inputs_of_other_channels_are_matched():
    gray = OUTPUT[..., :1]
    as_colour = measured(10, given={"input": scaled(gray)})
    repeated = measured(10, given={"input": scaled(gray.repeat(3, -1))})
    assert as_colour["psnr_input_copied"] == repeated["psnr_input_copied"]

    pictures = [np.asarray(Image.fromarray(i).convert("L"))[..., None] for i in INPUT]
    given = {"target": scaled(gray), "output": scaled(gray)}
    as_gray = measured(10, given=given)["l1_input_copied"]
    by_pillow = measured(10, given=given | {"input": scaled(np.stack(pictures))})
    assert as_gray == pytest.approx(by_pillow["l1_input_copied"], abs=0.02)

    many = np.zeros((10, 28, 24, 11), np.float32)
    assert "l1_input_copied" not in measured(10, given={"input": many})
    assert "l1_input_copied" not in measured(10, given={"input": scaled(INPUT)[:, :20]})


def test_super_resolution_has_bicubic_and_luma_beside():
    small = scaled(TARGET[:, ::2, ::2])
    found = measured(10, given={"input": small}, scale=2)
    assert "psnr_input_copied" not in found
    pictures = (Image.fromarray(i[::2, ::2]) for i in TARGET)
    larger = np.stack([np.asarray(i.resize((24, 28), Image.Resampling.BICUBIC)) for i in pictures])
    squared = errors(larger)[1]
    assert found["psnr_bicubic"] == pytest.approx((-10 * np.log10(squared)).mean(), abs=0.02)
    weights = np.array([65.481, 128.553, 24.966]) / 255
    inside = (OUTPUT.astype(float) - TARGET)[:, 2:-2, 2:-2] @ weights
    psnr = 20 * np.log10(255 / np.sqrt((inside**2).mean((1, 2))))
    assert found["psnr_y"] == pytest.approx(psnr.mean(), rel=1e-6)
    assert 0 < found["ssim_y"] < 1
    assert {"psnr_y_bicubic", "ssim_y_bicubic"} < set(found)


def test_what_some_batch_lacks_is_left_out():
    first, second = batches(5, 5, output=scaled(OUTPUT), target=scaled(TARGET), input=scaled(INPUT))
    del second["input"]
    cropped = {name: images[:, :10, :10] for name, images in second.items()}
    found = measure_pairs([first, cropped], training_mean=scaled(MEAN))
    assert set(found) == {"l1", "l2", "psnr"}
    assert measure_pairs([]) == {}


def test_images_equal_to_their_truth_are_not_in_the_mean_of_psnr():
    half = np.concatenate([TARGET[:5], OUTPUT[5:]])
    others = (-10 * np.log10(errors(OUTPUT)[1][5:])).mean()
    assert measured(10, given={"output": scaled(half)})["psnr"] == pytest.approx(others)
    assert "psnr" not in measured(10, given={"output": scaled(TARGET)})


def test_the_mean_image():
    images = scaled(TARGET)
    mean = mean_image([images[:3], images[3:]])
    assert mean.dtype == np.float32
    np.testing.assert_allclose(mean, TARGET.mean(0) / 127.5 - 1, atol=1e-6)
    assert mean_image([images, images[:, :20]]) is None
    assert mean_image([]) is None


def test_missing_weights_of_lpips_are_told(monkeypatch, tmp_path):
    monkeypatch.delenv("TFGAN_KIT_WEIGHTS", raising=False)
    network, note = load_lpips()
    assert network is None
    assert note.startswith("lpips is left out")
    assert "TFGAN_KIT_WEIGHTS" in note
    monkeypatch.setenv("TFGAN_KIT_WEIGHTS", str(tmp_path))
    (tmp_path / "lpips-alexnet.npz").write_bytes(b"damaged")
    with pytest.raises(UserError, match="lpips-alexnet"):
        load_lpips()


def test_every_number_is_described():
    given = {"mask": MASK}
    found = measured(10, given=given, training_mean=scaled(MEAN), lpips=NETWORK, scale=2)
    small = {"input": scaled(INPUT[:, ::2, ::2])}
    found |= measured(10, given=given | small, lpips=NETWORK, scale=2)
    assert len(found) == 10 * 5
    for name in found:
        words = protocol(name, NETWORK, 2)
        assert words.startswith(("mean absolute", "mean squared", "PSNR", "SSIM", "LPIPS"))
        assert ("in the hole only" in words) == ("_hole" in name)
        assert ("border of 2" in words) == ("_y" in name)
        is_baseline = name.endswith(tuple(BASELINES))
        # Baselines are told in columns of their own, under the plain names.
        assert bool(about(parse(name, has_domains=False))) == (not is_baseline), name
        assert any(b in words for b in BASELINES.values()) == is_baseline
        assert (better(parse(name, has_domains=False)) is None) == is_baseline, name


def test_goals_are_what_is_measured_and_ranked_as_in_the_report():
    goals = goals_of_pairs()
    assert set(goals) <= set(measured(10))
    for name, goal in goals.items():
        assert better(parse(name, has_domains=False)) == ("less" if goal.lower else "more")


def test_what_can_be_measured():
    from tfgan_kit.fields import Field

    assert comparable(Field("image", (8, 8, 3), "uint8", range=(0, 255)))
    assert not comparable(Field("image", (8, 8, 4), "uint8", range=(0, 255)))
