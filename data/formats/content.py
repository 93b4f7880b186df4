"""The format of an image file, identified by its first bytes."""

# Pillow's names of the formats that are read. It knows others, some of which start other programs
# or are rare and little tested.
READ = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM", "AVIF", "JPEG2000", "TGA")
HEAD = 64  # Number of bytes needed to identify a format.

_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
    b"\0\0\0\x0cjP  \r\n\x87\n": "JPEG2000",
    b"\xff\x4f\xff\x51": "JPEG2000",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL \r\n\x87\n": "JPEG XL",
    b"v/1\x01": "OpenEXR",
    b"#?RADIANCE": "Radiance HDR",
    b"8BPS": "Photoshop",
    b"\xc5\xd0\xd3\xc6": "PostScript",
    b"%!PS": "PostScript",
    b"%PDF": "PDF",
    b"<svg": "SVG",
}
_BMP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)  # Their sizes.
_BRANDS = {b"avif": "AVIF", b"avis": "AVIF", b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC"}


def kind_of(head: bytes) -> str | None:
    """The format of a file with these first bytes, None if it is unknown.

    TGA files have no characteristic first bytes; they are identified only by their extension.

    Args:
      head: the first `HEAD` bytes of the file, or all of it.

    Returns:
      One of `READ`, or the name of a format that is not read.
    """
    if head[4:8] == b"ftyp":
        size = int.from_bytes(head[:4], "big")
        brands = [head[8:12], *(head[k : k + 4] for k in range(16, min(size, len(head)), 4))]
        found = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
        return "AVIF" if "AVIF" in found else (found or ["a video"])[0]
    if head[:4] == b"RIFF":
        return "WEBP" if head[8:12] == b"WEBP" else None
    if head[:1] == b"P" and head[1:2] in b"123456" and head[2:3].isspace():
        return "PPM"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") not in _BMP_HEADERS:
        return None  # Many texts begin with these two letters.
    found = (kind for start, kind in _BEGINNINGS.items() if head.startswith(start))
    return next(found, None)
