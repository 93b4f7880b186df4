"""The samples of a run's generator as a data set: `generated:RUN`, or `generated:RUN:a`.

Example n is a function of the generator's weights, the run's seed, the split and n. It is generated
when it is first read, in blocks that always contain the same examples, since the other examples of
a batch can change the last bits of an image.
"""

import threading
from collections import OrderedDict

import numpy as np

from data.image_source import ImageSource
from data.reading.reader import MEMORY_BUDGET
from data.sources.locate import resolve
from tfgan_kit.errors import UserError
from tfgan_kit.machine.quiet import quiet_import
from tfgan_kit.settings.names import DOMAINS

COUNTS = {"train": 60_000, "test": 10_000}
# Small, as examples are read in random order: a batch of them needs almost as many blocks.
BLOCK = 16


class Generated(ImageSource):
    """Images, or points, that the averaged generator of a run generates.

    They have labels if the generator takes labels.

    Args:
      generator: a `tfgan_kit.runs.saved_generator.SavedGenerator`.
      place: the run's directory, for messages.
      domain: letter of the domain of a joint run; "" for any other run.
      split: "train" (60,000 examples) or "test" (10,000), from different latents.

    Attributes:
      identity: the same for all domains of a run, as example n is generated from one latent.
    """

    centres = sigma = None  # The modes of generated points are unknown.

    def __init__(self, generator, place: str, domain: str, split: str):
        import tensorflow as tf

        from tfgan_kit.extractors.keras_model import model_digest

        place = place.rstrip("/")
        # If the run is trained further, it is another data set, which resuming must detect.
        digests = [model_digest(network) for network in generator.networks]
        digest = "+".join(each[:8] for each in digests)
        self.identity = f"generated:{place}"
        self.name = f"{self.identity}{f':{domain}' if domain else ''} ({digest})"
        output = generator.use.examples[generator.letters.index(domain) if domain else 0]
        self.shape = tuple(generator.image_shape)
        self._label = generator.use.label
        if self._label:
            self.classes = generator.label.names
            self.label_shape = generator.label.shape
        self._inputs = generator.stream(split)
        self._split = split
        own = generator.bound.only(output)
        self._draw = tf.function(lambda inputs: own(inputs)[output])
        self._blocks: OrderedDict[int, tuple[np.ndarray, np.ndarray]] = OrderedDict()
        self._most = max(1, MEMORY_BUDGET // (BLOCK * int(np.prod(self.shape))))
        self._lock = threading.Lock()

    def __len__(self):
        return COUNTS[self._split]

    def example(self, index):
        """Returns the image, uint8, or the point, float32, and the label it was generated from."""
        block, row = divmod(index, BLOCK)
        with self._lock:
            if block not in self._blocks:
                self._blocks[block] = self._make(block)
                if len(self._blocks) > self._most:
                    self._blocks.popitem(last=False)
            images, labels = self._blocks[block]
            return images[row], labels[row]

    def fingerprint(self):
        """The name, which holds a digest of the generator's weights."""
        return self.name

    def _make(self, block):
        from tfgan_kit.pictures.images import to_uint8

        inputs = self._inputs(block, BLOCK)
        made = self._draw(inputs).numpy().astype(np.float32)
        if not np.isfinite(made).all():
            raise UserError(
                f"{self.name}: generates values that are not finite; the generator has diverged, "
                "name another run"
            )
        labels = inputs[self._label] if self._label else np.full(BLOCK, -1)
        return made if len(self.shape) == 1 else to_uint8(made), labels


def split_domain(argument: str) -> tuple[str, str]:
    """Splits "PATH:a" or "PATH" into the path and the letter of the domain, "" if there is none."""
    path, _, domain = argument.rpartition(":")
    return (path, domain) if path and domain in DOMAINS else (argument, "")


def open(argument: str, *, data_dir: str | None, split: str) -> Generated:
    """Opens the samples of a run; `argument` is its directory, for a joint run with ":a" and so on.

    Raises:
      UserError: if there is no such run or domain, or the run has no generator yet.
    """
    path, domain = split_domain(argument)
    place = str(resolve("generated", path, data_dir))
    with quiet_import():
        from tfgan_kit.runs.saved_generator import SavedGenerator
    generator = SavedGenerator(place)
    letters = generator.letters
    if letters and domain not in letters:
        known = ", ".join(f"generated:{path}:{letter}" for letter in letters)
        raise UserError(f"{path} is a run of {len(letters)} domains; write one of {known}")
    if domain and not letters:
        raise UserError(f"{path} is a run of one domain; write generated:{path}")
    return Generated(generator, place, domain, split)
