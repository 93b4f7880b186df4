"""Mixing of styles: the coarse layers of one image, the fine ones of another."""

import tensorflow as tf


def mixed(first, second, cuts, layers: int):
    """The intermediate latents of all layers, of two images each.

    Args:
      first, second: intermediate latents, (batch, n).
      cuts: for each example the number of layers, from the first, that take `first`, (batch,)
        integers.
      layers: how many layers there are.

    Returns:
      (batch, layers, n). Karras et al. 2019, section 3.1; in the authors' code a batch has one cut.
    """
    early = (tf.range(layers)[None] < cuts[:, None])[..., None]
    return tf.where(early, first[:, None], second[:, None])
