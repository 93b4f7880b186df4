"""Settings of TextureGAN."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import ADVERSARIAL_LOSSES, NORMALIZATIONS
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.core.settings.perceptual import PerceptualConfig
from trainers.paired.config import PairedConfig

# Settings of the second stage, each beside the one that it takes the place of.
EXTERNAL = {
    name: f"external_{name}"
    for name in (
        "lightness_weight",
        "colour_weight",
        "feature_weight",
        "style_weight",
        "local_lightness_weight",
        "local_adversarial_weight",
        "adversarial_weight",
        "generator_lr",
        "batch_size",
    )
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class TextureGANConfig(PairedConfig, PerceptualConfig):
    """Sketches are filled with a texture, first with their own, then with external ones.

    The weights of the released code are in the preset "released"; they belong to its scale of Lab.
    """

    dataset: str = option(
        "glyph_textures", "name of a data set, or path to sketches and textures", group="data"
    )
    loss: str = option(
        "least_squares", "adversarial loss", group="loss", choices=ADVERSARIAL_LOSSES
    )
    filters: int = option(
        32,
        "channels of the generator's first map; the discriminators' have twice as many",
        group="networks",
        minimum=1,
    )
    norm: str = option(
        "batch", "normalisation in the generator", group="networks", choices=NORMALIZATIONS
    )
    discriminator_norm: str = option(
        "instance",
        "normalisation in the discriminators",
        group="networks",
        choices=NORMALIZATIONS,
    )
    discriminator_layers: int = option(
        3, "convolutions of stride 2 in the discriminators", minimum=0, maximum=5
    )
    rest_above: float = option(
        0.8, "accuracy above which a discriminator is not trained", minimum=0, maximum=1
    )
    patch_smallest: int = option(
        20, "smallest side in pixels of the patch that is shown to the generator", minimum=1
    )
    patch_largest: int = option(50, "largest side of that patch", minimum=1)
    local_patches: int = option(5, "patches that are compared with the texture", minimum=1)
    local_patch: int = option(50, "their side in pixels", minimum=1)
    truth_steps: int | None = option(
        None,
        "steps of the first stage, in which each image's own texture is given; by default half of "
        "all, or all for data without textures",
        minimum=1,
    )
    lightness_weight: float = option(10.0, "weight of the squared difference of L", minimum=0)
    colour_weight: float = option(10.0, "the same for a and b", minimum=0)
    feature_weight: float = option(1e-2, "the same for VGG features, relu4_2 of L", minimum=0)
    style_weight: float = option(
        1e-2, "the same for Gram matrices, relu3_2 and relu4_2 of L", minimum=0
    )
    local_lightness_weight: float = option(
        0.0, "weight of the squared difference of L in the local patches", minimum=0
    )
    local_adversarial_weight: float = option(
        1.0, "weight of the adversarial loss of the local patches", minimum=0
    )
    adversarial_weight: float = option(
        1.0, "weight of the adversarial loss of G; 0: no discriminator", group="loss", minimum=0
    )
    generator_lr: float = option(
        1e-3, "learning rate of the generator", group="optimizer", minimum=0
    )
    discriminator_lr: float = option(
        1e-4, "learning rate of the discriminators", group="optimizer", minimum=0
    )
    batch_size: int = option(
        16, "examples per update, over all devices", group="optimizer", minimum=1
    )
    external_lightness_weight: float = option(
        10.0, "second stage: weight of L, against the image with the external texture", minimum=0
    )
    external_colour_weight: float = option(
        10.0, "second stage: weight of a and b, likewise", minimum=0
    )
    external_feature_weight: float = option(
        1e-2, "second stage: weight of VGG features, against the sketch's image", minimum=0
    )
    external_style_weight: float = option(
        1e-2, "second stage: weight of Gram matrices, local patches against the texture", minimum=0
    )
    external_local_lightness_weight: float = option(
        1.0,
        "second stage: weight of L, local patches against the texture in the same place",
        minimum=0,
    )
    external_local_adversarial_weight: float = option(
        1.0, "second stage: weight of the adversarial loss of the local patches", minimum=0
    )
    external_adversarial_weight: float = option(
        1.0, "second stage: weight of the adversarial loss of G", minimum=0
    )
    external_generator_lr: float = option(
        5e-4, "second stage: learning rate of the generator", minimum=0
    )
    external_batch_size: int | None = option(
        None, "second stage: examples per update; by default the same", minimum=1
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.direction == "b2a":
            raise UserError(
                "--direction b2a: texturegan turns sketches into images, not the reverse"
            )
        if self.patch_smallest > self.patch_largest:
            raise UserError(
                f"--patch-smallest {self.patch_smallest} is above --patch-largest "
                f"{self.patch_largest}"
            )
        for stage, prefix in enumerate(("", "external-")):
            made = self.of_stage(stage)
            if made.local_adversarial_weight and not made.adversarial_weight:
                raise UserError(
                    f"--{prefix}local-adversarial-weight needs --{prefix}adversarial-weight: the "
                    "discriminator of textures works only beside that of images"
                )
            if not made.lightness_weight + made.adversarial_weight:
                raise UserError(
                    f"--{prefix}lightness-weight and --{prefix}adversarial-weight are both 0: no "
                    "lightness is learned"
                )

    @property
    def sizes(self) -> Sizes:
        """See `TrainConfig.sizes`: three levels."""
        return Sizes(multiple=8, largest=256)

    @property
    def truth_until(self) -> int:
        """The step at which the second stage begins, if the training goes on so long."""
        return self.truth_steps or max(1, self.steps // 2)

    def of_stage(self, stage: int) -> "TextureGANConfig":
        """The settings of a stage: those of the second take the place of the first's."""
        if stage == 0:
            return self
        own = {name: getattr(self, external) for name, external in EXTERNAL.items()}
        return dataclasses.replace(self, **{k: v for k, v in own.items() if v is not None})

    def resolved(self) -> "TextureGANConfig":
        """See `TrainConfig.resolved`: a longer training does not move the stages."""
        return dataclasses.replace(super().resolved(), truth_steps=self.truth_until)
