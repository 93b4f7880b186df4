"""Antialiased resizing on the device: bicubic as Pillow's but for its rounding, and bilinear.

Each axis is multiplied by a matrix. `tf.image.resize(antialias=True)` gives the same numbers, but
has no kernel for a GPU or for XLA.
"""

import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.pictures.bicubic import bicubic_matrix


def resize_bicubic(images, size):
    """Resizes images on the device.

    Args:
      images: float (batch, height, width, channels) in [-1, 1], of known height and width.
      size: (height, width) of the result.

    Returns:
      float32 (batch, *size, channels) in [-1, 1]: overshoots are clipped, as in an image file, but
      nothing is rounded.
    """
    images = tf.cast(images, tf.float32)
    if tuple(images.shape[1:3]) == tuple(size):
        return images
    rows = bicubic_matrix(images.shape[1], size[0])
    columns = bicubic_matrix(images.shape[2], size[1])
    resized = tf.einsum("yh,bhwc->bywc", rows, images)
    resized = tf.einsum("xw,bywc->byxc", columns, resized)
    return tf.clip_by_value(resized, -1.0, 1.0)


def resize_bilinear(images, size):
    """Resizes images bilinearly, with antialiasing where they shrink.

    Args:
      images: (batch, height, width, channels).
      size: (height, width) of the result, numbers or scalar tensors.

    Returns:
      float32 (batch, *size, channels).
    """
    images = tf.cast(images, tf.float32)
    known = not any(tf.is_tensor(side) for side in size)
    if known and tuple(images.shape[1:3]) == tuple(size):
        return images
    before = tf.unstack(tf.shape(images)[1:3])
    rows, columns = (_triangles(old, new) for old, new in zip(before, size, strict=True))
    resized = tf.einsum("yh,bhwc->bywc", rows, images)
    return tf.einsum("xw,bywc->byxc", columns, resized)


def _triangles(before, after):
    """(after, before): the weight of each old pixel in each new one."""
    scale = tf.cast(before, tf.float32) / tf.cast(after, tf.float32)
    centres = (tf.range(after, dtype=tf.float32) + 0.5) * scale
    distance = tf.abs(tf.range(before, dtype=tf.float32) + 0.5 - centres[:, None])
    weights = tf.nn.relu(1.0 - distance / tf.maximum(scale, 1.0))
    return weights / tf.reduce_sum(weights, 1, keepdims=True)


def downscale(images, factor: int):
    """Returns the low-resolution images of super-resolution; see `resize_bicubic`.

    Args:
      images: float (batch, height, width, channels) in [-1, 1].
      factor: by which both sides are divided.

    Returns:
      float32 (batch, height / factor, width / factor, channels) in [-1, 1].

    Raises:
      UserError: if a side is not a multiple of the factor.
    """
    height, width = images.shape[1:3]
    if height % factor or width % factor:
        raise UserError(
            f"images of {height}x{width} cannot be reduced by {factor}; crop them to multiples of "
            f"{factor}"
        )
    return resize_bicubic(images, (height // factor, width // factor))
