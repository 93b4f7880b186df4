"""Speed and memory of the metrics: `python -m benchmarks.metrics [--count N] [--json PATH]`.

Four tables: images per second of each available feature extractor; the matrix root of FID
against `scipy.linalg.sqrtm`; the memory of statistics over a stream of images; and FID of MNIST's
training images and as many of its test images from end to end, beside torch-fidelity if it is
installed. What is compared takes turns in one process, and figures are medians with their smallest
and largest. MNIST is looked for in TFGAN_KIT_DATA, weights in TFGAN_KIT_WEIGHTS.
"""

import argparse
import json
import os
import tempfile
import time
import unittest.mock
from pathlib import Path

import numpy as np

from benchmarks.turns import spread, take_turns
from tfgan_kit.errors import UserError
from tfgan_kit.machine.quiet import quiet_import

# Before TensorFlow is imported, as main.py has it.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
NETWORKS = ("inception-2015", "vgg16-lpips", "alexnet-lpips")
SHAPE = (28, 28, 1)
RESIZE = "legacy-tf1"  # As torch-fidelity resizes.
BATCH = 64


class Work:
    """Something to do for each of a number of items; see `benchmarks.turns.take_turns`."""

    def __init__(self, function):
        self._function = function

    def window(self, steps: int) -> float:
        """Does it for so many and returns the seconds."""
        begin = time.perf_counter()
        self._function(steps)
        return time.perf_counter() - begin


def extractors(images: int, rounds: int) -> list[dict]:
    """Images per second of each extractor: resized, through the network, back as an array.

    Args:
      images: how many gray images of 28x28 make a round.
      rounds: of all extractors in turn.

    Returns:
      A row for each, with "images_per_second" as [median, smallest, largest], or "missing".
    """
    from nets.classifiers import classifier
    from tfgan_kit.extractors import registry

    batch = np.random.default_rng(0).integers(0, 256, (images, *SHAPE), np.uint8)
    rows, found = [], {}
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/classifier.keras"
        classifier((32, 32, 1), 10).save(path)
        for name in (*NETWORKS, f"classifier:{path}"):
            try:
                found[name.partition(":")[0]] = registry.find(name)
            except UserError as error:
                rows.append({"features": name, "missing": str(error)})
    contestants = {k: Work(lambda n, x=x: x(batch[:n])) for k, x in found.items()}
    for contestant in contestants.values():
        contestant.window(images)  # Traced, and its memory laid out.
    times = take_turns(contestants, dict.fromkeys(contestants, images), rounds)
    measured = [
        {
            "features": name,
            "dimension": found[name].dimension,
            "images": images,
            "images_per_second": spread([1 / seconds for seconds, _ in each]),
        }
        for name, each in times.items()
    ]
    return measured + rows


def covariances(dimension: int) -> list[np.ndarray]:
    """Two covariances of full rank whose eigenvalues fall off, as those of features do."""
    rng = np.random.default_rng(0)
    scales = np.arange(1, dimension + 1) ** -0.5
    sets = (rng.standard_normal((2 * dimension, dimension)) * scales for _ in range(2))
    return [np.cov(x, rowvar=False) for x in sets]


def matrix_root(dimension: int, rounds: int) -> dict:
    """Seconds of the Frechet distance of two Gaussians, by our trace and by scipy's root.

    Args:
      dimension: of the features.
      rounds: of both in turn.

    Returns:
      "ours" and "scipy" in seconds and "ratio", each [median, smallest, largest], a ratio being
      taken within a round; and "difference", relative, of the two distances.
    """
    from scipy.linalg import sqrtm

    from tfgan_kit.metrics.distributions.frechet import frechet_from_moments

    zero, (a, b) = np.zeros(dimension), covariances(dimension)
    values = {}

    def ours(_):
        values["ours"] = frechet_from_moments(zero, a, zero, b)

    def theirs(_):
        values["scipy"] = np.trace(a) + np.trace(b) - 2 * np.trace(sqrtm(a @ b).real)

    times = take_turns({"ours": Work(ours), "scipy": Work(theirs)}, {"ours": 1, "scipy": 1}, rounds)
    seconds = {name: [wall for wall, _ in each] for name, each in times.items()}
    ratios = [s / o for s, o in zip(seconds["scipy"], seconds["ours"], strict=True)]
    return {
        "dimension": dimension,
        "rounds": rounds,
        "ours": spread(seconds["ours"]),
        "scipy": spread(seconds["scipy"]),
        "ratio": spread(ratios),
        "difference": float(abs(values["ours"] - values["scipy"]) / values["scipy"]),
    }


def stream_memory(count: int, dimension: int) -> dict:
    """Resident memory while statistics of so many images are gathered.

    The images are drawn as they come, and their features are a random projection: neither data nor
    network take memory of their own that grows.

    Args:
      count: how many images.
      dimension: of the features.

    Returns:
      "first_mb" after the first batch, "peak_mb" after any later one, and "features_mb", what the
      features would take if they were kept.
    """
    import tensorflow as tf

    from tfgan_kit.engine.status import memory_mb
    from tfgan_kit.evaluation.collect import collect
    from tfgan_kit.evaluation.images.image_set import ImageSet
    from tfgan_kit.extractors.extractor import Extractor

    class Drawn(ImageSet):
        def __init__(self):
            self.name, self.count, self.total, self.shape = "drawn", count, count, SHAPE

        def batches(self, size=128):
            for start in range(0, count, size):
                rng = np.random.default_rng(start)
                yield rng.integers(0, 256, (min(size, count - start), *SHAPE), np.uint8), None

    projection = np.random.default_rng(0).standard_normal((28 * 28, dimension)).astype(np.float32)
    extractor = Extractor(
        name="projection",
        network=lambda images: {"features": tf.reshape(images, (-1, 28 * 28)) @ projection},
        dimension=dimension,
        description="random projection",
        digest="0" * 64,
        channels=1,
    )
    memory, begin = [], time.perf_counter()
    collect(Drawn(), extractor, {"statistics"}, lambda _: memory.append(memory_mb()))
    return {
        "images": count,
        "dimension": dimension,
        "first_mb": memory[0],
        "peak_mb": max(memory),
        "features_mb": count * dimension * 4 / 1e6,
        "seconds": time.perf_counter() - begin,
    }


def _no_cache(folder):
    from tfgan_kit.machine.places import CACHE_VARIABLE

    return unittest.mock.patch.dict(os.environ, {CACHE_VARIABLE: folder})


def end_to_end(count: int) -> list[dict]:
    """Seconds and value of FID of MNIST's training images and as many of its test images.

    Args:
      count: images of each.

    Returns:
      A row for this kit and one for torch-fidelity, with "seconds" and "fid", or "missing". Loading
      networks and files is not part of the time, tracing is.
    """
    from data.reading.open import open_source
    from tfgan_kit.engine.status import StatusLine
    from tfgan_kit.evaluation.compare import compare
    from tfgan_kit.evaluation.images.image_set import ReaderImages
    from tfgan_kit.evaluation.instruments import Instruments
    from tfgan_kit.extractors import inception

    try:
        readers = [open_source("mnist", split=split) for split in ("train", "test")]
        weights = inception.PUBLISHED.locate()
        tools = Instruments(("fid",), resize=RESIZE)
    except UserError as error:
        return [{"tool": "tfgan-kit", "missing": str(error)}]
    sets = [ReaderImages(r, f"mnist {r.name}", count, 0) for r in readers]
    arrays = [np.concatenate([batch for batch, _ in s.batches()]) for s in sets]
    quiet = StatusLine(open(os.devnull, "w"))  # noqa: SIM115 (as long as the process)
    with tempfile.TemporaryDirectory() as folder, _no_cache(folder):
        begin = time.perf_counter()
        ours = compare(*sets, tools, quiet)["fid"]
        rows = [{"tool": "tfgan-kit", "seconds": time.perf_counter() - begin, "fid": ours}]
    row = {"tool": "torch-fidelity"}
    try:
        import torch_fidelity  # noqa: F401 (whether it is there)
    except ImportError:
        row["missing"] = "torch-fidelity not installed: not run"
    except RuntimeError as error:  # So torchvision tells that it was built for another torch.
        row["missing"] = f"torch-fidelity cannot be imported ({error}): not run"
    else:
        row |= _torch_fidelity(arrays, weights)
    return [each | {"count": min(s.count for s in sets)} for each in (*rows, row)]


def _torch_fidelity(arrays, weights) -> dict:
    """FID of the same images by the parts of torch-fidelity that compute it."""
    import torch
    from torch_fidelity import metric_fid

    from benchmarks.studies.metric_agreement import torch_inception

    network = torch_inception(weights)
    begin, statistics = time.perf_counter(), []
    for images in arrays:
        found = []
        for start in range(0, len(images), BATCH):
            batch = images[start : start + BATCH].repeat(3, axis=3).transpose(0, 3, 1, 2)
            with torch.no_grad():
                found.append(network(torch.from_numpy(np.ascontiguousarray(batch)))[0])
        statistics.append(metric_fid.fid_features_to_statistics(torch.cat(found)))
    value = metric_fid.fid_statistics_to_metric(*statistics, verbose=False)
    return {"seconds": time.perf_counter() - begin, "fid": value[metric_fid.KEY_METRIC_FID]}


def _range(values, form):
    middle, low, high = (format(value, form) for value in values)
    return f"{middle:>10}{f'({low}-{high})':>18}"


def _show_extractors(rows):
    print(f"\n{'features':<18}{'dimension':>10}{'images/s':>10}{'(min-max)':>18}")
    for row in rows:
        if "missing" in row:
            print(f"{row['features']:<18}  not run: {row['missing']}")
            continue
        speed = _range(row["images_per_second"], ".1f")
        print(f"{row['features']:<18}{row['dimension']:>10}{speed}")


def _show_root(row):
    print(f"\n{'Frechet distance, seconds':<28}{'median':>10}{'(min-max)':>18}")
    for name in ("ours", "scipy"):
        print(f"{name:<28}{_range(row[name], '.2f')}")
    print(f"{'scipy / ours':<28}{_range(row['ratio'], '.1f')}")
    print(f"{row['dimension']} features, relative difference {row['difference']:.1e}")


def _show_memory(row):
    grown = row["peak_mb"] - row["first_mb"]
    print(
        f"\nstatistics of {row['images']:,} images with {row['dimension']} features: "
        f"{row['first_mb']:.0f} MB after the first batch, {row['peak_mb']:.0f} MB at the most "
        f"({grown:+.0f} MB; the features would be {row['features_mb']:.0f} MB), in "
        f"{row['seconds']:.0f} s"
    )


def _show_end_to_end(rows):
    print(f"\n{'FID of MNIST':<18}{'images':>10}{'seconds':>10}{'FID':>12}")
    for row in rows:
        if "missing" in row:
            print(f"{row['tool']:<18}  {row['missing']}")
        else:
            print(f"{row['tool']:<18}{row['count']:>10}{row['seconds']:>10.1f}{row['fid']:>12.4f}")


def main() -> None:
    """Prints the tables as they come and, on request, writes them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--count", type=int, default=10_000, help="MNIST images of each set (default: 10000)"
    )
    parser.add_argument(
        "--stream", type=int, default=50_000, help="images of the memory's stream (default: 50000)"
    )
    parser.add_argument(
        "--images", type=int, default=256, help="images of an extractor's round (default: 256)"
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds of what is compared")
    parser.add_argument(
        "--dimension", type=int, default=2048, help="of the matrices and the stream"
    )
    parser.add_argument("--json", metavar="PATH", help="write the rows to this file")
    arguments = parser.parse_args()
    with quiet_import():
        import tensorflow  # noqa: F401 (for its effect)
    # First, while the process holds little else.
    memory = stream_memory(arguments.stream, arguments.dimension)
    _show_memory(memory)
    root = matrix_root(arguments.dimension, arguments.rounds)
    _show_root(root)
    speed = extractors(arguments.images, arguments.rounds)
    _show_extractors(speed)
    whole = end_to_end(arguments.count)
    _show_end_to_end(whole)
    if arguments.json:
        content = {
            "cores": os.cpu_count(),
            "memory": memory,
            "root": root,
            "extractors": speed,
            "end_to_end": whole,
        }
        Path(arguments.json).write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    main()
