"""MUNIT: an image is a content, which domains have in common, and a style of its domain.

Huang, Liu, Belongie & Kautz, Multimodal Unsupervised Image-to-Image Translation, 2018, equations 3
to 8. A translation keeps the content and takes a style that is drawn, or that of another image.
"""

import numpy as np
import tensorflow as tf

from nets.translation.unpaired import discriminators, munit
from tfgan_kit.engine.trainer import Term
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import paired_grid, write_image
from tfgan_kit.terms.distance import mean_absolute
from trainers.unpaired.encoded import EncodedTrainer
from trainers.unpaired.munit.measures import StyleMeasures
from trainers.unpaired.munit.uses import uses_of_styles
from trainers.unpaired.trainer import DRAWN

_STYLES = 3  # Drawn in a picture of samples.


class MUNIT(EncodedTrainer):
    """Trains "content_encoder_a", "style_encoder_a" and "decoder_a", and those of b.

    The content can be several maps: all outputs of a content encoder are inputs of the decoders.
    """

    _style_measures = None  # Built at the first evaluation.

    def build_translators(self):
        """See `UnpairedTrainer.build_translators`."""
        config, found = self.config, {}
        self._scales = config.scales_for(self.image_shape[:2])
        for letter in self.domains:
            channels = self.image_field(letter).shape[-1]
            found |= {
                f"content_encoder_{letter}": self.content_encoder(channels),
                f"style_encoder_{letter}": munit.style_encoder(
                    channels, style_size=config.style_size, filters=config.filters
                ),
                f"decoder_{letter}": self.decoder(channels),
            }
        return found

    def content_encoder(self, channels):
        """Returns a new encoder of the content of images with that many channels."""
        config = self.config
        return munit.content_encoder(channels, blocks=config.blocks, filters=config.filters)

    def decoder(self, channels):
        """Returns a new decoder of images with that many channels."""
        return munit.decoder(channels, **self.decoder_settings)

    @property
    def decoder_settings(self) -> dict:
        """The arguments of a decoder beside its channels."""
        config = self.config
        return {
            "style_size": config.style_size,
            "blocks": config.blocks,
            "filters": config.filters,
            "units": config.style_units,
        }

    def build_discriminator(self):
        """See `UnpairedTrainer.build_discriminator`."""
        config = self.config
        return discriminators.munit_discriminator(
            {letter: self.image_field(letter).shape[-1] for letter in self.domains},
            scales=self._scales,
            layers=config.discriminator_layers,
            filters=config.filters,
        )

    def translated(self, reals, purpose):
        """See `UnpairedTrainer.translated`, with "content_a", the maps of the content by name.

        "drawn_a" is the style, (batch, style_size), of the translations into a.
        """
        made = {}
        for letter, images in zip(self.domains, reals, strict=True):
            other, shape = self.other(letter), [tf.shape(images)[0], self.config.style_size]
            content = self._content(letter, images)
            style = self.random.normal(f"{purpose}/style_{other}", shape)
            made |= {f"content_{letter}": content, f"drawn_{other}": style}
            made[other] = self._decoded(other, content, style)
        return made

    def translator_terms(self, reals, made, purpose):
        """See `UnpairedTrainer.translator_terms`: equations 3 to 5, and the cycle of section 5.1.

        The weights are those of equation 8.
        """
        config, terms = self.config, []
        for letter, real in zip(self.domains, reals, strict=True):
            other, content = self.other(letter), made[f"content_{letter}"]
            own = self._style(letter, real)
            again = self._decoded(letter, content, own)
            back = self._content(other, made[other])
            style = self._style(other, made[other])
            terms += [
                Term(f"image_{letter}", mean_absolute(again, real), config.image_weight),
                Term(
                    f"content_{letter}",
                    mean_absolute(back["content"], content["content"]),
                    config.content_weight,
                ),
                Term(
                    f"style_{other}",
                    mean_absolute(style, made[f"drawn_{other}"]),
                    config.style_weight,
                ),
            ]
            if config.cycle_weight:
                error = mean_absolute(self._decoded(letter, back, own), real)
                terms.append(Term(f"cycle_{letter}", error, config.cycle_weight))
        return terms + self.perceptual_terms(reals, made)

    def _content(self, letter, images):
        return self.pass_through("content_encoder", letter, {"image": images})

    def _style(self, letter, images):
        return self.pass_through("style_encoder", letter, {"image": images})["style"]

    def _decoded(self, letter, content, style):
        return self.pass_through("decoder", letter, content | {"style": style})["image"]

    def uses(self):
        """See `Trainer.uses`: translations with a style that is drawn or a reference's; codes."""
        encoded = self.translators["content_encoder_a"].output
        return uses_of_styles(
            {letter: self.image_field(letter) for letter in self.domains},
            style_size=self.config.style_size,
            maps=tuple(encoded),
            channels=encoded["content"].shape[-1],
            multiple=self.config.sizes.multiple,
        )

    def draw(self, step, feed, path):
        """See `Trainer.draw`: for each domain images, some styles, references and their styles."""
        reals, rows, config = feed.shown(DRAWN), [], self.config
        seen = [
            as_seen(fields["image"], real) for fields, real in zip(self.sets, reals, strict=True)
        ]
        styles = fixed_latents("normal", config.seed, _STYLES, config.style_size)
        for source, letter in enumerate(self.domains):
            real, reference = reals[source], reals[1 - source]
            name = f"translate_{letter}{self.other(letter)}"
            rows.append(seen[source])
            for style in styles:
                inputs = {"input": real, "style": np.tile(style, (len(real), 1))}
                rows.append(self.bound(name).render(inputs)["image"])
            inputs = {"input": real, "reference": reference}
            rows += [seen[1 - source], self.bound(f"{name}_reference").render(inputs)["image"]]
        write_image(paired_grid(rows, columns=len(reals[0])), path)
        return {}

    def evaluate(self, feed, count):
        """See `UnpairedTrainer.evaluate`; and what styles do, see `StyleMeasures`."""
        found = super().evaluate(feed, count)
        if not found:
            return found
        if self._style_measures is None:
            self._style_measures = StyleMeasures(self.config, feed)
            self.left_out = tuple(dict.fromkeys(self.left_out + self._style_measures.left_out))
        measured, chance = self._style_measures(self.bound, count)
        reference = found.get("reference", {}) | {"other references": chance}
        return found | measured | {"reference": reference}
