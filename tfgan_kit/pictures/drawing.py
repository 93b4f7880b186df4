"""What a training shows of a generator as it goes on: always the same samples."""

from tfgan_kit.pictures.images import write_samples

SAMPLES = 64
POINTS = 2000


def draw_samples(trainer, feed, path) -> list[tuple]:
    """Writes a picture of a trainer's samples.

    Args:
      trainer: its `sample` draws one array per domain, or nothing.
      feed: its `reference` gives real examples, one array per domain.
      path: of the picture.

    Returns:
      The samples and the real examples of each domain, none if there are no samples.

    Raises:
      NotWritten: if the picture cannot be written.
    """
    count = POINTS if len(trainer.image_shape) == 1 else SAMPLES
    samples = trainer.sample(trainer.config.seed, count)
    if not samples:
        return []
    reference = feed.reference(count)
    write_samples(samples, path, reference)
    return list(zip(samples, reference, strict=True))
