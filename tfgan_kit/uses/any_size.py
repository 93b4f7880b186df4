"""Images of any size for networks whose sizes must be divisible by a number."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import keras
import tensorflow as tf

from tfgan_kit.fields import Field
from tfgan_kit.layers import ReflectionPadding2D


class Extended(NamedTuple):
    """A size before and after it was extended.

    Attributes:
      own: (height, width) that was given, integers or scalar tensors.
      now: (height, width) that the networks see.
    """

    own: tuple
    now: tuple

    def cut(self, fields: Mapping[str, Field], outputs: Mapping[str, tf.Tensor]) -> dict:
        """Cuts outputs to the part that belongs to the given size.

        An output that is k times as large as the networks' input is cut to k times the given size.

        Args:
          fields: name of each output -> its field.
          outputs: name -> (batch, height, width, ...), for fields `of_any_size`.
        """
        return {n: self._cut(v) if fields[n].multiple else v for n, v in outputs.items()}

    def _cut(self, values):
        height, width = (
            made * own // now
            for made, own, now in zip(
                tf.unstack(tf.shape(values)[1:3]), self.own, self.now, strict=True
            )
        )
        return values[:, :height, :width]


def smallest_side(fields: Mapping[str, Field], networks: Iterable[keras.Model]) -> int:
    """The smallest side that networks take: the number that it must be divisible by, or twice that.

    It is twice that for networks with reflection padding, which fails where their maps have a
    single pixel.

    Args:
      fields: name of each input -> its field.
      networks: what the inputs pass through.

    Returns:
      The side in pixels; 1 without fields `of_any_size`.
    """
    multiple = max((field.multiple for field in fields.values()), default=0)
    layers = (layer for network in networks for layer in network._flatten_layers())
    padded = multiple and any(isinstance(layer, ReflectionPadding2D) for layer in layers)
    return 2 * multiple if padded else max(multiple, 1)


def extended(fields: Mapping[str, Field], inputs: Mapping[str, tf.Tensor], smallest: int = 1):
    """Extends inputs to the next size that the networks support, by reflection.

    Pixels are added below and to the right. An image too small for that is reflected repeatedly.

    Args:
      fields: name of each input -> its field.
      inputs: name -> (batch, height, width, ...) for fields `of_any_size`, which have the same
        size, and anything for others.
      smallest: the smallest side that the networks support; see `smallest_side`.

    Returns:
      The inputs, and an `Extended`, or None if they are known to need no extension.
    """
    free = [name for name, field in fields.items() if field.multiple]
    if not free:
        return dict(inputs), None
    multiple = max(fields[name].multiple for name in free)
    static = inputs[free[0]].shape[1:3]
    if None not in static and not any(side % multiple or side < smallest for side in static):
        return dict(inputs), None
    own = tuple(tf.unstack(tf.shape(inputs[free[0]])[1:3]))
    # Never of negative numbers: ONNX rounds their quotients up.
    now = tuple(tf.maximum((side + multiple - 1) // multiple * multiple, smallest) for side in own)
    grown = {
        n: _reflected(_reflected(inputs[n], 1, own[0], now[0]), 2, own[1], now[1]) for n in free
    }
    return inputs | grown, Extended(own, now)


def _reflected(values, axis, own, now):
    """Extends an axis of length `own` to `now`, going back and forth if it has to."""
    period = tf.maximum(2 * (own - 1), 1)
    places = tf.range(now) % period
    return tf.gather(values, tf.minimum(places, period - places) % own, axis=axis)
