"""The methods by name: each is a function from a network, images and classes to raw maps."""

import numpy as np
import tensorflow as tf

from tfgan_kit.attention import class_maps
from tfgan_kit.attention.backward import signal
from tfgan_kit.attention.opened import Opened, chosen
from tfgan_kit.errors import UserError


def cam(opened: Opened, images, classes, layer=None):
    """Class activation maps, which can be negative; see `class_maps.cam`."""
    name, weights, _ = opened.pooled_weights(layer)
    logits, maps = opened.look(images, name)
    own = tf.gather(tf.transpose(weights), tf.cast(classes, tf.int32))
    return logits, class_maps.cam(tf.cast(maps, tf.float32), own)


def grad_cam(opened: Opened, images, classes, layer=None):
    """See `class_maps.grad_cam`."""
    return _by_gradients(class_maps.grad_cam, opened, images, classes, layer)


def grad_cam_plus_plus(opened: Opened, images, classes, layer=None):
    """See `class_maps.grad_cam_plus_plus`."""
    return _by_gradients(class_maps.grad_cam_plus_plus, opened, images, classes, layer)


def deconvnet(opened: Opened, images, classes, layer=None):
    """The largest size of the signal over the channels of each pixel; see `backward.signal`."""
    return _of_pixels(opened, images, classes, layer, guided=False)


def guided_backpropagation(opened: Opened, images, classes, layer=None):
    """The same, guided."""
    return _of_pixels(opened, images, classes, layer, guided=True)


def guided_grad_cam(opened: Opened, images, classes, layer=None):
    """Grad-CAM, resized to the image, times guided backpropagation."""
    logits, coarse = grad_cam(opened, images, classes, layer)
    _, fine = guided_backpropagation(opened, images, classes)
    resized = tf.image.resize(coarse[..., None], fine.shape[1:3])[..., 0]
    return logits, resized * fine


# Functions (opened, images, classes, layer) -> (logits (b, n), maps (b, h, w)), both float32.
# Images are as the network takes them, classes numbers (b,); the layer is a name, None for the
# method's default.
METHODS = {
    "cam": cam,
    "grad_cam": grad_cam,
    "grad_cam_plus_plus": grad_cam_plus_plus,
    "guided_backpropagation": guided_backpropagation,
    "deconvnet": deconvnet,
    "guided_grad_cam": guided_grad_cam,
}


def layer_of(method: str, opened: Opened, layer: str | None) -> str | None:
    """The name of the layer whose maps a method looks at; None for one that goes to the pixels.

    Raises:
      UserError: see `Opened.find` and `Opened.pooled_weights`.
    """
    if method in ("guided_backpropagation", "deconvnet"):
        if layer:
            raise UserError(f"{method} goes through all layers to the pixels: leave out --layer")
        return None
    return opened.pooled_weights(layer)[0] if method == "cam" else opened.find(layer)


def _by_gradients(method, opened, images, classes, layer):
    images, name = tf.convert_to_tensor(images), opened.find(layer)
    with tf.GradientTape() as tape:
        tape.watch(images)
        logits, maps = opened.look(images, name)
        score = tf.reduce_sum(chosen(logits, classes))
    gradients = tape.gradient(score, maps)
    if gradients is None:
        raise UserError(f"{opened.called}: {name} does not lead to the logits; name another layer")
    return logits, method(tf.cast(maps, tf.float32), tf.cast(gradients, tf.float32))


def _of_pixels(opened, images, classes, layer, *, guided):
    layer_of("deconvnet", opened, layer)
    logits, found = signal(opened, images, classes, guided=guided)
    return logits, tf.reduce_max(tf.abs(found), -1)


def chances(logits, several: bool) -> np.ndarray:
    """The probabilities of logits (n, classes): of each class alone, or of one of them.

    Args:
      logits: float32.
      several: whether any number of the classes can apply (sigmoid), or exactly one does (softmax);
        also true of the two logits of a single one, see `Opened.single`.
    """
    logits = tf.convert_to_tensor(logits)
    return (tf.sigmoid(logits) if several else tf.nn.softmax(logits)).numpy()
