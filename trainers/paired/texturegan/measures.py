"""Whether a network fills shapes with the texture that it is given."""

import numpy as np

from tfgan_kit.metrics.images.textures import texture_distance

NAME = "texture_distance"


class TextureMeasures:
    """Adds up batches; see `tfgan_kit.metrics.images.textures`.

    The distance of the output to the texture that was given stands beside that of the same output
    to the texture of the next image, "another texture", and that of the truth to the texture.
    """

    def __init__(self):
        self._found = {"output": [], "another texture": [], "truth": []}

    def add(self, outputs, truths, textures, shapes) -> None:
        """Adds a batch: images (n, height, width, 3), and masks (n, height, width, 1)."""
        for name, images, given in (
            ("output", outputs, textures),
            ("another texture", outputs, np.roll(textures, 1, axis=0)),
            ("truth", truths, textures),
        ):
            self._found[name].append(texture_distance(images, given, shapes))

    def beside(self, found: dict) -> dict:
        """The results of an evaluation with these, as `Trainer.evaluate` returns them."""
        means = {}
        for name, parts in self._found.items():
            values = np.concatenate(parts)
            if np.isfinite(values).any():
                means[name] = {NAME: float(np.nanmean(values))}
        own = means.pop("output", {})
        references = found.get("reference", {}) | means
        return found | own | ({"reference": references} if references else {})
