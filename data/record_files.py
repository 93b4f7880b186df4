"""Records of TFRecord files by index.

Framing (tensorflow/core/lib/io/record_writer.h): uint64 length, uint32 masked CRC32C of these 8
bytes, the data, uint32 masked CRC32C of the data, all little-endian.
"""

import mmap
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.source import BadExample
from tfgan_kit.errors import UserError

_HEADER, _FOOTER = 12, 4


class RecordFiles:
    """Reads record i of a sequence of uncompressed TFRecord files.

    One pass over the framing at opening finds where each record starts; that skips the data.
    """

    def __init__(self, paths: Sequence[str | Path]):
        """Indexes the files.

        Raises:
          UserError: if a file is missing, truncated, compressed or not a TFRecord.
        """
        self._paths = [Path(path) for path in paths]
        spans = [_scan(path) for path in self._paths]
        self._ends = np.cumsum([len(starts) for starts, _ in spans])
        self._starts = np.concatenate([starts for starts, _ in spans])
        self._lengths = np.concatenate([lengths for _, lengths in spans])

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, index: int) -> bytes:
        """Returns the data of one record. Its checksum is not verified.

        Raises:
          BadExample: if it cannot be read any more.
        """
        # Opened each time, some microseconds: a set can have more files than a process may open.
        try:
            with self._paths[self._file(index)].open("rb", buffering=0) as file:
                file.seek(int(self._starts[index]))
                data = file.read(int(self._lengths[index]))
        except OSError as error:
            raise BadExample(f"{self.where(index)}: {error.strerror}") from error
        if len(data) != self._lengths[index]:
            raise BadExample(f"{self.where(index)}: the file has become shorter")
        return data

    def where(self, index: int) -> str:
        """Returns the file of a record and its number there, from 0."""
        file = self._file(index)
        first = self._ends[file - 1] if file else 0
        return f"{self._paths[file]} record {index - first}"

    def _file(self, index: int) -> int:
        return int(np.searchsorted(self._ends, index, side="right"))


def _scan(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Returns where the data of each record starts, and its length."""
    try:
        size = path.stat().st_size
        if size == 0:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data[:2] == b"\x1f\x8b":
                raise UserError(f"{path}: compressed with gzip, which has no random access; unpack")
            starts, lengths, headers, position, truncated = [], [], bytearray(), 0, False
            while position < size:
                header = data[position : position + _HEADER]
                truncated = len(header) < _HEADER
                if truncated:
                    break
                (length,) = struct.unpack_from("<Q", header)
                headers += header
                starts.append(position + _HEADER)
                lengths.append(length)
                position += _HEADER + length + _FOOTER
                truncated = position > size
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error
    bad = _first_bad_header(bytes(headers))
    if bad is not None:
        what = "not a TFRecord file" if bad == 0 else f"damaged at record {bad}"
        raise UserError(f"{path}: {what} (the checksum of a length is wrong); write it again")
    if truncated:
        raise UserError(f"{path}: truncated in record {len(starts) - 1}; write it again")
    return np.array(starts, np.int64), np.array(lengths, np.int64)


def _first_bad_header(headers: bytes) -> int | None:
    """Returns the first header whose length does not match its checksum, or None."""
    table = np.frombuffer(headers, np.uint8).reshape(-1, _HEADER)
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
