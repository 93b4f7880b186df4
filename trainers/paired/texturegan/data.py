"""What TextureGAN needs of its data."""

from tfgan_kit.errors import UserError


def check_data(config, spec, source: str, target: str, *, stages: int) -> None:
    """Checks the fields of a batch.

    Args:
      config: a `TextureGANConfig`.
      spec: name -> field.
      source, target: names of the fields of the sketch and the image.
      stages: how many there are; the second needs textures.

    Raises:
      UserError: if something is missing, or images have other channels or too few pixels.
    """
    size, channels = (
        spec[target].shape[:2],
        (spec[source].network_shape[-1], spec[target].shape[-1]),
    )
    if size not in config.sizes:
        raise UserError(f"--image-size {config.image_size}: texturegan needs {config.sizes}")
    if "segments" not in spec:
        raise UserError(
            f"{config.dataset} has no shapes to fill: give texture:FOLDER, with masks in segments"
        )
    if channels not in ((1, 3), (3, 3)):
        raise UserError(
            f"{config.dataset}: texturegan turns sketches of 1 or 3 channels into RGB, not "
            f"{channels[0]} channels into {channels[1]}; give it sketches and coloured images"
        )
    if stages > 1 and "texture" not in spec:
        raise UserError(
            f"{config.dataset} has no textures for the second stage: add a folder textures, or "
            f"give --truth-steps {config.steps}"
        )
    for option in ("patch_largest", "local_patch"):
        side = getattr(config, option)
        if side > min(size):
            raise UserError(
                f"--{option.replace('_', '-')} {side}: the images have only {min(size)} pixels; "
                "give less, or a larger --image-size"
            )
