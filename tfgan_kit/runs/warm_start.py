"""Warm start: a run that starts with the weights of other networks where they fit.

See `tfgan_kit.models.copying` for what fits. Optimisers start afresh.
"""

import dataclasses
import os

from tfgan_kit.errors import UserError
from tfgan_kit.models.conditioned import conditioned, lacks_norms, with_label_rows
from tfgan_kit.models.copying import extent, fill
from tfgan_kit.runs.donor import networks_of, read_weights
from tfgan_kit.runs.run_dir import RunDir


def absolute_sources(config):
    """The configuration with absolute warm-start paths, so that it can be resumed anywhere."""
    names = [f.name for f in dataclasses.fields(config) if f.name.startswith("init_")]
    given = {name: getattr(config, name) for name in names if getattr(config, name)}
    return dataclasses.replace(config, **{k: os.path.abspath(v) for k, v in given.items()})


def warm_start(trainer) -> list[str]:
    """Copies weights into the networks of a trainer and into their averages, as configured.

    `init_NETWORK` names the source of one network. It takes precedence over `init_from`, a run from
    which all networks with matching names are taken. An average is copied from the source's
    average, or starts with the network's new weights if the source has none.

    Args:
      trainer: a `Trainer` that has not trained yet.

    Returns:
      Lines that say what was copied, what was not and why; empty without a source.

    Raises:
      UserError: if a source cannot be read, or no part of it fits.
    """
    lines, with_rows = [], []
    for flag, path, names in _sources(trainer):
        copied, told = [], _other_latents(trainer, path, names)
        for name in names:
            layers, rows, more = _begin(trainer, name, path, flag)
            copied += layers
            with_rows += rows
            told += more
        if not copied:
            raise UserError(
                f"{flag} {path}: no layer of it fits this run's {' or '.join(names)}"
                f"{_example(told)}; use the same --network, --width and --image-size"
            )
        lines += told
    if _zero_rows(trainer) and not with_rows:
        raise UserError(
            "--label-rows zero: no kernel of the source gets new rows for the label, as it is not "
            "copied or has such rows already; leave it out"
        )
    return lines


def _sources(trainer):
    """Yields each option, the path that it names, and the networks that start from it."""
    config, rest = trainer.config, []
    for name in trainer.networks:
        path = getattr(config, f"init_{name}", None)
        if path:
            yield f"--init-{name}", path, [name]
        else:
            rest.append(name)
    if config.init_from and rest:
        yield "--init-from", config.init_from, rest


def _begin(trainer, name, path, flag):
    """Copies what fits into a network and its average.

    Returns:
      The names of the copied layers, of those among them with new rows, and report lines.
    """
    if flag == "--init-from" and name not in networks_of(RunDir.open(path), flag):
        return [], [], [f"init      {name}: not in {path}, so it begins anew"]
    network, names = trainer.networks[name], {*trainer.networks, *trainer.network_names}
    weights = read_weights(path, name, flag, names)
    values, new = _with_label(trainer, network, weights.values)
    average = values
    if weights.average:
        average, _ = _with_label(trainer, network, weights.average)
    with trainer.strategy.scope():
        copied, told = fill(network, values)
        if name in trainer.averages:
            fill(trainer.averages[name].network, average)
    if copied and lacks_norms(network, values):
        raise UserError(
            f"{flag} {path}: its {name} has no normalisation of the same kind whose factors the "
            f"classes of --{name}-label cbn could start from; name a run with --{name}-norm batch, "
            f"or take --{name}-label concat with the --{name}-norm of the source"
        )
    new = {layer: count for layer, count in new.items() if layer in copied}
    lines = [
        f"init      {name} from {weights.source}: {extent(network, copied, sum(new.values()))}"
    ]
    begin = "zeros" if _zero_rows(trainer) else "random"
    rows = [f"  new     {layer}: its rows for the label, {begin}" for layer in new]
    lines += [*told, *rows]
    frozen = [layer.name for layer in network.layers if not layer.trainable]
    random = [layer for layer in frozen if layer not in copied]
    if random:
        lines.append(f"warning: frozen without having been copied: {', '.join(random)}")
    return copied, [*new], lines


def _other_latents(trainer, path, names):
    """A warning if networks have learned from other latents than they will be given."""
    inputs = [tensor.name for name in names for tensor in trainer.networks[name].inputs]
    if "latent" not in inputs or not os.path.isdir(path):
        return []
    # Runs of before there were mixtures say nothing of them.
    before = {"latent_components": 0, "component_distance": None}
    before |= RunDir.open(path).read_config()["settings"]
    settings = ("latent", "latent_components", "component_distance")
    differ = [
        f"--{name.replace('_', '-')} was {'its default' if before[name] is None else before[name]}"
        for name in settings
        if name in before and getattr(trainer.config, name, before[name]) != before[name]
    ]
    if not differ:
        return []
    return [f"warning: {path} has learned from other latents: {', '.join(differ)}"]


def _with_label(trainer, network, values):
    """What an unconditional network has learned, for one that takes a label; see `conditioned`."""
    if _takes_classes(trainer):
        values = conditioned(network, values)
    return with_label_rows(network, values, zero=_zero_rows(trainer))


def _zero_rows(trainer):
    return getattr(trainer.config, "label_rows", None) == "zero"


def _takes_classes(trainer):
    label = trainer.sets[0].get("label") if trainer.sets else None
    return label is not None and label.kind == "class"


def _example(lines):
    """The first reason among the lines of `fill`, in brackets."""
    reasons = [line.removeprefix("  new").strip() for line in lines if line.startswith("  new")]
    return f" ({reasons[0]})" if reasons else ""
