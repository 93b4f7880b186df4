"""MetaGAN's generator of images that look like those of a task.

Zhang et al., MetaGAN: An Adversarial Approach to Few-Shot Learning, 2018. The paper leaves the
networks open; these are this kit's choice.
"""

import math

import keras
from keras import layers

from nets.few_shot.learner import trunk
from tfgan_kit.errors import UserError

CODE = 128
_DOUBLINGS, _GROUPS = 3, 8


def encoder(image_shape, *, filters: int = 64, downsampling: str = "stride") -> keras.Model:
    """Returns the encoder: the convolutions of the learner, and a dense layer.

    Args:
      image_shape, filters, downsampling: see `nets.few_shot.learner.convolutional`.

    Returns:
      A Keras model from "image" (batch, *image_shape) to "code" (batch, 128). The code of a task is
      the mean over its images.
    """
    image = keras.Input(image_shape, name="image")
    x = trunk(image, filters, downsampling)
    code = layers.Dense(CODE, dtype="float32", name="code")(x)
    return keras.Model({"image": image}, {"code": code}, name="encoder")


def generator(image_shape, latent_size: int, *, filters: int = 64) -> keras.Model:
    """Returns the generator: dense, then three transposed convolutions with group norm and ReLU.

    Group normalisation treats each image by itself, so that one task's fakes do not depend on how
    many there are.

    Args:
      image_shape: (height, width, channels), sides that are multiples of 8.
      latent_size: length of the latent.
      filters: of the last hidden layer; twice as many before each doubling of the size.

    Returns:
      A Keras model from "latent" (batch, latent_size) and "code" (batch, 128) to "image" (batch,
      *image_shape) in [-1, 1].

    Raises:
      UserError: for other image shapes.
    """
    height, width, channels = image_shape
    scale = 2**_DOUBLINGS
    if height % scale or width % scale:
        raise UserError(
            f"MetaGAN's generator makes images whose sides are multiples of {scale}, these are "
            f"{height}x{width}; give --image-size"
        )
    latent, code = keras.Input((latent_size,), name="latent"), keras.Input((CODE,), name="code")
    x = layers.Concatenate(name="both")([latent, code])
    own, first = filters * 2 ** (_DOUBLINGS - 1), (height // scale, width // scale)
    x = layers.Dense(math.prod(first) * own, use_bias=False, name="dense")(x)
    x = layers.Reshape((*first, own), name="reshape")(x)
    x = _normalised(x, own, 0)
    for k in range(1, _DOUBLINGS):
        own //= 2
        keywords = {"padding": "same", "use_bias": False, "name": f"conv_{k}"}
        x = _normalised(layers.Conv2DTranspose(own, 4, 2, **keywords)(x), own, k)
    x = layers.Conv2DTranspose(channels, 4, 2, padding="same", name="conv_last")(x)
    image = layers.Activation("tanh", dtype="float32", name="image")(x)
    return keras.Model({"latent": latent, "code": code}, {"image": image}, name="generator")


def _normalised(x, channels, k):
    groups = math.gcd(_GROUPS, channels)
    x = layers.GroupNormalization(groups, epsilon=1e-5, name=f"norm_{k}")(x)
    return layers.ReLU(name=f"relu_{k}")(x)
