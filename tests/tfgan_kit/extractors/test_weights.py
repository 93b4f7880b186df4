import os

import numpy as np
import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.extractors import alexnet_lpips, inception, vgg16_lpips
from tfgan_kit.extractors.weights import VARIABLE, Published, digest, read_npz

ARRAYS = {"a": np.arange(6, dtype="float32").reshape(2, 3), "b": np.ones(2, "float32")}
SHAPES = {"a": (2, 3), "b": (2,)}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "weights.npz"
    np.savez(path, **ARRAYS)
    return path


def test_arrays_come_in_the_order_asked_for(path):
    arrays = read_npz(path, {"b": (2,), "a": (2, 3)})
    assert list(arrays) == ["b", "a"]
    np.testing.assert_array_equal(arrays["a"], ARRAYS["a"])


def test_only_what_is_optional_may_be_missing(path):
    wanted = SHAPES | {"c": (1,)}
    assert read_npz(path, wanted, {"c"}).keys() == SHAPES.keys()
    with pytest.raises(UserError, match="lacks c"):
        read_npz(path, wanted)


def test_the_digest_is_of_names_shapes_and_values():
    first = digest(ARRAYS)
    assert digest(dict(reversed(ARRAYS.items()))) == first
    assert digest({name: array.astype("float64") for name, array in ARRAYS.items()}) == first
    others = (
        {"a": ARRAYS["a"], "c": ARRAYS["b"]},
        ARRAYS | {"a": ARRAYS["a"].reshape(3, 2)},
        ARRAYS | {"b": np.nextafter(ARRAYS["b"], 2)},
    )
    assert len({digest(other) for other in others} | {first}) == 4


def test_published_weights_are_known_by_their_digest(path):
    assert Published("net", "weights.npz", digest(ARRAYS)).warnings(path, ARRAYS) == ()
    (warning,) = Published("net", "weights.npz", "0" * 64).warnings(path, ARRAYS)
    assert f"{digest(ARRAYS)[:12]}, not {'0' * 12}" in warning


def test_the_folder_of_the_weights(path, monkeypatch):
    published = Published("net", "weights.npz", "")
    monkeypatch.setenv(VARIABLE, str(path.parent))
    assert published.locate() == str(path)
    monkeypatch.setenv(VARIABLE, "elsewhere")
    assert published.locate(path) == str(path)


def test_damaged_files(path):
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    with pytest.raises(UserError, match=r"not a whole \.npz file"):
        read_npz(path, SHAPES)
    path.write_bytes(whole.replace(ARRAYS["a"].tobytes(), ARRAYS["a"].tobytes()[::-1]))
    with pytest.raises(UserError, match="cannot be read"):
        read_npz(path, SHAPES)
    np.savez(path, a=np.array([{}], dtype=object))
    with pytest.raises(UserError, match="cannot be read"):
        read_npz(path, SHAPES)
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(UserError, match=r"not a whole \.npz file"):
        read_npz(path, SHAPES)


@pytest.mark.skipif(VARIABLE not in os.environ, reason=f"{VARIABLE} names no folder of weights")
@pytest.mark.parametrize("network", [inception, vgg16_lpips, alexnet_lpips])
def test_the_published_files_are_recognised(network):
    assert network.load().warnings == ()
