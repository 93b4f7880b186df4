"""How well a VAE draws images again, and whether its maps find what is not normal."""

import numpy as np

from tfgan_kit.attention.display import resized
from tfgan_kit.attention.latents import attention, error_maps
from tfgan_kit.attention.opened import Opened
from tfgan_kit.fields.network import to_network
from tfgan_kit.metrics.maps.roc import area_under_roc

BATCH = 64


def measures(encoder, reconstruct, reader, count: int) -> dict:
    """Measures a VAE on the first images of a reader.

    Args:
      encoder: the encoder.
      reconstruct: the use `reconstruct`, bound.
      reader: held-out images.
      count: how many images at most.

    Returns:
      "reconstruction_error": mean absolute error, in per cent of the range; "samples": images.
      Where the data has masks of defects, also "pixel_auroc": the area under the ROC curve over all
      pixels of these images, of "attention", the aggregate map of the encoder's last convolution,
      enlarged bilinearly, and of "reconstruction", the absolute error of each pixel. It is left out
      where the masks are of classes, which training has seen, and where a transform moves images
      away from their masks.
    """
    count = min(count, len(reader))
    opened = Opened(encoder, "encoder", output="latent")
    layer, errors, maps, masks = opened.find(None), [], [], []
    for start in range(0, count, BATCH):
        rows = np.arange(start, min(start + BATCH, count))
        images = to_network(reader.fields["image"], reader.read(rows)["image"])
        made = reconstruct({"image": images})["reconstruction"]
        errors.append(error_maps(images, made))
        truth = [reader.source.masks(int(row)) for row in rows] if _has_defects(reader) else [None]
        if truth[0] is not None:
            masks += [each.any(0) for each in truth]
            maps.append(resized(attention(opened, images, layer).numpy(), images.shape[1:3]))
    errors = np.concatenate(errors)
    found = {"reconstruction_error": 50.0 * float(errors.mean()), "samples": count}
    masks = np.array(masks)
    if masks.any() and not masks.all() and masks.shape == errors.shape:
        found["pixel_auroc"] = {
            "attention": area_under_roc(np.concatenate(maps), masks),
            "reconstruction": area_under_roc(errors, masks),
        }
    return found


def _has_defects(reader):
    """Whether masks, if there are any, are of what training has not seen, at its place."""
    label = reader.fields.get("label")
    return reader.transform is None and not (label and label.names)
