"""StyleGAN's networks with random weights, as uses."""

import keras

from nets.progressive import stylegan
from tfgan_kit.fields import image_field, latent_field, number_field, vector_field
from tfgan_kit.uses import Call, Use
from tfgan_kit.uses.apply import Bound

SIZE, SIDE = 64, 32
LAYERS = stylegan.layers_at(SIDE)


def uses(seed, size=SIZE, side=SIDE, width=1 / 16):
    """The uses "generate", "map" and "synthesize", gray, and the networks."""
    keras.utils.set_random_seed(seed)
    networks = {
        "mapping": stylegan.mapping(size),
        "truncation": stylegan.truncation(size, side),
        "synthesis": stylegan.synthesis((side, side, 1), size, width=width),
    }
    image = {"image": image_field((side, side, 1))}
    latent = {"latent": latent_field(size), "psi": number_field(1.0)}
    w, styles = vector_field(size), vector_field(stylegan.layers_at(side), size)
    to_w = Call("mapping", {"latent": "latent"}, {"w": "w"})
    to_styles = Call("truncation", {"w": "w", "psi": "psi"}, {"styles": "styles"})
    to_image = Call("synthesis", {"styles": "styles"}, {"image": "image"})
    made = (
        Use("generate", (to_w, to_styles, to_image), latent, image),
        Use("map", (to_w, to_styles), latent, {"w": w, "styles": styles}),
        Use("synthesize", (to_image,), {"styles": styles}, image),
    )
    return [Bound(use, networks) for use in made], networks
