"""Adam with one operation per variable."""

import keras
import tensorflow as tf


class Adam(keras.optimizers.Adam):
    """Keras' Adam (Kingma & Ba 2015, the form before section 2.1) with a fused update.

    Keras' own update takes some twenty operations per variable, each of which reads and writes all
    of its weights and is traced for every variable. Arguments and slot variables are the same as in
    Keras, and so are checkpoints. Only dense gradients are supported.

    Args:
      *arguments, **keywords: see `keras.optimizers.Adam`.

    Raises:
      ValueError: for AMSGrad, which the fused operation does not support.
    """

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        if self.amsgrad:
            raise ValueError("the fused Adam has no AMSGrad; use keras.optimizers.Adam for it")

    def apply(self, grads, trainable_variables=None):
        """Updates the variables; see `keras.optimizers.Optimizer.apply`."""
        # What all variables share is computed once; for each, it was an eighth of the operations of
        # a small network's step. In a function, as Keras would track a dictionary and save it.
        step = tf.cast(self.iterations.value + 1, tf.float32)
        shared = {
            "beta1_power": tf.pow(tf.constant(self.beta_1, tf.float32), step),
            "beta2_power": tf.pow(tf.constant(self.beta_2, tf.float32), step),
            "beta1": tf.constant(self.beta_1, tf.float32),
            "beta2": tf.constant(self.beta_2, tf.float32),
            "epsilon": tf.constant(self.epsilon, tf.float32),
        }
        self._shared = lambda dtype: {name: tf.cast(each, dtype) for name, each in shared.items()}
        return super().apply(grads, trainable_variables)

    def update_step(self, gradient, variable, learning_rate):
        """Updates one variable; see `keras.optimizers.Optimizer.update_step`."""
        index, dtype = self._get_variable_index(variable), variable.dtype
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            lr=tf.cast(learning_rate, dtype),
            grad=tf.cast(gradient, dtype),
            **self._shared(dtype),
        )
