"""Networks called with weights that are tensors."""

from collections.abc import Sequence

import keras
import tensorflow as tf


def weights_of(network: keras.Model) -> tuple[tf.Tensor, ...]:
    """The trainable weights of a network as tensors, in the order of its `trainable_variables`.

    Read them inside a tape that watches the network's variables if gradients shall flow back.
    """
    return tuple(tf.convert_to_tensor(variable.value) for variable in network.trainable_variables)


def call(network: keras.Model, weights: Sequence[tf.Tensor], inputs):
    """Calls a network with other weights, in training mode.

    Batch normalisation uses the statistics of this batch, and moving statistics stay as they are:
    those of many tasks would describe none of them (Finn et al. 2017 do the same).

    Args:
      network: a functional model, whose variables stay unchanged.
      weights: like `weights_of(network)`.
      inputs: what the network takes, a tensor or a dictionary.

    Returns:
      What the network returns.
    """
    others = [variable.value for variable in network.non_trainable_variables]
    return network.stateless_call(list(weights), others, inputs, training=True)[0]


def changed(network: keras.Model, weights: Sequence) -> keras.Model:
    """A new network with other weights; the given one stays as it is.

    Args:
      network: a functional model.
      weights: like `weights_of(network)`, tensors or arrays.
    """
    clone = keras.models.clone_model(network)
    # `clone_model` draws new weights; those that are not trained must be copied as well.
    clone.set_weights(network.get_weights())
    for variable, value in zip(clone.trainable_variables, weights, strict=True):
        variable.assign(value)
    return clone
