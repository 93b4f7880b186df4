"""Mix-and-match networks between domains: any encoder with any decoder, learned without pairs.

Wang, van de Weijer & Herranz, Mix and match networks: encoder-decoder alignment for zero-pair image
translation, 2018. Only translations to and from one domain, the anchor, are trained. The text has
an adversarial loss alone, which fixes no correspondence; the cycles are those of the authors' code
(Zhu et al. 2017, equation 2).
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from nets.sharing import domain_model
from nets.transfer import pooled
from nets.translation.unpaired.discriminators import unit_discriminator
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network, unrounded
from tfgan_kit.models.ema import EMA
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import alike, grid, write_image
from tfgan_kit.terms.distance import mean_absolute
from trainers.core.adversarial import AdversarialTrainer, images_only, scaled
from trainers.transfer.mmnet_domains.domains import anchor_of, check_names
from trainers.transfer.mmnet_domains.measures import PairMeasures, goals_of_pairs, labelled
from trainers.transfer.mmnet_domains.uses import name_of, uses_of

DRAWN = 2  # Images of each domain in a picture of samples.
LOOKED_AT = 64  # Images among which examples of each pair are sought.


class Ways(NamedTuple):
    """What becomes of a batch.

    Attributes:
      made: name of each domain -> translations into it; those into the anchor are of all other
        domains, one after the other.
      back: (source, target) -> images of the source that were translated to the target and back,
        for the same domain twice from their own codes.
      latents: (source, target) -> the latents of images of the source and of their translations.
    """

    made: dict[str, tf.Tensor]
    back: dict[tuple[str, str], tf.Tensor]
    latents: dict[tuple[str, str], tuple[tf.Tensor, tf.Tensor]]


class MMNetDomains(AdversarialTrainer):
    """Trains "encoder_NAME" and "decoder_NAME" of each domain against a discriminator of each.

    With the anchor's encoder and decoder each of the others forms a pair of translators that is
    trained as a CycleGAN; the loss is the sum over these pairs. So an anchor's network has a part
    in all of them, and any other in one. The generator's update comes first. The discriminators'
    then sees the translations that were made for it.

    Attributes:
      anchor: the name of the anchor.
      others: the names of the other domains.
      translators: the encoders and decoders, by name.
      discriminator: those of all domains as one flat model without common layers.
    """

    reads_held_out = True

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        self.domains = tuple(self.spec)
        check_names(self.domains, config.dataset)
        self.anchor = anchor_of(self.domains, config)
        self.others = tuple(name for name in self.domains if name != self.anchor)
        if config.image_size not in config.sizes:
            raise UserError(f"--image-size {config.image_size}: this method needs {config.sizes}")
        self.translators = self._build_translators()
        channels = self.image_shape[-1]
        self.discriminator = unit_discriminator(
            dict.fromkeys(self.domains, channels),
            layers=config.discriminator_layers,
            filters=config.discriminator_filters or config.filters,
            size=4,
        )
        self._discriminators = [domain_model(self.discriminator, d) for d in self.domains]
        self.networks = self.translators | {"discriminator": self.discriminator}
        if config.ema_decay:
            self.averages = {
                name: EMA(network, config.ema_decay) for name, network in self.translators.items()
            }
        self._measures = None
        self.set_up_game()

    def _build_translators(self):
        config, channels = self.config, self.image_shape[-1]
        plan = {
            "pools": config.pools,
            "blocks": config.blocks,
            "filters": config.filters,
            "size": config.block_kernel,
            "side": config.side,
        }
        kinds = {"encoder": pooled.encoder, "decoder": pooled.decoder}
        return {
            f"{kind}_{name}": built(channels, **plan)
            for name in self.domains
            for kind, built in kinds.items()
        }

    def networks_of(self, player):
        """See `AdversarialTrainer.networks_of`."""
        if player == "generator":
            return list(self.translators.values())
        return super().networks_of(player)

    def critic_step(self, batch):
        """See `Trainer.critic_step`; a single update comes in `train_step`."""
        if self.config.critic_steps == 1:
            return {}
        reals = self._reals(batch)
        return self._judge(reals, self.translated(reals).made, "critic{turn}")

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        reals, kept = self._reals(batch), {}

        def terms():
            ways = self.translated(reals)
            kept.update(ways.made)
            return [
                *self._adversarial(reals, ways.made),
                *self._rebuilding(reals, ways.back),
                *self._alignment(ways.latents),
            ]

        found = self.update("generator", terms)
        if self.config.critic_steps == 1:
            found |= self._judge(reals, kept, "critic")
        return found

    def _reals(self, batch):
        return {
            name: to_network(self.spec[name]["image"], batch[name]["image"])
            for name in self.domains
        }

    def translated(self, reals: dict) -> Ways:
        """Translates a batch to and from the anchor, and back, in training mode.

        No layer mixes images, so those of one network go through it together.

        Args:
          reals: name of each domain -> images (batch, height, width, channels) in [-1, 1].
        """
        anchor, made, back, latents = self.anchor, {}, {}, {}
        itself = bool(self.config.autoencoder_weight)
        codes = [self._encoded(name, reals[name]) for name in self.others]
        into = self._decoded(anchor, codes)
        made[anchor] = tf.concat(into, 0)
        own, *again = self._split(self._encoded(anchor, tf.concat([reals[anchor], *into], 0)))
        for name, code, there in zip(self.others, codes, again, strict=True):
            made[name], *images = self._decoded(name, [own, there, code][: 2 + itself])
            back |= zip([(name, anchor), (name, name)], images, strict=False)
            latents[name, anchor] = code["latent"], there["latent"]
        there = [self._encoded(name, made[name]) for name in self.others]
        images = self._decoded(anchor, [*there, own][: len(there) + itself])
        back |= zip([(anchor, name) for name in (*self.others, anchor)], images, strict=False)
        for name, code in zip(self.others, there, strict=True):
            latents[anchor, name] = own["latent"], code["latent"]
        return Ways(made, back, latents)

    def _encoded(self, name, images):
        return self.translators[f"encoder_{name}"]({"input": images}, training=True)

    def _decoded(self, name, codes):
        """What a decoder makes of each of several codes."""
        decoder = self.translators[f"decoder_{name}"]
        given = {part: tf.concat([code[part] for code in codes], 0) for part in decoder.input}
        return tf.split(decoder(given, training=True)["image"], len(codes))

    def _split(self, code):
        """The codes of a batch of each domain from that of all."""
        parts = {name: tf.split(value, len(self.domains)) for name, value in code.items()}
        return [
            dict(zip(parts, values, strict=True)) for values in zip(*parts.values(), strict=True)
        ]

    def _adversarial(self, reals, made):
        fakes = images_only([made[name] for name in self.domains])
        terms = self.generator_terms(fakes, self._as_many(reals), "generator")
        weight = self.config.adversarial_weight
        # That of the anchor is a mean over the pairs, of which the loss is the sum.
        shares = [len(self.others) if name == self.anchor else 1 for name in self.domains]
        pairs = zip(terms, shares, strict=True)
        return [each for term, share in pairs for each in scaled([term], share * weight)]

    def _rebuilding(self, reals, back):
        config, terms = self.config, []
        for (source, target), images in back.items():
            error = mean_absolute(images, reals[source])
            if source == target:
                terms.append(Term(f"autoencoder_{source}", error, config.autoencoder_weight))
            else:
                terms.append(Term(f"cycle_{source}_{target}", error, config.cycle_weight))
        return terms

    def _alignment(self, latents):
        weight = self.config.alignment_weight
        if not weight:
            return []
        return [
            Term(f"alignment_{source}_{target}", tf.reduce_mean((one - other) ** 2), weight)
            for (source, target), (one, other) in latents.items()
        ]

    def _judge(self, reals, made, purpose):
        fakes = images_only([tf.stop_gradient(made[name]) for name in self.domains])
        reals = self._as_many(reals)
        return self.update("discriminator", lambda: self.discriminator_terms(reals, fakes, purpose))

    def _as_many(self, reals):
        """Real examples of each domain, as many as there are translations into it."""
        times = {self.anchor: len(self.others)}
        return images_only(
            [tf.tile(reals[name], [times.get(name, 1), 1, 1, 1]) for name in self.domains]
        )

    def discriminate(self, examples):
        """See `AdversarialTrainer.discriminate`."""
        pairs = zip(self.domains, examples, strict=True)
        named = {f"image_{name}": example["image"] for name, example in pairs}
        said = self.discriminator(named, training=True)
        return tuple({"logits": said[f"logits_{name}"]} for name in self.domains)

    def discriminate_one(self, domain, example):
        """See `AdversarialTrainer.discriminate_one`."""
        return self._discriminators[domain](example["image"], training=True)

    def uses(self):
        """See `Trainer.uses`."""
        fields = {name: self.spec[name]["image"] for name in self.domains}
        return uses_of(fields, self.anchor, self.config)

    def render(self, source: str, target: str, images) -> np.ndarray:
        """Translates images of one domain into another with the averaged networks.

        Args:
          source, target: names of the domains, not the same.
          images: (n, height, width, channels) as the data has them.

        Returns:
          float32 (n, height, width, channels) in [-1, 1].
        """
        return self.bound(name_of(source, target)).render({source: images})[target]

    def again(self, source: str, target: str, images) -> np.ndarray:
        """The same for images in [-1, 1] that were translated before, without rounding them."""
        return self.render(source, target, unrounded(self._field, images))

    @property
    def _field(self):
        return self.spec[self.anchor]["image"]

    def _some(self, feed, count):
        """Up to `count` held-out images of each domain, by its name."""
        found = next(
            feed.examples(LOOKED_AT * len(self.domains), size=LOOKED_AT * len(self.domains))
        )
        return {
            name: found["image"][found["label"] == number][:count]
            for number, name in enumerate(self.domains)
        }

    def draw(self, step, feed, path):
        """See `Trainer.draw`: a row per image, first itself and then in each domain.

        In its own it is shown as it is. The anchor's column and its rows are what was trained.
        """
        cells = []
        for source, images in self._some(feed, DRAWN).items():
            if not len(images):
                continue
            own = as_seen(self._field, images)
            made = [
                own if target == source else self.render(source, target, images)
                for target in self.domains
            ]
            cells.append(np.stack(alike([own, *made]), axis=1))
        rows = np.concatenate(cells)
        columns = rows.shape[1]
        write_image(grid(rows.reshape(-1, *rows.shape[2:]), columns=columns), path)
        return {}

    def examples(self, feed, count):
        """See `Trainer.examples`: some of each pair, first of those that are not trained."""
        pairs = sorted(
            ((a, b) for a in self.domains for b in self.domains if a != b),
            key=lambda pair: self.anchor in pair,
        )
        some, found = self._some(feed, max(1, count // len(pairs))), []
        for source, target in pairs[:count]:
            if len(images := some[source]):
                there = self.render(source, target, images)
                back = self.again(target, source, there)
                found.append((as_seen(self._field, images), there, back))
        return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))

    def evaluate(self, feed, count):
        """Measures translations of held-out images; see `PairMeasures`."""
        if self._measures is None:
            self._measures = PairMeasures(self, labelled(feed))
            self.left_out = self._measures.left_out
        return self._measures(count)

    def goals(self, feed):
        """See `Trainer.goals`."""
        return goals_of_pairs(self.config, labelled(feed))
