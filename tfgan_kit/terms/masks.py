"""Masks of holes for inpainting, one for each image, as a function of each image's seed.

References:
  Pathak et al., Context Encoders: Feature Learning by Inpainting, 2016, section 3.3, and for the
  regions the noise pattern of the authors' code.
"""

import math

import tensorflow as tf

from tfgan_kit.randomness import uniform_of_each

_SQUARES = 10  # Tried for each image.
_MOST = 0.25  # Share of the image that squares cover at most.
_SIDES = (1 / 8, 1 / 4)  # Of squares, in shorter sides of the image.
_CELL = 1 / (0.06 * 128)  # Of the noise: 1 / 0.06 pixels for the 128 of the code, in shorter sides.
_REGION = (0.2, 0.3)  # Share of the image that a region covers.


def centre(seeds, size: tuple[int, int], *, overlap: int = 0):
    """Masks of the centre of the image, with half its sides.

    Args:
      seeds: integer tensor (b,); only its length matters.
      size: (height, width) of the images, even.
      overlap: pixels that the hole leaves on each of its sides for what is predicted to overlap
        with what is known.

    Returns:
      float32 (b, height, width, 1), 1 in the hole and 0 outside.
    """
    rows, columns = (
        _inside(side, tf.constant([side // 4 + overlap]), side // 2 - 2 * overlap) for side in size
    )
    hole = tf.cast(rows[:, :, None] & columns[:, None, :], tf.float32)[..., None]
    return tf.tile(hole, [tf.shape(seeds)[0], 1, 1, 1])


def block(seeds, size: tuple[int, int]):
    """Masks of squares that may overlap and together cover at most a quarter of the image.

    Ten squares of random places, with sides of 1/8 to 1/4 of the image's shorter one, are tried one
    after another; one that would cover too much is left out.

    Args:
      seeds: integer tensor (b,).
      size: (height, width) of the images.

    Returns:
      float32 (b, height, width, 1), 1 in the hole and 0 outside. The first square always fits.
    """
    height, width = size
    least, most = (max(1, int(share * min(size))) for share in _SIDES)
    draws = uniform_of_each(seeds, "block mask", 3 * _SQUARES)
    hole = tf.zeros([tf.shape(seeds)[0], height, width], tf.bool)
    for one in tf.unstack(tf.reshape(draws, [-1, _SQUARES, 3]), axis=1):
        length = least + _whole(one[:, 0], most - least + 1)
        rows = _inside(height, _whole(one[:, 1], height - length + 1), length)
        columns = _inside(width, _whole(one[:, 2], width - length + 1), length)
        larger = hole | (rows[:, :, None] & columns[:, None, :])
        area = tf.reduce_sum(tf.cast(larger, tf.float32), [1, 2], keepdims=True)
        hole = tf.where(area <= _MOST * height * width, larger, hole)
    return tf.cast(hole, tf.float32)[..., None]


def region(seeds, size: tuple[int, int]):
    """Masks of free shapes that cover 20 to 30 % of the image.

    The holes are where smooth noise is lowest: uniform random numbers, 7.68 of them per shorter
    side of the image, interpolated by Keys' cubic kernel (a = -1/2). The code cuts images out of
    one large pattern, below 0.25, until the area is in the range; here the share is drawn and the
    level chosen for it.

    Args:
      seeds: integer tensor (b,).
      size: (height, width) of the images, at least 4 each.

    Returns:
      float32 (b, height, width, 1), 1 in the hole and 0 outside.
    """
    cell = _CELL * min(size)
    grid = [int(side / cell) + 5 for side in size]
    draws = uniform_of_each(seeds, "region mask", 3 + math.prod(grid))
    share, *offsets = tf.unstack(draws[:, :3], axis=1)
    noise = tf.reshape(draws[:, 3:], [-1, *grid])
    rows, columns = (
        _cubic((tf.range(side, dtype=tf.float32) + 0.5) / cell + offset[:, None], count)
        for side, offset, count in zip(size, offsets, grid, strict=True)
    )
    smooth = tf.einsum("bhi,bij,bwj->bhw", rows, noise, columns)
    pixels = math.prod(size)
    least, most = math.ceil(_REGION[0] * pixels), math.floor(_REGION[1] * pixels)
    ascending = tf.sort(tf.reshape(smooth, [-1, pixels]))
    count = least + _whole(share, most - least + 1)
    level = tf.gather(ascending, count, axis=1, batch_dims=1)
    return tf.cast(smooth < level[:, None, None], tf.float32)[..., None]


KINDS = {"centre": centre, "block": block, "region": region}


def _whole(draws, count):
    """Returns whole numbers from 0 to count - 1 for numbers in [0, 1)."""
    return tf.cast(draws * tf.cast(count, tf.float32), tf.int32)


def _inside(side, start, length):
    """Returns which of `side` positions are among the `length` ones from `start`, (b, side)."""
    position = tf.range(side)[None]
    return (position >= start[:, None]) & (position < (start + length)[:, None])


def _cubic(positions, count):
    """Returns the weights (b, n, count) of noise at -1, 0, 1, ... for positions (b, n)."""
    t = tf.abs(positions[:, :, None] + 1 - tf.range(count, dtype=tf.float32))
    near, far = 1.5 * t**3 - 2.5 * t**2 + 1, -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2
    return tf.where(t <= 1, near, tf.where(t < 2, far, tf.zeros_like(t)))
