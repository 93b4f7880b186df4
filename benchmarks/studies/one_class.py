"""Does a label map of one class keep its class? `python -m benchmarks.studies.one_class RUN...`.

Normalisation takes the mean from what is the same everywhere, and with it the class (Park et al.
2019, section 3). Each run draws a map of one class, one instance, for each class in turn. The
table shows how far apart the outputs of two classes are, and how many of the outputs are, in their
mean colour, nearest to what the class looks like in held-out images.
"""

import argparse
import itertools

import numpy as np

from benchmarks.machine import run_main
from data.reading.open import open_source
from tfgan_kit.runs.saved_run import SavedRun

EXAMPLES = 500


def class_colours(source, classes: int) -> np.ndarray:
    """Mean colour of each class in images.

    Args:
      source: with the fields "ids" and "target".
      classes: number of classes.

    Returns:
      float64 (classes, channels) in [0, 255]; NaN for a class that does not occur.
    """
    examples = source.read(np.arange(min(EXAMPLES, len(source))))
    ids, images = examples["ids"], examples["target"]
    return np.array(
        [
            images[ids == k].mean(0) if (ids == k).any() else np.full(3, np.nan)
            for k in range(classes)
        ]
    )


def measure(images: np.ndarray, colours: np.ndarray) -> tuple[float, float]:
    """What is left of the class in images that were drawn from maps of one class.

    Args:
      images: (classes, height, width, channels) in [0, 255], one of each class.
      colours: see `class_colours`.

    Returns:
      The mean absolute difference between the images of two classes, in levels, and the share of
      images whose mean colour is nearest to that of their class.
    """
    images = images.astype(np.float64)
    pairs = itertools.combinations(images, 2)
    apart = np.mean([np.abs(a - b).mean() for a, b in pairs])
    distances = np.linalg.norm(images.mean((1, 2))[:, None] - colours, axis=-1)
    return float(apart), float(np.mean(distances.argmin(1) == np.arange(len(images))))


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="RUN", help="of pix2pixhd or spade")
    print("| run | method | levels between two classes | nearest to their class |")
    print("|---|---|---|---|")
    for path in parser.parse_args().runs:
        saved = SavedRun(path)
        use = saved.bound("translate")
        ids = use.use.inputs["ids"]
        count = len(ids.names)
        source = open_source(
            saved.setting("dataset"), split="test", image_size=ids.shape, channels=3
        )
        maps = np.broadcast_to(np.arange(count)[:, None, None], (count, *ids.shape))
        given = {"ids": maps.astype(ids.dtype)}
        if "instances" in use.use.inputs:
            given["instances"] = np.ones_like(given["ids"])
        images = (use.render(given)["image"] + 1) * 127.5
        apart, kept = measure(images, class_colours(source, count))
        print(f"| {path} | {saved.method} | {apart:.2f} | {kept:.2f} |")


if __name__ == "__main__":
    run_main(main)
