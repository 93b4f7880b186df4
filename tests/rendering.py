"""What a generator makes of latents, by Keras alone."""

import numpy as np


def render(generator, latents):
    """One float32 array per domain, in the order of the letters."""
    made = generator(latents, training=False)
    names = sorted(name for name in made if name.startswith("image"))
    return tuple(np.asarray(made[name], np.float32) for name in names)
