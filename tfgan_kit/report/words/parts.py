"""Names of data as a reader who does not know the code understands them."""

import re

_PART = re.compile(r"\[(\d+)/(\d+)\]([^\s:,;]*)")


def without_parts(text: str) -> str:
    """Spells out the parts of a set: "mnist[1/2]-edge" is "mnist-edge (part 2 of 2)"."""
    return _PART.sub(lambda m: f"{m[3]} (part {int(m[1]) + 1} of {m[2]})", text)
