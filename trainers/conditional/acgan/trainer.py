"""AC-GAN: the discriminator also predicts the label.

Odena, Olah & Shlens, Conditional Image Synthesis with Auxiliary Classifier GANs, 2017, equations 2
and 3: D maximises L_S + L_C, G maximises L_C - L_S. Both want correct labels; only the sign of the
source L_S differs. With `k_plus_1`, the source logit is the logsumexp of the class logits
(Salimans et al. 2016, section 5).
"""

from tfgan_kit.engine.trainer import Term
from tfgan_kit.terms.labels import feature_matching, label_loss
from trainers.conditional.trainer import ConditionalTrainer


class ACGAN(ConditionalTrainer):
    """Trains a discriminator with an output for the label."""

    def auxiliary_terms(self, player, examples, outputs, *, real):
        """See `AdversarialTrainer.auxiliary_terms`."""
        config, (example,), (said,) = self.config, examples, outputs
        value = label_loss(self.label, example["label"], said["class_logits"])
        if player == "generator":
            return [Term("class", value, config.generator_class_weight)]
        if real:
            return [Term("class_real", value, config.class_weight)]
        weight = config.class_weight * config.class_on_fake
        return [Term("class_fake", value, weight)] if weight else []

    def generator_terms(self, fakes, reals, purpose):
        """See `AdversarialTrainer.generator_terms`."""
        if not self.config.feature_matching:
            return super().generator_terms(fakes, reals, purpose)
        fakes, reals = self._seen(fakes, f"{purpose}/fake"), self._seen(reals, f"{purpose}/real")
        on_fakes, on_reals = self.discriminate(fakes), self.discriminate(reals)
        last = max(
            (name for name in on_fakes[0] if name.startswith("features_")),
            key=lambda name: int(name.removeprefix("features_")),
        )
        value = feature_matching(on_reals[0][last], on_fakes[0][last])
        matching = Term("feature_matching", value)
        return [matching, *self.auxiliary_terms("generator", fakes, on_fakes, real=False)]
