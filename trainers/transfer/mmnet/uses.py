"""What mix-and-match networks can do: translate between any two modalities, and from several."""

import itertools

import keras

from nets.transfer.segnet import fusion
from tfgan_kit.fields import Field, features_field
from tfgan_kit.uses import Call, Use

# Of the latents of several modalities, the first of which gives the indices as well.
WEIGHTS = {2: (0.8, 0.2), 3: (0.6, 0.2, 0.2)}


def fusions(modalities, channels: int) -> dict[str, keras.Model]:
    """Networks that add up latents of two or more modalities into another, by name."""
    return {f"fusion_{k}": fusion(k, channels) for k in range(2, len(modalities))}


def uses_of(modalities, seen, config) -> tuple[Use, ...]:
    """The uses "translate_A_B", "translate_A_B_C" from A and B to C, "encode_A" and "decode_A".

    Args:
      modalities: name -> `trainers.transfer.mmnet.modalities.Modality`, the anchor first.
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
        told = [] if modalities[target].is_anchor else side
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

    found = []
    for count in range(1, len(modalities)):
        for sources in itertools.combinations(modalities, count):
            found += [use(sources, target) for target in modalities if target not in sources]
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
        given = {"latent": maps["latent"]} if modality.is_anchor else made
        call = Call(f"decoder_{name}", {n: n for n in given}, {"output": name})
        found.append(Use(f"decode_{name}", (call,), given, {name: modality.field}))
    return tuple(found)


def _size(fields):
    return next(iter(fields.values())).size


def _weights(count):
    """Those of the paper for two latents, and 0.6 and equal shares of the rest beyond."""
    return WEIGHTS.get(count) or (0.6, *[0.4 / (count - 1)] * (count - 1))
