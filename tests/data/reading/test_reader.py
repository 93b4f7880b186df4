import threading

import numpy as np
import pytest

from data.drawn.glyphs import Glyphs
from data.drawn.points import Points
from data.image_source import ImageSource
from data.reading import transforms
from data.reading.reader import Reader
from data.source import BadExample
from tfgan_kit.errors import UserError


class Fake(ImageSource):
    """Random images, some of them unreadable, that counts how often each is decoded."""

    def __init__(self, count=20, shape=(9, 12, 3), bad=(), sizes=None):
        self.name, self.shape, self.classes = "fake", shape, ("a", "b")
        self.bad, self.sizes, self.count, self.calls = set(bad), sizes, count, []

    def __len__(self):
        return self.count

    def example(self, index):
        self.calls.append(index)
        if index in self.bad:
            raise BadExample(f"fake/{index}.png: truncated")
        shape = self.sizes[index % len(self.sizes)] if self.sizes else self.shape
        rng = np.random.default_rng(index)
        return rng.integers(0, 256, shape, np.uint8), index % 2


BUDGETS = pytest.mark.parametrize("budget", [0, 1 << 30], ids=["direct", "memo"])


@BUDGETS
def test_reads_what_the_source_has(budget):
    source = Fake(shape=(8, 8, 1))
    reader = Reader(source, memory_budget=budget)
    indices = np.array([3, 0, 3, 19])
    got = reader.read(indices)
    expected = np.stack([source.example(i)[0] for i in indices])
    np.testing.assert_array_equal(got["image"], expected)
    assert got["image"].dtype == np.uint8
    assert got["label"].tolist() == [1, 0, 1, 1]
    assert got["label"].dtype == np.int64
    assert (reader.name, reader.classes, len(reader)) == ("fake", ("a", "b"), 20)


@BUDGETS
@pytest.mark.parametrize(
    ("wish", "shape"),
    [
        ((None, None), (9, 12, 3)),
        ((16, None), (16, 16, 3)),
        ((4, 1), (4, 4, 1)),
        ((None, 1), (9, 12, 1)),
        (((8, 16), None), (8, 16, 3)),
    ],
)
def test_fits_to_size_and_channels(wish, shape, budget):
    source = Fake()
    reader = Reader(source, *wish, memory_budget=budget)
    assert reader.image_shape == shape
    got = reader.read(np.arange(5))["image"]
    fitted = [transforms.fit(source.example(i)[0], shape[:2], shape[2]) for i in range(5)]
    np.testing.assert_array_equal(got, np.stack(fitted))


def test_each_example_is_decoded_once_if_all_fit():
    source = Fake(count=10)
    reader = Reader(source, memory_budget=10 * 9 * 12 * 3)
    for start in range(6):
        reader.read(np.arange(start, start + 5))
    assert sorted(source.calls) == list(range(10))


def test_one_byte_over_the_budget_decodes_again():
    source = Fake(count=10)
    reader = Reader(source, memory_budget=10 * 9 * 12 * 3 - 1)
    first = reader.read(np.arange(5))
    np.testing.assert_array_equal(reader.read(np.arange(5))["image"], first["image"])
    assert sorted(source.calls) == sorted(2 * list(range(5)))


@BUDGETS
def test_what_is_read_is_the_callers(budget):
    reader = Reader(Fake(), memory_budget=budget)
    before = reader.read(np.arange(4))["image"].copy()
    reader.read(np.arange(4))["image"][:] = 0
    np.testing.assert_array_equal(reader.read(np.arange(4))["image"], before)


def test_threads_read_the_same():
    reader, alone = Reader(Glyphs(size=16)), Reader(Glyphs(size=16), memory_budget=0)
    indices = np.random.default_rng(0).integers(0, 600, (8, 500))
    results = [None] * len(indices)

    def work(k):
        results[k] = reader.read(indices[k])

    threads = [threading.Thread(target=work, args=(k,)) for k in range(len(indices))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k, result in enumerate(results):
        expected = alone.read(indices[k])
        np.testing.assert_array_equal(result["image"], expected["image"])
        np.testing.assert_array_equal(result["label"], expected["label"])


@BUDGETS
def test_a_bad_example_becomes_the_next_good_one(budget):
    source = Fake(bad=(4, 5, 19))
    reader = Reader(source, max_bad_files=3, memory_budget=budget)
    got = reader.read(np.array([4, 5, 19, 6, 0]))
    good = reader.read(np.array([6, 6, 0, 6, 0]))
    np.testing.assert_array_equal(got["image"], good["image"])
    np.testing.assert_array_equal(got["label"], good["label"])
    assert reader.bad_files == [f"fake/{i}.png: truncated" for i in (4, 5, 19)]
    reader.read(np.array([4, 5, 19]))
    assert len(reader.bad_files) == 3


def test_one_bad_example_too_many():
    with pytest.raises(UserError, match=r"^fake/4.png: truncated \(no bad .*--max-bad-files"):
        Reader(Fake(bad=(4,))).read(np.arange(10))
    reader = Reader(Fake(bad=(4, 7)), max_bad_files=1)
    reader.read(np.arange(7))
    with pytest.raises(UserError, match=r"^fake/7.png: truncated \(at most 1 bad"):
        reader.read(np.array([7]))


def test_nothing_but_bad_examples():
    with pytest.raises(UserError, match="none of its 5 examples can be read"):
        Reader(Fake(count=5, bad=range(5)), max_bad_files=5).read(np.array([2]))


def test_other_errors_are_not_swallowed():
    source = Fake()
    source.example = lambda index: 1 / 0
    with pytest.raises(ZeroDivisionError):
        Reader(source, max_bad_files=10).read(np.array([0]))


def test_images_of_different_size():
    source = Fake(shape=None, sizes=[(30, 20, 3), (8, 50, 1)])
    source.mixed, source.channels = "x.png is 20x30, y.png is 50x8", 3
    with pytest.raises(UserError, match=r"fake: .*\(x.png is 20x30, y.png is 50x8\).*--image-size"):
        Reader(source)
    reader = Reader(source, 16)
    assert reader.image_shape == (16, 16, 3)
    assert reader.read(np.arange(4))["image"].shape == (4, 16, 16, 3)
    source.channels = 1
    assert Reader(source, 16).image_shape == (16, 16, 1)


def test_a_drawing_source_draws_at_the_size():
    reader = Reader(Glyphs(), 64)
    np.testing.assert_array_equal(
        reader.read(np.array([5]))["image"][0], Glyphs(size=64).example(5)[0]
    )
    # Beyond what it can draw, the reader resizes.
    assert Reader(Glyphs(), 300).read(np.array([5]))["image"].shape == (1, 300, 300, 1)


@pytest.mark.parametrize("name", transforms.TRANSFORMS)
def test_a_transform_comes_after_fitting(name):
    plain, changed = Reader(Fake(), 6), Reader(Fake(), 6, transform=name)
    assert changed.name == f"fake-{name}"
    expected = [transforms.TRANSFORMS[name](x) for x in plain.read(np.arange(4))["image"]]
    np.testing.assert_array_equal(changed.read(np.arange(4))["image"], np.stack(expected))


@BUDGETS
def test_points(budget):
    source = Points("ring")
    reader = Reader(source, memory_budget=budget)
    assert reader.is_points
    assert reader.image_shape == (2,)
    got = reader.read(np.array([7, 7, 1]))
    assert got["image"].dtype == np.float32
    np.testing.assert_array_equal(got["image"][2], source.example(1)[0])
    assert got["label"].tolist() == [7, 7, 1]


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        (Fake(count=0), {}, "fake: there are no examples"),
        (Fake(), {"channels": 2}, "--channels must be 1"),
        (Fake(), {"image_size": 0}, "--image-size needs .*at least 1, not 0"),
        (Points("ring"), {"image_size": 32}, "points.*--image-size"),
        (Points("ring"), {"channels": 1}, "points.*--channels"),
        (Points("ring"), {"transform": "edge"}, "points.*transformed"),
    ],
)
def test_wrong_wishes(source, options, message):
    with pytest.raises(UserError, match=message):
        Reader(source, **options)
