"""Offsets of a latent that pass through the last layers of the network that maps latents.

What these layers make of any numbers lies where mapped latents do, so that an image stays one that
the generator makes.
"""

import keras
import tensorflow as tf

from tfgan_kit.latent.spaces import MAPPED, LatentSpace

LAYERS = 2


class MappedOffset:
    """m(h + e) - m(h) of an offset e, where m are the last layers and h what they usually take.

    It is 0 for an offset of 0.

    Args:
      space: a space of mapped latents.

    Attributes:
      size: how many numbers an offset has.
    """

    def __init__(self, space: LatentSpace):
        (call,) = space.map_use().calls
        network = space.networks[call.network]
        dense = [layer for layer in network.layers if hasattr(layer, "kernel")]
        hidden, w = dense[-LAYERS:][0].input, network.output["w"]
        first, self._last = keras.Model(network.input, hidden), keras.Model(hidden, w)
        self._usual = tf.reduce_mean(first(space.latents(0, MAPPED)), 0, keepdims=True)
        self.size = self._usual.shape[1]

    def __call__(self, offset):
        """The offset of the mapped latent, float32 (batch, n), for one (batch, size)."""
        return self._last(self._usual + offset) - self._last(self._usual)
