"""Mix-and-match networks: any encoder with any decoder, also for pairs that were never seen.

Wang, Herranz & van de Weijer, Mix and match networks: cross-modal alignment for zero-pair
image-to-image translation, 2020.
"""

from typing import NamedTuple

import tensorflow as tf

from nets.transfer.segnet import critic
from tfgan_kit.engine.player import Player, make_optimizer
from tfgan_kit.engine.stages import Stage
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network
from tfgan_kit.terms.modalities import alignment
from trainers.transfer.mmnet.measures import Measures, draw
from trainers.transfer.mmnet.modalities import judged_of, modalities_of, seen_pairs
from trainers.transfer.mmnet.pretrained import begin_as_vgg
from trainers.transfer.mmnet.uses import fusions, mixtures_of, uses_of

SEEN, ALIGNED, PSEUDO = range(3)  # The stages.


class Job(NamedTuple):
    """Something to decode: of which modality, into which, from what, and what it should be.

    Without a truth, it is to be what the decoder makes of the anchor's latent, `teacher`.
    """

    source: str
    target: str
    code: dict
    truth: tf.Tensor | None
    teacher: dict | None = None


class MMNet(Trainer):
    """Trains "encoder_NAME" and "decoder_NAME" of each modality, and a discriminator of one.

    In the first stage, only translations between seen pairs are trained. From the second one on,
    the anchor's encoder is frozen, and each modality is also translated into itself, from latents
    with noise that are to be those of the anchor. In the third one, the unseen pairs are trained
    with pseudo-pairs: what the anchor's latent decodes to is what that of its partner should. There
    the decoders can be frozen as well, so that only the encoders of the others learn.

    The update of all encoders and decoders comes first; the discriminator's then sees the images
    that were decoded for it, so that one pass serves both.
    """

    reads_held_out = True

    @classmethod
    def stages(cls, config):
        """See `Trainer.stages`."""
        ends = [config.seen_steps]
        if config.aligned_steps:
            ends.append(config.seen_steps + config.aligned_steps)
        return (*map(Stage, ends), Stage())

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        if config.image_size not in config.sizes:
            raise UserError(f"--image-size {config.image_size}: this method needs {config.sizes}")
        self.modalities = modalities_of(self.spec, config)
        self.anchor = next(iter(self.modalities))
        self.judged = judged_of(self.modalities)
        self.seen = seen_pairs(self.spec)
        for modality in self.modalities.values():
            self.networks |= modality.networks()
        if config.anchor_weights and self.stage == SEEN:
            begin_as_vgg(self.networks[f"encoder_{self.anchor}"], config.anchor_weights)
        translators = dict(self.networks)
        if self.stage:
            del translators[f"encoder_{self.anchor}"]
        self._fixed_decoders = self.stage == PSEUDO and config.pseudo_freeze_decoders
        if self._fixed_decoders:
            translators = {n: net for n, net in translators.items() if n.startswith("encoder_")}
        self.mixtures = mixtures_of(self.modalities, config)
        self.networks |= fusions(self.mixtures, config.filters[-1])
        channels = self.modalities[self.judged].field.shape[-1]
        self._critic = critic(channels, config.discriminator_filters, config.discriminator_layers)
        self.networks["discriminator"] = self._critic
        self.players = {
            "translator": self._player("translator", translators.values()),
            "discriminator": self._player("discriminator", [self._critic]),
        }
        self._measures = None

    def _player(self, name, networks):
        config = self.config
        late = self.stage == PSEUDO
        optimizer = make_optimizer(
            "adam",
            config.pseudo_learning_rate if late else config.learning_rate,
            beta_1=config.beta_1,
            beta_2=0.999,
            clip_norm=0.0,
            precision=config.precision,
            replicas=self.strategy.num_replicas_in_sync,
        )
        return Player(name, networks, optimizer)

    def train_step(self, batch):
        """See `Trainer.train_step`; "std_NAME" are standard deviations of latents."""
        kept = {}
        found = self.update("translator", lambda: self.terms(batch, kept))
        real = self._real(batch)
        fake = tf.concat(kept["images"], 0)
        found |= self.update("discriminator", lambda: self._judge(real, fake))
        return found | kept["told"]

    def _real(self, batch):
        field, name = self.modalities[self.judged].field, self.judged
        return tf.concat([to_network(field, g[name]) for g in batch.values() if name in g], 0)

    def _judge(self, real, fake):
        return [
            Term("real", tf.reduce_mean((self._judged(real) - 1) ** 2)),
            Term("fake", tf.reduce_mean(self._judged(fake) ** 2)),
        ]

    def _judged(self, images):
        return self._critic({"image": images}, training=True)["logits"]

    def terms(self, batch, kept: dict) -> list[Term]:
        """The terms of the loss of all encoders and decoders.

        Args:
          batch: see `Trainer.train_step`.
          kept: is given "images", a list of what was decoded as the judged modality where it is
            known, and "told", measures of latents by name.
        """
        jobs, latents = [], {name: [] for name in self.modalities}
        for name, group in batch.items():
            codes = {m: self._encoded(m, values) for m, values in group.items()}
            for m, code in codes.items():
                latents[m].append((code["latent"], codes[self.anchor]["latent"]))
            jobs += self._jobs(name, group, codes)
        terms = self._decoded_terms(jobs, kept)
        if self.stage:
            terms += [
                Term(
                    f"latent_{m}",
                    _mean(tf.reduce_mean((own - anchors) ** 2) for own, anchors in latents[m]),
                    self.config.alignment_weight,
                )
                for m in self._others()
            ]
        kept["told"] = self._told(latents)
        return terms

    def _told(self, latents):
        """Measures of latents: how large they are, and how well they agree with the anchor's."""
        told = {f"std_{m}": _mean(_deviation(own) for own, _ in latents[m]) for m in latents}
        for m in self._others():
            told[f"alignment_{m}"] = _mean(alignment(*pair) for pair in latents[m])
        return told

    def _others(self):
        return [name for name in self.modalities if name != self.anchor]

    def _encoded(self, name, values):
        given = to_network(self.modalities[name].field, values)
        frozen = self.stage > SEEN and name == self.anchor
        code = self.networks[f"encoder_{name}"]({"input": given}, training=not frozen)
        # Else gradients would reach it through the statistics of the batches that it is part of.
        return {n: tf.stop_gradient(v) for n, v in code.items()} if frozen else code

    def _jobs(self, group, examples, codes):
        """What is decoded of a group."""
        noisy = self._with_noise(group, codes)
        itself = self.stage > SEEN and self.config.autoencoders
        found = [
            Job(i, j, noisy[i], self._truth(j, examples[j]))
            for i in codes
            for j in codes
            if i != j or itself
        ]
        if self.stage == PSEUDO:
            unseen = [name for name in self.modalities if name not in codes]
            own = [name for name in codes if name != self.anchor]
            found += [
                Job(i, j, noisy[i], None, codes[self.anchor])
                for i in own
                for j in unseen
                if (i, j) not in self.seen
            ]
        return found

    def _truth(self, name, values):
        field = self.modalities[name].field
        return values if field.kind == "ids" else to_network(field, values)

    def _with_noise(self, group, codes):
        """The same codes with noise on their latents."""
        if not (self.stage and self.config.noise):
            return codes
        scale = self.config.noise
        if self.config.noise_unit == "latent":
            own = codes[self.anchor]["latent"]
            scale *= tf.math.reduce_std(own, [1, 2, 3], keepdims=True)
        found = {}
        for name, code in codes.items():
            noise = self.random.normal(f"noise/{group}/{name}", tf.shape(code["latent"]))
            found[name] = code | {"latent": code["latent"] + scale * noise}
        return found

    def _decoded_terms(self, jobs, kept):
        """The terms of jobs; those of one decoder go through it together.

        So its batch statistics, like its moving ones, are of all modalities that it is told of.
        """
        terms = []
        for target, modality in self.modalities.items():
            own = [job for job in jobs if job.target == target]
            codes = [job.code for job in own]
            made = self._decoded(target, codes, training=not self._fixed_decoders)
            found = {}
            for job, each in zip(own, made, strict=True):
                if job.truth is None:
                    (teacher,) = self._decoded(target, [job.teacher], training=False)
                    error = modality.pseudo_error(each, tf.stop_gradient(teacher))
                    name, weight = f"pseudo_{job.source}_to_{target}", self.config.pseudo_weight
                else:
                    error = modality.error(each, job.truth)
                    name, weight = f"{job.source}_to_{target}", modality.weight(self.stage)
                found.setdefault((name, weight), []).append(error)
            terms += [Term(name, _mean(errors), weight) for (name, weight), errors in found.items()]
            if target == self.judged:
                # Not what pseudo-pairs make: its judgement would train unseen pairs, too.
                pairs = zip(own, made, strict=True)
                kept["images"] = [each for job, each in pairs if job.truth is not None]
                terms.append(self._adversarial(kept["images"]))
        return terms

    def _adversarial(self, images):
        judged = self._judged(tf.concat(images, 0))
        weight = self.config.anchor_weight if self.stage else 1.0
        return Term("adversarial", tf.reduce_mean((judged - 1) ** 2), weight)

    def _decoded(self, target, codes, training):
        """What a decoder makes of codes, one after the other."""
        decoder = self.networks[f"decoder_{target}"]
        given = {name: tf.concat([code[name] for code in codes], 0) for name in decoder.input}
        made = decoder(given, training=training)["output"]
        return tf.split(made, [tf.shape(code["latent"])[0] for code in codes])

    @property
    def image_shape(self):
        """See `Trainer.image_shape`: that of the anchor."""
        return self.modalities[self.anchor].field.shape

    def uses(self):
        """See `Trainer.uses`."""
        return uses_of(self.modalities, self.mixtures, self.seen, self.config)

    def draw(self, step, feed, path):
        """See `Trainer.draw`: examples in all modalities, and all their translations."""
        draw(self, feed, path)
        return {}

    def evaluate(self, feed, count):
        """Measures translations of held-out examples; see `trainers.transfer.mmnet.measures`."""
        if self._measures is None:
            self._measures = Measures(self, feed)
        found = self._measures(count)
        self.left_out = self._measures.left_out
        return found


def _mean(values):
    values = list(values)
    return tf.add_n(values) / len(values)


def _deviation(latent):
    return tf.reduce_mean(tf.math.reduce_std(latent, [1, 2, 3]))
