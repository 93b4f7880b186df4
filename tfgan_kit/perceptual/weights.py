"""The weights of perceptual networks, and the input preprocessing that each source requires."""

import dataclasses
import os
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.extractors.weights import DAMAGED, open_npz, read_npz

_APPLICATIONS = {"vgg16": keras.applications.VGG16, "vgg19": keras.applications.VGG19}


@dataclasses.dataclass(frozen=True)
class Flags:
    """The options that messages name.

    Attributes:
      weights: that of the file.
      network: that of the network, None where it is fixed.
    """

    weights: str = "--perceptual-weights"
    network: str | None = "--perceptual-network"


PERCEPTUAL = Flags()


@dataclasses.dataclass(frozen=True)
class VggWeights:
    """Weights and the preprocessing that belongs to them.

    Attributes:
      arrays: (kernel, bias) by layer, kernels (height, width, in, out), first layer to last.
      preprocess: maps float32 images [-1, 1], RGB, to the network's input.
    """

    arrays: dict[str, tuple[np.ndarray, np.ndarray]]
    preprocess: Callable[[tf.Tensor], tf.Tensor]

    def with_preprocessing(self) -> list[np.ndarray]:
        """Kernels and biases in turn, for images in [-1, 1] without preprocessing.

        The first convolution contains it, as it is affine: outputs are the same but in the
        outermost pixels, as VGG pads what is preprocessed with zeros.
        """
        (kernel, bias), *others = self.arrays.values()
        corners = np.concatenate([np.zeros((1, 3)), np.eye(3)]).astype(np.float32)
        shift, *ends = self.preprocess(tf.constant(corners[:, None, None])).numpy()[:, 0, 0]
        first = np.einsum("ij,hwjo->hwio", np.stack(ends) - shift, kernel)
        bias = bias + np.einsum("j,hwjo->o", shift, kernel)
        return [first, bias, *(array for pair in others for array in pair)]


def load_weights(network, path, shapes, flags=PERCEPTUAL):
    """Loads the weights of a VGG network.

    * No path: the weights of `keras.applications`, from Keras' cache or downloaded.
    * .h5, .keras: a file of Keras for the network without its dense layers, as
      `keras.applications` publishes it; its input is BGR less the mean of ImageNet (caffe).
    * .npz: arrays `VGG16_0/Conv_i/kernel` and `.../bias` (or `VGG19_0`), i from 0, of the network
      as torchvision publishes it; its input is RGB, scaled as in LPIPS (Zhang 2018).

    Args:
      network: "vgg16" or "vgg19".
      path: a file, or None.
      shapes: shapes of the kernels needed, by layer, first to last.
      flags: for messages.

    Returns:
      `VggWeights`.

    Raises:
      UserError: if the weights are missing, damaged or belong to another network.
    """
    if path is None:
        return VggWeights(_arrays(_published(network), shapes), _caffe)
    path = os.fspath(path)
    if not os.path.isfile(path):
        raise UserError(f"{path}: no such file; {flags.weights} names a .npz, .h5 or .keras")
    if path.endswith(".npz"):
        return VggWeights(_from_npz(path, network, shapes, flags), _torch)
    if path.endswith((".h5", ".keras")):
        return VggWeights(_arrays(_from_keras(path, network, flags), shapes), _caffe)
    raise UserError(f"{path}: weights are read from .npz, .h5 and .keras files only")


def _caffe(images):
    return keras.applications.imagenet_utils.preprocess_input(127.5 * (images + 1.0), mode="caffe")


def _torch(images):
    return (images - (-0.030, -0.088, -0.188)) / (0.458, 0.448, 0.450)


def _published(network):
    try:
        return _APPLICATIONS[network](include_top=False, weights="imagenet")
    except Exception as error:  # Keras raises no narrower type when a download fails.
        raise UserError(
            f"the weights of {network} are not in Keras' cache and cannot be downloaded "
            f"({_reason(error)}); run once where there is a network, or pass "
            "--perceptual-weights FILE"
        ) from error


def _from_keras(path, network, flags):
    model = _APPLICATIONS[network](include_top=False, weights=None)
    try:
        model.load_weights(path)
    except (*DAMAGED, KeyError, RuntimeError) as error:  # HDF5 raises any of these.
        raise UserError(
            f"{path}: not the weights of {network} without its dense layers ({_reason(error)}); "
            f"choose another {' or '.join(filter(None, (flags.weights, flags.network)))}"
        ) from error
    return model


def _arrays(model, shapes):
    return {layer: tuple(model.get_layer(layer).get_weights()) for layer in shapes}


def _from_npz(path, network, shapes, flags):
    with open_npz(path) as archive:
        _check_network(path, network, archive.files, flags)
    wanted = {}
    for i, shape in enumerate(shapes.values()):
        prefix = f"{network.upper()}_0/Conv_{i}"
        wanted |= {f"{prefix}/kernel": shape, f"{prefix}/bias": shape[3:]}
    arrays = iter(read_npz(path, wanted).values())
    return {layer: (next(arrays), next(arrays)) for layer in shapes}


def _check_network(path, network, names, flags):
    held = {name.split("_0/")[0].lower() for name in names} & set(_APPLICATIONS)
    if not held:
        raise UserError(f"{path}: no arrays {network.upper()}_0/Conv_0/kernel and so on in it")
    if network not in held:
        other = held.pop()
        mend = f"{flags.network} {other}" if flags.network else f"another {flags.weights}"
        raise UserError(f"{path}: holds {other}, not {network}; choose {mend}")


def _reason(error):
    # The messages of Keras are pages long, with the values of a kernel that does not fit.
    return " ".join(str(error).split()).partition(". ")[0]
