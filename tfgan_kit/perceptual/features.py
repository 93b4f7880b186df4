"""Features of a network that was trained on photographs, for perceptual losses."""

import keras
import tensorflow as tf

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.perceptual.weights import load_weights

# Convolutions per block; max pooling follows each block (Simonyan 2015, table 1, D and E).
_BLOCKS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
_CHANNELS = (64, 128, 256, 512, 512)


class PerceptualFeatures:
    """Maps of a frozen VGG network, cut after the deepest layer asked for.

    Gradients pass through to the images; the network has nothing to train and runs in float32
    whatever the precision of the training: bfloat16 is several times slower on a CPU without
    instructions for it.

    Args:
      network: "vgg16" or "vgg19".
      weights: a file of weights, or None for those of `keras.applications`, from its cache or by
        download; see `tfgan_kit.perceptual.weights`.
      layers: names of convolutions as in `keras.applications`, "block1_conv1" to "block5_conv3"
        (VGG16) or "block5_conv4" (VGG19).
      size: images are resized to this height and width, bilinearly; by default they are not. There
        is no filter against aliasing, so that it is no tool for making images much smaller.
      before_activation: whether maps are taken before the ReLU instead of after it.

    Attributes:
      reduction: by how much the sides of images are larger than those of the deepest map.

    Raises:
      UserError: if the network or a layer is unknown, or the weights are not available.

    Reference:
      Simonyan & Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition,
      2015.
    """

    def __init__(
        self, network="vgg19", weights=None, *, layers, size=None, before_activation=False
    ):
        shapes = convolutions(network)
        for layer in layers:
            if layer not in shapes:
                raise UserError(
                    f"{network} has no layer {layer!r}{suggest(layer, shapes)}; "
                    f"choose from {', '.join(shapes)}"
                )
        self.layers = tuple(layers)
        self.size = size
        names = list(shapes)
        self._deepest = max(layers, key=names.index)
        self.reduction = 2 ** (_block(self._deepest) - 1)
        needed = names[: names.index(self._deepest) + 1]
        loaded = load_weights(network, weights, {name: shapes[name] for name in needed})
        self._preprocess = loaded.preprocess
        self.model = _build(loaded.arrays, layers, before_activation)

    def check(self, image_shape):
        """Checks the shape of an image, (height, width, channels).

        Raises:
          UserError: if it does not have 1 or 3 channels, or is too small for the deepest layer.
        """
        height, width, channels = image_shape
        if channels not in (1, 3):
            raise UserError(f"perceptual features need images of 1 or 3 channels, not {channels}")
        smallest = self.size or min(height, width)
        if smallest < self.reduction:
            raise UserError(
                f"images of {smallest} pixels are too small for {self._deepest}, which halves them "
                f"{_block(self._deepest) - 1} times; resize them to {self.reduction} or more, or "
                "choose earlier layers"
            )

    def __call__(self, images):
        """Returns a dictionary of layer names to maps, (batch, height', width', channels').

        Args:
          images: float (batch, height, width, 1 or 3) in [-1, 1], RGB; gray is repeated.

        Raises:
          UserError: see `check`.
        """
        self.check(images.shape[1:])
        images = tf.cast(images, tf.float32)
        if self.size:
            images = tf.image.resize(images, [self.size, self.size])
        if images.shape[-1] == 1:
            images = tf.repeat(images, 3, axis=-1)
        return self.model(self._preprocess(images), training=False)


def convolutions(network):
    """Returns the shapes of the kernels by the names of the convolutions, first to last.

    Raises:
      UserError: if the network is neither "vgg16" nor "vgg19".
    """
    if network not in _BLOCKS:
        raise UserError(
            f"unknown perceptual network {network!r}{suggest(network, _BLOCKS)}; "
            f"choose one of {', '.join(_BLOCKS)}"
        )
    shapes, before = {}, 3
    for block, (count, channels) in enumerate(zip(_BLOCKS[network], _CHANNELS, strict=True), 1):
        for i in range(1, count + 1):
            shapes[f"block{block}_conv{i}"] = (3, 3, before, channels)
            before = channels
    return shapes


def _block(layer):
    return int(layer.removeprefix("block").split("_")[0])


def _build(arrays, outputs, before_activation):
    """Returns the network up to the last of `arrays`, with the maps named in `outputs`."""
    x = images = keras.Input((None, None, 3), dtype="float32")
    maps, block = {}, 1
    for name, kernel_and_bias in arrays.items():
        if _block(name) > block:
            x = keras.layers.MaxPooling2D(2, dtype="float32")(x)
            block = _block(name)
        convolution = keras.layers.Conv2D(
            len(kernel_and_bias[1]),
            3,
            padding="same",
            dtype="float32",
            trainable=False,
            kernel_initializer="zeros",
            name=name,
        )
        linear = convolution(x)
        x = keras.layers.ReLU(dtype="float32")(linear)
        maps[name] = linear if before_activation else x
        convolution.set_weights(kernel_and_bias)
    return keras.Model(images, {name: maps[name] for name in outputs}, trainable=False)
