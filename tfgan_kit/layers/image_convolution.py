"""4x4 convolutions of stride 2 next to the image: Keras' layers, faster in training on CPUs.

In oneDNN, the transposed convolution to one or three channels, which is also the gradient with
respect to an image, is two to five times slower than the convolution itself. So this module
computes it as a convolution of stride 1 that yields the 2x2 pixels of each output position as
channels. For more than a few channels, oneDNN's own form is faster.

A convolution y of images x with a kernel k, multiplied by a map g of its output's shape, is linear
in each of g, x and k; the functions below are its derivatives with respect to them. The gradients
of each function are the other two, to any order.
"""

import keras
import tensorflow as tf

_MOST_CHANNELS = 4


@tf.custom_gradient
def convolution(images, kernel):
    """Convolution of stride 2, padded so that the output has half the size.

    Args:
      images: (batch, 2 * height, 2 * width, channels).
      kernel: (4, 4, channels, filters).

    Returns:
      Maps of shape (batch, height, width, filters).
    """

    def gradient(upstream):
        return transposed_convolution(upstream, kernel), kernel_gradient(images, upstream)

    return tf.nn.conv2d(images, kernel, 2, "SAME"), gradient


@tf.custom_gradient
def transposed_convolution(maps, kernel):
    """Transposed convolution of stride 2, padded so that the output has twice the size.

    Args:
      maps: (batch, height, width, filters); height and width are known.
      kernel: (4, 4, channels, filters).

    Returns:
      Images of shape (batch, 2 * height, 2 * width, channels).
    """

    def gradient(upstream):
        return convolution(upstream, kernel), kernel_gradient(upstream, maps)

    _, height, width, filters = maps.shape
    channels = kernel.shape[2]
    # Rows 2i - 1 and 2i of the image come from rows i - 1 and i of the padded maps: the kernel's
    # rows 2 and 3 apply to the former, rows 0 and 1 to the latter. The same holds for columns.
    blocks = tf.reshape(kernel, (2, 2, 2, 2, channels, filters))[::-1, :, ::-1]
    blocks = tf.reshape(tf.transpose(blocks, (0, 2, 5, 1, 3, 4)), (2, 2, filters, 4 * channels))
    pixels = tf.nn.conv2d(maps, blocks, 1, [[0, 0], [1, 1], [1, 1], [0, 0]])
    # `depth_to_space`, but with pairs of pixels moved as one.
    pixels = tf.reshape(pixels, (-1, width + 1, 2, 2 * channels))
    pixels = tf.reshape(
        tf.transpose(pixels, (0, 2, 1, 3)), (-1, 2 * height + 2, 2 * width + 2, channels)
    )
    return pixels[:, 1:-1, 1:-1], gradient


@tf.custom_gradient
def kernel_gradient(images, maps):
    """The gradient of the kernel.

    For `convolution`, pass the images and the gradient of the maps; for `transposed_convolution`,
    pass the gradient of the images and the maps.

    Args:
      images: (batch, 2 * height, 2 * width, channels).
      maps: (batch, height, width, filters).

    Returns:
      A tensor of shape (4, 4, channels, filters).
    """

    def gradient(upstream):
        return transposed_convolution(maps, upstream), convolution(images, upstream)

    shape = (4, 4, images.shape[-1], maps.shape[-1])
    kernel = tf.raw_ops.Conv2DBackpropFilter(
        input=images,
        filter_sizes=shape,
        out_backprop=maps,
        strides=[1, 2, 2, 1],
        padding="SAME",
    )
    return kernel, gradient


class Conv2D(keras.layers.Conv2D):
    """Keras' layer; in training, a first convolution computes the image's gradient faster.

    It is saved as Keras' own layer, so a saved network can be loaded without this kit.
    """

    def call(self, inputs, training=None):
        """Maps (batch, height, width, channels) to (batch, new height, new width, filters)."""
        channels = inputs.shape[-1]
        if not (training and self.groups == 1 and _beside_image(self, inputs, channels)):
            return super().call(inputs)
        return _finish(self, convolution(inputs, tf.convert_to_tensor(self.kernel)))


class Conv2DTranspose(keras.layers.Conv2DTranspose):
    """Keras' layer; in training, a last transposed convolution is computed faster.

    It is saved as Keras' own layer, so a saved network can be loaded without this kit.
    """

    def call(self, inputs, training=None):
        """Maps (batch, height, width, channels) to (batch, new height, new width, filters)."""
        fits = self.output_padding is None and _beside_image(self, inputs, self.filters)
        if not (training and fits):
            return super().call(inputs)
        return _finish(self, transposed_convolution(inputs, tf.convert_to_tensor(self.kernel)))


def _beside_image(layer, inputs, channels):
    """Whether the functions above compute the same as the layer, and faster."""
    return (
        channels <= _MOST_CHANNELS
        and layer.kernel_size == (4, 4)
        and layer.strides == (2, 2)
        and layer.padding == "same"
        and layer.data_format == "channels_last"
        and all(size and size % 2 == 0 for size in inputs.shape[1:3])
        and not tf.config.list_physical_devices("GPU")
    )


def _finish(layer, outputs):
    if layer.use_bias:
        outputs = tf.nn.bias_add(outputs, tf.convert_to_tensor(layer.bias))
    return outputs if layer.activation is None else layer.activation(outputs)


for _kind in (Conv2D, Conv2DTranspose):
    _kind.__module__ = "keras.layers"
