"""Parts of Keras models as features."""

import keras

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.features.weights import digest


def pooled(tensor):
    """Keras tensor of a layer -> features (b, dimension), in float32.

    Maps (b, height, width, channels) are averaged over their positions, all else is flattened.

    Raises:
      ValueError: if the number of features is not known before an image comes.
    """
    maps = len(tensor.shape) == 4
    if tensor.shape[-1] is None or (not maps and None in tensor.shape[1:]):
        raise ValueError(f"The number of features is unknown: {tensor.shape}.")
    layer = keras.layers.GlobalAveragePooling2D if maps else keras.layers.Flatten
    return layer(dtype="float32", name="pooled_features")(tensor)


def output_of(model, layer: str, name: str):
    """The output of a layer, made to features by `pooled`.

    Args:
      model: a Keras model.
      layer: name of one of its layers.
      name: what the user calls the model, for the errors.

    Raises:
      UserError: if there is no such layer, or it has no single output of known size.
    """
    names = [each.name for each in model.layers]
    if layer not in names:
        raise UserError(
            f"{name} has no layer {layer!r}{suggest(layer, names)}; its last ones are "
            f"{', '.join(names[-6:])}"
        )
    try:
        return pooled(model.get_layer(layer).output)
    except (AttributeError, ValueError):  # Keras raises either of outputs that are none, or many.
        raise UserError(
            f"layer {layer!r} of {name} has no single output of known size; choose another"
        ) from None


def model_digest(model) -> str:
    """SHA-256, in hexadecimal, of a model's weights."""
    return digest({f"{i:06d}": array for i, array in enumerate(model.get_weights())})
