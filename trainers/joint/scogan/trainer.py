"""SCoGAN: joint distributions by soft coupling.

The thesis "Improved Learning of Joint Distributions using Soft-Coupled GANs" (Aalborg 2020). The
generators share no layers; terms of their common loss make their images of one latent similar:
feature regulariser (FR), semantic loss (SL), latent cycle consistency (CC), perceptual loss (PL).
Class balance (CB), which the thesis does not have, acts on each domain alone.
"""

import tensorflow as tf

from nets.encoder import encoder
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.perceptual import PerceptualFeatures
from tfgan_kit.terms import coupling
from tfgan_kit.terms.class_balance import class_balance
from tfgan_kit.terms.style import style_loss
from tfgan_kit.uses import Call, Use
from trainers.classification.classifier.trainer import kinds
from trainers.core.adversarial import images_only, scaled
from trainers.core.domain_judges import load_frozen
from trainers.joint.trainer import JointTrainer


class SCoGAN(JointTrainer):
    """Trains generators that are coupled by any of the four terms.

    The generators and the encoder of the latent cycle are updated together, with one forward pass.
    """

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        self.build_networks(0, config.shared_discriminator_layers or 0)
        hidden = sum(name.endswith("_a") for name in self.generator.output) - 1
        if config.feature_weight and config.feature_layers > hidden:
            raise UserError(
                f"--feature-layers {config.feature_layers}: the generators for this image size "
                f"have {hidden} feature maps"
            )
        if config.cycle_weight:
            self.encoder = encoder(self.image_shape, config.latent_size, width=config.width)
            self.networks["encoder"] = self.encoder
        # The classifier and the VGG are not among `networks`: they are neither trained nor saved.
        # Without a file, which training needs, the rest can still be built and inspected.
        self.classifier = load_frozen(config, self.image_shape, self.classes)
        if config.content_weight or config.style_weight:
            self.perceive = PerceptualFeatures(
                config.perceptual_network,
                config.perceptual_weights,
                layers=(
                    *(config.content_layers if config.content_weight else ()),
                    *(config.style_layers if config.style_weight else ()),
                ),
                size=config.perceptual_size,
            )
            self.perceive.check(self.image_shape)
        self.set_up_game()
        if config.cycle_weight:
            self.players["encoder"] = self.player("encoder", config.generator_lr)
            self.generator_players = ("generator", "encoder")

    def uses(self):
        """See `Trainer.uses`; with an encoder, also from the image of any domain to all domains."""
        made, judged = super().uses()
        if not self.config.cycle_weight:
            return made, judged
        encode = Call("encoder", {"image": "image"}, {"latent": "latent"})
        outputs = {"latent": self.latent, **made.outputs}
        image = {"image": self.sets[0]["image"]}
        return made, judged, Use("transform", (encode, *made.calls), image, outputs)

    def generate(self, reals, purpose):
        """See `JointTrainer.generate`."""
        latent = self.latents(tf.shape(reals[0])[0], purpose)
        outputs = self.generator(latent, training=True)
        fakes = self.images(outputs)
        seen = self._predictions(fakes) if self.classifier else None
        coupling_terms = [
            *self._feature_terms(outputs),
            *self._semantic_terms(seen),
            *self._cycle_terms(latent, fakes),
            *self._perceptual_terms(fakes, reals),
        ]
        if self.config.coupling_warmup_steps:
            share = tf.cast(self.step, tf.float32) / self.config.coupling_warmup_steps
            share = tf.minimum(share, 1.0)
            coupling_terms = scaled(coupling_terms, share)
        adversarial = self.generator_terms(images_only(fakes), images_only(reals), purpose)
        return adversarial + coupling_terms + self._balance_terms(seen, reals)

    def _feature_terms(self, outputs):
        if not self.config.feature_weight:
            return []
        layers = range(1, self.config.feature_layers + 1)
        features = [[outputs[f"features_{i}_{d}"] for i in layers] for d in self.domains]
        value = coupling.feature_regularizer(features)
        return [Term("feature", value, self.config.feature_weight)]

    def _predictions(self, images):
        """The outputs of the frozen classifier for the images of each domain."""
        return [self.classifier(i, training=False) for i in images]

    def _semantic_terms(self, seen):
        if not self.config.semantic_weight:
            return []
        if self.config.semantic_form == "squared":
            value = coupling.semantic_loss([s["probabilities"] for s in seen])
        else:
            _, multi_label = kinds(self.classifier)
            value = coupling.semantic_divergence([s["logits"] for s in seen], multi_label)
        return [Term("semantic", value, self.config.semantic_weight)]

    def _balance_terms(self, seen, reals):
        if not self.config.balance_weight:
            return []
        _, multi_label = kinds(self.classifier)
        both = [[s["probabilities"] for s in side] for side in (seen, self._predictions(reals))]
        return [Term("balance", class_balance(*both, multi_label), self.config.balance_weight)]

    def _cycle_terms(self, latent, fakes):
        if not self.config.cycle_weight:
            return []
        recovered = [self.encoder(f, training=True)["latent"] for f in fakes]
        value = coupling.latent_cycle(latent, recovered, self.config.cycle_norm)
        return [Term("cycle", value, self.config.cycle_weight)]

    def _perceptual_terms(self, fakes, reals):
        config, terms = self.config, []
        if not (config.content_weight or config.style_weight):
            return terms
        of_fakes = [self.perceive(f) for f in fakes]
        if config.content_weight:
            content = [{k: f[k] for k in config.content_layers} for f in of_fakes]
            value = coupling.content_loss(content, config.perceptual_form)
            terms.append(Term("content", value, config.content_weight))
        if config.style_weight:
            for d, fake, real in zip(self.domains, of_fakes, reals, strict=True):
                # Real images are data: this depends on no trained weights.
                of_real = self.perceive(real)
                styles = [{k: f[k] for k in config.style_layers} for f in (fake, of_real)]
                value = style_loss(*styles, config.perceptual_form)
                terms.append(Term(f"style_{d}", value, config.style_weight))
        return terms
