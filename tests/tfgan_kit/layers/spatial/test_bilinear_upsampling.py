"""Bilinear doubling."""

import numpy as np
import tensorflow as tf

from tfgan_kit.layers import BilinearUpsampling


def test_it_is_bilinear_enlargement():
    maps = np.random.default_rng(0).normal(size=(2, 5, 7, 3)).astype(np.float32)
    made = BilinearUpsampling()(maps)
    np.testing.assert_allclose(made, tf.image.resize(maps, (10, 14)), atol=1e-6)
    assert BilinearUpsampling().compute_output_shape((2, 5, None, 3)) == (2, 10, None, 3)


def test_sizes_may_be_unknown_when_a_graph_is_traced():
    layer = BilinearUpsampling()
    graph = tf.function(layer, input_signature=[tf.TensorSpec((None, None, None, 1))])
    maps = tf.reshape(tf.range(6.0), (1, 2, 3, 1))
    np.testing.assert_allclose(graph(maps), tf.image.resize(maps, (4, 6)), atol=1e-6)
