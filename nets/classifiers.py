"""The classifier of SCoGAN's semantic loss, also used to judge generated images.

Reference: the thesis "Improved Learning of Joint Distributions using Soft-Coupled GANs" (Aalborg
2020). The thesis does not state the padding; these convolutions use none.
"""

import keras
import numpy as np
from keras import layers

from nets.blocks import scaled
from tfgan_kit.errors import UserError
from tfgan_kit.layers import Dropout, Probabilities
from tfgan_kit.layers.normalization import normalization


def classifier(image_shape, classes, *, width=1.0, multi_label=False, reduced=0, pooling="none"):
    """Returns a classifier: 3x3 convolutions (32, 64), max pooling, dense (128), dense.

    Activations are LeakyReLU 0.3. Dropout is 0.25 before the first dense layer and 0.5 after it.

    Args:
      image_shape: (height, width, channels), at least 16x16.
      classes: number of the classes or attributes, or their names, which the model stores.
      width: factor on all channel counts.
      multi_label: whether an image can be of any number of classes (attributes) instead of one.
      reduced: channels of a 1x1 convolution after the pooling, the layer "reduced", so that its
        output holds little more than the classes; 0 for none.
      pooling: "mean" for this kit's own network in place of the thesis': padded 3x3 convolutions
        (32, 64, 128, 128) with batch normalization and ReLU, max pooling after the first two, and
        the mean over all positions. The logits are then means of maps, one for each class (Zhou et
        al., Learning Deep Features for Discriminative Localization, 2016). Dropout is 0.25.

    Returns:
      A Keras model from "image" (batch, *image_shape) in [-1, 1] to {"features": (batch, 128),
      after the activation or the mean, "logits": (batch, n), "probabilities": (batch, n)}. The
      probabilities are the softmax of the logits, or their sigmoid if `multi_label`; both are
      float32.

    Raises:
      UserError: for other image shapes, or without any classes.
    """
    if len(image_shape) != 3 or min(image_shape[:2]) < 16:
        shape = "x".join(map(str, image_shape))
        raise UserError(
            f"a classifier needs images of at least 16x16, these are {shape}; enlarge them"
        )
    names = () if isinstance(classes, int) else tuple(classes)
    count = classes if isinstance(classes, int) else len(names)
    if count < (1 if multi_label else 2):
        raise UserError(f"too few classes for a classifier: {count}; choose labelled data")
    image = keras.Input(image_shape, name="image")
    if pooling == "mean":
        features, rate = _pooled(image, width)
    else:
        features, rate = _of_thesis(image, width, reduced)
    x = Dropout(rate, name="dropout_2")(features)
    logits = layers.Dense(count, dtype="float32", name="logits")(x)
    probabilities = Probabilities(names, multi_label, dtype="float32", name="probabilities")(logits)
    outputs = {"features": features, "logits": logits, "probabilities": probabilities}
    return keras.Model(image, outputs, name="classifier")


def grown(network, names):
    """Returns a classifier of more classes that begins as another one.

    Args:
      network: one of `classifier`.
      names: of all classes, first those of the network, in its order.

    Returns:
      A model with weights of its own. It says the same of the classes that the network knows, and
      the rows of the last layer of the others are new. All layers can be trained.
    """
    last = network.get_layer("logits")
    trunk = keras.Model(network.input, {"features": network.output["features"], "x": last.input})
    copy = keras.models.clone_model(trunk)
    copy.set_weights(trunk.get_weights())
    dense = layers.Dense(len(names), dtype="float32", name="logits")
    logits = dense(copy.output["x"])
    known = zip(dense.get_weights(), last.get_weights(), strict=True)
    dense.set_weights([np.concatenate([old, new[..., old.shape[-1] :]], -1) for new, old in known])
    probabilities = Probabilities(names, dtype="float32", name="probabilities")(logits)
    outputs = {
        "features": copy.output["features"],
        "logits": logits,
        "probabilities": probabilities,
    }
    model = keras.Model(copy.input, outputs, name="classifier")
    for layer in model.layers:
        layer.trainable = True  # The network may be frozen, and so would be its copy.
    return model


def _of_thesis(image, width, reduced):
    """The features, and the rate of the dropout after them."""
    x = image
    for i, filters in enumerate((32, 64), start=1):
        x = layers.Conv2D(scaled(filters, width), 3, name=f"conv_{i}")(x)
        x = layers.LeakyReLU(0.3, name=f"leaky_relu_{i}")(x)
    x = layers.MaxPooling2D(2, name="pool")(x)
    if reduced:
        x = layers.Conv2D(reduced, 1, name="reduced")(x)
    x = Dropout(0.25, name="dropout_1")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(scaled(128, width), name="dense")(x)
    return layers.LeakyReLU(0.3, name="features")(x), 0.5


def _pooled(image, width):
    """The same of the network with mean pooling."""
    x = image
    for i, filters in enumerate((32, 64, 128, 128), start=1):
        own = {"padding": "same", "use_bias": False, "name": f"conv_{i}"}
        x = layers.Conv2D(scaled(filters, width), 3, **own)(x)
        x = layers.ReLU(name=f"relu_{i}")(normalization("batch", f"norm_{i}")(x))
        x = layers.MaxPooling2D(2, name=f"pool_{i}")(x) if i <= 2 else x
    return layers.GlobalAveragePooling2D(name="features")(x), 0.25
