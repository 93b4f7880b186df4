"""The positions of the records of a TFRecord file, stored in a file beside it."""

import io
import os
from pathlib import Path

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import write_bytes

# Start and length of the data of a record, in bytes, and its CRC-32, which zlib computes at memory
# speed; TFRecord's own CRC32C is slow without a library.
ENTRY = np.dtype([("start", "<u8"), ("length", "<u4"), ("crc32", "<u4")])
# Bytes before and after the data of each record, see `data.records.files`.
HEADER, FOOTER = 12, 4


def index_path(path: Path) -> Path:
    """Returns the path of the index of a TFRecord file."""
    return path.with_name(f"{path.name}.index.npy")


def make_index(lengths, checksums) -> np.ndarray:
    """Returns the index, `ENTRY` (n,), of consecutive records from the beginning of a file.

    Args:
      lengths: length of each record's data in bytes.
      checksums: CRC-32 of each record's data.
    """
    index = np.empty(len(lengths), ENTRY)
    index["length"], index["crc32"] = lengths, checksums
    ends = np.cumsum(index["length"].astype(np.int64) + HEADER + FOOTER)
    index["start"] = ends - index["length"] - FOOTER
    return index


def write_index(index: np.ndarray, path: Path) -> None:
    """Writes the index of a TFRecord file atomically."""
    content = io.BytesIO()
    np.save(content, index)
    write_bytes(content.getvalue(), index_path(path))


def read_index(path: Path) -> np.ndarray | None:
    """Reads the index of a TFRecord file.

    Returns:
      `ENTRY` (n,), or None if the file has no index.

    Raises:
      UserError: if the index is damaged, or its records do not end where the file ends.
      OSError: if the TFRecord file does not exist.
    """
    place, size = index_path(path), os.stat(path).st_size
    try:
        index = np.load(place, allow_pickle=False)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, EOFError) as error:
        raise UserError(
            f"{place}: damaged; remove it, and the file is searched for records"
        ) from error
    if not isinstance(index, np.ndarray) or index.dtype != ENTRY or index.ndim != 1:
        raise UserError(f"{place}: not an index of records; remove it")
    end = int(index["start"][-1]) + int(index["length"][-1]) + FOOTER if len(index) else 0
    if end > size:
        raise UserError(
            f"{path}: truncated: it has {size:,} bytes, and its {len(index):,} records need"
            f" {end:,} by the index beside it; copy it again"
        )
    if end < size:
        raise UserError(
            f"{place}: does not match {path.name}, which continues after the last record of the"
            " index; copy both again"
        )
    return index
