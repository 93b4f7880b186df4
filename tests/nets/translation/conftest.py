import keras
import pytest
import tensorflow as tf

from tfgan_kit.layers import spectral


@pytest.fixture(autouse=True)
def _short_warm_up(monkeypatch):
    """Singular vectors need not be converged to test architectures."""
    monkeypatch.setattr(spectral, "_WARM_UP", 1)


@pytest.fixture
def zero_weights(monkeypatch):
    """All weights start as zeros: to count those of a full-size network in a moment."""
    for kind in (keras.initializers.RandomNormal, keras.initializers.GlorotNormal):
        monkeypatch.setattr(kind, "__call__", lambda _, shape, dtype=None: tf.zeros(shape, dtype))
