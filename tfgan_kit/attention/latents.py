"""VAE attention: which parts of an image make its latents."""

import tensorflow as tf

from tfgan_kit.attention.class_maps import grad_cam
from tfgan_kit.attention.opened import Opened


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
    """
    images = tf.convert_to_tensor(images)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(images)
        latents, maps = encoder.look(images, layer)
        each = [tf.reduce_sum(latents[:, i]) for i in range(latents.shape[1])]
    maps = tf.cast(maps, tf.float32)
    found = [grad_cam(maps, tf.cast(_by(tape, value, maps), tf.float32)) for value in each]
    return latents, tf.stack(found, 1)


def attention(encoder: Opened, images, layer: str):
    """Returns the mean of `latent_maps` over the latents, float32 (b, h, w)."""
    return tf.reduce_mean(latent_maps(encoder, images, layer)[1], 1)


def _by(tape, value, maps):
    return tape.gradient(value, maps, unconnected_gradients="zero")
