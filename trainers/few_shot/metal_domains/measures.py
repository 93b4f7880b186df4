"""Measures of clones on domains, seen and unseen ones apart: what they reach and what they keep.

A classifier of domains tells whether translations are of the domain that the clone learned; where
the data knows what a translation must keep, a classifier of that tells whether it is kept; where
images can be redrawn in another domain, the true translation is known. Training sees none of them.
"""

import numpy as np
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import as_pictures, to_network
from tfgan_kit.metrics.images.errors import l1
from tfgan_kit.pictures.images import to_uint8
from tfgan_kit.randomness import seed_of
from trainers.classification.classifier.trainer import predict
from trainers.core.pair_measures import comparable
from trainers.few_shot.metal_domains.adapt import fine_tuned
from trainers.few_shot.metal_domains.judges import load_judges

_PART = 64  # Images that are translated at a time.
MEASURES = ("style_reached", "content_kept", "l1")
_SEEN = "_seen"


def names_of(config, feed) -> tuple[list[str], list[str]]:
    """The names of what is measured: where more is better, and where less is.

    Args:
      config: a `MetalDomainsConfig`.
      feed: the run's data, see `data.feeds.episodes.beside`.
    """
    group = "" if feed.split.held_out else _SEEN
    ends = [f"{group}_at_{k}" for k in config.evaluate_at]
    judged = {
        "style_reached": config.evaluation_classifier or config.classifier_steps,
        "content_kept": config.content_classifier
        or (config.classifier_steps and feed.reader.source.content),
    }
    higher = [f"{name}{end}" for name, known in judged.items() if known for end in ends]
    return higher, [f"l1{end}" for end in ends] if _known(feed) else []


def _known(feed):
    """Whether images can be redrawn in other domains, so that true translations are known."""
    field, drawn = feed.reader.fields["image"], feed.reader.source.redrawn(0, 0)
    return comparable(field) and np.shape(drawn) == field.shape


def _labels(reader):
    """The labels of all examples of a reader, (n,)."""
    labels = reader.source.labels()
    if labels is not None:
        return labels
    parts = range(0, len(reader), _PART)
    return np.concatenate(
        [reader.read(np.arange(i, min(i + _PART, len(reader))))["label"] for i in parts]
    )


class DomainMeasures:
    """Measures clones of the networks of an inner loop, as they are when it is called.

    Args:
      inner: the `Inner` of adaptation.
      config: a `MetalDomainsConfig`, with the files of its classifiers.
      feed: the run's data, see `data.feeds.episodes.beside`.

    Attributes:
      left_out: lines about what cannot be measured.
      names: those of the domains, seen and unseen, by their numbers in the data.
      field: the field of an image.
      inner_steps: steps of a clone in training.

    Raises:
      UserError: if a classifier does not fit the data, or the data cannot be read.
    """

    def __init__(self, inner, config, feed):
        self._inner, self._config, self._feed = inner, config, feed
        self._judge, self._content = load_judges(config, feed)
        (held_out,) = feed.held_out()
        self._reader, self._known = held_out or feed.reader, _known(feed)
        self.field, self.names = feed.reader.fields["image"], feed.reader.classes
        self.inner_steps, self.left_out = config.inner_steps, ()
        self._labels = _labels(self._reader)
        if not np.isin(self._labels, feed.split.trained).any():
            raise UserError(
                f"{self._reader.name} has no image of a training domain to measure "
                "with; add some to the test images, or hold out other classes"
            )
        if held_out is None:
            self.left_out = ("nothing is measured: there are no held-out images",)
        elif not feed.split.held_out:
            self.left_out = ("unseen domains: none is held out; --held-out-classes names some",)
        # Traced once for all domains and numbers of steps.
        self._step = tf.function(
            lambda number, state, own, others: inner.step(own, others)(number, state),
            autograph=False,
        )
        self._made = tf.function(inner.translated, autograph=False)

    def __call__(self, count: int) -> dict:
        """Measures clones after each of `evaluate_at`.

        Args:
          count: number of translations into unseen domains, and into seen ones, for each number of
            steps; about equally many into each domain.

        Returns:
          For each number of steps k, means over domains: "style_reached_at_k", the share of
          translations that a classifier takes for the domain; "content_kept_at_k", that in which
          one sees the content of the input; "l1_at_k", the mean absolute error to the true
          translation, in % of the range. Those of seen domains have "_seen" before "_at". Unseen
          ones are fine-tuned on first, all together, so that their step 0 is what this alone gives.
          "reference" has the same of the networks that have not moved, and of true translations;
          "classes" has all of it for each domain.
        """
        if self._feed.held_out() == (None,):
            return {}
        groups = {"": self._feed.split.held_out, _SEEN: self._feed.split.trained}
        found, references, each, samples = {}, {}, {}, 0
        for ending, numbers in groups.items():
            if not numbers:
                continue
            unmoved, rows = self._inner.weights, max(2, count // len(numbers))
            start = unmoved if ending else self._fine_tuned(numbers)
            parts = [self._of_domain(number, start, unmoved, rows) for number in numbers]
            samples += sum(part.pop("rows") for part in parts)
            for k in self._config.evaluate_at:
                found |= _means([part[k] for part in parts], f"{ending}_at_{k}")
                for name in ("unmoved", "true translation"):
                    told = _means([part[name] for part in parts], f"{ending}_at_{k}")
                    references[name] = references.get(name, {}) | told
            for number, part in zip(numbers, parts, strict=True):
                each[self.names[number]] = {
                    f"{name}_at_{k}": value
                    for k in self._config.evaluate_at
                    for name, value in part[k].items()
                } | {f"{name}_unmoved": value for name, value in part["unmoved"].items()}
        told = {name: values for name, values in references.items() if values}
        return {"samples": samples, **found, "reference": told, "classes": each}

    def clones(self, number: int, start, steps):
        """Clones that learn a domain, one step after the other.

        Args:
          number: of the domain in the data.
          start: weights by name, see `Inner.weights`.
          steps: ascending numbers of steps.

        Yields:
          A number of steps and the weights of the generator after them.
        """
        own, others = self._images(number), self._others()
        state, done = self._inner.start(start), 0
        for wanted in steps:
            for step in range(done, wanted):
                state = self._step(tf.constant(step), state, own, others)
            done = wanted
            yield wanted, state["generator"].weights

    def translated(self, weights, images) -> np.ndarray:
        """What a generator with these weights makes of images as the data has them."""
        parts = [
            self._made(weights, to_network(self.field, images[first : first + _PART])).numpy()
            for first in range(0, len(images), _PART)
        ]
        return np.concatenate(parts)

    def start(self):
        """The weights of the networks as they are, by name."""
        return self._inner.weights

    def inputs(self, number: int | None, count: int) -> np.ndarray:
        """Rows of held-out images of domains that were trained on, but not of that number."""
        numbers = [k for k in self._feed.split.trained if k != number]
        rows = np.flatnonzero(np.isin(self._labels, numbers or self._feed.split.trained))
        seed = seed_of(self._config.seed, f"inputs for domain {number}")
        return np.random.default_rng(seed).permutation(rows)[:count]

    def read(self, rows) -> np.ndarray:
        """The images of these rows, as the data has them."""
        return self._reader.read(rows)["image"]

    def judged(self, rows, number: int, made) -> dict[str, float]:
        """Measures translations into a domain.

        Args:
          rows: those of the held-out images, see `inputs`.
          number: of the domain in the data.
          made: translations of these, float32 (n, height, width, channels) in [-1, 1].

        Returns:
          The mean of each of `MEASURES` that is known for this data.
        """
        found, truth = {}, self._redrawn(rows, number)
        if self._judge is not None:
            found["style_reached"] = self._answers(self._judge, made) == number
        if self._content is not None:
            kept = self._reader.source.contents()[rows]
            found["content_kept"] = self._answers(self._content, made) == kept
        if truth is not None:
            found["l1"] = l1(truth, to_uint8(made))
        return {name: float(np.mean(values)) for name, values in found.items()}

    def _images(self, number):
        return to_network(self.field, self._feed.of_class(number))

    def _others(self):
        return to_network(self.field, self._feed.others(self._config.others))

    def _fine_tuned(self, numbers):
        config = self._config
        own = tf.stack([self._images(number) for number in numbers])
        rounds, rate = config.fine_tune_rounds, config.fine_tune_rate
        given = own, self._others(), rounds, rate, config.inner_steps
        return fine_tuned(self._inner, self._inner.weights, *given)

    def _of_domain(self, number, start, unmoved, count):
        """Number of steps, or name of what is beside them -> measures; and the number of rows."""
        rows = self.inputs(number, count)
        images, truth = self.read(rows), self._redrawn(rows, number)
        found = {"rows": len(rows), "unmoved": {}, "true translation": {}}

        def of(made):
            return self.judged(rows, number, made)

        found["unmoved"] = of(self.translated(unmoved["generator"], images))
        if truth is not None:
            found["true translation"] = of(as_pictures(self.field, truth))
        for k, weights in self.clones(number, start, self._config.evaluate_at):
            found[k] = of(self.translated(weights, images))
        return found

    def _answers(self, judge, images):
        return predict(judge, images)["probabilities"].argmax(1)

    def _redrawn(self, rows, number):
        """The true translations as bytes, None if unknown."""
        if not self._known:
            return None
        return np.stack([self._reader.source.redrawn(int(row), number) for row in rows])


def _means(parts, ending):
    """Means over domains of measures that all of them have."""
    return {
        f"{name}{ending}": float(np.mean([part[name] for part in parts]))
        for name in MEASURES
        if all(name in part for part in parts)
    }
