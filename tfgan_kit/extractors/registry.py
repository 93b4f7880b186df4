"""Feature extractors by name. Importing this module imports neither TensorFlow nor NumPy."""

import importlib

from tfgan_kit.errors import UserError, suggest

NAMES = {
    "inception-2015": "the network that FID is defined with, 2048 features",
    "vgg16-lpips": "VGG16 of LPIPS, 512 features",
    "alexnet-lpips": "AlexNet of LPIPS, 256 features",
    "keras:NAME": "any network of keras.applications, as keras:ResNet50",
    "classifier:PATH": "a classifier.keras that this kit trained",
    "PATH.keras": "any model that takes images in [-1, 1], with a layer's name",
}
_LPIPS = {"vgg16-lpips": "vgg16_lpips", "alexnet-lpips": "alexnet_lpips"}


def find(name, *, weights=None, layer=None, **settings):
    """Returns an extractor.

    Args:
      name: one of `NAMES`, with placeholders in capitals filled in.
      weights: a file of weights; None for the network's default location, see its module.
      layer: name of the layer whose outputs are the features, for Keras models.
      settings: `resize` (a key of `tfgan_kit.metrics.images.resize.PROTOCOLS`) and `rounded`.

    Returns:
      A `tfgan_kit.extractors.extractor.Extractor`.

    Raises:
      UserError: if there is no such extractor, its weights are not available, or it does not take
        `weights` or `layer`.
    """
    kind, _, rest = name.partition(":")
    if kind == "keras":
        return _module("applications").load(rest, weights, layer, **settings)
    if layer and not name.endswith(".keras"):
        raise UserError(f"--layer is for keras:NAME and .keras files; {name} has its own")
    if name == "inception-2015":
        return _module("inception").load(weights, **settings)
    if name in _LPIPS:
        return find_lpips(name, weights=weights).extractor(**settings)
    if weights:
        raise UserError(f"--weights is for published networks; {name} names its own file")
    if kind == "classifier":
        return _module("keras_file").load_classifier(rest, **settings)
    if name.endswith(".keras"):
        return _module("keras_file").load_layer(name, layer, **settings)
    raise UserError(
        f"no features are called {name!r}{suggest(name, NAMES)}; choose one of {', '.join(NAMES)}"
    )


def find_lpips(name, *, weights=None):
    """Returns a network with LPIPS heads.

    Args:
      name: "vgg16-lpips" or "alexnet-lpips".
      weights: a file of weights; None for the network's default location, see its module.

    Returns:
      A `tfgan_kit.extractors.lpips_network.LpipsNetwork`.

    Raises:
      UserError: if there is no such network, or its weights are not available.
    """
    if name not in _LPIPS:
        raise UserError(f"LPIPS has no network {name!r}; choose one of {', '.join(_LPIPS)}")
    return _module(_LPIPS[name]).load(weights)


def _module(name):
    return importlib.import_module(f"tfgan_kit.extractors.{name}")
