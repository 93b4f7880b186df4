"""Copies weights from one network to another, as far as they fit.

A layer is copied if all its variables are there under the same names and in the same shapes, and is
left as it was initialised if not: half a layer, such as statistics without the kernel that they
belong to, would be worse than a new one.
"""

from collections import defaultdict

import keras
import numpy as np


def fill(network, values: dict[str, np.ndarray], *, counters: bool = False):
    """Copies the layers that fit.

    Args:
      network: whose variables are assigned to, under the scope of its strategy.
      values: by the paths of variables, as "conv_1/kernel".
      counters: whether whole numbers are copied, too, as dropout counts. They belong to a run and
        not to what it has learned.

    Returns:
      The names of the layers, and what is to be told of all of them, as lines.
    """
    ours, theirs, copied, lines = _layers(network.variables, counters), defaultdict(dict), [], []
    for path, value in values.items():
        layer, _, name = path.rpartition("/")
        theirs[layer][name] = value
    for layer, variables in ours.items():
        why = _misfit(variables, theirs.get(layer), counters)
        if why:
            lines.append(f"  new     {layer}: {why}")
            continue
        copied.append(layer)
        for name, variable in variables.items():
            variable.assign(theirs[layer][name])
    unused = [layer for layer in theirs if layer not in ours and _has_floats(theirs[layer])]
    if copied:
        lines.insert(0, f"  copied  {', '.join(copied)}")
    if unused:
        lines.append(f"  unused  {', '.join(unused)}")
    return copied, lines


def _layers(variables, counters=False):
    """Layer -> name -> variable."""
    layers = defaultdict(dict)
    for variable in variables:
        layer, _, name = variable.path.rpartition("/")
        if counters or keras.backend.is_float_dtype(variable.dtype):
            layers[layer][name] = variable
    return layers


def _has_floats(values):
    return any(keras.backend.is_float_dtype(str(value.dtype)) for value in values.values())


def _misfit(variables, values, counters):
    """Why a layer cannot be copied, None if it can."""
    if values is None:
        return "not there"
    values = {k: v for k, v in values.items() if counters or _has_floats({k: v})}
    for name in variables.keys() - values.keys():
        return f"there it has no {name}"
    for name in values.keys() - variables.keys():
        return f"here it has no {name}"
    for name, variable in variables.items():
        if tuple(variable.shape) != values[name].shape:
            return f"its {name} is {_by(values[name].shape)} there, {_by(variable.shape)} here"
    return None


def _by(shape):
    return "x".join(map(str, shape)) or "a number"


def extent(network, copied) -> str:
    """How much of a network the layers are that were copied, in words."""
    layers = _layers(network.variables)
    sizes = {
        k: sum(int(v.value.shape.num_elements()) for v in vs.values()) for k, vs in layers.items()
    }
    part = sum(sizes[layer] for layer in copied)
    return f"{len(copied)} of {len(layers)} layers, {part:,} of {sum(sizes.values()):,} values"
