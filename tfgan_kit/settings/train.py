"""The settings that every method shares."""

import dataclasses

from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import USUAL, Size, Sizes

AUTO = "auto"
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16", AUTO)


# The settings that say which data is read, and how.
READING = (
    *("data_dir", "split", "image_size", "fit", "channels", "depth", "value_range", "pages"),
    "max_bad_files",
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """Data, length, events and numerics of a training; methods add their own fields.

    Attributes:
      samples: how many an evaluation draws.
    """

    dataset: str = option("glyphs", "name of a data set, or path to images", group="data")
    data_dir: str | None = option(
        None, "folder that holds the data sets (or TFGAN_KIT_DATA)", group="data", metavar="DIR"
    )
    split: str = option("train", "part of the data set", group="data", choices=("train", "test"))
    image_size: Size | None = option(
        None, "size of the images; the data's own, fitted to the network", group="data", minimum=1
    )
    fit: str = option(
        "crop",
        "how images get it: cut to its proportions, with borders added, or stretched",
        group="data",
        choices=("crop", "pad", "stretch"),
    )
    channels: int | None = option(
        None, "1 for gray, 3 for colour; the data's own", group="data", minimum=1
    )
    depth: str = option(
        "8",
        "bits of the images that are trained on, or floats; keep: as the files have them",
        group="data",
        choices=("8", "16", "float", "keep"),
    )
    value_range: str | None = option(
        None,
        "values of black and white in the files, or measured; all that their type can hold",
        group="data",
        metavar="LOW,HIGH",
    )
    pages: str = option(
        "first",
        "of TIFF files with several pages, which are read, and as what",
        group="data",
        choices=("first", "channels", "examples"),
    )
    augment: tuple[str, ...] = option(
        (),
        "random changes to the data: flip, crop, rotation, translation, color, cutout",
        group="data",
    )
    max_bad_files: int = option(
        0, "unreadable files to skip before giving up", group="data", minimum=0
    )
    cache_mb: int = option(
        1024,
        "MB of memory for images; a set that does not fit is read each time",
        group="data",
        minimum=0,
    )

    steps: int = option(10_000, "training steps (generator updates)", group="when", minimum=1)
    batch_size: int = option(
        64, "examples per update, over all devices", group="optimizer", minimum=1
    )
    seed: int = option(
        0,
        "seed of the weights, the noise and the data order",
        group="machine",
        minimum=0,
        maximum=2**63 - 1,
    )
    init_from: str | None = option(
        None,
        "run whose networks this one begins with, as far as names and shapes agree",
        group="networks",
        metavar="DIR",
    )

    log_every: int = option(100, "steps between lines of metrics.csv", group="when", minimum=1)
    sample_every: int = option(500, "steps between sample grids", group="when", minimum=1)
    checkpoint_every: int = option(1000, "steps between checkpoints", group="when", minimum=1)
    evaluate_every: int = option(
        0, "steps between evaluations; 0: at the end only", group="when", minimum=0
    )
    keep_checkpoints: int = option(3, "newest checkpoints to keep", group="when", minimum=1)

    precision: str = option(
        "float32",
        "numbers to compute in; auto: tried at the start",
        group="machine",
        choices=PRECISIONS,
    )
    jit: bool = option(
        False, "compile the step with XLA (one device only)", group="machine", auto=True
    )
    deterministic: bool = option(
        False, "exactly the same numbers in each run, also on a GPU; slower", group="machine"
    )
    devices: str | None = option(
        None,
        "devices to train on, such as 0,1 (GPUs) or cpu:0,cpu:1; all GPUs, else the CPU",
        group="machine",
        metavar="DEVICE,...",
    )

    samples = 2000  # No field: it is a setting of methods that generate, in their own class.

    def check(self) -> None:
        """Checks what concerns several settings at once.

        Raises:
          UserError: if settings contradict each other.
        """

    def resolved(self):
        """The same with what follows from the planned length written out, as a run stores it.

        A run that is trained for longer later keeps it.
        """
        return self

    @property
    def sizes(self) -> Sizes:
        """The sizes of images that the networks have a form for."""
        return USUAL

    @property
    def data_name(self) -> str:
        """What the run is named after: the data set."""
        return self.dataset

    @property
    def tag(self) -> str:
        """What else tells a run apart in its name, in a few letters; empty if nothing does."""
        return ""
