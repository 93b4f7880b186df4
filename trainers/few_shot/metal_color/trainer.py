"""MetalGAN's colouriser: colours from lightness, by a generator that soon learns new colours.

A thesis of the University of Parma ("Guiding the matrix", 2020), chapter 7. The generator is
trained as in Reptile (Nichol et al. 2018): a clone learns on one task, and the generator follows it
part of the way. The thesis' listing differentiates the generator's step with respect to D, has D
inside the absolute difference, and that in place of D's loss of fakes; here each has its own.
"""

import dataclasses

import keras
import numpy as np
import tensorflow as tf

from nets.dcgan import discriminator
from nets.few_shot.lab import lightness_of_gray, rgb_of_lab
from nets.translation import unet
from tfgan_kit import meta
from tfgan_kit.engine.player import Player
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.goal import goals
from tfgan_kit.evaluation.in_training import TrainingMetrics
from tfgan_kit.fields.network import from_network, to_network
from tfgan_kit.models.saved_models import load_keras
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import paired_grid, write_image
from tfgan_kit.pictures.lab import gray_of, lab_to_rgb, rgb_to_lab
from tfgan_kit.settings.size import Size
from tfgan_kit.terms.distance import mean_absolute
from tfgan_kit.terms.losses import NON_SATURATING
from tfgan_kit.uses import Call, Use
from trainers.few_shot.metal_color.clusters import purity_of
from trainers.few_shot.metal_color.inner import Inner, judged
from trainers.few_shot.metal_color.measures import measure

_WIDTH = 64  # The discriminator's first channels at width 1.
_DRAWN = 2  # Tasks in a picture.


class MetalColor(Trainer):
    """Trains `networks["generator"]`, against `networks["discriminator"]` if there is a game."""

    target = "image"
    network_names = ("generator", "discriminator")

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        if self.image_shape[-1] != 3:
            raise UserError(
                f"{config.dataset} has no colours to learn; choose another --dataset, or leave out "
                "--channels"
            )
        if any(side % 2**config.levels for side in self.image_shape[:2]):
            raise UserError(
                f"--levels {config.levels}: the generator needs sides that are multiples of "
                f"{2**config.levels}, not {Size(*self.image_shape[:2])}; choose fewer, or another "
                "--image-size"
            )
        self.generator = unet.generator(1, 2, size=2**config.levels, filters=config.filters)
        self.networks = {
            "lightness": lightness_of_gray(),
            "generator": self.generator,
            "colours": rgb_of_lab(),
        }
        if config.cluster_network:
            self.networks["clusters"] = load_keras(config.cluster_network)
        sgd = keras.optimizers.SGD(config.meta_rate)
        self.players = {"generator": Player("generator", [self.generator], sgd)}
        self.discriminator = None
        if config.adversarial_weight:
            self.networks["discriminator"] = self.discriminator = discriminator(
                self.image_shape, width=config.filters / _WIDTH, norm="instance"
            )
            adam = keras.optimizers.Adam(config.discriminator_lr, beta_1=0.5, beta_2=0.999)
            self.players["discriminator"] = Player("discriminator", [self.discriminator], adam)
        self.inner = Inner.of(self.generator, self.discriminator, vars(config))
        self._painted = tf.function(self.inner.painted_after, autograph=False)

    def lab(self, batch, part):
        """The images of a part of tasks in Lab, (tasks, images, height, width, 3)."""
        return rgb_to_lab(to_network(self.spec[part]["image"], batch[part]["image"]))

    def train_step(self, batch):
        """See `Trainer.train_step`: the generator follows clones, then D has a pass."""
        support, query = self.lab(batch, "support"), self.lab(batch, "query")
        moves, found = meta.over_tasks(self._task, {"support": support, "query": query})
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        self.players["generator"].apply([move / replicas for move in moves])
        found = {f"generator/{name}": value for name, value in found.items()}
        if self.discriminator is not None:
            found |= self._pass(support)
        return found

    def _task(self, number, task):
        """From a clone to the generator, w - w~; and the errors of both on other images."""
        start, query = meta.weights_of(self.generator), task["query"]
        clone = meta.repeat(self.inner.step(task["support"]), start, self.config.inner_steps)
        errors = {
            name: mean_absolute(self.inner.paint(weights, query[..., :1]), query[..., 1:])
            for name, weights in (("l1_before", start), ("l1_after", clone))
        }
        return [w - a for w, a in zip(start, clone, strict=True)], errors

    def _pass(self, lab):
        """D's updates on all images of the tasks, some of each task at a time."""
        size = self.config.inner_batch
        for first in range(0, lab.shape[1], size):
            part = tf.reshape(lab[:, first : first + size], [-1, *self.image_shape])
            found = self.update("discriminator", lambda part=part: self._judge_terms(part))
        return found

    def _judge_terms(self, lab):
        lightness, ab = lab[..., :1], lab[..., 1:]
        painted = self.generator({"input": lightness}, training=True)["image"]
        logits = [judged(self.discriminator, lightness, colours) for colours in (ab, painted)]
        return [Term("adversarial", sum(NON_SATURATING.discriminator(*logits)))]

    def uses(self):
        """See `Trainer.uses`: gray to RGB."""
        image = self.sets[0]["image"].of_any_size(2**self.config.levels)
        calls = (
            Call("lightness", {"image": "input"}, {"lightness": "lightness"}),
            Call("generator", {"input": "lightness"}, {"image": "ab"}),
            Call("colours", {"lightness": "lightness", "ab": "ab"}, {"image": "image"}),
        )
        gray = dataclasses.replace(image.resized(image.size, 1), lightness=True)
        return (Use("translate", calls, {"input": gray}, {"image": image}),)

    def tasks(self, feed):
        """Tasks that were not trained on: of held-out classes, or else of held-out images.

        Args:
          feed: the run's data, see `data.feeds.episodes.feed`.
        """
        return feed.held_out_episodes() or feed.other_episodes()

    def translated_examples(self, feed, count: int, use: str = "translate"):
        """Held-out examples, and what the generator as it is makes of their lightness.

        Args:
          feed: the run's data, see `Session`.
          count: number of examples.
          use: the use that translates.

        Yields:
          Name of each field -> values as the data has them; "image" -> float32 (n, height, width,
          3) in [-1, 1].
        """
        bound = self.bound(use)
        for examples in feed.examples(count):
            yield examples, bound.render({"input": self._gray(examples["image"])})

    def _gray(self, images):
        """Images of the data as the gray ones of the same lightness, as files would have them."""
        field = self.sets[0]["image"]
        gray = gray_of(to_network(field, images))
        return from_network(field.resized(field.size, 1), gray)

    def examples(self, feed, count):
        """See `Trainer.examples`."""
        found, made = next(self.translated_examples(feed, count))
        field = self.sets[0]["image"]
        images = as_seen(field, found["image"])
        return self._gray(images)[:count], made["image"][:count], images[:count]

    def draw(self, step, feed, path):
        """See `Trainer.draw`: two tasks, in gray, painted before and after steps, and true.

        Without new ones, they are tasks of training.
        """
        batch = (self.tasks(feed) or feed.episodes).read(np.arange(_DRAWN))
        parts = self.lab(batch, "support"), self.lab(batch, "query")
        rows = [[] for _ in range(4)]
        for support, query in zip(*parts, strict=True):
            both = self._painted(support, query[..., :1], (0, self.config.inner_steps))
            labs = [tf.concat([query[..., :1], ab], -1) for ab in (*both, query[..., 1:])]
            shown = [gray_of(lab_to_rgb(query)), *map(lab_to_rgb, labs)]
            for row, images in zip(rows, shown, strict=True):
                row.append(images.numpy())
        write_image(paired_grid([np.concatenate(row) for row in rows]), path)
        return {}

    def evaluate(self, feed, count):
        """Measures clones after several numbers of steps on new tasks; see `measure`."""
        tasks, config = self.tasks(feed), self.config
        if tasks is None:
            return {}
        batch = tasks.read(np.arange(max(2, min(config.evaluate_tasks, count // config.queries))))
        support, query = self.lab(batch, "support"), self.lab(batch, "query")
        painted = [
            self._painted(one, other[..., :1], config.evaluate_at).numpy()
            for one, other in zip(support, query, strict=True)
        ]
        return self._pure(feed) | measure(query.numpy(), np.stack(painted), config.evaluate_at)

    def _pure(self, feed):
        """How well clusters agree with the labels of other images, if these are known."""
        (reader,) = feed.held_out()
        if "clusters" not in self.networks or reader is None or not reader.classes:
            return {}
        return {"cluster_purity": purity_of(self.networks["clusters"], reader)}

    def goals(self, feed):
        """See `Trainer.goals`."""
        return goals(
            higher=[f"psnr_at_{k}" for k in self.config.evaluate_at],
            lower=[f"ab_error_at_{k}" for k in self.config.evaluate_at],
        )

    def metrics(self, feed):
        """See `Trainer.metrics`."""
        wanted = self.config.evaluate_metrics or self.config.keep_best
        return TrainingMetrics(self, feed) if wanted else None
