"""The picture of tasks: their images, and samples before and after adaptation."""

import numpy as np

from tfgan_kit.pictures.images import alike, grid, write_image

TASKS, IMAGES = 6, 4
_GAP = 8


def draw_tasks(tasks, feed, steps: int, path) -> None:
    """Writes a picture with a task in each row: its images, the start's, those of the adapted.

    Args:
      tasks: a `trainers.few_shot.figr.measures.Tasks`.
      feed: the run's data; the tasks are held-out ones if there are any, else training ones.
      steps: number of steps.
      path: path of the picture.
    """
    episodes = feed.held_out_episodes() or feed.episodes
    batch = episodes.read(np.arange(TASKS))["support"]["image"]
    rows = []
    for number, images in enumerate(batch):
        before, after = tasks.curve(images, number, (0, steps))
        rows.append(alike([images[:IMAGES], before[:IMAGES], after[: 2 * IMAGES]]))
    parts = [grid(np.concatenate(part), len(part[0])) for part in zip(*rows, strict=True)]
    gap = np.full((parts[0].shape[0], _GAP, parts[0].shape[2]), 255, np.uint8)
    first, *others = parts
    write_image(np.concatenate([first, *(p for o in others for p in (gap, o))], axis=1), path)
