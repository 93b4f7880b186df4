"""UNIT: variational autoencoders of two domains share their latents.

Liu, Breuel & Kautz, Unsupervised Image-to-Image Translation Networks, 2017, equations 2 to 6.
"""

import tensorflow as tf

from nets.translation.unpaired import discriminators, unit
from tfgan_kit.engine.trainer import Term
from tfgan_kit.fields import features_field
from tfgan_kit.terms.distance import mean_absolute
from tfgan_kit.terms.variational import kl_of_unit_variance
from tfgan_kit.uses import Call, Use
from trainers.unpaired.encoded import EncodedTrainer


class UNIT(EncodedTrainer):
    """Trains "encoder_a", "decoder_a", "encoder_b" and "decoder_b", some of whose blocks are one.

    A latent is N(E(x), 1) in training, and its mean in use.
    """

    def build_translators(self):
        """See `UnpairedTrainer.build_translators`."""
        config = self.config
        channels = {letter: self.image_field(letter).shape[-1] for letter in self.domains}
        settings = {
            "blocks": config.blocks,
            "shared_blocks": config.shared_blocks,
            "filters": config.filters,
        }
        encoders = unit.encoders(channels, **settings)
        decoders = unit.decoders(channels, **settings)
        return {f"encoder_{letter}": network for letter, network in encoders.items()} | {
            f"decoder_{letter}": network for letter, network in decoders.items()
        }

    def build_discriminator(self):
        """See `UnpairedTrainer.build_discriminator`."""
        config = self.config
        channels = {letter: self.image_field(letter).shape[-1] for letter in self.domains}
        return discriminators.unit_discriminator(
            channels, layers=config.discriminator_layers, filters=config.filters
        )

    def translated(self, reals, purpose):
        """See `UnpairedTrainer.translated`; "mean_a" is E(x), "latent_a" with the noise."""
        made = {}
        for letter, images in zip(self.domains, reals, strict=True):
            mean, latent = self._encoded(letter, images, f"{purpose}/latent_{letter}")
            made |= {f"mean_{letter}": mean, f"latent_{letter}": latent}
            made[self.other(letter)] = self._decoded(self.other(letter), latent)
        return made

    def translator_terms(self, reals, made, purpose):
        """See `UnpairedTrainer.translator_terms`: equations 3 and 5 for each domain."""
        config, terms = self.config, []
        for letter, real in zip(self.domains, reals, strict=True):
            other = self.other(letter)
            again = self._decoded(letter, made[f"latent_{letter}"])
            own = kl_of_unit_variance(made[f"mean_{letter}"])
            mean, latent = self._encoded(other, made[other], f"{purpose}/cycle_{letter}")
            back = self._decoded(letter, latent)
            terms += [
                # This divergence is in equation 3 and in equation 5.
                Term(f"kl_{letter}", own, config.kl_weight + config.cycle_kl_weight),
                Term(
                    f"reconstruction_{letter}",
                    mean_absolute(again, real),
                    config.reconstruction_weight,
                ),
                Term(f"cycle_kl_{letter}", kl_of_unit_variance(mean), config.cycle_kl_weight),
                Term(f"cycle_{letter}", mean_absolute(back, real), config.cycle_weight),
            ]
        return terms + self.perceptual_terms(reals, made)

    def _encoded(self, letter, images, purpose):
        mean = self.pass_through("encoder", letter, {"image": images})["latent"]
        return mean, mean + self.random.normal(purpose, tf.shape(mean))

    def _decoded(self, letter, latent):
        return self.pass_through("decoder", letter, {"latent": latent})["image"]

    def uses(self):
        """See `Trainer.uses`: a translation in each direction, each domain into itself, latents."""
        ways = [(source, self.other(source)) for source in self.domains]
        ways += [(letter, letter) for letter in self.domains]
        found = [self._between(source, target) for source, target in ways]
        for letter in self.domains:
            found += [self._encoding(letter), self._decoding(letter)]
        return tuple(found)

    def _between(self, source, target):
        calls = (
            Call(f"encoder_{source}", {"image": "input"}, {"latent": "latent"}),
            Call(f"decoder_{target}", {"latent": "latent"}, {"image": "image"}),
        )
        inputs, image = {"input": self.translatable(source)}, self.translatable(target)
        return Use(f"translate_{source}{target}", calls, inputs, {"image": image})

    def _encoding(self, letter):
        call = Call(f"encoder_{letter}", {"image": "image"}, {"latent": "latent"})
        latent = self._maps(letter).of_any_size(self.config.sizes.multiple)
        return Use(
            f"encode_{letter}", (call,), {"image": self.translatable(letter)}, {"latent": latent}
        )

    def _decoding(self, letter):
        call = Call(f"decoder_{letter}", {"latent": "latent"}, {"image": "image"})
        latent = self._maps(letter).of_any_size(1)
        return Use(
            f"decode_{letter}", (call,), {"latent": latent}, {"image": self.translatable(letter)}
        )

    def _maps(self, letter):
        channels = self.translators[f"encoder_{letter}"].output["latent"].shape[-1]
        multiple = self.config.sizes.multiple
        size = (side // multiple for side in self.image_field(letter).size)
        return features_field((*size, channels))
