"""What growing networks need of their data."""

from tfgan_kit.errors import UserError
from tfgan_kit.settings.size import Size
from trainers.generation.growing.phases import phases


def check_data(config, feed, open_feed, strategy):
    """Checks what would otherwise be found when the networks have grown so far.

    It is the `prepare` of `trainers.method.Method`. Images between two resolutions may grow to
    the larger one.

    Returns:
      The configuration as it is, and nothing that must be trained first.

    Raises:
      UserError: if the resolution is above that of the data, or a batch larger than all of them.
    """
    count = len(feed.reader)
    for phase in phases(config):
        if phase.batch_size > count:
            raise UserError(
                f"--batch-sizes: a batch of {phase.batch_size} at {phase.side}x{phase.side}, but "
                f"{feed.reader.name} has {count} examples; give {count} or less"
            )
    own = feed.reader.source.fields["image"].size
    if None not in own and config.image_size.height > (most := config.sizes.nearest(own)).height:
        raise UserError(
            f"--image-size {config.image_size}: {feed.reader.name} has images of {Size(*own)}, and "
            f"more pixels would show nothing more; give {most} or less"
        )
    return config, []
