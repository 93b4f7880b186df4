"""Finds the end of a JPEG by its structure.

Phones append a video or further pictures to a JPEG. These can contain any bytes, so the end cannot
be found by searching from the end of the file.
"""

import re

_SOI, _EOI, _SOS = b"\xff\xd8", 0xD9, 0xDA
# A marker: 0xFF, once or repeated, then its code. In the data of a scan, 0xFF followed by a zero is
# a data byte; restart markers belong to the scan.
_MARKER = re.compile(rb"\xff+([^\x00\xff])")
_AFTER_SCAN = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_ALONE = {0x01, *range(0xD0, 0xD9)}  # Markers without a length field.


def only_jpeg(data: bytes) -> bytes:
    """Returns the JPEG at the beginning of the data, without what follows it.

    Args:
      data: bytes that begin with a JPEG.

    Raises:
      ValueError: if the JPEG is truncated: decoders may fill the missing part with gray.
    """
    at, scanned, marker = len(_SOI), False, _MARKER
    while found := marker.search(data, at):
        at, code, marker = found.end(), found[1][0], _MARKER
        if code == _EOI:
            if not scanned:
                raise ValueError("the JPEG has no picture in it")
            return data[:at]
        if code in _ALONE:
            continue
        at += int.from_bytes(data[at : at + 2], "big")
        if code == _SOS:
            scanned, marker = True, _AFTER_SCAN
    raise ValueError("the JPEG data is truncated")
