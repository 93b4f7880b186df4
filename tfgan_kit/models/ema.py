"""The exponential moving average of a network, which is used for sampling and export."""

import keras
import tensorflow as tf

from tfgan_kit.layers import spectral_layers


class EMA:
    """Keeps a copy of a network whose variables are moving averages of the network's.

    Batch-norm statistics and other float buffers are averaged like the weights, because they
    belong to the averaged weights and not to the latest ones; integer state is copied. Singular
    vectors are not averaged, because the average of singular vectors is not a singular vector of
    the averaged kernel. As in training, one power iteration per step lets them follow their kernel.

    Args:
      network: a functional Keras model.
      decay: share of the copy that survives a step, in [0, 1). Early on, it is limited to (1 + t) /
        (10 + t) after t steps, so that the random initial weights are soon forgotten.
    """

    def __init__(self, network: keras.Model, decay: float):
        self.network = keras.models.clone_model(network)
        self.network.set_weights(network.get_weights())
        self._decay = decay
        self._spectral = spectral_layers(self.network)
        vectors = {id(v) for layer in self._spectral for v in (layer.u, layer.v)}
        self._pairs = [
            (copy.value, source.value)
            for copy, source in zip(self.network.variables, network.variables, strict=True)
            if id(copy) not in vectors
        ]

    def update(self, strategy: tf.distribute.Strategy, step) -> None:
        """Moves the copy towards the network; call it in cross-replica context.

        Args:
          strategy: the strategy under which both were built.
          step: number of steps done before this one.
        """
        step = tf.cast(step, tf.float32)
        rate = 1.0 - tf.minimum(self._decay, (1.0 + step) / (10.0 + step))

        def follow(copy, source):
            if copy.dtype.is_floating:
                copy.assign_sub(tf.cast(rate, copy.dtype) * (copy - source))
            else:
                copy.assign(source)

        for copy, source in self._pairs:
            strategy.extended.update(copy, follow, args=(source,), group=False)
        if self._spectral:
            strategy.run(self._iterate)

    def _iterate(self):
        for layer in self._spectral:
            layer.power_iteration()
