"""UNIT: encoders and decoders of several domains that meet in one space of latents.

Reference: Liu, Breuel & Kautz, Unsupervised Image-to-Image Translation Networks, 2017, appendix B.
The channels of the residual blocks are those of the first released code, half of the paper's.
"""

import keras
from keras import layers

from nets.translation.blocks import initial, tanh_image
from nets.translation.residual import Parts
from tfgan_kit.errors import UserError
from tfgan_kit.layers import Conv2D, ReflectionPadding2D

_DOWNS = 2
# The layers of `Parts.residual` in their order, without the sum.
_RESIDUAL = (
    *("1_padding", "1_conv", "1_norm", "1_relu"),
    *("2_padding", "2_conv", "2_norm"),
)
_SLOPE = 0.01  # Of the LeakyReLU of the released code.


def encoders(channels, *, blocks=4, shared_blocks=1, filters=64):
    """Returns an encoder for each domain; their last residual blocks are the same layers.

    c7s1-64 with LeakyReLU and without norm, d128, d256, R256 times `blocks`, in the notation of
    `nets.translation.residual`. The latent of an image x is distributed as N(E(x), 1): the encoder
    gives the mean, the noise comes from outside. Weights start as N(0, 0.02).

    Args:
      channels: letter of each domain -> channels of its images.
      blocks: residual blocks of an encoder.
      shared_blocks: how many of them, the last ones, all domains share.
      filters: channels of the first map.

    Returns:
      Letter of each domain -> Keras model {"image": (batch, height, width, channels)} to "latent":
      (batch, height / 4, width / 4, 4 * filters), float32. Both sides must divide by 4.

    Raises:
      UserError: if more blocks are to be shared than there are.
    """
    _check(blocks, shared_blocks)
    parts, shared = Parts("instance"), _shared("encoder", filters, shared_blocks)
    found = {}
    for letter, count in channels.items():
        x = image = keras.Input((None, None, count), name="image")
        x = ReflectionPadding2D(3, name="first_padding")(x)
        x = Conv2D(filters, 7, kernel_initializer=initial(), name="first_conv")(x)
        x = layers.LeakyReLU(_SLOPE, name="first_leaky_relu")(x)
        for i in range(1, _DOWNS + 1):
            x = parts.down(x, filters * 2**i, f"down_{i}")
        for i in range(1, blocks - shared_blocks + 1):
            x = parts.residual(x, f"block_{i}")
        latent = layers.Activation("linear", dtype="float32", name="latent")(shared(x))
        found[letter] = keras.Model({"image": image}, {"latent": latent}, name=f"encoder_{letter}")
    return found


def decoders(channels, *, blocks=4, shared_blocks=1, filters=64):
    """Returns a decoder for each domain; their first residual blocks are the same layers.

    R256 times `blocks`, u128, u64, a convolution 1x1, tanh.

    Args:
      channels, blocks, filters: see `encoders`.
      shared_blocks: how many of the blocks, the first ones, all domains share.

    Returns:
      Letter of each domain -> Keras model {"latent": (batch, h, w, 4 * filters)} to "image":
      (batch, 4 * h, 4 * w, channels) in [-1, 1].

    Raises:
      UserError: if more blocks are to be shared than there are.
    """
    _check(blocks, shared_blocks)
    parts, shared = Parts("instance"), _shared("decoder", filters, shared_blocks)
    found = {}
    for letter, count in channels.items():
        latent = keras.Input((None, None, filters * 2**_DOWNS), name="latent")
        x = shared(latent)
        for i in range(shared_blocks + 1, blocks + 1):
            x = parts.residual(x, f"block_{i}")
        for i in range(_DOWNS, 0, -1):
            x = parts.up(x, filters * 2 ** (i - 1), f"up_{i}")
        x = Conv2D(count, 1, kernel_initializer=initial(), name="output")(x)
        outputs = {"image": tanh_image(x)}
        found[letter] = keras.Model({"latent": latent}, outputs, name=f"decoder_{letter}")
    return found


def _shared(network, filters, blocks):
    """A function that applies the residual blocks that the domains share to a map.

    It uses the same layers each time, one by one: a flat model can be saved, loaded and looked into
    where one with a model inside cannot.
    """
    parts, x = Parts("instance"), keras.Input((None, None, filters * 2**_DOWNS))
    start = x
    names = [f"shared_{i}" for i in range(1, blocks + 1)]
    for name in names:
        x = parts.residual(x, name)
    made = keras.Model(start, x, name=f"shared_{network}")

    def apply(x):
        for name in names:
            y = x
            for part in _RESIDUAL:
                y = made.get_layer(f"{name}_{part}")(y)
            x = made.get_layer(name)([x, y])
        return x

    return apply


def _check(blocks, shared_blocks):
    if not 0 <= shared_blocks <= blocks:
        raise UserError(
            f"{shared_blocks} blocks cannot be shared: there are {blocks}; share 0 to {blocks}"
        )
