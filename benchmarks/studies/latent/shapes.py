"""Shapes of a generator whose shapes are known: `python -m benchmarks.studies.latent.shapes`.

The generator draws a bulging disc from a view, in a light. Of the latent's eight dimensions, an
orthonormal mixture makes yaw and pitch (0.3 radians each), x and y of the light (0.6 each), and
four numbers that move a bump and a dent. For each seed, which decides bump, dent, colours, mixture
and the image, `gan2shape` is trained as its preset says, once more on the image alone, and
`gan2shape_networks` as its preset says. What is in the folder of `--runs` is not repeated.
"""

import argparse
import json
from pathlib import Path

import cv2
import keras
import numpy as np
import tensorflow as tf
from keras import ops

from benchmarks.machine import run_main
from benchmarks.studies.runs import cell, train
from tfgan_kit.fields import image_field, latent_field
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.layers import LearnedConstant
from tfgan_kit.layers.relief import Relief, normals
from tfgan_kit.uses import generate, write_uses
from trainers.latent.gan2shape.config import Gan2ShapeConfig
from trainers.latent.masks import ellipsoid, read_mask

SIDE, SIZE = 32, 8
X, Y = np.meshgrid(*2 * [np.linspace(-1, 1, SIDE, dtype=np.float32)])
INSIDE = X**2 + Y**2 < 0.64  # The disc, whose height is 0 around it.
HALF_FIELD = np.tan(np.radians(5.0))  # Half the image's side at a distance of 1, as in the paper.
MEASURES = ("correlation", "angle", "side")


ROWS = {
    "the image alone": ("gan2shape", "--preset", "relief-small", "--picture-weight", 0),
    "gan2shape": ("gan2shape", "--preset", "relief-small"),
    "gan2shape_networks": ("gan2shape_networks", "--preset", "networks-small"),
}


def mixture(seed) -> np.ndarray:
    """The orthonormal matrix (8, 8) that is multiplied with latents."""
    matrix = np.random.default_rng(seed + 100).normal(size=(SIZE, SIZE))
    return np.linalg.qr(matrix)[0].astype(np.float32)


def generator(seed) -> keras.Model:
    """The network, from latents (batch, 8) to "image" and "depth", (batch, 32, 32, 1)."""
    latent = keras.Input((SIZE,), name="latent")
    mixed = keras.layers.Dense(SIZE, use_bias=False, name="mixture")(latent)
    place = keras.layers.Dense(4, name="places")(mixed[:, 4:])
    grid = LearnedConstant((SIDE, SIDE, 2), trainable=False, name="grid")(latent)
    albedo = LearnedConstant((SIDE, SIDE, 1), trainable=False, name="albedo")(latent)

    def near(first, width):
        away = grid - place[:, None, None, first : first + 2]
        return ops.exp(-ops.sum(away**2, -1, keepdims=True) / width)

    inside = ops.maximum(1.0 - ops.sum(grid**2, -1, keepdims=True) / 0.64, 0.0)
    depth = 0.45 * inside**0.5 + inside * (0.35 * near(0, 0.05) - 0.25 * near(2, 0.04))
    pose = (0.3 * mixed[:, :2], 0.6 * mixed[:, 2:4])
    image, _ = Relief(name="seen")([depth, albedo, ops.ones_like(depth), *pose])
    network = keras.Model(latent, {"image": image, "depth": depth}, name="generator")
    rng = np.random.default_rng(seed)
    places, rough = rng.uniform(-0.4, 0.4, 4), rng.normal(size=(5, 5)).astype(np.float32)
    smooth = cv2.resize(rough, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    colours = 0.4 + 0.4 * (smooth - smooth.min()) / np.ptp(smooth)
    values = {
        "mixture": [mixture(seed)],
        "places": [0.1 * np.eye(4), places],
        "grid": [np.stack([X, Y], -1)],
        "albedo": [colours[..., None]],
    }
    for name, weights in values.items():
        network.get_layer(name).set_weights(weights)
    return network


def write_shapes(path, seed):
    """Writes the run; gives its path as text."""
    (path / "models").mkdir(parents=True)
    settings = {"seed": 0, "latent_size": SIZE, "latent": "normal"}
    (path / "config.json").write_text(json.dumps({"method": "gan", "settings": settings}))
    generator(seed).save(path / "models" / "generator.keras")
    uses = [generate({"image": image_field((SIDE, SIDE, 1))}, latent_field(SIZE))]
    write_uses(uses, path / "uses.json")
    return str(path)


def true_depth(seed, latent) -> np.ndarray:
    """h of the image of a latent (8,), (side, side)."""
    return generator(seed)(latent[None])["depth"][0, ..., 0].numpy()


def found_depth(run: Path) -> np.ndarray:
    """h that a run of either method has found, (side, side)."""
    relief = keras.saving.load_model(run / "models" / "relief.keras")
    anyhow = {name: np.zeros((1, given.shape[-1])) for name, given in relief.input.items()}
    return relief(anyhow)["depth"][0, ..., 0].numpy()


def measured(depth, truth) -> dict[str, float]:
    """How near a surface (side, side) is to the true one, inside the disc.

    Returns:
      "correlation" of the heights; "angle", the mean angle between normals in degrees; and "side",
      100 sqrt(mean d^2 - (mean d)^2), where d is the difference of log depths as a camera of 10
      degrees sees them, after the best factor on the heights.
    """
    one, two = (normals(tf.constant(each[None], tf.float32))[0].numpy() for each in (depth, truth))
    angles = np.degrees(np.arccos(np.clip((one * two).sum(-1), -1, 1)))
    found, right = depth[INSIDE], truth[INSIDE]
    scaled = found * (found @ right) / max(found @ found, 1e-9)
    apart = np.log(1.0 - HALF_FIELD * scaled) - np.log(1.0 - HALF_FIELD * right)
    return {
        "correlation": float(np.corrcoef(found, right)[0, 1]),
        "angle": float(angles[INSIDE].mean()),
        "side": float(100.0 * apart.std()),
    }


def main() -> None:
    """Trains, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--runs", type=Path, default=Path("runs/shapes"))
    parser.add_argument("--rows", nargs="+", default=list(ROWS), choices=ROWS, metavar="ROW")
    given = parser.parse_args()
    rows = {"ellipsoid": []} | {name: [] for name in given.rows}
    for seed in given.seeds:
        source = given.runs / f"generator-{seed}"
        if not source.exists():
            write_shapes(source, seed)
        truth = true_depth(seed, fixed_latents("normal", seed, 1, SIZE)[0])
        start = ellipsoid(read_mask(None, (SIDE, SIDE)), Gan2ShapeConfig().height)
        rows["ellipsoid"].append(measured(start, truth))
        for name in given.rows:
            run = given.runs / f"{name.replace(' ', '-')}-{seed}"
            options = ("--seed", seed, "--generator", source, "--target", seed)
            train(run, *ROWS[name], *options)
            rows[name].append(measured(found_depth(run), truth))
    print("| | correlation of heights | angle between normals | SIDE / 100 |\n|---|---|---|---|")
    for name, found in rows.items():
        cells = [cell([each[key] for each in found]) for key in MEASURES]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    run_main(main)
