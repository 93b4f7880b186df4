"""Normals, shading and views of a surface h(x, y) over an image.

The image covers [-1, 1] in x, to the right, and in y, downwards; h is towards the viewer, in the
same unit. Everything is differentiable by h, the view and the light.
"""

import tensorflow as tf

AMBIENT, DIFFUSE = 0.3, 0.7
_ROUNDS = 6  # Of the fixed point by which a view finds what each of its pixels shows.


def normals(depth):
    """Unit normals, proportional to (-dh/dx, -dh/dy, 1), by central differences.

    Args:
      depth: h, float32 (batch, height, width).

    Returns:
      float32 (batch, height, width, 3).
    """
    height, width = depth.shape[1:3]
    across = tf.pad(depth, [[0, 0], [0, 0], [1, 1]], "SYMMETRIC")
    down = tf.pad(depth, [[0, 0], [1, 1], [0, 0]], "SYMMETRIC")
    dx = (across[:, :, 2:] - across[:, :, :-2]) * ((width - 1) / 4.0)
    dy = (down[:, 2:] - down[:, :-2]) * ((height - 1) / 4.0)
    return tf.math.l2_normalize(tf.stack([-dx, -dy, tf.ones_like(dx)], -1), -1)


def shading(normal, light):
    """Lambert's: ambient + diffuse max(0, n . l).

    Args:
      normal: n, float32 (batch, height, width, 3).
      light: float32 (batch, 2), (lx, ly), for ambient 0.3 and diffuse 0.7; or (batch, 4), (lx, ly,
        ambient, diffuse). l is (lx, ly, 1), normalised.

    Returns:
      float32 (batch, height, width, 1).
    """
    ambient, diffuse = AMBIENT, DIFFUSE
    if light.shape[1] == 4:
        light, ambient, diffuse = light[:, :2], *tf.split(light[:, 2:, None, None], 2, 1)
    direction = tf.math.l2_normalize(tf.concat([light, tf.ones_like(light[:, :1])], 1), -1)
    facing = tf.reduce_sum(normal * direction[:, None, None], -1, keepdims=True)
    return ambient + diffuse * tf.maximum(facing, 0.0)


def seen_from(maps, depth, view):
    """Turns what lies on a surface, as an orthographic camera sees it.

    A point (x, y, h) is seen at u = x cos(yaw) + h sin(yaw), and v likewise by the pitch. Which
    point a pixel (u, v) shows is found by repeating x <- (u - h(x, y) sin(yaw)) / cos(yaw), six
    times, which converges unless the surface hides a part of itself. Beyond its border, a surface
    goes on as it is there.

    Gradients are those of the point that is found, by the implicit function theorem; the repetition
    is not differentiated. First derivatives only.

    Args:
      maps: float32 (n, height, width, channels), where n is the batch, or 1 for all.
      depth: h, float32 (n, height, width), likewise.
      view: float32 (batch, 2), yaw and pitch in radians.

    Returns:
      float32 (batch, height, width, channels).
    """
    height, width = depth.shape[1:3]
    yaw, pitch = view[:, 0, None, None], view[:, 1, None, None]
    u = tf.linspace(-1.0, 1.0, width)[None, None, :] / tf.cos(yaw) + tf.zeros([height, 1])
    v = tf.linspace(-1.0, 1.0, height)[None, :, None] / tf.cos(pitch) + tf.zeros([width])
    turned, tilted = tf.tan(yaw), tf.tan(pitch)

    def point(h):
        return u - turned * h, v - tilted * h

    surface = depth[..., None]
    fixed = tf.stop_gradient(surface)
    x, y = u, v
    for _ in range(_ROUNDS):
        h = _at(fixed, x, y)[0][..., 0]
        x, y = (tf.stop_gradient(part) for part in point(h))
    # Where x = u - h tan(yaw), y = v - h tan(pitch) and h = h(x, y) all change, dh times 1 +
    # h_x tan(yaw) + h_y tan(pitch) is what h changes by where x and y do not follow h.
    h, h_x, h_y = (part[..., 0] for part in _at(surface, x, y))
    h_x, h_y, still = (tf.stop_gradient(part) for part in (h_x, h_y, h))
    moved = point(still)
    change = h + h_x * moved[0] + h_y * moved[1]
    share = tf.stop_gradient(1.0 + h_x * turned + h_y * tilted)
    h = still + (change - tf.stop_gradient(change)) / share
    return _at(maps, *point(h))[0]


def _at(maps, x, y):
    """Bilinear samples of (n, height, width, channels) at (batch, height, width).

    Returns:
      The samples, and their derivatives by x and by y, (batch, height, width, channels).
    """
    height, width, channels = maps.shape[1:]
    corners, parts = [], []
    for position, side in ((y, height), (x, width)):
        pixel = tf.clip_by_value((position + 1.0) * ((side - 1) / 2.0), 0.0, side - 1.0)
        first = tf.stop_gradient(tf.minimum(tf.floor(pixel), side - 2.0))
        corners.append(tf.cast(first, tf.int32))
        parts.append((pixel - first)[..., None])
    (row, column), (down, across) = corners, parts
    own = (tf.range(tf.shape(maps)[0]) * (height * width))[:, None, None]
    start = own + row * width + column
    flat = tf.reshape(maps, [-1, channels])
    places = tf.stack([start, start + 1, start + width, start + width + 1])
    top, right, low, last = tf.unstack(tf.gather(flat, places))
    above, below = top + (right - top) * across, low + (last - low) * across
    slope = (right - top) * (1.0 - down) + (last - low) * down
    return (
        above + (below - above) * down,
        slope * ((width - 1) / 2.0),
        (below - above) * ((height - 1) / 2.0),
    )
