import importlib.util
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest

from data import registry
from data.reading import transforms
from data.reading.open import open_source
from data.registry import DATASETS
from tfgan_kit.errors import UserError

EMBEDDED = [name for name, entry in DATASETS.items() if not entry.needs]


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch, request):
    if "mnist_dir" not in request.fixturenames:
        monkeypatch.delenv("TFGAN_KIT_DATA", raising=False)


@pytest.fixture
def mnist_dir():
    root = os.environ.get("TFGAN_KIT_DATA")
    if not root or not os.path.isdir(os.path.join(root, "mnist")):
        pytest.skip("needs MNIST: set TFGAN_KIT_DATA to the folder that holds mnist/")
    return root


@pytest.fixture
def folder(tmp_path):
    for index in range(5):
        image = np.full((12, 10, 3), 40 * index, np.uint8)
        cv2.imwrite(str(tmp_path / f"{index}.png"), image)
    return tmp_path


@pytest.fixture
def cyclegan(tmp_path):
    for part, value in (("trainA", 10), ("trainB", 200), ("testA", 20), ("testB", 210)):
        (tmp_path / "horse2zebra" / part).mkdir(parents=True)
        image = np.full((8, 8, 3), value, np.uint8)
        cv2.imwrite(str(tmp_path / "horse2zebra" / part / "0.png"), image)
    return tmp_path


def first_value(reader):
    return reader.read(np.array([0]))["image"].flat[0]


def test_naming_imports_nothing_heavy():
    program = (
        "import sys, data.registry, data.feeds.augment;"
        "heavy = {'numpy', 'cv2', 'scipy', 'tensorflow', 'keras'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_every_entry_has_its_module():
    for name, entry in DATASETS.items():
        assert importlib.util.find_spec(f"data.{entry.module}"), name
        assert entry.description
        assert "\n" not in entry.description + entry.needs + entry.takes
        assert entry.argument is not None or entry.takes


def test_transform_names_are_those_of_the_transforms():
    assert set(registry.TRANSFORM_NAMES) == set(transforms.TRANSFORMS)


@pytest.mark.parametrize("name", EMBEDDED)
@pytest.mark.parametrize("split", ["train", "test"])
def test_embedded_sets_open_by_their_name(name, split):
    reader = open_source(name, split=split)
    assert reader.name == name
    batch = reader.read(np.array([0, len(reader) - 1]))
    for field, values in batch.items():
        assert values.shape == (2, *reader.fields[field].shape)


def test_size_and_channels_reach_the_reader():
    assert open_source("glyphs", image_size=64, channels=3).image_shape == (64, 64, 3)


def test_a_transform_of_a_named_set():
    """A set's own name goes before base and transform; the others get it from the reader."""
    edge, color = open_source("glyphs-edge"), open_source("glyphs-color-edge")
    assert (edge.name, color.name) == ("glyphs-edge", "glyphs-color-edge")
    plain = open_source("glyphs-color").read(np.arange(3))["image"]
    expected = np.stack([transforms.edge(x) for x in plain])
    np.testing.assert_array_equal(color.read(np.arange(3))["image"], expected)


def test_mnist(mnist_dir):
    for options in ({"data_dir": mnist_dir}, {"data_dir": os.path.join(mnist_dir, "mnist")}, {}):
        reader = open_source("mnist", **options)
        assert (len(reader), reader.image_shape) == (60_000, (28, 28, 1))
    assert len(open_source("mnist", split="test")) == 10_000
    assert open_source("fashion-mnist").name == "fashion_mnist"
    assert open_source("mnist-negative").read(np.array([0]))["image"].max() == 255


def test_a_folder_by_its_path(folder):
    reader = open_source(str(folder))
    assert (len(reader), reader.image_shape) == (5, (12, 10, 3))
    assert first_value(open_source(f"folder:{folder}")) == first_value(reader)


def test_an_npz_by_its_path(tmp_path):
    path = str(tmp_path / "x.npz")
    np.savez(path, images=np.full((3, 5, 5), 9, np.uint8), labels=np.arange(3))
    for name in (path, f"npz:{path}"):
        assert open_source(name).image_shape == (5, 5, 1)
    assert len(open_source("npz:x.npz", data_dir=str(tmp_path))) == 3


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("x.tfrecord", "tfrecord"),
        ("x.tfrecord-00000-of-00002", "tfrecord"),
        ("records/train.tfrecord-00000-of-00001", "records:tfrecord"),
        ("set/1.0.0/dataset_info.json", "set/1.0.0:tfds_source"),
        ("train_32x32.mat", "svhn"),
        ("train-images-idx3-ubyte.gz", "idx"),
        ("photos/a/1.jpg", "photos:folder"),
    ],
)
def test_the_format_of_a_path(tmp_path, path, module):
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    opened, _, module = module.rpartition(":")
    opened = str(tmp_path / (opened or path))
    assert registry._resolve(opened, None) == (f"sources.{module}", opened, None)


@pytest.mark.parametrize("inside", ["", "horse2zebra"])
def test_cyclegan_sets_by_name(cyclegan, inside, monkeypatch):
    root = str(cyclegan / inside)
    assert first_value(open_source("horse2zebra:a", data_dir=root)) == 10
    assert first_value(open_source("horse2zebra:b", data_dir=root, split="test")) == 210
    monkeypatch.setenv("TFGAN_KIT_DATA", root)
    assert first_value(open_source("horse2zebra:b")) == 200


def test_cyclegan_sets_by_path(cyclegan):
    path = str(cyclegan / "horse2zebra")
    assert first_value(open_source(f"{path}:a")) == 10
    assert first_value(open_source(f"{path}/:b")) == 200
    with pytest.raises(UserError, match=r"two domains: write .*:a or .*:b"):
        open_source(path)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("glyph", "no data set 'glyph'; did you mean 'glyphs'.*main.py list datasets"),
        ("mnist:3", "mnist takes nothing after a colon"),
        ("tfds", "tfds needs its name in the TFDS catalogue after a colon"),
        ("npz:", "npz needs its path after a colon"),
        ("horse2zebra", "needs the domain, a or b after a colon"),
        ("photos/none", "photos/none: no such file or folder"),
        ("none.npz", "none.npz: no such file or folder"),
        ("mnist", "TFGAN_KIT_DATA"),
        ("ring-edge", "ring holds points"),
    ],
)
def test_wrong_names(name, message):
    with pytest.raises(UserError, match=message) as caught:
        open_source(name)
    assert "\n" not in str(caught.value)


def test_wrong_paths(folder, tmp_path):
    with pytest.raises(UserError, match="has no folders trainA and trainB"):
        open_source(f"{folder}:a")
    (tmp_path / "notes.txt").write_text("no image")
    with pytest.raises(UserError, match=r"unknown kind of file.*\.npz"):
        open_source(str(tmp_path / "notes.txt"))
    with pytest.raises(UserError, match="nowhere") as caught:
        open_source("mnist", data_dir=str(tmp_path / "nowhere"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["glyph_x4", "glyph_holes"])
def test_sets_for_restoration_are_the_coloured_glyphs(name):
    reader, color = open_source(name), open_source("glyphs-color", image_size=64)
    assert (reader.name, reader.image_shape) == (name, (64, 64, 3))
    some = np.arange(0, 60_000, 7000)
    np.testing.assert_array_equal(reader.read(some)["image"], color.read(some)["image"])
    assert open_source(name, image_size=32).name == name
