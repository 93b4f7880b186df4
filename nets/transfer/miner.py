"""The networks that find, among the latents of trained generators, those of a target's images.

Reference: Wang et al., MineGAN: Effective Knowledge Transfer from GANs to Target Domains with Few
Images, 2020, and appendix A.2 of Wang's doctoral thesis, Universitat Autònoma de Barcelona.
"""

import keras
from keras import layers

from tfgan_kit.layers import Choice, PixelNorm


def miner(size, hidden, latent_size, *, bounded=False, pixel_norm=False, classes=0, softmax=False):
    """Returns a miner: dense layers with ReLU between them, the last linear.

    The kernels are He normal. With the small deviation that is usual for GANs, nearly the same
    latent would come out for all noise, and all samples would be one image.

    Args:
      size: length of the noise.
      hidden: units of each layer but the last.
      latent_size: length of the latents.
      bounded: whether latents lie in [-1, 1], by a tanh, as those of a uniform distribution do.
      pixel_norm: whether to divide each hidden vector by its root mean square.
      classes: number of classes of a conditional generator. It is then given weights of its classes
        instead of one, which a last layer of their own makes.
      softmax: whether these weights are probabilities. If not, they are linear, at first about
        1 / classes each, and may leave what lies between the classes.

    Returns:
      A Keras model "miner" from {"noise": (batch, size)} to "latent" (batch, latent_size), and with
      classes to "label" (batch, classes); both float32.
    """
    noise = keras.Input((size,), name="noise")
    x = noise
    for i, units in enumerate(hidden, 1):
        x = _dense(units, f"dense_{i}")(x)
        x = layers.ReLU(name=f"relu_{i}")(x)
        if pixel_norm:
            x = PixelNorm(name=f"norm_{i}")(x)
    last = {"activation": "tanh" if bounded else None, "dtype": "float32"}
    outputs = {"latent": _dense(latent_size, "latent", **last)(x)}
    if classes:
        outputs["label"] = layers.Dense(
            classes,
            kernel_initializer="he_normal" if softmax else keras.initializers.RandomNormal(0, 0.02),
            bias_initializer=keras.initializers.Constant(0 if softmax else 1 / classes),
            activation="softmax" if softmax else None,
            dtype="float32",
            name="label",
        )(x)
    return keras.Model({"noise": noise}, outputs, name="miner")


def chooser(size, count):
    """Returns the network that splits a latent into noise and a choice of one of several miners.

    Args:
      size: length of the noise.
      count: number of miners.

    Returns:
      A Keras model "chooser" from {"latent": (batch, size + 1)} to "noise" (batch, size) and
      "choice" (batch, count), one-hot. Its layer "choice" is a `tfgan_kit.layers.Choice`.
    """
    latent = keras.Input((size + 1,), name="latent")
    noise, number = latent[:, :size], latent[:, size:]
    outputs = {
        "noise": layers.Identity(name="noise", dtype="float32")(noise),
        "choice": Choice(count, name="choice", dtype="float32")(number),
    }
    return keras.Model({"latent": latent}, outputs, name="chooser")


def chosen(image_shape, count):
    """Returns the network that hands on one of several images.

    Args:
      image_shape: (height, width, channels).
      count: how many there are.

    Returns:
      A Keras model "chosen" from {"choice": (batch, count), one-hot, "image_1": (batch,
      *image_shape), ...} to "image".
    """
    choice = keras.Input((count,), name="choice")
    inputs, parts = {"choice": choice}, []
    for i in range(count):
        image = inputs[f"image_{i + 1}"] = keras.Input(image_shape, name=f"image_{i + 1}")
        own = {"dtype": "float32"}  # Images are not rounded to the precision of training.
        weight = layers.Reshape((1, 1, 1), name=f"weight_{i + 1}", **own)(choice[:, i : i + 1])
        parts.append(layers.Multiply(name=f"part_{i + 1}", **own)([image, weight]))
    image = layers.Add(name="image", dtype="float32")(parts)
    return keras.Model(inputs, {"image": image}, name="chosen")


def _dense(units, name, **keywords):
    return layers.Dense(units, kernel_initializer="he_normal", name=name, **keywords)
