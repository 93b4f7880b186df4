import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from data.drawn.glyphs import Glyphs
from data.feeds.domains import open_domains
from data.feeds.pairs import PAIRS, domain_names
from data.reading import transforms
from data.reading.open import open_source
from tests.data.sources.test_idx import write_set
from tfgan_kit.errors import UserError

DATA_DIR = os.environ.get("TFGAN_KIT_DATA", "none")


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch):
    monkeypatch.delenv("TFGAN_KIT_DATA", raising=False)


@pytest.fixture
def cyclegan(tmp_path):
    for part, side, count in (("trainA", 40, 3), ("trainB", 50, 4), ("testA", 40, 2)):
        (tmp_path / "horse2zebra" / part).mkdir(parents=True)
        for k in range(count):
            image = np.full((side, side, 3), 10 * k, np.uint8)
            cv2.imwrite(str(tmp_path / "horse2zebra" / part / f"{k}.png"), image)
    return str(tmp_path)


# Of glyph_biased, one domain is a set of its own.
GLYPH_PAIRS = [pair for pair in PAIRS if pair.startswith("glyph") and pair != "glyph_biased"]
FREE = ("glyph2street", "glyph_unpaired")  # In colours that the other domain does not determine.


@pytest.mark.parametrize("pair", GLYPH_PAIRS)
def test_domains_of_one_set_share_no_example(pair):
    domains = open_domains(domain_names(pair))
    labels = Glyphs().labels()
    for k, reader in enumerate(domains.readers):
        np.testing.assert_array_equal(reader.source.labels(), labels[k::2])
    assert [len(reader) for reader in domains.readers] == [30_000, 30_000]
    assert domains.pairs_known
    assert domains.parts_are_disjoint
    channels = 3 if pair in FREE else 1
    assert domains.image_shape == (32, 32, channels)
    # Example 5 of part 1 is the digit 11, in the look of the second domain.
    whole = open_source(domain_names(pair)[1], image_size=32, channels=channels)
    np.testing.assert_array_equal(
        domains.readers[1].read(np.array([5]))["image"], whole.read(np.array([11]))["image"]
    )


@pytest.mark.parametrize("pair", GLYPH_PAIRS)
@pytest.mark.parametrize("channels", [1, 3])
def test_held_out_examples_are_pairs_and_follow_the_known_transform(pair, channels):
    domains = open_domains(domain_names(pair), channels=channels)
    first, second = domains.held_out()
    assert (len(first), len(second)) == (10_000, 10_000)
    assert domains.held_out()[0] is first
    plain, other = first.read(np.arange(4)), second.read(np.arange(4))
    np.testing.assert_array_equal(plain["label"], other["label"])
    assert domains.transforms[0] is None
    if pair in FREE:
        assert domains.transforms[1] is None
    else:
        expected = np.stack([domains.transforms[1](image) for image in plain["image"]])
        np.testing.assert_array_equal(other["image"], expected)


def test_transforms_are_told_from_the_first_domain_only():
    def known(*names):
        return open_domains(names).transforms

    edge, negative = transforms.edge, transforms.negative
    assert known("glyphs", "glyphs-edge", "glyphs-negative") == (None, edge, negative)
    assert known("glyphs-color", "glyphs-color-edge", "glyphs-edge") == (None, edge, None)
    assert known("glyphs-edge", "glyphs") == (None, None)
    assert known("glyphs-edge", "glyphs-edge") == (None, None)


def test_three_domains():
    domains = open_domains(["glyphs", "glyphs-rotate", "glyphs-color"], image_size=64)
    assert str(domains) == (
        "glyphs[0/3] + glyphs-rotate[1/3] + glyphs-color[2/3]: "
        "20,000, 20,000 and 20,000 examples of 64x64x3, 10 classes"
    )
    assert len(domains) == 3


def test_sets_of_their_own_are_not_cut(cyclegan):
    domains = open_domains(domain_names("horse2zebra"), data_dir=cyclegan)
    # Three of 40x40 and four of 50x50: 64 is the smallest size of a network that holds both.
    assert domains.image_shape == (64, 64, 3)
    assert [len(reader) for reader in domains.readers] == [3, 4]
    assert not domains.pairs_known
    assert not domains.parts_are_disjoint
    assert domains.transforms == (None, None)
    assert domains.classes == ()
    assert str(domains) == "horse2zebra-a + horse2zebra-b: 3 and 4 examples of 64x64x3"


def test_a_folder_with_both_sides_is_a_pair_by_itself(cyclegan):
    folder = f"{cyclegan}/horse2zebra"
    assert domain_names(folder) == (f"{folder}:a", f"{folder}:b")
    domains = open_domains(domain_names(folder))
    assert [len(reader) for reader in domains.readers] == [3, 4]


def test_a_set_without_another_split_has_nothing_held_out(cyclegan):
    domains = open_domains(domain_names("horse2zebra"), data_dir=cyclegan)
    held_out = domains.held_out()
    assert len(held_out[0]) == 2
    assert held_out[0].image_shape == (64, 64, 3)
    assert held_out[1] is None


def test_a_broken_test_split_is_told(tmp_path):
    write_set(tmp_path)
    write_set(tmp_path, prefix="t10k")
    domains = open_domains(("mnist", "mnist-edge"), data_dir=str(tmp_path))
    (broken,) = tmp_path.rglob("t10k-images*")
    broken.write_bytes(broken.read_bytes()[:100])
    with pytest.raises(UserError, match="cannot be read"):
        domains.held_out()
    broken.unlink()
    with pytest.raises(UserError, match=r"lacks t10k-images-idx3-ubyte\.gz"):
        domains.held_out()
    next(tmp_path.rglob("t10k-labels*")).unlink()
    assert domains.held_out() == (None, None)


def test_what_is_held_out_of_a_training_on_the_test_split():
    domains = open_domains(["glyphs", "glyphs-edge"], split="test")
    assert [len(reader) for reader in domains.readers] == [5_000, 5_000]
    assert [len(reader) for reader in domains.held_out()] == [60_000, 60_000]


def test_classes_are_those_that_all_share(tmp_path):
    np.savez(tmp_path / "x.npz", images=np.zeros((4, 8, 8), np.uint8), labels=np.arange(4))
    domains = open_domains(["glyphs", "npz:x.npz"], data_dir=str(tmp_path))
    assert domains.classes == ()
    assert domains.image_shape == (32, 32, 1)
    assert not domains.pairs_known


def test_only_domains_of_the_same_set_are_cut(tmp_path):
    np.savez(tmp_path / "x.npz", images=np.zeros((4, 40, 40, 3), np.uint8))
    names = ["glyphs", "npz:x.npz", "glyphs-edge"]
    domains = open_domains(names, data_dir=str(tmp_path), image_size=16)
    assert [len(reader) for reader in domains.readers] == [30_000, 4, 30_000]
    assert domains.parts_are_disjoint
    assert not domains.pairs_known
    assert domains.image_shape == (16, 16, 3)


def test_mnistm_shows_the_digits_of_mnist(tmp_path):
    write_set(tmp_path / "mnist")
    domains = open_domains(domain_names("mnist2mnistm"), data_dir=str(tmp_path))
    assert [reader.source.labels().tolist() for reader in domains.readers] == [[3, 4, 5], [1, 1, 9]]
    assert domains.pairs_known


def test_bad_files_are_counted_in_each_domain(cyclegan):
    for part in "AB":
        Path(cyclegan, "horse2zebra", f"train{part}", "1.png").write_bytes(b"")
    names = domain_names("horse2zebra")
    for reader in open_domains(names, data_dir=cyclegan, max_bad_files=1).readers:
        reader.read(np.arange(3))
        assert len(reader.bad_files) == 1
    with pytest.raises(UserError, match="no bad examples allowed"):
        open_domains(names, data_dir=cyclegan).readers[1].read(np.arange(3))


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        (("glyphs", "ring"), {}, "ring holds points"),
        (("ring", "ring"), {"image_size": 32}, "ring holds points"),
        (("glyphs", "glyhps"), {}, "did you mean 'glyphs'"),
        (("glyphs", "mnist"), {}, "mnist: no data directory is given"),
        (("glyphs", "glyphs-edge"), {"channels": 2}, "--channels"),
    ],
)
def test_wrong_domains(names, options, message):
    with pytest.raises(UserError, match=message) as caught:
        open_domains(names, **options)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(
    not Path(DATA_DIR, "mnist").is_dir(),
    reason="TFGAN_KIT_DATA names no folder with mnist",
)
def test_mnist2edge_is_the_setting_of_the_paper():
    domains = open_domains(domain_names("mnist2edge"), data_dir=DATA_DIR)
    assert str(domains) == (
        "mnist[0/2] + mnist[1/2]-edge: 30,000 and 30,000 examples of 32x32x1, 10 classes"
    )
    first, second = (reader.read(np.arange(20))["image"] for reader in domains.held_out())
    np.testing.assert_array_equal(second, np.stack([transforms.edge(image) for image in first]))
