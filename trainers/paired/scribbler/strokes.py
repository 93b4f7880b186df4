"""Colour strokes as a user might draw them into a sketch, taken from the image it becomes.

Reference: Sangkloy et al., Scribbler: Controlling Deep Image Synthesis with Sketch and Color, 2017,
section 3.4. The numbers are ours.
"""

import math

import tensorflow as tf

from tfgan_kit.randomness import uniform

BLUR, LONGEST, WIDEST = 1 / 64, 0.4, 1 / 24  # Deviation, length and width in shares of the side.
THRESHOLD = 0.2  # How far a colour may be from the stroke's, in any channel; the range is 2.
_DRAWS = 5  # Of a stroke: its start, angle, length and width.


def drawn_strokes(images, seed, most: int):
    """Draws 0 to `most` strokes for each image, in its own colours.

    A stroke starts at a random pixel of the blurred image and goes straight in a random direction.
    It ends after a random length, at the border, or where the colour of the blurred image leaves a
    threshold around that of its start, which is the colour of the stroke. Later strokes cover
    earlier ones. The number of strokes is uniform, so that "none" is learned, too.

    Args:
      images: float (batch, height, width, channels) in [-1, 1], of known height and width.
      seed: integer tensor [2]; see `tfgan_kit.randomness`.
      most: the largest number of strokes.

    Returns:
      float32 (batch, height, width, channels + 1) in [-1, 1]: colours, 0 where there is none, and
      alpha, 1 in a stroke and -1 elsewhere. No gradient flows through it.
    """
    (height, width, channels), batch = images.shape[1:], tf.shape(images)[0]
    side = min(height, width)
    blurred = _blurred(images, side * BLUR)
    draws = uniform(seed, [batch, 1 + _DRAWS * most])
    count = tf.floor(draws[:, 0] * (most + 1))
    strokes = tf.reshape(draws[:, 1:], [batch, most, _DRAWS])
    start = tf.floor(strokes[..., :2] * (height, width))
    angle = 2 * math.pi * strokes[..., 2]
    way = tf.stack([tf.sin(angle), tf.cos(angle)], -1)
    steps = tf.range(math.ceil(LONGEST * side) + 1, dtype=tf.float32)
    places = start[:, :, None] + steps[:, None] * way[:, :, None]
    inside = tf.reduce_all((places > -0.5) & (places < (height - 0.5, width - 0.5)), -1)
    nearest = tf.cast(tf.round(places), tf.int32)
    nearest = tf.clip_by_value(nearest, 0, (height - 1, width - 1))
    colours = tf.gather_nd(blurred, nearest, batch_dims=1)
    alike = tf.reduce_max(tf.abs(colours - colours[:, :, :1]), -1) <= THRESHOLD
    goes_on = inside & alike & (steps <= strokes[..., 3:4] * LONGEST * side)
    length = tf.reduce_sum(tf.math.cumprod(tf.cast(goes_on, tf.float32), -1), -1) - 1.0
    radius = (1.0 + strokes[..., 4] * WIDEST * side) / 2.0
    pixels = tf.stack(tf.meshgrid(tf.range(height), tf.range(width), indexing="ij"), -1)
    pixels = tf.cast(pixels, tf.float32)

    def paint(k, canvas):
        """Covers what is near the k-th stroke of each image."""
        at, along = start[:, k, None, None], way[:, k, None, None]
        offset = pixels - at
        reached = tf.reduce_sum(offset * along, -1, keepdims=True)
        reached = tf.clip_by_value(reached, 0.0, length[:, k, None, None, None])
        distance = tf.norm(offset - reached * along, axis=-1, keepdims=True)
        covered = (distance < radius[:, k, None, None, None]) & (
            tf.cast(k, tf.float32) < count[:, None, None, None]
        )
        colour = tf.pad(colours[:, k, 0], [[0, 0], [0, 1]], constant_values=1.0)
        return k + 1, tf.where(covered, colour[:, None, None], canvas)

    blank = tf.fill([batch, height, width, channels + 1], 0.0)
    blank -= tf.one_hot(channels, channels + 1)
    _, canvas = tf.while_loop(lambda k, canvas: k < most, paint, (0, blank))
    return tf.stop_gradient(canvas)


def _blurred(images, deviation):
    """Images after a Gaussian blur; borders are continued by reflection."""
    reach = max(1, math.ceil(3 * deviation))
    line = tf.exp(-0.5 * (tf.range(-reach, reach + 1, dtype=tf.float32) / deviation) ** 2)
    line = tf.repeat((line / tf.reduce_sum(line))[:, None], images.shape[-1], axis=1)
    margins = [[0, 0], [reach, reach], [reach, reach], [0, 0]]
    blurred = tf.pad(tf.cast(images, tf.float32), margins, "REFLECT")
    for kernel in (line[:, None, :, None], line[None, :, :, None]):
        blurred = tf.nn.depthwise_conv2d(blurred, kernel, [1, 1, 1, 1], "VALID")
    return blurred
