import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from data.derived.part import Part
from data.feeds.domains import open_domains
from data.feeds.pipeline import Pipeline
from data.reading.open import open_source
from data.reading.reader import Reader
from data.sources.celeba_attributes import ATTRIBUTES, open
from data.tools.inspect import inspect
from tfgan_kit.errors import UserError

# In the file the names stand in another order, with others between them.
NAMES = ("Bald", *reversed(ATTRIBUTES), "Wearing_Hat")
VALUES = np.where(np.random.default_rng(0).random((9, len(NAMES))) < 0.5, 1, -1)


def write(folder, names=NAMES, values=VALUES):
    (folder / "img_align_celeba").mkdir(parents=True, exist_ok=True)
    lines = [str(len(values)), " ".join(names)]
    for i, row in enumerate(values):
        image = np.full((22, 18, 3), 20 * i, np.uint8)
        Image.fromarray(image).save(folder / "img_align_celeba" / f"{i:06d}.jpg")
        lines.append(f"{i:06d}.jpg " + " ".join(f"{v:2d}" for v in row))
    (folder / "list_attr_celeba.txt").write_text("\n".join(lines) + "\n")


@pytest.fixture
def root(tmp_path):
    write(tmp_path / "celeba")
    return str(tmp_path)


EXPECTED = (VALUES[:, [NAMES.index(name) for name in ATTRIBUTES]] == 1).astype(int)


def test_a_face_has_a_vector_of_attributes(root):
    source = open("", data_dir=root, split="train")
    assert (source.name, len(source), source.shape) == ("celeba-attributes", 9, (22, 18, 3))
    assert (source.classes, source.label_shape) == (ATTRIBUTES, (13,))
    np.testing.assert_array_equal(source.labels(), EXPECTED)
    image, label = source.example(4)
    assert round(image.mean() / 20) == 4
    np.testing.assert_array_equal(label, EXPECTED[4])
    assert source.where(4).endswith("000004.jpg")


@pytest.mark.parametrize("budget", [0, 1 << 20], ids=["direct", "memo"])
def test_reader_and_pipeline_give_vectors(root, budget):
    source = open("", data_dir=root, split="train")
    reader = Reader(source, memory_budget=budget)
    assert reader.label_shape == (13,)
    got = reader.read(np.array([3, 8, 3]))["label"]
    assert got.dtype == np.int64
    np.testing.assert_array_equal(got, EXPECTED[[3, 8, 3]])
    pipeline = Pipeline(reader, batch_size=4, seed=0)
    assert pipeline.dataset().element_spec["label"] == tf.TensorSpec((4, 13), tf.int64)
    batch = next(iter(pipeline.dataset()))
    np.testing.assert_array_equal(batch["label"], pipeline.read(np.arange(4))["label"])


def test_parts_and_mixes_keep_the_vectors(root):
    part = Part(open("", data_dir=root, split="train"), 1, 2)
    assert part.fields["label"].shape == (13,)
    np.testing.assert_array_equal(part.labels(), EXPECTED[1::2])
    mix = open_source("celeba-attributes+celeba-attributes-negative", data_dir=root)
    np.testing.assert_array_equal(mix.read(np.array([2, 11]))["label"], EXPECTED[[2, 2]])


def test_faces_with_and_without_attributes_are_the_same_faces(root):
    domains = open_domains(["celeba", "celeba-attributes"], data_dir=root)
    assert domains.pairs_known
    assert domains.classes == ()


def test_inspect_counts_each_attribute(root, tmp_path):
    lines = inspect(open_source("celeba-attributes", data_dir=root), str(tmp_path / "x.png"))
    assert "classes 13 (counted over all)" in lines
    for name, count in zip(ATTRIBUTES, EXPECTED.sum(axis=0), strict=True):
        assert any(line.split() == [name, str(count)] for line in lines.splitlines())


def test_a_list_without_the_attributes(tmp_path):
    write(tmp_path, names=("Bald", *ATTRIBUTES[:-2]), values=VALUES[:, :12])
    with pytest.raises(UserError, match="has no 'Wearing_Lipstick'"):
        open("", data_dir=str(tmp_path), split="train")


def test_some_attributes_by_name(root):
    names = ("Young", "Bald")
    source = open(" Young, Bald", data_dir=root, split="train")
    assert (source.classes, source.label_shape) == (names, (2,))
    expected = (VALUES[:, [NAMES.index(name) for name in names]] == 1).astype(int)
    np.testing.assert_array_equal(source.labels(), expected)
    read = open_source("celeba-attributes:Young,Bald", data_dir=root)
    np.testing.assert_array_equal(read.read(np.arange(9))["label"], expected)
    with pytest.raises(UserError, match="has no 'Yong'; did you mean 'Young'"):
        open("Yong", data_dir=root, split="train")
    with pytest.raises(UserError, match="Young is named twice"):
        open("Young,Young", data_dir=root, split="train")
