"""The normalization layers that networks choose by name."""

import keras

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.layers.batch_norm import BatchNormalization
from tfgan_kit.settings.names import NORMALIZATIONS


def normalization(kind, name=None, *, affine=True, dtype=None):
    """Returns a normalization layer for channels-last tensors.

    Args:
      kind: "batch", "layer" (statistics of one example over all its values), "instance"
        (statistics of one example per channel) or "none".
      name: name of the layer.
      affine: whether to apply a trainable factor and offset per channel afterwards.
      dtype: the layer's dtype or dtype policy, by default the current policy.

    Returns:
      A new Keras layer, or for "none" a function that returns its input. Batch normalization is
      synchronised over replicas and runs in inference mode unless called with `training=True`.

    Raises:
      UserError: if the kind is unknown.
    """
    settings = {"epsilon": 1e-5, "center": affine, "scale": affine, "name": name, "dtype": dtype}
    match kind:
        case "batch":
            return BatchNormalization(momentum=0.9, synchronized=True, **settings)
        case "layer":
            return keras.layers.GroupNormalization(groups=1, **settings)
        case "instance":
            return keras.layers.GroupNormalization(groups=-1, **settings)
        case "none":
            return lambda inputs: inputs
    raise UserError(
        f"no normalization is called {kind!r}{suggest(kind, NORMALIZATIONS)}; "
        f"choose one of {', '.join(NORMALIZATIONS)}"
    )


def removes_bias(kind):
    """Returns whether this normalization cancels a bias right before it, which can be omitted."""
    return kind in ("batch", "instance")
