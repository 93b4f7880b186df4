"""Directions in the latent space of a frozen generator that change its images in different ways.

Voynov & Babenko, Unsupervised Discovery of Interpretable Directions in the GAN Latent Space, 2020.
"""

import numpy as np
import tensorflow as tf

from nets.latent.directions import directions
from nets.latent.reconstructor import reconstructor
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.errors import UserError
from tfgan_kit.latent.spaces import LatentSpace
from tfgan_kit.models.ema import EMA
from tfgan_kit.pictures.images import paired_grid, write_image
from tfgan_kit.randomness import integers, seed_of
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.apply import BATCH, Bound
from tfgan_kit.uses.draw import labels_at
from trainers.core.adam_player import adam_player

COUNT = 16  # Directions unless the latent is shorter.
EMA_DECAY = 0.99
COLUMNS = 9  # Of a strip, an odd number: the middle is the image that is edited.


class Directions(Trainer):
    """Trains the matrix of `networks["directions"]` together with `networks["reconstructor"]`.

    The other networks are the generator's; they are part of the run, but no player has them. A
    joint generator is seen as a whole: the images of all domains are joined in channels, as a
    direction moves a latent that they share.

    The reconstructor that is measured and saved is an average over about the last 100 steps: the
    statistics of its normalisation lag behind weights that change as fast as these.
    """

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        if not config.generator:
            raise UserError("the generator is missing; name its run with --generator DIR")
        space = self.space = LatentSpace(SavedRun(config.generator), config.space, "--generator")
        size = space.field.shape[0]
        self.count = min(COUNT, size) if config.count is None else config.count
        if self.count > size and (config.orthonormal or config.matrix == "axes"):
            raise UserError(
                f"--count {self.count}: the latent has {size} numbers, and no more directions can "
                f"be at right angles to each other; give at most {size}"
            )
        start = "axes" if config.matrix == "axes" else "random"
        self.networks = {
            "directions": directions(
                size,
                self.count,
                orthonormal=config.orthonormal,
                start=start,
                scale=space.deviation(),
            ),
            "reconstructor": reconstructor(
                config.reconstructor, self._joined_shape, self.count, width=config.width
            ),
            **space.networks,
        }
        rates = {"reconstructor": config.reconstructor_lr}
        if config.matrix == "learned":
            rates["directions"] = config.directions_lr
        self.players = {
            name: adam_player(self, name, self.networks[name], rate) for name, rate in rates.items()
        }
        self.averages = {"reconstructor": EMA(self.networks["reconstructor"], EMA_DECAY)}
        self._edit, mapped = self.bound("edit"), space.map_use()
        self._map = mapped and Bound(mapped, self.networks)

    @property
    def matrix(self):
        """The directions as the columns of a float32 tensor (d, K)."""
        return self.networks["directions"].get_layer("directions").matrix

    @property
    def image_shape(self):
        """See `Trainer.image_shape`: that of the first domain, if there are several."""
        return next(iter(self.space.generate.outputs.values())).shape

    @property
    def _joined_shape(self):
        """The shape of the images of all domains, joined in channels."""
        shapes = [self.space.generate.outputs[n].shape for n in self.space.generate.examples]
        return (*shapes[0][:2], sum(shape[2] for shape in shapes))

    def train_step(self, batch):
        """See `Trainer.train_step`; "accuracy" is the share of directions that are recognised."""
        count, shown = self.replica_batch_size, {}
        given, k, eps = self.drawn(count)
        before = self.images(given, k, tf.zeros_like(eps))

        def terms():
            pair = {"before": before, "after": self.images(given, k, eps)}
            found = self.networks["reconstructor"](pair, training=True)
            shown["reconstructor/accuracy"] = accuracy(k, found["logits"])
            return [
                Term("direction", direction_loss(k, found["logits"])),
                Term("shift", shift_loss(eps, found["eps"]), self.config.shift_weight),
            ]

        return self.update([*self.players], terms) | shown

    def drawn(self, count):
        """Draws what a step learns from.

        Returns:
          The inputs of the generator but for the direction, with points of the space (count, d);
          the directions' numbers, int32 (count,); and how far to go, float32 (count, 1).
        """
        config, latent = self.config, self.space.generate.find("latent")
        field = self.space.generate.inputs[latent]
        shape = [count, field.shape[0]]
        uniform = field.distribution == "uniform"
        points = (
            self.random.uniform("latent", shape, -1.0, 1.0)
            if uniform
            else self.random.normal("latent", shape)
        )
        if self._map is not None:
            points = self._map({latent: points})[self.space.source]
        given = {self.space.source: points}
        if (label := self.space.label) is not None:
            given[self.space.generate.label] = self._labels(label, count)
        k = integers(self.random.seed("direction"), [count], 0, self.count)
        eps = self.random.uniform("shift", [count, 1], -config.shift, config.shift)
        return given, k, at_least(eps, config.least_shift)

    def _labels(self, field, count):
        """Classes drawn uniformly, or rows from the data that the generator has learned from."""
        rows = len(field.names) if field.kind == "class" else len(field.examples)
        places = integers(self.random.seed("label"), [count], 0, rows)
        if field.kind == "class":
            return places
        return tf.gather(tf.constant(field.examples, field.dtype), places)

    def images(self, given, k, eps):
        """Images of moved latents, those of all domains joined in channels.

        Args:
          given, k, eps: see `drawn`.

        Returns:
          float32 (count, height, width, channels) in [-1, 1].
        """
        made = self._edit(given | {"k": k, "eps": eps})
        return tf.concat([made[name] for name in self._edit.use.examples], -1)

    def uses(self):
        """See `Trainer.uses`: images of latents moved along a direction, and the way to them."""
        mapped = self.space.map_use()
        return (self.space.edit_use(self.count), *([] if mapped is None else [mapped]))

    def draw(self, step, feed, path):
        """See `Trainer.draw`: a strip for each direction, all of one latent."""
        del step, feed
        shift = self.config.shift
        eps = np.tile(np.linspace(-shift, shift, COLUMNS, dtype=np.float32), self.count)
        k = np.repeat(np.arange(self.count), COLUMNS)
        given = {n: v.repeat(len(k), 0) for n, v in self._fixed(self.config.seed, 1).items()}
        made = self._edit.render(given | {"k": k, "eps": eps[:, None]})
        write_image(paired_grid([made[name] for name in self._edit.use.examples], COLUMNS), path)
        return {}

    def _fixed(self, seed, count):
        """The inputs of `drawn` for a seed."""
        points = self.space.points(self.space.latents(seed, count))
        given, label = {self.space.source: points}, self.space.label
        if label is not None:
            given[self.space.generate.label] = labels_at(label, np.arange(count))
        return given

    def evaluate(self, feed, count):
        """Accuracy of the reconstructor on new moves (RCA), and its mean error of eps.

        Classes are taken in turn, where there are any.
        """
        del feed
        config, seed = self.config, seed_of(self.config.seed, "directions/evaluation")
        network = self.models()["reconstructor"]
        rng, given = np.random.default_rng(seed), self._fixed(seed, count)
        k = rng.integers(self.count, size=count)
        eps = rng.uniform(-config.shift, config.shift, (count, 1)).astype(np.float32)
        eps = at_least(eps, config.least_shift).numpy()
        right, errors = [], []
        for start in range(0, count, BATCH):
            part = slice(start, start + BATCH)
            own = {name: values[part] for name, values in given.items()}
            before = self.images(own, k[part], np.zeros_like(eps[part]))
            after = self.images(own, k[part], eps[part])
            found = network({"before": before, "after": after}, training=False)
            right.append(found["logits"].numpy().argmax(1) == k[part])
            errors.append(np.abs(found["eps"].numpy() - eps[part]))
        return {
            "rca": float(np.concatenate(right).mean()),
            "shift_error": float(np.concatenate(errors).mean()),
            "samples": count,
            "reference": {"chance": {"rca": 1 / self.count}},
        }


def direction_loss(k, logits):
    """The mean cross-entropy of the directions, -log softmax(logits)_k.

    Args:
      k: numbers of directions, integers (batch,).
      logits: float32 (batch, K).
    """
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.cast(k, tf.int32), logits)
    return tf.reduce_mean(losses)


def shift_loss(eps, found):
    """The mean absolute error |eps - found| of float32 (batch, 1).

    Without it, moves along a direction could all end in the same look.
    """
    return tf.reduce_mean(tf.abs(eps - found))


def accuracy(k, logits):
    """The share of directions that have the largest logit; see `direction_loss`."""
    said = tf.argmax(logits, 1, output_type=tf.int32)
    return tf.reduce_mean(tf.cast(said == tf.cast(k, tf.int32), tf.float32))


def at_least(eps, least):
    """Numbers as they are, but those closer to 0 than `least` at that distance; 0 counts as above.

    What hardly moves an image tells nothing.
    """
    return tf.where(eps < 0, -1.0, 1.0) * tf.maximum(tf.abs(eps), least)
