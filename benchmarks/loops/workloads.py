"""What the step benchmarks train: a method, its networks and its settings, under one name.

Nothing heavy is imported here: the command line reads the names.
"""

import dataclasses

from tfgan_kit.settings.option import make
from trainers import registry

LATENT_SIZE = 100
SEED = 0
BATCH_SIZE = 64
WGAN_GP = {
    "loss": "wasserstein",
    "penalty": "wgan_gp",
    "penalty_weight": 10.0,
    "critic_steps": 5,
}
LOOPS = ("bare loop", "keras fit", "eager", "pytorch eager", "pytorch compiled")
# Where a step takes long, so that ways to call it hardly differ.
FEW_LOOPS = ("bare loop", "eager", "pytorch eager", "pytorch compiled")
ONE_LOOP = ("bare loop",)


@dataclasses.dataclass(frozen=True)
class Workload:
    """One training.

    Attributes:
      name: on the command line and in the tables.
      method: of `main.py train`.
      about: what it is, for the tables.
      settings: fields of the method's configuration beside those that all workloads share.
      loops: what takes turns with the engine in float32.
      variants: name -> further settings, of engines that take turns with it.
      bfloat16: what takes part in mixed precision, too, beside the engine.
      counted: whether `benchmarks.loops.limit` can count the operations of its step.
    """

    name: str
    method: str
    about: str
    settings: dict
    loops: tuple[str, ...] = LOOPS
    variants: dict[str, dict] = dataclasses.field(default_factory=dict)
    bfloat16: tuple[str, ...] = ("pytorch eager", "pytorch compiled")
    counted: bool = True

    @property
    def feed(self) -> str:
        """What its batches are; see `data.feeds.open_feed`."""
        return registry.find(self.method).feed

    def config(self, **changes):
        """The engine's configuration; without an EMA, unless it is asked for."""
        known = registry.find(self.method).config_class()
        shared = {"batch_size": BATCH_SIZE, "seed": SEED}
        if "ema_decay" in (field.name for field in dataclasses.fields(known)):
            shared["ema_decay"] = 0.0
        return make(known, shared | self.settings | changes)

    def images(self, config) -> int:
        """The real images that a step reads; of episodes, those of all their tasks."""
        each = 1
        if self.feed == "episodes":
            each = config.ways * (config.shots + config.queries)
        return getattr(config, "critic_steps", 1) * config.batch_size * each


def _dcgan(size, channels, width, **settings):
    return {
        "dataset": "glyphs" if channels == 1 else "glyphs-color",
        "image_size": size,
        "channels": channels,
        "width": width,
        "latent_size": LATENT_SIZE,
        **settings,
    }


_JOINT = {
    "dataset": "glyph2street",
    "image_size": 32,
    "channels": 3,
    "width": 0.125,
    "discriminator_width": 0.5,
    "latent_size": LATENT_SIZE,
}
_SEMANTIC = {"semantic_weight": 10.0}
_FEATURE = {"feature_weight": 10.0, "feature_layers": 3}
_PIX2PIX = {
    "dataset": "glyph_edge2colour",
    "image_size": 64,
    "filters": 32,
    "norm": "batch",
    "batch_size": 16,
}
_CYCLEGAN = {
    "dataset": "glyphs-color,glyphs-negative",
    "image_size": 64,
    "channels": 3,
    "filters": 32,
    "blocks": 6,
    "batch_size": 4,
}
# The first stage of SRGAN, alone.
_SRRESNET = {
    "dataset": "glyph_x4",
    "image_size": 64,
    "filters": 64,
    "blocks": 16,
    "batch_size": 16,
    "adversarial_weight": 0.0,
}


def _growing(method, size, **settings):
    """The networks of the last resolution, an eighth of the published channels."""
    name = {"progan": "ProGAN", "stylegan": "StyleGAN"}[method]
    own = {"dataset": "glyphs", "image_size": size, "channels": 1, "width": 0.125}
    own |= {"latent_size": 64, "initial_size": size, "batch_size": 16, "warmup_steps": 0}
    loss = "WGAN-GP" if method == "progan" else "R1"
    return Workload(
        f"{method}-{size}",
        method,
        f"{name} {size}x{size}x1, width 1/8, {loss}, batch 16",
        own | settings,
        ONE_LOOP,
        variants={"engine, lazy penalty": {"penalty_every": 16}},
        bfloat16=(),
        counted=False,
    )


_STYLES = {"grow": True, "batch_sizes": ()}
# Few-shot methods take the number from the data, which the loops do not ask.
_GRAY = {"channels": 1}

WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload(
            "dcgan-32",
            "gan",
            "DCGAN 32x32x1, width 1/4",
            _dcgan(32, 1, 0.25),
            (*LOOPS, "called loop"),
            variants={"engine, EMA": {"ema_decay": 0.999}, "engine, XLA": {"jit": True}},
        ),
        Workload(
            "dcgan-64",
            "gan",
            "DCGAN 64x64x3, width 1/4",
            _dcgan(64, 3, 0.25),
            (*LOOPS, "called loop"),
            variants={"engine, XLA": {"jit": True}},
        ),
        Workload("dcgan-32-wide", "gan", "DCGAN 32x32x1, width 1", _dcgan(32, 1, 1.0), FEW_LOOPS),
        Workload(
            "dcgan-64-wide",
            "gan",
            "DCGAN 64x64x3, width 1",
            _dcgan(64, 3, 1.0),
            FEW_LOOPS,
            variants={"engine, XLA": {"jit": True}},
        ),
        Workload(
            "wgan-gp",
            "gan",
            "WGAN-GP, 5 critic steps, DCGAN 32x32x1 with layer norm, width 1/4",
            _dcgan(32, 1, 0.25, discriminator_norm="layer", **WGAN_GP),
            variants={
                "engine, non-saturating": {
                    "loss": "non_saturating",
                    "penalty": "none",
                    "critic_steps": 1,
                }
            },
        ),
        Workload(
            "cogan",
            "cogan",
            "CoGAN 32x32x3, width 1/8, discriminators 1/2",
            _JOINT,
            (*LOOPS, "naive order"),
            variants={"engine, WGAN-GP": WGAN_GP},
        ),
        Workload(
            "scogan-slfr",
            "scogan",
            "SCoGAN with SL and FR 32x32x3, width 1/8, discriminators 1/2",
            _JOINT | _SEMANTIC | _FEATURE,
            (*LOOPS, "naive order"),
            variants={
                "engine, uncoupled": {"semantic_weight": 0.0, "feature_weight": 0.0},
                "engine, WGAN-GP": WGAN_GP,
            },
        ),
        Workload(
            "pix2pix-64",
            "pix2pix",
            "pix2pix 64x64, 1 to 3 channels, 32 filters, batch norm, batch 16",
            _PIX2PIX,
            FEW_LOOPS,
        ),
        Workload(
            "cyclegan-64",
            "cyclegan",
            "CycleGAN 64x64x3, 32 filters, 6 blocks, batch 4",
            _CYCLEGAN,
            FEW_LOOPS,
            variants={"engine, no pool": {"pool_size": 0}},
        ),
        Workload(
            "srresnet",
            "srgan",
            "SRResNet 16x16x3 to 64x64x3, 64 filters, 16 blocks, squared error, batch 16",
            _SRRESNET,
            FEW_LOOPS,
        ),
        *(_growing("progan", size) for size in (32, 64)),
        *(_growing("stylegan", size, **_STYLES) for size in (32, 64)),
        Workload(
            "maml-glyphs",
            "maml",
            "MAML of second order, 5-way 1-shot 16x16x1, 32 filters, 1 inner step, 4 tasks",
            registry.preset("maml", "glyphs-small") | _GRAY,
            ONE_LOOP,
            variants={"engine, first-order": {"first_order": True}},
            bfloat16=(),
            counted=False,
        ),
        Workload(
            "reptile-glyphs",
            "reptile",
            "Reptile, tasks of 5 x 12 images 16x16x1, 32 filters, 8 inner steps, 4 tasks",
            registry.preset("reptile", "glyphs-small") | _GRAY,
            ONE_LOOP,
            bfloat16=(),
            counted=False,
        ),
    )
}
