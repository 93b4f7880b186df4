"""A run whose generator is known: it draws an ellipse, of which six factors decide.

Of the latent's 32 dimensions, six act: a factor is a sum of all components, with the weights of one
of six orthonormal rows. The other 26 change nothing.
"""

import keras
import numpy as np
from keras import ops

from tests.saved_runs import write_networks
from tfgan_kit.fields import image_field, latent_field
from tfgan_kit.uses import generate

SIZE, FACTORS, SHAPE = 32, 6, (32, 32, 1)


def rows() -> np.ndarray:
    """The orthonormal rows (6, 32) that make the factors: x, y, size, form, brightness, ground."""
    matrix = np.random.default_rng(0).normal(size=(SIZE, SIZE))
    return np.linalg.qr(matrix)[0][:FACTORS].astype(np.float32)


def energy(matrix) -> float:
    """The share of the energy of directions (32, K) that lies in the six acting dimensions."""
    matrix = np.asarray(matrix)
    return float(((rows() @ matrix) ** 2).sum() / (matrix**2).sum())


def ellipses() -> keras.Model:
    """The generator."""
    latent = keras.Input((SIZE,), name="latent")
    mixed = keras.layers.Dense(FACTORS, use_bias=False, name="factors")(latent)
    x, y, size, form, brightness, ground = (
        ops.tanh(mixed[:, i, None, None] / 24.0) for i in range(FACTORS)
    )
    axis = ops.linspace(-1.0, 1.0, SHAPE[0])
    radius, stretch = 0.35 * ops.exp(0.5 * size), ops.exp(0.5 * form)
    across = (axis[None, None, :] - 0.5 * x) / (radius * stretch)
    down = (axis[None, :, None] - 0.5 * y) / (radius / stretch)
    inside = ops.sigmoid(4.0 * (1.0 - across**2 - down**2))
    ground, brightness = -0.6 + 0.35 * ground, 0.5 + 0.45 * brightness
    image = ops.expand_dims(ground + (brightness - ground) * inside, -1)
    network = keras.Model(latent, {"image": image}, name="generator")
    network.get_layer("factors").set_weights([rows().T])
    return network


def write_factors(path):
    """Writes the run; gives its path as text."""
    uses = [generate({"image": image_field(SHAPE)}, latent_field(SIZE))]
    return str(write_networks(path, "gan", {"generator": ellipses()}, uses))
