"""Batch statistics adaptation: few images, from a generator in which only the norms learn.

Noguchi & Harada, Image Generation From Small Datasets via Batch Statistics Adaptation, 2019. There
is no discriminator: each image has a latent, from which the generator is to make it.
"""

import tensorflow as tf

from nets.latent.table import table
from nets.transfer.truncation import truncation
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.in_training import TrainingMetrics
from tfgan_kit.fields.network import to_network
from tfgan_kit.perceptual import load_perceptual_loss
from tfgan_kit.terms.distance import mean_absolute
from tfgan_kit.terms.nearest import nearest_both_ways
from tfgan_kit.uses.apply import Bound
from trainers.core.adam_player import adam_player
from trainers.transfer.sources import Source, generate

COMPARED = 256  # Latents of images that are compared with as many draws, at most.
MANY = 200  # Images, above which a run warns.


class BSA(Trainer):
    """Trains gamma and beta of a generator's normalizations, and a latent for each image.

    All other weights of the generator stay as they are, and so do the moving statistics of its
    normalizations, which it uses in training as well.
    """

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        if not config.source:
            raise UserError("the source is missing; name its run with --source DIR")
        source = self.source = Source(config.source, before="truncation")
        if source.classes:
            raise UserError(f"--source {config.source} takes a class; name one that takes none")
        source.check_images(self.image_shape, config.dataset)
        self._norms = [layer for net in source.networks.values() for layer in norms_of(net)]
        if not self._norms:
            raise UserError(
                f"--source {config.source}: its generator has no normalisation with a factor and "
                "an offset to train; name a run with --generator-norm batch"
            )
        (self._size,) = source.latent.shape
        self._uniform = source.latent.distribution == "uniform"
        self._latents = table("latents", len(self.spec["row"].names), latent=self._size)
        drawn = truncation(self._size, config.truncation, uniform=self._uniform)
        self._centre = drawn.get_layer("latent")
        self.networks = {
            source.before: drawn,
            "latents": self._latents,
            **source.networks,
        }
        self.fixed_statistics = tuple(source.networks)
        self._generator = Bound(source.space.point_use(), source.networks)
        vgg = config.perceptual_network, config.perceptual_weights
        self._perceptual, note = load_perceptual_loss("bsa", *vgg)
        if self._perceptual is None:
            self.notes = (note,)
        else:
            self._perceptual.check(self.image_shape)
        trained = [self._latents, *self._norms]
        if config.centre == "learned":
            trained.append(self._centre)
        self.players = {"generator": adam_player(self, "generator", trained, config.learning_rate)}

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        real = to_network(self.spec["image"], batch["image"])
        return self.update("generator", lambda: self._terms(real, batch["row"]))

    def _terms(self, real, rows):
        config = self.config
        latents = self._latents(rows)["latent"]
        noise = self.random.normal("latents", tf.shape(latents))
        made = self.images(self._centre(latents + config.latent_noise * noise))
        terms = [Term("pixels", mean_absolute(made, real))]
        if self._perceptual is not None and config.perceptual_weight:
            terms.append(Term("features", self._perceptual(made, real), config.perceptual_weight))
        terms.append(Term("latents", self.spread(), config.latent_weight))
        return [*terms, Term("norms", self.change(), config.norm_weight)]

    def images(self, latents):
        """What the generator makes of latents: float32 (batch, height, width, channels)."""
        return self._generator.unlimited({self.source.space.source: latents})[self.source.output]

    def spread(self):
        """How far latents of images and draws are from the nearest of each other.

        These are not of this batch but of all images, or of `COMPARED` of them, and the same ones
        on all replicas.
        """
        every = self._latents.get_layer("latent").embeddings.value
        if every.shape[0] > COMPARED:
            # TensorFlow's own stateless functions draw the same on all replicas.
            places = tf.range(every.shape[0])
            order = tf.random.experimental.stateless_shuffle(places, self.random.seed("compared"))
            every = tf.gather(every, order[:COMPARED])
        seed = self.random.seed("draws")
        if self._uniform:
            return nearest_both_ways(every, tf.random.stateless_uniform(every.shape, seed, -1.0))
        return nearest_both_ways(every, tf.random.stateless_normal(every.shape, seed))

    def change(self):
        """mean (gamma - 1)^2 + mean beta^2 over all channels of the normalizations."""
        parts = [(layer.gamma.value - 1.0, layer.beta.value) for layer in self._norms]
        return tf.add_n(
            [tf.reduce_mean(tf.square(tf.concat(p, 0))) for p in zip(*parts, strict=True)]
        )

    def uses(self):
        """See `Trainer.uses`."""
        return (generate([self.source], self._size),)

    def metrics(self, feed):
        """See `Trainer.metrics`."""
        wanted = self.config.evaluate_metrics or self.config.keep_best
        return TrainingMetrics(self, feed) if wanted else None

    def warnings(self):
        """See `Trainer.warnings`."""
        count = len(self.spec["row"].names)
        if count <= MANY:
            return []
        return [
            f"this method is for a few dozen images, and there are {count:,}: give --examples, or "
            "take minegan or a warm start"
        ]


def norms_of(network) -> list:
    """The layers of a network that scale by a trained gamma and then add a trained beta."""
    layers = network._flatten_layers(include_self=False)
    return [
        layer
        for layer in layers
        if layer.trainable and all(getattr(layer, n, None) is not None for n in ("gamma", "beta"))
    ]
