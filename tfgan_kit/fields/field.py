"""One named part of an example: its kind, its shape and the meaning of its values.

A batch is a dictionary of named fields. The kind of a field tells the pipeline, a trainer or a use
all that they must know about it, so that nothing has to be guessed from names. Importing this
module imports nothing heavy.
"""

import dataclasses

IGNORED = "ignore"  # The last name of ids of which some pixels have no class.
KINDS = (
    *("image", "ids", "depth", "mask", "class", "attributes", "vector", "latent", "seed"),
    "features",
)


@dataclasses.dataclass(frozen=True)
class Field:
    """Describes a named part of an example.

    Attributes:
      kind: one of `KINDS`:
        "image": (height, width, channels); colour changes and antialiased resizing apply.
        "ids": (height, width), the number of a label or an instance for each pixel; they are
          resized by nearest neighbour and never mixed.
        "depth": (height, width, 1), distances, 0 where there is none; they are resized by nearest
          neighbour and never mixed.
        "mask": (height, width, 1), 0 or 1.
        "class": (), the number of one of the classes `names`, -1 where it is unknown.
        "attributes": (n,), 0 or 1 for each of the attributes `names`, -1 where it is unknown.
        "vector": (n,), numbers without spatial positions, such as points or word embeddings; (m, n)
          for several of them. One with `examples` is a label; where that is unknown, it is NaN
          throughout.
        "latent": (n,), noise from `distribution`; an input of uses, never part of a data set.
        "seed": (), a whole number that determines all noise inside a network; an input of uses.
        "features": (height, width, channels), a map from inside a network; an output of uses, or
          an input of those that go on from it.
      shape: shape of one example.
      dtype: name of the dtype of batches.
      range: for an image, the values that become -1 and 1 in a network; for a depth, those that
        become 0 and 1; for a vector that is an input of a use, between which its values make sense.
      names: for classes, attributes or ids, their names in the order of their numbers; ids without
        names number instances, which mean nothing by themselves.
      unknown: for a label, whether networks have a value for "unknown".
      distribution: for a latent, "normal" for N(0, 1) or "uniform" for U(-1, 1).
      rates: for a class, the share of each class among the known labels in the data.
      unknown_rate: for a label, the share of the data where it is unknown.
      examples: for attributes or a vector, rows from the data to draw from where none are given.
      groups: for attributes, names of which only one can apply, for each such group.
      multiple: for an input or output of a use with a height and a width, the number that both must
        be divisible by if any such size is supported; 0 if only the size in `shape` is.
      alpha: for an image as an input of a use, whether its last channel is an alpha channel, 0
        where it is transparent. A file without one is opaque.
      lightness: for an image of one channel as an input of a use, whether a file in colour is taken
        as the gray image of the same lightness.
      optional: whether an input of a use that has a height and a width may be left out; its values
        are then 0.
      default: for a vector that is an input of a use: its values where it is not given, or a number
        that all of them are; None if it must be given.
      repeats: for an image of a data set that is smaller than the example's other fields: the side
        of the square in which each of its pixels is repeated. Such an image is never scaled.
    """

    kind: str
    shape: tuple[int, ...]
    dtype: str = "float32"
    range: tuple[float, float] | None = None
    names: tuple[str, ...] = ()
    unknown: bool = False
    distribution: str | None = None
    rates: tuple[float, ...] = ()
    unknown_rate: float = 0.0
    examples: tuple[tuple[float, ...], ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    multiple: int = 0
    alpha: bool = False
    lightness: bool = False
    optional: bool = False
    default: float | tuple[float, ...] | None = None
    repeats: int = 1

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of field; there are {', '.join(KINDS)}")

    @property
    def is_label(self) -> bool:
        """Whether the field is a label of the example."""
        return self.kind in ("class", "attributes") or (
            self.kind == "vector" and self.examples != ()
        )

    @property
    def has_size(self) -> bool:
        """Whether it has a height and a width, so that geometry and scaling augmentations apply."""
        return self.kind in ("image", "ids", "depth", "mask")

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of a field that has them."""
        return self.shape[:2]

    def resized(self, size: tuple[int, int], channels: int | None = None) -> "Field":
        """The same field at (height, width), with another number of channels if one is given."""
        rest = self.shape[2:] if channels is None else (channels,)
        return dataclasses.replace(self, shape=(*size, *rest))

    def of_any_size(self, multiple: int) -> "Field":
        """The same field for all sizes divisible by `multiple`."""
        return dataclasses.replace(self, multiple=multiple)

    def in_type(self, dtype: str, range: tuple[float, float]) -> "Field":
        """The same image field with another dtype and range."""
        return dataclasses.replace(self, dtype=dtype, range=range)

    @property
    def network_shape(self) -> tuple[int, ...]:
        """The shape of one example as a network input; see `to_network`."""
        if self.kind == "class":
            return (len(self.names) + self.unknown,)
        if self.kind == "attributes":
            return (len(self.names) * (1 + self.unknown),)
        if self.kind == "vector":
            return (*self.shape[:-1], self.shape[-1] + self.unknown)
        if self.kind == "ids" and self.names:
            return (*self.shape, len(self.names))
        return self.shape

    def to_json(self) -> dict:
        """The field as a JSON value, without attributes that have their defaults."""
        defaults = {f.name: f.default for f in dataclasses.fields(self)}
        return {k: v for k, v in dataclasses.asdict(self).items() if v != defaults[k]}

    @classmethod
    def from_json(cls, content: dict) -> "Field":
        """The field that `to_json` wrote.

        Raises:
          TypeError, ValueError: if `content` was not written by it.
        """
        return cls(**{name: _frozen(value) for name, value in content.items()})


def _frozen(value):
    """JSON's lists as tuples."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def image_field(shape, dtype: str = "uint8", range: tuple[float, float] = (0, 255)) -> Field:
    """An image (height, width, channels) of any number of channels."""
    return Field("image", tuple(shape), dtype, range=range)


def overlay_field(size, *, optional: bool = False) -> Field:
    """An image (height, width, 4) of 8 bits, RGB and alpha, that is laid over another image."""
    return Field("image", (*size, 4), "uint8", range=(0, 255), alpha=True, optional=optional)


def ids_field(shape, names) -> Field:
    """A map (height, width) of ids, which are indices into `names`."""
    return Field("ids", tuple(shape), "int32", names=tuple(names))


def instances_field(shape) -> Field:
    """A map (height, width) of the instance that each pixel belongs to: any numbers from 0.

    Pixels of one number belong together; which number that is has no meaning.
    """
    return Field("ids", tuple(shape), "int32")


def depth_field(size, mean: float, dtype: str = "float32") -> Field:
    """Distances (height, width, 1), 0 where there is none; networks take them divided by a mean."""
    return Field("depth", (*size, 1), dtype, range=(0, mean))


def mask_field(shape) -> Field:
    """A mask (height, width, 1) of 0 and 1."""
    return Field("mask", tuple(shape), "uint8")


def class_field(names, *, unknown: bool = False) -> Field:
    """The number of one class."""
    return Field("class", (), "int64", names=tuple(names), unknown=unknown)


def attribute_field(names, *, unknown: bool = False) -> Field:
    """Attributes of which any number can apply."""
    return Field("attributes", (len(names),), "int64", names=tuple(names), unknown=unknown)


def vector_field(*shape: int, range: tuple[float, float] | None = None) -> Field:
    """A vector of numbers, or several of one length."""
    return Field("vector", shape, range=range)


def number_field(default: float) -> Field:
    """A number that may be left out where it is an input of a use."""
    return Field("vector", (1,), default=default)


def latent_field(size: int, distribution: str = "normal") -> Field:
    """A latent vector."""
    return Field("latent", (size,), distribution=distribution)


def features_field(shape, dtype: str = "float32") -> Field:
    """A map of features (height, width, channels), or of whole numbers, such as indices."""
    return Field("features", tuple(shape), dtype)


def seed_field() -> Field:
    """A seed."""
    return Field("seed", (), "int64")
