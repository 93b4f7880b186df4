"""Maps of noise as inputs of a generator, and what keeps pictures out of them."""

import dataclasses
from collections.abc import Iterable

import keras
import numpy as np
import tensorflow as tf

from tfgan_kit.fields import features_field
from tfgan_kit.layers import PixelNoise
from tfgan_kit.uses.apply import Bound

_SMALLEST = 8


def with_noise(bound: Bound) -> tuple[Bound, dict[str, np.ndarray]]:
    """The same use with the maps of noise of its networks as further inputs.

    Returns:
      The use; and the maps that it would have taken, name of the input -> float32 (height, width,
      1), none for networks without noise.
    """
    calls, networks, maps = [], {}, {}
    for call, network in zip(bound.use.calls, bound.networks, strict=True):
        layers = [each for each in network.layers if isinstance(each, PixelNoise)]
        own = {f"{each.name}_map": each.fixed.numpy()[0] for each in layers}
        networks[call.network] = _opened(network, own) if own else network
        calls.append(dataclasses.replace(call, inputs=call.inputs | {name: name for name in own}))
        maps |= own
    fields = {name: features_field(values.shape) for name, values in maps.items()}
    use = dataclasses.replace(bound.use, calls=tuple(calls), inputs=bound.use.inputs | fields)
    return Bound(use, networks), maps


def _opened(network, maps):
    """The network with an input for each of these maps, which its layers of noise add."""
    own = network.input if isinstance(network.input, dict) else {network.input.name: network.input}
    inputs = own | {name: keras.Input(each.shape, name=name) for name, each in maps.items()}

    def call(layer, *arguments, **keywords):
        if isinstance(layer, PixelNoise):
            keywords["noise"] = inputs[f"{layer.name}_map"]
        return layer(*arguments, **keywords)

    # First with inputs that lead nowhere, as a copy has those of the original.
    return keras.models.clone_model(
        keras.Model(inputs, network.output),
        input_tensors=inputs,
        clone_function=lambda layer: layer,
        call_function=call,
    )


def noise_penalty(maps: Iterable[tf.Tensor]):
    """How much neighbours in maps of noise are alike (Karras et al. 2020, StyleGAN2, appendix D).

    (mean n roll(n, x))^2 + (mean n roll(n, y))^2, of each map and of its means over 2x2, 4x4, ...
    down to 8x8, summed.

    Args:
      maps: (batch, height, width, 1) each.

    Returns:
      float32 (batch,).
    """
    parts = []
    for each in maps:
        while True:
            for axis in (1, 2):
                alike = tf.reduce_mean(each * tf.roll(each, 1, axis), (1, 2, 3))
                parts.append(tf.square(alike))
            if min(each.shape[1:3]) <= _SMALLEST:
                break
            each = tf.nn.avg_pool2d(each, 2, 2, "VALID")
    return tf.add_n(parts)


def normalised(each):
    """Maps (batch, height, width, 1) with mean 0 and variance 1, so that they carry no picture."""
    mean, variance = tf.nn.moments(each, (1, 2, 3), keepdims=True)
    return (each - mean) * tf.math.rsqrt(variance + 1e-8)
