"""One TFRecord file and its index, written aside and given its name when it is whole."""

import contextlib
import os
import zlib
from array import array
from collections.abc import Iterable
from pathlib import Path

from data.records.index import index_path, make_index, write_index
from tfgan_kit.errors import UserError


def write_shard(records: Iterable[bytes], path: Path) -> int:
    """Writes records to a TFRecord file, and its index beside it.

    The index comes first: where there is the file, both are whole.

    Args:
      records: one after the other; they are not kept.
      path: of the file.

    Returns:
      The number of records.

    Raises:
      UserError: if they cannot be written, as the disk is full for one.
    """
    import tensorflow as tf

    part = path.with_name(f".{path.name}.part")
    lengths, checksums = array("L"), array("L")
    try:
        with tf.io.TFRecordWriter(str(part)) as writer:
            for record in records:
                writer.write(record)
                lengths.append(len(record))
                checksums.append(zlib.crc32(record))
        with part.open("rb") as file:
            os.fsync(file.fileno())
        index = make_index(lengths, checksums)
        write_index(index, path)
        os.replace(part, path)
    except (tf.errors.OpError, OSError) as error:
        _remove(part)
        if not path.exists():
            _remove(index_path(path))
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise UserError(
            f"{path}: cannot be written ({reason}); make room, or check the folder, and run the "
            "same command again: finished shards stay"
        ) from error
    except BaseException:
        _remove(part)
        raise
    return len(index)


def _remove(path):
    with contextlib.suppress(OSError):
        os.unlink(path)
