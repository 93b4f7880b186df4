"""Computes each metric of `tfgan_kit.metrics.registry` from the data collected for two sets.

A function `measure_NAME(real, fake, tools)` takes two `Collected`, where `real` is None for a
metric that needs no real images, and the `Instruments`; it returns a `Found`. In the names of its
values, "{}" stands for the metric's name with these features.
"""

import dataclasses

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions import (
    class_wise,
    frechet,
    inception_score,
    kid,
    mmd,
    prd,
    prdc,
)
from tfgan_kit.metrics.distributions import sliced_wasserstein as sliced
from tfgan_kit.metrics.distributions.feature_sets import canonical_order

GROUP = 10  # `lpips_diversity` compares all pairs within groups of this size.
PROBED = 128  # Walks that are measured twice, with steps of two lengths.
CURVE_STEP = 10  # Every CURVE_STEP-th of the PRD curve's 1001 points is stored.


@dataclasses.dataclass(frozen=True)
class Found:
    """Numbers and how they were measured.

    Attributes:
      values: name -> number, or a JSON value with more detail.
      words: the protocol in words, without features, sets and seed.
      warnings: one line each.
    """

    values: dict
    words: str
    warnings: tuple[str, ...] = ()


def _small(real, fake):
    """The warning for the smaller set, if there is one."""
    name, smaller = min((("real", real), ("generated", fake)), key=lambda pair: pair[1].count)
    return frechet.small_sample_warning(smaller.count, len(smaller.statistics.mean), name)


def measure_fid(real, fake, tools):
    """See `tfgan_kit.metrics.distributions.frechet`."""
    value = frechet.frechet_from_statistics(real.statistics, fake.statistics)
    warning = _small(real, fake)
    return Found(
        {"{}": value},
        "Frechet distance of means and unbiased covariances, float64",
        (warning,) if warning else (),
    )


def measure_kid(real, fake, tools):
    """See `tfgan_kit.metrics.distributions.kid`."""
    smaller = min(real.count, fake.count)
    size, warnings = kid.SUBSET_SIZE, ()
    if smaller < size:
        # If a subset is the whole set, there is only one, and no spread.
        size = max(2, smaller // 2)
        warnings = (
            f"KID: subsets of {size} in place of {kid.SUBSET_SIZE}, as a set has {smaller} images; "
            "that changes its spread, not its expectation",
        )
    found = kid.kernel_distance(real.features, fake.features, subset_size=size, seed=tools.seed)
    return Found(
        {"{}": found["mean"], "{}_standard_error": found["standard_error"]},
        f"kernel (x.y / d + 1)^3, unbiased, mean of {kid.SUBSETS} subsets of {size}; the standard "
        "error is that of drawing the subsets",
        warnings,
    )


def measure_mmd(real, fake, tools):
    """See `tfgan_kit.metrics.distributions.mmd`; the bandwidth depends only on the real images."""
    order = canonical_order(real.features)
    order = order[np.random.default_rng(tools.seed).permutation(real.count)]
    halves = (real.features[half] for half in np.array_split(order, 2))
    bandwidth = mmd.median_bandwidth(*halves, seed=tools.seed)
    value = mmd.gaussian_mmd(real.features, fake.features, bandwidth)
    return Found(
        {"{}": value},
        f"squared, unbiased, Gaussian kernel of bandwidth {bandwidth:.6g}, the median distance of "
        "real images",
    )


def measure_is(real, fake, tools):
    """See `tfgan_kit.metrics.distributions.inception_score`."""
    found = inception_score.inception_score(fake.probabilities, seed=tools.seed)
    warning = inception_score.small_sample_warning(fake.count, fake.probabilities.shape[1])
    return Found(
        {"{}": found["mean"], "{}_std": found["std"]},
        f"exp of the mean divergence from the marginal, mean and standard deviation over "
        f"{inception_score.SPLITS} splits",
        (warning,) if warning else (),
    )


def measure_cis(real, fake, tools):
    """See `tfgan_kit.metrics.distributions.inception_score.conditional_inception_score`."""
    inputs, counts = np.unique(fake.labels, return_counts=True)
    if (inputs < 0).any():
        raise UserError("--metrics cis: some images have no label, which names their input")
    if counts.min() < 2 or counts.min() != counts.max():
        raise UserError(
            "--metrics cis needs the same number of outputs of each input, 2 or more: there are "
            f"{counts.min()} to {counts.max()} images of a label; give all of each"
        )
    order = np.argsort(fake.labels, kind="stable")
    grouped = fake.probabilities[order].reshape(len(inputs), counts[0], -1)
    found = inception_score.conditional_inception_score(grouped)
    return Found(
        {"{}": found["cis"], "{}_marginal": found["is"]},
        f"mean divergence in nats from the mean over the {counts[0]} images of a label, of "
        f"{len(inputs)} labels; marginal: from the mean over all images",
    )


def measure_prdc(real, fake, tools):
    """See `tfgan_kit.metrics.distributions.prdc`."""
    found = prdc.prdc(real.features, fake.features)
    return Found(
        found,
        f"balls to the {prdc.NEAREST}th nearest neighbour, open, Euclidean distances",
    )


def measure_prd(real, fake, tools):
    """See `tfgan_kit.metrics.distributions.prd`."""
    curve = prd.prd_curve(real.features, fake.features, seed=tools.seed)
    recall, precision = prd.f_beta_pair(*curve)
    written = {
        name: [round(float(v), 4) for v in values[::CURVE_STEP]]
        for name, values in zip(("precision", "recall"), curve, strict=True)
    }
    return Found(
        {
            "prd_f8": recall,
            "prd_f1/8": precision,
            "prd_curve": written,
        },
        f"{prd.CLUSTERS} clusters of both sets, mean of {prd.RUNS} clusterings; F8 weighs recall, "
        "F1/8 precision",
    )


def measure_sliced_wasserstein(real, fake, tools):
    """See `tfgan_kit.metrics.distributions.sliced_wasserstein`."""
    value = sliced.sliced_wasserstein(real.features, fake.features, seed=tools.seed)
    words = f"Wasserstein-1 distance, mean over {sliced.PROJECTIONS} directions"
    return Found({"{}": value}, words)


def measure_class_wise_fid(real, fake, tools):
    """See `tfgan_kit.metrics.distributions.class_wise`."""
    for name, given in (("real", real), ("generated", fake)):
        if (given.labels < 0).any():
            raise UserError(f"--metrics class_wise_fid: some {name} images have no label")
    found = class_wise.class_wise_frechet(real.features, real.labels, fake.features, fake.labels)
    counts = {c: min(entry["real"], entry["fake"]) for c, entry in found["classes"].items()}
    warning = class_wise.small_class_warning(counts, real.features.shape[1])
    names = real.images.classes
    classes = {names[c]: entry for c, entry in found["classes"].items()}
    return Found(
        {"{}": found["mean"], "{}_all": found["all"], "{}_classes": classes},
        "mean over the classes of their Frechet distances; all: of all classes together",
        (warning,) if warning else (),
    )


def measure_swd(real, fake, tools):
    """See `tfgan_kit.metrics.distributions.sliced_wasserstein.laplacian_sliced_wasserstein`."""
    found = sliced.laplacian_sliced_wasserstein(real.pixels, fake.pixels, seed=tools.seed)
    return Found(
        found,
        f"of uint8 images, levels of a Laplacian pyramid, {sliced.PATCHES} patches of "
        f"{sliced.PATCH}x{sliced.PATCH} per image and level, {sliced.PROJECTIONS} directions, "
        "times 1000",
    )


def measure_wasserstein_critic(real, fake, tools):
    """See `tfgan_kit.metrics.distributions.wasserstein_critic`."""
    from tfgan_kit.metrics.distributions import wasserstein_critic as critic

    found = critic.wasserstein_critic(
        real.pixels,
        fake.pixels,
        seed=tools.seed,
        tell=lambda done: tools.tell(f"Wasserstein critic: step {done} of {critic.STEPS}"),
    )
    return Found(
        {
            "{}": found["distance"],
            "{}_standard_error": found["standard_error"],
            "{}_raw": found["raw"],
        },
        f"of uint8 images as [-1, 1], Euclidean; a critic trained on half of each set for "
        f"{critic.STEPS} steps with a one-sided penalty of weight {critic.PENALTY_WEIGHT:g}, "
        f"measured on the other half; raw is divided by its slope there, {found['slope']:.3g}, if "
        "that is above 1",
    )


def measure_lpips_diversity(real, fake, tools):
    """See `tfgan_kit.metrics.images.lpips.lpips_diversity`; the images count as outputs of one
    input."""
    from tfgan_kit.metrics.images.lpips import lpips_diversity, protocol

    order = _pixel_order(fake)[np.random.default_rng(tools.seed).permutation(fake.count)]
    size = min(GROUP, fake.count)
    groups = order[: fake.count // size * size].reshape(-1, size)
    value = lpips_diversity(tools.lpips, fake.pixels[groups]).mean()
    words = protocol(tools.lpips, "diversity")
    return Found(
        {"{}": float(value)}, f"{words}; here all images in random groups of {size}, without input"
    )


def _pixel_order(images):
    return canonical_order(images.pixels.reshape(images.count, -1))


def measure_lpips_to_real(real, fake, tools):
    """See `tfgan_kit.metrics.images.lpips.lpips_to_real`."""
    from tfgan_kit.metrics.images.lpips import lpips_to_real, protocol

    generated, real = (each.pixels[_pixel_order(each)] for each in (fake, real))
    values = lpips_to_real(tools.lpips, generated, real, tools.seed)
    return Found({"{}": float(values.mean())}, protocol(tools.lpips, "real"))


def measure_lpips(real, fake, tools):
    """See `tfgan_kit.metrics.images.lpips`."""
    from tfgan_kit.metrics.images.lpips import lpips, protocol

    values = lpips(tools.lpips, real.pixels, fake.pixels)
    return Found({"{}": float(values.mean())}, protocol(tools.lpips, "pairs"))


def measure_ppl(real, fake, tools):
    """See `tfgan_kit.metrics.samples.path_length`; as many walks as there are samples."""
    from tfgan_kit.metrics.samples import path_length as length

    count, values, warnings = fake.count, {}, []
    shares = {"full": np.random.default_rng(tools.seed).uniform(size=count), "end": np.zeros(count)}
    for walks in fake.images.walks:
        ends = walks.draw(tools.seed, count)

        def speeds(where, some, step=length.STEP, walks=walks, ends=ends):
            return length.squared_speeds(
                walks.images_of,
                tools.distance,
                *(each[:some] for each in ends),
                shares[where][:some],
                path=walks.path,
                step=step,
                faces=tools.faces,
                tell=lambda done: tools.tell(f"path length in {walks.space}: {done} of {some}"),
            )

        for where in shares:
            fine = speeds(where, count)
            values[f"{{}}_{walks.space}_{where}"] = length.path_length(fine)
            some = min(count, PROBED)
            coarse = length.path_length(speeds(where, some, length.COARSE_STEP))
            warnings.append(length.precision_warning(length.path_length(fine[:some]), coarse))
    crop = ", cropped to faces" if tools.faces else ""
    paths = ", ".join(f"{each.path} in {each.space}" for each in fake.images.walks)
    return Found(
        values,
        f"mean of d(G(p(t)), G(p(t + e))) / e^2 between its 1st and 99th percentile, e = "
        f"{length.STEP:g}, {count} walks ({paths}), t uniform (full) or 0 (end); no truncation, "
        f"fixed noise; images of at most 256 pixels, not rounded{crop}",
        tuple(dict.fromkeys(filter(None, warnings))),
    )


def measure_psnr(real, fake, tools):
    """See `tfgan_kit.metrics.images.psnr`; infinite values (of equal images) are left out."""
    from tfgan_kit.metrics.images.psnr import PROTOCOL, psnr

    values = psnr(real.pixels, fake.pixels)
    finite, warnings = values[np.isfinite(values)], ()
    if not len(finite):
        raise UserError("--metrics psnr: all pairs are equal, so it is infinite; leave it out")
    if len(finite) < len(values):
        warnings = (
            f"PSNR: {len(values) - len(finite)} of {len(values)} pairs are equal; their infinite "
            "values are not in the mean",
        )
    return Found({"{}": float(finite.mean())}, f"{PROTOCOL}, mean over pairs", warnings)


def measure_ssim(real, fake, tools):
    """See `tfgan_kit.metrics.images.ssim`."""
    from tfgan_kit.metrics.images.ssim import PROTOCOL, ssim

    value = ssim(real.pixels, fake.pixels).mean()
    return Found({"{}": float(value)}, f"{PROTOCOL}, and over pairs")


def measure_ms_ssim(real, fake, tools):
    """See `tfgan_kit.metrics.images.ms_ssim`."""
    from tfgan_kit.metrics.images.ms_ssim import ms_ssim, protocol

    value = ms_ssim(real.pixels, fake.pixels).mean()
    return Found({"{}": float(value)}, f"{protocol(*real.images.shape[:2])}, and over pairs")
