"""A folder of samples: one file per sample, and a table of their labels."""

import csv
import io
import re
from pathlib import Path

import numpy as np

from tfgan_kit.engine.status import Progress
from tfgan_kit.fields import Field
from tfgan_kit.fields.network import from_network
from tfgan_kit.machine.files import make_folder, write_bytes
from tfgan_kit.pictures.images import exact_ending, write_exact
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.uses.apply import BATCH
from tfgan_kit.uses.labels import label_text

TABLE = "samples.csv"


def write_files(
    generator: SavedGenerator,
    inputs: dict[str, np.ndarray],
    output: Path,
    seed: int,
    progress: Progress,
) -> None:
    """Writes a generator's samples into a folder.

    Images are called 000000.png and so on, or 000000-CLASS.png, in one folder per domain if there
    are several. They have the dtype of the training data, and are .npy where PNG does not support
    it. Points are written to points.npy. With labels, samples.csv has a line per file, or per
    point: the file, the label, and the seed and number of the latent.

    Args:
      generator: the generator of the samples.
      inputs: name -> (count, ...).
      output: the existing folder.
      seed: seed of the latents.
      progress: updated after each batch.

    Raises:
      NotWritten: if there is no space.
    """
    count = len(next(iter(inputs.values())))
    labels = inputs.get(generator.use.label)
    folders = list(generator.letters) or ["."]
    for folder in folders:
        make_folder(output / folder)
    if len(generator.image_shape) == 1:
        (points,) = generator.render(inputs, progress.add)
        content = io.BytesIO()
        np.save(content, points)
        write_bytes(content.getvalue(), output / "points.npy")
        files = [("points.npy", i) for i in range(count)]
    else:
        fields = [generator.use.outputs[name] for name in generator.use.examples]
        ending = exact_ending(fields[0].dtype, fields[0].shape[-1])
        names = [_file_name(generator.label, labels, i) + ending for i in range(count)]
        files = [(str(Path(folder, name)), i) for folder in folders for i, name in enumerate(names)]
        for start in range(0, count, BATCH):
            domains = generator.render({k: v[start : start + BATCH] for k, v in inputs.items()})
            for folder, field, images in zip(folders, fields, domains, strict=True):
                for i, image in enumerate(from_network(field, images), start):
                    write_exact(image, output / folder / names[i])
            progress.add(len(domains[0]))
    if labels is not None:
        write_bytes(_table(generator.label, labels, files, seed), output / TABLE)


def _file_name(field: Field | None, labels, index):
    if field is None or field.kind != "class":
        return f"{index:06d}"
    # Without path separators, and not too long for a file system.
    name = re.sub(r"[^\w.+-]+", "_", label_text(field, labels[index]))[:60]
    return f"{index:06d}-{name}"


def _table(field, labels, files, seed):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("file", "label", "seed", "index"))
    writer.writerows((file, label_text(field, labels[i]), seed, i) for file, i in files)
    return text.getvalue().encode()
