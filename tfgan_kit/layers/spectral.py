"""Spectral normalization (Miyato 2018), shared by the layers that have it."""

import math

import keras
import tensorflow as tf

# Brings the estimate within about two percent on freshly initialised kernels.
_WARM_UP = 30


class SpectralNormalized:
    """Mixin for Keras layers with a `kernel`: divides it by its largest singular value.

    The kernel is read as a matrix W with one row per output channel. Its leading singular vectors
    are estimated by `u` and `v`, which are weights but not trainable, and the layer computes with

        W / sigma,  sigma = u^T W v

    where gradients flow through sigma, with u and v constant (Miyato 2018, equation 12).

    The vectors change only in `power_iteration`, never in a call: every pass within one training
    step uses the same function. They start converged, so that the first step is right as well. Both
    are kept in the kernel's dtype (float32 even under mixed precision). Under a distribution
    strategy, each replica updates its own copy; as the kernels agree, so do these copies.
    """

    def add_weight(self, *args, name=None, **kwargs):
        """Adds a weight; the kernel is exempt from autocasting, as sigma needs its precision."""
        if name == "kernel":
            kwargs["autocast"] = False
        return super().add_weight(*args, name=name, **kwargs)

    def build(self, input_shape):
        """Creates the weights and estimates the singular vectors of the initial kernel."""
        super().build(input_shape)
        *rows, columns = self.kernel.shape

        def vector(name, size, initializer):
            return self.add_weight(
                name=name,
                shape=(size,),
                initializer=initializer,
                dtype=self.kernel.dtype,
                trainable=False,
                autocast=False,
            )

        def converged(shape, dtype):
            u = tf.random.stateless_normal(shape, [0, 0], dtype=dtype, alg="philox")
            return self._iterate(u, _WARM_UP)[0]

        self.u = vector("u", columns, converged)
        self.v = vector("v", math.prod(rows), lambda shape, dtype: self._right(self.u))

    # Keras' dense and convolution layers store a fixed list of weights; the base layer stores all.

    def save_own_variables(self, store):
        """Writes all weights, `u` and `v` included, to the store."""
        keras.layers.Layer.save_own_variables(self, store)

    def load_own_variables(self, store):
        """Reads all weights, `u` and `v` included, from the store."""
        keras.layers.Layer.load_own_variables(self, store)

    def power_iteration(self, iterations=1):
        """Improves the singular vectors; call it once per update of the discriminator."""
        u, v = self._iterate(tf.convert_to_tensor(self.u), iterations)
        self.u.assign(u)
        self.v.assign(v)

    def sigma(self):
        """Returns the estimated largest singular value of the kernel, a scalar."""
        u, v = tf.stop_gradient(self.u), tf.stop_gradient(self.v)
        return tf.tensordot(v, tf.linalg.matvec(self._matrix(), u), 1)

    def normalized_kernel(self):
        """Returns the kernel over `sigma` in the compute dtype; a zero kernel stays zero."""
        kernel = tf.convert_to_tensor(self.kernel)
        return tf.cast(tf.math.divide_no_nan(kernel, self.sigma()), self.compute_dtype)

    def _matrix(self):
        """Returns the transpose of W, which is the kernel reshaped."""
        return tf.reshape(tf.convert_to_tensor(self.kernel), [-1, self.kernel.shape[-1]])

    def _right(self, u):
        return _unit(tf.linalg.matvec(tf.stop_gradient(self._matrix()), u))

    def _iterate(self, u, iterations):
        """Returns u after `iterations` iterations, and the corresponding v."""
        matrix = tf.stop_gradient(self._matrix())
        for _ in range(iterations):
            new = _unit(tf.linalg.matvec(matrix, self._right(u), transpose_a=True))
            # A zero kernel would yield a zero vector, from which the iteration cannot recover.
            u = tf.where(tf.reduce_any(new != 0), new, u)
        return u, self._right(u)


def _unit(vector):
    return tf.math.divide_no_nan(vector, tf.norm(vector))


def spectral_layers(model):
    """Returns the spectrally normalised layers of a model, including those of nested models.

    A layer that is shared appears once.
    """
    return [layer for layer in model._flatten_layers() if isinstance(layer, SpectralNormalized)]
