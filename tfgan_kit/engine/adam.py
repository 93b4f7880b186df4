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

    def update_step(self, gradient, variable, learning_rate):
        """Updates one variable; see `keras.optimizers.Optimizer.update_step`."""
        index, dtype = self._get_variable_index(variable), variable.dtype
        step = tf.cast(self.iterations.value + 1, dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(tf.cast(self.beta_1, dtype), step),
            beta2_power=tf.pow(tf.cast(self.beta_2, dtype), step),
            lr=tf.cast(learning_rate, dtype),
            beta1=tf.cast(self.beta_1, dtype),
            beta2=tf.cast(self.beta_2, dtype),
            epsilon=tf.cast(self.epsilon, dtype),
            grad=tf.cast(gradient, dtype),
        )
