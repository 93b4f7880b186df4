"""Finds layers that use the whole batch, so that an example's outputs depend on the others."""

import keras


def mixes_examples(network: keras.Model) -> bool:
    """Whether real and generated examples must go through a network separately.

    A layer declares this with an attribute `mixes_examples`, because it computes with the whole
    batch, as batch normalization and minibatch statistics do, or draws random numbers for the
    batch, as dropout does. Keras' own batch normalization and noise layers, which have no such
    attribute, count as well.

    Args:
      network: a Keras model; the layers of nested models are checked, too.
    """
    return any(
        getattr(layer, "mixes_examples", isinstance(layer, _OF_KERAS))
        for layer in network._flatten_layers()
    )


_OF_KERAS = (
    keras.layers.BatchNormalization,
    keras.layers.Dropout,
    keras.layers.GaussianDropout,
    keras.layers.GaussianNoise,
)
