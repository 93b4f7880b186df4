"""A use of a trained run: inputs, outputs, and which networks lead from one to the other.

A use is data, not code: it is written into the run's directory as `uses.json`, and whoever opens
the directory can see what the run can do and do it, without the method that trained it. The names
are those of the field: `generate` (latent, label), `translate` (image, style, ...), `encode`,
`classify`, `explain`, `score`. Importing this imports nothing heavy.
"""

import dataclasses
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.machine.files import write_json

FORMAT = 1


@dataclasses.dataclass(frozen=True)
class Call:
    """A pass through one network.

    Attributes:
      network: its name in the run, as of `models/NAME.keras`.
      inputs: name of each of the network's inputs -> name of the tensor that goes there: an input
        of the use, or an output of an earlier call.
      outputs: name of those of its outputs that are wanted -> name of the tensor that they become.
    """

    network: str
    inputs: dict[str, str]
    outputs: dict[str, str]


@dataclasses.dataclass(frozen=True)
class Use:
    """Something that a trained run can do.

    Attributes:
      name: what it is called.
      calls: passes through networks, in their order.
      inputs: name -> `Field`.
      outputs: name -> `Field`, of tensors that the calls give; those of k domains in their order.
    """

    name: str
    calls: tuple[Call, ...]
    inputs: dict[str, Field]
    outputs: dict[str, Field]

    def only(self, outputs: Iterable[str]) -> "Use":
        """The same with some of the outputs, and without what leads to the others alone."""
        wanted, calls = set(outputs), []
        for call in reversed(self.calls):
            made = {name: target for name, target in call.outputs.items() if target in wanted}
            if made:
                calls.append(dataclasses.replace(call, outputs=made))
                wanted |= set(call.inputs.values())
        inputs = {name: field for name, field in self.inputs.items() if name in wanted}
        own = {name: self.outputs[name] for name in outputs}
        return Use(self.name, tuple(reversed(calls)), inputs, own)

    def find(self, kind: str) -> str | None:
        """The name of the input of a kind, None if there is none."""
        return next((name for name, field in self.inputs.items() if field.kind == kind), None)

    @property
    def label(self) -> str | None:
        """The name of the input that is a label, None if there is none."""
        return self.find("class") or self.find("attributes")

    @property
    def examples(self) -> tuple[str, ...]:
        """The names of the outputs that are examples, images or points: one per domain."""
        return tuple(n for n, f in self.outputs.items() if f.kind in ("image", "vector"))

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of the domains that its examples are of, () if there is only one."""
        names = self.examples
        return tuple(name.rpartition("_")[2] for name in names) if len(names) > 1 else ()


def generate(
    outputs: dict[str, Field], latent: Field, label: Field | None = None, network="generator"
) -> Use:
    """The use of a generator: from a latent, and a label if there is one, to examples.

    Args:
      outputs: name of the network's outputs -> what they are.
      latent, label: its inputs "latent" and "label".
      network: its name.
    """
    inputs = {"latent": latent} | ({"label": label} if label else {})
    call = Call(network, {name: name for name in inputs}, {name: name for name in outputs})
    return Use("generate", (call,), inputs, outputs)


def score(inputs: dict[str, Field], outputs: Sequence[str], network="discriminator") -> Use:
    """The use of a discriminator: from examples, and their labels if it takes them, to logits.

    Args:
      inputs: name of the network's inputs -> what they are.
      outputs: names of its outputs that are logits.
      network: its name.
    """
    call = Call(network, {name: name for name in inputs}, {name: name for name in outputs})
    return Use("score", (call,), inputs, {name: Field("vector", (1,)) for name in outputs})


def write_uses(uses: Sequence[Use], path) -> None:
    """Writes the uses of a run."""
    content = [
        {
            "name": use.name,
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
      Name -> use; None if there is no such file.

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
        raise UserError(f"{path} is damaged; `train --resume` of its run writes it anew") from None


def _use(content):
    return Use(
        content["name"],
        tuple(Call(**call) for call in content["calls"]),
        *(
            {name: Field.from_json(field) for name, field in content[part].items()}
            for part in ("inputs", "outputs")
        ),
    )
