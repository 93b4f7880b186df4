"""What metrics compare in a run that translates: translations and their true targets."""

from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.comparison import Comparison
from tfgan_kit.evaluation.images.image_set import ImageSet, rounded
from tfgan_kit.fields.network import as_pictures


class Targets(ImageSet):
    """The true targets of the examples that a run's measures are taken on, in their order.

    Args:
      trainer: the method.
      feed: the run's data, with `examples`; see `data.feeds.feed.Feed`.
      count: how many; all if there are fewer.
      held_out: whether to take held-out examples, if there are any.

    Raises:
      UserError: if there are fewer than two, or the data cannot be read.
    """

    def __init__(self, trainer, feed, count: int, *, held_out: bool):
        (reader,), split = feed.readers, trainer.config.split
        (other,) = feed.held_out() if held_out else (None,)
        if other is not None:
            reader, split = other, "test" if split == "train" else "train"
        self.total, self.name = len(reader), f"{reader.name} ({split})"
        self.count = min(count, self.total)
        if self.count < 2:
            raise UserError(f"{self.name} gives one image; metrics need 2 or more, so give more")
        self._feed, self._held_out, self._name = feed, held_out, trainer.target
        self._field = trainer.sets[0][trainer.target]
        self.shape = self._field.shape

    @property
    def described(self):
        """See `ImageSet`."""
        drawn = "" if self.count == self.total else ", drawn by the run's seed"
        return (
            f"{self.name}: the {self._name} of {self.count:,} of {self.total:,} examples{drawn}, "
            f"{'x'.join(map(str, self.shape))}"
        )

    def batches(self, size=128):
        """See `ImageSet`."""
        for examples in self._feed.examples(self.count, held_out=self._held_out, size=size):
            yield as_pictures(self._field, examples[self._name]), None


class Translations(ImageSet):
    """What a run makes of the inputs of these targets, made anew in each pass, rounded to uint8.

    Args:
      trainer: the method.
      feed: the run's data.
      use: the use that translates.
      name: name of the run.
      targets: the held-out `Targets`.

    Raises:
      UserError: during a pass, if an image is not finite.
    """

    def __init__(self, trainer, feed, use, name: str, targets: Targets):
        self._trainer, self._feed, self._use = trainer, feed, use
        self._targets, self.name = targets, name
        self.count, self.total, self.shape = targets.count, targets.total, targets.shape

    @property
    def described(self):
        """See `ImageSet`."""
        return (
            f"{self.name}: its translations of the same {self.count:,} examples of "
            f"{self._targets.name}, {'x'.join(map(str, self.shape))}"
        )

    def batches(self, size=128):
        """See `ImageSet`; the trainer determines how many come at a time."""
        (output,), done = self._use.examples, 0
        for _, made in self._trainer.translated_examples(self._feed, self.count, self._use.name):
            yield rounded(made[output], self.name, done), None
            done += len(made[output])


def of_translations(trainer, feed, use, name: str, count: int, tools) -> list[Comparison]:
    """The comparison of the translations of held-out inputs with their true targets.

    The other real images are as many targets that were trained on, if others are held out.

    Args:
      trainer: the method; `Trainer.target` names the field of the targets.
      feed: the run's data.
      use: the use that translates.
      name: name of the run, for descriptions.
      count: number of examples, if there are that many.
      tools: the `Instruments`.

    Raises:
      UserError: if the targets are no images of 1 or 3 channels, or cannot be read.
    """
    field = trainer.sets[0][trainer.target]
    if field.kind != "image" or field.shape[-1] not in (1, 3):
        raise UserError(
            f"{name}: translates to values of {'x'.join(map(str, field.shape))}, but --metrics "
            "measure images of 1 or 3 channels; leave it out"
        )
    targets = Targets(trainer, feed, count, held_out=True)
    made = Translations(trainer, feed, use, name, targets)
    trained = None
    if feed.held_out() != (None,):
        trained = Targets(trainer, feed, count, held_out=False)
    return [Comparison(targets, made, tools, held=trained, held_is="training")]
