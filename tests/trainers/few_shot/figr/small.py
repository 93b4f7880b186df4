"""The smallest FIGR that learns something, and its run."""

import json

from tests.saved_runs import write_networks
from tests.trainers.small import build
from tfgan_kit.settings.option import to_file

SIDE, SHOTS, LATENT = 8, 3, 4
SMALL = {
    **{"dataset": "glyph_tasks", "held_out_classes": ("18",), "image_size": SIDE},
    **{"shots": SHOTS, "latent_size": LATENT, "inner_steps": 2, "batch_size": 2},
}


def figr(**settings):
    """A trainer and its feed."""
    return build("figr", **SMALL | settings)


def write_run(path, trainer):
    """A run of the trainer's networks."""
    write_networks(path, "figr", trainer.models(), trainer.uses())
    (path / "config.json").write_text(json.dumps(to_file("figr", trainer.config)))
    return path
