"""Normalisation whose factor and offset at each pixel are computed from a label map."""

import keras

from tfgan_kit.layers.normalization import normalization


@keras.saving.register_keras_serializable(package="tfgan_kit")
class SPADE(keras.layers.Layer):
    """Spatially-adaptive normalisation.

    With x normalised per channel and a label map m of the same height and width,

        out = (1 + gamma(m)) * normalised + beta(m)

    where gamma and beta are 3x3 convolutions of a shared one of m with ReLU. So an output depends
    on the labels of the 5x5 pixels around it.

    Args:
      norm: "batch" (synchronised over replicas; moving statistics unless called with
        `training=True`), "instance", "layer" or "none", without a factor and an offset of its own.
      hidden: channels of the shared convolution.

    Raises:
      UserError: if the normalisation is unknown.

    Reference:
      Park et al., Semantic Image Synthesis with Spatially-Adaptive Normalization, 2019, equation 1.
      The 1 is in the released code.
    """

    def __init__(self, norm="batch", hidden=128, **kwargs):
        super().__init__(**kwargs)
        self.kind = norm
        self.hidden = hidden
        self.norm = normalization(norm, name="norm", affine=False, dtype=self.dtype_policy)
        self.shared = self._convolution(hidden, "shared", activation="relu")

    def build(self, input_shape):
        """Creates the weights for [(batch, h, w, channels), (batch, h, w, labels)]."""
        features, labels = input_shape
        if self.kind != "none":
            self.norm.build(features)
        self.shared.build(labels)
        hidden = (*labels[:-1], self.hidden)
        self.gamma = self._convolution(features[-1], "gamma")
        self.beta = self._convolution(features[-1], "beta")
        self.gamma.build(hidden)
        self.beta.build(hidden)

    def call(self, inputs, training=None):
        """Maps [(batch, h, w, channels), label map (batch, h, w, labels)] to the first's shape."""
        x, labels = inputs
        x = self.norm(x) if self.kind == "none" else self.norm(x, training=training)
        shared = self.shared(labels)
        return (1 + self.gamma(shared)) * x + self.beta(shared)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the features."""
        return input_shape[0]

    def get_config(self):
        """Returns the arguments of the constructor."""
        return {**super().get_config(), "norm": self.kind, "hidden": self.hidden}

    def _convolution(self, filters, name, **kwargs):
        return keras.layers.Conv2D(
            filters,
            3,
            padding="same",
            kernel_initializer=keras.initializers.GlorotNormal(),
            dtype=self.dtype_policy,
            name=name,
            **kwargs,
        )
