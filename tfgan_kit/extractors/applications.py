"""Networks from `keras.applications`, trained on ImageNet."""

import inspect

import keras

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.extractors.extractor import Extractor
from tfgan_kit.extractors.keras_model import model_digest, output_of, pooled

PREFIX = "keras:"


def load(architecture, weights=None, layer=None, **settings) -> Extractor:
    """Returns the extractor of the last weighted layer's input, or of a named layer's output.

    Args:
      architecture: name of a function in `keras.applications`, such as "ResNet50".
      weights: a file of its weights including the top, as Keras saves them; None for the published
        weights, from Keras' cache or downloaded.
      layer: name of a layer; see `tfgan_kit.extractors.keras_model.pooled`.
      settings: `resize` and `rounded` of the extractor.

    Raises:
      UserError: if there is no such network or layer, or the weights are not available.
    """
    known = _architectures()
    if architecture not in known:
        raise UserError(
            f"keras.applications has no {architecture!r}{suggest(architecture, known)}; choose "
            f"one of {', '.join(sorted(known))}"
        )
    name, module = PREFIX + architecture, known[architecture]
    whole = _load(architecture, getattr(module, architecture), weights)
    if layer:
        features, what = output_of(whole, layer, name), f"layer {layer}"
    else:
        features, what = _before_top(whole), "what the last layer takes"
    outputs = {"features": features, "probabilities": whole.output}
    model = keras.Model(whole.inputs, outputs, trainable=False)
    height, width, _ = whole.input_shape[1:]
    return Extractor(
        name=name,
        network=lambda images: model(module.preprocess_input(images), training=False),
        dimension=features.shape[-1],
        description=f"{what} of {architecture} of keras.applications",
        digest=model_digest(whole),
        size=(height, width),
        classes=whole.output_shape[-1],
        **settings,
    )


def _architectures():
    modules = inspect.getmembers(keras.applications, inspect.ismodule)
    return {
        name: module
        for _, module in modules
        if hasattr(module, "preprocess_input")
        for name, _ in inspect.getmembers(module, inspect.isfunction)
        if name[0].isupper()
    }


def _load(architecture, function, weights):
    try:
        return function(weights=weights or "imagenet")
    except Exception as error:  # Keras raises nothing more specific if a download fails.
        reason = " ".join(str(error).split()).partition(". ")[0]
        if weights:
            raise UserError(
                f"{weights}: not the weights of {architecture} with its top ({reason}); name "
                "another file"
            ) from error
        raise UserError(
            f"the weights of {architecture} are not in Keras' cache and cannot be downloaded "
            f"({reason}); run once where there is a network, or pass --weights FILE"
        ) from error


def _before_top(model):
    top = [layer for layer in model.layers if layer.weights][-1]
    return pooled(top.input)
