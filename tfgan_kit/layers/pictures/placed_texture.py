"""What TextureGAN is shown: a sketch and a patch of texture in it, in Lab."""

import keras
import tensorflow as tf

from tfgan_kit.pictures.lab import rgb_to_lab


@keras.saving.register_keras_serializable(package="tfgan_kit")
class PlacedTexture(keras.layers.Layer):
    """Maps a sketch and a texture with alpha to L of the sketch, the patch in Lab, and its mask.

    The inputs are [(batch, height, width, 1 or 3), (batch, height, width, 4)], RGB and alpha, all
    in [-1, 1]. The output is (batch, height, width, 5), float32 whatever the dtype policy: the
    lightness of the sketch, the texture in Lab times its opacity, so that 0 is around the patch,
    and alpha, which is 1 in the patch and -1 around it. See `tfgan_kit.pictures.lab` for the scale.

    A texture on transparent ground is a patch in its place. One that is opaque everywhere is not,
    and would show more than the network ever saw in training: of it, the square of `side` pixels at
    the centre is taken.

    Args:
      side: side of the central square in pixels.

    Reference:
      Xian et al., TextureGAN: Controlling Deep Image Synthesis with Texture Patches, 2018,
      section 3.3.
    """

    def __init__(self, side, dtype="float32", **kwargs):
        super().__init__(dtype=dtype, **kwargs)
        self.side = side

    def call(self, inputs):
        """Maps [sketch, texture] as the class says."""
        sketch, texture = inputs
        if sketch.shape[-1] == 1:
            sketch = tf.repeat(sketch, 3, axis=-1)
        colours, alpha = texture[..., :3], self._shown(texture[..., 3:])
        patch = rgb_to_lab(colours) * (alpha + 1.0) / 2.0
        return tf.concat([rgb_to_lab(sketch)[..., :1], patch, alpha], -1)

    def compute_output_shape(self, input_shape):
        """Returns (batch, height, width, 5)."""
        return (*input_shape[0][:-1], 5)

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "side": self.side}

    def _shown(self, alpha):
        """Alpha, or that of the central square where the texture is opaque everywhere."""
        opaque = tf.reduce_min(alpha, axis=(1, 2, 3), keepdims=True) >= 1.0
        rows, columns = (self._central(tf.shape(alpha)[axis]) for axis in (1, 2))
        inside = tf.logical_and(rows[:, None], columns[None])[None, ..., None]
        return tf.where(tf.logical_and(opaque, ~inside), -1.0, alpha)

    def _central(self, length):
        places = tf.range(length) - tf.maximum(length - self.side, 0) // 2
        return tf.logical_and(places >= 0, places < self.side)
