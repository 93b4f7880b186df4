"""One PatchGAN per domain, as one flat model.

Reference: Zhu et al., Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial
Networks, 2017, section 4.
"""

import keras

from nets.translation.patchgan import patches


def discriminators(domains, channels, *, layers=3, filters=64, norm="instance"):
    """Returns PatchGANs that share nothing, see `nets.translation.patchgan`.

    Args:
      domains: the letters of the domains.
      channels: channels of the images.
      layers: convolutions of stride 2; 3 for logits that see 70x70 pixels.
      filters: channels of the first map.
      norm: "batch", "layer", "instance" or "none", before each LeakyReLU but the first.

    Returns:
      A Keras model: "image_a": (batch, height, width, channels) in [-1, 1], and so on for each
      letter, to "logits_a" and its hidden maps "features_1_a", ... `nets.sharing.domain_model`
      returns the part of one domain.

    Raises:
      UserError: see `nets.translation.patchgan.discriminator`.
    """
    inputs, outputs = {}, {}
    for letter in domains:
        image = keras.Input((None, None, channels), name=f"image_{letter}")
        features, logits = patches(
            image, layers=layers, filters=filters, norm=norm, prefix=f"{letter}_"
        )
        inputs[f"image_{letter}"], outputs[f"logits_{letter}"] = image, logits
        outputs |= {f"features_{i}_{letter}": x for i, x in enumerate(features, start=1)}
    return keras.Model(inputs, outputs, name="discriminator")
