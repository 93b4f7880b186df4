"""The studies of paired translation: which runs are compared, and by which measures."""

from typing import NamedTuple


class Variant(NamedTuple):
    """A method, its preset, and what is set in place of the preset's settings."""

    method: str
    preset: str
    settings: dict[str, object]


class Beside(str):
    """A setting that names the run of an earlier variant of the study, with the same seed."""


class Study(NamedTuple):
    """Name of each variant -> what it is, and the measures that the table shows."""

    variants: dict[str, Variant]
    columns: tuple[str, ...]


def of(method: str, preset: str, variants: dict[str, dict], columns: tuple[str, ...]) -> Study:
    """A study of one method and preset; `variants` has the settings of each variant by its name."""
    made = {name: Variant(method, preset, settings) for name, settings in variants.items()}
    return Study(made, columns)


STUDIES = {
    # Isola et al. 2017: tables 1 and 6 and figure 5.
    "pix2pix": of(
        "pix2pix",
        "edge2colour-small",
        {
            "L1 + cGAN": {},
            "L1": {"adversarial_weight": 0},
            "cGAN": {"l1_weight": 0},
            "L1 + GAN": {"conditional_discriminator": False},
            "L1 + cGAN without skips": {"skips": False},
            "L1 + cGAN, field 1": {"discriminator_layers": 0},
            "L1 + cGAN, field 16": {"discriminator_layers": 1},
        },
        ("l1", "psnr", "ssim", "lpips"),
    ),
    # Wang et al. 2018: table 1. Park et al. 2019: table 1.
    "scene": Study(
        {
            "pix2pixHD": Variant("pix2pixhd", "scene-small", {}),
            "SPADE": Variant("spade", "scene-small", {}),
        },
        ("pixel_accuracy", "mean_iou", "pixel_accuracy_real", "mean_iou_real", "psnr", "lpips"),
    ),
    # Pathak et al. 2016: table 1.
    "holes": of(
        "context_encoder",
        "holes-small",
        {"L2 + adversarial": {}, "L2": {"adversarial_weight": 0}},
        ("l1_hole", "l2_hole", "psnr_hole", "psnr", "ssim", "lpips"),
    ),
    # Ledig et al. 2017: table 1. Wang, Yu et al. 2018: table 1.
    "x4": Study(
        {
            "SRGAN": Variant("srgan", "glyphs-small", {}),
            "ESRGAN": Variant("esrgan", "glyphs-small", {}),
        },
        ("psnr", "ssim", "psnr_y", "ssim_y", "lpips"),
    ),
    # Sangkloy et al. 2017, section 3: no loss in pixels beyond the first stage.
    "strokes": of(
        "scribbler",
        "strokes-small",
        {"all terms": {}, "no adversarial term": {"adversarial_weight": 0}},
        ("strokes_obeyed", "psnr", "ssim", "lpips"),
    ),
    # Xian et al. 2018, section 3.2: external textures and the losses of local patches.
    "textures": of(
        "texturegan",
        "textures-small",
        {
            "both stages": {},
            "without local terms": {
                "external_local_lightness_weight": 0,
                "external_local_adversarial_weight": 0,
            },
            "first stage only": {"truth_steps": 3000},
        },
        ("texture_distance", "psnr", "ssim", "lpips"),
    ),
    # The Parma thesis, chapter 6.
    "sides": of(
        "colouriser",
        "sides-small",
        {
            "tuple discriminator": {},
            "plain discriminator": {"tuple_discriminator": False},
            "no cycle": {"cycle_weight": 0},
            "no latent condition": {"latent_condition": False},
        },
        ("l1", "psnr", "ssim", "lpips", "leakage"),
    ),
}
