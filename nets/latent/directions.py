"""The network that moves latents along directions."""

import keras

from tfgan_kit.layers import Directions


def directions(latent_size, count, **options):
    """Returns the network of a matrix of directions.

    Args:
      latent_size: d, length of the latents.
      count: K, number of directions.
      **options: see `tfgan_kit.layers.Directions`.

    Returns:
      A Keras model "directions" from {"latent": (batch, d), "k": (batch, K), one-hot, "eps":
      (batch, 1)} to "moved" (batch, d), float32. Its layer "directions" has the matrix.
    """
    shapes = {"latent": (latent_size,), "k": (count,), "eps": (1,)}
    inputs = {name: keras.Input(shape, name=name) for name, shape in shapes.items()}
    moved = Directions(count, name="directions", **options)(list(inputs.values()))
    return keras.Model(inputs, {"moved": moved}, name="directions")
