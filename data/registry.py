"""The data sets by name, and how to open one. Importing this imports nothing heavy."""

import importlib
import os
from typing import NamedTuple

from data.paired_formats import FORMATS
from tfgan_kit.errors import UserError, suggest
from tfgan_kit.machine.places import expanded
from tfgan_kit.settings.names import DOMAINS, split_apart

DATA_DIR_VARIABLE = "TFGAN_KIT_DATA"
OTHER_SPLIT = {"train": "test", "test": "train"}
# Identifies a folder that `data prepare` has written, see `data.records.prepared`.
PREPARED = "prepared.json"


_PATH = "its path"


class Entry(NamedTuple):
    """One line of the table.

    Attributes:
      module: under `data`; it has `open(argument, *, data_dir, split) -> Source`.
      argument: what `open` gets if the name has no ":argument"; None if it must have one.
      description: one line.
      needs: the files it reads, "" if none.
      takes: what may follow the colon, "" if nothing may.
      given: further arguments of `open`.
    """

    module: str
    argument: str | None
    description: str
    needs: str = ""
    takes: str = ""
    given: tuple[tuple[str, str | int], ...] = ()

    @property
    def takes_path(self) -> bool:
        """Whether what follows the colon is a path."""
        return self.takes == _PATH


_IDX = "the four IDX files (train-images-idx3-ubyte.gz, ...)"
_EMNIST_SETS = {
    "emnist_mnist": "EMNIST's MNIST, 28x28 gray",
    "emnist_digits": "EMNIST's 280,000 digits, 28x28 gray",
    "emnist_letters": "EMNIST's letters, 28x28 gray, 26 classes",
    "emnist_balanced": "EMNIST's digits and letters in equal shares, 28x28 gray, 47 classes",
    "emnist_bymerge": "EMNIST's digits and letters, 28x28 gray, 47 classes",
    "emnist_byclass": "EMNIST's digits and letters, 28x28 gray, 62 classes",
}
_CYCLEGAN = "a folder with trainA, trainB, testA, testB"
# name -> (what the domains show, the size of the images)
CYCLEGAN_SETS = {
    "apple2orange": ("apples and oranges", "256x256"),
    "horse2zebra": ("horses and zebras", "256x256"),
    "summer2winter_yosemite": ("Yosemite in summer and in winter", "256x256"),
    "monet2photo": ("Monet's paintings and photographs", "256x256"),
    "cezanne2photo": ("Cezanne's paintings and photographs", "256x256"),
    "ukiyoe2photo": ("ukiyo-e prints and photographs", "256x256"),
    "vangogh2photo": ("Van Gogh's paintings and photographs", "256x256"),
    "maps": ("aerial photographs and maps", "600x600"),
    "cityscapes": ("street scenes and their label maps", "256x256"),
    "facades": ("facades and their label maps", "256x256"),
    "iphone2dslr_flower": ("flowers by telephone and by camera", "256x256"),
}
_PAIRED_SETS = {
    name: Entry(f"sources.paired.{module}", None, text, needs, takes=_PATH)
    for name, module, text, needs in FORMATS
}

DATASETS = {
    "glyphs": Entry("drawn.glyphs", "plain", "drawn digits, white on black; any size, no files"),
    "glyphs-edge": Entry("drawn.glyphs", "edge", "their outer edges: 3x3 dilation minus image"),
    "glyphs-negative": Entry("drawn.glyphs", "negative", "their negatives: 255 - x"),
    "glyphs-rotate": Entry("drawn.glyphs", "rotate", "turned by 90 degrees"),
    "glyphs-color": Entry("drawn.glyphs", "color", "in colour on dark ground"),
    "glyphs-street": Entry(
        "drawn.glyphs", "street", "like house numbers: colours, neighbours, blur"
    ),
    "glyph_biased_color": Entry(
        "drawn.biased", "color", "in colour, 95 % of the digits below 5 in training"
    ),
    "glyph_biased_street": Entry(
        "drawn.biased", "street", "like house numbers, 95 % of the digits below 5 in training"
    ),
    "glyph_edge2colour": Entry(
        "drawn.pairs.edges", "colour", "pairs: edges, and digits in the colours of their class"
    ),
    "glyph_edge2street": Entry(
        "drawn.pairs.edges", "street", "pairs: edges, and the same digits as house numbers"
    ),
    "glyph_scene": Entry(
        "drawn.pairs.scene", "", "pairs: label maps and instances, and scenes of 1 to 4 digits"
    ),
    "glyph_strokes": Entry(
        "drawn.pairs.strokes", "", "pairs: outlines with colour strokes, and coloured digits"
    ),
    "glyph_textures": Entry(
        "drawn.pairs.textures", "", "pairs: outlines and textures, and digits filled with them"
    ),
    "glyph_sides": Entry(
        "drawn.pairs.sides", "", "pairs: a left side in outline, the right one and both coloured"
    ),
    "glyph_x4": Entry(
        "drawn.glyphs",
        "color",
        "digits in colour, 64x64, to be made from images of a quarter of the size",
        given=(("name", "glyph_x4"), ("size", 64)),
    ),
    "glyph_holes": Entry(
        "drawn.glyphs",
        "color",
        "digits in colour, 64x64, to be filled in where they have holes",
        given=(("name", "glyph_holes"), ("size", 64)),
    ),
    "glyph_recolour": Entry(
        "drawn.recolour", "inks", "digits in red, green, blue or yellow ink, by their ink"
    ),
    "glyph_recolour-shades": Entry(
        "drawn.recolour", "shades", "digits in any shade of these four inks, by their ink"
    ),
    "glyph_recolour-attributes": Entry(
        "drawn.recolour",
        "attributes",
        "digits by four attributes: red ink, pale ink, warm ground, fading ink",
    ),
    "glyph_recolour-digits": Entry(
        "drawn.recolour", "inks-digits", "the images of glyph_recolour, by their digits"
    ),
    "glyph_recolour-shades-digits": Entry(
        "drawn.recolour",
        "shades-digits",
        "the images of glyph_recolour-shades, by their digits",
    ),
    "glyph_recolour-attributes-digits": Entry(
        "drawn.recolour",
        "attributes-digits",
        "the images of glyph_recolour-attributes, by their digits",
    ),
    "glyph_palette_classes": Entry(
        "drawn.palettes", "", "digits in 26 palettes of an ink and a ground, by their palette"
    ),
    "glyph_palette_classes-digits": Entry(
        "drawn.palettes", "digits", "the images of glyph_palette_classes, by their digits"
    ),
    "glyph_tasks": Entry(
        "drawn.tasks",
        "",
        "drawn digits in 96 classes by digit, style and quarter turn; 8 and 9 are the last 18",
    ),
    "palette_tasks-hidden": Entry(
        "drawn.palette_tasks",
        "hidden",
        "digits in two hues of one of 220 palettes, which their lightness does not show",
    ),
    "palette_tasks-visible": Entry(
        "drawn.palette_tasks", "visible", "digits in two hues that belong to the digit"
    ),
    "style_domains": Entry(
        "drawn.style_domains", "", "digits in six styles, by their style; rotated and street last"
    ),
    "style_domains-digits": Entry(
        "drawn.style_domains", "digits", "the images of style_domains, by their digits"
    ),
    "glyph_boxes": Entry(
        "drawn.located.boxes", "", "one or two drawn digits on 64x64, with the box of each"
    ),
    "glyph_marks": Entry(
        "drawn.located.marks",
        "",
        "digits with a coloured bar, dot or frame, with a mask of each",
        takes="colours",
    ),
    "glyph_defects": Entry(
        "drawn.located.defects", "", "drawn ones; in test each has a defect, with its mask"
    ),
    "glyph_modalities": Entry(
        "drawn.modalities",
        "",
        "house numbers, and of half of them label maps, of the others depths",
    ),
    "ring": Entry("drawn.points", "ring", "10 Gaussians on a circle, 5100 points in the plane"),
    "gaussians8": Entry(
        "drawn.points", "gaussians8", "8 Gaussians on a circle, points in the plane"
    ),
    "gaussians25": Entry(
        "drawn.points", "gaussians25", "25 Gaussians on a grid, points in the plane"
    ),
    "sinusoids": Entry(
        "drawn.sinusoids", "", "points of 2,000 sinusoids, each a class, for few-shot regression"
    ),
    "swissroll": Entry("drawn.points", "swissroll", "a spiral, points in the plane"),
    "mnist": Entry("sources.idx", "mnist", "handwritten digits, 28x28 gray", _IDX),
    "fashion_mnist": Entry("sources.idx", "fashion_mnist", "clothes, 28x28 gray", _IDX),
    "kmnist": Entry("sources.idx", "kmnist", "cursive Japanese characters, 28x28 gray", _IDX),
    "mnistm": Entry(
        "sources.mnistm",
        "",
        "MNIST blended into photographs, or into drawn textures if there are none, 32x32 RGB",
        "MNIST's, and a folder of photographs mnistm-photos/ or BSR/ (optional)",
    ),
    **{
        name: Entry(
            "sources.idx",
            name,
            text,
            "its four IDX files (emnist-...-train-images-idx3-ubyte, ...)",
        )
        for name, text in _EMNIST_SETS.items()
    },
    "usps": Entry(
        "sources.usps",
        "",
        "digits on envelopes, 16x16 gray",
        "zip.train.gz and zip.test.gz, or usps.bz2 and usps.t.bz2",
    ),
    "cifar10": Entry(
        "sources.cifar10",
        "",
        "ten kinds of objects, 32x32 RGB",
        "the binary version (data_batch_1.bin, ...)",
    ),
    "svhn": Entry(
        "sources.svhn", "", "house numbers, 32x32 RGB", "train_32x32.mat and test_32x32.mat"
    ),
    "celeba": Entry(
        "sources.celeba",
        "",
        "faces, 178x218 RGB; celeba:Smiling has the smiling ones, celeba:!Smiling the others",
        "img_align_celeba/ and list_attr_celeba.txt",
        takes="an attribute",
    ),
    "celeba-attributes": Entry(
        "sources.celeba_attributes",
        "",
        "faces with 13 attributes, or those that are named; any may apply, 178x218 RGB",
        "img_align_celeba/ and list_attr_celeba.txt",
        takes="names of attributes",
    ),
    **{
        name: Entry(
            "sources.cyclegan", None, f"{text}, {size}", _CYCLEGAN, takes="the domain, a or b"
        )
        for name, (text, size) in CYCLEGAN_SETS.items()
    },
    "npz": Entry("sources.npz", None, "arrays of images and labels", "an .npz file", takes=_PATH),
    "folder": Entry("sources.folder", None, "image files", "a folder of images", takes=_PATH),
    "classes": Entry(
        "sources.folder",
        None,
        "image files in folders that are classes, even if one is called train, test or val",
        "a folder of folders",
        takes=_PATH,
        given=(("layout", "classes"),),
    ),
    "labels": Entry(
        "sources.labels",
        None,
        "image files with a table of their attributes",
        "a folder with labels.csv, or with train and test that have one each",
        takes=_PATH,
    ),
    "splits": Entry(
        "sources.folder",
        None,
        "image files in the folders train, test and val; all others are ignored",
        "a folder of these",
        takes=_PATH,
        given=(("layout", "splits"),),
    ),
    **_PAIRED_SETS,
    "modalities": Entry(
        "sources.modalities.folders",
        None,
        "groups of images, label maps and depths that belong together",
        "a folder with train/GROUP/MODALITY/ and test/GROUP/MODALITY/",
        takes=_PATH,
    ),
    "tfrecord": Entry(
        "sources.tfrecord", None, "records of encoded images", "a .tfrecord file", takes=_PATH
    ),
    "generated": Entry(
        "sources.generated",
        None,
        "what the generator of a run draws, 60,000 train and 10,000 test; of a joint run with :a",
        "a run's directory",
        takes=_PATH,
    ),
    "tfds": Entry(
        "sources.tfds_source",
        None,
        "any image set of TensorFlow Datasets, such as tfds:cifar10",
        "a set that tfds has prepared",
        takes="its name in the TFDS catalogue",
    ),
}
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
    entry.module for entry in _PAIRED_SETS.values()
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
