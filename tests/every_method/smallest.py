"""The smallest training of every method, from its row in the registry alone."""

import atexit
import dataclasses
import functools
import shutil
import tempfile
from pathlib import Path

from tfgan_kit.settings.kinds import shown
from trainers import registry

# Of these, each method takes those that it has.
SETTINGS = {
    "width": 0.05,
    "filters": 2,
    "blocks": 1,
    "latent_size": 4,
    # A stage of a step, then a fade in which the checkpoint of the second step lies.
    "grow": True,
    "initial_size": 16,
    "stable_images": 8,
    "fade_images": 16,
    # Of a round, after which there is one more step.
    "rounds": 1,
    "pose_steps": 1,
    "albedo_steps": 1,
    "offset_steps": 1,
    "mining_steps": 1,
    "seen_steps": 1,
    "aligned_steps": 1,
    "shots": 2,
    "levels": 2,
    "inner_steps": 2,
    "inner_batch": 2,
    "others": 4,
    "fine_tune_rounds": 1,
    "discriminator_filters": 2,
    "downs": 1,
    "discriminator_downs": 1,
    "convolutions": (1, 1),
    "ways": 2,
    "held_out_classes": ("5",),
    "evaluate_tasks": 2,
    "batch_size": 8,
    "batch_sizes": (8,),
    "critic_steps": 1,
    "classifier_steps": 0,
    "segmenter_steps": 0,
    "log_every": 2,
    "sample_every": 2,
    "checkpoint_every": 2,
    "evaluate_count": 20,
}


# Tracing the maps of two generators is slow.
_QUICK = {"image_size": 16, "discriminator_layers": 1, "loss": "non_saturating", "penalty": "none"}
# A task takes many passes.
OWN = {
    **{name: {"inner_steps": 1} for name in ("maml", "reptile", "metagan")},
    "figr": {"batch_size": 2, "image_size": 16},
    "metal_domains": {
        "batch_size": 2,
        "image_size": 16,
        "discriminator_layers": 2,
        "held_out_classes": (),
    },
    # A step of each phase: the shape is fitted from the fourth on.
    "gan2shape_networks": {
        "pose_steps": 0,
        "prior_steps": 1,
        "albedo_steps": (1,),
        "offset_steps": (1,),
        "perceptual_weight": 0.0,
        "discriminator_weight": 0.0,
    },
    # Of four domains.
    "mmnet_domains": {"image_size": 16, "pools": 1, "discriminator_layers": 2, "batch_size": 2},
    "attention_distill": _QUICK,
    "pseudo_attention": _QUICK
    | {"partners": ("red=green", "green=blue", "blue=yellow", "yellow=red")},
    "attention_transfer": {"image_size": 16},
    "lwm": {"image_size": 16, "classes": ("5-9",)},
}


def settings(method: str) -> dict:
    """Name -> value of the settings of a method's smallest training, on data of no file."""
    fields = {f.name: f for f in dataclasses.fields(registry.find(method).config_class())}
    found = {name: value for name, value in SETTINGS.items() if name in fields}
    if "semantic_weight" in fields and fields["semantic_weight"].default:
        found["classifier"] = _classifier()
    if "generator" in fields:
        found["generator"] = _generator()
    if "convolutions" in fields:
        found["filters"] = (2, 4)
    if "source" in fields:
        several = fields["source"].type is not str
        found["source"] = _sources() if several else _sources()[0]
    if "teacher" in fields:
        of_images = "translate" in registry.find(method).uses
        found["teacher"] = _generating_teacher() if of_images else _classifying_teacher()
    return found | OWN.get(method, {})


@functools.cache
def _classifier():
    """The file of an untrained classifier of 32x32 images in colour; it goes with the process."""
    from tests.trainers.small import save_classifier

    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    return save_classifier(f"{folder}/classifier.keras", (32, 32, 3))


@functools.cache
def _generator():
    """A run whose generator draws blobs, without having been trained; it goes with the process."""
    from tests.saved_runs import write_run

    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    return str(write_run(Path(folder), {"image": (1, 1)}, method="gan", latent="normal"))


@functools.cache
def _classifying_teacher():
    """A run of an untrained classifier of the digits 0 to 4 at 16x16; it goes with the process."""
    from tests.saved_runs import untrained_classifier, write_networks

    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    own = untrained_classifier(image_size=16, classes=("0-4",))
    return str(write_networks(Path(folder) / "teacher", *own))


@functools.cache
def _sources():
    """Two runs with an untrained generator and discriminator; they go with the process."""
    from tests.saved_runs import untrained_gan, write_networks

    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    made = [untrained_gan(seed=seed, discriminator_norm="none") for seed in (0, 1)]
    places = [Path(folder) / f"{number}" for number in (1, 2)]
    return tuple(str(write_networks(place, *run)) for place, run in zip(places, made, strict=True))


@functools.cache
def _generating_teacher():
    """A run of an untrained StarGAN; it goes with the process."""
    from tests.saved_runs import untrained_stargan, write_networks

    folder, small = tempfile.mkdtemp(), {"image_size": (16, 16), "discriminator_layers": 1}
    atexit.register(shutil.rmtree, folder)
    return str(write_networks(Path(folder) / "teacher", *untrained_stargan(**small)))


def flags(method: str) -> list[str]:
    """The same as options of the command line."""
    pairs = [(f"--{k.replace('_', '-')}", v) for k, v in settings(method).items()]
    return [text for k, v in pairs for text in ((k,) if v is True else (k, shown(v)))]
