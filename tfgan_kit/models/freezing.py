"""Freezing the first blocks of a network while the rest is fine-tuned.

Mo, Cho & Shin, Freeze the Discriminator: a Simple Baseline for Fine-Tuning GANs, 2020 (FreezeD).
"""

import re

import keras

from tfgan_kit.errors import UserError


def block_numbers(network: keras.Model) -> dict[str, int]:
    """Maps the names of the outputs that are block features to their block numbers.

    Such outputs are named "features_1" and so on, or "features_1_a", ... for domains; other names
    with this prefix are ignored. Empty if there are none.
    """
    names = network.output if isinstance(network.output, dict) else ()
    found = {name: re.fullmatch(r"features_(\d+)(_[a-z])?", name) for name in names}
    return {name: int(match[1]) for name, match in found.items() if match}


def freeze_first(network: keras.Model, count: int, flag: str) -> tuple[str, ...]:
    """Freezes the first `count` blocks of a network, in every domain.

    All layers that lead to the features of block `count` become non-trainable. Frozen batch
    normalisation also uses its moving statistics and no longer updates them, whatever mode the
    network is called in. The paper does not discuss this case, as its discriminators have no batch
    normalisation. Dropout stays active.

    Call it before making players of the network: they collect the variables that are trainable.

    Args:
      network: a flat model with outputs "features_1", "features_2", ..., or "features_1_a", ... for
        domains.
      count: how many blocks to freeze; 0 freezes nothing.
      flag: the option that asked for it, for the error.

    Returns:
      The names of the frozen layers, starting at the input.

    Raises:
      UserError: if the network has fewer blocks, or does not name its block features.
    """
    if not count:
        return ()
    numbers = block_numbers(network)
    if not numbers:
        raise UserError(f"{flag} {count}: this network has no blocks features_1 and so on; give 0")
    last = max(numbers.values())
    if count > last:
        raise UserError(
            f"{flag} {count}: this network has {last} blocks before its last layer; give 0 to "
            f"{last}"
        )
    ends = [network.output[name] for name, number in numbers.items() if number == count]
    layers = [each for each in keras.Model(network.input, ends).layers if each.trainable_variables]
    for layer in layers:
        layer.trainable = False
    return tuple(layer.name for layer in layers)
