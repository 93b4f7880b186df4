"""A trainer of mix-and-match networks, as small as can be."""

from tests.trainers.small import build
from tfgan_kit.settings.size import Size
from trainers.transfer.mmnet.trainer import SEEN

SMALL = {
    "filters": (3, 4),
    "convolutions": (1, 1),
    "discriminator_filters": 2,
    "discriminator_layers": 2,
    "image_size": Size(16, 16),
    "batch_size": 4,
    "steps": 3,
    "seen_steps": 1,
    "aligned_steps": 1,
}


def built(stage=SEEN, **settings):
    trainer, feed = build("mmnet", **SMALL | settings)
    for number in range(1, stage + 1):
        trainer.enter(number, feed.spec)
    return trainer, feed
