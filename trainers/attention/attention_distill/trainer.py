"""Distillation of attention: a small generator that works where a large one does.

The Parma thesis (Guiding the matrix, 2020), chapter 9. Small generator and discriminator are
trained as in StarGAN; besides, the generator is to have the maps of a trained teacher, see
`tfgan_kit.attention.generator_maps`. The teacher's discriminator explains both generators: the
student's own errs early in training.
"""

import dataclasses
import functools

import tensorflow as tf

from tfgan_kit.attention.generator_maps import GeneratorMaps
from tfgan_kit.engine.health import has_batch_norm
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network
from tfgan_kit.models.resources import resources
from tfgan_kit.terms.attention import length_of_difference, literal_difference
from trainers.attention.attention_distill.teacher import Teacher
from trainers.unpaired.stargan.trainer import StarGAN

_DISTANCES = {"unit": length_of_difference, "none": literal_difference}


class AttentionDistill(StarGAN):
    """StarGAN, with the distance to the teacher's maps among the generator's terms.

    The teacher's networks are part of the run, but no player has them, and both are in inference
    mode.
    """

    def build(self):
        """See `Trainer.build`."""
        self.teacher = Teacher(self.config.teacher)
        self.teacher.check_images(self.image_shape)
        if self.config.discriminator_filters is None:
            filters = self.teacher.discriminator_filters()
            self.config = dataclasses.replace(self.config, discriminator_filters=filters)
        super().build()
        self.partners = self.teacher.partners(self.label, self.partner_names())
        self.networks |= self.teacher.networks
        self.fixed_statistics = tuple(self.teacher.networks)
        judge = self.teacher.networks["teacher_discriminator"]
        self.maps = GeneratorMaps(self.generator, judge, "this run")
        several = self.strategy.num_replicas_in_sync > 1
        if self.config.attention_every > 1 and several and has_batch_norm(self.generator):
            raise UserError(
                "--attention-every above 1 on several devices needs a generator without batch "
                "normalisation; use --attention-every 1 or --norm none"
            )

    def partner_names(self) -> dict[str, str]:
        """The name of each class or attribute -> that of the teacher that stands for it."""
        return self.teacher.same(self.label)

    def translator_terms(self, real, fake):
        """See `ManyDomainsTrainer.translator_terms`: StarGAN's, and the distance of the maps."""
        terms, config = super().translator_terms(real, fake), self.config
        if not config.attention_weight:
            return terms

        def value():
            # Times `attention_every`, so that the mean in the log is that of the distance.
            apart = self.distance_of_maps(real["image"], fake["label"], training=True)
            return config.attention_every * tf.reduce_mean(apart)

        if config.attention_every > 1:
            found = tf.cond(self.step % config.attention_every == 0, value, lambda: 0.0)
        else:
            found = value()
        return [*terms, Term("attention", found, config.attention_weight)]

    def distance_of_maps(self, image, label, *, training=False):
        """How far the maps of each translation are from the teacher's, float32 (b,).

        The maps are those of one class: the target, or of attributes one that the target has. Where
        it has none, the distance is 0.

        Args:
          image: (b, height, width, channels) in [-1, 1].
          label: the targets, as the data has them.
          training: mode of the student.
        """
        config = self.config
        classes, active = self.attended(label)
        given = {"input": image, "label": self.partners.network_input(label)}
        theirs = self.teacher.maps(given, self.partners.number(classes))
        given = {"input": image, "label": to_network(self.label, label)}
        ours = self.maps(
            given,
            self.partners.number(classes),
            training=training,
            first_order=config.attention_first_order,
        )
        apart = _DISTANCES[config.attention_scale](ours, tf.stop_gradient(theirs))
        return tf.where(active, apart, 0.0)

    def evaluate(self, feed, count):
        """See `ManyDomainsTrainer.evaluate`; also what the generator and its teacher cost."""
        found, (own, theirs) = super().evaluate(feed, count), self._costs
        reference = found.get("reference", {}) | {"teacher": theirs}
        return found | own | {"reference": reference}

    @functools.cached_property
    def _costs(self):
        """What the generator and the teacher's cost, which training does not change."""
        size, teacher = self.image_shape[:2], self.teacher.networks["teacher_generator"]
        return resources(self.generator, size), resources(teacher, size)

    def attended(self, label):
        """The class of each example whose map counts, and whether there is any.

        Args:
          label: the targets, as the data has them.

        Returns:
          int64 (b,) and bool (b,).
        """
        if self.label.kind == "class":
            return tf.maximum(label, 0), label >= 0
        chances = self.random.uniform("attended", tf.shape(label))
        chances = tf.where(label > 0, chances, -1.0)
        return tf.argmax(chances, 1), tf.reduce_max(chances, 1) >= 0
