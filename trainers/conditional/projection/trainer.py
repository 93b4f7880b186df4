"""cGAN with a projection discriminator.

Miyato & Koyama, cGANs with Projection Discriminator, 2018: the optimal logit is the sum of
log p(y | x) / q(y | x) and log p(x) / q(x). With log-linear class posteriors the first is linear in
features h of x, so D(x, y) = psi(h) + <V[y], h> (equation 3). There is no classification loss.
"""

from trainers.conditional.trainer import ConditionalTrainer


class Projection(ConditionalTrainer):
    """Trains a discriminator that projects the label onto its features."""
