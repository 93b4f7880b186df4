"""Measures of clones on tasks: how far their colours are off after several numbers of steps."""

import numpy as np

from tfgan_kit.metrics.images.psnr import psnr
from tfgan_kit.pictures.images import to_uint8
from tfgan_kit.pictures.lab import lab_to_rgb
from trainers.few_shot.measures import over_tasks

_SCALE = 110  # Of a and b as networks have them.


def measure(true, painted, numbers) -> dict:
    """Compares what clones paint with the truth.

    Args:
      true: images of tasks, (tasks, images, height, width, 3), see
        `tfgan_kit.pictures.lab.rgb_to_lab`.
      painted: a / 110 and b / 110 after each number of steps, (tasks, numbers, images, height,
        width, 2).
      numbers: the numbers of steps.

    Returns:
      For each number k, means over tasks: "ab_error_at_k", the mean absolute error of a and b, and
      "psnr_at_k" of RGB in dB, a mean over images, with half of their 95 % intervals, see
      `trainers.few_shot.measures.over_tasks`; "samples": how many images.
    """
    errors = _SCALE * np.abs(painted - true[:, None, ..., 1:]).mean((2, 3, 4, 5))
    lightness = np.broadcast_to(true[:, None, ..., :1], (*painted.shape[:-1], 1))
    seen, truth = (to_uint8(lab_to_rgb(lab)) for lab in (_joined(lightness, painted), true))
    ratios = [[psnr(t, one).mean() for one in each] for t, each in zip(truth, seen, strict=True)]
    found = {}
    for name, values in (("ab_error", errors), ("psnr", np.array(ratios))):
        found |= {f"{name}_at_{k}": values[:, place] for place, k in enumerate(numbers)}
    return {"samples": len(true) * true.shape[1], **over_tasks(found)}


def _joined(lightness, ab):
    return np.concatenate([lightness, ab], -1).astype(np.float32)
