"""What PyTorch needs to train what a workload trains: networks, settings and batches, as files."""

import json

import numpy as np
import tensorflow as tf

from benchmarks.loops import plain
from benchmarks.loops.chains import networks, setup
from benchmarks.loops.loops import ONE_INPUT

BATCHES = 20


def write(folder, config, updates, feed) -> None:
    """Writes "setup.json" and "batches.npz": of the first batches of the stream the images.

    There is an array (batches, batch, height, width, channels) for each domain, or for what is
    given and what is to be made.
    """
    with open(f"{folder}/setup.json", "w") as file:
        json.dump(setup(config, updates), file)
    batches = []
    for batch in feed.dataset(0, ONE_INPUT).take(BATCHES):
        batches.append([images.numpy() for images in _images(batch)])
    parts = [np.stack(part) for part in zip(*batches, strict=True)]
    np.savez(f"{folder}/batches.npz", *parts)


def _images(batch):
    if isinstance(batch, tuple):
        return [domain["image"] for domain in batch]
    names = ("input", "target") if "target" in batch else ("image",)
    return [batch[name] for name in names]


def write_check(folder, config, updates) -> None:
    """Writes "check.npz": the weights now, and what the next step will draw."""
    arrays = {}
    for name, models in networks(updates).items():
        for layer in {id(x): x for model in models for x in model.layers}.values():
            for weight in layer.weights:
                if weight.name != "counter":
                    arrays[f"{name}:{layer.name}/{weight.name}"] = weight.numpy()
    if updates.kind == "latents":
        arrays |= _latents(config, updates.counter)
    elif updates.kind == "pix2pix":
        arrays["seeds"] = updates.seeds().numpy()
    np.savez(f"{folder}/check.npz", **arrays)


def _latents(config, counter):
    arrays, shape = {}, (config.batch_size, config.latent_size)
    kind = plain.normal if config.latent == "normal" else plain.uniform
    for purpose in [*(f"critic{i}" for i in range(config.critic_steps)), "generator"]:
        arrays[f"{purpose}/latent"] = kind(shape, f"{purpose}/latent", counter).numpy()
        seed = plain.seed_pair(f"{purpose}/penalty", counter)
        arrays[f"{purpose}/share"] = tf.random.stateless_uniform(
            (config.batch_size, 1, 1, 1), seed, alg="philox"
        ).numpy()
    return arrays
