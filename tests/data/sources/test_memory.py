import numpy as np
import pytest

from data.sources.memory import MemorySource
from tfgan_kit.errors import UserError
from tfgan_kit.fields import vector_field

IMAGES = np.arange(5 * 4 * 3, dtype=np.uint8).reshape(5, 4, 3)


def test_bytes_are_kept_without_a_copy():
    source = MemorySource("x", IMAGES, np.array([0, 1, 2, 1, 0]), ("a", "b", "c"))
    assert len(source) == 5
    assert source.shape == (4, 3, 1)
    assert source.classes == ("a", "b", "c")
    image, label = source.example(3)
    np.testing.assert_array_equal(image[..., 0], IMAGES[3])
    assert (label, type(label)) == (1, int)
    assert np.shares_memory(image, IMAGES)


def test_colour_and_no_labels():
    source = MemorySource("x", np.zeros((2, 4, 4, 3), np.uint8))
    assert source.shape == (4, 4, 3)
    assert source.classes == ()
    assert source.example(1)[1] == -1


def test_classes_are_numbered_without_names():
    assert MemorySource("x", IMAGES, [[0], [2], [-1], [0], [1]]).classes == ("0", "1", "2")


@pytest.mark.parametrize(
    ("values", "dtype", "value_range", "want"),
    [
        ([0, 0.5, 1], np.float32, None, [0, 128, 255]),
        ([-1, 0.0, 1], np.float64, None, [0, 128, 255]),
        ([0, 0.5, 1], np.float32, (-1, 1), [128, 191, 255]),
        ([0, 100.4, 255], np.float32, (0, 255), [0, 100, 255]),
        ([0, 1, 0], np.bool_, None, [0, 255, 0]),
        ([0, 7, 255], np.int64, None, [0, 7, 255]),
        ([0, 257 * 99, 65535], np.uint16, None, [0, 99, 255]),
        ([0, 9 * 257, 100 * 257], np.uint16, None, [0, 9, 100]),
        # The rule does not depend on what else is in the set: this was [0, 9, 255] before.
        ([0, 9, 255], np.uint16, None, [0, 0, 1]),
    ],
)
def test_other_types_are_scaled(values, dtype, value_range, want):
    images = np.array(values, dtype).reshape(1, 1, 3)
    source = MemorySource("x", images, value_range=value_range)
    assert source.images.dtype == np.uint8
    np.testing.assert_allclose(source.images.ravel().astype(int), want, atol=0.6)


def test_conversion_does_not_stop_at_one_chunk():
    images = np.tile(np.linspace(0, 1, 256, dtype=np.float32), (2500, 1)).reshape(2500, 16, 16)
    np.testing.assert_array_equal(MemorySource("x", images).images[2499].ravel(), np.arange(256))


@pytest.mark.parametrize(
    ("images", "options", "reason"),
    [
        (np.zeros((3, 3)), {}, r"shape \(3, 3\)"),
        (np.zeros((2, 3, 8, 8), np.uint8), {}, "channels, height, width"),
        (np.zeros((0, 8, 8), np.uint8), {}, "no images"),
        (np.full((1, 2, 2), np.nan), {}, "NaN"),
        (np.array([[[0.5, np.nan]]]), {}, "NaN"),
        (np.array([[[0, np.inf]]]), {}, "infinite"),
        (np.array([[[0.0, 255.0]]]), {}, r"\[0, 255\], outside \[0, 1\]"),
        (np.array([[[-3.0, 1.0]]]), {}, "outside"),
        (np.array([[[-0.5, 1.0]]]), {"value_range": (0, 1)}, "outside"),
        (np.array([[[0.5, 1.0]]]), {"value_range": (0, 2)}, "use"),
        (np.array([[[-1, 1]]]), {}, "int64"),
        (np.array([[[0, 70000]]]), {}, "--value-range"),
        (np.array([[["a"]]]), {}, "type"),
    ],
)
def test_odd_images_are_refused_in_one_line(images, options, reason):
    with pytest.raises(UserError, match=reason) as error:
        MemorySource("mine", images, **options)
    assert str(error.value).startswith("mine: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ([1, 2], "5 images but 2 labels"),
        (np.eye(5), "one integer"),
        ([0.5] * 5, "one integer"),
        ([0, 1, 2, 3, 3], "0 to 2"),
        ([-2, 0, 0, 0, 0], "from -2"),
    ],
)
def test_odd_labels_are_refused(labels, reason):
    with pytest.raises(UserError, match=reason):
        MemorySource("x", IMAGES, labels, ("a", "b", "c"))


def test_labels_that_are_vectors():
    vectors = np.arange(10, dtype=np.float64).reshape(5, 2)
    vectors[1] = np.nan
    source = MemorySource("x", IMAGES, vectors)
    assert source.fields["label"] == vector_field(2)
    assert source.read(2)["label"].tolist() == [4, 5]
    assert source.labels().dtype == np.float32
    vectors[3, 1] = np.inf
    with pytest.raises(UserError, match="label 3 has values that are not finite"):
        MemorySource("x", IMAGES, vectors)
