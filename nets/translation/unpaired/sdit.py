"""SDIT: StarGAN's networks with a latent, by which one generator gives diverse translations.

Reference: Wang et al., SDIT: Scalable and Diverse Cross-domain Image Translation, 2019, section 3;
Wang, doctoral thesis, Universitat Autonoma de Barcelona, chapter 6.
"""

import functools

import keras
from keras import layers

from nets.blocks import conv2d, generator_model
from nets.translation.unpaired import stargan
from tfgan_kit.layers import LabelMaps, normalization

_HIDDEN = 256  # Units of the network that maps the latent.


def generator(
    channels, label_size, latent_size=8, *, blocks=6, styled_blocks=4, filters=64, attention=True
):
    """Returns StarGAN's generator with further blocks before the way up, which a latent controls.

    The latent z goes through a hidden layer of 256 units to a factor and an offset for each channel
    of each instance normalisation in the further blocks. Their result f replaces the maps e before
    them where an attention a, a map of its own, says so: (1 - a) e + a f.

    Args:
      channels: channels of the input and the output image.
      label_size: length of a label as a network input.
      latent_size: length of a latent.
      blocks: residual blocks without the latent.
      styled_blocks: residual blocks with it.
      filters: channels of the first map.
      attention: whether there is an attention; without it a is 1 throughout.

    Returns:
      A Keras model: {"input": (batch, height, width, channels), "label": (batch, label_size),
      "latent": (batch, latent_size)} to "features_1", ..., "attention", (batch, height / 4, width /
      4, 1) in [0, 1], if there is one, and "image", (batch, height, width, channels) in [-1, 1].
      Height and width must divide by 4.
    """
    source = keras.Input((None, None, channels), name="input")
    label = keras.Input((label_size,), name="label")
    latent = keras.Input((latent_size,), name="latent")
    maps = stargan.down_path(LabelMaps(name="joined")([source, label]), filters)
    for i in range(1, blocks + 1):
        maps.append(stargan.residual(maps[-1], f"block_{i}"))
    plain = maps[-1]
    style = layers.Dense(_HIDDEN, activation="relu", name="style")(latent)
    styled_norm = functools.partial(_styled_norm, style=style)
    for i in range(1, styled_blocks + 1):
        maps.append(stargan.residual(maps[-1], f"styled_{i}", styled_norm))
    joined, others = maps[-1], {}
    if attention:
        share = conv2d(1, 3, activation="sigmoid", name="attention")(plain)
        change = layers.Subtract(name="change")([joined, plain])
        joined = layers.Add(name="attended")([plain, layers.Multiply()([share, change])])
        others = {"attention": share}
        maps.append(joined)
    maps += stargan.up_path(joined, filters)
    inputs = {"input": source, "label": label, "latent": latent}
    return generator_model(inputs, maps, stargan.last(maps[-1], channels), **others)


def discriminator(image_shape, classes, latent_size=8, *, downs=6, filters=64):
    """Returns StarGAN's discriminator with a further output, the latent of a translation.

    Args:
      image_shape, classes, downs, filters: see `nets.translation.unpaired.stargan.discriminator`.
      latent_size: length of a latent.

    Returns:
      The same Keras model with the output "latent", (batch, latent_size), float32: a convolution
      3x3 of the last map to as many channels, then a dense layer.
    """
    model = stargan.discriminator(image_shape, classes, downs=downs, filters=filters)
    x = conv2d(latent_size, 3, name="latent_conv")(model.output[f"features_{downs}"])
    x = layers.Flatten(name="latent_flat")(x)
    latent = layers.Dense(latent_size, dtype="float32", name="latent")(x)
    outputs = {**model.output, "latent": latent}
    return keras.Model(model.input, outputs, name="discriminator")


def _styled_norm(x, name, style):
    """Returns (1 + gamma) times the normalised x plus beta; both are linear in the style."""
    channels = x.shape[-1]
    x = normalization("instance", f"{name}_norm", affine=False)(x)
    gamma, beta = (
        layers.Reshape((1, 1, channels), name=f"{name}_{part}_map")(
            layers.Dense(channels, name=f"{name}_{part}")(style)
        )
        for part in ("gamma", "beta")
    )
    factor = layers.Rescaling(1.0, offset=1.0, name=f"{name}_factor")(gamma)
    return layers.Add(name=f"{name}_sum")(
        [layers.Multiply(name=f"{name}_product")([x, factor]), beta]
    )
