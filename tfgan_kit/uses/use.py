"""A use of a trained run: its inputs, its outputs and the networks that connect them.

A use is data, not code: it is written into the run's directory as `uses.json`, so that anyone who
opens the directory can see what the run can do, and do it, without the method that trained it. The
names are standard terms: `generate` (latent, label), `translate` (image, style, ...), `encode`,
`classify`, `explain`, `score`. Importing this module imports nothing heavy.
"""

import dataclasses
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.machine.files import write_json
from tfgan_kit.settings.names import DOMAINS

FORMAT = 1


@dataclasses.dataclass(frozen=True)
class Call:
    """A pass through one network.

    Attributes:
      network: its name in the run, as in `models/NAME.keras`.
      inputs: name of each of the network's inputs -> name of the tensor to feed it: an input of the
        use, or an output of an earlier call.
      outputs: name of each required output of the network -> name of the resulting tensor.
    """

    network: str
    inputs: dict[str, str]
    outputs: dict[str, str]


@dataclasses.dataclass(frozen=True)
class Use:
    """Something that a trained run can do.

    Attributes:
      name: its name.
      calls: passes through networks, in their order.
      inputs: name -> `Field`.
      outputs: name -> `Field`, for tensors that the calls output; those of k domains in the order
        of the domains.
      about: what is to be known of it, one line without an end, or nothing.
    """

    name: str
    calls: tuple[Call, ...]
    inputs: dict[str, Field]
    outputs: dict[str, Field]
    about: str = ""

    def only(self, outputs: Iterable[str]) -> "Use":
        """The same use with some of the outputs, without the calls that only the others need."""
        wanted, calls = set(outputs), []
        for call in reversed(self.calls):
            made = {name: target for name, target in call.outputs.items() if target in wanted}
            if made:
                calls.append(dataclasses.replace(call, outputs=made))
                wanted |= set(call.inputs.values())
        inputs = {name: field for name, field in self.inputs.items() if name in wanted}
        own = {name: self.outputs[name] for name in outputs}
        return Use(self.name, tuple(reversed(calls)), inputs, own, self.about)

    def find(self, kind: str) -> str | None:
        """The name of the input of a kind, or None if there is none."""
        return next((name for name, field in self.inputs.items() if field.kind == kind), None)

    @property
    def label(self) -> str | None:
        """The name of the input that is a label, or None if there is none."""
        return next((name for name, field in self.inputs.items() if field.is_label), None)

    @property
    def examples(self) -> tuple[str, ...]:
        """The names of the outputs that are examples, images or points: one per domain."""
        return tuple(n for n, f in self.outputs.items() if f.kind in ("image", "vector"))

    @property
    def direction(self) -> tuple[str, str] | None:
        """The letters of the domains that "translate_ab" translates between, or None."""
        kind, _, letters = self.name.partition("_")
        two = letters.partition("_")[0]
        directed = kind == "translate" and len(two) == 2 and set(two) <= set(DOMAINS)
        return (two[0], two[1]) if directed else None

    @property
    def from_to(self) -> str:
        """The direction in words, such as " from a to b", or "" if there is none."""
        return " from {} to {}".format(*self.direction) if self.direction else ""

    @property
    def modalities(self) -> tuple[str, str] | None:
        """What "translate_rgb_depth_segmentation" translates: ("rgb+depth", "segmentation").

        None for a use of another name than that of its inputs, but for those with a default, and
        its output.
        """
        given = [name for name, field in self.inputs.items() if field.default is None]
        if self.name != "_".join(["translate", *given, *self.outputs]) or len(self.outputs) > 1:
            return None
        return "+".join(given), *self.outputs

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of the domains of its examples, () if there is only one domain."""
        names = self.examples
        return tuple(name.rpartition("_")[2] for name in names) if len(names) > 1 else ()


def generate(
    outputs: dict[str, Field], latent: Field, label: Field | None = None, network="generator"
) -> Use:
    """The use of a generator: maps a latent, and a label if there is one, to examples.

    Args:
      outputs: name of each of the network's outputs -> its field.
      latent, label: the fields of the inputs "latent" and "label".
      network: the name of the network.
    """
    inputs = {"latent": latent} | ({"label": label} if label else {})
    call = Call(network, {name: name for name in inputs}, {name: name for name in outputs})
    return Use("generate", (call,), inputs, outputs)


def score(inputs: dict[str, Field], outputs: Sequence[str], network="discriminator") -> Use:
    """The use of a discriminator: maps examples, and their labels if it takes them, to logits.

    Args:
      inputs: name of each of the network's inputs -> its field.
      outputs: names of the network's outputs that are logits.
      network: the name of the network.
    """
    call = Call(network, {name: name for name in inputs}, {name: name for name in outputs})
    return Use("score", (call,), inputs, {name: Field("vector", (1,)) for name in outputs})


def translate(
    inputs: dict[str, Field], output: Field, network="generator", name="translate"
) -> Use:
    """The use of a generator that maps images, and what else it is given, to an image.

    Args:
      inputs: name of each of the network's inputs -> its field.
      output: the field of the image.
      network: the name of the network.
      name: of the use.
    """
    call = Call(network, {each: each for each in inputs}, {"image": "image"})
    return Use(name, (call,), inputs, {"image": output})


def write_uses(uses: Sequence[Use], path) -> None:
    """Writes the uses of a run."""
    content = [
        {
            "name": use.name,
            **({"about": use.about} if use.about else {}),
            "calls": [dataclasses.asdict(call) for call in use.calls],
            "inputs": {name: field.to_json() for name, field in use.inputs.items()},
            "outputs": {name: field.to_json() for name, field in use.outputs.items()},
        }
        for use in uses
    ]
    write_json({"format": FORMAT, "uses": content}, path)


def read_uses(path) -> dict[str, Use] | None:
    """Reads what `write_uses` wrote.

    Returns:
      Name -> use, or None if there is no such file.

    Raises:
      UserError: if the file is damaged or of a newer version.
    """
    try:
        content = json.loads(Path(path).read_text())
        if content["format"] > FORMAT:
            raise UserError(f"{path} was written by a newer tfgan-kit; open it with that version")
        return {use.name: use for use in map(_use, content["uses"])}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise UserError(
            f"{path} is damaged; resume its run with `train --resume` to write it again"
        ) from None


def _use(content):
    return Use(
        content["name"],
        tuple(Call(**call) for call in content["calls"]),
        *(
            {name: Field.from_json(field) for name, field in content[part].items()}
            for part in ("inputs", "outputs")
        ),
        content.get("about", ""),
    )
