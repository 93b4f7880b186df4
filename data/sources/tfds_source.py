"""Image sets of TensorFlow Datasets (https://www.tensorflow.org/datasets), with random access."""

import json
import os
import threading
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np

from data.image_source import ImageSource
from data.reading.decode import decode
from data.records.files import RecordFiles
from data.source import BadExample
from data.sources.locate import check_split
from tfgan_kit.errors import UserError, suggest
from tfgan_kit.machine.places import expanded

# The host of most sets and of all checksums.
_HOST = "https://storage.googleapis.com"
_WAYS_OUT = (
    "prepare it where there is a network (`tfds build NAME`) and pass the folder as --data-dir,"
    " use files of your own (folder:PATH, npz:PATH), or take the built-in glyphs"
)


class TFDSSource(ImageSource):
    """One split of a prepared TFDS data set."""

    def __init__(self, builder, split: str):
        """Opens the files of a split.

        Args:
          builder: a `tfds.core.DatasetBuilder` whose files exist.
          split: name of the split.

        Raises:
          UserError: if there is no such split, no 8- or 16-bit image among the features, or the
            files are damaged or in a format without random access.
        """
        info = builder.info
        self.name = info.full_name
        check_split(self.name, split, sorted(info.splits))
        self._features = info.features
        self._image, self._label = _keys(self.name, info.features)
        self.classes = tuple(info.features[self._label].names or ()) if self._label else ()
        shape = info.features[self._image].shape
        # Decoding composites four channels over white; None means any number.
        self.shape = (*shape[:2], 3 if shape[2] == 4 else shape[2]) if all(shape) else None
        self._folder = os.fspath(builder.data_dir)
        self._records = _open_records(builder, split)
        expected = info.splits[split].num_examples
        if len(self._records) != expected:
            raise UserError(
                f"{builder.data_dir}: {len(self._records)} examples in split {split!r}, not the"
                f" {expected} that dataset_info.json names; prepare it again"
            )

    def __len__(self) -> int:
        """Number of examples."""
        return len(self._records)

    def example(self, index: int) -> tuple[np.ndarray, int]:
        """Returns the image, uint8 (height, width, 1 or 3), and its label or -1."""
        fields = self._fields(index)
        label = int(fields[self._label]) if self._label else -1
        return decode(fields[self._image], self.where(index)), label

    def encoded(self, index: int) -> bytes:
        """Returns the image as the record holds it."""
        return self._fields(index)[self._image]

    def where(self, index: int) -> str:
        """Returns the file of an example, or the folder if the format does not say."""
        if isinstance(self._records, RecordFiles):
            return self._records.where(index)
        return f"{self._folder} example {index}"

    def _fields(self, index: int) -> dict:
        import tensorflow_datasets as tfds

        try:
            # As encoded bytes: TFDS's own decoding is neither checked nor 8-bit.
            return self._features.deserialize_example_np(
                self._records[index], decoders={self._image: tfds.decode.SkipDecoding()}
            )
        except BadExample:
            raise
        except Exception as error:
            # Damaged files fail in ways that neither TFDS nor its native readers document.
            reason = " ".join(str(error).split())
            raise BadExample(f"{self.where(index)}: cannot be read ({reason})") from error


def open(argument: str, *, data_dir: str | None, split: str) -> ImageSource:
    """Opens a TFDS data set, downloading it first if it is not prepared and there is a network.

    Args:
      argument: name as in the TFDS catalogue, "name", "name/config" or "name:version", or the
        path of a prepared version (the folder with dataset_info.json).
      data_dir: root of the prepared sets. TFDS's own directory (TFDS_DATA_DIR, by default
        ~/tensorflow_datasets) is searched as well.
      split: name of one of the set's splits.

    Raises:
      UserError: if there is no such set or split, it is not prepared and cannot be downloaded, or
        it holds no images.
    """
    try:
        import tensorflow_datasets as tfds
    except ImportError as error:
        raise UserError(
            f"tensorflow-datasets cannot be imported ({error}); pip install tensorflow-datasets"
            " importlib_resources"
        ) from error
    roots = [expanded(data_dir)] if data_dir else []
    own = os.environ.get("TFDS_DATA_DIR")
    if own or not roots or os.path.isabs(os.path.expanduser("~")):
        roots.append(expanded(own or "~/tensorflow_datasets", "TFDS_DATA_DIR"))
    folder = next(filter(None, (_prepared(root, argument) for root in roots)), None)
    if folder is None:
        return TFDSSource(_download(tfds, argument, roots), split)
    try:
        # TFDS would accept a description without files.
        json.loads((folder / "dataset_info.json").read_text(encoding="utf-8"))
        builder = tfds.builder_from_directory(str(folder))
    except Exception as error:
        # A damaged or old description raises any error of TFDS, JSON or the file system.
        reason = " ".join(str(error).split())
        raise UserError(f"{folder}: TFDS cannot open it ({reason}); prepare it again") from error
    return TFDSSource(builder, split)


def can_download(timeout: float = 2.0) -> bool:
    """Whether the host of the TFDS files answers within about `timeout` seconds."""
    answers = []

    def ask():
        try:
            urllib.request.urlopen(urllib.request.Request(_HOST, method="HEAD"), timeout=timeout)
            answers.append(True)
        except urllib.error.HTTPError:
            answers.append(True)  # It has answered.
        except OSError:
            pass

    # In a thread, as the timeout does not cover the name lookup, which can take a minute.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(timeout + 1)
    return bool(answers)


def _prepared(root: Path, argument: str) -> Path | None:
    """Returns the folder of the newest prepared version below `root`, or None."""
    direct = expanded(argument)
    if (direct / "dataset_info.json").is_file():
        return direct
    path, _, version = argument.partition(":")
    base = root / path
    found = [p.parent for p in base.glob("*/dataset_info.json")]
    if not found and "/" not in path:
        found = [p.parent for p in base.glob("*/*/dataset_info.json")]
        configs = sorted({p.parent.name for p in found})
        if len(configs) > 1:
            raise UserError(
                f"tfds:{path} is prepared in several configurations; write tfds:{path}/CONFIG with"
                f" one of {', '.join(configs)}"
            )
    found = [p for p in found if version in ("", p.name)]
    return max(found, key=_version, default=None)


def _version(folder: Path) -> tuple[int, ...]:
    parts = folder.name.split(".")
    return tuple(map(int, parts)) if all(part.isdigit() for part in parts) else ()


def _download(tfds, argument: str, roots: list[Path]):
    """Downloads and prepares a set in `roots[0]`; returns its builder."""
    name = argument.partition(":")[0].partition("/")[0]
    # Without community sets, whose list requires the network.
    known = tfds.list_builders(with_community_datasets=False)
    places = " or ".join(map(str, roots))
    if name not in known:
        raise UserError(
            f"TFDS has no set {name!r}, and none is prepared in {places}{suggest(name, known)};"
            f" {_WAYS_OUT}"
        )
    if not can_download():
        raise UserError(
            f"tfds:{argument} is not prepared in {places} and {_HOST} cannot be reached;"
            f" {_WAYS_OUT}"
        )
    try:
        builder = tfds.builder(argument, data_dir=str(roots[0]), try_gcs=False)
        builder.download_and_prepare()
    except Exception as error:
        # Each set has its own script, which can fail in its own ways.
        reason = " ".join(str(error).split())[:300]
        raise UserError(f"tfds:{argument} cannot be prepared ({reason}); {_WAYS_OUT}") from error
    return builder


def _keys(name: str, features) -> tuple[str, str | None]:
    """Returns the names of the features for image and label, None without a label."""
    import tensorflow_datasets as tfds

    kinds = features if isinstance(features, dict | tfds.features.FeaturesDict) else {}
    images = [k for k, kind in kinds.items() if isinstance(kind, tfds.features.Image)]
    labels = [k for k, kind in kinds.items() if isinstance(kind, tfds.features.ClassLabel)]
    if len(images) != 1 and "image" not in images:
        found = f"several images ({', '.join(images)}) and none is called image" if images else ""
        raise UserError(f"{name}: {found or f'no image among its features {list(kinds)}'}")
    image = "image" if "image" in images else images[0]
    if features[image].np_dtype == np.float32:
        raise UserError(f"{name}: its images have floating-point values, which are not supported")
    return image, "label" if "label" in labels else labels[0] if len(labels) == 1 else None


def _open_records(builder, split: str):
    """Returns the serialized examples of a split, by index."""
    import tensorflow_datasets as tfds

    kind = builder.info.file_format.value
    if kind == "tfrecord":
        return RecordFiles([str(path) for path in builder.info.splits[split].filepaths])
    if kind == "array_record":
        # Its files are opened when the first example is read.
        raw = tfds.decode.DeserializeMethod.RAW_BYTES
        return builder.as_data_source(split, deserialize_method=raw)
    raise UserError(f"{builder.data_dir}: format {kind} has no random access; use array_record")
