"""Networks called with weights that are tensors."""

from collections.abc import Sequence

import keras
import tensorflow as tf


def weights_of(network: keras.Model) -> tuple[tf.Tensor, ...]:
    """The trainable weights of a network as tensors, in the order of its `trainable_variables`.

    Read them inside a tape that watches the network's variables if gradients shall flow back.
    """
    return tuple(tf.convert_to_tensor(variable.value) for variable in network.trainable_variables)


def call(network: keras.Model, weights: Sequence[tf.Tensor], inputs, statistics=None):
    """Calls a network with other weights, by default in training mode.

    Batch normalisation then uses the statistics of this batch, and moving statistics stay as they
    are: those of many tasks would describe none of them (Finn et al. 2017 do the same).

    Args:
      network: a functional model, whose variables stay unchanged.
      weights: like `weights_of(network)`.
      inputs: what the network takes, a tensor or a dictionary.
      statistics: of `statistics_of`, for a call in inference mode, in which an example's result
        does not depend on the others; None for training mode.

    Returns:
      What the network returns.
    """
    training = statistics is None
    others = [v.value for v in network.non_trainable_variables] if training else list(statistics)
    return network.stateless_call(list(weights), others, inputs, training=training)[0]


def statistics_of(network: keras.Model, weights: Sequence[tf.Tensor], inputs) -> tuple:
    """The variables that are not trained, as they would be after a call in training mode.

    Of batch normalisation with a momentum of 0, these are the statistics of the inputs.
    """
    others = [variable.value for variable in network.non_trainable_variables]
    return tuple(network.stateless_call(list(weights), others, inputs, training=True)[1])


def changed(network: keras.Model, weights: Sequence, statistics: Sequence = ()) -> keras.Model:
    """A new network with other weights; the given one stays as it is.

    Args:
      network: a functional model.
      weights: like `weights_of(network)`, tensors or arrays.
      statistics: of `statistics_of`; () for those of the given network.
    """
    clone = keras.models.clone_model(network)
    # `clone_model` draws new weights; those that are not trained must be copied as well.
    clone.set_weights(network.get_weights())
    for variable, value in zip(clone.trainable_variables, weights, strict=True):
        variable.assign(value)
    if statistics:
        for variable, value in zip(clone.non_trainable_variables, statistics, strict=True):
            variable.assign(value)
    return clone
