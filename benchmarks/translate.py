"""Speed and memory of `main.py translate`: `python -m benchmarks.translate [RUN]`.

A folder of JPEG files is translated by the command's function and by a bare loop (cv2.imread, the
network on batches of the same size, cv2.imwrite) in turns; both load the network and trace it each
time, and both make the same files, which is checked. Then more files are translated while resident
memory is sampled. Without RUN, pix2pix is trained for a few steps first.
"""

import itertools
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.machine import run_main
from tfgan_kit.errors import UserError
from tfgan_kit.settings.arguments import Parser, positive

DATASET = "glyph_edge2colour"
BATCH, SEED = 16, 0  # Of the bare loop; `translate` takes as many images of up to 256x256.
EVERY = 100  # Files between two samples of the memory.
MEMORY_SIZE = 64


def write_inputs(folder: Path, count: int, size: int) -> Path:
    """Writes so many drawn inputs as JPEG files into a new folder, and returns it."""
    import cv2

    from data.reading.open import open_source

    folder.mkdir()
    source = open_source(DATASET, image_size=size)
    for start in range(0, count, 100):
        images = source.read(np.arange(start, min(count, start + 100)))["input"]
        for number, image in enumerate(images, start=start):
            cv2.imwrite(str(folder / f"{number:05d}.jpg"), image)
    return folder


def kit(run, inputs: Path, output: Path, read=lambda: None) -> float:
    """Translates a folder with the command's function and returns the seconds it took.

    Args:
      run: a run of pix2pix.
      inputs, output: folders.
      read: called whenever a file is read.
    """
    from data.reading.own_size import open_files
    from tfgan_kit.commands.translate import translate

    def opened(*place):
        files = open_files(*place)
        before = files.read

        def reading(index):
            read()
            return before(index)

        files.read = reading
        return files

    start = time.perf_counter()
    translate(run, opened, input=str(inputs), output=output, others={}, seed=SEED)
    return time.perf_counter() - start


def bare(run, inputs: Path, output: Path) -> float:
    """The same by a loop as one would write it for this network alone."""
    import cv2
    import keras
    import tensorflow as tf

    start = time.perf_counter()
    output.mkdir()
    network = keras.saving.load_model(Path(run) / "models" / "generator.keras", compile=False)
    function = tf.function(lambda given: network(given, training=False)["image"])
    paths = sorted(inputs.iterdir())
    for first in range(0, len(paths), BATCH):
        batch = paths[first : first + BATCH]
        images = [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in batch]
        images = np.stack(images)[..., None].astype(np.float32) / 127.5 - 1.0
        seeds = tf.fill([len(batch)], tf.constant(SEED, tf.int64))
        made = function({"input": tf.constant(images), "seed": seeds}).numpy()
        made = np.clip(np.rint((made + 1.0) * 127.5), 0, 255).astype(np.uint8)
        for path, image in zip(batch, made, strict=True):
            picture = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
            cv2.imwrite(str(output / f"{path.stem}.png"), picture)
    return time.perf_counter() - start


def check_same(inputs: Path, first: Path, second: Path) -> None:
    """Checks that two folders hold the same translations, to a step of rounding.

    Raises:
      UserError: if they do not.
    """
    import cv2

    for path in inputs.iterdir():
        a, b = (cv2.imread(str(each / f"{path.stem}.png")).astype(int) for each in (first, second))
        if np.abs(a - b).max() > 1:
            raise UserError(f"{path.name}: translate and the bare loop made different images")


def speed(run, folder: Path, *, files: int, size: int, windows: int) -> list[dict]:
    """Translates a folder by both in turns.

    Returns:
      A row for each: "name", "images" and "seconds" of each window.
    """
    inputs = write_inputs(folder / "inputs", files, size)
    rows = [{"name": n, "images": files, "seconds": []} for n in ("translate", "bare loop")]
    for window in range(windows):
        turn = [(rows[0], kit), (rows[1], bare)]
        for row, contestant in turn[:: -1 if window % 2 else 1]:
            output = folder / f"{row['name']}-{window}"
            row["seconds"].append(contestant(run, inputs, output))
        check_same(inputs, *(folder / f"{row['name']}-{window}" for row in rows))
    return rows


def memory(run, folder: Path, *, files: int) -> list[float]:
    """Resident memory in MB while a folder is translated, at every `EVERY` files."""
    from tfgan_kit.engine.status import memory_mb

    inputs = write_inputs(folder / "many", files, MEMORY_SIZE)
    # Reading threads share the counter, whose steps are whole.
    count, found = itertools.count(1), []

    def read():
        if next(count) % EVERY == 0:
            found.append(round(memory_mb(), 1))

    kit(run, inputs, folder / "many-made", read)
    return found


def table(result: dict) -> str:
    """Images per second with their spread, and the memory."""
    from benchmarks.turns import ratios, spread

    form = "{:.2f} ({:.2f}-{:.2f})".format
    own = result["rows"][0]["seconds"]
    lines = ["| | images/s | translate over it |", "|---|---|---|"]
    for row in result["rows"]:
        speeds = form(*spread([row["images"] / seconds for seconds in row["seconds"]]))
        over = "" if row["name"] == "translate" else form(*ratios(row["seconds"], own))
        lines.append(f"| {row['name']} | {speeds} | {over} |")
    mb = result["memory_mb"]
    lines += [
        "",
        f"resident memory, MB: first {mb[0]:.0f}, last {mb[-1]:.0f}, largest {max(mb):.0f} "
        f"({len(mb)} samples, one every {EVERY} files)",
    ]
    return "\n".join(lines)


def main(arguments=None) -> int:
    """Measures, prints the table and, on request, writes it as JSON."""
    from benchmarks.machine import machine, prepare, today
    from benchmarks.studies.runs import train
    from tfgan_kit.machine.files import write_json

    parser = Parser(prog="python -m benchmarks.translate", description=__doc__.splitlines()[0])
    parser.add_argument("run", nargs="?", metavar="RUN", help="of pix2pix, from gray to colour")
    parser.add_argument("--files", type=positive, default=200, help="to time (default: 200)")
    parser.add_argument("--size", type=positive, default=256, help="their side (default: 256)")
    parser.add_argument("--windows", type=positive, default=3, help="of each (default: 3)")
    parser.add_argument(
        "--memory-files", type=positive, default=2000, help="to watch memory (default: 2000)"
    )
    parser.add_argument("--output", metavar="FILE.json", help="where to write the results")
    given = parser.parse(arguments)
    if given["memory_files"] < EVERY:
        parser.error(f"--memory-files {given['memory_files']}: give at least {EVERY}")
    with tempfile.TemporaryDirectory() as name:
        folder, run = Path(name), given["run"]
        if run is None:
            run = folder / "run"
            settings = {"dataset": DATASET, "image-size": 64, "filters": 32, "steps": 20}
            # How good its images are does not matter here.
            settings |= {"evaluate-count": 16}
            train(run, "pix2pix", *(x for k, v in settings.items() for x in (f"--{k}", v)))
        prepare()
        # First, while nothing else has taken memory.
        mb = memory(run, folder, files=given["memory_files"])
        sizes = {"files": given["files"], "size": given["size"], "windows": given["windows"]}
        rows = speed(run, folder, **sizes)
    result = {"date": today(), "machine": machine(), **sizes, "rows": rows, "memory_mb": mb}
    print(table(result))
    if given["output"]:
        write_json(result, given["output"])
    return 0


if __name__ == "__main__":
    run_main(main)
