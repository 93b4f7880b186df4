"""Discriminators of several domains as one flat model, without layers in common."""

import keras
from keras import layers as keras_layers

from nets.blocks import conv2d
from nets.translation.blocks import initial
from nets.translation.multiscale import halved
from nets.translation.patchgan import patches
from tfgan_kit.layers import Conv2D, ReflectionPadding2D


def cyclegan_discriminator(channels, *, layers=3, filters=64, norm="instance"):
    """Returns CycleGAN's discriminators, a PatchGAN each; see `nets.translation.patchgan`.

    Args:
      channels: letter of each domain -> channels of its images.
      layers: convolutions of stride 2; 3 for logits that see 70x70 pixels.
      filters: channels of the first map.
      norm: "batch", "layer", "instance" or "none", before each LeakyReLU but the first.

    Returns:
      A Keras model: {"image_a": (batch, height, width, channels), ...} to "features_1_a", ..., the
      hidden maps, and "logits_a", and so on for each domain. `nets.sharing.domain_model` gives that
      of one domain.

    Raises:
      UserError: see `nets.translation.patchgan.discriminator`.

    Reference:
      Zhu et al., Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks,
      2017, section 4.
    """

    def judged(x, letter):
        settings = {"layers": layers, "filters": filters, "norm": norm}
        features, logits = patches(x, **settings, prefix=f"{letter}_")
        found = {f"features_{i}": each for i, each in enumerate(features, start=1)}
        return found | {"logits": logits}

    return _joint(channels, judged)


def unit_discriminator(channels, *, layers=5, filters=64, size=3):
    """Returns UNIT's discriminators: convolutions 3x3 of stride 2 with LeakyReLU 0.2, then 1x1.

    64, 128, 256, 512, 1024 channels; no normalisation. Weights start as N(0, 0.02).

    Args:
      channels: letter of each domain -> channels of its images.
      layers: number of convolutions of stride 2.
      filters: channels of the first map.
      size: of their kernels.

    Returns:
      A Keras model: {"image_a": (batch, height, width, channels), ...} to "features_1_a", ..., the
      maps after each convolution, and "logits_a": (batch, height / 2**layers, width / 2**layers,
      1), and so on for each domain. `nets.sharing.domain_model` gives that of one domain.

    Reference:
      Liu, Breuel & Kautz, Unsupervised Image-to-Image Translation Networks, 2017, appendix B.
    """

    def judged(x, letter):
        found = {}
        for i in range(1, layers + 1):
            name = f"{letter}_conv_{i}"
            width = filters * 2 ** (i - 1)
            x = conv2d(width, size, strides=2, kernel_initializer=initial(), name=name)(x)
            x = keras_layers.LeakyReLU(0.2, name=f"{letter}_leaky_relu_{i}")(x)
            found[f"features_{i}"] = x
        return found | {"logits": _logits(x, f"{letter}_logits")}

    return _joint(channels, judged)


def munit_discriminator(channels, *, scales=3, layers=4, filters=64):
    """Returns MUNIT's discriminators, each of which judges an image and its halvings.

    Per scale, with weights of its own: convolutions 4x4 of stride 2 that pad by reflection, with
    LeakyReLU 0.2 and without normalisation, 64, 128, 256, 512 channels, then 1x1. Weights start as
    N(0, 0.02).

    Args:
      channels: letter of each domain -> channels of its images.
      scales: number of resolutions.
      layers: number of convolutions of stride 2 per scale.
      filters: channels of the first map.

    Returns:
      A Keras model: {"image_a": (batch, height, width, channels), ...} to "logits_1_a" (of the full
      size) to "logits_n_a" of the n scales, and so on for each domain. The smallest scale must have
      at least 2**layers pixels a side.

    Reference:
      Huang et al., Multimodal Unsupervised Image-to-Image Translation, 2018, appendix B.2.
    """

    def judged(x, letter):
        found = {}
        for scale in range(1, scales + 1):
            prefix = f"{letter}_scale_{scale}"
            if scale > 1:
                x = halved(x, f"{letter}_halved_{scale}")
            y = x
            for i in range(1, layers + 1):
                y = ReflectionPadding2D(1, name=f"{prefix}_padding_{i}")(y)
                width, name = filters * 2 ** (i - 1), f"{prefix}_conv_{i}"
                y = Conv2D(width, 4, strides=2, kernel_initializer=initial(), name=name)(y)
                y = keras_layers.LeakyReLU(0.2, name=f"{prefix}_leaky_relu_{i}")(y)
            found[f"logits_{scale}"] = _logits(y, f"{prefix}_logits")
        return found

    return _joint(channels, judged)


def _logits(x, name):
    return Conv2D(1, 1, kernel_initializer=initial(), dtype="float32", name=name)(x)


def _joint(channels, judged):
    """The flat model of all domains; `judged` maps an image and a letter to named outputs."""
    inputs, outputs = {}, {}
    for letter, count in channels.items():
        image = inputs[f"image_{letter}"] = keras.Input((None, None, count), name=f"image_{letter}")
        found = judged(image, letter)
        outputs |= {f"{name}_{letter}": tensor for name, tensor in found.items()}
    return keras.Model(inputs, outputs, name="discriminator")
