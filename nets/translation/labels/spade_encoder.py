"""The encoder of SPADE, which draws a latent that describes the style of an image.

Reference: Park et al., Semantic Image Synthesis with Spatially-Adaptive Normalization, 2019,
section 3 and appendix A.
"""

import keras
from keras import layers

from nets.translation.blocks import normalized
from tfgan_kit.errors import UserError
from tfgan_kit.layers import SpectralConv2D


def encoder(channels, *, size=256, latent_size=256, filters=64, norm="instance"):
    """Returns an encoder: convolutions 3x3 of stride 2 down to 4x4, then mean and log-variance.

    64, 128, 256, then 512 channels, each normalised and with LeakyReLU 0.2. The convolutions are
    spectrally normalised and have no bias. Weights are initialised with
    Glorot's normal distribution.

    Args:
      channels: channels of the image.
      size: height and width of the image: a power of two, at least 8.
      latent_size: length of the latent vector.
      filters: channels of the first map.
      norm: "batch", "layer", "instance" or "none".

    Returns:
      A Keras model "encoder": {"image": (batch, size, size, channels)} to "features_1", ..., one
      per map, and "mean" and "log_variance", each (batch, latent_size), float32.

    Raises:
      UserError: if the size is no such power or the normalisation is unknown.
    """
    if size < 8 or size & (size - 1):
        raise UserError(
            f"SPADE's encoder does not support size {size}; choose a power of two of at least 8"
        )
    image = keras.Input((size, size, channels), name="image")
    x, outputs = image, {}
    for i in range(1, size.bit_length() - 2):
        x = SpectralConv2D(
            filters * min(2 ** (i - 1), 8),
            3,
            strides=2,
            padding="same",
            use_bias=False,
            kernel_initializer=keras.initializers.GlorotNormal(),
            name=f"conv_{i}",
        )(x)
        x = layers.LeakyReLU(0.2, name=f"leaky_relu_{i}")(normalized(x, norm, f"norm_{i}"))
        outputs[f"features_{i}"] = x
    flat = layers.Flatten(name="flatten")(x)
    for name in ("mean", "log_variance"):
        outputs[name] = layers.Dense(
            latent_size,
            kernel_initializer=keras.initializers.GlorotNormal(),
            dtype="float32",
            name=name,
        )(flat)
    return keras.Model({"image": image}, outputs, name="encoder")
