"""The modalities of a run: which is the anchor, which is judged, and which pairs were seen."""

from collections.abc import Mapping

import keras
import tensorflow as tf

from nets.transfer import segnet
from tfgan_kit.errors import UserError, suggest
from tfgan_kit.fields import Field
from tfgan_kit.metrics.images.label_maps import counted_classes
from tfgan_kit.terms.modalities import berhu, cross_entropy_of_ids, soft_cross_entropy

# What uses, measures and translations call other things.
_RESERVED = ("weights", "latent", "batch", "cascade", "compare")


class Modality:
    """One modality: its networks and its losses.

    Args:
      name: its name.
      field: of its values.
      config: the `MMNetConfig`.
      is_anchor: whether it is the one that is known with each of the others.
      is_judged: whether it is the image that the discriminator judges.
    """

    def __init__(self, name: str, field: Field, config, *, is_anchor=False, is_judged=False):
        self.name, self.field, self._config = name, field, config
        self.is_anchor, self.is_judged = is_anchor, is_judged

    def networks(self) -> dict[str, keras.Model]:
        """Its new encoder and decoder, by name; see `nets.transfer.segnet`."""
        config, field = self._config, self.field
        plan = {"filters": config.filters, "convolutions": config.convolutions}
        of_both = plan | {"norm": config.norm, "side": config.side}
        own = of_both | ({"norm": config.anchor_norm} if self.is_anchor else {})
        channels = field.network_shape[-1]
        encoder = segnet.encoder(channels, **own)
        if self.is_judged:
            decoder = segnet.image_decoder(channels, config.filters, norm=config.norm)
        else:
            made = counted_classes(field)[0] if field.kind == "ids" else channels
            decoder = segnet.decoder(made, **of_both)
        return {f"encoder_{self.name}": encoder, f"decoder_{self.name}": decoder}

    def error(self, made, truth):
        """The loss of what was decoded.

        Args:
          made: the decoder's output.
          truth: ids as numbers, or else network inputs.
        """
        if self.field.kind == "ids":
            return cross_entropy_of_ids(truth, made)
        if self.field.kind == "depth":
            return berhu(made, truth, tf.cast(truth > 0, tf.float32))
        return self._of_images(made, truth)

    def _of_images(self, made, wanted):
        if self.is_judged or self._config.image_loss == "l2":
            return tf.reduce_mean((made - wanted) ** 2)
        return berhu(made, wanted)

    def pseudo_error(self, made, teacher):
        """The loss of what was decoded from a latent beside what was from another.

        Args:
          made, teacher: outputs of the decoder; of the teacher's logits, hard targets are the
            largest, the first one of several.
        """
        if self.field.kind == "image":
            return self._of_images(made, teacher)
        if self.field.kind == "depth":
            return berhu(made, teacher)
        if self._config.pseudo_targets == "hard":
            return cross_entropy_of_ids(tf.argmax(teacher, -1, tf.int32), made)
        return soft_cross_entropy(teacher, made)

    def weight(self, stage: int) -> float:
        """Of `error` in a stage, the first being 0."""
        config = self._config
        if self.is_judged:
            return config.anchor_weight * config.l2_weight if stage else 1.0
        return config.segmentation_weight if self.field.kind == "ids" else config.depth_weight


def modalities_of(groups: Mapping[str, Mapping[str, Field]], config) -> dict[str, Modality]:
    """The modalities of the groups by name, the anchor first.

    Args:
      groups: name of each group -> its fields.
      config: the `MMNetConfig`.

    Raises:
      UserError: if a modality is called what it may not be, none is in all groups, several are, it
        is no image, or what is to be judged is none.
    """
    fields = {name: field for group in groups.values() for name, field in group.items()}
    common = [name for name in fields if all(name in group for group in groups.values())]
    where = f"--dataset {config.data_name}"
    listed = "; ".join(f"{name}: {', '.join(group)}" for name, group in groups.items())
    taken = next((name for name in fields if name in _RESERVED), None)
    if taken:
        raise UserError(f"{where}: no modality can be called {taken}; rename it")
    if config.anchor and config.anchor not in common:
        raise UserError(f"--anchor {config.anchor}: is not in all groups of {where} ({listed})")
    if not common:
        raise UserError(f"{where}: its groups have no modality in common ({listed}); add one")
    if len(fields) < 2:
        raise UserError(f"{where}: there is nothing but {common[0]}; add another modality")
    alone = common[0] if len(common) == 1 else "rgb" if "rgb" in common else None
    anchor = config.anchor or alone
    if anchor is None:
        raise UserError(f"{where}: {' and '.join(common)} are in all groups; name one as --anchor")
    if fields[anchor].kind != "image":
        raise UserError(f"{where}: its anchor {anchor} is no image; choose another with --anchor")
    judged = config.judged or anchor
    if judged not in fields:
        known = f"{suggest(judged, fields)} (choose from {', '.join(fields)})"
        raise UserError(f"--judged {judged}: {config.data_name} has no such modality{known}")
    if fields[judged].kind != "image":
        raise UserError(f"--judged {judged}: is no image, which the discriminator needs")
    names = [anchor, *(name for name in fields if name != anchor)]
    return {
        name: Modality(
            name, fields[name], config, is_anchor=name == anchor, is_judged=name == judged
        )
        for name in names
    }


def judged_of(modalities: Mapping[str, Modality]) -> str:
    """The name of the modality that the discriminator judges."""
    return next(name for name, modality in modalities.items() if modality.is_judged)


def seen_pairs(groups: Mapping[str, Mapping[str, Field]]) -> set[tuple[str, str]]:
    """The pairs of two modalities that are in one group."""
    return {(i, j) for group in groups.values() for i in group for j in group if i != j}
