"""Matching of a discriminator's maps between an output and its truth (Wang et al. 2018)."""

import collections

import tensorflow as tf

from tfgan_kit.terms.distance import mean_absolute


def multi_scale_feature_matching(real, fake, form="code"):
    """Returns sum over scales k and layers i of w_k mean |D_k^i(truth) - D_k^i(output)|.

    Equation 4 of pix2pixHD (High-Resolution Image Synthesis and Semantic Manipulation with
    Conditional GANs). Each map is compared with the map of the same example, unlike in the
    `feature_matching` of `tfgan_kit.terms.labels`, which compares batch means.

    Args:
      real: the discriminator's outputs for the truths: a dictionary that has its maps under
        "features_LAYER", or "features_SCALE_LAYER" if there are several scales, (batch, height,
        width, channels) each. Other entries, the logits among them, are ignored. No gradient flows
        through them.
      fake: the same for the generator's outputs, from the same variables of the discriminator.
      form: "paper" for w_k = 1, as equation 4; "code" for w_k = 4 / (maps of scale k) / scales, as
        in the code published with it, where the number of maps is that of its `n_layers_D` and 1.
        Three stride-2 layers have four maps: then the two differ by the number of scales only. Both
        are used with a weight of 10.

    Returns:
      A float32 scalar, the mean over this replica's batch.

    Raises:
      ValueError: if there is no such form, or there are no maps.
    """
    if form not in ("code", "paper"):
        raise ValueError(f"no form {form!r}; there are 'code' and 'paper'")
    scale_of = {n: n.rpartition("_")[0] for n in fake if n.startswith("features_")}
    if not scale_of:
        raise ValueError(f"no maps called features_... in {', '.join(fake)}")
    layers = collections.Counter(scale_of.values())
    terms = []
    for name, scale in scale_of.items():
        weight = 1.0 if form == "paper" else 4.0 / layers[scale] / len(layers)
        terms.append(weight * mean_absolute(fake[name], tf.stop_gradient(real[name])))
    return tf.add_n(terms)
