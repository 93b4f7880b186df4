"""The base of the methods whose domains meet in what encoders say of their images."""

from tfgan_kit.engine.trainer import Term
from tfgan_kit.perceptual import load_perceptual_loss
from tfgan_kit.uses.apply import call_network
from trainers.unpaired.trainer import UnpairedTrainer


class EncodedTrainer(UnpairedTrainer):
    """Networks per domain, with the letter of the domain at the end of their names."""

    def build(self):
        """See `Trainer.build`."""
        super().build()
        config, self.perceptual_loss = self.config, None
        if config.perceptual_weight:
            self.perceptual_loss, note = load_perceptual_loss(
                "munit", config.perceptual_network, config.perceptual_weights
            )
            if note and note not in self.notes:
                self.notes += (note,)
            if self.perceptual_loss is not None:
                for letter in self.domains:
                    self.perceptual_loss.check(self.image_field(letter).shape)

    def perceptual_terms(self, reals, made) -> list[Term]:
        """What translations change in features of VGG, if its weights are given.

        Args:
          reals: the images of each domain.
          made: see `translated`.
        """
        if self.perceptual_loss is None:
            return []
        terms = []
        for letter, real in zip(self.domains, reals, strict=True):
            change = self.perceptual_loss(made[self.other(letter)], real)
            terms.append(Term(f"perceptual_{letter}", change, self.config.perceptual_weight))
        return terms

    def schedule(self, name, learning_rate, updates, **keywords):
        """See `AdversarialTrainer.schedule`; the rate is halved after each `halve_every` steps."""
        every, steps = self.config.halve_every, self.config.steps
        drops = range(every, steps, every) if every else ()
        return super().schedule(name, learning_rate, updates, drops=drops, **keywords)

    def pass_through(self, network: str, letter: str, inputs: dict) -> dict:
        """The named outputs of the network of a domain in training mode, by the named inputs."""
        return call_network(self.translators[f"{network}_{letter}"], inputs, training=True)
