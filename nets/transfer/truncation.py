"""The network that keeps drawn latents near the middle of what few images need."""

import keras

from tfgan_kit.layers import ChannelBias, Truncated


def truncation(size, limit, *, uniform=False):
    """Returns a network before a generator whose latents are to be near one point.

    Args:
      size: length of the latents.
      limit: the largest absolute value of their components, relative to that point; of uniform
        ones, at most 1.
      uniform: whether they are uniform instead of normal.

    Returns:
      A Keras model "truncation" from {"noise": (batch, size)}, standard normal, to "latent" (batch,
      size), float32; see `tfgan_kit.layers.Truncated`. Its layer "latent" adds the point, 0 at
      first.
    """
    noise = keras.Input((size,), name="noise")
    drawn = Truncated(limit, uniform, name="drawn", dtype="float32")(noise)
    latent = ChannelBias(name="latent", dtype="float32")(drawn)
    return keras.Model({"noise": noise}, {"latent": latent}, name="truncation")
