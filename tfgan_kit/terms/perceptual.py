"""The distance of images in a network's features."""

import tensorflow as tf

from tfgan_kit.terms.distance import mean_absolute, mean_square

_NORMS = {"l1": mean_absolute, "l2": mean_square}
_EPSILON = 1e-5


def perceptual_loss(features_fake, features_real, weights, norm="l1"):
    """Returns sum over layers i of w_i mean |phi_i(x) - phi_i(y)|, or of its square.

    Johnson et al. 2016, equation 2, uses squares; pix2pixHD and ESRGAN the absolute differences.

    Args:
      features_fake: a dictionary of the layers' feature maps of the outputs, (batch, height, width,
        channels) each; see `tfgan_kit.perceptual`.
      features_real: the same for their truths. No gradient flows through them.
      weights: layer -> w_i; layers without one are ignored.
      norm: "l1" for the absolute difference, "l2" for its square.

    Returns:
      A float32 scalar, the mean over this replica's batch.
    """
    distance = _NORMS[norm]
    return tf.add_n(
        [
            weight * distance(features_fake[layer], tf.stop_gradient(features_real[layer]))
            for layer, weight in weights.items()
        ]
    )


def without_style(features):
    """Returns feature maps in which each map has mean 0 and variance 1.

    Mean and variance are most of what an image's style changes in its features, so the distance of
    the results compares images of different domains (Huang, Liu et al. 2018, section 5.1).

    Args:
      features: a dictionary of float maps, (batch, height, width, channels) each.
    """
    found = {}
    for layer, maps in features.items():
        mean, variance = tf.nn.moments(maps, [1, 2], keepdims=True)
        found[layer] = (maps - mean) * tf.math.rsqrt(variance + _EPSILON)
    return found
