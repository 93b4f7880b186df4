"""Freezing the first blocks of a network while the rest is fine-tuned.

Mo, Cho & Shin, Freeze the Discriminator: a Simple Baseline for Fine-Tuning GANs, 2020 (FreezeD).
"""

import keras

from tfgan_kit.errors import UserError


def freeze_first(network: keras.Model, count: int, flag: str) -> tuple[str, ...]:
    """Freezes all layers that lead to the features number `count` of a network, in every domain.

    Frozen is what can be trained of them, and what goes with it: batch normalisation then uses its
    moving statistics and leaves them as they are, whatever mode the network is called in. The paper
    says nothing of it, as its discriminators have none. Dropout goes on.

    Call it before players are made of the network: they take the variables that are trainable.

    Args:
      network: a flat model with outputs "features_1" and on, or "features_1_a", ... of domains.
      count: how many blocks; 0 freezes nothing.
      flag: the option that asked for it, for the error.

    Returns:
      The names of the frozen layers, from the input on.

    Raises:
      UserError: if the network has fewer blocks.
    """
    blocks = [int(name.split("_")[1]) for name in network.output if name.startswith("features_")]
    if count > max(blocks):
        raise UserError(
            f"{flag} {count}: this network has {max(blocks)} blocks before its last layer; give "
            f"0 to {max(blocks)}"
        )
    if not count:
        return ()
    wanted = f"features_{count}"
    ends = [v for k, v in network.output.items() if k == wanted or k.startswith(f"{wanted}_")]
    layers = [each for each in keras.Model(network.input, ends).layers if each.trainable_variables]
    for layer in layers:
        layer.trainable = False
    return tuple(layer.name for layer in layers)
