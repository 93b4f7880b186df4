"""`main.py train --dry-run`: what would be trained, and roughly how much memory it needs."""

import dataclasses
import math

import keras

from tfgan_kit.engine.train import header
from tfgan_kit.outcome import Outcome
from tfgan_kit.settings.groups import GROUPS, grouped
from tfgan_kit.settings.kinds import shown


def dry_run(
    trainer, *, method: str, feed, first=(), metrics=None, begun=(), origins=None
) -> Outcome:
    """Returns the header, all settings, the networks' summaries and the required memory.

    Args:
      trainer: the method, built.
      method: the method's name.
      feed: the data.
      first: what would be trained first, one line each.
      metrics, begun, origins: see `tfgan_kit.engine.train.train`.
    """
    lines = [*header(trainer, method, str(feed), metrics, origins), *begun]
    if first:
        lines += ["", "trained first", *(f"  {line}" for line in first)]
    lines += ["", "settings", *_settings(trainer.config), ""]
    settings = dataclasses.asdict(trainer.config)
    for network in trainer.networks.values():
        network.summary(print_fn=lines.append)
    need = memory_need(trainer, trainer.replica_batch_size)
    lines.append(f"memory of a step on each device: about {need / 1e6:,.0f} MB, besides TensorFlow")
    parameters = {name: network.count_params() for name, network in trainer.networks.items()}
    return Outcome(
        "\n".join(lines), method=method, settings=settings, parameters=parameters, memory=need
    )


def _settings(config):
    """The groups of `--help`, each with its settings."""
    for name, fields in grouped(type(config)).items():
        if fields:
            yield f"  {GROUPS[name]}"
            yield from (f"    {f.name} = {shown(getattr(config, f.name))}" for f in fields)


def memory_need(trainer, replica_batch: int) -> int:
    """Estimates the bytes that training needs on one device.

    The estimate includes the networks, their gradients, optimiser slots and averages, and three
    times the activations of one batch: for real examples, for generated ones, and for the backward
    pass.
    """
    networks = list(trainer.networks.values())
    variables = [v for network in networks for v in network.variables + network.trainable_variables]
    variables += [v for player in trainer.players.values() for v in player.optimizer.variables]
    variables += [v for a in trainer.averages.values() for v in a.network.variables]
    state = sum(math.prod(v.shape) for v in variables)
    sizes = _input_sizes(trainer)
    activations = sum(
        math.prod(shape[1:])
        for name, network in trainer.networks.items()
        for shape in _shapes(network, sizes.get(name, {}), trainer.image_shape[:2])
    )
    return 4 * (state + 3 * activations * replica_batch)


def _input_sizes(trainer):
    """Network -> name of its input -> (height, width), as far as the uses say."""
    found = {}
    for use in trainer.uses():
        for call in use.calls:
            for name, source in call.inputs.items():
                field = use.inputs.get(source)
                if field is not None and (field.has_size or field.kind == "features"):
                    found.setdefault(call.network, {})[name] = field.size
    return found


def _outputs(network):
    """The outputs of all layers."""
    return [t for layer in network.layers for t in keras.tree.flatten(layer.output)]


def _alone(network):
    """The network, or a clone if it shares layers: these tell their outputs in the other one."""
    try:
        keras.Model(network.input, _outputs(network))
    except ValueError:
        return keras.models.clone_model(network)
    return network


def _shapes(network, sizes, size):
    """The shapes of the outputs of all layers; inputs of any size get theirs, or `size`."""
    network = _alone(network)
    outputs = _outputs(network)
    if all(None not in tensor.shape[1:] for tensor in outputs):
        return [tensor.shape for tensor in outputs]
    given = {}
    for name, tensor in network.input.items():
        shape = tensor.shape[1:]
        if None in shape:
            shape = (*sizes.get(name, size), *shape[2:])
        given[name] = keras.KerasTensor((1, *shape), tensor.dtype)
    made = keras.Model(network.input, outputs).compute_output_spec(given)
    return [tensor.shape for tensor in keras.tree.flatten(made)]
