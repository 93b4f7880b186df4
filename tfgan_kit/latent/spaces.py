"""The latent spaces of a generator: z, its latents, and w, what it maps them to.

Each layer takes its own w; where all are the same it is a point of w, else of w+.
"""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field, class_field, vector_field
from tfgan_kit.latent.latents import fixed_latents, latents_of_block
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses import Call, Use
from tfgan_kit.uses.apply import Bound

MAPPED = 10_000  # Latents that are mapped to see where the intermediate ones lie.
_W = "w"  # What the uses of generators that map their latents call the intermediate one.


class LatentSpace:
    """A space of a run's generator of images: that of its latents, or what they are mapped to.

    Args:
      saved: the run.
      name: "z", the latents, or "w", the intermediate latents.
      option: the option that named the run, for errors.

    Attributes:
      path: the run's directory.
      generate: the run's use of that name.
      networks: name -> network of that use; for an averaged network, the average.
      source: the name of a point of the space among the tensors of the use.
      field: the `Field` of a point.

    Raises:
      UserError: if the run generates no images from latents, or has no such space.
    """

    def __init__(self, saved: SavedRun, name: str = "z", option: str = ""):
        path = " ".join(filter(None, [option, str(saved.run.path)]))
        generate = saved.uses.get("generate")
        if generate is None or generate.find("latent") is None:
            known = ", ".join(saved.uses) or "nothing"
            raise UserError(
                f"{path}: the networks of {saved.method} cannot generate from a latent, only "
                f"{known}; name the run of a generator, such as one of gan"
            )
        shapes = {generate.outputs[each].shape for each in generate.examples}
        if any(len(shape) != 3 for shape in shapes):
            raise UserError(f"{path} generates points; name a generator of images")
        self.path, self.generate = saved.run.path, generate
        self.networks = {call.network: saved.load(call.network) for call in generate.calls}
        self._latent = self.source = generate.find("latent")
        self.field = generate.inputs[self._latent]
        if name == _W:
            made = [(c.network, o) for c in generate.calls for o, t in c.outputs.items() if t == _W]
            if not made:
                raise UserError(f"{path} does not map its latents, so it has no space w")
            ((network, output),) = made
            self.source = _W
            self.field = vector_field(self.networks[network].output[output].shape[-1])

    @property
    def latent_size(self) -> int:
        """The length of the generator's latents, whatever the space."""
        return self.generate.inputs[self._latent].shape[0]

    @property
    def label(self) -> Field | None:
        """The `Field` of the label that the generator takes, None if it takes none."""
        return self.generate.inputs.get(self.generate.label)

    def edit_use(self, count: int) -> Use:
        """The use of the generator with the network `nets.latent.directions` before it.

        Args:
          count: number of directions.

        Returns:
          "edit", from a point of the space (b, d), the number "k" (b,) of a direction, "eps" (b, 1)
          and what else the generator takes, to its examples.
        """
        move = Call(
            "directions", {"latent": self.source, "k": "k", "eps": "eps"}, {"moved": "moved"}
        )
        calls = [_with(call, self.source, "moved") for call in self.generate.calls]
        own = {self.source: self.field}
        others = {n: f for n, f in self.generate.inputs.items() if n != self._latent}
        asked = {"k": class_field(map(str, range(count))), "eps": vector_field(1)}
        outputs = {name: self.generate.outputs[name] for name in self.generate.examples}
        return Use("edit", (move, *calls), own | others | asked, outputs).only(outputs)

    def point_use(self) -> Use:
        """The use "generate" from a point of the space, and what else the generator takes."""
        calls = [c for c in self.generate.calls if self.source not in c.outputs.values()]
        inputs = {n: f for n, f in self.generate.inputs.items() if n != self._latent}
        outputs = {name: self.generate.outputs[name] for name in self.generate.examples}
        whole = Use("generate", tuple(calls), {self.source: self.field} | inputs, outputs)
        return whole.only(outputs)

    def map_use(self) -> Use | None:
        """The use "map" from latents to points of the space; None if they are its points."""
        if self.source == self._latent:
            return None
        whole = Use("map", self.generate.calls, self.generate.inputs, {self.source: self.field})
        return whole.only([self.source])

    def points(self, latents: np.ndarray) -> np.ndarray:
        """The points of the space for latents (n, length), float32 (n, d)."""
        if (use := self.map_use()) is None:
            return latents
        return Bound(use, self.networks).render({self._latent: latents})[self.source]

    def latents(self, seed: int, count: int) -> np.ndarray:
        """The latents for a seed, see `tfgan_kit.latent.latents.fixed_latents`."""
        field = self.generate.inputs[self._latent]
        return fixed_latents(field.distribution, seed, count, field.shape[0])

    def deviation(self) -> float:
        """The standard deviation of a component of a point, the mean over the components."""
        if self.source == self._latent:
            return 1.0 if self.field.distribution == "normal" else 3.0**-0.5
        mapped = Bound(self.map_use(), self.networks)({self._latent: self.latents(0, MAPPED)})
        return float(mapped[self.source].numpy().std(0).mean())


def mean_and_spread(to_w: Bound, seed: int) -> tuple[np.ndarray, float]:
    """The mean of mapped latents, float32 (n,), and the root of their mean squared distance to it.

    Args:
      to_w: the use "map".
      seed: seed of the latents.
    """
    field = to_w.use.inputs["latent"]
    drawn = latents_of_block(field.distribution, seed, "project/mean", 0, MAPPED, field.shape[0])
    w = to_w.only("w")({"latent": drawn})["w"].numpy().astype(np.float64)
    mean = w.mean(0)
    return mean.astype(np.float32), float(np.sqrt(np.square(w - mean).sum(1).mean()))


def _with(call, old, new):
    """A call that takes the tensor `new` wherever it took `old`."""
    inputs = {name: new if source == old else source for name, source in call.inputs.items()}
    return Call(call.network, inputs, call.outputs)
