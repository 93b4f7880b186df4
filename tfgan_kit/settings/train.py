"""The settings shared by all methods with data."""

import dataclasses

from tfgan_kit.settings.names import FITS
from tfgan_kit.settings.option import option
from tfgan_kit.settings.run import RunConfig
from tfgan_kit.settings.size import USUAL, Size, Sizes

# The settings that determine which data is read, and how.
READING = (
    *("data_dir", "split", "classes", "examples", "image_size", "fit", "channels", "depth"),
    *("value_range", "pages", "max_bad_files"),
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrainConfig(RunConfig):
    """Data settings in addition to those of `RunConfig`; methods add their own fields."""

    dataset: str = option("glyphs", "name of a data set, or path to images", group="data")
    data_dir: str | None = option(
        None, "folder that holds the data sets (or TFGAN_KIT_DATA)", group="data", metavar="DIR"
    )
    split: str = option("train", "part of the data set", group="data", choices=("train", "test"))
    classes: tuple[str, ...] = option(
        (), "classes whose examples to use, such as 3,7 or 0-8; by default all", group="data"
    )
    examples: int | None = option(
        None,
        "number of examples to use, evenly from all classes; by default all",
        group="data",
        minimum=1,
    )
    image_size: Size | None = option(
        None,
        "size of the images; by default the data's own, fitted to the network",
        group="data",
        minimum=1,
    )
    fit: str = option(
        "crop",
        "how images are fitted to --image-size: cropped, padded, or stretched",
        group="data",
        choices=FITS,
    )
    channels: int | None = option(
        None, "1 for gray, 3 for colour; by default the data's own", group="data", minimum=1
    )
    depth: str = option(
        "8",
        "bits of the training images, or floats; keep: the files' own",
        group="data",
        choices=("8", "16", "float", "keep"),
    )
    value_range: str | None = option(
        None,
        "values of black and white in the files, or measured; by default the range of their type",
        group="data",
        metavar="LOW,HIGH",
    )
    pages: str = option(
        "first",
        "how TIFF files with several pages are read",
        group="data",
        choices=("first", "channels", "examples"),
    )
    augment: tuple[str, ...] = option(
        (),
        "random changes to the data: flip, crop, jitter, rotation, translation, color, cutout",
        group="data",
    )
    max_bad_files: int = option(
        0, "unreadable files to skip before giving up", group="data", minimum=0
    )
    cache_mb: int = option(
        1024,
        "MB of memory for images; a larger set is read again in each epoch",
        group="data",
        minimum=0,
    )

    @property
    def sizes(self) -> Sizes:
        """The image sizes that the networks support."""
        return USUAL

    @property
    def data_name(self) -> str:
        """The part of the run's name that stands for the data set."""
        return self.dataset
