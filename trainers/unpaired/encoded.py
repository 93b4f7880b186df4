"""The base of the methods whose domains meet in what encoders say of their images."""

from tfgan_kit.uses.apply import call_network
from trainers.unpaired.trainer import UnpairedTrainer


class EncodedTrainer(UnpairedTrainer):
    """Networks per domain, with the letter of the domain at the end of their names."""

    def schedule(self, name, learning_rate, updates, **keywords):
        """See `AdversarialTrainer.schedule`; the rate is halved after each `halve_every` steps."""
        every, steps = self.config.halve_every, self.config.steps
        drops = range(every, steps, every) if every else ()
        return super().schedule(name, learning_rate, updates, drops=drops, **keywords)

    def pass_through(self, network: str, letter: str, inputs: dict) -> dict:
        """The named outputs of the network of a domain in training mode, by the named inputs."""
        return call_network(self.translators[f"{network}_{letter}"], inputs, training=True)

    def image_field(self, letter: str):
        """The field of the images of a domain."""
        return dict(zip(self.domains, self.sets, strict=True))[letter]["image"]
