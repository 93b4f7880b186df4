"""A variational autoencoder; the maps of its encoder show where an image differs from training.

Kingma & Welling, Auto-Encoding Variational Bayes, 2014: with q(z|x) = N(mu(x), e^logvar(x)) and
z = mu + e^(logvar / 2) eps, eps of N(0, I), minimise E[-log p(x|z)] + KL(q(z|x) || N(0, I)).
"""

import tensorflow as tf

from nets.attention.vae import decoder, encoder
from tfgan_kit.engine.player import Player, make_optimizer
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.evaluation.goal import goals
from tfgan_kit.evaluation.in_training import TrainingMetrics
from tfgan_kit.fields import latent_field, vector_field
from tfgan_kit.fields.network import to_network
from tfgan_kit.terms.variational import kl_to_normal
from tfgan_kit.uses import Call, Use, generate
from trainers.attention.vae.measures import measures


class VAE(Trainer):
    """Trains `networks["encoder"]` and `networks["decoder"]` together."""

    reads_held_out = True

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        size = {"latent_size": config.latent_size, "width": config.width}
        self.encoder = encoder(self.image_shape, **size)
        self.decoder = decoder(self.image_shape, **size)
        self.networks = {"encoder": self.encoder, "decoder": self.decoder}
        optimizer = make_optimizer(
            "adam",
            config.learning_rate,
            beta_1=0.9,
            beta_2=0.999,
            clip_norm=0.0,
            precision=config.precision,
            replicas=self.strategy.num_replicas_in_sync,
        )
        self.players = {"vae": Player("vae", [self.encoder, self.decoder], optimizer)}

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        real = to_network(self.spec["image"], batch["image"])
        noise = self.random.normal("noise", [tf.shape(real)[0], self.config.latent_size])
        return self.update("vae", lambda: self._terms(real, noise))

    def _terms(self, real, noise):
        found = self.encoder(real, training=True)
        latents = found["latent"] + tf.exp(0.5 * found["log_variance"]) * noise
        logits = self.decoder(latents, training=True)["logits"]
        kl = kl_to_normal(found["latent"], found["log_variance"])
        return [
            Term("reconstruction", cross_entropy_of_pixels(real, logits)),
            Term("kl", kl, self.config.kl_weight),
        ]

    def uses(self):
        """See `Trainer.uses`."""
        image = self.spec["image"]
        size = self.config.latent_size
        encode = Call("encoder", {"image": "image"}, {"latent": "latent"})
        decode = Call("decoder", {"latent": "latent"}, {"image": "reconstruction"})
        return (
            generate({"image": image}, latent_field(size), network="decoder"),
            Use("encode", (encode,), {"image": image}, {"latent": vector_field(size)}),
            Use("reconstruct", (encode, decode), {"image": image}, {"reconstruction": image}),
        )

    def evaluate(self, feed, count):
        """See `trainers.attention.vae.measures.measures`."""
        (held_out,) = feed.held_out()
        reader = held_out or feed.readers[0]
        return measures(self.models()["encoder"], self.bound("reconstruct"), reader, count)

    def goals(self, feed):
        """See `Trainer.goals`."""
        return goals(lower=["reconstruction_error"])

    def metrics(self, feed):
        """See `Trainer.metrics`."""
        wanted = self.config.evaluate_metrics or self.config.keep_best
        return TrainingMetrics(self, feed) if wanted else None


def cross_entropy_of_pixels(images, logits):
    """Returns the mean over the batch of -sum (t log p + (1 - t) log(1 - p)) over all values.

    Args:
      images: in [-1, 1], (batch, height, width, channels); t = (images + 1) / 2.
      logits: of the same shape; p = sigmoid(logits).
    """
    targets = 0.5 * (tf.cast(images, tf.float32) + 1.0)
    values = tf.nn.sigmoid_cross_entropy_with_logits(targets, tf.cast(logits, tf.float32))
    return tf.reduce_mean(tf.reduce_sum(values, (1, 2, 3)))
