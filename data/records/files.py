"""Records of TFRecord files by index.

Framing (tensorflow/core/lib/io/record_writer.h): uint64 length, uint32 masked CRC32C of these 8
bytes, the data, uint32 masked CRC32C of the data, all little-endian.
"""

import functools
import mmap
import os
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.records.index import FOOTER, HEADER, read_index
from data.source import BadExample
from tfgan_kit.errors import UserError

# Opening a file takes four times as long as reading a record of 10 kB that the system has cached
# (44 against 11 microseconds), but a set can have more files than a process may open.
_KEPT_OPEN = 64


class RecordFiles:
    """Reads record i of a sequence of uncompressed TFRecord files.

    The position of each record comes from the file's index (see `data.records.index`), or else from
    one pass over the framing, which skips the data. Safe to call from several threads.
    """

    def __init__(self, paths: Sequence[str | Path]):
        """Indexes the files.

        Raises:
          UserError: if a file is missing, truncated, compressed or not a TFRecord, or its index
            belongs to another file.
        """
        self._paths = [Path(path) for path in paths]
        self._indexes = [_index(path) for path in self._paths]
        self._ends = np.cumsum([len(index) for index in self._indexes])
        self._open = functools.lru_cache(_KEPT_OPEN)(_Descriptor)

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __getitem__(self, index: int) -> bytes:
        """Returns the data of one record, checked against the index if that has its checksum.

        Raises:
          BadExample: if it can no longer be read, or is damaged.
        """
        file, number = self._place(index)
        entry = self._indexes[file][number]
        length = int(entry["length"])
        try:
            # The variable keeps the file open if another thread removes it from the cache.
            descriptor = self._open(self._paths[file])
            data = os.pread(descriptor.number, length, int(entry["start"]))
        except OSError as error:
            raise BadExample(f"{self.where(index)}: {error.strerror}") from error
        if len(data) != length:
            raise BadExample(f"{self.where(index)}: the file has become shorter")
        if "crc32" in entry.dtype.names and zlib.crc32(data) != entry["crc32"]:
            raise BadExample(f"{self.where(index)}: damaged (its checksum is wrong)")
        return data

    def where(self, index: int) -> str:
        """Returns the file of a record and its number there, from 0."""
        file, number = self._place(index)
        return f"{self._paths[file]} record {number}"

    def _place(self, index: int) -> tuple[int, int]:
        file = int(np.searchsorted(self._ends, index, side="right"))
        return file, index - int(self._ends[file - 1] if file else 0)


class _Descriptor:
    """A file that is open as long as there is a reference to this object."""

    def __init__(self, path):
        self.number = os.open(path, os.O_RDONLY)

    def __del__(self):
        if hasattr(self, "number"):
            os.close(self.number)


def _index(path: Path) -> np.ndarray:
    try:
        index = read_index(path)
        return _scan(path) if index is None else index
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error


def _scan(path: Path) -> np.ndarray:
    """Returns the start and the length of the data of each record."""
    size = path.stat().st_size
    entry = np.dtype([("start", np.int64), ("length", np.int64)])
    if size == 0:
        return np.empty(0, entry)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:2] == b"\x1f\x8b":
            raise UserError(f"{path}: compressed with gzip, which has no random access; unpack")
        starts, lengths, headers, position, truncated = [], [], bytearray(), 0, False
        while position < size:
            header = data[position : position + HEADER]
            truncated = len(header) < HEADER
            if truncated:
                break
            (length,) = struct.unpack_from("<Q", header)
            headers += header
            starts.append(position + HEADER)
            lengths.append(length)
            position += HEADER + length + FOOTER
            truncated = position > size
    bad = _first_bad_header(bytes(headers))
    if bad is not None:
        what = "not a TFRecord file" if bad == 0 else f"damaged at record {bad}"
        raise UserError(f"{path}: {what} (the checksum of a length is wrong); write it again")
    if truncated:
        raise UserError(f"{path}: truncated in record {len(starts) - 1}; write it again")
    index = np.empty(len(starts), entry)
    index["start"], index["length"] = starts, lengths
    return index


def _first_bad_header(headers: bytes) -> int | None:
    """Returns the first header whose length does not match its checksum, or None."""
    table = np.frombuffer(headers, np.uint8).reshape(-1, HEADER)
    crc = np.full(len(table), 0xFFFFFFFF, np.uint32)
    for column in table[:, :8].T:
        crc = _CRC32C[(crc ^ column) & 0xFF] ^ (crc >> np.uint32(8))
    crc = ~crc
    masked = ((crc >> np.uint32(15)) | (crc << np.uint32(17))) + np.uint32(0xA282EAD8)
    stored = np.ascontiguousarray(table[:, 8:]).view("<u4")[:, 0]
    wrong = np.flatnonzero(masked != stored)
    return int(wrong[0]) if len(wrong) else None


def _crc_table() -> np.ndarray:
    """Table of CRC32C (Castagnoli, reflected polynomial 0x82F63B78) for each byte."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = (table >> np.uint32(1)) ^ np.where(table & 1, np.uint32(0x82F63B78), np.uint32(0))
    return table


_CRC32C = _crc_table()
