"""Writes one TFRecord file and its index under a temporary name, and renames them when complete."""

import contextlib
import os
import zlib
from array import array
from collections.abc import Iterable
from pathlib import Path

from data.records.index import index_path, make_index, write_index
from tfgan_kit.machine.files import written_aside
from tfgan_kit.machine.plain_path import plain_folder


def write_shard(records: Iterable[bytes], path: Path) -> int:
    """Writes records to a TFRecord file, and its index beside it.

    The index is renamed first: if the file exists, both are complete.

    Args:
      records: the records in order; they are not kept in memory.
      path: path of the file.

    Returns:
      The number of records.

    Raises:
      NotWritten: if they cannot be written, for example because the disk is full.
    """
    import tensorflow as tf

    lengths, checksums = array("L"), array("L")
    try:
        with written_aside(path, "run the same command again: finished shards stay") as part:
            with (
                plain_folder(part.parent) as folder,
                tf.io.TFRecordWriter(f"{folder}/{part.name}") as writer,
            ):
                for record in records:
                    writer.write(record)
                    lengths.append(len(record))
                    checksums.append(zlib.crc32(record))
            index = make_index(lengths, checksums)
            write_index(index, path)
    except BaseException:
        if not path.exists():
            with contextlib.suppress(OSError):
                os.unlink(index_path(path))
        raise
    return len(index)
