"""The inception score, from the class probabilities of generated images."""

from itertools import pairwise

import numpy as np
from scipy.special import rel_entr

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.feature_sets import canonical_order

SPLITS = 10


def inception_score(probabilities, splits: int = SPLITS, seed: int = 0) -> dict[str, float]:
    """exp(mean_x KL(p(y | x) || p(y))), p(y) being the mean of p(y | x) (Salimans et al. 2016).

    Protocol: the examples, in their canonical order, are shuffled by NumPy's RandomState(seed) and
    cut into `splits` parts of equal size within one; each part has a p(y) of its own. The score
    rises with the size of the parts. It is called so only with the classes of FID's Inception, and
    says little about images of which these are not the classes.

    Args:
      probabilities: (n, classes), each row of sum 1.
      splits: number of parts, of at least 2 examples each.
      seed: of the shuffle.

    Returns:
      "mean" and "std" (divided by the number) over the parts, as the literature gives them; the
      score is in [1, classes].

    Raises:
      UserError: if there are fewer than 2 examples in a part, or they are no probabilities.
    """
    probabilities = _check(probabilities, 2)
    if splits < 1 or len(probabilities) < 2 * splits:
        raise UserError(
            f"an inception score of {splits} splits needs at least 2 examples in each: there are "
            f"{len(probabilities)}; give more images or fewer splits, 1 or more"
        )
    order = canonical_order(probabilities)
    order = order[np.random.RandomState(seed).permutation(len(order))]
    edges = np.arange(splits + 1) * len(order) // splits
    scores = [
        np.exp(_divergence(probabilities[order[start:end]]).mean())
        for start, end in pairwise(edges)
    ]
    return {"mean": float(np.mean(scores)), "std": float(np.std(scores))}


def conditional_inception_score(probabilities) -> dict[str, float]:
    """Diversity of several outputs for one input, and of all (MUNIT, Huang et al. 2018).

    CIS = mean over inputs and outputs of KL(p(y | x12) || p(y | x1)), with p(y | x1) the mean over
    the outputs of an input; IS the same against p(y), the mean over everything.

    Protocol: the number of outputs per input travels with the numbers, CIS rises with it. The
    classifier is one of the target domain's modes. Neither is exponentiated, unlike
    `inception_score`; their difference is how much the input alone tells of the class.

    Args:
      probabilities: (inputs, outputs, classes), at least 2 outputs, sums of 1 along the last axis.

    Returns:
      "cis" and "is", in nats: 0 <= cis <= is <= log(classes).

    Raises:
      UserError: if there are fewer than 2 outputs per input, or they are no probabilities.
    """
    probabilities = _check(probabilities, 3)
    if not len(probabilities) or probabilities.shape[1] < 2:
        raise UserError(
            "a conditional inception score needs 1 or more inputs with at least 2 outputs each, "
            f"not {probabilities.shape[0]} with {probabilities.shape[1]}"
        )
    merged = probabilities.reshape(-1, probabilities.shape[-1])
    conditional = [_divergence(outputs).mean() for outputs in probabilities]
    return {"cis": float(np.mean(conditional)), "is": float(_divergence(merged).mean())}


def small_sample_warning(count: int, classes: int, splits: int = SPLITS) -> str | None:
    """What to tell the user of a score of few examples, or None if they are enough.

    Returns:
      One line if a part has fewer examples than there are classes, which bounds the score.
    """
    part = count // splits
    if part >= classes:
        return None
    return (
        f"the inception score's {splits} splits have {part} examples each for {classes} classes: "
        f"it is too low, and cannot exceed {part}; use more images (50,000 is usual)"
    )


def _check(probabilities, axes):
    shape = np.shape(probabilities)
    if len(shape) != axes or not shape[-1]:
        wanted = "(n, classes)" if axes == 2 else "(inputs, outputs, classes)"
        raise UserError(f"probabilities {wanted} are needed, not of shape {shape}")
    probabilities = np.asarray(probabilities, np.float64)
    if not np.isfinite(probabilities).all():
        raise UserError("the class probabilities hold NaN or infinity; check the classifier")
    if (probabilities < 0).any() or (np.abs(probabilities.sum(-1) - 1) > 1e-3).any():
        raise UserError(
            "class probabilities of 0 or more and of sum 1 are needed: apply a softmax to logits"
        )
    return probabilities


def _divergence(probabilities):
    """KL of each row (n, classes) from the mean of the rows, (n,)."""
    return rel_entr(probabilities, probabilities.mean(0)).sum(-1)
