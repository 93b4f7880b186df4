"""When the networks grow: a phase for each resolution, and one before it in which it fades in."""

import dataclasses
import itertools

from nets.progressive.sizes import sides_between
from tfgan_kit.errors import UserError


@dataclasses.dataclass(frozen=True)
class Phase:
    """A phase of the training.

    Attributes:
      side: resolution of its images.
      fading: whether the layers of that resolution are faded in.
      batch_size: images per step, over all devices.
      first_step: number of steps before it.
      first_image: number of images shown before it.
      until: the step at which it ends, None for the last.
    """

    side: int
    fading: bool
    batch_size: int
    first_step: int
    first_image: int
    until: int | None

    def shown(self, step):
        """The number of images shown before a step of this phase, a number or an integer tensor."""
        return self.first_image + (step - self.first_step) * self.batch_size

    def __str__(self):
        size = f"{self.side}x{self.side}"
        return f"{size} fades in" if self.fading else size


def phases(config) -> tuple[Phase, ...]:
    """The phases of a training, a pure function of its `GrowingConfig`.

    Images are the clock: the n-th phase ends when as many images have been shown as the first n
    phases ask for, on the first step at or after that number, and after one step at least. The last
    phase has no end.

    Raises:
      UserError: if the data are not images, or the first ones would be larger than the last.
    """
    if config.image_size is None:
        raise UserError(f"--dataset {config.dataset}: only images can grow; choose a set of images")
    last = config.image_size.height
    first = config.first_side(last)
    if first > last:
        raise UserError(f"--initial-size {first} is above the images' {last}; give {last} or less")
    kinds = [(first, False)]
    kinds += itertools.product(sides_between(first, last), (True, False))
    found, step, shown, due = [], 0, 0, 0
    for side, fading in kinds:
        batch = config.batch_size_at(side)
        due += config.fade_images if fading else config.stable_images
        steps = max(1, -(-(due - shown) // batch))
        found.append(Phase(side, fading, batch, step, shown, step + steps))
        step, shown = step + steps, shown + steps * batch
    found[-1] = dataclasses.replace(found[-1], until=None)
    return tuple(found)
