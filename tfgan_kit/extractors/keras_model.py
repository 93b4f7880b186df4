"""Layers of Keras models as features."""

import keras

from tfgan_kit.errors import UserError
from tfgan_kit.extractors.weights import digest
from tfgan_kit.models.feature_model import tensor_of


def pooled(tensor):
    """Turns a layer's Keras tensor into float32 features (b, dimension).

    Maps (b, height, width, channels) are averaged over their positions; everything else is
    flattened.

    Raises:
      ValueError: if the number of features is not known statically.
    """
    maps = len(tensor.shape) == 4
    if tensor.shape[-1] is None or (not maps and None in tensor.shape[1:]):
        raise ValueError(f"The number of features is unknown: {tensor.shape}.")
    layer = keras.layers.GlobalAveragePooling2D if maps else keras.layers.Flatten
    return layer(dtype="float32", name="pooled_features")(tensor)


def output_of(model, layer: str, name: str):
    """The output of a layer, turned into features by `pooled`.

    Args:
      model: a Keras model.
      layer: name of one of its outputs or layers, see `tfgan_kit.models.feature_model.tensor_of`.
      name: what the user calls the model, for the errors.

    Raises:
      UserError: if there is no such layer, or it has no single output of known size.
    """
    try:
        return pooled(tensor_of(model, layer, name))
    except ValueError:
        raise UserError(
            f"layer {layer!r} of {name} has no output of known size; choose another"
        ) from None


def model_digest(model) -> str:
    """SHA-256, in hexadecimal, of a model's weights."""
    return digest({f"{i:06d}": array for i, array in enumerate(model.get_weights())})
