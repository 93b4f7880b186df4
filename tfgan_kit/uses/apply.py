"""Runs a use: from the values of its inputs, through the networks, to its outputs."""

from collections.abc import Callable, Mapping

import keras
import numpy as np
import tensorflow as tf

from tfgan_kit.fields.network import to_network
from tfgan_kit.uses.any_size import extended, smallest_side
from tfgan_kit.uses.use import Use

BATCH = 64


class Bound:
    """A use with the networks that it needs.

    Args:
      use: the `Use`.
      networks: name -> Keras model.

    Attributes:
      use: see above.
      networks: those of the use's calls, in their order, without outputs that only training reads.
      smallest: the smallest side of images that the networks take; smaller images are extended.
    """

    def __init__(self, use: Use, networks: Mapping[str, keras.Model]):
        self.use, self._source = use, networks
        self.networks = tuple(
            _outputs_only(networks[call.network], tuple(call.outputs)) for call in use.calls
        )
        self.smallest = smallest_side(use.inputs, self.networks)

    def only(self, *outputs: str) -> "Bound":
        """The same use with some of the outputs; nothing else is computed."""
        return Bound(self.use.only(outputs), self._source)

    def __call__(self, inputs: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """Runs the networks in inference mode, differentiably.

        Inputs of a size that the networks do not support are extended to one that they do, and the
        outputs cut accordingly, where a field is `of_any_size`.

        Args:
          inputs: name of each input -> a batch of its field's values; a class can also be given as
            weights of all classes, (batch, n). Those with a default may be left out.

        Returns:
          Name of each output -> float32 batch, as networks output it, or integers for features
          that are; images in [-1, 1], clipped if their network does not end in an activation that
          limits them.
        """
        made = self.unlimited(inputs)
        for name, field in self.use.outputs.items():
            if field.kind == "image":
                made[name] = tf.clip_by_value(made[name], -1.0, 1.0)
        return made

    def unlimited(self, inputs: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        """The same, but for images as their network outputs them, possibly outside of [-1, 1].

        Gradients also flow through pixels that a limit would keep where they are.
        """
        given = _left_out(self.use, inputs) | dict(inputs)
        tensors = {name: to_network(f, given[name]) for name, f in self.use.inputs.items()}
        tensors, size = extended(self.use.inputs, tensors, self.smallest)
        for call, network in zip(self.use.calls, self.networks, strict=True):
            given = {name: tensors[source] for name, source in call.inputs.items()}
            made = call_network(network, given, training=False)
            tensors |= {target: made[name] for name, target in call.outputs.items()}
        made = {
            name: tf.cast(tensors[name], field.dtype if field.kind == "features" else tf.float32)
            for name, field in self.use.outputs.items()
        }
        return made if size is None else size.cut(self.use.outputs, made)

    def render(
        self, inputs: Mapping[str, np.ndarray], progress: Callable[[int], None] = lambda count: None
    ) -> dict[str, np.ndarray]:
        """Runs the use on many rows, one batch at a time.

        Args:
          inputs: name -> array (count, ...).
          progress: called with the number of rows of each batch, once it is done.

        Returns:
          Name of each output -> float32 array (count, ...).
        """
        count = len(next(iter(inputs.values())))
        parts = []
        for start in range(0, count, BATCH):
            batch = {name: values[start : start + BATCH] for name, values in inputs.items()}
            parts.append({name: value.numpy() for name, value in self(batch).items()})
            progress(min(BATCH, count - start))
        return {name: np.concatenate([p[name] for p in parts]) for name in self.use.outputs}


def _left_out(use, inputs):
    """The inputs with a default that are not given, for as many rows as the others have."""
    fields = {n: f for n, f in use.inputs.items() if f.default is not None and n not in inputs}
    rows = tf.shape(next(iter(inputs.values())))[0]
    return {
        name: tf.broadcast_to(tf.constant(field.default, tf.float32), [rows, *field.shape])
        for name, field in fields.items()
    }


def call_network(network: keras.Model, inputs: Mapping[str, tf.Tensor], **keywords):
    """Calls a network with named tensors, whether it was built with one input or with several."""
    if isinstance(network.input, dict):
        return network(dict(inputs), **keywords)
    (tensor,) = inputs.values()
    return network(tensor, **keywords)


def _outputs_only(network, names):
    if not isinstance(network.output, dict) or set(network.output) == set(names):
        return network
    return keras.Model(network.input, {name: network.output[name] for name in names})
