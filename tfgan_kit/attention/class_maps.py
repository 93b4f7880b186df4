"""The maps of class activation: sums of a layer's maps, weighted by what they do for a class.

`maps` are the outputs A_k of a layer, `gradients` those of the class's logit y^c by them; both are
float32 (b, h, w, k). Results are (b, h, w), as high and wide as the layer.
"""

import tensorflow as tf


def cam(maps, weights):
    """Returns M_c = sum_k w_k^c A_k; with mean pooling and a dense layer, mean(M_c) + bias = y^c.

    Zhou et al., Learning Deep Features for Discriminative Localization, 2016, equation 2.

    Args:
      maps: see above.
      weights: the dense layer's weights of each row's class, (b, k).
    """
    return tf.einsum("bhwk,bk->bhw", maps, weights)


def grad_cam(maps, gradients):
    """Returns relu(sum_k a_k A_k), a_k the mean of dy^c/dA_k over the positions.

    Selvaraju et al., Grad-CAM, 2017, equations 1 and 2. Where `cam` applies, a_k is w_k^c / (h w).
    """
    weights = tf.reduce_mean(gradients, (1, 2))
    return tf.nn.relu(cam(maps, weights))


def grad_cam_plus_plus(maps, gradients):
    """Returns relu(sum_k w_k A_k), w_k = sum_ij alpha_ij relu(g_ij); see `alphas`.

    Chattopadhay et al., Grad-CAM++, 2018, equations 5, 6 and 19, with Y^c = exp(y^c), whose factor
    exp(y^c) is left out of all w_k.
    """
    weights = tf.reduce_sum(alphas(maps, gradients) * tf.nn.relu(gradients), (1, 2))
    return tf.nn.relu(cam(maps, weights))


def alphas(maps, gradients):
    """Returns alpha_ij = g^2 / (2 g^2 + sum_ab A_ab g^3) of each map.

    This is d2Y/dA^2 / (2 d2Y/dA^2 + sum_ab A_ab d3Y/dA^3) where y^c is piecewise linear in A. It is
    0 for 0/0, and where the denominator is not positive: for g > 0 this needs a map with a negative
    sum, which ReLU does not make; for g < 0 the factor relu(g) is 0 anyway.

    Returns:
      float32 (b, h, w, k), not negative.
    """
    totals = tf.reduce_sum(maps, (1, 2), keepdims=True)
    squares = tf.square(gradients)
    below = 2.0 * squares + totals * squares * gradients
    return tf.where(below > 0, tf.math.divide_no_nan(squares, below), 0.0)
