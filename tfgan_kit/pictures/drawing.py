"""Pictures of a generator during training, always of the same samples."""

from tfgan_kit.pictures.images import paired_grid, write_image, write_samples
from tfgan_kit.uses.draw import grid_of_classes

SAMPLES = 64
POINTS = 2000


def draw_samples(trainer, feed, path) -> list[tuple]:
    """Writes a picture of a trainer's samples; labelled images have one row per label.

    Args:
      trainer: its `sample` draws one array per domain, or nothing.
      feed: its `reference` returns real examples, one array per domain, none without data.
      path: path of the picture.

    Returns:
      The samples and the real examples of each domain; empty if there are no samples or no data.

    Raises:
      NotWritten: if the picture cannot be written.
    """
    bound, columns = trainer.bound("generate"), None
    if bound is None or not bound.use.examples:
        _draw_changes(trainer, feed, path)
        return []
    points = len(bound.use.outputs[bound.use.examples[0]].shape) == 1
    count = POINTS if points else SAMPLES
    if bound.use.label and not points:
        inputs, columns = grid_of_classes(bound.use, trainer.config.seed)
        made = bound.render(inputs)
        samples = tuple(made[name] for name in bound.use.examples)
    else:
        samples = trainer.sample(trainer.config.seed, count)
    reference = feed.reference(count)
    write_samples(samples, path, reference or None, columns)
    return list(zip(samples, reference, strict=True)) if reference else []


def _draw_changes(trainer, feed, path):
    """Draws real images above the results of the first use that maps images to images."""
    for use in trainer.uses():
        kinds = {field.kind for field in (*use.inputs.values(), *use.outputs.values())}
        if kinds == {"image"} and len(use.inputs) == 1:
            (name,), real = use.inputs, feed.reference(SAMPLES)
            if real:
                made = trainer.bound(use.name).render({name: real[0]})
                write_image(paired_grid([real[0], *made.values()]), path)
            return
