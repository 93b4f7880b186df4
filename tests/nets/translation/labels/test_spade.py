import keras
import numpy as np
import pytest

from nets.translation.labels.spade import discriminator, generator
from nets.translation.labels.spade_encoder import encoder
from tests.nets.translation.networks import draw, trainable
from tfgan_kit.errors import UserError
from tfgan_kit.layers import spectral_layers


@pytest.mark.parametrize(
    ("labels", "latent", "expected"),
    [
        (36, {}, 93_048_003),
        (151, {}, 96_492_483),
        (151, {"latent_size": 256, "size": (256, 256)}, 111_942_595),
    ],
)
def test_parameters_of_the_generator(zero_weights, labels, latent, expected):
    assert trainable(generator(labels, 3, **latent)) == expected


def test_parameters_of_the_other_networks(zero_weights):
    assert trainable(encoder(3)) == 10_463_424
    assert trainable(discriminator(3, 36)) == 2 * 2_800_705


@pytest.mark.parametrize(
    ("doublings", "sides"),
    [
        (6, [1, 2, 4, 8, 16, 32, 64]),
        (5, [2, 4, 4, 8, 16, 32, 64]),
        (1, [32, 32, 32, 32, 32, 32, 64]),
    ],
)
def test_maps(doublings, sides):
    model = generator(2, 3, doublings=doublings, filters=1)
    outputs = model.compute_output_shape({"input": (1, 64, 64, 2)})
    channels = [16, 16, 16, 8, 4, 2, 1]
    assert [outputs[f"features_{i}"][1:] for i in range(1, 8)] == [
        (side, side, width) for side, width in zip(sides, channels, strict=True)
    ]
    assert outputs["image"] == (1, 64, 64, 3)


def test_the_first_map_is_of_every_nth_label():
    model = generator(2, 3, doublings=2, filters=1)
    first = keras.Model(model.input, model.get_layer("first").output)
    inputs = draw(model, 16)
    same = {"input": np.zeros_like(inputs["input"])}
    same["input"][:, ::4, ::4] = inputs["input"][:, ::4, ::4]
    np.testing.assert_array_equal(first(inputs), first(same))
    same["input"][:, 4, 8] += 1
    assert np.any(first(inputs) != first(same))


def test_a_label_alters_the_image_within_the_field_only():
    """With moving statistics. At half the size, the first map is reached within 1 pixel, each block
    reads labels within 2 and convolves by 1 twice; the last one and the output add 7 pixels.
    """
    keras.utils.set_random_seed(0)
    model = generator(2, 1, doublings=1, filters=2)
    labels = draw(model, 96, batch=1)["input"]
    other = labels.copy()
    other[0, 48, 48] = 5
    before, after = (model({"input": x})["image"].numpy()[0, ..., 0] for x in (labels, other))
    changed = np.argwhere(before != after)
    assert len(changed)
    radius = 2 * (2 + 6 * 2) + 7
    assert np.abs(changed - 48).max() <= radius < 48


def test_the_latent_gives_the_style():
    model = generator(2, 3, doublings=2, filters=1, latent_size=4, size=(8, 16))
    inputs = draw(model, None)
    other = model({**inputs, "latent": inputs["latent"] + 1})["image"]
    assert other.shape == (2, 8, 16, 3)
    assert np.any(model(inputs)["image"] != other)


def test_convolutions_of_blocks_are_spectrally_normalised():
    model = generator(2, 3, doublings=2, filters=1)
    names = {layer.name for layer in spectral_layers(model)}
    main = {f"block_{i}_conv_{j}" for i in range(1, 8) for j in (1, 2)}
    assert names == main | {f"block_{i}_conv_shortcut" for i in (4, 5, 6, 7)}
    judge = discriminator(3, 2, layers=1, filters=1)
    assert len(spectral_layers(judge)) == 2 * 3


def test_the_encoder_goes_down_to_4x4():
    model = encoder(3, size=32, latent_size=5, filters=2)
    outputs = model(draw(model, None))
    shapes = {name: tuple(x.shape[1:]) for name, x in outputs.items()}
    assert shapes == {
        "features_1": (16, 16, 2),
        "features_2": (8, 8, 4),
        "features_3": (4, 4, 8),
        "mean": (5,),
        "log_variance": (5,),
    }


def test_what_there_is_no_form_for():
    with pytest.raises(UserError, match="7 times; choose 1 to 6"):
        generator(2, 3, doublings=7)
    for size in ((64, 48), (None, None)):
        with pytest.raises(UserError, match="divide by 32, or fewer"):
            generator(2, 3, latent_size=4, size=size)
    with pytest.raises(UserError, match="size 48; choose a power of two"):
        encoder(3, size=48)
