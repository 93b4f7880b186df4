"""cGAN: both networks take the label as an input.

Mirza & Osindero, Conditional Generative Adversarial Nets, 2014, equation 2:
min_G max_D E log D(x | y) + E log(1 - D(G(z | y) | y)), with any loss of `tfgan_kit.terms.losses`.
"""

from trainers.conditional.trainer import ConditionalTrainer


class CGAN(ConditionalTrainer):
    """Trains a generator and a discriminator that take the label as an input."""
