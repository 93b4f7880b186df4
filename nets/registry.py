"""The modules of the networks by name. Importing this module imports none of them."""

import importlib

from tfgan_kit.errors import UserError, suggest

NETWORKS = {
    "mlp": "nets.mlp",
    "dcgan": "nets.dcgan",
    "wgan_resnet": "nets.wgan_resnet",
    "sngan_resnet": "nets.sngan_resnet",
    "cgan_mlp": "nets.conditional.cgan_mlp",
    "acgan": "nets.conditional.acgan",
    "acgan_small": "nets.conditional.acgan_small",
}


def load(name):
    """Imports and returns the module of that name (see `tfgan_kit.settings.names.NETWORKS`).

    Every such module has `SIZES`, the `tfgan_kit.settings.size.Sizes` of its images, and

        generator(image_shape, latent_size, *, width=1.0, norm=..., label=None) -> keras.Model
        discriminator(image_shape, *, width=1.0, norm=..., spectral_norm=..., label=None)
            -> keras.Model

    Both return flat functional models that also output their intermediate features:

    * "generator": (batch, latent_size) named "latent" to
      {"features_1": ..., "features_2": ..., ..., "image": (batch, *image_shape)}.
    * "discriminator": (batch, *image_shape) named "image" to
      {"features_1": ..., "features_2": ..., ..., "logits": (batch, 1)}.

    With a label (see `nets.conditioning`), the input is a dictionary, {"latent": ..., "label":
    (batch, size)} or {"image": ..., "label": ...}. A discriminator that predicts the label instead
    takes only the image and has another output, "class_logits": (batch, size).

    Images lie in [-1, 1], logits are raw, and all are float32 under any dtype policy. `width`
    multiplies all channel counts. Weights are drawn from generators seeded by
    `keras.utils.set_random_seed`.

    Raises:
      UserError: if there is no such module. The functions raise it for unsupported image shapes and
        unknown normalizations.
    """
    if name not in NETWORKS:
        raise UserError(
            f"unknown network {name!r}{suggest(name, NETWORKS)}; "
            f"choose one of {', '.join(NETWORKS)}"
        )
    return importlib.import_module(NETWORKS[name])
