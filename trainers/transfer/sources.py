"""Generators of other runs, each with a network before it that makes its latents of noise."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field, latent_field
from tfgan_kit.latent.spaces import LatentSpace
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses import Call, Use


class Source:
    """The generator of a run, and the name of a network that makes its latents of noise.

    Args:
      path: the run.
      suffix: of the names of its networks and tensors, so that several sources can be one use.
      before: name of the network before it.

    Attributes:
      saved: the `SavedRun`.
      space: the `LatentSpace` of its latents.
      networks: name with the suffix -> network of the generator; for an averaged one, the average.
      image: the `Field` of its images.
      latent: the `Field` of its latents.
      classes: number of its classes, 0 if it takes none.
      before: the name of the network before it.

    Raises:
      UserError: if the run has no generator of single images, or one that takes a label other than
        a class.
    """

    def __init__(self, path: str, suffix: str = "", before: str = "miner"):
        self.saved, self._suffix = SavedRun(path), suffix
        space = self.space = LatentSpace(self.saved, option="--source")
        self._generate, where = space.generate, f"--source {path}"
        if len(self._generate.examples) > 1:
            raise UserError(f"{where} draws images of several domains; name a run that draws one")
        (self._made,) = self._generate.examples
        self.image: Field = self._generate.outputs[self._made]
        self.latent, label = space.field, space.label
        if label is not None and label.kind != "class":
            raise UserError(f"{where} takes {label.kind}; name a generator of classes, or without")
        self.classes = 0 if label is None else label.network_shape[0]
        self.networks = {f"{name}{suffix}": network for name, network in space.networks.items()}
        self.before = _unused(f"{before}{suffix}", self.networks)

    @property
    def output(self) -> str:
        """The name of its images among the tensors of its use."""
        return f"{self._made}{self._suffix}"

    def use(self, size: int, name: str = "generate") -> Use:
        """From "noise", normal (n, size), to images; other inputs have their defaults."""
        generate, own = self._generate, self._generate.find("latent")
        of_calls = ((*call.inputs.values(), *call.outputs.values()) for call in generate.calls)
        tensors = {tensor for names in of_calls for tensor in names}
        # What is mined has another name than what the source was given: for who looks for the input
        # of the whole, it begins at the miner.
        renamed = {own: _unused("mined", tensors)}
        found = {"latent": renamed[own]} | ({"label": generate.label} if self.classes else {})
        mine = Call(self.before, {"noise": "noise"}, self._named(found))
        calls = [
            dataclasses.replace(
                call,
                network=f"{call.network}{self._suffix}",
                inputs=self._named({n: renamed.get(t, t) for n, t in call.inputs.items()}),
                outputs=self._named(call.outputs),
            )
            for call in generate.calls
        ]
        known = {own, *found.values()}
        others = {n: f for n, f in generate.inputs.items() if n not in known}
        inputs = {"noise": latent_field(size, "normal")}
        inputs |= {f"{name}{self._suffix}": field for name, field in others.items()}
        whole = Use(name, (mine, *calls), inputs, {self.output: self.image})
        return whole.only([self.output])

    def check_images(self, shape: tuple[int, ...], dataset: str) -> None:
        """Raises UserError if a data set has images of another shape than the generator's."""
        height, width, channels = own = self.image.shape
        if own != shape:
            of_data, drawn = ("x".join(map(str, each)) for each in (shape, own))
            raise UserError(
                f"--source {self.saved.run.path} draws images of {drawn}, but --dataset {dataset} "
                f"has {of_data}; give --image-size {height}x{width} --channels {channels}, or a "
                "generator of that size"
            )

    def _named(self, tensors):
        """The same with the suffix at the tensors' names."""
        return {name: f"{tensor}{self._suffix}" for name, tensor in tensors.items()}


def _unused(name, taken):
    """A name like this one that is not taken, as by a source that was mined itself."""
    while name in taken:
        name = f"outer_{name}"
    return name


def generate(sources: list[Source], size: int) -> Use:
    """The use "generate" of all sources: from "latent" to "image".

    With several, the latent has one number more, which chooses among them; see
    `nets.transfer.miner`.

    Args:
      sources: the generators.
      size: length of the noise.
    """
    uses = [source.use(size) for source in sources]
    noise, inputs = latent_field(size, "normal"), {}
    calls = [call for use in uses for call in use.calls]
    for use in uses:
        inputs |= {name: field for name, field in use.inputs.items() if name != "noise"}
    image, names = sources[0].image, [source.output for source in sources]
    if len(sources) == 1:
        first = dataclasses.replace(calls[0], inputs={"noise": "latent"})
        return Use("generate", (first, *calls[1:]), {"latent": noise} | inputs, {names[0]: image})
    split = Call("chooser", {"latent": "latent"}, {"noise": "noise", "choice": "choice"})
    shown = {f"image_{i}": name for i, name in enumerate(names, 1)}
    join = Call("chosen", {"choice": "choice"} | shown, {"image": "image"})
    latent = latent_field(size + 1, "normal")
    return Use("generate", (split, *calls, join), {"latent": latent} | inputs, {"image": image})
