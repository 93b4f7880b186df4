"""Distances of outputs from their truths, and the same distances of trivial baselines."""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.goal import Goal, goals
from tfgan_kit.extractors import alexnet_lpips
from tfgan_kit.metrics.images import errors, luma, psnr, ssim
from tfgan_kit.metrics.images import lpips as lpips_metric
from tfgan_kit.metrics.images.pixels import pixels
from tfgan_kit.metrics.images.resize import resize

BASELINES = {
    "input_copied": "the input in place of the output, converted to gray if the target is gray, "
    "or repeated to three channels if it is in colour",
    "bicubic": "the input, enlarged by antialiased bicubic interpolation, in place of the output",
    "training_mean": "the mean of the training set's targets in place of the output; with a mask, "
    "only in the hole",
    "mean_fill": "the hole filled with the mean colour of the rest of the image",
}


def goals_of_pairs() -> dict[str, Goal]:
    """The measures by which the best models can be kept; see `Trainer.goals`."""
    return goals(higher=["psnr", "ssim"], lower=["l1", "l2"])


def comparable(field) -> bool:
    """Whether images of a field can be measured: of 1 or 3 channels."""
    return field.kind == "image" and field.shape[-1] in (1, 3)


def load_lpips():
    """Returns the network of LPIPS and None, or, if its weights are missing, None and a note.

    Raises:
      UserError: if the weights are damaged.
    """
    try:
        alexnet_lpips.PUBLISHED.locate()
    except UserError as error:
        return None, f"lpips is left out: {error}"
    return alexnet_lpips.load(), None


def mean_image(batches):
    """Mean of images, a few at a time.

    Args:
      batches: iterable of float (n, height, width, channels) in [-1, 1].

    Returns:
      float32 (height, width, channels); None if there are no images, or their sizes differ.
    """
    total, count = None, 0
    for images in batches:
        sums = np.sum(images, 0, dtype=np.float64)
        if total is not None and sums.shape != total.shape:
            return None
        total = sums if total is None else total + sums
        count += len(images)
    return (total / count).astype(np.float32) if count else None


def measure_pairs(batches, *, training_mean=None, lpips=None, scale=None) -> dict[str, float]:
    """Measures outputs against their truths.

    Args:
      batches: iterable of dictionaries with "output" and "target", float (n, height, width, 1 or 3)
        in [-1, 1], and, if there are any, "input", float (n, height', width', channels') in [-1,
        1], and "mask", (n, height, width, 1), true in the hole. Sizes may differ between batches.
      training_mean: the `mean_image` of the training set's targets, or None.
      lpips: a `LpipsNetwork`, or None; see `load_lpips`.
      scale: the factor of super-resolution; None for other tasks.

    Returns:
      Name -> mean over images: "l1" and "l2" in percent of the range; "psnr" in dB, without images
      equal to their truth; "ssim" for images of 11x11 or more; "lpips" if its network is
      given; "l1_hole", "l2_hole" and "psnr_hole" if there are masks; "psnr_y" and "ssim_y" if there
      is a scale, without a border of `scale` pixels. The same measures of each applicable baseline
      of `BASELINES` have its name at the end, as in "psnr_input_copied". A measure that is missing
      for any batch is left out.

    Raises:
      UserError: see `tfgan_kit.metrics.images.pixels` and `.errors.l1`.
    """
    settings = {"training_mean": training_mean, "lpips": lpips, "scale": scale}
    return means([measure_each(batch, **settings) for batch in batches])


def measure_each(batch, *, training_mean=None, lpips=None, scale=None) -> dict[str, np.ndarray]:
    """The measures of `measure_pairs` of each image of a batch.

    Args:
      batch, training_mean, lpips, scale: see `measure_pairs`.

    Returns:
      Name -> (n,); a psnr is infinite where an image equals its truth.
    """
    found, target = {}, pixels(batch["target"])
    measures = _measures(target, batch.get("mask"), lpips, scale)
    for ending, images in _compared(batch, target, training_mean).items():
        found |= {name + ending: of(images) for name, of in measures.items()}
    return found


def means(parts: list[dict[str, np.ndarray]]) -> dict[str, float]:
    """Means over the images of several batches.

    Args:
      parts: for each batch, name of a measure -> its values (n,).

    Returns:
      Name -> mean of the finite values, for each name that all batches have and that has any.
    """
    first, *rest = parts or [{}]
    found = {}
    for name in first:
        if not all(name in part for part in rest):
            continue
        values = np.concatenate([part[name] for part in parts])
        finite = values[np.isfinite(values)]
        if len(finite):
            found[name] = float(finite.mean())
    return found


def beside_baselines(found: dict[str, float]) -> dict:
    """The numbers of `measure_pairs` as `Trainer.evaluate` returns them.

    Returns:
      The numbers of the outputs by name, and under "reference" those of each baseline, by the
      baseline's name in words and then by the same names.
    """
    references = {}
    for baseline in BASELINES:
        ending = f"_{baseline}"
        own = {n.removesuffix(ending): v for n, v in found.items() if n.endswith(ending)}
        if own:
            references[baseline.replace("_", " ")] = own
    plain = {n: v for n, v in found.items() if not n.endswith(tuple(BASELINES))}
    return plain | ({"reference": references} if references else {})


def protocol(name: str, lpips=None, scale=None) -> str:
    """The protocol of one of the numbers of `measure_pairs` in words.

    Args:
      name: of the number.
      lpips, scale: see `measure_pairs`.
    """
    baseline = next((each for each in BASELINES if name.endswith(f"_{each}")), None)
    measure, *places = name.removesuffix(f"_{baseline}").split("_")
    words = [
        {
            **errors.PROTOCOLS,
            "psnr": f"{psnr.PROTOCOL}, without images equal to their truth",
            "ssim": ssim.PROTOCOL,
            "lpips": lpips and lpips_metric.protocol(lpips, "pairs"),
        }[measure]
    ]
    if "hole" in places:
        words.append("in the hole only")
    if "y" in places:
        words.append(luma.protocol(scale))
    words.append("mean over images")
    if baseline:
        words.append(BASELINES[baseline])
    return "; ".join(words)


def _measures(target, mask, lpips, scale):
    """Functions of uint8 images to one number for each, by name."""
    height, width = target.shape[1:3]
    found = {
        "l1": lambda images: errors.l1(target, images),
        "l2": lambda images: errors.l2(target, images),
        "psnr": lambda images: psnr.psnr(target, images),
    }
    if min(height, width) >= ssim.WINDOW:
        found["ssim"] = lambda images: ssim.ssim(target, images)
    if lpips is not None and min(height, width) >= lpips.smallest:
        found["lpips"] = lambda images: lpips_metric.lpips(lpips, target, images)
    if mask is not None:
        found["l1_hole"] = lambda images: errors.l1(target, images, mask)
        found["l2_hole"] = lambda images: errors.l2(target, images, mask)
        found["psnr_hole"] = lambda images: psnr.psnr(target, images, mask)
    if scale is not None and min(height, width) > 2 * scale:
        found["psnr_y"] = lambda images: luma.psnr_y(target, images, scale)
    if scale is not None and min(height, width) >= ssim.WINDOW + 2 * scale:
        found["ssim_y"] = lambda images: luma.ssim_y(target, images, scale)
    return found


def _compared(batch, target, training_mean):
    """Ending of the names of measures -> the outputs or a baseline, uint8 of the target's shape."""
    found = {"": pixels(batch["output"])}
    copied = _with_channels(batch.get("input"), target.shape[-1])
    if copied is not None and copied.shape == target.shape:
        found["_input_copied"] = copied
    elif copied is not None and copied.shape[1] < target.shape[1]:
        larger = resize(copied, target.shape[1:3])
        found["_bicubic"] = np.rint(larger).astype(np.uint8)
    mask = batch.get("mask")
    if training_mean is not None and training_mean.shape == target.shape[1:]:
        mean = np.broadcast_to(pixels(training_mean[None]), target.shape)
        found["_training_mean"] = mean if mask is None else np.where(mask, mean, target)
    if mask is not None:
        found["_mean_fill"] = _mean_filled(target, np.asarray(mask, bool))
    return found


def _mean_filled(images, mask):
    known = np.maximum((~mask).sum((1, 2), keepdims=True), 1)
    means = (images * ~mask).sum((1, 2), keepdims=True) / known
    return np.where(mask, np.rint(means).astype(np.uint8), images)


def _with_channels(images, channels):
    """Converts inputs to uint8 with this many channels; None if that is impossible."""
    if images is None or images.shape[-1] not in (1, 3):
        return None
    images = pixels(images)
    if images.shape[-1] == channels:
        return images
    if channels == 3:
        return np.repeat(images, 3, axis=-1)
    gray = images @ np.array([[0.299], [0.587], [0.114]])
    return np.rint(gray).astype(np.uint8)
