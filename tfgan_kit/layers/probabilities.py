"""The last layer of a classifier: it outputs probabilities and stores the class names."""

import keras


@keras.saving.register_keras_serializable(package="tfgan_kit")
class Probabilities(keras.layers.Layer):
    """Turns logits (batch, n) into probabilities, and names the classes in a saved classifier.

    Args:
      classes: the n class names in the order of the logits; empty if there are none.
      multi_label: whether an example can have any number of the classes (sigmoid) instead of
        exactly one (softmax).
    """

    def __init__(self, classes=(), multi_label=False, **kwargs):
        super().__init__(**kwargs)
        self.classes = tuple(classes)
        self.multi_label = multi_label

    def call(self, logits):
        """Maps (batch, n) to the same shape, values in [0, 1]."""
        return keras.ops.sigmoid(logits) if self.multi_label else keras.ops.softmax(logits)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the input."""
        return input_shape

    def get_config(self):
        """Returns the arguments of the constructor."""
        own = {"classes": self.classes, "multi_label": self.multi_label}
        return {**super().get_config(), **own}
