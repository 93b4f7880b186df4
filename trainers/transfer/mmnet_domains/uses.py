"""What mix-and-match networks between domains can do: translate from any domain to any other."""

import itertools

from tfgan_kit.fields import Field
from tfgan_kit.uses import Call, Use


def name_of(source: str, target: str) -> str:
    """The name of the use that translates between two domains."""
    return f"translate_{source}_{target}"


def uses_of(fields: dict[str, Field], anchor: str, config) -> tuple[Use, ...]:
    """The uses "translate_A_B" of all pairs of domains.

    Args:
      fields: name of each domain -> the field of its images.
      anchor: the name of the domain with which others are trained.
      config: the `MMNetDomainsConfig`.
    """
    fields = {name: field.of_any_size(2**config.pools) for name, field in fields.items()}
    side = () if config.side == "none" else range(1, config.pools + 1)
    code = {name: name for name in ("latent", *(f"side_{k}" for k in side))}
    found = []
    for source, target in itertools.permutations(fields, 2):
        calls = (
            Call(f"encoder_{source}", {"input": source}, code),
            Call(f"decoder_{target}", code, {"image": target}),
        )
        about = "trained" if anchor in (source, target) else "never trained"
        inputs, outputs = {source: fields[source]}, {target: fields[target]}
        found.append(Use(name_of(source, target), calls, inputs, outputs, about))
    return tuple(found)
