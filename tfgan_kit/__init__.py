"""tfgan-kit: training generative adversarial networks with TensorFlow and Keras 3.

Importing this package imports nothing heavy; the submodules do. It registers the kit's layers with
Keras, so that `keras.saving.load_model` opens models that training has saved.
"""

from tfgan_kit.models.registration import register_layers
from tfgan_kit.version import __version__

__all__ = ["__version__", "features"]

register_layers()


def __getattr__(name):
    if name == "features":  # Imported when it is asked for: it imports Keras.
        from tfgan_kit.models.feature_model import features

        return features
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
