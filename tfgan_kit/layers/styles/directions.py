"""Directions in a latent space, along which latents are moved."""

import keras
import tensorflow as tf

AXES = "axes"
_SQUARINGS, _TERMS = 8, 10


@keras.saving.register_keras_serializable(package="tfgan_kit")
class Directions(keras.layers.Layer):
    """Moves each latent along one of K directions: z + scale eps A e_k, of a matrix A (d, K).

    The columns of A have length 1: those of a weight are divided by theirs in each call. If they
    are also to be orthogonal, A is the first K columns of exp(S - S^T), for a weight S (d, d).

    Args:
      count: K.
      orthonormal: whether the columns are orthogonal to each other.
      start: "random", or "axes" for the first K axes of the space.
      scale: the length of a move with eps 1, a weight that is not trained.

    Reference:
      Voynov & Babenko, Unsupervised Discovery of Interpretable Directions in the GAN Latent Space,
      2020, section 3.
    """

    def __init__(self, count, orthonormal=False, start="random", scale=1.0, **kwargs):
        # Lengths and angles need all digits.
        super().__init__(**{"dtype": "float32"} | kwargs)
        self.count, self.orthonormal = count, orthonormal
        self.start, self.initial_scale = start, scale

    def build(self, input_shape):
        """Creates the matrix, or what it is made of, and the scale."""
        size = input_shape[0][-1]
        # Columns of about length 1: how fast an optimiser turns them depends on it.
        deviation = 1.0 if self.orthonormal else size**-0.5
        initial = keras.initializers.RandomNormal(0.0, deviation)
        if self.start == AXES:
            initial = keras.initializers.Identity()  # Of S, too: its S - S^T is 0.
        name, columns = ("skew", size) if self.orthonormal else ("matrix", self.count)
        self.free = self.add_weight(name=name, shape=(size, columns), initializer=initial)
        self.scale = self.add_weight(
            name="scale",
            shape=(),
            initializer=keras.initializers.Constant(self.initial_scale),
            trainable=False,
        )

    @property
    def matrix(self):
        """A, a float32 tensor (d, K)."""
        free = tf.convert_to_tensor(self.free)
        if self.orthonormal:
            return exponential(free - tf.transpose(free))[:, : self.count]
        return tf.math.l2_normalize(free, axis=0)

    def call(self, inputs):
        """Moves latents.

        Args:
          inputs: [latents (batch, d), the weight of each direction (batch, K), one-hot for a single
            one, eps (batch, 1)].

        Returns:
          float32 (batch, d).
        """
        latents, weights, eps = inputs
        return latents + self.scale * eps * tf.matmul(weights, self.matrix, transpose_b=True)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the latents."""
        return input_shape[0]

    def get_config(self):
        """Returns the arguments of the constructor."""
        own = {"count": self.count, "orthonormal": self.orthonormal}
        return {**super().get_config(), **own, "start": self.start, "scale": self.initial_scale}


def exponential(matrix):
    """The exponential of a square matrix of norm up to 256, from products alone.

    It is the Taylor series of matrix / 2^8, squared 8 times. `tf.linalg.expm` solves equations,
    which ONNX has no operation for.
    """
    small = matrix / 2.0**_SQUARINGS
    identity = tf.eye(matrix.shape[0])
    value = identity
    for i in range(_TERMS, 0, -1):
        value = identity + tf.matmul(small, value) / i
    for _ in range(_SQUARINGS):
        value = tf.matmul(value, value)
    return value
