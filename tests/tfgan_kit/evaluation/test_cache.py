import io

import numpy as np
import pytest

from tests.tfgan_kit.evaluation.small import Reader, extractor, noise
from tfgan_kit.engine.status import StatusLine
from tfgan_kit.evaluation import cache
from tfgan_kit.evaluation.compare import gather
from tfgan_kit.evaluation.images.image_set import ReaderImages


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path))
    return tmp_path / "statistics"


def gathered(images, wanted, weights=1.0, count=None):
    """What was collected, how many images the network saw, and what was said."""
    calls, said = [], io.StringIO()
    network = extractor(weights, calls)
    chosen = ReaderImages(Reader(images), "set", count, 0)
    found = gather(chosen, frozenset(wanted), network, StatusLine(said), keep=True)
    return found, sum(calls), said.getvalue()


def test_a_second_time_nothing_is_computed(folder):
    images = noise(30)
    wanted = {"statistics", "features", "probabilities", "images"}
    first, seen, said = gathered(images, wanted)
    assert seen == 30
    assert "30 images in" in said
    second, seen, said = gathered(images, wanted)
    assert seen == 0
    (path,) = folder.iterdir()
    assert str(path) in said
    for name in ("features", "probabilities", "pixels"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    np.testing.assert_array_equal(first.statistics.covariance, second.statistics.covariance)
    np.testing.assert_array_equal(first.statistics.mean, second.statistics.mean)


@pytest.mark.parametrize(
    "changed",
    [
        {"images": np.where(np.arange(30)[:, None, None, None] == 7, 0, noise(30)).astype("u1")},
        {"weights": 2.0},
        {"count": 20},
    ],
)
def test_other_images_weights_or_counts_are_computed(changed):
    given = {"images": noise(30), "wanted": {"statistics"}}
    gathered(**given)
    assert gathered(**given)[1] == 0
    assert gathered(**given | changed)[1] == changed.get("count", 30)


def test_what_a_file_lacks_is_computed_and_what_it_has_stays(folder):
    images = noise(30)
    gathered(images, {"features"})
    assert gathered(images, {"statistics"})[1] == 30
    assert gathered(images, {"statistics", "features"})[1] == 0
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("damage", ["cut", "bytes", "shape", "values"])
def test_a_damaged_file_is_computed_again(folder, damage):
    images = noise(30)
    expected, *_ = gathered(images, {"features"})
    (path,) = folder.iterdir()
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:100])
    elif damage == "bytes":
        content = bytearray(path.read_bytes())
        content[200] ^= 255
        path.write_bytes(content)
    else:
        size = 3 if damage == "shape" else 4
        np.savez(path, features=np.full((30, size), np.nan, np.float32))
    found, seen, said = gathered(images, {"features"})
    assert seen == 30
    damaged, *_ = said.splitlines()
    assert damaged.startswith(f"{path} is damaged (")
    assert damaged.endswith("and is computed again")
    np.testing.assert_array_equal(found.features, expected.features)
    assert gathered(images, {"features"})[1] == 0


def test_a_full_disk_costs_nothing_else(folder, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    found, _, said = gathered(noise(30), {"features"})
    assert found.features.shape == (30, 4)
    assert "cannot be kept (No space left on device)" in said
    assert not list(folder.iterdir())


def test_the_folder_without_the_variable(monkeypatch, tmp_path):
    monkeypatch.delenv("TFGAN_KIT_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.folder() == tmp_path / ".cache" / "tfgan-kit" / "statistics"
