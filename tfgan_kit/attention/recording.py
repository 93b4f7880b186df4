"""Watches the layers of a Keras model while it runs, those of models inside of it, too."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

import keras


class Made(NamedTuple):
    """A layer's pass: the layer, its first input, and its output."""

    layer: keras.layers.Layer
    given: object
    output: object


def layers_of(model: keras.Model) -> list[keras.layers.Layer]:
    """All layers of a model and of the models inside of it."""
    return list(model._flatten_layers(include_self=False))


@contextlib.contextmanager
def recorded(layers: Iterable[keras.layers.Layer]) -> Iterator[list[Made]]:
    """While it is open, passes of these layers are kept, in the order in which they end.

    The outputs are the very tensors that the model goes on with, so that a tape can differentiate
    by them. A model inside the model ends after its layers.

    Yields:
      The list to which they are added.
    """
    made = []

    def keeping(layer):
        call = layer.call

        def kept(*args, **keywords):
            output = call(*args, **keywords)
            given = args[0] if args else next(iter(keywords.values()), None)
            made.append(Made(layer, given, output))
            return output

        return kept

    with replaced({layer: keeping(layer) for layer in layers}):
        yield made


@contextlib.contextmanager
def replaced(calls: Mapping[keras.layers.Layer, Callable], attribute: str = "call"):
    """While it is open, layers have another function in the place of one of theirs.

    Args:
      calls: layer -> the function.
      attribute: what it replaces, "call" or "activation".
    """
    before = {layer: vars(layer).get(attribute) for layer in calls}
    try:
        for layer, call in calls.items():
            vars(layer)[attribute] = call
        yield
    finally:
        for layer, call in before.items():
            if call is None:
                vars(layer).pop(attribute, None)
            else:
                vars(layer)[attribute] = call
