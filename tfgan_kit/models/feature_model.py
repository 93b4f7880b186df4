"""Parts of networks as Keras models: `tfgan_kit.features`."""

import keras

from tfgan_kit.errors import UserError, suggest

MOST_NAMES = 40  # Listed in an error; of a large network, the last ones.


def features(model: keras.Model, layer: str) -> keras.Model:
    """Returns the part of a model that computes one of its outputs or the output of a layer.

    The part shares the model's layers: training one trains the other. To keep them as they are, set
    `trainable = False` on the part before you build a classifier on it.

    Args:
      model: a functional or sequential Keras model, such as a loaded `discriminator.keras`.
      layer: name of an output of the model, as "features_3", or of a layer, as "leaky_relu_3". For
        a layer that several domains share, its output for the first domain is used.

    Returns:
      A Keras model with one output, from the input of `model` to the features. For a joint network,
      which has an input per domain, it takes the input that the features depend on.

    Raises:
      UserError: if there is no such output or layer, or the layer has not exactly one output.

    Example:
      ```
      discriminator = keras.saving.load_model("runs/digits/models/discriminator.keras")
      trunk = tfgan_kit.features(discriminator, "features_3")
      trunk(images)  # (b, 4, 4, 256) of DCGAN at 32 pixels, for images in [-1, 1]
      ```
    """
    tensor = tensor_of(model, layer, f"the model {model.name!r}")
    name = f"{model.name}_{layer}"
    for one in keras.tree.flatten(model.input):
        try:
            return keras.Model(one, tensor, name=name)
        except ValueError:  # The features depend on another input.
            continue
    return keras.Model(model.input, tensor, name=name)


def tensor_of(model: keras.Model, layer: str, called: str):
    """The Keras tensor with a given name: an output of a model, or the output of one of its layers.

    Args:
      model: a Keras model.
      layer: the name.
      called: what the user calls the model, for error messages.

    Raises:
      UserError: see `features`.
    """
    outputs = model.output if isinstance(model.output, dict) else {}
    if layer in outputs:
        return outputs[layer]
    names = [each.name for each in model.layers]
    if layer not in names:
        known = [*outputs, *(name for name in names if name not in outputs)]
        raise UserError(
            f"{called} has no output or layer {layer!r}{suggest(layer, known)} (there are "
            f"{'..., ' * (len(known) > MOST_NAMES)}{', '.join(known[-MOST_NAMES:])})"
        )
    try:
        tensor = model.get_layer(layer).output
    except (AttributeError, ValueError):  # Keras raises either for no output or several.
        tensor = None
    if not isinstance(tensor, keras.KerasTensor):
        raise UserError(
            f"layer {layer!r} of {called} does not have exactly one output; choose another"
        )
    return tensor
