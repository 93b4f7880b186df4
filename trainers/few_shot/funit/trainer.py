"""FUNIT: an image in the look of a class that a few images show, without training on that class.

Liu, Huang, Mallya, Karras, Aila, Lehtinen & Kautz, Few-Shot Unsupervised Image-to-Image
Translation, 2019, equations 1 to 6, with the weights of the released code. A translation keeps the
content of an image and takes the code of a class, the mean of the codes of the images that show
it. The translator sees two classes at a time in training, one image of each, and no label: so a
class that was never trained on is encoded like any other.
"""

import numpy as np
import tensorflow as tf

from nets.few_shot import funit
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.fields import vector_field
from tfgan_kit.fields.network import to_network
from tfgan_kit.models.ema import EMA
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import GRAY, alike, grid, write_image
from tfgan_kit.terms.distance import mean_absolute
from tfgan_kit.uses import Call, Use
from tfgan_kit.uses.apply import call_network
from trainers.core.adversarial import AdversarialTrainer
from trainers.few_shot.funit.measures import ClassMeasures, goals_of_classes

CONTENTS, CLASSES = 6, 10  # Rows and columns of a picture of samples.
_PARTS = ("content_encoder", "class_encoder", "decoder")  # Of the translator.


class FUNIT(AdversarialTrainer):
    """The player "generator", the three networks that translate, against "discriminator".

    Of a pair of a batch, x is the "image" and y the "class_image"; G(x, y) has the content of x and
    the class of y, and G(x, x) is to be x again.
    """

    reads_held_out = True
    target = "image"

    def build(self):
        """See `Trainer.build`."""
        config, image = self.config, self.spec["image"]
        if image.kind != "image":
            raise UserError(f"--dataset {config.dataset}: has points; this method needs images")
        config.check_size(image.size)
        channels, deep = image.shape[-1], {"downs": config.downs, "filters": config.filters}
        self.networks = {
            "content_encoder": funit.content_encoder(channels, blocks=config.blocks, **deep),
            "class_encoder": funit.class_encoder(channels, code_size=config.code_size, **deep),
            "decoder": funit.decoder(
                channels,
                code_size=config.code_size,
                blocks=config.blocks,
                units=config.code_units,
                **deep,
            ),
            "discriminator": funit.discriminator(
                image.shape,
                len(self.spec["label"].names),
                downs=config.discriminator_downs,
                filters=config.filters,
            ),
        }
        if config.ema_decay:
            self.averages = {n: EMA(self.networks[n], config.ema_decay) for n in _PARTS}
        self._measures = None
        self.set_up_game()

    def networks_of(self, player):
        """See `AdversarialTrainer.networks_of`."""
        if player == "generator":
            return [self.networks[name] for name in _PARTS]
        return super().networks_of(player)

    def critic_step(self, batch):
        """See `Trainer.critic_step`: equation 2, both parts at the map of the class of y."""
        x, y = self.pair(batch)
        fake = y | {"image": self.decoded(self.content_of(x["image"]), self.code_of(y["image"]))}
        return self.update(
            "discriminator", lambda: self.discriminator_terms((y,), (fake,), "critic{turn}")
        )

    def train_step(self, batch):
        """See `Trainer.train_step`: equations 3 and 6."""
        return self.update("generator", lambda: self._translator_terms(batch))

    def pair(self, batch) -> tuple[dict, dict]:
        """The examples x and y of a batch, as the discriminator takes them."""
        return tuple(
            {n: to_network(self.spec[f"{of}{n}"], batch[f"{of}{n}"]) for n in ("image", "label")}
            for of in ("", "class_")
        )

    def content_of(self, images):
        """The content of images in [-1, 1], in training mode."""
        return self._passed("content_encoder", {"image": images})["content"]

    def code_of(self, images):
        """The codes of the classes of images in [-1, 1], in training mode."""
        return self._passed("class_encoder", {"image": images})["style"]

    def decoded(self, content, code):
        """The image of a content and a code, in training mode."""
        return self._passed("decoder", {"content": content, "style": code})["image"]

    def _passed(self, name, inputs):
        return call_network(self.networks[name], inputs, training=True)

    def _translator_terms(self, batch):
        config, (x, y) = self.config, self.pair(batch)
        content = self.content_of(x["image"])
        made = y | {"image": self.decoded(content, self.code_of(y["image"]))}
        again = x | {"image": self.decoded(content, self.code_of(x["image"]))}
        on_made, on_again = self._halves(made, again, "generator/fake")
        # Of constants, so that no gradient is computed for them.
        on_y, on_x = self._halves(y, x, "generator/real")
        image_error = mean_absolute(again["image"], x["image"])
        weights = config.adversarial_weight / 2, config.feature_weight
        return [
            Term("adversarial", self.loss.generator(on_made["logits"], on_y["logits"]), weights[0]),
            Term(
                "adversarial_own",
                self.loss.generator(on_again["logits"], on_x["logits"]),
                weights[0],
            ),
            Term("image", image_error, config.image_weight),
            Term("features", mean_absolute(on_made["features"], on_y["features"]), weights[1]),
            Term("features_own", mean_absolute(on_again["features"], on_x["features"]), weights[1]),
        ]

    def _halves(self, one, other, purpose):
        """What the discriminator says of two batches, in one pass, as no layer mixes examples."""
        both = tf.nest.map_structure(lambda *parts: tf.concat(parts, 0), one, other)
        (said,) = self.discriminate((self.seen_by_one(both, purpose),))
        halves = {name: tf.split(said[name], 2) for name in ("logits", "features")}
        return tuple({name: parts[i] for name, parts in halves.items()} for i in (0, 1))

    def discriminate(self, examples):
        """See `AdversarialTrainer.discriminate`."""
        return (call_network(self.networks["discriminator"], examples[0], training=True),)

    def uses(self):
        """See `Trainer.uses`: translations by an image or a code of the class, and such codes."""
        image, code = self.spec["image"], vector_field(self.config.code_size)
        free = image.of_any_size(2**self.config.downs)
        encode = Call("class_encoder", {"image": "class_image"}, {"style": "code"})
        decode = (
            Call("content_encoder", {"image": "input"}, {"content": "content"}),
            Call("decoder", {"content": "content", "style": "code"}, {"image": "image"}),
        )
        about = "the code of a class is the mean of the codes of its images"
        given, output = {"input": free}, {"image": free}
        return (
            Use("translate", (encode, *decode), given | {"class_image": image}, output),
            Use("translate_with_code", decode, given | {"code": code}, output, about),
            Use("encode_class", (encode,), {"class_image": image}, {"code": code}, about),
        )

    def translate(self, images, class_images) -> np.ndarray:
        """Translates images by the averaged networks, each into the class of one image.

        Args:
          images, class_images: (n, height, width, channels) as the data has them.

        Returns:
          float32 of the same shape in [-1, 1].
        """
        inputs = {"input": images, "class_image": class_images}
        return self.bound("translate").render(inputs)["image"]

    def translated_examples(self, feed, count: int, use: str = "translate"):
        """Held-out examples, each translated into the class of another of them, some at a time.

        Args:
          feed: the run's data, see `Session`.
          count: number of examples.
          use: the use that translates.

        Yields:
          Name of each field -> values as the data has them; "image" -> the averaged networks'
          translations, float32 (n, height, width, channels) in [-1, 1].
        """
        bound = self.bound(use)
        for examples in feed.examples(count):
            images = examples["image"]
            others = {"input": images, "class_image": np.roll(images, 1, 0)}
            yield examples, bound.render(others)

    def draw(self, step, feed, path):
        """See `Trainer.draw`: above images of classes, first unseen ones; left what is drawn so."""
        reader, shown, looks = self._shown(feed, CLASSES)
        images, field = reader.read(shown)["image"], self.spec["image"]
        classes = reader.read(looks)["image"]
        made = self.translate(
            np.repeat(images, len(classes), 0), np.tile(classes, (len(images), 1, 1, 1))
        )
        left, above, made = alike([as_seen(field, images), as_seen(field, classes), made])
        corner = np.full_like(left[:1], GRAY)
        rows = [np.concatenate([corner, above])]
        for image, own in zip(left, np.split(made, len(left)), strict=True):
            rows.append(np.concatenate([image[None], own]))
        write_image(grid(np.concatenate(rows), columns=1 + len(classes)), path)
        return {}

    def _shown(self, feed, most):
        """A reader, rows of some images of classes that were trained on, and of most classes."""
        reader, rows = feed.of_classes
        of_unseen = [rows[k] for k in feed.split.held_out if len(rows[k])]
        of_seen = [rows[k] for k in feed.split.trained if len(rows[k])]
        if not of_seen:
            raise UserError(
                f"{reader.name} has no image of a training class to translate; add some "
                "to the test images, or hold out other classes"
            )
        # The last of each class, as the measures begin with the first.
        looks = np.array([own[-1] for own in (*of_unseen, *of_seen)[:most]])
        contents = np.array([of_seen[-1 - i % len(of_seen)][-1] for i in range(CONTENTS)])
        return reader, contents, looks

    def examples(self, feed, count):
        """See `Trainer.examples`: into unseen classes in turn, where the truth is known."""
        reader, rows = feed.of_classes
        seen, unseen = ([k for k in part if len(rows[k])] for part in feed.split)
        wanted = [(unseen or seen)[i % len(unseen or seen)] for i in range(count)]
        own = [seen[(i + 1) % len(seen)] for i in range(count)]  # Never the class that is wanted.
        inputs, looks = (
            np.array([rows[k][-1 - i // len(rows) % len(rows[k])] for i, k in enumerate(classes)])
            for classes in (own, wanted)
        )
        truths = [reader.source.redrawn(int(row), k) for row, k in zip(inputs, wanted, strict=True)]
        if any(np.shape(truth) != self.image_shape for truth in truths):
            return ()
        images = reader.read(inputs)["image"]
        made = self.translate(images, reader.read(looks)["image"])
        return as_seen(self.spec["image"], images), made, np.stack(truths)

    def evaluate(self, feed, count):
        """Measures translations into unseen and seen classes; see `ClassMeasures`."""
        if self._measures is None:
            self._measures = ClassMeasures(self.config, feed)
            self.left_out = self._measures.left_out
        return self._measures(self.bound("encode_class"), self.bound("translate_with_code"), count)

    def goals(self, feed):
        """See `Trainer.goals`."""
        return goals_of_classes(self.config, feed)
