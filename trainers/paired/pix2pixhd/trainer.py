"""pix2pixHD: images of high resolution from label maps, from coarse to fine.

Wang et al., High-Resolution Image Synthesis and Semantic Manipulation with Conditional GANs, 2018.
A global generator G1 learns at half the resolution; then G2, which wraps it, at the full one, first
with G1 fixed. The loss is the least-squares loss of several discriminators plus the distances in
their features (equation 5) and in VGG's. With features, an encoder describes the look of each
instance by a few numbers (section 3.4): in use they come from those that the encoder finds in the
training images, or from a reference.
"""

from nets.translation import multiscale
from nets.translation.labels import instance_encoder, pix2pixhd
from nets.translation.labels.condition import drawn_features
from tfgan_kit.engine.stages import Stage
from tfgan_kit.errors import UserError
from tfgan_kit.fields import seed_field
from tfgan_kit.settings.size import Size
from tfgan_kit.uses import Call
from trainers.paired.label_maps.trainer import LabelMapTrainer
from trainers.paired.pix2pixhd.centres import find_centres

_GLOBAL, _FIXED, _ALL = "G1 alone", "G1 fixed", "all"


class Pix2PixHD(LabelMapTrainer):
    """Trains G1, then G2 around it, and perhaps an encoder of features along with them."""

    scale_share = 1.0

    @classmethod
    def stages(cls, config):
        """See `Trainer.stages`."""
        ends = {_GLOBAL: config.global_steps}
        ends[_FIXED] = config.global_steps + config.fix_global_steps
        half = {"image_size": Size(*(side // 2 for side in config.image_size))}
        settings = {_GLOBAL: half, _FIXED: {}}
        return (*(Stage(ends[phase], settings[phase]) for phase in _phases(config)[:-1]), Stage())

    @property
    def phase(self) -> str:
        """What the stage trains."""
        return _phases(self.config)[self.stage]

    def schedule(self, name, learning_rate, updates, **keywords):
        """See `AdversarialTrainer.schedule`: each stage trains other variables of the generator."""
        if name == "generator" and self.stage:
            keywords["first_step"] = self.stages(self.config)[self.stage - 1].until
        return super().schedule(name, learning_rate, updates, **keywords)

    def build(self):
        """See `Trainer.build`."""
        self._centred = None  # The step at which the centres of the features were found.
        super().build()
        if not self.config.features:
            return
        if self.source != "ids" or self.condition is None:
            raise UserError(
                f"--features needs label maps and maps of instances, which "
                f"{self.config.dataset} lacks, or --no-instances leaves out"
            )
        channels = self.config.features
        self.encoder = instance_encoder.encoder(
            self.image_shape[-1],
            feature_channels=channels,
            filters=max(1, self.config.filters // 4),
            norm=self.config.norm,
        )
        self.features = drawn_features(len(self.spec["ids"].names), channels)
        self.networks |= {"encoder": self.encoder, "features": self.features}
        self.players["encoder"] = self.player("encoder", self.config.generator_lr)
        self.translators = ("generator", "encoder")

    def build_generator(self):
        """See `PairedTrainer.build_generator`."""
        config = self.config
        smallest = 2 * self._multiple
        if config.image_size not in config.sizes or (
            config.norm == "instance" and min(self.image_shape[:2]) < smallest
        ):
            raise UserError(
                f"--image-size {config.image_size}: pix2pixHD needs {config.sizes}, and with "
                f"instance normalisation at least {2 * config.sizes.multiple}; choose such a size"
                f"{', or leave --local-enhancer out' * config.local_enhancer}"
            )
        settings = {
            "blocks": config.blocks,
            "filters": config.filters,
            "norm": config.norm,
            "feature_channels": config.features,
        }
        channels = self.image_shape[-1]
        if self._is_global:
            return pix2pixhd.global_generator(self.condition_channels, channels, **settings)
        settings["local_blocks"] = config.local_blocks
        generator = pix2pixhd.generator(self.condition_channels, channels, **settings)
        for layer in generator.layers:
            if self.phase == _FIXED and pix2pixhd.of_global(layer):
                layer.trainable = False
        return generator

    @property
    def _is_global(self):
        return self.phase == _GLOBAL or not self.config.local_enhancer

    @property
    def _multiple(self):
        """What the sides of the generator's images are divided by."""
        return 16 if self._is_global else 32

    def build_discriminator(self):
        """See `PairedTrainer.build_discriminator`."""
        config = self.config
        return multiscale.discriminator(
            self.image_shape[-1],
            self.condition_channels,
            scales=config.discriminator_scales,
            layers=config.discriminator_layers,
            filters=config.filters,
            norm=config.norm,
        )

    def inputs(self, example, purpose):
        """See `PairedTrainer.inputs`: features are those of the target."""
        found = super().inputs(example, purpose)
        if self.config.features:
            given = {"image": example[self.target], "instances": example["instances"]}
            found["features"] = self.encoder(given, training=True)["features"]
        return found

    def draw(self, step, feed, path):
        """See `Trainer.draw`; with features, their centres are found first."""
        self._find_centres(feed)
        return super().draw(step, feed, path)

    def evaluate(self, feed, count):
        """See `Trainer.evaluate`; with features, their centres are found first."""
        self._find_centres(feed)
        return super().evaluate(feed, count)

    def _find_centres(self, feed):
        config, step = self.config, int(self.step)
        if config.features and self._centred != step:
            examples = feed.examples(config.feature_examples, held_out=False)
            layer = self.features.get_layer("centres")
            find_centres(layer, self.encoder, self.spec, examples, config.seed)
            self._centred = step

    def uses(self):
        """See `Trainer.uses`; with features, they are drawn by a seed or those of a reference."""
        scene = self.scene(self._multiple)
        if not self.config.features:
            return (self.translating("translate", scene),)
        drawn = {"input": self.source, "instances": "instances", "seed": "seed"}
        encoded = {"image": "reference", "instances": "instances"}
        image = self.spec[self.target].of_any_size(self._multiple)
        out = {"features": "features"}
        return (
            self.translating(
                "translate",
                scene | {"seed": seed_field()},
                (Call("features", drawn, out),),
                features="features",
            ),
            self.translating(
                "translate_reference",
                scene | {"reference": image},
                (Call("encoder", encoded, out),),
                features="features",
            ),
        )


def _phases(config):
    """What the stages train, in their order."""
    steps = {_GLOBAL: config.global_steps, _FIXED: config.fix_global_steps}
    return [*(phase for phase, count in steps.items() if count), _ALL]
