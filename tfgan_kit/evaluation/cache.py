"""A cache of results computed from real images, kept between runs."""

import contextlib
import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tfgan_kit.evaluation.collect import Collected
from tfgan_kit.machine.places import CACHE_VARIABLE, cache_folder
from tfgan_kit.metrics.distributions.frechet import FeatureStatistics

FORMAT = 1  # Increase when the file format, or the way its numbers are computed, changes.
_KINDS = {
    "mean": "statistics",
    "scatter": "statistics",
    "features": "features",
    "probabilities": "probabilities",
}
_DAMAGED = OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error


def folder() -> Path:
    """The folder of the cache; see `tfgan_kit.machine.places.cache_folder`."""
    return cache_folder() / "statistics"


def file_of(extractor, content: str) -> Path:
    """The file for images with this content, given an extractor and all its settings."""
    key = hashlib.sha256(f"{FORMAT} {extractor.fingerprint} {content}".encode()).hexdigest()
    return folder() / f"{key[:40]}.npz"


def load(path: Path, collected: Collected, needs, extractor, say: Callable[[str], None]) -> set:
    """Fills in those of `needs` that are in the file.

    Args:
      path: see `file_of`.
      collected: the set's results, to be filled in.
      needs: a subset of "statistics", "features" and "probabilities".
      extractor: the extractor that they come from.
      say: called with a line if the file is damaged.

    Returns:
      Everything that the file contains, whether needed or not; empty without a file.
    """
    if not path.exists():
        return set()
    try:
        with open(path, "rb") as file:
            if not zipfile.is_zipfile(file):
                raise ValueError("not a whole file")
            file.seek(0)
            archive = np.load(file, allow_pickle=False)
            held = {_KINDS[name] for name in archive.files}
            wanted = [name for name in archive.files if _KINDS[name] in needs]
            arrays = {name: archive[name] for name in wanted}
        _check(arrays, collected.count, extractor)
    except _DAMAGED as error:
        say(f"{path} is damaged ({str(error).splitlines()[0]}) and is computed again")
        return set()
    if "mean" in arrays:
        statistics = collected.statistics = FeatureStatistics(extractor.dimension)
        statistics.count = collected.count
        statistics.mean, statistics.scatter = arrays.pop("mean"), arrays.pop("scatter")
    for name, array in arrays.items():
        setattr(collected, name, array)
    return held


def _check(arrays, count, extractor):
    size = extractor.dimension
    shapes = {
        "mean": (size,),
        "scatter": (size, size),
        "features": (count, size),
        "probabilities": (count, extractor.classes),
    }
    for name, array in arrays.items():
        if array.shape != shapes[name] or not np.isfinite(array).all():
            raise ValueError(f"{name} has another shape, or is not finite")


def store(path: Path, collected: Collected, say: Callable[[str], None]) -> None:
    """Writes the results atomically; a failure is reported but has no other effect."""
    arrays = {}
    if collected.statistics is not None:
        arrays |= {"mean": collected.statistics.mean, "scatter": collected.statistics.scatter}
    for name in ("features", "probabilities"):
        if getattr(collected, name) is not None:
            arrays[name] = getattr(collected, name)
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A unique name: two processes may measure on the same data.
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            temporary = file.name
            np.savez(file, **arrays)
        os.replace(temporary, path)
    except OSError as error:
        say(f"{path} cannot be kept ({error.strerror}); name another folder in {CACHE_VARIABLE}")
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
