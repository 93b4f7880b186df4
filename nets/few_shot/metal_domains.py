"""MetalGAN's networks for domains without labels: StarGAN's generator with skips, and a PatchGAN.

A thesis of the University of Parma ("Guiding the matrix", 2020), chapter 8. No network is told a
domain: which one a generator translates to is in its weights.
"""

import keras

from nets.blocks import discriminator_model, generator_model
from nets.translation import patchgan
from nets.translation.blocks import padded_convolution
from nets.translation.unpaired.stargan import down_path, last, residual, up_path
from tfgan_kit.errors import UserError

_LEAST = 3  # Pixels a side before the last two convolutions, each of which takes one away.


def generator(channels, *, blocks=6, filters=64):
    """Returns StarGAN's generator without a label, joined on the way up with the way down.

    c7s1-64, two convolutions 4x4 of stride 2 to 128 and 256 channels, residual blocks, two
    transposed convolutions 4x4 of stride 2, each joined with the map of its size, c7s1-3.

    Args:
      channels: channels of the input and the output image.
      blocks: residual blocks.
      filters: channels of the first map.

    Returns:
      A Keras model: {"input": (batch, height, width, channels)} to "features_1", ..., one per map
      of another size and one per block, and "image", (batch, height, width, channels) in [-1, 1].
      Height and width must divide by 4.
    """
    source = keras.Input((None, None, channels), name="input")
    maps = down_path(source, filters)
    skips = maps[:-1]
    for i in range(1, blocks + 1):
        maps.append(residual(maps[-1], f"block_{i}"))
    maps += up_path(maps[-1], filters, skips)
    return generator_model({"input": source}, maps, last(maps[-1], channels))


def discriminator(image_shape, *, layers=3, filters=64):
    """Returns a PatchGAN with two maps of logits, of what is real and of what is of a domain.

    Args:
      image_shape: (height, width, channels), both sides divisible by 2**layers.
      layers: convolutions 4x4 of stride 2; one of stride 1 follows.
      filters: channels of the first map.

    Returns:
      A Keras model: {"image": (batch, *image_shape)} to "features_1", ..., one per convolution,
      "logits" and "domain_logits", (batch, height / 2**layers - 2, width / 2**layers - 2, 1),
      float32. Instance normalisation has a factor and an offset per channel, as the generator's.

    Raises:
      UserError: if no patch would be left.
    """
    if min(image_shape[:2]) < _LEAST * 2**layers:
        raise UserError(
            f"--discriminator-layers {layers} needs images of {_LEAST * 2**layers} pixels a side; "
            "choose fewer, or larger images"
        )
    image = keras.Input(image_shape, name="image")
    features, logits = patchgan.patches(
        image, layers=layers, filters=filters, norm="instance", affine=True
    )
    of_domain = padded_convolution(
        features[-1], 1, padding=1, name="domain_logits", dtype="float32"
    )
    outputs = {"logits": logits, "domain_logits": of_domain}
    return discriminator_model({"image": image}, features, outputs)
