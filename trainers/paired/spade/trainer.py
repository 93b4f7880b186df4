"""SPADE (GauGAN): a label map enters through normalisation.

Park et al., Semantic Image Synthesis with Spatially-Adaptive Normalization, 2019. The loss is that
of pix2pixHD with hinge losses, averaged over the discriminators. With an encoder the networks form
a variational autoencoder: the latent is drawn around what the encoder sees in the target, and in
use from N(0, 1) or around what it sees in an image of the wanted style.
"""

import tensorflow as tf

from nets.translation.labels import spade, spade_encoder
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.fields import latent_field
from tfgan_kit.terms.variational import kl_to_normal
from tfgan_kit.uses import Call
from trainers.paired.label_maps.trainer import LabelMapTrainer


class SPADE(LabelMapTrainer):
    """Trains a generator with spatially-adaptive normalisation, and perhaps an encoder of style."""

    @property
    def scale_share(self):
        """See `LabelMapTrainer.scale_share`: the mean over scales."""
        return 1 / self.config.discriminator_scales

    def build(self):
        """See `Trainer.build`."""
        super().build()
        config = self.config
        if not config.encoder:
            return
        self.encoder = spade_encoder.encoder(
            self.image_shape[-1],
            size=self.image_shape[0],
            latent_size=config.latent_size,
            filters=config.filters,
        )
        self.networks["encoder"] = self.encoder
        self.players["encoder"] = self.player("encoder", config.generator_lr)
        self.translators = ("generator", "encoder")

    def build_generator(self):
        """See `PairedTrainer.build_generator`."""
        config, size = self.config, self.image_shape[:2]
        if self.source != "ids":
            raise UserError(
                f"spade draws from label maps, and {config.dataset} has none; give a set with "
                "some, such as glyph_scene or labelmap:FOLDER, or train pix2pixhd"
            )
        doublings = config.doublings_for(size)
        if config.image_size not in config.sizes or any(side % 2**doublings for side in size):
            raise UserError(f"--image-size {config.image_size}: spade needs {config.sizes}")
        self._multiple = 0 if config.encoder else 2**doublings
        return spade.generator(
            self.condition_channels,
            self.image_shape[-1],
            doublings=doublings,
            filters=config.filters,
            norm=config.norm,
            latent_size=config.latent_size if config.encoder else 0,
            size=size if config.encoder else (None, None),
        )

    def build_discriminator(self):
        """See `PairedTrainer.build_discriminator`."""
        config = self.config
        return spade.discriminator(
            self.image_shape[-1],
            self.condition_channels,
            scales=config.discriminator_scales,
            layers=config.discriminator_layers,
            filters=config.filters,
        )

    def inputs(self, example, purpose):
        """See `PairedTrainer.inputs`; "encoded" in the example is what the encoder says of it."""
        found = super().inputs(example, purpose)
        if self.config.encoder:
            target = {"image": example[self.target]}
            example["encoded"] = encoded = self.encoder(target, training=True)
            noise = self.random.normal(f"{purpose}/latent", tf.shape(encoded["mean"]))
            deviation = tf.exp(0.5 * encoded["log_variance"])
            found["latent"] = encoded["mean"] + deviation * noise
        return found

    def reconstruction_terms(self, example, image):
        """See `PairedTrainer.reconstruction_terms`."""
        terms = super().reconstruction_terms(example, image)
        if self.config.encoder:
            encoded = example["encoded"]
            divergence = kl_to_normal(encoded["mean"], encoded["log_variance"])
            terms.append(Term("kl", divergence, self.config.kl_weight))
        return terms

    def uses(self):
        """See `Trainer.uses`; with an encoder, the style is drawn or that of a reference."""
        scene = self.scene(self._multiple)
        if not self.config.encoder:
            return (self.translating("translate", scene),)
        latent = {"latent": latent_field(self.config.latent_size)}
        encode = Call("encoder", {"image": "reference"}, {"mean": "latent"})
        reference = {"reference": self.spec[self.target]}
        return (
            self.translating("translate", scene | latent, latent="latent"),
            self.translating("translate_reference", scene | reference, (encode,), latent="latent"),
        )
