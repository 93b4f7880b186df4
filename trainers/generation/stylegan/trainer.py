"""StyleGAN: a generator whose layers get their styles from a mapped latent.

Karras, Laine & Aila, A Style-Based Generator Architecture for Generative Adversarial Networks,
2019.
"""

import tensorflow as tf

from nets.progressive import discriminator, stylegan
from tfgan_kit.fields import number_field, vector_field
from tfgan_kit.randomness import integers
from tfgan_kit.uses import Call, Use
from trainers.generation.growing.trainer import GrowingTrainer
from trainers.generation.stylegan.mixing import mixed

_W = Call("mapping", {"latent": "latent"}, {"w": "w"})
_STYLES = Call("truncation", {"w": "w", "psi": "psi"}, {"styles": "styles"})
_IMAGE = Call("synthesis", {"styles": "styles"}, {"shown": "image"})


class StyleGAN(GrowingTrainer):
    """Trains a mapping and a synthesis network together, against ProGAN's discriminator.

    `networks["truncation"]` is not trained: its mean follows the mapped latents.
    """

    generators = ("mapping", "synthesis")

    def build_networks(self):
        """See `GrowingTrainer.build_networks`."""
        config, phase = self.config, self.phase
        options = {"width": config.width, "fading": phase.fading}
        size, shape = config.latent_size, self.image_shape
        return {
            "mapping": stylegan.mapping(
                size, depth=config.mapping_layers, lrmul=config.mapping_lr_factor
            ),
            "truncation": stylegan.truncation(size, phase.side, first=config.truncated_layers),
            "synthesis": stylegan.synthesis(
                shape, size, shown_side=config.image_size.height, **options
            ),
            "discriminator": discriminator.discriminator(
                shape, group=config.minibatch_group, blur=True, **options
            ),
        }

    def fakes(self, count, purpose):
        """See `GrowingTrainer.fakes`: of two latents each, whose styles are mixed."""
        latents = [self.latents(count, purpose), self.latents(count, f"{purpose}/second")]
        w = self.networks["mapping"](tf.concat(latents, 0), training=True)["w"]
        first, second = tf.split(w, 2)
        if purpose == "generator":
            self._follow(first)
        styles = self.styles(first, second, count, purpose)
        return self.networks["synthesis"](styles, training=True)["image"]

    @property
    def truncation(self):
        """The layer that keeps the mean of the intermediate latents."""
        return self.networks["truncation"].get_layer("truncation")

    def styles(self, first, second, count, purpose):
        """The intermediate latents of all layers, mixed of two for some of the images."""
        layers = stylegan.layers_at(self.phase.side)
        cuts = integers(self.random.seed(f"{purpose}/cut"), [count], 1, layers)
        whether = self.random.uniform(f"{purpose}/mixing", [count]) < self.config.mixing
        return mixed(first, second, tf.where(whether, cuts, layers), layers)

    def _follow(self, w):
        """Moves the mean of truncation towards that of these intermediate latents."""
        mean, decay = self.truncation.mean, self.config.mean_decay
        now = tf.reduce_mean(tf.stop_gradient(w), 0)
        mean.assign(decay * mean + (1.0 - decay) * now)

    def uses(self):
        """See `Trainer.uses`: from the latent, to the intermediate one, and from those of layers.

        Psi truncates the intermediate latents; if it is not given, it is 1, which does nothing.
        "map" also gives those of all layers, which "synthesize" takes.
        """
        size = self.config.latent_size
        image = {"image": self.shown_field}
        w = vector_field(size)
        styles = vector_field(stylegan.layers_at(self.phase.side), size)
        latent = {"latent": self.latent, "psi": number_field(1.0)}
        return (
            Use("generate", (_W, _STYLES, _IMAGE), latent, image),
            Use("map", (_W, _STYLES), latent, {"w": w, "styles": styles}),
            Use("synthesize", (_IMAGE,), {"styles": styles}, image),
        )
