"""The shapes of the examples that networks produce or accept."""

from collections.abc import Mapping

import keras


def image_shape_of(networks: Mapping[str, keras.Model]) -> tuple[int, ...]:
    """Shape of the images of the first network that produces some, or else that accepts some.

    Args:
      networks: name -> functional model; a tensor counts as images if it is called "image".

    Returns:
      (height, width, channels), or (d,) for points.

    Raises:
      ValueError: if no network produces or accepts images.
    """
    for side in ("output", "input"):
        for network in networks.values():
            tensors = getattr(network, side)
            if not isinstance(tensors, dict):
                tensors = {tensor.name: tensor for tensor in keras.tree.flatten(tensors)}
            if "image" in tensors:
                return tuple(tensors["image"].shape[1:])
    raise ValueError(
        f"no data say which shape images have, and none of the networks {list(networks)} has an "
        'output or an input "image"'
    )
