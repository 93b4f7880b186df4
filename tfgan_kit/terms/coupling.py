"""Terms that tie generators which share no layer to one latent vector (SCoGAN, Aalborg 2020).

Every term is an unweighted scalar, the mean over this replica's batch, computed in float32 whatever
the precision of the networks. Terms that compare two domains are averaged over all unordered pairs
of domains, so that a weight means the same for any number of domains. Gradients reach both members
of a pair and stay finite where the members are equal.

The content loss and the style loss (`tfgan_kit.terms.style`) have two forms. "literal" applies the
formula to the features as the network outputs them; their magnitude, and so the right weight,
depends on the network. "normalized" divides each layer's term by the magnitude of its features,
treated as a constant, so that every layer counts: whatever the network, each contributes on the
order of 1 when the images are unrelated.
"""

import itertools

import tensorflow as tf

from tfgan_kit.terms.distance import difference, mean_square
from tfgan_kit.terms.style import magnitude


def feature_regularizer(features):
    """Returns 1/K sum_k mean (G1^k(z) - G2^k(z))^2 over the first K feature maps.

    Args:
      features: for each domain, a sequence of the same K intermediate outputs of its generator,
        (batch, height, width, channels) each, for one latent batch.
    """

    def between(first, second):
        terms = [mean_square(a, b) for a, b in zip(first, second, strict=True)]
        return tf.add_n(terms) / len(terms)

    return _over_pairs(between, features)


def semantic_loss(probabilities):
    """Returns 1/2 mean (delta(G1(z)) - delta(G2(z)))^2, over the batch and the classes.

    Args:
      probabilities: for each domain, the output of the classifier delta for its generated images,
        (batch, classes) in [0, 1]: softmax over classes, or one sigmoid per attribute.
    """
    return 0.5 * _over_pairs(mean_square, probabilities)


def semantic_divergence(logits, multi_label=False):
    """Returns the symmetric Kullback-Leibler divergence of a classifier's outputs for two domains.

    The gradient of the squared distance between probabilities vanishes where the classifier is
    certain of two different classes, which is where generators that disagree end up. This
    divergence, KL(p || q) + KL(q || p) = sum (p - q) (log p - log q), grows with the distance of
    the logits.

    Args:
      logits: for each domain, the classifier's logits for its generated images, (batch, classes).
      multi_label: whether the logits are those of independent attributes, each with its own
        probability; the result is then the mean over the attributes.
    """

    def between(first, second):
        if multi_label:
            return tf.reduce_mean(
                (tf.sigmoid(first) - tf.sigmoid(second)) * difference(first, second)
            )
        p, q = tf.nn.log_softmax(first), tf.nn.log_softmax(second)
        return tf.reduce_mean(tf.reduce_sum((tf.exp(p) - tf.exp(q)) * difference(p, q), axis=1))

    return _over_pairs(between, logits)


def latent_cycle(latent, recovered, norm="l2"):
    """Returns ||F(G1(z)) - z|| + ||F(G2(z)) - z||, a sum over all domains.

    The formula's norm is divided by the latent size, so that the weight does not depend on it.

    Args:
      latent: z, (batch, latent size).
      recovered: for each domain, the encoder's F(G(z)), of the same shape.
      norm: "l2" for the squared difference (as in the formula), "l1" for the absolute difference
        (as in the code published with it).
    """
    size = {"l2": tf.square, "l1": tf.abs}[norm]
    return tf.add_n([tf.reduce_mean(size(difference(z, latent))) for z in recovered])


def content_loss(features, form):
    """Returns the sum over layers j of mean (phi_j(a) - phi_j(b))^2 between generated images.

    Args:
      features: for each domain, a dictionary of the layers' feature maps of its generated images,
        (batch, height, width, channels) each; see `tfgan_kit.perceptual`.
      form: "literal", or "normalized", which divides each layer's term by the sum of both domains'
        mean squares. This bounds the term by 1 for feature maps that are never negative, as after a
        ReLU.
    """

    def between(first, second):
        terms = []
        for layer, a in first.items():
            b = second[layer]
            term = mean_square(a, b)
            terms.append(term / magnitude(form, a, b))
        return tf.add_n(terms)

    return _over_pairs(between, features)


def _over_pairs(between, domains):
    """Returns the mean of `between` over all unordered pairs of domains."""
    pairs = list(itertools.combinations(domains, 2))
    return tf.add_n([between(a, b) for a, b in pairs]) / len(pairs)
