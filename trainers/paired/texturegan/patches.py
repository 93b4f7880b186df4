"""Random patches of images, in and around shapes; all draws are functions of seeds."""

import tensorflow as tf

from tfgan_kit.randomness import uniform


def drawn_window(shapes, smallest: int, largest: int, seed):
    """Draws a square for each image whose centre lies in its shape, if the border allows.

    Args:
      shapes: float (batch, height, width, 1), 1 in the shape, 0 elsewhere; an image without a shape
        gets a square anywhere.
      smallest, largest: sides in pixels, all of them equally likely; not above height or width.
      seed: integer tensor [2]; see `tfgan_kit.randomness`.

    Returns:
      float32 of the same shape, 1 in the square and 0 elsewhere.
    """
    height, width = shapes.shape[1:3]
    batch = tf.shape(shapes)[0]
    draws = uniform(seed, [batch, 1 + height * width])
    side = smallest + tf.cast(draws[:, 0] * (largest - smallest + 1), tf.int32)
    scores = draws[:, 1:] + tf.reshape(shapes, [batch, height * width])
    place = tf.argmax(scores, -1, output_type=tf.int32)

    def covered(centre, length):
        start = tf.clip_by_value(centre - side // 2, 0, length - side)[:, None]
        places = tf.range(length)
        return tf.cast((places >= start) & (places < start + side[:, None]), tf.float32)

    rows, columns = covered(place // width, height), covered(place % width, width)
    return (rows[:, :, None] * columns[:, None])[..., None]


def drawn_corners(shapes, side: int, count: int, seed):
    """Draws different squares of each image, in its shape where this has room.

    Squares that lie in the shape as a whole come first, then those whose centre lies in it, then
    any others; in each group all are equally likely.

    Args:
      shapes: see `drawn_window`.
      side: of the squares in pixels, not above height or width.
      count: squares per image.
      seed: integer tensor [2]; see `tfgan_kit.randomness`.

    Returns:
      int32 (batch, count, 2): rows and columns of their upper left pixels.
    """
    height, width = (length - side + 1 for length in shapes.shape[1:3])
    inside = -tf.nn.max_pool2d(-shapes, side, 1, "VALID")
    middle = side // 2
    centred = shapes[:, middle : middle + height, middle : middle + width]
    batch = tf.shape(shapes)[0]
    scores = tf.reshape(2 * inside + centred, [batch, height * width])
    places = tf.math.top_k(scores + uniform(seed, [batch, height * width]), count).indices
    return tf.stack([places // width, places % width], -1)


def crops(images, corners, side: int):
    """Cuts squares out of images.

    Args:
      images: (batch, height, width, channels).
      corners: see `drawn_corners`.
      side: of the squares.

    Returns:
      (batch * count, side, side, channels), those of an image next to each other.
    """
    rows, columns = (corners[..., axis, None] + tf.range(side) for axis in (0, 1))
    strips = tf.gather(images, rows, axis=1, batch_dims=1)
    found = tf.gather(strips, columns, axis=3, batch_dims=2)
    return tf.reshape(found, [-1, side, side, images.shape[-1]])
