"""Maps of a VAE: which parts of an image make its latents, and which it does not draw again."""

import numpy as np
import tensorflow as tf

from tfgan_kit.attention.class_maps import grad_cam
from tfgan_kit.attention.opened import Opened
from tfgan_kit.errors import UserError


def latent_maps(encoder: Opened, images, layer: str):
    """Returns the latents, and a map for each: relu(sum_k a_k A_k), a_k the mean of dz_i/dA_k.

    Liu et al., Towards Visually Explaining Variational Autoencoders, 2020, section 3.1, at z = mu:
    no noise is drawn.

    Args:
      encoder: a network from images to the mean mu of their latents.
      images: float32 (b, height, width, channels).
      layer: one that `encoder.find` gave.

    Returns:
      float32 (b, n) and (b, n, h, w), h and w being those of the layer.

    Raises:
      UserError: if a latent does not depend on the layer.
    """
    images = tf.convert_to_tensor(images)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(images)
        latents, maps = encoder.look(images, layer)
        each = [tf.reduce_sum(latents[:, i]) for i in range(latents.shape[1])]
    # By the maps as they are on the tape, which in mixed precision are not float32.
    gradients = [tape.gradient(value, maps) for value in each]
    if any(gradient is None for gradient in gradients):
        raise UserError(
            f"{encoder.called}: {layer} does not lead to all latents; name another layer"
        )
    maps = tf.cast(maps, tf.float32)
    return latents, tf.stack([grad_cam(maps, tf.cast(g, tf.float32)) for g in gradients], 1)


def attention(encoder: Opened, images, layer: str):
    """Returns the mean of `latent_maps` over the latents, float32 (b, h, w)."""
    return tf.reduce_mean(latent_maps(encoder, images, layer)[1], 1)


def error_maps(images, made) -> np.ndarray:
    """Returns mean |x - x'| over the channels of each pixel, (b, height, width), in [0, 2]."""
    return tf.reduce_mean(tf.abs(tf.cast(images, tf.float32) - made), -1).numpy()
