"""The weights of an unconditional network as those of one that is conditioned on classes."""

import numpy as np

from tfgan_kit.layers import ConditionalNormalization


def conditioned(network, values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Gives what unconditional normalizations have learned to every row of conditional ones.

    Where the network has a `ConditionalNormalization` and the values are those of a normalization
    of the same name with gamma and beta, every row of its tables becomes that gamma - 1 and beta,
    and moving statistics are kept. Both layers then compute the same for labels whose weights sum
    to 1: classes and their mixtures.

    Args:
      network: the network that takes the label.
      values: values by variable path, see `tfgan_kit.models.copying.fill`.

    Returns:
      The values, with those of such normalizations under the paths of the network's own.
    """
    values = dict(values)
    for layer in network.layers:
        if not isinstance(layer, ConditionalNormalization):
            continue
        place = layer.gain.path.rpartition("/")[0]
        if not {f"{place}/gamma", f"{place}/beta"} <= values.keys():
            continue
        rows = (layer.gain.shape[0], 1)
        values[f"{place}/gain"] = np.tile(values.pop(f"{place}/gamma") - 1, rows)
        values[f"{place}/offset"] = np.tile(values.pop(f"{place}/beta"), rows)
        for variable in layer.norm.variables:
            old = f"{place}/{variable.name}"
            if old in values:
                values[variable.path] = values.pop(old)
    return values
