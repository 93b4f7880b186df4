"""The methods, by name. Nothing heavy is imported until one is loaded."""

import dataclasses
import importlib
from pathlib import Path

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.settings.option import read_file


@dataclasses.dataclass(frozen=True)
class Method:
    """Where a method's configuration and trainer live.

    Attributes:
      about: a one-line description.
      config: "module:class" of the configuration.
      trainer: "module:class" of the trainer.
      uses: what its runs can do, see `tfgan_kit.uses`; some uses may need a setting.
      feed: the form of its batches, one of `data.feeds.open_feed.FEEDS`.
      prepare: "module:function" that completes the configuration and returns what must be trained
        first; see `trainers.core.domain_judges.prepare`.
      adapt: "module:function" that adapts a run to a task; see `tfgan_kit.adaptation`.
    """

    about: str
    config: str
    trainer: str
    uses: tuple[str, ...] = ()
    feed: str = "set"
    prepare: str | None = None
    adapt: str | None = None

    @property
    def family(self) -> str:
        """The family that the method belongs to, given by its place in `trainers/`."""
        return self.trainer.split(".")[1]

    def config_class(self):
        """Imports the configuration's class; this does not import TensorFlow."""
        return _load(self.config)

    def trainer_class(self):
        """Imports the trainer's class, and TensorFlow with it."""
        return _load(self.trainer)

    def prepared(self, config, feed, open_feed, strategy):
        """The configuration with what the method needs beside it, and what of that is missing."""
        if self.prepare is None:
            return config, []
        return _load(self.prepare)(config, feed, open_feed, strategy)

    def adapted(self, run, examples, *, steps, seed):
        """The networks of a run after steps on a task's examples, by name, as new models."""
        return _load(self.adapt)(run, examples, steps=steps, seed=seed)

    def build(self, config, feed, strategy):
        """The trainer of the method on that data.

        Raises:
          UserError: if the method cannot be built like this, or the data that it will be measured
            on is damaged.
        """
        from tfgan_kit.engine.stages import feed_of

        kind = self.trainer_class()
        trainer = kind(config, feed_of(kind.stages(config)[0], feed).spec, strategy)
        if trainer.reads_held_out:
            feed.held_out()  # Fails now and not after hours of training.
        return trainer


_OF_STYLES = (
    *("translate_ab", "translate_ba", "translate_ab_reference", "translate_ba_reference"),
    *("translate_aa", "translate_bb", "decode_a", "decode_b"),
    *("encode_style_a", "encode_style_b", "encode_content_a", "encode_content_b"),
)

# With the modalities of glyph_modalities; others go by their own names.
_OF_MODALITIES = (
    *("translate_rgb_segmentation", "translate_segmentation_rgb", "translate_rgb_depth"),
    *("translate_depth_rgb", "translate_segmentation_depth", "translate_depth_segmentation"),
    *("translate_rgb_segmentation_depth", "translate_rgb_depth_segmentation"),
    *("translate_segmentation_depth_rgb", "encode_rgb", "encode_segmentation", "encode_depth"),
    *("decode_rgb", "decode_segmentation", "decode_depth"),
)

# What judges translations, which is trained first.
_OF_DOMAINS = "trainers.core.domain_judges:prepare"
_OF_MANY_DOMAINS = "trainers.unpaired.many_domains.judges:prepare"

METHODS = {
    "gan": Method(
        about="one generator against one discriminator, with any loss, penalty and network",
        config="trainers.generation.gan.config:GANConfig",
        trainer="trainers.generation.gan.trainer:GAN",
        uses=("generate", "score"),
    ),
    "progan": Method(
        about="large images: both networks grow with them, from 4x4 to the last resolution",
        config="trainers.generation.progan.config:ProGANConfig",
        trainer="trainers.generation.progan.trainer:ProGAN",
        uses=("generate",),
        prepare="trainers.generation.growing.data:check_data",
    ),
    "stylegan": Method(
        about="images with control by level of detail: layers get styles from a mapped latent",
        config="trainers.generation.stylegan.config:StyleGANConfig",
        trainer="trainers.generation.stylegan.trainer:StyleGAN",
        uses=("generate", "map", "synthesize"),
        prepare="trainers.generation.growing.data:check_data",
    ),
    "cogan": Method(
        about="pairs of images from unpaired domains, by generators that share layers",
        config="trainers.joint.cogan.config:CoGANConfig",
        trainer="trainers.joint.cogan.trainer:CoGAN",
        uses=("generate", "score"),
        feed="domains",
        prepare=_OF_DOMAINS,
    ),
    "scogan": Method(
        about="pairs of images from unpaired domains, by terms that couple the generators",
        config="trainers.joint.scogan.config:SCoGANConfig",
        trainer="trainers.joint.scogan.trainer:SCoGAN",
        uses=("generate", "score", "transform"),
        feed="domains",
        prepare=_OF_DOMAINS,
    ),
    "cgan": Method(
        about="images by label: both networks take the label as an input",
        config="trainers.conditional.cgan.config:CGANConfig",
        trainer="trainers.conditional.cgan.trainer:CGAN",
        uses=("generate", "score"),
        feed="labelled",
        prepare="trainers.conditional.judge:prepare",
    ),
    "acgan": Method(
        about="images by label: the discriminator also predicts the label",
        config="trainers.conditional.acgan.config:ACGANConfig",
        trainer="trainers.conditional.acgan.trainer:ACGAN",
        uses=("generate", "score", "classify"),
        feed="labelled",
        prepare="trainers.conditional.judge:prepare",
    ),
    "projection": Method(
        about="images by label: an inner product of label and features in the discriminator",
        config="trainers.conditional.projection.config:ProjectionConfig",
        trainer="trainers.conditional.projection.trainer:Projection",
        uses=("generate", "score"),
        feed="labelled",
        prepare="trainers.conditional.judge:prepare",
    ),
    "pix2pix": Method(
        about="images into images, learned from pairs: a U-Net against a judge of patches",
        config="trainers.paired.pix2pix.config:Pix2PixConfig",
        trainer="trainers.paired.pix2pix.trainer:Pix2Pix",
        uses=("translate",),
        feed="pairs",
    ),
    "context_encoder": Method(
        about="the holes of images, filled from what surrounds them",
        config="trainers.paired.context_encoder.config:ContextEncoderConfig",
        trainer="trainers.paired.context_encoder.trainer:ContextEncoder",
        uses=("translate",),
    ),
    "srgan": Method(
        about="images enlarged, as SRResNet, and then with a judge of images",
        config="trainers.paired.srgan.config:SRGANConfig",
        trainer="trainers.paired.srgan.trainer:SRGAN",
        uses=("translate", "reconstruct"),
    ),
    "esrgan": Method(
        about="images enlarged by dense blocks, and then with a relativistic judge",
        config="trainers.paired.esrgan.config:ESRGANConfig",
        trainer="trainers.paired.esrgan.trainer:ESRGAN",
        uses=("translate", "reconstruct"),
    ),
    "colouriser": Method(
        about="one side of a thing in outline, painted in the colours of its other side",
        config="trainers.paired.colouriser.config:ColouriserConfig",
        trainer="trainers.paired.colouriser.trainer:Colouriser",
        uses=("translate",),
        feed="pairs",
    ),
    "pix2pixhd": Method(
        about="large images from label maps, coarse to fine: judges at several resolutions",
        config="trainers.paired.pix2pixhd.config:Pix2PixHDConfig",
        trainer="trainers.paired.pix2pixhd.trainer:Pix2PixHD",
        uses=("translate", "translate_reference"),
        feed="pairs",
        prepare="trainers.paired.label_maps.judge:prepare",
    ),
    "spade": Method(
        about="images from label maps: the map enters through each normalisation",
        config="trainers.paired.spade.config:SPADEConfig",
        trainer="trainers.paired.spade.trainer:SPADE",
        uses=("translate", "translate_reference"),
        feed="pairs",
        prepare="trainers.paired.label_maps.judge:prepare",
    ),
    "scribbler": Method(
        about="sketches into images, in the colours of strokes drawn into them",
        config="trainers.paired.scribbler.config:ScribblerConfig",
        trainer="trainers.paired.scribbler.trainer:Scribbler",
        uses=("translate",),
        feed="pairs",
    ),
    "texturegan": Method(
        about="sketches into images, filled with the texture of a patch",
        config="trainers.paired.texturegan.config:TextureGANConfig",
        trainer="trainers.paired.texturegan.trainer:TextureGAN",
        uses=("translate",),
        feed="pairs",
    ),
    "cyclegan": Method(
        about="images of one domain into another, without pairs: each way undoes the other",
        config="trainers.unpaired.cyclegan.config:CycleGANConfig",
        trainer="trainers.unpaired.cyclegan.trainer:CycleGAN",
        uses=("translate_ab", "translate_ba"),
        feed="domains",
        prepare=_OF_DOMAINS,
    ),
    "unit": Method(
        about="images of one domain into another, without pairs: both share their latents",
        config="trainers.unpaired.unit.config:UNITConfig",
        trainer="trainers.unpaired.unit.trainer:UNIT",
        uses=(
            *("translate_ab", "translate_ba", "translate_aa", "translate_bb"),
            *("encode_a", "encode_b", "decode_a", "decode_b"),
        ),
        feed="domains",
        prepare=_OF_DOMAINS,
    ),
    "munit": Method(
        about="images of one domain into many of another: the content stays, the style is drawn",
        config="trainers.unpaired.munit.config:MUNITConfig",
        trainer="trainers.unpaired.munit.trainer:MUNIT",
        uses=_OF_STYLES,
        feed="domains",
        prepare=_OF_DOMAINS,
    ),
    "udit": Method(
        about="as munit, but translations keep what a frozen classifier sees, whatever the bias",
        config="trainers.unpaired.udit.config:UDITConfig",
        trainer="trainers.unpaired.udit.trainer:UDIT",
        uses=_OF_STYLES,
        feed="domains",
        prepare=_OF_DOMAINS,
    ),
    "stargan": Method(
        about="images between many domains by one generator, which is told the domain",
        config="trainers.unpaired.stargan.config:StarGANConfig",
        trainer="trainers.unpaired.stargan.trainer:StarGAN",
        uses=("translate",),
        feed="labelled",
        prepare=_OF_MANY_DOMAINS,
    ),
    "sdit": Method(
        about="images between many domains by one generator, each in many ways",
        config="trainers.unpaired.sdit.config:SDITConfig",
        trainer="trainers.unpaired.sdit.trainer:SDIT",
        uses=("translate",),
        feed="labelled",
        prepare=_OF_MANY_DOMAINS,
    ),
    "directions": Method(
        about="what moves along directions in a generator's latent space change, without labels",
        config="trainers.latent.directions.config:DirectionsConfig",
        trainer="trainers.latent.directions.trainer:Directions",
        uses=("edit", "map"),
        feed="none",
    ),
    "gan2shape": Method(
        about="the shape of what an image shows, from a generator that has only seen images",
        config="trainers.latent.gan2shape.config:Gan2ShapeConfig",
        trainer="trainers.latent.gan2shape.trainer:Gan2Shape",
        uses=("relight",),
        feed="none",
    ),
    "minegan": Method(
        about="what few images show, found in trained generators by a small network before them",
        config="trainers.transfer.minegan.config:MineGANConfig",
        trainer="trainers.transfer.minegan.trainer:MineGAN",
        uses=("generate", "score"),
    ),
    "bsa": Method(
        about="a few dozen images, by the factors and offsets of a trained generator's norms",
        config="trainers.transfer.bsa.config:BSAConfig",
        trainer="trainers.transfer.bsa.trainer:BSA",
        uses=("generate",),
        feed="numbered",
    ),
    "vae": Method(
        about="encodes images to latents and decodes them; its maps show defects",
        config="trainers.attention.vae.config:VAEConfig",
        trainer="trainers.attention.vae.trainer:VAE",
        uses=("generate", "encode", "reconstruct"),
    ),
    "attention_distill": Method(
        about="small StarGAN generators, which learn from a large one where to work",
        config="trainers.attention.attention_distill.config:AttentionDistillConfig",
        trainer="trainers.attention.attention_distill.trainer:AttentionDistill",
        uses=("translate",),
        feed="labelled",
        prepare=_OF_MANY_DOMAINS,
    ),
    "pseudo_attention": Method(
        about="the same for labels that the large one does not know, by others at the same place",
        config="trainers.attention.pseudo_attention.config:PseudoAttentionConfig",
        trainer="trainers.attention.pseudo_attention.trainer:PseudoAttention",
        uses=("translate",),
        feed="labelled",
        prepare=_OF_MANY_DOMAINS,
    ),
    "attention_transfer": Method(
        about="a small classifier that learns to look where a larger one looks",
        config="trainers.attention.attention_transfer.config:AttentionTransferConfig",
        trainer="trainers.attention.attention_transfer.trainer:AttentionTransfer",
        uses=("classify",),
    ),
    "lwm": Method(
        about="new classes for a trained classifier, without an image of the old ones",
        config="trainers.attention.lwm.config:LwMConfig",
        trainer="trainers.attention.lwm.trainer:LwM",
        uses=("classify",),
        prepare="trainers.attention.lwm.old_data:prepare",
    ),
    "mmnet": Method(
        about="between any two of several modalities, also where no pairs of them were seen",
        config="trainers.transfer.mmnet.config:MMNetConfig",
        trainer="trainers.transfer.mmnet.trainer:MMNet",
        uses=_OF_MODALITIES,
        feed="groups",
    ),
    "funit": Method(
        about="images into classes that a few images show, without training on these classes",
        config="trainers.few_shot.funit.config:FUNITConfig",
        trainer="trainers.few_shot.funit.trainer:FUNIT",
        uses=("translate", "translate_with_code", "encode_class"),
        feed="class_pairs",
        prepare="trainers.unpaired.many_domains.judges:prepare_content",
    ),
    "figr": Method(
        about="images of an unseen class from a few of them, after some steps from a learned start",
        config="trainers.few_shot.figr.config:FIGRConfig",
        trainer="trainers.few_shot.figr.trainer:FIGR",
        uses=("generate",),
        feed="episodes",
        prepare="trainers.few_shot.figr.judge:prepare",
        adapt="trainers.few_shot.figr.adapt:adapt",
    ),
    "metal_color": Method(
        about="colours by lightness, from a generator that learns new ones from a few images",
        config="trainers.few_shot.metal_color.config:MetalColorConfig",
        trainer="trainers.few_shot.metal_color.trainer:MetalColor",
        uses=("translate",),
        feed="episodes",
        prepare="trainers.few_shot.metal_color.clusters:prepare",
        adapt="trainers.few_shot.metal_color.adapt:adapt",
    ),
    "maml": Method(
        about="a start from which one or a few gradient steps learn a task of few examples",
        config="trainers.few_shot.maml.config:MAMLConfig",
        trainer="trainers.few_shot.maml.trainer:MAML",
        uses=("classify", "predict"),
        feed="episodes",
        adapt="trainers.few_shot.adapt:adapt",
    ),
    "reptile": Method(
        about="a start that moves towards what each of many tasks is learned to",
        config="trainers.few_shot.reptile.config:ReptileConfig",
        trainer="trainers.few_shot.reptile.trainer:Reptile",
        uses=("classify", "predict"),
        feed="episodes",
        adapt="trainers.few_shot.adapt:adapt",
    ),
    "metagan": Method(
        about="a few-shot classifier that also tells generated images of the task apart",
        config="trainers.few_shot.metagan.config:MetaGANConfig",
        trainer="trainers.few_shot.metagan.trainer:MetaGAN",
        uses=("classify",),
        feed="episodes",
        adapt="trainers.few_shot.adapt:adapt",
    ),
    "metal_domains": Method(
        about="images into domains, without labels: the weights move to the domain in a few steps",
        config="trainers.few_shot.metal_domains.config:MetalDomainsConfig",
        trainer="trainers.few_shot.metal_domains.trainer:MetalDomains",
        uses=("translate",),
        feed="tasks_beside",
        prepare="trainers.few_shot.metal_domains.judges:prepare",
        adapt="trainers.few_shot.metal_domains.adapt:adapt",
    ),
    "classifier": Method(
        about="the classes, or the attributes, of labelled images",
        config="trainers.classification.classifier.config:ClassifierConfig",
        trainer="trainers.classification.classifier.trainer:Classifier",
        uses=("classify",),
    ),
}

_FAMILIES = Path(__file__).parent


def _load(place):
    module, name = place.split(":")
    return getattr(importlib.import_module(module), name)


def families() -> dict[str, dict[str, Method]]:
    """Family -> its methods by name, in the order of `METHODS`."""
    found = {}
    for name, method in METHODS.items():
        found.setdefault(method.family, {})[name] = method
    return found


def find(name: str) -> Method:
    """The method of that name.

    Raises:
      UserError: if there is none.
    """
    if name not in METHODS:
        if methods_with(name):
            raise UserError(about_preset(name))
        raise UserError(
            f"unknown method {name!r}{suggest(name, METHODS)} (see `python main.py list methods`)"
        )
    return METHODS[name]


def check_adapts(name: str) -> None:
    """Raises UserError unless runs of the method adapt to tasks."""
    if find(name).adapt is None:
        able = ", ".join(known for known, method in METHODS.items() if method.adapt) or "none yet"
        raise UserError(f"--task: runs of {name} do not adapt to tasks; methods that do: {able}")


def presets(method: str) -> dict[str, dict]:
    """Name -> content of each preset file of a method."""
    files = {path.stem: path for path in _FAMILIES.glob(f"*/{method}/presets/*.json")}
    return {name: read_file(files[name]) for name in sorted(files)}


def methods_with(preset: str) -> list[str]:
    """The methods that have a preset of that name."""
    return [method for method in METHODS if preset in presets(method)]


def about_preset(name: str) -> str:
    """What to type for a preset that was named without its method, in one line."""
    if not (owners := methods_with(name)):
        known = [known for method in METHODS for known in presets(method)]
        return (
            f"there is no preset {name!r}{suggest(name, known)} (see `python main.py list presets`)"
        )
    commands = " or ".join(f"`python main.py train {owner} --preset {name}`" for owner in owners)
    return f"{name} is a preset of {' and '.join(owners)}: {commands}"


def preset(method: str, name: str) -> dict:
    """The settings of a preset.

    Raises:
      UserError: if the method has no preset of that name.
    """
    known = presets(method)
    if name not in known:
        if methods_with(name):
            raise UserError(f"{method} has no preset {name!r}; {about_preset(name)}")
        raise UserError(
            f"{method} has no preset {name!r}{suggest(name, known)} "
            "(see `python main.py list presets`)"
        )
    return known[name]["settings"]
