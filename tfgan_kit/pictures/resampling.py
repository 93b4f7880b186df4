"""Antialiased bicubic resizing on the device: the same as Pillow's, but for its rounding.

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
