"""What the translation networks share: initial weights, normalisation and who has a bias."""

import keras
from keras import layers

from tfgan_kit.layers import Conv2D, SpectralConv2D, normalization


def initial():
    """Returns a new initialiser N(0, 0.02), which the papers use for all convolutions."""
    return keras.initializers.RandomNormal(stddev=0.02)


def normalized(x, norm, name, *, affine=False):
    """Returns x normalised.

    Args:
      x: (batch, height, width, channels).
      norm: "batch", "layer", "instance" or "none".
      name: name of the layer.
      affine: whether instance normalisation has a trainable factor and offset per channel, as the
        other kinds always do.
    """
    return normalization(norm, name=name, affine=affine or norm != "instance")(x)


def has_bias(norm, *, affine=False):
    """Returns whether convolutions before this normalisation have a bias.

    They have none before a normalisation with an offset of its own. Instance normalisation without
    one cancels a bias; the released networks keep it, and so do these, so that parameter counts
    agree.
    """
    return not (norm == "batch" or (norm == "instance" and affine))


def padded_convolution(x, filters, *, padding, name, spectral_norm=False, **kwargs):
    """Returns x convolved with 4x4 kernels after zero padding on all sides.

    Keras' "same" would give a stride of 1 the wrong size.

    Args:
      x: (batch, height, width, channels).
      filters: channels of the result.
      padding: pixels on each side.
      name: name of the convolution.
      spectral_norm: whether it is spectrally normalised.
      **kwargs: further arguments of the convolution.
    """
    kind = SpectralConv2D if spectral_norm else Conv2D
    x = layers.ZeroPadding2D(padding, name=f"{name}_padding")(x)
    return kind(filters, 4, kernel_initializer=initial(), name=name, **kwargs)(x)


def tanh_image(x, name="image"):
    """Returns tanh of x, an output in [-1, 1], float32 under any dtype policy."""
    return layers.Activation("tanh", dtype="float32", name=name)(x)
