"""Normalization whose factor and offset per channel depend on a label."""

import keras

from tfgan_kit.errors import UserError
from tfgan_kit.layers.normalization import normalization

KINDS = ("batch", "instance")


@keras.saving.register_keras_serializable(package="tfgan_kit")
class ConditionalNormalization(keras.layers.Layer):
    """Batch or instance normalization with a factor and an offset per channel for each label.

    With x normalised and a label of n numbers,

        out = (1 + label @ gain) * normalised + label @ offset

    where gain and offset are (n, channels) and start as zeros. So a one-hot label selects its row
    of the tables gamma = 1 + gain and beta = offset, attributes add up, a mixture of labels mixes
    their rows, and an all-zero label ("unknown") gives the normalised x itself.

    Statistics are computed over all examples, whatever their labels. As in the unconditional
    layers, batch statistics are synchronised over replicas, and moving statistics are used unless
    the layer is called with `training=True`. Computations are in float32 even under mixed
    precision.

    Args:
      kind: "batch" or "instance". Both compute statistics per channel.

    Raises:
      UserError: if the kind is neither of these.

    References:
      Dumoulin et al., A Learned Representation for Artistic Style, 2017, equation 5 (instance).
      de Vries et al., Modulating Early Visual Processing by Language, 2017 (batch).
    """

    def __init__(self, kind="batch", **kwargs):
        # Keeps labels and tables from being rounded to the precision of the activations.
        super().__init__(autocast=False, **kwargs)
        if kind not in KINDS:
            raise UserError(
                f"normalization {kind!r} cannot depend on labels, as it has no statistics per "
                f"channel; choose one of {', '.join(KINDS)}"
            )
        self.kind = kind
        self.norm = normalization(kind, name="norm", affine=False, dtype=self.variable_dtype)

    def build(self, input_shape):
        """Creates the tables for [(batch, ..., channels), (batch, n)]."""
        features, label = input_shape
        self.norm.build(features)
        table = {"shape": (label[-1], features[-1]), "initializer": "zeros", "autocast": False}
        self.gain = self.add_weight(name="gain", **table)
        self.offset = self.add_weight(name="offset", **table)

    def call(self, inputs, training=None):
        """Maps [(batch, ..., channels), (batch, n)] to the shape of the first.

        Args:
          inputs: the features, and for each example a weight per label: one-hot for exclusive
            classes, 0 and 1 for attributes, or any numbers.
          training: whether to use batch statistics and update the moving ones.
        """
        x, label = inputs
        x = self.norm(x, training=training)
        label = keras.ops.cast(label, x.dtype)
        positions = [1] * (len(x.shape) - 2)

        def of_label(table):
            rows = keras.ops.matmul(label, table)
            return keras.ops.reshape(rows, (-1, *positions, table.shape[-1]))

        outputs = x * (1 + of_label(self.gain)) + of_label(self.offset)
        return keras.ops.cast(outputs, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the features."""
        return input_shape[0]

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "kind": self.kind}
