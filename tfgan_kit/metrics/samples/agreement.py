"""Measures whether the images from one latent in several domains correspond."""

import numpy as np

from tfgan_kit.pictures.images import to_uint8

THRESHOLDS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)


def semantic_agreement(predictions) -> float:
    """Share of latents whose images have the same class in all domains.

    Protocol: each domain has its own classifier, trained on labelled images of that domain and not
    used in training the generators; the class is the most probable one. Chance level is 1 / classes
    for two domains with balanced classes. Generators of a single class always agree;
    `agreement_beyond_chance` corrects for that.

    Where an image has several attributes, each attribute is predicted if its probability is above
    0.5, and the share is taken over the attributes, too. The chance level is then high: for two
    domains in which a share p of the images has an attribute, it is p^2 + (1 - p)^2.

    Args:
      predictions: for each domain, the classes (n,) of the images of the same n latents, or bool
        (n, attributes).

    Raises:
      ValueError: if the domains differ in shape.
    """
    predictions = np.stack(predictions)
    return float((predictions == predictions[0]).all(0).mean())


def agreement_beyond_chance(predictions) -> float:
    """Cohen's kappa: (p - c) / (1 - c), with p the semantic agreement and c the chance level.

    The chance level is the agreement of domains with the same class frequencies that are
    independent of each other (Cohen 1960; here for any number of domains). Collapsed generators,
    which agree because they generate a single class, score 0.

    Args:
      predictions: see `semantic_agreement`.

    Returns:
      1 if all agree, 0 at chance level, negative if they agree less often; 0 if the chance level is
      1.

    Raises:
      ValueError: if the domains differ in shape.
    """
    predictions = np.stack(predictions)
    columns = predictions.reshape(*predictions.shape[:2], -1)
    chance = np.mean(
        [
            sum(np.prod((answers == kind).mean(1)) for kind in np.unique(answers))
            for answers in np.moveaxis(columns, 2, 0)
        ]
    )
    if chance == 1:
        return 0.0
    return float((semantic_agreement(predictions) - chance) / (1 - chance))


def sure_agreement(probabilities, threshold: float = 0.9) -> tuple[float, float]:
    """Semantic agreement over the latents whose images are clear in all domains.

    Protocol: an image is clear if its classifier gives one class a probability above the threshold.
    A low semantic agreement can mean that the domains do not correspond, or that images are hard to
    recognise. This measure distinguishes the two, as it stays high in the second case.

    Args:
      probabilities: for each domain, the probabilities of mutually exclusive classes, (n, classes).
      threshold: as above.

    Returns:
      The agreement, NaN if no latent is clear; and the share of clear latents.

    Raises:
      ValueError: if the domains differ in shape.
    """
    probabilities = np.stack(probabilities)
    clear = (probabilities.max(-1) > threshold).all(0)
    if not clear.any():
        return float("nan"), 0.0
    return semantic_agreement(probabilities.argmax(-1)[:, clear]), float(clear.mean())


def pixel_agreement(mapped, other, threshold: float = 0.1) -> float:
    """Share of pixels on which T(G1(z)) and G2(z) agree, where T is the true map between domains.

    Protocol (after Liu & Tuzel 2016, who count agreeing pixels): both are rounded to 8 bits; a
    pixel agrees if no channel differs by more than the threshold. Images that are mostly background
    agree by chance; to find out how much, measure shifted pairs, with `np.roll(other, 1, axis=0)`
    in place of `other`.

    Args:
      mapped: T(G1(z)), (n, height, width, channels), uint8 or float in [-1, 1].
      other: G2(z) for the same latents, of the same shape.
      threshold: allowed difference, as a share of the full range.

    Raises:
      ValueError: if the shapes differ.
    """
    return pixel_agreement_curve(mapped, other, (threshold,))[threshold]


def pixel_agreement_curve(mapped, other, thresholds=THRESHOLDS) -> dict[float, float]:
    """Threshold -> `pixel_agreement` at that threshold."""
    mapped, other = to_uint8(mapped), to_uint8(other)
    if mapped.shape != other.shape:
        raise ValueError(f"The images need one shape, not {mapped.shape} and {other.shape}.")
    difference = np.abs(mapped.astype(np.int16) - other).max(-1)
    return {t: float((difference <= 255 * t + 1e-6).mean()) for t in thresholds}
