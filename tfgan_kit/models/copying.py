"""Copies weights from one network to another where they fit.

A layer is copied if all its variables are present with the same names and shapes. Otherwise it
keeps its initial values: half a layer, such as statistics without the kernel that they belong to,
would be worse than a new one.
"""

from collections import defaultdict

import keras
import numpy as np


def fill(network, values: dict[str, np.ndarray], *, counters: bool = False):
    """Copies the layers that fit.

    Args:
      network: the network to assign to, under the scope of its strategy.
      values: the values by variable path, such as "conv_1/kernel".
      counters: whether to copy integer variables, too, such as dropout's counter. They belong to a
        run and not to what it has learned.

    Returns:
      The names of the copied layers, and lines that tell the user about all layers.
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
    """Why a layer cannot be copied, or None if it can."""
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


def extent(network, copied, new: int = 0) -> str:
    """How much of a network was copied, in words; `new` of the copied layers' values were not."""
    layers = _layers(network.variables)
    sizes = {
        k: sum(int(v.value.shape.num_elements()) for v in vs.values()) for k, vs in layers.items()
    }
    part = sum(sizes[layer] for layer in copied) - new
    return f"{len(copied)} of {len(layers)} layers, {part:,} of {sum(sizes.values()):,} values"
