"""Runs a network in float32, whatever precision it was built to compute in."""

import contextlib

import keras


@contextlib.contextmanager
def in_float32(network: keras.Model):
    """Within this context, the layers of a network compute in float32.

    Use it where half precision is not accurate enough, such as for the gradient of a gradient.
    Weights are float32 in any case. Models that share the layers, such as those of one domain,
    compute in float32, too. So do all threads: nothing in a pass may wait for another replica.
    """
    # Each layer once: the policy to restore is the first one found.
    layers = list({id(layer): layer for layer in network._flatten_layers()}.values())
    before = [layer.dtype_policy for layer in layers]
    for layer in layers:
        layer.dtype_policy = "float32"
    try:
        yield
    finally:
        for layer, policy in zip(layers, before, strict=True):
            layer.dtype_policy = policy
