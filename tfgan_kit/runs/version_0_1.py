"""Runs of version 0.1.0, which do not list their uses: these are inferred from their networks."""

from collections.abc import Mapping

from tfgan_kit.fields import image_field, latent_field, vector_field
from tfgan_kit.settings.names import DOMAINS
from tfgan_kit.uses import Call, Use, generate, score


def uses_of_0_1(saved) -> Mapping[str, Use]:
    """The uses of a run without a `uses.json`; each is inferred on access.

    Args:
      saved: the `tfgan_kit.runs.saved_run.SavedRun`.
    """
    if saved.method == "classifier":
        return {}
    made = {"generate": _generate, "score": _score, "transform": _transform}
    needs = {"generate": "generator", "score": "discriminator", "transform": "encoder"}
    # The generator comes with the first checkpoint; a missing one is reported by name.
    there = [name for name, network in needs.items() if name == "generate" or saved.has(network)]
    return _Lazy({name: made[name] for name in there}, saved)


class _Lazy(Mapping):
    def __init__(self, made, saved):
        self._made, self._saved = made, saved

    def __getitem__(self, name):
        return self._made[name](self._saved)

    def __iter__(self):
        return iter(self._made)

    def __len__(self):
        return len(self._made)


def _generate(saved):
    latent = latent_field(saved.setting("latent_size"), saved.setting("latent"))
    outputs = saved.load("generator").output
    names = ["image"] if "image" in outputs else [f"image_{d}" for d in DOMAINS]
    return generate({n: _field(outputs[n]) for n in names if n in outputs}, latent)


def _score(saved):
    network = saved.load("discriminator")
    inputs = network.input if isinstance(network.input, dict) else {"image": network.input}
    logits = [name for name in network.output if name.startswith("logits")]
    return score({name: _field(tensor) for name, tensor in inputs.items()}, logits)


def _transform(saved):
    made = _generate(saved)
    encode = Call("encoder", {"image": "image"}, {"latent": "latent"})
    image = {"image": next(iter(made.outputs.values()))}
    outputs = {"latent": made.inputs["latent"], **made.outputs}
    return Use("transform", (encode, *made.calls), image, outputs)


def _field(tensor):
    shape = tuple(tensor.shape[1:])
    return image_field(shape) if len(shape) == 3 else vector_field(*shape)
