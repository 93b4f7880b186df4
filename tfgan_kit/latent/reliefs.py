"""How a relief is shown: its normals as colours, turned, and lit from several sides."""

import numpy as np
import tensorflow as tf

from tfgan_kit.layers.relief import normals

TURNS, LIGHTS = 0.6, 1.0  # The largest yaw, in radians, and x of the light.


def normals_of(depth: np.ndarray) -> np.ndarray:
    """The unit normals of a surface (height, width, 1) as (height, width, 3) in [-1, 1]."""
    return normals(tf.constant(depth[None, ..., 0]))[0].numpy()


def turns_and_lights(pose, columns: int) -> list[dict[str, np.ndarray]]:
    """Views from left to right in the light of an image, and lights likewise, from the front.

    Args:
      pose: "view" (1, 2) and "light" (1, 2 or 4) of the image.
      columns: how many of each.

    Returns:
      For either "view" and "light", float32 (columns, ...). What else a light has is the image's.
    """
    sideways = np.linspace(-1.0, 1.0, columns, dtype=np.float32)
    zero = np.zeros_like(sideways)
    turned, still = np.stack([TURNS * sideways, zero], 1), np.repeat(pose["light"], columns, 0)
    lit = np.concatenate([np.stack([LIGHTS * sideways, zero], 1), still[:, 2:]], 1)
    return [{"view": turned, "light": still}, {"view": np.zeros_like(turned), "light": lit}]
