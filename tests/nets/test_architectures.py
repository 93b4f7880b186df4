"""Each architecture against its paper: parameters counted by hand, initial weights, order."""

import itertools

import keras
import numpy as np
import pytest

from nets import dcgan, mlp, sngan_resnet, wgan_resnet
from nets.conditional import acgan, acgan_small, cgan_mlp
from nets.conditioning import DiscriminatorLabel, GeneratorLabel
from tfgan_kit.layers import Dropout, GaussianNoise


def conv(size, inputs, outputs, bias=True):
    return size * size * inputs * outputs + bias * outputs


def norm(channels, moving=False):
    return (4 if moving else 2) * channels


def trainable(model):
    return sum(int(np.prod(w.shape)) for w in model.trainable_variables)


def test_mlp_of_the_toy_study():
    hidden = 2 * (128 * 128 + 128)
    assert mlp.generator((2,), 10).count_params() == 11 * 128 + hidden + 129 * 2
    assert mlp.discriminator((2,)).count_params() == 3 * 128 + hidden + 129


def test_dcgan_64():
    expected = 100 * 16 * 512 + norm(512, moving=True)
    for inputs, outputs in ((512, 256), (256, 128), (128, 64)):
        expected += conv(4, inputs, outputs, bias=False) + norm(outputs, moving=True)
    expected += conv(4, 64, 3)
    assert dcgan.generator((64, 64, 3), 100).count_params() == expected

    expected = conv(4, 3, 64)
    for inputs, outputs in ((64, 128), (128, 256), (256, 512)):
        expected += conv(4, inputs, outputs, bias=False) + norm(outputs, moving=True)
    expected += 16 * 512 + 1
    assert dcgan.discriminator((64, 64, 3)).count_params() == expected


def test_wgan_resnet_64():
    expected = 129 * 16 * 512
    for inputs, outputs in ((512, 512), (512, 256), (256, 128), (128, 64)):
        expected += norm(inputs) + conv(3, inputs, outputs)
        expected += norm(outputs) + conv(3, outputs, outputs) + conv(1, inputs, outputs, False)
    expected += norm(64) + conv(3, 64, 3)
    generator = wgan_resnet.generator((64, 64, 3), 128, norm="layer")
    assert generator.count_params() == expected

    expected = conv(3, 3, 64)
    for inputs, outputs in ((64, 128), (128, 256), (256, 512), (512, 512)):
        expected += norm(inputs) + conv(3, inputs, inputs)
        expected += norm(inputs) + conv(3, inputs, outputs) + conv(1, inputs, outputs, False)
    expected += 16 * 512 + 1
    assert wgan_resnet.discriminator((64, 64, 3)).count_params() == expected


def test_sngan_resnet_32():
    expected = 128 * 16 * 256
    for _ in range(3):
        expected += 2 * (norm(256) + conv(3, 256, 256, bias=False)) + conv(1, 256, 256, False)
    expected += norm(256) + conv(3, 256, 3)
    assert trainable(sngan_resnet.generator((32, 32, 3), 128)) == expected

    expected = conv(3, 3, 128) + conv(3, 128, 128) + conv(1, 3, 128, bias=False)
    expected += 2 * conv(3, 128, 128) + conv(1, 128, 128, bias=False)
    expected += 2 * 2 * conv(3, 128, 128) + 129
    assert trainable(sngan_resnet.discriminator((32, 32, 3))) == expected


def test_projection_discriminator_32():
    """Miyato & Koyama 2018: all convolutions have biases; psi and the embedding have none."""
    expected = 129 * 16 * 256
    for _ in range(3):
        tables = 2 * 2 * 10 * 256
        expected += tables + 2 * conv(3, 256, 256) + conv(1, 256, 256)
    expected += norm(256) + conv(3, 256, 3)
    generator = sngan_resnet.generator((32, 32, 3), 128, label=GeneratorLabel("cbn", 10))
    assert trainable(generator) == expected == 4_304_387

    expected = conv(3, 3, 128) + conv(3, 128, 128) + conv(1, 3, 128)
    expected += 2 * conv(3, 128, 128) + conv(1, 128, 128)
    expected += 2 * 2 * conv(3, 128, 128) + 128 + 10 * 128
    label = DiscriminatorLabel("projection", 10)
    assert trainable(sngan_resnet.discriminator((32, 32, 3), label=label)) == expected == 1_055_104


def test_conditional_gan_of_2014():
    generator = cgan_mlp.generator((28, 28, 1), 100, label=GeneratorLabel("branch", 10))
    assert trainable(generator) == 101 * 200 + 11 * 1000 + 1201 * 1200 + 1201 * 784
    label = DiscriminatorLabel("branch", 10)
    discriminator = cgan_mlp.discriminator((28, 28, 1), label=label)
    assert trainable(discriminator) == 785 * 1200 + 11 * 250 + 291 * 960 + 241
    for model in (generator, discriminator):
        assert [layer.rate for layer in model.layers if isinstance(layer, Dropout)] == [0.5, 0.5]


@pytest.mark.parametrize(
    ("size", "first", "channels"), [(32, 16, (384, 192, 96)), (128, 64, (768, 384, 256, 192))]
)
def test_acgan(size, first, channels):
    shape = (size, size, 3)
    expected = 111 * first * channels[0]
    for inputs, outputs in itertools.pairwise(channels):
        expected += conv(5, inputs, outputs, bias=False) + norm(outputs)
    expected += conv(5, channels[-1], 3)
    assert trainable(acgan.generator(shape, 100, label=GeneratorLabel("concat", 10))) == expected

    expected = conv(3, 3, 16)
    for inputs, outputs in itertools.pairwise((16, 32, 64, 128, 256, 512)):
        expected += conv(3, inputs, outputs, bias=False) + norm(outputs)
    expected += ((size // 8) ** 2 * 512 + 1) * (1 + 10)
    discriminator = acgan.discriminator(shape, label=DiscriminatorLabel("auxiliary", 10))
    assert trainable(discriminator) == expected
    assert layers_of(discriminator, keras.layers.BatchNormalization) == [
        f"norm_{i}" for i in range(2, 7)
    ]


def test_acgan_of_28_pixels():
    expected = 100 * 10 + 101 * 9 * 384
    expected += conv(5, 384, 192, bias=False) + norm(192)
    expected += conv(5, 192, 96, bias=False) + norm(96) + conv(5, 96, 1)
    generator = acgan_small.generator((28, 28, 1), 100, label=GeneratorLabel("multiply", 10))
    assert trainable(generator) == expected
    assert [generator.output[f"features_{i}"].shape[1] for i in (1, 2, 3)] == [3, 7, 14]

    expected = conv(3, 1, 32) + conv(3, 32, 64) + conv(3, 64, 128) + conv(3, 128, 256)
    expected += (7 * 7 * 256 + 1) * (1 + 10)
    discriminator = acgan_small.discriminator(
        (28, 28, 1), label=DiscriminatorLabel("auxiliary", 10)
    )
    assert trainable(discriminator) == expected


def test_acgan_drops_and_disturbs_every_activation():
    for make, shape, count, rate in (
        (acgan.discriminator, (32, 32, 1), 6, 0.5),
        (acgan_small.discriminator, (28, 28, 1), 4, 0.3),
    ):
        plain, noisy = make(shape, width=1 / 16), make(shape, width=1 / 16, noise=0.1)
        assert not layers_of(plain, GaussianNoise)
        for model in (plain, noisy):
            rates = [layer.rate for layer in model.layers if isinstance(layer, Dropout)]
            assert rates == [rate] * count
        deviations = [layer.stddev for layer in noisy.layers if isinstance(layer, GaussianNoise)]
        assert deviations == [0.1] * count


def test_maxout_is_the_largest_of_its_pieces():
    keras.utils.set_random_seed(0)
    image = np.random.default_rng(0).normal(size=(3, 5)).astype("float32")
    model = cgan_mlp.discriminator((5,), width=1 / 80)
    layer = model.get_layer("hidden_1")
    layer.bias.assign(np.random.default_rng(1).normal(size=layer.bias.shape))
    pieces = (image @ layer.kernel.numpy() + layer.bias.numpy()).reshape(3, 3, 5)
    np.testing.assert_allclose(model(image)["features_1"], pieces.max(2), rtol=1e-5, atol=1e-6)


def test_sngan_resnet_sums_over_positions():
    discriminator = sngan_resnet.discriminator((32, 32, 3), width=1 / 16)
    outputs = discriminator(np.random.default_rng(0).normal(size=(2, 32, 32, 3)))
    summed = np.maximum(outputs["features_4"], 0).sum((1, 2))
    np.testing.assert_allclose(outputs["features_5"], summed, rtol=1e-5)


def layers_of(model, kind):
    return [layer.name for layer in model.layers if isinstance(layer, kind)]


def test_dcgan_follows_its_rules():
    keras.utils.set_random_seed(0)
    generator, discriminator = dcgan.generator((64, 64, 3), 100), dcgan.discriminator((64, 64, 3))
    batch_norm = keras.layers.BatchNormalization
    assert layers_of(generator, batch_norm) == ["norm_1", "norm_2", "norm_3", "norm_4"]
    assert layers_of(discriminator, batch_norm) == ["norm_2", "norm_3", "norm_4"]
    assert len(layers_of(generator, keras.layers.ReLU)) == 4
    slopes = [layer.negative_slope for layer in discriminator.layers if "leaky" in layer.name]
    assert slopes == [pytest.approx(0.2)] * 4
    for model in (generator, discriminator):
        for weight in model.trainable_variables:
            if weight.name == "kernel":
                assert np.std(weight) == pytest.approx(0.02, rel=0.06)


def test_convolutions_of_stride_two_see_the_image_symmetrically():
    """A flipped image gives flipped maps, if the kernels are symmetric."""
    discriminator = dcgan.discriminator((32, 32, 1), width=1 / 32, norm="none")
    for weight in discriminator.trainable_variables:
        if weight.name == "kernel" and len(weight.shape) == 4:
            weight.assign(weight + weight.numpy()[::-1, ::-1])
    image = np.random.default_rng(0).normal(size=(1, 32, 32, 1)).astype("float32")
    maps = discriminator(image)["features_3"].numpy()
    flipped = discriminator(image[:, ::-1, ::-1])["features_3"].numpy()
    np.testing.assert_allclose(flipped[:, ::-1, ::-1], maps, rtol=1e-4, atol=1e-6)


def test_residual_blocks_start_with_the_variance_of_the_papers():
    keras.utils.set_random_seed(0)
    kernels = {w.path: w.numpy() for w in wgan_resnet.generator((32, 32, 3), 128).weights}
    he = kernels["block_1_conv_1/kernel"]
    assert he.std() == pytest.approx(np.sqrt(2 / (9 * 512)), rel=0.02)
    kernels = {w.path: w.numpy() for w in sngan_resnet.discriminator((32, 32, 3)).weights}
    glorot = kernels["block_3_conv_1/kernel"]
    assert glorot.std() == pytest.approx(np.sqrt(2) * np.sqrt(2 / (9 * 256)), rel=0.02)
    shortcut = kernels["block_2_shortcut/kernel"]
    assert shortcut.std() == pytest.approx(np.sqrt(2 / 256), rel=0.02)
