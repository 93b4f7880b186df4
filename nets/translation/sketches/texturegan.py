"""The generator of TextureGAN, which fills a sketch with the texture of a patch.

Reference: Xian et al., TextureGAN: Controlling Deep Image Synthesis with Texture Patches, 2018,
section 3, and its released code.
"""

import keras

from nets.translation.sketches.scribbler import painted
from tfgan_kit.layers import LabToRGB, PlacedTexture


def generator(input_channels, *, filters=32, norm="batch", patch=50):
    """Returns Scribbler's network in Lab, of a sketch and a texture patch placed in it.

    It sees five channels: the lightness of the sketch, the patch in Lab with 0 around it, and where
    the patch is, 1 there and -1 elsewhere. They are joined once more before the last residual
    block, so that the patch reaches the output at full resolution. Inputs and image are RGB: the
    conversions are part of the network.

    Args:
      input_channels: channels of the sketch, 1 or 3.
      filters: channels of the first map.
      norm: "batch", "layer", "instance" or "none".
      patch: side in pixels of the patch that is taken from an opaque texture; see
        `tfgan_kit.layers.PlacedTexture`.

    Returns:
      A Keras model: {"input": (batch, height, width, input_channels), "texture": (batch, height,
      width, 4)}, the texture with alpha, to "features_1", ..., one per residual block, "lab":
      (batch, height, width, 3) in [-1, 1], see `tfgan_kit.pictures.lab`, and "image": the same in
      RGB. Height and width must divide by 8.

    Raises:
      UserError: if the normalisation is unknown.
    """
    inputs = {
        "input": keras.Input((None, None, input_channels), name="input"),
        "texture": keras.Input((None, None, 4), name="texture"),
    }
    source = PlacedTexture(patch, name="placed")([inputs["input"], inputs["texture"]])
    features, lab = painted(source, 3, filters=filters, norm=norm, rejoin_input=True)
    outputs = {f"features_{i}": x for i, x in enumerate(features, start=1)}
    outputs |= {"lab": lab, "image": LabToRGB(name="rgb")(lab)}
    return keras.Model(inputs, outputs, name="generator")
