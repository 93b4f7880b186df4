"""Maps of a batch of images, with the numbers that go with them."""

from typing import NamedTuple

import numpy as np

from tfgan_kit.attention.display import resized
from tfgan_kit.attention.latents import attention, error_maps
from tfgan_kit.attention.methods import METHODS, chances, layer_of
from tfgan_kit.attention.names import (
    DEFAULT,
    DEFAULT_OF_VAES,
    OF_CLASSES,
    OF_GENERATORS,
    OF_VAES,
)
from tfgan_kit.attention.subjects import Classes, Normal, Translating, as_batch
from tfgan_kit.errors import UserError
from tfgan_kit.metrics.maps.hidden import hidden

OWN = -1  # In place of a number: of each image the class that the network sees.


class Explained(NamedTuple):
    """Maps of a batch for one class.

    Attributes:
      column: the name of the class, None for what the network sees.
      maps: float32 (b, h, w), raw.
      rows: name of a number -> its value, for each image.
      made: what the maps are of, float (b, height, width, channels) in [-1, 1]; None where they
        are of the images themselves.
    """

    column: str | None
    maps: np.ndarray
    rows: list[dict]
    made: np.ndarray | None = None


class OfClasses:
    """Explains the classes that a network tells apart.

    Args:
      subject: the `Classes`.
      method: one of `OF_CLASSES`; None for `DEFAULT`.
      wanted: classes, see `Classes.numbers`.
      layer: name of the layer; None for the method's default.

    Attributes:
      method, layer: the names of what is used; no layer for methods of pixels.
      columns: numbers of the classes, or `OWN`.

    Raises:
      UserError: if there is no such class or layer, or the method does not go with the network.
    """

    def __init__(self, subject: Classes, method, wanted, layer):
        if method is not None and method not in OF_CLASSES:
            whose = "vae" if method in OF_VAES else "stargan"
            raise UserError(
                f"--method {method} is for a run of {whose}; this network tells classes apart: "
                f"choose one of {', '.join(OF_CLASSES)}"
            )
        self.method, self._subject = method or DEFAULT, subject
        self.columns = subject.numbers(wanted) or (OWN,)
        opened, _ = subject.of(max(self.columns[0], 0))
        self.layer, self._given = layer_of(self.method, opened, layer), layer

    def __call__(self, images) -> list[Explained]:
        """Explains images (b, height, width, channels), values of the subject's field.

        A row has "class", its "logit", and "confidence", its probability, unless the network judges
        what is real. "logit_hidden" and "confidence_hidden" are the same where the map's area is
        hidden (`tfgan_kit.metrics.maps`). "peak" is the place of the map's maximum as (x, y) in the
        image as the network gets it, and "zero" whether the map is nowhere positive.
        """
        subject, values = self._subject, as_batch(self._subject.field, images)
        found = []
        for column in self.columns:
            opened, number = subject.of(max(column, 0))
            numbers = np.full(len(images), number)
            if column == OWN:
                numbers = np.argmax(opened(values), 1)
            logits, maps = METHODS[self.method](opened, values, numbers, self._given)
            maps = maps.numpy()
            large = resized(maps, values.shape[1:3])
            without = opened(hidden(values, large))
            own = np.arange(len(images)), numbers
            told = {"logit": logits.numpy()[own], "logit_hidden": without.numpy()[own]}
            if not subject.judges:
                told["confidence"] = chances(logits, subject.several)[own]
                told["confidence_hidden"] = chances(without, subject.several)[own]
            rows = [
                {
                    "class": subject.names[column if column != OWN else numbers[i]],
                    **{name: float(each[i]) for name, each in told.items()},
                    **about(large[i]),
                }
                for i in range(len(images))
            ]
            name = None if column == OWN else subject.names[column]
            found.append(Explained(name, maps, rows))
        return found


class OfNormal:
    """Explains where images differ from those that a variational autoencoder was trained on.

    Args:
      subject: the `Normal`.
      method: one of `OF_VAES`; None for `DEFAULT_OF_VAES`.
      wanted: must be None, there are no classes.
      layer: name of a layer of the encoder, see `Opened.find`.

    Attributes:
      method, layer, columns: see `OfClasses`.

    Raises:
      UserError: see `OfClasses`.
    """

    columns = (OWN,)

    def __init__(self, subject: Normal, method, wanted, layer):
        other = method is not None and method not in OF_VAES
        if other or wanted is not None:
            given = f"--method {method}" if other else "--class"
            raise UserError(
                f"{given} needs a network that tells classes apart; {subject.opened.called} is a "
                f"VAE: choose {' or '.join(OF_VAES)}, without --class"
            )
        self.method, self._subject, self.layer = method or DEFAULT_OF_VAES, subject, None
        if self.method == DEFAULT_OF_VAES:
            self.layer = subject.opened.find(layer)
        elif layer:
            raise UserError(f"{self.method} compares pixels: leave out --layer")

    def __call__(self, images) -> list[Explained]:
        """Explains images; a row has "mean", that of the map, and "peak" and "zero" as above."""
        values = as_batch(self._subject.field, images)
        if self.layer:
            maps = attention(self._subject.opened, values, self.layer).numpy()
        else:
            made = self._subject.reconstruct({"image": values})["reconstruction"]
            maps = error_maps(values, made)
        large = resized(maps, values.shape[1:3])
        rows = [{"mean": float(m.mean()), **about(e)} for m, e in zip(maps, large, strict=True)]
        return [Explained(None, maps, rows)]


class OfGenerator:
    """Explains where a generator works when it translates images to a label.

    Args:
      subject: the `Translating`.
      method: None, or `OF_GENERATORS`.
      wanted: labels, see `Translating.numbers`.
      layer: must be None.

    Attributes:
      method, layer, columns: see `OfClasses`.

    Raises:
      UserError: see `OfClasses`.
    """

    def __init__(self, subject: Translating, method, wanted, layer):
        for option, value in (("--method", method), ("--layer", layer)):
            if value is not None and (option, value) != ("--method", OF_GENERATORS):
                raise UserError(
                    f"{option} {value}: a generator is explained by the last convolution of its "
                    f"last residual block; leave {option} out"
                )
        self.method, self._subject, self.layer = OF_GENERATORS, subject, subject.maps.layer
        self.columns = subject.numbers(wanted)

    def __call__(self, images) -> list[Explained]:
        """Translates images to each label alone; a row has "class", its "logit", and as above."""
        subject, found = self._subject, []
        values = as_batch(subject.field, images)
        for number in self.columns:
            given = {"input": values, "label": subject.of(number, len(images))}
            seen = subject.maps.look(given, np.full(len(images), number))
            maps, name = seen.maps.numpy(), subject.label.names[number]
            large = resized(maps, values.shape[1:3])
            rows = [
                {"class": name, "logit": float(logit), **about(each)}
                for logit, each in zip(seen.logits, large, strict=True)
            ]
            found.append(Explained(name, maps, rows, seen.image.numpy()))
        return found


def about(large) -> dict:
    """The place of the maximum of a map (height, width), and whether it is nowhere positive."""
    y, x = np.unravel_index(large.argmax(), large.shape)
    zero = bool(large.max() <= 0)
    return {"peak": None if zero else [int(x), int(y)], "zero": zero}


_KINDS = {Classes: OfClasses, Normal: OfNormal, Translating: OfGenerator}


def explanation_of(
    subject: Classes | Normal | Translating, method, wanted, layer
) -> OfClasses | OfNormal | OfGenerator:
    """What explains a subject; see `OfClasses`, `OfNormal` and `OfGenerator`."""
    return _KINDS[type(subject)](subject, method, wanted, layer)
