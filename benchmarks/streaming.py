"""Training on more data than may be in memory: `python -m benchmarks.streaming`.

Makes a folder of images several times as large as an allowance of memory, and with `data prepare`
TFRecord shards of it, and trains a small DCGAN on each in a process that may not use more than the
allowance beyond what it had after its first steps: the operating system refuses it more. Prints the
memory over the steps, the share of time spent waiting for data, and from where in the set a batch
comes. The control, told to keep all images, must fail.

Then, each read for the first time (the system is asked to forget the files): records in random
order and one after the other, files, and how long a set of very many small records takes to open,
with its index and without.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tfgan_kit.machine.quiet import quiet_import

SIZE = 128  # Noise of 128x128 RGB: a PNG of 49 kB, and as much in memory.
NETWORK_SIZE, BATCH = 64, 64
WINDOWS = 10


def write_images(folder: Path, megabytes: int) -> int:
    """Writes noise as PNG files into ten classes; returns their number."""
    import cv2
    import numpy as np

    rng = np.random.default_rng(0)
    count = megabytes * 1_000_000 // (SIZE * SIZE * 3)
    for k in range(10):
        (folder / str(k)).mkdir(parents=True)
    for i in range(count):
        image = rng.integers(0, 256, (SIZE, SIZE, 3), np.uint8)
        cv2.imwrite(
            str(folder / str(i % 10) / f"{i:07}.png"), image, [cv2.IMWRITE_PNG_COMPRESSION, 0]
        )
    return count


def bytes_of(folder: Path) -> int:
    """Returns the size of all files below a folder."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def forget(folder: Path) -> None:
    """Asks the system to drop what it has cached of the files below a folder."""
    for path in folder.rglob("*"):
        if path.is_file():
            number = os.open(path, os.O_RDONLY)
            os.fsync(number)
            os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(number)


def train(dataset: str, *, steps: int, allowance_mb: int, cache_mb: int) -> dict:
    """Trains in this process under the allowance; see the module.

    Returns:
      "mb": resident memory before the data was opened, and after each of `WINDOWS` windows.
      "waited": share of time spent waiting for data, median, smallest and largest of the windows.
      "images_per_second", "open_seconds".
    """
    with quiet_import():
        import tensorflow as tf
    from data.feeds.feed import Feed, open_for
    from tfgan_kit.engine.loop import Loop
    from tfgan_kit.engine.status import memory_mb
    from tfgan_kit.fields import class_field, image_field
    from tfgan_kit.settings.option import make
    from trainers.generation.gan.config import GANConfig
    from trainers.generation.gan.trainer import GAN

    settings = {"dataset": dataset, "width": 0.0625, "batch_size": BATCH, "cache_mb": cache_mb}
    config = make(GANConfig, settings, {"image_size": NETWORK_SIZE, "channels": 3})
    shape = (NETWORK_SIZE, NETWORK_SIZE, 3)
    fields = {"image": image_field(shape), "label": class_field("0123456789")}
    trainer = GAN(config, fields, tf.distribute.get_strategy())
    # What TensorFlow takes for itself is there before the limit is.
    blank = {"image": tf.zeros((BATCH, *shape), tf.uint8), "label": tf.zeros((BATCH,), tf.int64)}
    Loop(trainer, lambda context: tf.data.Dataset.from_tensors(blank).repeat()).run(5)
    limit = _data_bytes() + allowance_mb * 1_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    memory, begin = [memory_mb()], time.perf_counter()
    reader, config = open_for(config)
    opened = time.perf_counter() - begin
    feed = Feed(reader, config)
    loop = Loop(trainer, lambda context: feed.dataset(0, context))
    loop.run(1)
    waited, start = [], time.perf_counter()
    for _ in range(WINDOWS):
        begin = time.perf_counter()
        seconds = loop.run(steps // WINDOWS).waited
        waited.append(seconds / (time.perf_counter() - begin))
        memory.append(memory_mb())
    done = steps // WINDOWS * WINDOWS
    return {
        "mb": [round(mb) for mb in memory],
        "waited": [statistics.median(waited), min(waited), max(waited)],
        "images_per_second": round(done * BATCH / (time.perf_counter() - start)),
        "open_seconds": round(opened, 2),
    }


def _data_bytes() -> int:
    """Private memory that this process has asked for, as RLIMIT_DATA counts it."""
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith("VmData:"))
    return int(line.split()[1]) * 1024


def train_apart(dataset: Path, **options) -> dict | None:
    """Calls `train` in a process of its own; None if the system refused it the memory."""
    given = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "benchmarks.streaming", "--train", str(dataset), *given]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 0:
        return json.loads(done.stdout.splitlines()[-1])
    if "MemoryError" in done.stderr or "bad_alloc" in done.stderr:
        return None
    raise RuntimeError(done.stderr)


def spread(folder: Path) -> dict:
    """From where in a prepared set the batches of an epoch come."""
    import numpy as np

    from data.feeds import order
    from data.records.prepared import read_prepared

    split = read_prepared(folder).splits["train"]
    stream = order.indices(np.arange(split.records // BATCH * BATCH), split.records, 0)
    ends = [split.first(k + 1) for k in range(split.shards)]
    shards = np.searchsorted(ends, stream, side="right").reshape(-1, BATCH)
    return {
        "shards": split.shards,
        "shards_per_batch": float(np.median([len(set(batch)) for batch in shards.tolist()])),
        # Of two places drawn at random, a third of the whole on average.
        "mean_distance": round(float(np.abs(np.diff(stream)).mean() / split.records), 3),
    }


def reads(images: Path, prepared: Path, count: int) -> list[dict]:
    """Reads of files and of records by the second, each of them for the first time."""
    import numpy as np

    from data.folders.listing import list_images
    from data.records.files import RecordFiles
    from data.records.prepared import shard_paths

    files = [images / name for name in list_images(images)]
    shards = len(list(prepared.glob("train-*.tfrecord")))
    records = RecordFiles(shard_paths(prepared, "train", shards))
    count = min(count, len(files))
    chosen = np.random.default_rng(0).permutation(len(files))[:count].tolist()
    rows = []
    for name, folder, indices, read in (
        ("files, random order", images, chosen, lambda i: files[i].read_bytes()),
        ("records, random order", prepared, chosen, records.__getitem__),
        ("records, one after the other", prepared, range(count), records.__getitem__),
    ):
        for threads in (1, 2, 16):
            forget(folder)
            begin = time.perf_counter()
            _in_threads(read, indices, threads)
            speed = count / (time.perf_counter() - begin)
            rows.append({"what": name, "threads": threads, "reads_per_second": round(speed)})
    return rows


def _in_threads(read, indices, count):
    threads = [
        threading.Thread(target=lambda part: [read(i) for i in part], args=(indices[k::count],))
        for k in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def start_up(folder: Path, count: int) -> list[dict]:
    """Seconds until a set of `count` records of 300 bytes in four shards is open."""
    from data.records.files import RecordFiles
    from data.records.index import index_path
    from data.records.prepared import shard_paths
    from data.records.shard import write_shard

    paths = shard_paths(folder, "train", 4)
    for path in paths:
        write_shard((b"x" * 300 for _ in range(count // 4)), path)
    rows = []
    for kind in ("index", "no index"):
        if kind == "no index":
            for path in paths:
                index_path(path).unlink()
        for cached in (False, True):
            if not cached:
                forget(folder)
            begin = time.perf_counter()
            RecordFiles(paths)
            seconds = round(time.perf_counter() - begin, 3)
            rows.append({"with": kind, "files_cached": cached, "seconds": seconds})
    return rows


def run(folder: Path, *, megabytes: int, allowance_mb: int, steps: int, count: int) -> dict:
    """Measures everything in a folder and prints it as it comes."""
    with quiet_import():
        from data.tools.prepare import prepare
    images, prepared = folder / "images", folder / "prepared"
    begin = time.perf_counter()
    number = write_images(images, megabytes)
    print(f"{number:,} images, {bytes_of(images) / 1e6:,.0f} MB, made in {_since(begin)}")
    begin = time.perf_counter()
    print(prepare(str(images), str(prepared)))
    print(f"prepared in {_since(begin)}")
    result = {"images": number, "megabytes": megabytes, "allowance_mb": allowance_mb, "runs": {}}
    print(f"\nMB of memory over {steps} steps, at most {allowance_mb} MB more than at first")
    cases = {
        "folder": (images, 0),
        "TFRecord": (prepared, 0),
        "TFRecord, all kept": (prepared, 1 << 20),
    }
    for name, (dataset, cache) in cases.items():
        forget(dataset)
        row = train_apart(dataset, steps=steps, allowance_mb=allowance_mb, cache_mb=cache)
        result["runs"][name] = row
        print(f"{name:<20}{_shown(row)}")
    result["spread"] = spread(prepared)
    print(
        "\na batch comes from {shards_per_batch:g} of {shards} shards, neighbours in the stream "
        "are {mean_distance} of the set apart".format(**result["spread"])
    )
    result["reads"] = reads(images, prepared, 5000)
    print(f"\n{'read for the first time':<32}{'threads':>8}{'reads/s':>9}")
    for row in result["reads"]:
        print(f"{row['what']:<32}{row['threads']:>8}{row['reads_per_second']:>9}")
    shutil.rmtree(images)
    many = folder / "many"
    many.mkdir()
    result["start_up"] = start_up(many, count)
    print(f"\n{count:,} records of 300 bytes: seconds to open")
    for row in result["start_up"]:
        state = "files cached" if row["files_cached"] else "for the first time"
        print(f"{row['with']:<10}{state:<20}{row['seconds']:>7.2f}")
    return result


def _since(begin):
    return f"{time.perf_counter() - begin:.0f}s"


def _shown(row):
    if row is None:
        return "refused by the system"
    curve = " ".join(map(str, row["mb"]))
    middle, low, high = row["waited"]
    return (
        f"{curve}  {row['images_per_second']} images/s, "
        f"waiting {middle:.1%} ({low:.1%}-{high:.1%}), open in {row['open_seconds']}s"
    )


def main() -> None:
    """Prints the tables and, on request, writes them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=2000, help="size of the set")
    parser.add_argument("--allowance-mb", type=int, default=400)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--records", type=int, default=1_000_000, help="of the set of small ones")
    parser.add_argument("--folder", help="on the disk to be measured (default: a temporary one)")
    parser.add_argument("--json", metavar="PATH", help="write the results to this file")
    parser.add_argument("--train", metavar="DATASET", help="of a process of its own: train on it")
    parser.add_argument("--cache-mb", type=int, default=0, help="with --train")
    given = parser.parse_args()
    if given.train:
        options = {name: getattr(given, name) for name in ("steps", "allowance_mb", "cache_mb")}
        print(json.dumps(train(given.train, **options)))
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        result = run(
            Path(folder),
            megabytes=given.megabytes,
            allowance_mb=given.allowance_mb,
            steps=given.steps,
            count=given.records,
        )
    if given.json:
        with open(given.json, "w") as file:
            json.dump({"cores": os.cpu_count(), **result}, file, indent=2)


if __name__ == "__main__":
    main()
