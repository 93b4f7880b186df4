"""Speed of the data pipeline, and how long a training waits for it: `python -m benchmarks.data`.

First the images per second of each source alone, cold (the first epoch draws or decodes) and warm
(later epochs read the memo), with and without augmentation. Then the share of a DCGAN's training
that is spent waiting for data in the first epoch, the only one that can wait for long.
"""

import argparse
import json
import os
import statistics
import tempfile
import time

from tfgan_kit.machine.quiet import quiet_import

WINDOWS = 5  # The share of waiting is given as median and extremes of so many.
AUGMENT = ("flip", "crop", "rotation")


def images_per_second(pipeline, images: int) -> float:
    """Returns the speed of reading at least `images` images through a new iterator.

    Starting the iterator is part of the time.
    """
    seen, start = 0, time.perf_counter()
    for batch in pipeline.dataset():
        seen += len(batch["label"])
        if seen >= images:
            return seen / (time.perf_counter() - start)


def measure(name: str, *, images: int, batch_size: int, augment=(), **options) -> dict:
    """Returns one row of the table: a source's speeds over its first `images`, cold and warm."""
    with quiet_import():
        from data.feeds.pipeline import Pipeline
    from data.reading.open import open_source

    reader = open_source(name, **options)
    images = min(images, len(reader)) // batch_size * batch_size
    pipeline = Pipeline(reader, batch_size=batch_size, seed=0, augment=augment)
    cold, warm = (images_per_second(pipeline, images) for _ in range(2))
    return {
        "source": _title(name, reader),
        "shape": list(reader.image_shape),
        "augment": list(augment),
        "images": images,
        "cold_images_per_second": round(cold),
        "warm_images_per_second": round(warm),
    }


def waiting(name: str, *, steps: int, image_size: int, width: float, constant=False) -> dict:
    """Returns one row of the second table: a DCGAN's first steps on a source nobody has read yet.

    With one batch that is given again and again there is nothing to wait for but the scheduler of
    the operating system. On a busy machine that is most of what the other rows show, too.

    Args:
      name: of the source, or the path of a folder.
      steps: how many; the one that is traced is not among them.
      image_size: side of the images.
      width: of the networks; the narrower, the quicker the step and the more it needs the data.
      constant: give the first batch again and again.
    """
    with quiet_import():
        import tensorflow as tf
    from data.feeds.feed import Feed, open_for
    from tfgan_kit.engine.loop import Loop
    from tfgan_kit.settings.option import make
    from trainers.generation.gan.config import GANConfig
    from trainers.generation.gan.trainer import GAN

    settings = {"dataset": name, "image_size": image_size, "width": width}
    reader, config = open_for(make(GANConfig, settings))
    feed = Feed(reader, config)
    trainer = GAN(config, reader.fields, tf.distribute.get_strategy())

    def dataset(context):
        stream = feed.dataset(0, context)
        return stream.take(1).cache().repeat().prefetch(2) if constant else stream

    loop = Loop(trainer, dataset)
    loop.run(1)
    shares, start = [], time.perf_counter()
    for _ in range(WINDOWS):
        begin = time.perf_counter()
        waited = loop.run(steps // WINDOWS).waited
        shares.append(waited / (time.perf_counter() - begin))
    seconds, steps = time.perf_counter() - start, steps // WINDOWS * WINDOWS
    return {
        "source": "one batch" if constant else _title(name, reader),
        "shape": list(reader.image_shape),
        "width": width,
        "steps": steps,
        "images_per_second": round(steps * config.batch_size / seconds),
        "waited": [statistics.median(shares), min(shares), max(shares)],
    }


def _title(name, reader):
    return "JPEG files" if os.path.isdir(name) else reader.name


def write_jpegs(folder: str, count: int, size: int) -> None:
    """Writes `count` RGB images as JPEG files, to be read back as a folder."""
    import cv2

    from data.drawn.glyphs import Glyphs

    glyphs = Glyphs("street", size=size)
    for index in range(count):
        cv2.imwrite(os.path.join(folder, f"{index:05}.jpg"), glyphs.example(index)[0])


def sources() -> list[str]:
    """Names of the sources that this machine has."""
    return ["glyphs", "glyphs-color", "glyphs-street"] + ["mnist"] * (
        "TFGAN_KIT_DATA" in os.environ
    )


def run(images: int, batch_size: int, jpegs: str) -> list[dict]:
    """Measures every source alone and returns the rows.

    Args:
      images: how many of each.
      batch_size: in which they are read.
      jpegs: a folder of images of 128x128.
    """
    options = {"images": images, "batch_size": batch_size}
    rows = [
        measure(name, augment=augment, **options) for name in sources() for augment in ((), AUGMENT)
    ]
    return rows + [measure(jpegs, image_size=size, **options) for size in (32, 128)]


def run_training(steps: int, width: float, jpegs: str) -> list[dict]:
    """Measures how long trainings wait and returns the rows; `jpegs` as in `run`."""
    cases = [(name, 32) for name in sources()] + [(jpegs, 32), (jpegs, 64)]
    options = {"steps": steps, "width": width}
    control = waiting("glyphs", image_size=32, constant=True, **options)
    return [control, *(waiting(name, image_size=size, **options) for name, size in cases)]


def main() -> None:
    """Prints the tables and, on request, writes them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", metavar="PATH", help="write the rows to this file")
    parser.add_argument("--images", type=int, default=10_000, help="images per measurement")
    parser.add_argument("--batch-size", type=int, default=128, help="of the first table")
    parser.add_argument("--steps", type=int, default=150, help="training steps per source")
    parser.add_argument("--width", type=float, default=0.25, help="of the trained networks")
    parser.add_argument("--only-training", action="store_true", help="skip the first table")
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        write_jpegs(folder, arguments.images, size=128)
        if not arguments.only_training:
            rows = run(arguments.images, arguments.batch_size, folder)
            _show(rows)
        training = run_training(arguments.steps, arguments.width, folder)
    _show_training(training)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump({"cores": os.cpu_count(), "rows": rows, "training": training}, file, indent=2)


def _show(rows):
    print(f"{'source':<16}{'shape':<14}{'augmented':<11}{'cold img/s':>11}{'warm img/s':>11}")
    for row in rows:
        augmented = "yes" if row["augment"] else "no"
        print(
            f"{row['source']:<16}{_shape(row):<14}{augmented:<11}"
            f"{row['cold_images_per_second']:>11}{row['warm_images_per_second']:>11}"
        )
    print()


def _show_training(rows):
    print(
        f"{'training on':<16}{'shape':<14}{'width':<11}{'images/s':>11}"
        f"{'waiting':>11}{'(min-max)':>16}"
    )
    for row in rows:
        share, low, high = row["waited"]
        print(
            f"{row['source']:<16}{_shape(row):<14}{row['width']:<11}"
            f"{row['images_per_second']:>11}{share:>11.1%}{f'({low:.1%}-{high:.1%})':>16}"
        )


def _shape(row):
    return "x".join(map(str, row["shape"]))


if __name__ == "__main__":
    main()
