"""All families side by side: `python -m benchmarks.studies.unpaired.without_pairs RUN...`.

Methods that translate have a network for it. CoGAN and SCoGAN translate an image through the latent
that draws it: found by search (`main.py transform`), or by the run's encoder alone if it has one.
All are asked for the same held-out images and judged by the classifiers of the first run. The runs
must have learned the same two domains, with the same size.
"""

import argparse
import time

import numpy as np
import tensorflow as tf

from benchmarks.machine import run_main
from benchmarks.studies.runs import cell
from benchmarks.studies.unpaired.opened import opened
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network
from tfgan_kit.latent.inversion import invert
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.draw import draw_inputs
from trainers.unpaired.measures import DIRECTIONS, UnpairedMeasures

COLUMNS = ("class_kept", "classifier_frechet", "l1", "lpips")
STARTS, STEPS = 8, 200


def translators(path: str) -> dict:
    """The ways in which a run translates: words -> function (use, images) -> images in [-1, 1].

    Args:
      path: of a run with two domains.
    """
    saved = SavedRun(path)
    name = saved.method
    if any(use.direction for use in saved.uses.values()):

        def render(use, images):
            bound = saved.bound(use)
            inputs = draw_inputs(bound.use, saved.seed, len(images), {"input": images})
            return bound.render(inputs)["image"]

        return {name: render}
    generator = SavedGenerator(path)
    encoder = generator.encoder()

    def shown(latents, letter):
        made = generator.render(generator.with_latents(latents))
        return made[generator.letters.index(letter)]

    def signed(images, letter):
        return to_network(generator.use.outputs[f"image_{letter}"], images).numpy()

    def searched(use, images):
        source, target = use[-2:]
        image = f"image_{source}"
        own = generator.bound.only(image)
        found = invert(
            lambda latents: own({"latent": latents})[image],
            signed(images, source),
            distribution=generator.latent.distribution,
            latent_size=generator.latent.shape[0],
            starts=STARTS,
            steps=STEPS,
            seed=generator.seed,
        )
        return shown(found.latents, target)

    def encoded(use, images):
        given = tf.constant(signed(images, use[-2]))
        return shown(encoder(given, training=False)["latent"].numpy(), use[-1])

    ways = {f"{name}, search": searched}
    return ways | ({f"{name}, encoder": encoded} if encoder else {})


def measures_of(path: str) -> UnpairedMeasures:
    """The measures of the domains of a run, with its classifiers.

    Args:
      path: of the run.
    """
    return UnpairedMeasures(*opened(path))


def measured(measures, render, count: int) -> dict[str, float]:
    """The measures of one way to translate, and "seconds" per image.

    Args:
      measures: see `measures_of`.
      render: see `translators`.
      count: number of held-out images of each domain.
    """
    spent = []

    def timed(use, images):
        start = time.perf_counter()
        made = render(use, images)
        spent.append((time.perf_counter() - start) / len(images))
        return made

    found = measures(timed, count, cycles=False)
    return found | {"seconds": float(np.mean(spent))}


def main() -> None:
    """Prints a table for each direction; runs of one method are taken for its seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="RUN")
    parser.add_argument("--count", type=int, default=200, help="held-out images (default: 200)")
    given = parser.parse_args()
    try:
        measures, rows, copied = measures_of(given.runs[0]), {}, {}
        ways = {path: translators(path) for path in given.runs}
    except UserError as error:
        parser.error(str(error))
    for path, of_run in ways.items():
        for way, render in of_run.items():
            found = measured(measures, render, given.count)
            rows.setdefault(way, []).append(found)
            copied = found["reference"]["input copied"]
            print(f"{path}, {way}: measured", flush=True)
    for direction in DIRECTIONS:
        names = [f"{name}_{direction}" for name in COLUMNS if f"{name}_{direction}" in copied]
        print(f"\n| {direction[0]} to {direction[1]} | runs | {' | '.join(names)} | seconds |")
        print("|---" * (len(names) + 3) + "|")
        for way, found in rows.items():
            cells = [cell([each[name] for each in found]) for name in (*names, "seconds")]
            print(f"| {way} | {len(found)} | {' | '.join(cells)} |")
        print(f"| input copied | | {' | '.join(cell([copied[name]]) for name in names)} | |")


if __name__ == "__main__":
    run_main(main)
