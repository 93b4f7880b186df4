"""Image files in, image files out."""

import cv2
import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.export.examples import example
from tfgan_kit.export.png_endpoint import png_endpoint
from tfgan_kit.fields import image_field, mask_field, seed_field
from tfgan_kit.layers import FillHoles
from tfgan_kit.uses import Call, Use
from tfgan_kit.uses.apply import Bound


def negative(field, *, seed=False):
    """A use that makes negatives."""
    channels = field.shape[2]
    image = keras.Input((None, None, channels), name="input")
    inputs, fields = {"input": image}, {"input": field}
    if seed:
        inputs["seed"], fields["seed"] = keras.Input((), dtype="int64", name="seed"), seed_field()
    network = keras.Model(inputs, {"image": keras.layers.Rescaling(-1.0)(image)})
    call = Call("generator", {name: name for name in fields}, {"image": "image"})
    return Bound(Use("translate", (call,), fields, {"image": field}), {"generator": network})


@pytest.mark.parametrize("seed", [False, True])
@pytest.mark.parametrize(("dtype", "channels"), [("uint8", 1), ("uint8", 3), ("uint16", 1)])
def test_files_keep_their_size_depth_and_channels(dtype, channels, seed):
    largest = np.iinfo(dtype).max
    field = image_field((8, 8, channels), dtype, (0, largest)).of_any_size(8)
    endpoint = png_endpoint(negative(field, seed=seed))
    rng = np.random.default_rng(0)
    images = [rng.integers(0, largest + 1, (*s, channels)).astype(dtype) for s in ((5, 9), (8, 8))]
    files = [cv2.imencode(".png", image)[1].tobytes() for image in images]
    given = [tf.constant(files)] + ([tf.constant([1, 2], tf.int64)] if seed else [])
    assert [spec.name for spec in endpoint.inputs] == ["input_bytes", "seed"][: 1 + seed]
    made = endpoint.call(*given)["image_bytes"].numpy()
    for image, file in zip(images, made, strict=True):
        found = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_UNCHANGED)
        assert found.dtype == dtype
        np.testing.assert_array_equal(found.reshape(image.shape), largest - image)


def test_example_files_can_be_translated():
    endpoint = png_endpoint(negative(image_field((8, 8, 3)).of_any_size(4)))
    inputs = example(endpoint, "normal", rows=2)
    made = endpoint.call(*map(tf.constant, inputs.values()))["image_bytes"]
    assert made.shape == (2,)
    assert tf.io.decode_png(made[0]).shape == (8, 8, 3)


def filling(fields):
    """A use that paints holes white."""
    image, mask = (keras.Input((None, None, c), name=n) for n, c in (("input", 3), ("mask", 1)))
    made = FillHoles((1.0, 1.0, 1.0))([image, mask])
    network = keras.Model({"input": image, "mask": mask}, {"image": made})
    call = Call("generator", {name: name for name in fields}, {"image": "image"})
    use = Use("translate", (call,), fields, {"image": fields["input"]})
    return Bound(use, {"generator": network})


def test_masks_are_files_of_the_size_of_their_images():
    image = image_field((8, 8, 3)).of_any_size(8)
    endpoint = png_endpoint(filling({"input": image, "mask": mask_field((8, 8, 1)).of_any_size(8)}))
    assert [spec.name for spec in endpoint.inputs] == ["input_bytes", "mask_bytes"]
    images = [np.zeros((*size, 3), np.uint8) for size in ((5, 9), (8, 16))]
    holes = [np.zeros(each.shape[:2], np.uint8) for each in images]
    holes[0][1:3, 4:], holes[1][:, 2] = 255, 1
    files = [
        tf.constant([cv2.imencode(".png", each)[1].tobytes() for each in some])
        for some in (images, holes)
    ]
    made = endpoint.call(*files)["image_bytes"].numpy()
    for hole, file in zip(holes, made, strict=True):
        found = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_UNCHANGED)
        np.testing.assert_array_equal(found, np.repeat(255 * (hole[..., None] > 0), 3, -1))
    inputs = example(endpoint, "normal", rows=2)
    assert set(np.unique(tf.io.decode_png(inputs["mask_bytes"][0]))) == {0, 255}


@pytest.mark.parametrize(
    "field",
    [
        image_field((8, 8, 5)).of_any_size(8),
        image_field((8, 8, 1), "float32", (0, 1)).of_any_size(8),
        image_field((8, 8, 3)),
    ],
)
def test_what_a_png_cannot_hold_has_no_such_signature(field):
    assert png_endpoint(negative(field)) is None
