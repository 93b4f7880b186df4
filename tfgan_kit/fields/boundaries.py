"""Boundaries between the instances of a map."""

import tensorflow as tf


def boundary_map(ids):
    """Returns 1 where an instance's id differs from that of one of the 4 neighbours, otherwise 0.

    Both sides of a boundary count. Beyond the border of the map there is no neighbour.

    Args:
      ids: integer tensor (batch, height, width).

    Returns:
      A float32 tensor (batch, height, width, 1).

    Reference:
      Wang et al., High-Resolution Image Synthesis and Semantic Manipulation with Conditional GANs,
      2018, section 3.3.
    """
    ids = tf.convert_to_tensor(ids)
    below = ids[:, 1:] != ids[:, :-1]
    right = ids[:, :, 1:] != ids[:, :, :-1]
    differs = (
        tf.pad(below, [[0, 0], [1, 0], [0, 0]])
        | tf.pad(below, [[0, 0], [0, 1], [0, 0]])
        | tf.pad(right, [[0, 0], [0, 0], [1, 0]])
        | tf.pad(right, [[0, 0], [0, 0], [0, 1]])
    )
    return tf.cast(differs[..., None], tf.float32)
