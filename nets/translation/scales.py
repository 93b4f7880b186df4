"""The scales of super-resolution."""

from tfgan_kit.errors import UserError

SCALES = (2, 4)


def doublings(scale: int) -> int:
    """Returns how many times a size is doubled to multiply it by `scale`.

    Raises:
      UserError: if the scale is none of `SCALES`.
    """
    if scale not in SCALES:
        raise UserError(
            f"no network enlarges by {scale}; choose a scale of {' or '.join(map(str, SCALES))}"
        )
    return scale.bit_length() - 1
