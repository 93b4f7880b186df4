"""The encoder of offsets: how far to move a latent for the generator to make a picture.

After Pan, Dai, Liu, Loy & Luo, Do 2D GANs Know 3D Shape? Unsupervised 3D Shape Reconstruction from
2D Image GANs, 2021; the layers are this kit's.
"""

import keras
from keras import layers

from nets.blocks import scaled, short_side
from nets.latent.encoder_decoder import SIZES
from nets.residual import down_block

_MOST = 512


def offset(image_shape, count, *, width=1.0):
    """Returns a residual encoder whose outputs are 0 at first.

    A block for each halving down to 4x4, from 64 channels, doubled each time, and a last one that
    halves nothing; then a dense layer.

    Args:
      image_shape: (size, size, channels), size 16, 32, 64, 128 or 256.
      count: how many numbers an offset has.
      width: factor on all channel counts.

    Returns:
      A Keras model "offset" from "image" to {"offset": (batch, count)}, float32.

    Raises:
      UserError: for other image shapes.
    """
    size = short_side("offset", image_shape, SIZES)
    steps = (size // 4).bit_length() - 1
    image = x = keras.Input(image_shape, name="image")
    for i in range(steps + 1):
        filters = scaled(min(64 * 2 ** min(i, steps - 1), _MOST), width)
        x = down_block(
            x, filters, norm="none", name=f"block_{i + 1}", down=i < steps, first=i == 0, slope=0.2
        )
    x = layers.LeakyReLU(0.2, name="leaky_relu")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(count, kernel_initializer="zeros", dtype="float32", name="offset")(x)
    return keras.Model(image, {"offset": x}, name="offset")
