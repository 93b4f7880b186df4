"""What PyTorch needs to train what a workload trains: networks, settings and batches, as files."""

import json

import numpy as np
import tensorflow as tf

from benchmarks import plain
from benchmarks.chains import networks, setup
from benchmarks.loops import ONE_INPUT

BATCHES = 20


def write(folder, config, updates, feed) -> None:
    """Writes "setup.json" and "batches.npy", which holds the first batches of the stream."""
    with open(f"{folder}/setup.json", "w") as file:
        json.dump(setup(config, updates), file)
    batches = []
    for batch in feed.dataset(0, ONE_INPUT).take(BATCHES):
        domains = batch if isinstance(batch, tuple) else (batch,)
        batches.append(np.stack([domain["image"].numpy() for domain in domains]))
    np.save(f"{folder}/batches.npy", np.stack(batches))


def write_check(folder, config, updates) -> None:
    """Writes "check.npz": the weights now, and what the next step will draw."""
    arrays = {}
    for name, models in networks(updates).items():
        for layer in {id(x): x for model in models for x in model.layers}.values():
            for weight in layer.weights:
                if weight.name != "counter":
                    arrays[f"{name}:{layer.name}/{weight.name}"] = weight.numpy()
    counter, shape = updates.counter, (config.batch_size, config.latent_size)
    kind = plain.normal if config.latent == "normal" else plain.uniform
    for purpose in [*(f"critic{i}" for i in range(config.critic_steps)), "generator"]:
        arrays[f"{purpose}/latent"] = kind(shape, f"{purpose}/latent", counter).numpy()
        seed = plain.seed_pair(f"{purpose}/penalty", counter)
        arrays[f"{purpose}/share"] = tf.random.stateless_uniform(
            (config.batch_size, 1, 1, 1), seed, alg="philox"
        ).numpy()
    np.savez(f"{folder}/check.npz", **arrays)
