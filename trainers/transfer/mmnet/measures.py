"""What mix-and-match networks are measured by, and their pictures."""

import contextlib
import itertools

from tfgan_kit.fields.network import from_network
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import alike, paired_grid, write_image
from tfgan_kit.terms.modalities import alignment
from tfgan_kit.uses import Use
from trainers.transfer.mmnet.judge import load_judge
from trainers.transfer.mmnet.tallies import Labels, tally_of

DRAWN = 12  # Examples in a picture.


class Measures:
    """Measures the translations of a trainer.

    For "depth" to "segmentation" the names end in "_depth_segmentation". Those of pairs that were
    not seen are also measured with "_batch", normalised by the statistics of each batch, if the
    networks have batch normalisation; and with "_cascade" as translations of translations into the
    anchor. "alignment_segmentation_depth" is the mean cosine of two latents of an example, and
    "content_kept_..." the share of images in which a classifier sees what it does in the truth.

    Args:
      trainer: the `MMNet`.
      feed: the run's data, a `data.feeds.several.groups_feed.GroupsFeed`.

    Attributes:
      left_out: lines about what was not measured.
    """

    def __init__(self, trainer, feed):
        self._trainer, self._feed = trainer, feed
        self._fields = {name: m.field for name, m in trainer.modalities.items()}
        self._judge = load_judge(trainer.config, feed)
        self.left_out: tuple[str, ...] = ()
        self._uses = [use for use in _translating(trainer) if self._tally(*use.outputs)]
        self._encoders = {name: trainer.bound(f"encode_{name}") for name in self._fields}
        self._decoders = {name: trainer.bound(f"decode_{name}") for name in self._fields}

    def __call__(self, count: int) -> dict:
        """The measures on up to so many examples of each group."""
        tallies, aligned, seen = {}, {}, 0
        for examples in self._feed.examples(count):
            seen += len(next(iter(examples.values())))
            codes = {name: self._encoded(name, values) for name, values in examples.items()}
            self._align(codes, aligned)
            for use in self._uses:
                if not set(_sources(use)) | set(use.outputs) <= set(examples):
                    continue
                (target,) = use.outputs
                for ending, made in self._ways(use, codes):
                    name = use.name.removeprefix("translate_") + ending
                    tally = tallies.setdefault(name, self._tally(target))
                    tally.add(made, examples[target])
        found = {"samples": seen}
        for name, tally in tallies.items():
            found |= {f"{measure}_{name}": value for measure, value in tally.scores().items()}
        for pair, (total, number) in aligned.items():
            found[f"alignment_{'_'.join(pair)}"] = total / number
        self.left_out = tuple(self._told(tallies))
        return found

    def _told(self, tallies):
        for use in self._uses:
            if use.name.removeprefix("translate_") not in tallies:
                yield f"{use.name}: no held-out group has both its inputs and its output"
        labels = [tally for tally in tallies.values() if isinstance(tally, Labels)]
        absent = dict.fromkeys(name for tally in labels for name in tally.absent)
        if absent:
            yield f"mean_iou: without the classes {', '.join(absent)}, which do not occur"

    def _tally(self, target):
        judge = self._judge if target == self._trainer.judged else None
        return tally_of(self._fields[target], judge)

    def _ways(self, use, codes):
        """Endings of names -> outputs of the decoder: as in use, and of unseen pairs otherwise."""
        trainer, (target,), (source, *others) = self._trainer, use.outputs, _sources(use)
        code = codes[source]
        if others:
            shares = use.inputs["weights"].default
            latents = [codes[name]["latent"] for name in (source, *others)]
            code = code | {"latent": sum(w * z for w, z in zip(shares, latents, strict=True))}
        yield "", self._decoded(target, code)
        if others or (source, target) in trainer.seen:
            return
        if trainer.config.norm == "batch":
            yield "_batch", self._by_batch(target, code)
        between = from_network(self._fields[trainer.anchor], self._decoded(trainer.anchor, code))
        yield "_cascade", self._decoded(target, self._encoded(trainer.anchor, between))

    def _by_batch(self, target, code):
        decoder = self._trainer.networks[f"decoder_{target}"]
        with _unchanged(decoder):
            made = decoder({n: code[n] for n in decoder.input}, training=True)["output"]
        return made.numpy()

    def _encoded(self, name, values):
        return self._encoders[name].render({name: values})

    def _decoded(self, name, code):
        bound = self._decoders[name]
        return bound.render({part: code[part] for part in bound.use.inputs})[name]

    def _align(self, codes, aligned):
        """Adds up cosines of latents: pair of names -> their sum, and how many they are."""
        names = [name for name in self._fields if name in codes]
        for first, second in itertools.combinations(names, 2):
            one, other = codes[first]["latent"], codes[second]["latent"]
            total, number = aligned.get((first, second), (0.0, 0))
            total += float(alignment(one, other)) * len(one)
            aligned[first, second] = total, number + len(one)


def _translating(trainer) -> list[Use]:
    """The uses that translate between modalities."""
    return [use for use in trainer.uses() if use.modalities]


def _sources(use: Use) -> list[str]:
    """The names of what a use translates."""
    return [name for name, field in use.inputs.items() if field.default is None]


@contextlib.contextmanager
def _unchanged(network):
    """Gives the network's statistics back as they were."""
    before = [variable.numpy() for variable in network.non_trainable_variables]
    try:
        yield
    finally:
        for variable, value in zip(network.non_trainable_variables, before, strict=True):
            variable.assign(value)


def draw(trainer, feed, path) -> None:
    """Writes a picture of held-out examples: each modality, and then each of its translations.

    Args:
      trainer: the `MMNet`.
      feed: the run's data.
      path: path of the picture.
    """
    fields = {name: modality.field for name, modality in trainer.modalities.items()}
    examples = next(iter(feed.examples(DRAWN)))
    rows = [as_seen(fields[name], examples[name]) for name in fields if name in examples]
    for use in _translating(trainer):
        (target,), sources = use.outputs, _sources(use)
        if len(sources) > 1 or sources[0] not in examples:
            continue
        made = trainer.bound(use.name).render({sources[0]: examples[sources[0]]})[target]
        rows.append(as_seen(fields[target], from_network(fields[target], made)))
    write_image(paired_grid(alike(rows), columns=DRAWN), path)
