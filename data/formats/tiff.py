"""The sample format that a TIFF file declares.

Decoders interpret it differently: some return the negative of an image in which 0 is white, read
signed numbers as unsigned, or mistake planes for pixels. This module knows which samples are read
correctly, and by which decoder; all others are rejected.
"""

import struct
from typing import NamedTuple

UNSIGNED, SIGNED, FLOAT = 1, 2, 3
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, MASK, CMYK, YCBCR, LAB = 0, 1, 2, 3, 4, 5, 6, 8
_COLOURS = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, PALETTE: 1, MASK: 1, CMYK: 4, YCBCR: 3}
_COLOURS |= {LAB: 3}
_TAGS = {256: "width", 257: "height", 258: "bits", 262: "photometric", 274: "orientation"}
_TAGS |= {277: "samples", 284: "planar", 338: "extra", 339: "kind"}
_RAW = {32803, 34892}  # Raw data of a camera sensor.
_DNG_VERSION = 50706
# Byte, short, long and BigTIFF long: the relevant types of numbers.
_TYPES = {1: "B", 3: "H", 4: "I", 16: "Q"}
_SPREAD = (10, 12, 14)  # Packed bits; OpenCV returns them as the upper bits of 16.


class Samples(NamedTuple):
    """The header of one page of a TIFF.

    Attributes:
      size: (height, width) as displayed.
      bits: bits per sample.
      kind: `UNSIGNED`, `SIGNED` or `FLOAT`.
      photometric: the meaning of the samples, such as `RGB`.
      colours: number of samples per pixel without the extra ones.
      extra: the kinds of the extra samples: 1 and 2 are transparency, with premultiplied and with
        unmultiplied colours.
    """

    size: tuple[int, int]
    bits: int
    kind: int
    photometric: int
    colours: int
    extra: tuple[int, ...]

    @property
    def is_plain(self) -> bool:
        """Whether samples are unsigned with at most 8 bits, which Pillow reads correctly."""
        return self.bits <= 8 and self.kind == UNSIGNED

    @property
    def packed(self) -> int:
        """The number of unused bits among 16."""
        return 16 - self.bits if self.bits in _SPREAD else 0


def samples_of(data: bytes, page: int = 0) -> Samples:
    """Reads the sample format of a page.

    Raises:
      ValueError: if the page is damaged or its samples are not supported; the message says why.
    """
    try:
        tags = _tags(data, page)
        if not {"width", "height"} <= tags.keys():
            raise KeyError("size")
    except (struct.error, IndexError, KeyError, OverflowError):
        raise ValueError("its TIFF header is truncated or damaged") from None
    count = tags.get("samples", (1,))[0]
    bits, kinds = (set(tags.get(name, (1,))[:count]) for name in ("bits", "kind"))
    photometric, extra = tags.get("photometric", (BLACK_IS_ZERO,))[0], tags.get("extra", ())
    if "dng" in tags or photometric in _RAW:
        raise ValueError("raw data of a camera; convert it to TIFF, PNG or JPEG")
    if photometric not in _COLOURS:
        raise ValueError(f"a TIFF of PhotometricInterpretation {photometric}; store gray or RGB")
    if len(bits) > 1 or len(kinds) > 1:
        raise ValueError("samples of different kinds in one TIFF; store 8 or 16 bits each")
    (bit,), kind = bits, _kind(kinds)
    # Some files omit the list of extra samples.
    colours = min(_COLOURS[photometric], count)
    extra = (*extra, *(0,) * count)[: count - colours]
    size = tags["height"][0], tags["width"][0]
    turned = tags.get("orientation", (1,))[0] >= 5
    found = Samples(size[::-1] if turned else size, bit, kind, photometric, colours, extra)
    _check(found, count, tags.get("planar", (1,))[0] == 2 and count > 1)
    return found


def _kind(kinds):
    (kind,) = kinds
    if kind not in (UNSIGNED, SIGNED, FLOAT, 4):
        raise ValueError("complex numbers in a TIFF; store 8 or 16 bits, or .npy")
    return UNSIGNED if kind == 4 else kind  # 4: undefined.


def _check(found, count, planes):
    """Raises ValueError for samples that none of the decoders reads correctly."""
    bits, kind, name = found.bits, found.kind, _name(found)
    if count > 4 or len(found.extra) > 1:
        raise ValueError(f"{count} channels in a TIFF page; use .npy for more than 4")
    if found.is_plain:
        return
    if found.photometric not in (WHITE_IS_ZERO, BLACK_IS_ZERO, RGB):
        raise ValueError(f"a TIFF of {name} that is neither gray nor RGB; store gray or RGB")
    known = {
        UNSIGNED: (*_SPREAD, 16, 32) if count == 1 else (*_SPREAD, 16),
        SIGNED: (8, 16, 32) if count == 1 else (8, 16),
        FLOAT: (32, 64) if count == 1 else (32,),
    }
    if bits not in known[kind]:
        raise ValueError(f"a TIFF of {name}, which is not supported; store 8 or 16 bits, or .npy")
    if found.photometric == WHITE_IS_ZERO and (kind != UNSIGNED or bits > 16):
        raise ValueError(f"a TIFF of {name} in which 0 is white; store it with 0 as black")
    if planes:
        raise ValueError(
            f"a TIFF of {name} with a plane for each channel; store the channels together "
            "(PlanarConfiguration 1), or .npy"
        )
    if found.extra and found.colours == 1:
        raise ValueError(f"a gray TIFF of {name} with transparency; store it without, or .npy")
    if found.extra and kind == SIGNED:
        raise ValueError(f"a TIFF of {name} with transparency; store it without, or .npy")


def _name(found):
    kind = {UNSIGNED: "", SIGNED: "signed ", FLOAT: "floating-point "}[found.kind]
    return f"{kind}{found.bits} bits"


def _tags(data, page):
    """The relevant tags by name, with all their values."""
    order = {b"II": "<", b"MM": ">"}[data[:2]]
    big = struct.unpack_from(f"{order}H", data, 2)[0] == 43
    word, head, size = ("Q", "Q", 20) if big else ("I", "H", 12)
    (at,) = struct.unpack_from(order + word, data, 8 if big else 4)
    for _ in range(page):
        (count,) = struct.unpack_from(order + head, data, at)
        (at,) = struct.unpack_from(order + word, data, at + struct.calcsize(head) + size * count)
    (count,) = struct.unpack_from(order + head, data, at)
    start, found = at + struct.calcsize(head), {}
    for place in range(start, start + size * count, size):
        tag, kind = struct.unpack_from(f"{order}HH", data, place)
        (length,) = struct.unpack_from(order + word, data, place + 4)
        if tag == _DNG_VERSION:
            found["dng"] = (1,)
        if tag not in _TAGS or kind not in _TYPES or not 0 < length <= 64:
            continue
        form, value = f"{order}{length}{_TYPES[kind]}", place + 4 + struct.calcsize(word)
        if struct.calcsize(form) > struct.calcsize(word):
            (value,) = struct.unpack_from(order + word, data, value)
        found[_TAGS[tag]] = struct.unpack_from(form, data, value)
    return found
