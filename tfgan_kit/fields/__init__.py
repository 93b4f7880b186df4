"""Fields: the named parts of an example, a batch, or a use of a run."""

from tfgan_kit.fields.field import (
    IGNORED,
    Field,
    attribute_field,
    class_field,
    depth_field,
    features_field,
    ids_field,
    image_field,
    instances_field,
    latent_field,
    mask_field,
    number_field,
    overlay_field,
    seed_field,
    vector_field,
)

__all__ = [
    "IGNORED",
    "Field",
    "attribute_field",
    "class_field",
    "depth_field",
    "features_field",
    "ids_field",
    "image_field",
    "instances_field",
    "latent_field",
    "mask_field",
    "number_field",
    "overlay_field",
    "seed_field",
    "vector_field",
]
