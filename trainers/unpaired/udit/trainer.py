"""UDIT: MUNIT whose translations keep a property of the image, even where the domains are biased.

A thesis of the Universitat Autonoma de Barcelona on unpaired diverse translation, chapter 5. If a
property is more frequent in one domain than in the other, an adversarial loss alone changes it. A
classifier of that property, which is frozen, holds it fast.
"""

from nets.translation.unpaired import udit
from tfgan_kit.engine.trainer import Term
from tfgan_kit.models.feature_model import features
from tfgan_kit.terms.distance import mean_absolute
from trainers.core.domain_judges import load_frozen
from trainers.unpaired.munit.trainer import MUNIT


class UDIT(MUNIT):
    """Trains the networks of MUNIT, or some that pool and un-pool, beside a frozen classifier."""

    def build(self):
        """See `Trainer.build`."""
        super().build()
        # Not among `networks`: it is neither trained nor saved, and no use needs it. Without a
        # file, which training needs, the rest can still be built and inspected.
        network = load_frozen(self.config, self.image_shape, self.classes)
        if network is not None:
            layer = self.config.frozen_classifier.layer_of(network)
            self._perceive = features(network, layer)

    def content_encoder(self, channels):
        """See `MUNIT.content_encoder`."""
        config = self.config
        if not config.pool_indices:
            return super().content_encoder(channels)
        return udit.content_encoder(
            channels, blocks=config.blocks, filters=config.filters, size=config.content_kernel
        )

    def decoder(self, channels):
        """See `MUNIT.decoder`."""
        if not self.config.pool_indices:
            return super().decoder(channels)
        return udit.decoder(channels, **self.decoder_settings)

    def translator_terms(self, reals, made, purpose):
        """See `UnpairedTrainer.translator_terms`; a translation shall look the same to h."""
        terms = super().translator_terms(reals, made, purpose)
        if not self.config.semantic_weight:
            return terms
        for letter, real in zip(self.domains, reals, strict=True):
            seen = [
                self._perceive(each, training=False) for each in (made[self.other(letter)], real)
            ]
            terms.append(
                Term(f"semantic_{letter}", mean_absolute(*seen), self.config.semantic_weight)
            )
        return terms
