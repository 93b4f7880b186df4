"""Measures of one generator that translates between many domains.

A classifier of the domains, trained only on real images, tells whether a translation has the label
that was asked for. Where the data knows what a translation must keep, a classifier of that tells
whether it is kept; where images can be redrawn with another label, the true translation is known.
Training sees neither.
"""

import numpy as np

from tfgan_kit.evaluation.goal import Goal, goals
from tfgan_kit.fields.network import as_pictures
from tfgan_kit.metrics.samples.label_accuracy import attribute_accuracy
from trainers.classification.classifier.trainer import load_classifier, predict
from trainers.conditional.measures import load_judge, may_be_judged
from trainers.core.pair_measures import (
    beside_baselines,
    comparable,
    load_lpips,
    means,
    measure_each,
)
from trainers.unpaired.cycles import cycle_errors
from trainers.unpaired.many_domains.targets import toward

_PART = 64  # Images that are translated and measured at a time.


def goals_of_domains(config, feed) -> dict[str, Goal]:
    """The measures by which the best models can be kept; see `Trainer.goals`.

    Args:
      config: a `ManyDomainsConfig`.
      feed: the run's data, see `data.feeds.labelled_feed`.
    """
    judged = ["accuracy", "accuracy_lowest"] if may_be_judged(config, feed) else []
    return goals(higher=judged, lower=["cycle_l1"])


def load_content_judge(config, feed):
    """Loads the `content_classifier` of a `ManyDomainsConfig`, None if it has none.

    Raises:
      UserError: if it does not fit the data.
    """
    if config.content_classifier is None:
        return None
    shape = feed.spec["image"].shape
    return load_classifier(config.content_classifier, shape, (), flag="--content-classifier")


class DomainMeasures:
    """Measures translations of held-out images toward each label.

    Args:
      config: a `ManyDomainsConfig`, with the files of its classifiers.
      label: the field of the label.
      feed: the run's data, see `data.feeds.labelled_feed`.

    Attributes:
      left_out: lines about what cannot be measured.

    Raises:
      UserError: if a classifier does not fit the data.
    """

    def __init__(self, config, label, feed):
        self._label, self._seed = label, config.seed
        self._judge, self._content = load_judge(config, feed), load_content_judge(config, feed)
        (self._reader,) = feed.held_out()
        self._lpips, self.left_out = None, ()
        if self._reader is None:
            self.left_out = ("nothing is measured: there are no held-out images",)
        elif self._redrawn([0], self._reader.read(np.array([0]))["label"]) is not None:
            self._lpips, note = load_lpips()
            self.left_out = (note,) if note else ()

    def __call__(self, render, count: int) -> dict:
        """Measures a generator.

        Args:
          render: function (images, labels), both as the data has them, -> translations, float32 (n,
            height, width, channels) in [-1, 1].
          count: number of translations, about equally many toward each label.

        Returns:
          Name -> number, each a mean over classes or attributes: "accuracy", the share of
          translations with the label asked for, and "accuracy_lowest", that of the label for which
          it is lowest; "others_kept", the share of the other attributes that stayed as they were;
          "content_kept", the share in which a classifier sees the content of the input; what
          `measure_pairs` finds where the truth is known, and what `cycle_errors` finds.
          "classes" or "attributes" has the same for each, and "reference" the same of real images
          and of the input in place of the translation. Where a label is unknown, it is left out.
        """
        if self._reader is None:
            return {}
        names = self._label.names
        rows = np.random.default_rng(0).permutation(len(self._reader))
        rows = rows[: max(2, count // len(names))]
        examples = self._reader.read(rows)
        each, samples = {}, 0
        for number, name in enumerate(names):
            labels = examples["label"]
            wanted = toward(self._label, labels, number)
            own = labels if labels.ndim == 1 else labels[:, number]
            changed = (wanted != labels).reshape(len(rows), -1).any(1) & (own >= 0)
            if changed.any():
                part = {field: values[changed] for field, values in examples.items()}
                each[name] = self._toward(
                    render, number, rows[changed], part["image"], part["label"], wanted[changed]
                )
                samples += int(changed.sum())
        found = common_means(each)
        if "accuracy" in found:
            found["accuracy_lowest"] = min(values["accuracy"] for values in each.values())
        found = {"samples": samples, **beside_baselines(found)}
        if real := self._real(rows, examples):
            found["reference"] = found.get("reference", {}) | {"real": real}
        kind = "classes" if self._label.kind == "class" else "attributes"
        return found | {kind: each}

    def _toward(self, render, number, rows, images, labels, wanted):
        """The measures of the translations toward one class or attribute."""
        parts, answers = [], []
        for first in range(0, len(rows), _PART):
            part = slice(first, first + _PART)
            made = render(images[part], wanted[part])
            found = self._cycle(render, images[part], labels[part], made, first)
            if self._content is not None:
                found["content_kept"] = self._kept(made, rows[part])
            truth = self._redrawn(rows[part], wanted[part])
            if truth is not None:
                batch = {"output": made, "target": truth, "input": self._pictures(images[part])}
                found |= measure_each(batch, lpips=self._lpips)
            if self._judge is not None:
                answers.append(self._answers(made))
            parts.append(found)
        judged = self._judged(number, np.concatenate(answers), labels, wanted) if answers else {}
        return judged | means(parts)

    def _answers(self, images):
        """The classes or attributes that the classifier of labels sees."""
        chances = predict(self._judge, images)["probabilities"]
        return chances.argmax(1) if self._label.kind == "class" else chances > 0.5

    def _judged(self, number, answers, labels, wanted):
        if self._label.kind == "class":
            return {"accuracy": float((answers == wanted).mean())}
        shares = attribute_accuracy(wanted, answers)
        stays = (labels == wanted).all(0) & np.isfinite(shares)
        others = {"others_kept": float(shares[stays].mean())} if stays.any() else {}
        return {"accuracy": float(shares[number])} | others

    def _kept(self, images, rows):
        known = self._reader.source.contents()[rows]
        return predict(self._content, images)["probabilities"].argmax(1) == known

    def _redrawn(self, rows, labels):
        """The true translations as bytes, (n, height, width, channels), None if unknown."""
        field = self._reader.fields["image"]
        if not comparable(field):
            return None
        drawn = [
            self._reader.source.redrawn(int(row), label)
            for row, label in zip(rows, labels, strict=True)
        ]
        return np.stack(drawn) if all(np.shape(d) == field.shape for d in drawn) else None

    def _pictures(self, images):
        return as_pictures(self._reader.fields["image"], images)

    def _cycle(self, render, images, labels, made, first):
        field = self._reader.fields["image"]
        return cycle_errors(
            (field, field),
            images,
            made,
            lambda given: render(given, labels),
            seed=self._seed,
            first=first,
        )

    def _real(self, rows, examples):
        """What the classifiers say of real images: the best that can be expected."""
        found, labels, real = {}, examples["label"], self._pictures(examples["image"])
        if self._judge is not None:
            right = (self._answers(real) == labels)[labels >= 0]
            found |= {"accuracy": float(right.mean())} if right.size else {}
        if self._content is not None:
            found["content_kept"] = float(self._kept(real, rows).mean())
        return found


def common_means(each: dict[str, dict]) -> dict[str, float]:
    """Name of each measure that all have -> its mean."""
    first, *rest = each.values() or [{}]
    common = [name for name in first if all(name in other for other in rest)]
    return {name: float(np.mean([values[name] for values in each.values()])) for name in common}
