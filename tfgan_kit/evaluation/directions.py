"""What metrics compare in a run that translates between domains without pairs."""

from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.comparison import Comparison
from tfgan_kit.evaluation.images.image_set import BATCH, ReaderImages, rounded
from tfgan_kit.uses.apply import Bound
from tfgan_kit.uses.draw import draw_inputs


class Translated(ReaderImages):
    """Translations of images of a domain, made anew in each pass and rounded to uint8.

    Args:
      bound: the use that translates.
      name: name of the run and the direction.
      reader, count, seed: the images that are translated; see `ReaderImages`.

    Raises:
      UserError: see `ReaderImages`; also during a pass, if an image is not finite.
    """

    def __init__(self, bound: Bound, name: str, reader, count: int, seed: int):
        super().__init__(reader, name, count, seed)
        self._bound, self._seed, self.classes = bound, seed, ()
        (self._output,) = bound.use.examples
        self.shape = bound.use.outputs[self._output].shape

    @property
    def described(self):
        """See `ImageSet`."""
        return f"{self.name}: translations of {self.count:,} of {self.total:,} held-out images"

    def batches(self, size=BATCH):
        """See `ImageSet`."""
        for start in range(0, self.count, size):
            images = self._reader.read(self._indices[start : start + size])["image"]
            inputs = draw_inputs(self._bound.use, self._seed, len(images), {"input": images})
            made = self._bound.render(inputs)[self._output]
            yield rounded(made, self.name, start), None


def of_directions(bounds, feed, name: str, count: int, tools) -> list[Comparison]:
    """The comparison of held-out images' translations with real held-out images of their domain.

    The other real images are as many that were trained on.

    Args:
      bounds: the uses that translate, one per direction.
      feed: the run's data, see `data.feeds.several.joint_feed`.
      name: name of the run, for descriptions.
      count: number of images of each domain, if there are that many.
      tools: the `Instruments`.

    Raises:
      UserError: if a domain has no held-out images.
    """
    letters = sorted({letter for bound in bounds for letter in bound.use.direction})
    held_out = dict(zip(letters, feed.held_out(), strict=True))
    trained = dict(zip(letters, feed.readers, strict=True))
    for letter, reader in held_out.items():
        if reader is None:
            raise UserError(f"{name}: {trained[letter].name} has no held-out images to measure on")
    found = []
    for bound in bounds:
        source, target = bound.use.direction
        told = f"{name}, {source} to {target}"
        real, other = (
            ReaderImages(readers[target], f"{readers[target].name} ({split})", count, tools.seed)
            for readers, split in ((held_out, "held out"), (trained, "trained on"))
        )
        made = Translated(bound, told, held_out[source], count, tools.seed)
        found.append(Comparison(real, made, tools, f"{source}{target}", other, "training"))
    return found
