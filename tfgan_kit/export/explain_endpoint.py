"""The signature that shows what in images speaks for a class."""

import tensorflow as tf

from tfgan_kit.attention.methods import grad_cam
from tfgan_kit.attention.opened import Opened
from tfgan_kit.attention.subjects import HEADS, names_of
from tfgan_kit.errors import UserError
from tfgan_kit.export.endpoints import Endpoint
from tfgan_kit.uses.apply import Bound


def explain_endpoint(bound: Bound) -> Endpoint | None:
    """The signature "explain" of a use that classifies images.

    image, float32 in [-1, 1], and label, the number of a class for each, int32 (n,) -> map, float32
    (n, h, w): Grad-CAM of the last convolution, in its size.

    Args:
      bound: the use `classify`.

    Returns:
      The signature, or None if the network cannot be explained, for example because it has no
      convolution to look at.
    """
    use, (network,) = bound.use, bound.networks
    output = next(name for name in HEADS if name in use.outputs)
    try:
        opened, field = Opened(network, "the classifier", output=output), use.inputs["image"]
    except UserError:
        return None
    if opened.default is None:
        return None
    names = names_of(use.outputs[output], opened)
    specs = (
        tf.TensorSpec((None, *field.shape), tf.float32, name="image"),
        tf.TensorSpec((None,), tf.int32, name="label"),
    )
    about = "label: " + ", ".join(f"{number} {name}" for number, name in enumerate(names))
    return Endpoint(lambda image, label: {"map": grad_cam(opened, image, label)[1]}, specs, about)
