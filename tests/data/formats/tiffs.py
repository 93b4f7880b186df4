"""Writes TIFF files of any samples, which no library does."""

import struct

import numpy as np


def write_tiff(
    path, pixels, bits, photometric, *, kind=1, order="<", extra=(), planes=False, **tags
):
    """Writes pixels (height, width[, channels]) as they are, without compression.

    Args:
      path: of the file.
      pixels: numbers that `bits` hold.
      bits: of a sample.
      photometric: PhotometricInterpretation.
      kind: SampleFormat.
      order: "<" or ">".
      extra: ExtraSamples.
      planes: whether channels lie one after the other.
      **tags: t123=4 adds the tag 123 with the value 4.
    """
    pixels = np.asarray(pixels)
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    height, width, channels = pixels.shape
    strips = [pixels[..., k] for k in range(channels)] if planes else [pixels]
    strips = [_packed(strip, bits, kind, order) for strip in strips]
    entries = {256: [width], 257: [height], 258: [bits] * channels, 259: [1], 262: [photometric]}
    entries |= {277: [channels], 278: [height], 279: [len(s) for s in strips]}
    entries |= {284: [2 if planes else 1], 339: [kind] * channels}
    entries |= {338: list(extra)} if extra else {}
    entries |= {int(name[1:]): [value] for name, value in tags.items()} | {273: [0] * len(strips)}
    end = 8 + 2 + 12 * len(entries) + 4
    long = end + sum(4 * len(v) for v in entries.values() if len(v) > 1)
    entries[273] = [long + sum(map(len, strips[:k])) for k in range(len(strips))]
    listed, behind = b"", b""
    for tag, values in sorted(entries.items()):
        raw = struct.pack(f"{order}{len(values)}I", *values)
        place = raw if len(values) == 1 else struct.pack(f"{order}I", end + len(behind))
        behind += b"" if len(values) == 1 else raw
        listed += struct.pack(f"{order}HHI", tag, 4, len(values)) + place
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, len(entries))
    path.write_bytes(head + listed + bytes(4) + behind + b"".join(strips))


def _packed(values, bits, kind, order):
    if bits % 8 == 0 and bits != 24:
        return values.astype(f"{order}{'_uif'[kind]}{bits // 8}").tobytes()
    rows = ["".join(f"{int(v):0{bits}b}" for v in row.ravel()) for row in values]
    rows = [row + "0" * (-len(row) % 8) for row in rows]
    return b"".join(int(row, 2).to_bytes(len(row) // 8, "big") for row in rows)
