"""PatchGAN: a discriminator that judges every patch of an image on its own.

Reference: Isola et al., Image-to-Image Translation with Conditional Adversarial Networks, 2017,
appendix 6.1.2.
"""

import keras
from keras import layers as keras_layers

from nets.blocks import conv2d, discriminator_model
from nets.translation.blocks import has_bias, initial, normalized, padded_convolution
from tfgan_kit.errors import UserError


def discriminator(
    channels,
    condition_channels=0,
    *,
    layers=3,
    filters=64,
    norm="instance",
    affine=False,
    spectral_norm=False,
):
    """Returns a PatchGAN, by default the one whose logits each see 70x70 pixels.

    `layers` 0 to 5 give fields of 1, 16, 34, 70, 142 and 286 pixels a side. Weights start as
    N(0, 0.02).

    Args:
      channels: channels of the image.
      condition_channels: channels of the input image that is joined to the image; 0 for a
        discriminator that does not see it.
      layers: number of convolutions of stride 2; 0 judges each pixel by itself.
      filters: channels of the first map.
      norm: "batch", "layer", "instance" or "none", before each LeakyReLU 0.2 but the first.
      affine: whether instance normalisation has a factor and an offset per channel.
      spectral_norm: whether all layers are spectrally normalised.

    Returns:
      A Keras model: {"image": (batch, height, width, channels)}, and "input" of the same size if
      there is a condition, to "features_1", ..., one per hidden map, and "logits": (batch,
      height / 2**layers - 2, width / 2**layers - 2, 1), or of full size without layers.

    Raises:
      UserError: if `layers` is not in 0 to 5 or the normalisation is unknown.
    """
    inputs, x = joined_inputs(channels, condition_channels)
    features, logits = patches(
        x,
        layers=layers,
        filters=filters,
        norm=norm,
        affine=affine,
        spectral_norm=spectral_norm,
    )
    return discriminator_model(inputs, features, {"logits": logits})


def joined_inputs(channels, condition_channels):
    """Returns the inputs of a discriminator by name, and what they are joined to."""
    image = keras.Input((None, None, channels), name="image")
    if not condition_channels:
        return {"image": image}, image
    condition = keras.Input((None, None, condition_channels), name="input")
    joined = keras_layers.Concatenate(name="joined")([condition, image])
    return {"image": image, "input": condition}, joined


def patches(
    x,
    *,
    layers,
    filters,
    norm,
    affine=False,
    spectral_norm=False,
    padding=1,
    biases=True,
    prefix="",
):
    """Returns the hidden maps of a PatchGAN as a list, and its logits, float32.

    Args:
      x: (batch, height, width, channels).
      layers: see `discriminator`.
      filters: see `discriminator`.
      norm: see `discriminator`.
      affine: see `discriminator`.
      spectral_norm: see `discriminator`.
      padding: pixels on each side before each convolution 4x4: 1, or 2 as in pix2pixHD.
      biases: whether to keep biases that an instance normalisation cancels.
      prefix: of the names of the layers.
    """
    if layers not in range(6):
        raise UserError(f"a PatchGAN of {layers} layers does not exist; choose 0 to 5")
    bias = has_bias(norm, affine=affine) and (biases or norm != "instance")
    features = []

    def convolved(x, width, stride, name, **kwargs):
        kwargs.update(spectral_norm=spectral_norm, name=f"{prefix}{name}")
        if layers == 0:
            return conv2d(width, 1, kernel_initializer=initial(), **kwargs)(x)
        if stride == 2 and padding == 1:  # "same" pads so, for even sizes.
            return conv2d(width, 4, strides=2, kernel_initializer=initial(), **kwargs)(x)
        return padded_convolution(x, width, padding=padding, strides=stride, **kwargs)

    hidden = max(layers, 1) + 1
    for i in range(hidden):
        x = convolved(
            x,
            filters * min(2**i, 8),
            1 if i == hidden - 1 else 2,
            f"conv_{i + 1}",
            use_bias=bias or i == 0,
        )
        if i:
            x = normalized(x, norm, f"{prefix}norm_{i + 1}", affine=affine)
        x = keras_layers.LeakyReLU(0.2, name=f"{prefix}leaky_relu_{i + 1}")(x)
        features.append(x)
    # The released discriminator of single pixels leaves out this bias along with the others.
    last_bias = layers > 0 or bias
    logits = convolved(x, 1, 1, "logits", use_bias=last_bias, dtype="float32")
    return features, logits
