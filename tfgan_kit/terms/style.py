"""Style: the Gram matrices of a network's features (Gatys et al. 2016, section 2.2)."""

import tensorflow as tf

from tfgan_kit.terms.distance import mean_square
from tfgan_kit.terms.losses import global_mean

# Added to denominators in case a layer outputs only zeros. On digits, the squared VGG Gram matrices
# are 1e-7 or more.
_EPSILON = 1e-16


def style_loss(features_fake, features_real, form="literal"):
    """Returns the sum over layers j of mean (Gram_j(a) - Gram_j(x))^2.

    The i-th generated image is compared with the i-th real one. If these pairs are random,
    generated images are pulled over many batches towards the mean Gram matrix of the real images,
    and the loss never falls below the variance of the real Gram matrices around that mean.

    Args:
      features_fake: a dictionary of the layers' feature maps of the generated images, (batch,
        height, width, channels) each; see `tfgan_kit.perceptual`.
      features_real: the same for as many real images; they need no gradient.
      form: "literal", or "normalized", which divides each layer's term by the mean square of the
        real images' Gram matrices.

    Returns:
      A float32 scalar, the mean over this replica's batch.
    """
    terms = []
    for layer, a in features_fake.items():
        fake, real = gram(a), gram(features_real[layer])
        terms.append(mean_square(fake, real) / magnitude(form, real))
    return tf.add_n(terms)


def gram(features):
    """Returns the Gram matrices of feature maps, divided by height * width * channels.

    Args:
      features: (batch, height, width, channels).

    Returns:
      A float32 tensor (batch, channels, channels).
    """
    shape = tf.shape(features)
    rows = tf.reshape(tf.cast(features, tf.float32), [shape[0], shape[1] * shape[2], shape[3]])
    return tf.matmul(rows, rows, transpose_a=True) / tf.cast(tf.reduce_prod(shape[1:]), tf.float32)


def magnitude(form, *tensors):
    """Returns a layer's divisor: 1, or the sum of its tensors' mean squares, without gradient.

    Args:
      form: "literal" for 1, "normalized" for the mean squares over the global batch.
      tensors: what the layer's term compares.

    Raises:
      ValueError: if there is no such form.
    """
    if form == "literal":
        return 1.0
    if form != "normalized":
        raise ValueError(f"no form {form!r}; there are 'literal' and 'normalized'")
    # Averaged over all replicas: a quotient of one replica's own means would depend on the number
    # of replicas.
    squares = [global_mean(tf.square(tf.cast(t, tf.float32))) for t in tensors]
    return tf.stop_gradient(tf.add_n(squares)) + _EPSILON
