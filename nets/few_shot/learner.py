"""Learners of few-shot tasks: small networks that a few steps of gradient descent can change.

The networks of Finn et al., Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks,
2017, section 5 and appendix A. Batch normalisation always uses the statistics of the batch that it
is given in training mode. Its moving statistics are those of the last such batch, not an average:
averaged over many tasks they would describe none of them. So a network adapted to a task can hold
the statistics of the task's support images, and then classifies each image by itself.
"""

import keras
from keras import layers

from tfgan_kit.errors import UserError
from tfgan_kit.layers import Probabilities

BLOCKS = 4


def convolutional(
    image_shape,
    classes: int,
    *,
    filters: int = 64,
    downsampling: str = "stride",
    fake: bool = False,
    name: str = "learner",
) -> keras.Model:
    """Returns a classifier: four 3x3 convolutions with batch normalisation and ReLU, one dense.

    Args:
      image_shape: (height, width, channels), at least 16x16.
      classes: their number.
      filters: of each convolution.
      downsampling: "stride" for convolutions of stride 2 and the mean over all positions, as for
        Omniglot, or "pool" for 2x2 max pooling after each block, as for mini-ImageNet.
      fake: whether images can also be of one more class, the generated ones.
      name: of the network.

    Returns:
      A Keras model from "image" (batch, *image_shape) in [-1, 1] to "logits" (batch, classes),
      "probabilities" (batch, classes), their softmax, and with `fake` "fake_logit" (batch, 1), all
      float32.

    Raises:
      UserError: for other image shapes.
    """
    if len(image_shape) != 3 or min(image_shape[:2]) < 16:
        shape = "x".join(map(str, image_shape))
        raise UserError(
            f"a learner needs images of at least 16x16, these are {shape}; enlarge them"
        )
    image = keras.Input(image_shape, name="image")
    x = trunk(image, filters, downsampling)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    names = map(str, range(classes))
    probabilities = Probabilities(names, dtype="float32", name="probabilities")(logits)
    found = {"logits": logits, "probabilities": probabilities}
    if fake:
        found["fake_logit"] = layers.Dense(1, dtype="float32", name="fake_logit")(x)
    return keras.Model({"image": image}, found, name=name)


def trunk(image, filters: int, downsampling: str):
    """The convolutions of `convolutional`, on an input: (batch, features)."""
    x, strides = image, 2 if downsampling == "stride" else 1
    for k in range(1, BLOCKS + 1):
        own = {"padding": "same", "use_bias": False, "name": f"conv_{k}"}
        x = layers.Conv2D(filters, 3, strides, **own)(x)
        x = layers.BatchNormalization(momentum=0.0, name=f"norm_{k}")(x)
        x = layers.ReLU(name=f"relu_{k}")(x)
        if downsampling == "pool":
            x = layers.MaxPooling2D(2, name=f"pool_{k}")(x)
    if downsampling == "pool":
        return layers.Flatten(name="features")(x)
    return layers.GlobalAveragePooling2D(name="features")(x)


def dense(size: int, outputs: int, *, units: int = 40) -> keras.Model:
    """Returns a regression network: two dense layers with ReLU, then a linear one.

    Args:
      size: length of a point.
      outputs: length of what is predicted.
      units: of both hidden layers.

    Returns:
      A Keras model from "image", a point (batch, size), to "target" (batch, outputs), float32.
    """
    image = keras.Input((size,), name="image")
    x = image
    for k in (1, 2):
        x = layers.Dense(units, activation="relu", name=f"dense_{k}")(x)
    target = layers.Dense(outputs, dtype="float32", name="target")(x)
    return keras.Model({"image": image}, {"target": target}, name="learner")
