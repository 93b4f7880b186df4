"""The data sets by name, and how to open one. Importing this imports nothing heavy."""

import importlib
import os
from typing import NamedTuple

from data.sets.drawn import DRAWN
from data.sets.files import CYCLEGAN_SETS, FILES, PAIRED_SETS
from tfgan_kit.errors import UserError, suggest
from tfgan_kit.machine.places import expanded
from tfgan_kit.settings.names import DOMAINS, split_apart

DATA_DIR_VARIABLE = "TFGAN_KIT_DATA"
OTHER_SPLIT = {"train": "test", "test": "train"}
# Identifies a folder that `data prepare` has written, see `data.records.prepared`.
PREPARED = "prepared.json"

DATASETS = DRAWN | FILES
# "mnist-edge": any named image set through a transform of data.reading.transforms.TRANSFORMS.
TRANSFORM_NAMES = ("edge", "negative", "rotate")
# The folders that tell a paired set.
_PAIRS = {"input", "target"}
_ENDINGS = {
    ".npz": "sources.npz",
    ".npy": "sources.npz",
    ".mat": "sources.svhn",
    ".tfrecord": "sources.tfrecord",
    "-ubyte": "sources.idx",
    "-ubyte.gz": "sources.idx",
    ".idx": "sources.idx",
    ".idx.gz": "sources.idx",
}
# Modules with several sets whose examples i show the same content in different styles.
_LOOKS = {
    "drawn.glyphs": "glyphs:",
    "sources.mnistm": "sources.idx:mnist",
    "sources.celeba_attributes": "sources.celeba:",
}


class Raw(NamedTuple):
    """The data set of a name, before images are fitted to a size.

    Attributes:
      source: the `data.source.Source`.
      transform: name of the transform that is applied to fitted images, or None.
      identity: equal for two sets whose examples i show the same content in two styles.
    """

    source: object
    transform: str | None
    identity: str


# Modules whose `open` takes `values`: they read files that can hold more than 8 bits.
_OWN_FILES = ("folder", "labels", "cyclegan", "npz", "modalities.folders")
_EXACT = {f"sources.{name}" for name in _OWN_FILES} | {
    entry.module for entry in PAIRED_SETS.values()
}


def open_raw(name: str, *, data_dir: str | None = None, split: str = "train", values=None) -> Raw:
    """Opens one data set without fitting its images; see `data.reading.open.open_source`.

    Args:
      name, data_dir, split: see there.
      values: how stored images are read, a `data.reading.values.Values`; None for 8 bits.
    """
    data_dir = data_root(data_dir)
    module, argument, transform = _resolve(name, data_dir)
    entry = DATASETS.get(name.partition(":")[0])
    given = dict(entry.given) if entry else {}
    if values is not None and module in _EXACT:
        given["values"] = values
    elif values is not None and (values.range or values.pages != "first"):
        option = "--value-range" if values.range else "--pages"
        raise UserError(f"{name} defines its own value range: leave out {option}")
    source = importlib.import_module(f"data.{module}").open(
        argument, data_dir=data_dir, split=split, **given
    )
    # The domains of a joint run declare themselves that they correspond.
    identity = getattr(source, "identity", _LOOKS.get(module, f"{module}:{argument}"))
    return Raw(source, transform, identity)


def data_root(data_dir: str | None) -> str | None:
    """The folder that holds the data sets: the one given, or that of `DATA_DIR_VARIABLE`."""
    if data_dir:
        return str(expanded(data_dir))
    named = os.environ.get(DATA_DIR_VARIABLE)
    return str(expanded(named, DATA_DIR_VARIABLE)) if named else None


def split_mix(name: str, data_dir: str | None = None) -> list[str]:
    """Splits a name at each "+", except within an existing path."""
    return split_names(name, "+", data_dir)


def split_names(text: str, sign: str, data_dir: str | None = None) -> list[str]:
    """Splits a name at each occurrence of a sign, except within an existing path."""
    return split_apart(text, sign, lambda part: _is_path(part, data_dir))


def _is_path(text, data_dir):
    """Whether the path exists, without "name:" before it or ":domain" after it."""
    head, _, domain = text.rpartition(":")
    heads = [head, head.partition(":")[2]] if domain in DOMAINS else []
    paths = [text, text.partition(":")[2], *heads]
    paths += [os.path.join(data_dir, path) for path in paths if path and data_dir]
    return any(path and os.path.exists(path) for path in paths)


def _resolve(text, data_dir):
    """Returns (module, argument, name of the transform or None) for a name given by the user."""
    name, colon, argument = text.partition(":")
    name, transform = _split_transform(name.replace("fashion-mnist", "fashion_mnist"))
    if name in DATASETS:
        entry = DATASETS[name]
        if colon and not entry.takes:
            raise UserError(f"{name} takes nothing after a colon: write {name}, not {text}")
        argument = argument if colon else entry.argument
        if argument is None or (colon and not argument):
            raise UserError(f"{name} needs {entry.takes} after a colon: {name}:...")
        if name in CYCLEGAN_SETS and not is_cyclegan(data_dir):
            argument = f"{name}/{argument}"
        return entry.module, argument, transform
    path, _, domain = text.rpartition(":")
    if os.path.exists(text):
        return *_open_path(text, ""), None
    if os.path.exists(path):
        return *_open_path(path, domain), None
    if os.sep in text or text.endswith(tuple(_ENDINGS)):
        raise UserError(f"{text}: no such file or folder")
    # Names of layouts are not data sets by themselves.
    near = [n for n, entry in DATASETS.items() if colon or not entry.takes_path]
    raise UserError(
        f"no data set {text!r}{suggest(name, near)} (`python main.py list datasets` shows all; "
        "the path of a file or folder of images works too)"
    )


def _split_transform(name):
    base, dash, transform = name.rpartition("-")
    if name not in DATASETS and dash and base in DATASETS and transform in TRANSFORM_NAMES:
        return base, transform
    return name, None


def _open_path(path, domain):
    """Returns (module, argument) for a path, depending on its content."""
    if is_cyclegan(path):
        if domain not in ("a", "b"):
            raise UserError(
                f"{path} has two domains: write {path}:a or {path}:b, or paired:{path} where files "
                "of one name belong together"
            )
        return "sources.cyclegan", f"{path.rstrip('/')}/{domain}"
    if domain:
        raise UserError(f"{path} has no folders trainA and trainB: leave out :{domain}")
    if os.path.isdir(path):
        inside = os.listdir(path)
        if "dataset_info.json" in inside:
            return "sources.tfds_source", path
        if "config.json" in inside and "models" in inside:
            raise UserError(f"{path} is a run: write generated:{path} for what its generator draws")
        if set(inside) >= _PAIRS or any(
            _listed(path, part) >= _PAIRS for part in ("train", "test")
        ):
            return "sources.paired.folders", path
        records = PREPARED in inside or any(".tfrecord" in name for name in inside)
        return "sources.tfrecord" if records else "sources.folder", path
    module = next((m for ending, m in _ENDINGS.items() if path.endswith(ending)), None)
    if ".tfrecord" in os.path.basename(path):  # also the shards, .tfrecord-00000-of-00004
        module = "sources.tfrecord"
    if module is None:
        raise UserError(
            f"{path}: unknown kind of file; give a folder of images or a file ending "
            f"in {', '.join(_ENDINGS)}"
        )
    return module, path


def _listed(folder, part):
    place = os.path.join(folder, part)
    return set(os.listdir(place)) if os.path.isdir(place) else set()


def is_cyclegan(folder: str | None) -> bool:
    """Whether a folder has two domains, in the folders trainA and trainB or testA and testB."""
    return any(os.path.isdir(os.path.join(folder or "", part)) for part in ("trainA", "testA"))


def absolute_name(dataset: str) -> str:
    """The name of a data set, with any paths in it made absolute."""
    parts = split_mix(dataset)
    if len(parts) > 1:
        return "+".join(map(absolute_name, parts))
    if dataset in DATASETS:
        return dataset
    if os.path.exists(dataset):
        return os.path.abspath(dataset)
    head, _, tail = dataset.rpartition(":")
    if os.path.exists(head):  # a folder with domains: PATH:a
        return f"{os.path.abspath(head)}:{tail}"
    head, _, tail = dataset.partition(":")
    if head in DATASETS and DATASETS[head].takes_path and os.path.exists(tail):
        return f"{head}:{os.path.abspath(tail)}"
    path, _, domain = tail.rpartition(":")
    if head == "generated" and os.path.exists(path):  # of a joint run: generated:PATH:a
        return f"{head}:{os.path.abspath(path)}:{domain}"
    return dataset
