"""Names that a user can write in a configuration, each with one line of help.

They are separate from what they name so that the command line can list and check them without
importing TensorFlow. Tests ensure that they match the implementation.
"""

from collections.abc import Callable

FITS = ("crop", "pad", "stretch")  # How images of another size are fitted.

ADVERSARIAL_LOSSES = {
    "minimax": "the original zero-sum game; saturates (Goodfellow 2014)",
    "non_saturating": "log loss, the generator maximises log D(G(z)) (Goodfellow 2014)",
    "least_squares": "squared distance of the logits to targets a, b, c (Mao 2017)",
    "wasserstein": "difference of means; needs clipping or a penalty (Arjovsky 2017)",
    "hinge": "margin loss for the discriminator (Lim & Ye 2017)",
    "relativistic_average": "real compared with the average fake (Jolicoeur-Martineau 2018)",
}

PENALTIES = {
    "wgan_gp": "gradient norm 1 between real and fake (Gulrajani 2017)",
    "wgan_gp_one_sided": "gradient norm at most 1 between real and fake (Gulrajani 2017)",
    "r1": "gradient norm 0 at real images (Mescheder 2018)",
    "r2": "gradient norm 0 at fake images (Mescheder 2018)",
    "dragan": "gradient norm 1 around real images (Kodali 2017)",
}

NORMALIZATIONS = {
    "batch": "batch normalization, synchronised over replicas",
    "layer": "statistics per image",
    "instance": "statistics per image and channel",
    "none": "no normalization",
}

DIFFAUGMENT = {
    "color": "brightness, saturation and contrast",
    "translation": "shifts by up to an eighth of the image, zero padded",
    "cutout": "a square of half the image's size set to zero",
}

NETWORKS = {
    "mlp": "three hidden layers of 128 tanh units, for points and small images",
    "dcgan": "strided convolutions, 32, 64 or 128 pixels (Radford 2016)",
    "wgan_resnet": "residual networks of WGAN-GP, 32, 64 or 128 pixels (Gulrajani 2017)",
    "sngan_resnet": "residual networks of SNGAN, 32 or 64 pixels (Miyato 2018)",
    "cgan_mlp": "dense layers, maxout in D, for points and small images (Mirza 2014)",
    "acgan": "convolutions of AC-GAN, 32 or 128 pixels (Odena 2017)",
    "acgan_small": "networks of Keras' example of AC-GAN, 28 pixels",
}

JOINT_NETWORKS = {
    "cogan": "the networks of CoGAN, 32, 64, 128 or 256 pixels (Liu & Tuzel 2016)",
    "dcgan": "the networks of DCGAN, smaller, 32, 64 or 128 pixels (Radford 2016)",
}

GENERATOR_LABELS = {
    "concat": "one-hot beside the latent (Mirza 2014, Odena 2017)",
    "branch": "latent and label each through a dense layer, then joined (Mirza 2014)",
    "multiply": "latent times an embedding of the label",
    "map": "constant maps beside the first feature map",
    "cbn": "scale and shift of every normalisation (de Vries 2017, Dumoulin 2017)",
}

DISCRIMINATOR_LABELS = {
    "concat": "one-hot beside the last features",
    "branch": "image and label each through a layer, then joined (Mirza 2014)",
    "map": "constant maps beside the image",
    "projection": "inner product with the features (Miyato & Koyama 2018)",
    "auxiliary": "an output beside the logit (Odena 2017)",
    "k_plus_1": "an output whose logsumexp is the logit (Salimans 2016)",
}

LABEL_SAMPLINGS = {
    "empirical": "as often as in the data",
    "uniform": "every class equally often",
    "batch": "the labels of the real batch in another order",
    "weights": "according to --label-weights",
}

# Letters of the domains of a joint method: outputs are "image_a", "image_b", ...
DOMAINS = tuple("abcdefgh")


def split_apart(text: str, sign: str, is_whole: Callable[[str], bool]) -> list[str]:
    """Splits a text at each occurrence of a sign, except within the longest parts that are whole.

    Args:
      text: the parts.
      sign: what parts are joined with.
      is_whole: whether a part, which may have the sign in it, is one name.
    """
    rest, parts = text.split(sign), []
    while rest:
        ends = range(len(rest), 0, -1)
        end = next((n for n in ends if is_whole(sign.join(rest[:n]))), 1)
        parts.append(sign.join(rest[:end]))
        rest = rest[end:]
    return parts
