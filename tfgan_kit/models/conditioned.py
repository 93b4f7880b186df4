"""The weights of an unconditional network as those of one that is given a label."""

import keras
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


def lacks_norms(network, values: dict[str, np.ndarray]) -> bool:
    """Whether a network's conditional normalizations find nothing among such values.

    Those by the batch need moving statistics as well: factors that were learned for statistics of
    each image are not right for those of the batch.

    Args:
      network: the network that takes the label.
      values: what `conditioned` returned.
    """
    layers = [each for each in network.layers if isinstance(each, ConditionalNormalization)]
    needed = [{v.path for v in (layer.gain, *layer.norm.variables)} for layer in layers]
    return bool(layers) and not any(paths <= values.keys() for paths in needed)


def with_label_rows(network, values: dict[str, np.ndarray], *, zero: bool = False):
    """Adds rows for the label to the first kernel, which those of the latent alone have.

    They are added where the network joins its latent and its label before a dense layer, and the
    values have a kernel of that name with a row per number of the latent only.

    Args:
      network: the network that takes the label. Its present rows are used.
      values: values by variable path, see `tfgan_kit.models.copying.fill`.
      zero: whether the new rows are 0, so that the label makes no difference at first.

    Returns:
      The values, and the names of the layers with such rows -> how many values the rows have.
    """
    given, values, new = network.input, dict(values), {}
    if not isinstance(given, dict) or not {"latent", "label"} <= given.keys():
        return values, new
    size = given["latent"].shape[-1]
    for layer in _after_joining(network, given):
        kernel, learned = layer.kernel, values.get(layer.kernel.path)
        if learned is None or learned.shape != (size, *kernel.shape[1:]):
            continue
        rows = np.zeros_like(kernel[size:]) if zero else np.asarray(kernel[size:])
        values[kernel.path] = np.concatenate([learned, rows])
        new[layer.name] = rows.size
    return values, new


def _after_joining(network, given):
    """The dense layers whose input is the latent and then the label."""
    both = [id(given["latent"]), id(given["label"])]
    joined = [
        layer.output
        for layer in network.layers
        if isinstance(layer, keras.layers.Concatenate) and [*map(id, layer.input)] == both
    ]
    dense = (layer for layer in network.layers if isinstance(layer, keras.layers.Dense))
    return [layer for layer in dense if any(layer.input is tensor for tensor in joined)]
