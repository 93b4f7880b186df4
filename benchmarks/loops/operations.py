"""Floating-point operations of a training step: counted from the layers, and from the graph.

The first count is what the mathematics needs. A convolution or product of F operations (two per
multiplication with addition) takes F forward, F for the gradient of its weights and F for that of
its input; what nobody needs is not counted. Normalizations, activations, losses and optimisers are
left out: they are a few operations per value where a convolution has hundreds. The second count is
`tfgan_kit.models.resources.of_graph` of a traced step.
"""

import math

import tensorflow as tf


def forward(row: dict) -> int:
    """Operations of one layer of `benchmarks.loops.chains.layers_of` on one example."""
    if row["kind"] == "dense":
        return 2 * row["in"][-1] * row["out"][-1]
    if row["kind"] not in ("conv", "conv_transpose"):
        return 0
    # A transposed convolution places a kernel at every position of its input.
    height, width, _ = row["out" if row["kind"] == "conv" else "in"]
    return 2 * height * width * row["kernel"] ** 2 * row["in"][-1] * row["out"][-1]


def per_step(setup: dict) -> dict[str, int]:
    """Operations of one step per example of the batch.

    Args:
      setup: of `benchmarks.loops.chains.setup`.

    Returns:
      "critics", all updates of the discriminators without their penalties; "penalties"; "makers",
      the update of the generators; "coupling", what the classifier adds to it.
    """
    config, networks = setup["config"], setup["networks"]
    generators = [chains for name, chains in networks.items() if name.startswith("generator")]
    discriminators = networks.get("discriminator", ())
    make = sum(map(_once, generators))
    make_first = sum(_once([_first(chain) for chain in chains]) for chains in generators)
    layers = [[forward(row) for row in chain if forward(row)] for chain in discriminators]
    judge, judge_first = sum(map(sum, layers)), sum(chain[0] for chain in layers)
    # Real and generated images each take a pass, weight gradients and input gradients.
    critic = (0 if config["made_once"] else make) + 2 * (3 * judge - judge_first)
    maker = (3 * make - make_first) + 2 * judge
    if config["cycled"]:
        # What is mapped back has been made: it gets a gradient as well.
        maker += 3 * make
    penalty = 0
    if config["loss"] == "wasserstein":
        penalty = sum(map(_penalty, discriminators))
    # Forward, and the gradient of the images.
    seen = 2 * sum(forward(row) for chain in networks.get("classifier", ()) for row in chain)
    return {
        "critics": config["critic_steps"] * critic,
        "penalties": config["critic_steps"] * penalty,
        "makers": maker,
        "coupling": seen,
    }


def _once(chains):
    """What domains share they compute once, as they read one latent."""
    return sum({row["name"]: forward(row) for chain in chains for row in chain}.values())


def _first(chain):
    """The chain up to its first layer of any operations."""
    last = next(i for i, row in enumerate(chain) if forward(row))
    return chain[: last + 1]


def _penalty(chain):
    """Operations of a penalty on ||grad D(x)||, differentiated by D's weights.

    A pass and the gradient of the input; of the latter the gradients by the weights and by what
    came in, which in the last layer is constant. Where there are normalizations, whose slope
    depends on what they read, the layers below the last of them are also gone back through.
    """
    layers = [forward(row) for row in chain if forward(row)]
    norms = [i for i, row in enumerate(chain) if row["kind"] == "layer_norm"]
    below = [forward(row) for row in chain[: norms[-1]] if forward(row)] if norms else []
    back = 2 * sum(below) - below[0] if below else 0
    return 2 * sum(layers) + 2 * sum(layers) - layers[-1] + back


def graph_of(step, feed, critic_steps: int) -> tf.types.experimental.ConcreteFunction:
    """Traces a step on batches of a feed.

    Args:
      step: called with a list of batches.
      feed: the data.
      critic_steps: length of that list.
    """
    spec = feed.dataset(0, tf.distribute.InputContext()).element_spec
    return tf.function(step).get_concrete_function([spec] * critic_steps)


def giga(operations: float) -> float:
    """In units of 10^9, to three digits."""
    return float(f"{operations / 1e9:.{max(0, 2 - math.floor(math.log10(operations / 1e9)))}f}")
