"""What mix-and-match networks can do: translate between any two modalities, and from several."""

import itertools

import keras

from nets.transfer.segnet import fusion
from tfgan_kit.errors import UserError, suggest
from tfgan_kit.fields import Field, features_field
from tfgan_kit.uses import Call, Use

# Of the latents of several modalities, the first of which gives the indices as well.
WEIGHTS = {2: (0.8, 0.2), 3: (0.6, 0.2, 0.2)}


def mixtures_of(modalities, config) -> tuple[tuple[str, ...], ...]:
    """The modalities that can be mixed, each time in the order of all.

    Args:
      modalities: their names.
      config: the `MMNetConfig`.

    Raises:
      UserError: if one is unknown, or nothing is left to be made of them.
    """
    names = list(modalities)
    if not config.fusions:
        counts = sorted(k for k in {2, len(names) - 1} if 2 <= k < len(names))
        return tuple(each for k in counts for each in itertools.combinations(names, k))
    found = {}
    for text in config.fusions:
        parts = text.split("+")
        unknown = next((part for part in parts if part not in names), None)
        if unknown is not None:
            raise UserError(
                f"--fusions {text}: no modality {unknown!r}{suggest(unknown, names)} (choose from "
                f"{', '.join(names)})"
            )
        if len({*parts}) != len(parts) or not 2 <= len(parts) < len(names):
            raise UserError(
                f"--fusions {text}: give 2 to {len(names) - 1} different modalities, joined with +"
                if len(names) > 2
                else f"--fusions {text}: of two modalities, none are mixed; leave it out"
            )
        found[tuple(name for name in names if name in parts)] = None
    return tuple(found)


def fusions(mixtures, channels: int) -> dict[str, keras.Model]:
    """Networks that add up the latents of mixtures into another, by name."""
    return {f"fusion_{k}": fusion(k, channels) for k in sorted({*map(len, mixtures)})}


def uses_of(modalities, mixtures, seen, config) -> tuple[Use, ...]:
    """The uses "translate_A_B", "translate_A_B_C" from A and B to C, "encode_A" and "decode_A".

    Args:
      modalities: name -> `trainers.transfer.mmnet.modalities.Modality`, the anchor first.
      mixtures: names of modalities that can be mixed, see `mixtures_of`.
      seen: pairs of names that are known together in training.
      config: the `MMNetConfig`.
    """
    fields = {
        name: modality.field.of_any_size(config.sizes.multiple)
        for name, modality in modalities.items()
    }
    levels = len(config.filters)
    side = [f"side_{k}" for k in range(1, levels + 1)] if config.side != "none" else []

    def use(sources, target):
        told = [] if modalities[target].is_judged else side
        calls = []
        for i, source in enumerate(sources, start=1):
            own = {name: name for name in told} if i == 1 else {}
            latent = "latent" if len(sources) == 1 else f"latent_{i}"
            calls.append(Call(f"encoder_{source}", {"input": source}, own | {"latent": latent}))
        inputs = {source: fields[source] for source in sources}
        if len(sources) > 1:
            count = len(sources)
            given = {f"latent_{i}": f"latent_{i}" for i in range(1, count + 1)}
            calls.append(
                Call(f"fusion_{count}", given | {"weights": "weights"}, {"latent": "latent"})
            )
            inputs["weights"] = Field("vector", (count,), default=_weights(count))
        given = {name: name for name in ("latent", *told)}
        calls.append(Call(f"decoder_{target}", given, {"output": target}))
        known = [source for source in sources if (source, target) in seen]
        about = f"pairs seen in training: {', '.join(known)} with {target}"
        if not known:
            about = f"no pair seen in training of {' or '.join(sources)} with {target}"
        name = "_".join(["translate", *sources, target])
        return Use(name, tuple(calls), inputs, {target: fields[target]}, about)

    alone = [(name,) for name in modalities]
    found = [
        use(sources, target)
        for sources in (*alone, *mixtures)
        for target in modalities
        if target not in sources
    ]
    return tuple(found) + _halves(modalities, fields, config, side)


def _halves(modalities, fields, config, side):
    """The uses of the encoders and of the decoders."""
    found, levels, maps = [], len(config.filters), {}
    for k, channels in enumerate(config.filters, start=1):
        size = [length // 2 ** (k - 1 if config.side == "skip" else k) for length in _size(fields)]
        dtype = "int32" if config.side == "indices" else "float32"
        maps[f"side_{k}"] = features_field((*size, channels), dtype)
    size = [length // 2**levels for length in _size(fields)]
    maps["latent"] = features_field((*size, config.filters[-1]))
    made = {n: maps[n] for n in ("latent", *side)}
    for name, field in fields.items():
        call = Call(f"encoder_{name}", {"input": name}, {n: n for n in made})
        outputs = {n: each.of_any_size(field.multiple) for n, each in made.items()}
        found.append(Use(f"encode_{name}", (call,), {name: field}, outputs))
    for name, modality in modalities.items():
        # Their inputs differ in size, so that only those of one size go together.
        given = {"latent": maps["latent"]} if modality.is_judged else made
        call = Call(f"decoder_{name}", {n: n for n in given}, {"output": name})
        found.append(Use(f"decode_{name}", (call,), given, {name: modality.field}))
    return tuple(found)


def _size(fields):
    return next(iter(fields.values())).size


def _weights(count):
    """Those of the paper for two latents, and 0.6 and equal shares of the rest beyond."""
    return WEIGHTS.get(count) or (0.6, *[0.4 / (count - 1)] * (count - 1))
