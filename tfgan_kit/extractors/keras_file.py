"""Features of models in `.keras` files: this kit's classifiers, and layers of other models."""

import os

import keras
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.extractors.extractor import Extractor
from tfgan_kit.extractors.keras_model import model_digest, output_of
from tfgan_kit.models.saved_models import load_keras

PREFIX = "classifier:"


def load_classifier(path, **settings) -> Extractor:
    """Returns the extractor of a classifier's last hidden layer.

    Protocol: numbers computed from these features carry the classifier's name, and are never called
    just FID.

    Args:
      path: a `classifier.keras` that the method `classifier` saved.
      settings: `resize` and `rounded` of the extractor.

    Raises:
      UserError: if there is no such file, or it contains no classifier of this kit.
    """
    model = load_keras(path)
    outputs = model.output
    if not isinstance(outputs, dict) or not {"features", "probabilities"} <= outputs.keys():
        raise UserError(
            f"{path}: not a classifier of this kit; train one with `main.py train classifier`, or "
            "name the file alone and a --layer"
        )
    chosen = {"features": outputs["features"]}
    if _exclusive(model, outputs["probabilities"].shape[-1]):
        chosen["probabilities"] = outputs["probabilities"]
    return _extractor(
        PREFIX + os.fspath(path),
        model,
        chosen,
        "last hidden layer of a classifier of this kit",
        **settings,
    )


def _exclusive(model, classes):
    """Whether the outputs are a distribution over classes rather than independent attributes."""
    large = tf.fill((1, classes), 10.0)  # Softmax maps it to 1 / classes, sigmoid to nearly 1.
    return abs(float(tf.reduce_sum(model.get_layer("probabilities")(large))) - 1.0) < 1e-6


def load_layer(path, layer, **settings) -> Extractor:
    """Returns the extractor of a layer of any model that takes images in [-1, 1], as in this kit.

    Args:
      path: a `.keras` file.
      layer: name of a layer; see `tfgan_kit.extractors.keras_model.pooled`.
      settings: `resize` and `rounded` of the extractor.

    Raises:
      UserError: if there is no such file or layer, or the model takes anything but images.
    """
    if not layer:
        raise UserError(f"{path}: which layer's output are the features? add --layer NAME")
    model = load_keras(path)
    features = output_of(model, layer, path)
    return _extractor(
        f"{os.fspath(path)}:{layer}",
        model,
        {"features": features},
        f"layer {layer} of a model that takes [-1, 1]",
        **settings,
    )


def _extractor(name, whole, outputs, description, **settings):
    shape = whole.input_shape
    if not isinstance(shape, tuple) or len(shape) != 4 or shape[3] not in (1, 3):
        raise UserError(
            f"{name}: takes {shape}, not one image (height, width, 1 or 3); choose another model"
        )
    model = keras.Model(whole.inputs, outputs, trainable=False)
    probabilities = outputs.get("probabilities")
    return Extractor(
        name=name,
        network=lambda images: model(images / 127.5 - 1.0, training=False),
        dimension=outputs["features"].shape[-1],
        description=description,
        digest=model_digest(whole),
        size=None if None in shape[1:3] else tuple(shape[1:3]),
        channels=shape[3],
        classes=0 if probabilities is None else probabilities.shape[-1],
        **settings,
    )
