"""Run directories as a training leaves them, made without one."""

import json

import numpy as np
from PIL import Image

HEADER = """method    gan
data      ring: 5,100 examples of 2, 10 classes
networks  generator 34,690, discriminator 33,537 parameters
devices   default: 1 replica, float32
changed   dataset=ring
versions  tfgan-kit 0.1.0, TensorFlow 2.21.0, Keras 3.15.1, Python 3.11.7
"""


def write_run(
    path, *, method="gan", settings=None, steps=(0, 50, 100), entries=None, log=None, size=(24, 16)
):
    """A run of 100 steps whose loss at step s is s / 10.

    Args:
      path: where to.
      method, settings: of config.json; some settings by default.
      steps: of its pictures.
      entries: of evaluation.json; None for no file.
      log: of log.txt; a finished run's by default.
      size: of its pictures, width and height.
    """
    (path / "samples").mkdir(parents=True)
    told = {"dataset": "ring", "steps": 100, "batch_size": 20, "seed": 4, "latent_size": 2}
    config = {"method": method, "settings": told | (settings or {})}
    (path / "config.json").write_text(json.dumps(config))
    finished = f"step 0 of 100, in {path}\nfinished 100 steps after 1m05s: see {path}\n"
    (path / "log.txt").write_text(HEADER + finished if log is None else log)
    lines = ["step,discriminator/adversarial,discriminator/loss,generator/loss,images_per_second"]
    lines += [f"{s},{s / 20},{s / 10},{s / 10},200" for s in range(10, 101, 10)]
    (path / "metrics.csv").write_text("\n".join(lines) + "\n")
    if entries is not None:
        (path / "evaluation.json").write_text(json.dumps(entries))
    for step in steps:
        write_picture(path / "samples" / f"{step:08d}.png", size, seed=step)
    return path


def write_picture(path, size, seed=0):
    """A picture of noise, which no format makes small."""
    width, height = size
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    Image.fromarray(pixels).save(path)
