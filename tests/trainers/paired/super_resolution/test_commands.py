"""Runs of super-resolution at the command line: images of any size, and networks between two."""

import json

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.tfgan_kit.metrics_images.pictures import smooth
from tfgan_kit.runs.saved_run import SavedRun

TRUTHS = {"a": smooth(1, 40, 56, 1, seed=1), "sub/b": smooth(1, 64, 48, 1, seed=2)}
SMALL = ["--image-size", 32, "--filters", 2, "--blocks", 1, "--batch-size", 8, "--steps", 4]


def trained(path, *options):
    import main

    words = ["train", "srgan", "--dataset", "glyphs", *SMALL, *options, "--run-dir", path]
    assert main.main([str(word) for word in [*words, "--quiet"]]) == 0
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("runs") / "both")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Gray images of two sizes and the same, reduced by Pillow."""
    root = tmp_path_factory.mktemp("images")
    for name, (image,) in TRUTHS.items():
        for folder, factor in (("large", 1), ("small", 4)):
            path = root / folder / f"{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            height, width = (side // factor for side in image.shape[:2])
            picture = Image.fromarray(image[..., 0])
            picture.resize((width, height), Image.Resampling.BICUBIC).save(path)
    return root / "small", root / "large"


def read(folder):
    return {name: cv2.imread(str(folder / f"{name}.png"), cv2.IMREAD_UNCHANGED) for name in TRUTHS}


def translated(command, run, folders, path, *options):
    status, out, err = command(
        "translate", run, "--input", folders[0], "--output", path, "--json", *options
    )
    assert status == 0, err
    return json.loads(out)["measures"], read(path)


def test_images_of_any_size_are_enlarged_and_compared(run, folders, command, tmp_path):
    measures, made = translated(command, run, folders, tmp_path / "made", "--compare", folders[1])
    expected, bicubic = [], []
    for name, (truth,) in TRUTHS.items():
        truth, small = truth[..., 0], cv2.imread(str(folders[0] / f"{name}.png"), 0)
        assert made[name].shape == truth.shape
        # Of bytes, Pillow would round between its two passes.
        larger = Image.fromarray(small.astype(np.float32))
        larger = larger.resize(truth.shape[::-1], Image.Resampling.BICUBIC)
        larger, inside = np.rint(larger).clip(0, 255), np.s_[4:-4, 4:-4]
        for images, found in ((made[name], expected), (larger, bicubic)):
            error = np.mean((truth[inside].astype(float) - images[inside]) ** 2)
            found.append(10 * np.log10(255**2 / error))
    assert measures["psnr_y"] == pytest.approx(np.mean(expected), abs=1e-6)
    assert measures["psnr_y_bicubic"] == pytest.approx(np.mean(bicubic), abs=1e-6)
    assert set(measures) >= {"l1", "psnr", "ssim", "ssim_y", "ssim_y_bicubic"}


def test_small_images_may_have_the_names_of_div2k(run, folders, command, tmp_path):
    small = tmp_path / "small"
    for name in TRUTHS:
        path = small / f"{name}x4.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((folders[0] / f"{name}.png").read_bytes())
    expected, _ = translated(command, run, folders, tmp_path / "plain", "--compare", folders[1])
    ask = ["--input", small, "--output", tmp_path / "made", "--compare", folders[1], "--json"]
    status, out, err = command("translate", run, *ask)
    assert status == 0, err
    assert json.loads(out)["measures"] == expected
    assert (tmp_path / "made" / "ax4.png").exists()


def test_the_ends_of_alpha_are_the_two_networks(run, folders, command, tmp_path):
    _, last = translated(command, run, folders, tmp_path / "last")
    _, one = translated(command, run, folders, tmp_path / "one", "--alpha", 1)
    _, zero = translated(command, run, folders, tmp_path / "zero", "--alpha", 0)
    _, half = translated(command, run, folders, tmp_path / "half", "--alpha", 0.5)
    first = SavedRun(run).bound("reconstruct")
    for name in TRUTHS:
        small = cv2.imread(str(folders[0] / f"{name}.png"), 0)[None, ..., None]
        expected = first.render({"input": small})["image"][0, ..., 0]
        expected = np.rint((expected + 1) * np.float32(127.5)).clip(0, 255)
        np.testing.assert_array_equal(one[name], last[name])
        np.testing.assert_array_equal(zero[name], expected)
        assert (zero[name] != one[name]).any()
        assert (half[name] != one[name]).any()
        assert (half[name] != zero[name]).any()


def test_alpha_between_two_runs(run, folders, command, refused, tmp_path):
    alone = trained(tmp_path / "alone", "--adversarial-weight", 0)
    assert not (alone / "models" / "psnr.keras").exists()
    _, other = translated(command, alone, folders, tmp_path / "other")
    _, zero = translated(
        command, run, folders, tmp_path / "zero", "--alpha", 0, "--alpha-from", alone
    )
    for name in TRUTHS:
        np.testing.assert_array_equal(zero[name], other[name])
    to = ["--input", folders[0], "--output", tmp_path / "none"]
    said = refused("translate", alone, *to, "--alpha", 0.5)
    assert "keeps no network of a first stage; name the run" in said
    assert "give --alpha" in refused("translate", run, *to, "--alpha-from", alone)
    assert "needs a number from 0 to 1" in refused("translate", run, *to, "--alpha", 1.5)
    larger = trained(tmp_path / "larger", "--adversarial-weight", 0, "--filters", 3)
    said = refused("translate", run, *to, "--alpha", 0.5, "--alpha-from", larger)
    assert "cannot interpolate networks of different sizes" in said
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--image-size", 30], "--image-size 30: 4x super-resolution needs any size whose sides"),
        (["--image-size", 30, "--crop", 16], "are multiples of 4"),
        (["--image-size", 32, "--crop", 48], "--crop 48 is more than --image-size 32"),
        (["--crop", 20], "--crop 20: the networks need a multiple of 16"),
        (["--scale", 3], "--scale 3: choose 2 or 4"),
        (["--image-size", "32x64", "--turns"], "--turns needs squares"),
        (["--content-weight", 0], "nothing would tie large images to small ones"),
        (["--perceptual-weights", "none.npz"], "none.npz"),
    ],
)
def test_bad_settings(options, message, refused, tmp_path):
    path = tmp_path / "run"
    assert message in refused("train", "srgan", *SMALL[2:], *options, "--run-dir", path)
    assert not path.exists()
