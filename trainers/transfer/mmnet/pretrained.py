"""The encoder that begins with weights learned from photographs."""

import keras

from tfgan_kit.errors import UserError
from tfgan_kit.perceptual.features import convolutions
from tfgan_kit.perceptual.weights import Flags, load_weights

_FLAG = "--anchor-weights"


def begin_as_vgg(encoder: keras.Model, path: str) -> None:
    """Gives an encoder the convolutions of VGG16, as many as it has.

    Its outputs for images in [-1, 1] are then those of VGG16 up to that pooling, but at the edges,
    see `VggWeights.with_preprocessing`.

    Args:
      encoder: see `nets.transfer.segnet.encoder`; without normalisation, of images in colour.
      path: a file of weights, see `tfgan_kit.perceptual.weights.load_weights`.

    Raises:
      UserError: if the encoder is no part of VGG16, or the weights cannot be had.
    """
    own = [tuple(array.shape) for array in encoder.weights]
    kernels = dict(list(convolutions("vgg16").items())[: len(own) // 2])
    expected = [shape for kernel in kernels.values() for shape in (kernel, kernel[3:])]
    if own != expected:
        raise UserError(
            f"{_FLAG}: the anchor's encoder is not the beginning of VGG16; give --filters "
            "64,128,256,512,512 and --convolutions 2,2,3,3,3, or as many of the first numbers of "
            "both, --anchor-norm none, and an anchor in colour"
        )
    found = load_weights("vgg16", path, kernels, Flags(weights=_FLAG, network=None))
    encoder.set_weights(found.with_preprocessing())
