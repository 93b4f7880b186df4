"""Images of sizes that networks do not take: padded, resized or cropped."""

from collections.abc import Mapping

FITS = ("pad", "resize", "crop")


def fitting(size: tuple[int, int], multiple: int, smallest: int, fit: str) -> tuple[int, int]:
    """The (height, width) to which images of another size are brought.

    Args:
      size: of the image.
      multiple: what the networks need both sides to be divisible by.
      smallest: the smallest side that they take, itself a multiple.
      fit: one of `FITS`. "pad" leaves the size as it is, since uses extend images by themselves
        (`tfgan_kit.uses.any_size`); "resize" takes the nearest multiple of each side, "crop" the
        largest that the side holds.
    """
    if fit == "pad":
        return size
    if fit == "crop":
        return tuple(side // multiple * multiple for side in size)
    return tuple(max((2 * side + multiple) // (2 * multiple) * multiple, smallest) for side in size)


def cropped(values: Mapping, size, wanted) -> dict:
    """Cuts the middle out of what shows the same scene as an image.

    Args:
      values: name -> array, (height, width, ...) if they have a size. What is k times as large as
        the image, as a true enlargement is, is cut at k times the size; what has any other size
        shows something else, such as a reference, and stays whole.
      size, wanted: (height, width) of the image before and after.
    """
    top, left = ((own - new) // 2 for own, new in zip(size, wanted, strict=True))

    def cut(each):
        if each.ndim < 2:
            return each
        k = each.shape[0] // size[0]
        if not k or each.shape[:2] != (k * size[0], k * size[1]):
            return each
        return each[k * top : k * (top + wanted[0]), k * left : k * (left + wanted[1])]

    return {name: cut(each) for name, each in values.items()}
