"""Several PatchGANs that judge an image at several resolutions.

Reference: Wang et al., High-Resolution Image Synthesis and Semantic Manipulation with Conditional
GANs, 2018, section 3.2.
"""

import keras
from keras import layers as keras_layers

from nets.translation.patchgan import joined_inputs, patches


def discriminator(
    channels,
    condition_channels=0,
    *,
    scales=3,
    layers=3,
    filters=64,
    norm="instance",
    spectral_norm=False,
    biases=True,
):
    """Returns a PatchGAN with weights of its own for the image and each of its halvings.

    A halving is an average pool 3x3 of stride 2 in which pixels beyond the border do not count. As
    in the released networks, each convolution pads by 2 pixels, so the logits of 256x256 pixels are
    35x35.

    Args:
      channels: channels of the image.
      condition_channels: channels of the input that is joined to the image, or 0.
      scales: number of resolutions; 3 in the paper.
      layers: of each PatchGAN, see `nets.translation.patchgan`.
      filters: channels of the first map.
      norm: "batch", "layer", "instance" or "none", before each LeakyReLU 0.2 but the first.
      spectral_norm: whether all layers are spectrally normalised.
      biases: whether to keep biases that instance normalisation cancels.

    Returns:
      A Keras model: {"image": (batch, height, width, channels)}, and "input" of the same size if
      there is a condition, to "logits_1" (of the full size) to "logits_n" of the n scales, and
      "features_1_1" to "features_n_m", where m counts the hidden maps of a scale.

    Raises:
      UserError: if `layers` is not in 0 to 5 or the normalisation is unknown.
    """
    inputs, x = joined_inputs(channels, condition_channels)
    outputs = {}
    for scale in range(1, scales + 1):
        if scale > 1:
            x = halved(x, f"halved_{scale}")
        features, outputs[f"logits_{scale}"] = patches(
            x,
            layers=layers,
            filters=filters,
            norm=norm,
            spectral_norm=spectral_norm,
            padding=2,
            biases=biases,
            prefix=f"scale_{scale}_",
        )
        outputs |= {f"features_{scale}_{i}": map_ for i, map_ in enumerate(features, start=1)}
    return keras.Model(inputs, outputs, name="discriminator")


def halved(x, name):
    """Returns the average over 3x3 pixels at every second one; those beyond the border are out."""
    return keras_layers.AveragePooling2D(3, strides=2, padding="same", name=name)(x)
