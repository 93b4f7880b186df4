"""Speed of the data pipeline alone: `python -m benchmarks.data [--json PATH]`.

Images per second of each source, cold (the first epoch draws or decodes) and warm (later epochs
read the memo), with and without augmentation.
"""

import argparse
import json
import os
import tempfile
import time

from tfgan_kit.quiet import quiet_import

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
        from data.pipeline import Pipeline
    from data.registry import open_source

    reader = open_source(name, **options)
    images = min(images, len(reader)) // batch_size * batch_size
    pipeline = Pipeline(reader, batch_size=batch_size, seed=0, augment=augment)
    cold, warm = (images_per_second(pipeline, images) for _ in range(2))
    return {
        "source": "JPEG files" if os.path.isdir(name) else reader.name,
        "shape": list(reader.image_shape),
        "augment": list(augment),
        "images": images,
        "cold_images_per_second": round(cold),
        "warm_images_per_second": round(warm),
    }


def write_jpegs(folder: str, count: int, size: int) -> None:
    """Writes `count` RGB images as JPEG files, to be read back as a folder."""
    import cv2

    from data.glyphs import Glyphs

    glyphs = Glyphs("street", size=size)
    for index in range(count):
        cv2.imwrite(os.path.join(folder, f"{index:05}.jpg"), glyphs.example(index)[0])


def run(images: int, batch_size: int) -> list[dict]:
    """Measures every source that this machine has and returns the rows."""
    sources = ["glyphs", "glyphs-color", "glyphs-street"]
    if os.environ.get("TFGAN_KIT_DATA"):
        sources.append("mnist")
    options = {"images": images, "batch_size": batch_size}
    rows = []
    for name in sources:
        for augment in ((), AUGMENT):
            rows.append(measure(name, augment=augment, **options))
    with tempfile.TemporaryDirectory() as folder:
        write_jpegs(folder, images, size=128)
        for size in (32, 128):
            rows.append(measure(folder, image_size=size, **options))
    return rows


def main() -> None:
    """Prints the table and, on request, writes it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", metavar="PATH", help="write the rows to this file")
    parser.add_argument("--images", type=int, default=10_000, help="images per measurement")
    parser.add_argument("--batch-size", type=int, default=128)
    arguments = parser.parse_args()
    rows = run(arguments.images, arguments.batch_size)
    print(f"{'source':<16}{'shape':<14}{'augmented':<11}{'cold img/s':>11}{'warm img/s':>11}")
    for row in rows:
        shape = "x".join(map(str, row["shape"]))
        augmented = "yes" if row["augment"] else "no"
        print(
            f"{row['source']:<16}{shape:<14}{augmented:<11}"
            f"{row['cold_images_per_second']:>11}{row['warm_images_per_second']:>11}"
        )
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump({"cores": os.cpu_count(), "rows": rows}, file, indent=2)


if __name__ == "__main__":
    main()
