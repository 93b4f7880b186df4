"""Where a JPEG ends, by its own structure.

Telephones write a video, or further pictures, behind the end of a JPEG. Any bytes may be in there,
so that nothing can be told by looking from the back.
"""

import re

_SOI, _EOI, _SOS = b"\xff\xd8", 0xD9, 0xDA
# A marker: 0xFF, as often as one likes, then its code. In what a scan encodes, 0xFF stands for
# itself where a zero follows; restart markers belong to the scan.
_MARKER = re.compile(rb"\xff+([^\x00\xff])")
_AFTER_SCAN = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_ALONE = {0x01, *range(0xD0, 0xD9)}  # Markers that no length follows.


def only_jpeg(data: bytes) -> bytes:
    """Returns the JPEG that data begin with, without what follows it.

    Args:
      data: begins with a JPEG.

    Raises:
      ValueError: if the JPEG is cut: decoders may fill the missing part with grey.
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
