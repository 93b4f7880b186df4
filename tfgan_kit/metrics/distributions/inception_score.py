"""The Inception Score, from the class probabilities of generated images."""

from itertools import pairwise

import numpy as np
from scipy.special import rel_entr

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.feature_sets import canonical_order

SPLITS = 10


def inception_score(probabilities, splits: int = SPLITS, seed: int = 0) -> dict[str, float]:
    """exp(mean_x KL(p(y | x) || p(y))), p(y) being the mean of p(y | x) (Salimans et al. 2016).

    Protocol: the examples, in their canonical order, are shuffled by NumPy's RandomState(seed) and
    cut into `splits` parts whose sizes differ by at most one; each part has its own p(y). The score
    increases with the size of the parts. It is called the Inception Score only with the classes of
    FID's Inception network, and says little about images of other classes.

    Args:
      probabilities: (n, classes), each row summing to 1.
      splits: number of parts, of at least 2 examples each.
      seed: seed of the shuffle.

    Returns:
      "mean" and "std" (divided by the number of parts) over the parts, as reported in the
      literature; the score is in [1, classes].

    Raises:
      UserError: if there are fewer than 2 examples in a part, or they are not probabilities.
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
    """Diversity of the outputs for each input, and of all outputs (MUNIT, Huang et al. 2018).

    CIS = mean over inputs and outputs of KL(p(y | x12) || p(y | x1)), with p(y | x1) the mean over
    the outputs of an input; IS is the same with p(y), the mean over everything.

    Protocol: report the number of outputs per input with the results, as CIS increases with it. The
    classifier is one of the target domain's modes. Unlike `inception_score`, neither is
    exponentiated; their difference is the information that the input alone gives about the class.

    Args:
      probabilities: (inputs, outputs, classes), at least 2 outputs, summing to 1 along the last
        axis.

    Returns:
      "cis" and "is", in nats: 0 <= cis <= is <= log(classes).

    Raises:
      UserError: if there are fewer than 2 outputs per input, or they are not probabilities.
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
    """A warning about a score of few examples, or None if there are enough.

    Returns:
      One line if a part has fewer examples than there are classes, which limits the score.
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
    """KL divergence of each row (n, classes) from the mean of the rows, (n,)."""
    return rel_entr(probabilities, probabilities.mean(0)).sum(-1)
