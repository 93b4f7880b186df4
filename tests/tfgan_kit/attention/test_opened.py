"""Networks opened: the layer on the way to the logits, and what is refused."""

import keras
import numpy as np
import pytest
from keras import layers

from nets.translation.unpaired.stargan import discriminator as stargan_discriminator
from tfgan_kit.attention import opened as module
from tfgan_kit.attention.latents import latent_maps
from tfgan_kit.attention.methods import METHODS, cam
from tfgan_kit.attention.opened import Opened
from tfgan_kit.errors import UserError
from tfgan_kit.layers import MinibatchDeviation


def images(count=2, side=16):
    return np.random.default_rng(5).uniform(-1, 1, (count, side, side, 1)).astype("f")


def convolved(*last, shape=(16, 16, 1)):
    keras.utils.set_random_seed(1)
    first = layers.Conv2D(4, 3, activation="relu", name="maps", bias_initializer="normal")
    return keras.Sequential([keras.Input(shape), first, layers.GlobalAveragePooling2D(), *last])


def two_heads():
    """A trunk, a head of patches that is made last, and a head of classes."""
    keras.utils.set_random_seed(2)
    image = keras.Input((16, 16, 1), name="image")
    trunk = layers.Conv2D(4, 3, activation="relu", name="trunk")(image)
    classes = layers.Dense(3, name="classes")(layers.Flatten()(trunk))
    patches = layers.Conv2D(4, 3, activation="relu", name="of_patches")(trunk)
    patches = layers.Conv2D(1, 3, name="patches")(patches)
    return keras.Model(image, {"class_logits": classes, "logits": patches})


def test_the_default_layer_leads_to_the_logits_that_are_asked_for():
    net = two_heads()
    assert Opened(net, "net", output="class_logits").default == "trunk"
    assert Opened(net, "net", output="logits").default == "of_patches"
    for method in METHODS:
        if method != "cam":
            _, maps = METHODS[method](Opened(net, "net", output="class_logits"), images(), [0, 1])
            assert np.abs(maps).max() > 0


def test_the_class_head_of_a_judge_of_patches_is_explained_by_its_trunk():
    net = stargan_discriminator((16, 16, 1), 3, downs=2, filters=4)
    assert Opened(net, "net", output="class_logits").default == "leaky_relu_2"


def test_a_layer_whose_part_is_faded_out_is_no_default():
    image = keras.Input((16, 16, 1))
    kept = layers.Conv2D(4, 3, name="kept")(layers.AveragePooling2D(2)(image))
    grown = layers.ReLU(name="rectified")(layers.Conv2D(4, 3, name="grown")(image))
    grown = layers.ReLU()(grown)  # Keras runs what is further from the end first: "kept" is later.
    ends = [layers.GlobalAveragePooling2D()(x) for x in (grown, layers.Rescaling(0.0)(kept))]
    net = keras.Model(image, layers.Dense(2)(layers.Add()(ends)))
    assert Opened(net, "net").default == "rectified"


def test_a_vae_in_mixed_precision_has_the_maps_of_its_weights_in_float32():
    def encoder():
        return convolved(layers.Dense(3, dtype="float32"))

    plain = encoder()
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    try:
        mixed = encoder()
    finally:
        keras.mixed_precision.set_dtype_policy(before)
    mixed.set_weights(plain.get_weights())
    (_, expected), (_, found) = (
        latent_maps(Opened(net, "net"), images(), "maps") for net in (plain, mixed)
    )
    assert expected.numpy().max() > 0
    np.testing.assert_allclose(found, expected, atol=0.03 * expected.numpy().max())


def test_a_latent_that_does_not_depend_on_the_layer_is_an_error():
    image = keras.Input((16, 16, 1))
    ways = [layers.Conv2D(2, 3, name=name)(image) for name in ("one", "two")]
    ends = [layers.GlobalAveragePooling2D()(way) for way in ways]
    net = keras.Model(image, {"latent": ends[1], "other": ends[0]})
    with pytest.raises(UserError, match="one does not lead to all latents"):
        latent_maps(Opened(net, "net", output="latent"), images(), "one")


def test_a_network_that_compares_images_is_refused():
    stack = [keras.Input((16, 16, 1)), layers.Conv2D(4, 3), MinibatchDeviation(), layers.Flatten()]
    with pytest.raises(UserError, match="depends on the others in the batch"):
        Opened(keras.Sequential([*stack, layers.Dense(1)]), "net")


@pytest.mark.parametrize(
    "last",
    [
        (layers.Dense(3), layers.Lambda(keras.ops.softmax)),
        (layers.Dense(3, activation="softmax"), layers.Reshape((3,))),
    ],
)
def test_probabilities_are_not_taken_for_logits(last):
    with pytest.raises(UserError, match="save a model that ends before it") as error:
        Opened(convolved(*last), "net")
    assert "\n" not in str(error.value)


def test_a_softmax_with_nothing_but_its_name_after_it_is_taken_off():
    plain = convolved(layers.Dense(3))
    ended = convolved(layers.Dense(3, activation="softmax"), layers.Activation("linear"))
    ended.set_weights(plain.get_weights())
    np.testing.assert_array_equal(Opened(ended, "net")(images()), plain(images()))


def test_images_that_are_too_small_for_the_layer_or_the_network_are_refused():
    opened = Opened(convolved(layers.Dense(2), shape=(None, None, 1)), "net")
    for side, text in ((3, "maps has a single position for images of 3x3"), (2, "images of 2x2 (")):
        with pytest.raises(UserError) as error:
            METHODS["grad_cam"](opened, images(side=side), [0, 1])
        assert text in str(error.value)
        assert "\n" not in str(error.value)


def test_a_network_of_any_size_is_tried_out_at_sizes_that_it_takes():
    stack = [layers.Conv2D(2, 33, name=name) for name in "abc"]
    last = (layers.GlobalAveragePooling2D(), layers.Dense(2))
    opened = Opened(keras.Sequential([keras.Input((None, None, 1)), *stack, *last]), "net")
    assert opened.image_shape == (128, 128, 1)
    assert opened.free


def test_a_network_that_takes_no_size_is_refused_in_one_line(monkeypatch):
    monkeypatch.setattr(module, "_FREE", (64,))
    stack = [layers.Conv2D(2, 33) for _ in range(3)]
    last = (layers.GlobalAveragePooling2D(), layers.Dense(2))
    with pytest.raises(UserError, match="net cannot be run on images of 64x64") as error:
        Opened(keras.Sequential([keras.Input((None, None, 1)), *stack, *last]), "net")
    assert "\n" not in str(error.value)


def test_cam_verifies_a_layer_once(monkeypatch):
    opened = Opened(convolved(layers.Dense(2)), "net")
    cam(opened, images(), [0, 1])
    calls, look = [], Opened.look
    monkeypatch.setattr(Opened, "look", lambda *given: calls.append(given) or look(*given))
    cam(opened, images(), [0, 1])
    assert len(calls) == 1


def test_logits_alone_keep_no_layer(monkeypatch):
    opened, kept, recorded = Opened(convolved(layers.Dense(2)), "net"), [], module.recorded
    monkeypatch.setattr(module, "recorded", lambda each: kept.append(each) or recorded(each))
    opened(images())
    assert kept == [[]]
    opened.look(images(), "maps")
    assert [layer.name for layer in kept[1]] == ["maps"]
