"""Measures of translations into classes that a few images show, unseen ones before all.

Where images can be redrawn in another class, the true translation is known; where the data knows
what a translation must keep, a classifier tells whether it is kept. Training sees neither.
"""

import numpy as np

from tfgan_kit.evaluation.goal import Goal, goals
from tfgan_kit.fields.network import as_pictures
from tfgan_kit.metrics.images.errors import l1
from tfgan_kit.pictures.images import to_uint8
from trainers.classification.classifier.trainer import predict
from trainers.core.pair_measures import comparable, means
from trainers.unpaired.many_domains.measures import load_content_judge

SHOTS = (1, 5, 20)  # Images of a class.
IMAGES = 40  # Of a class, from which so many are drawn for each translation.
_ERRORS = ("figure_error", "ground_error")


def goals_of_classes(config, feed) -> dict[str, Goal]:
    """The measures by which the best models can be kept; see `Trainer.goals`.

    Args:
      config: a `FUNITConfig`.
      feed: the run's data, see `data.feeds.episodes.class_pairs`.
    """
    ending, content = "_k1" if feed.split.held_out else "_k1_seen", feed.reader.source.content
    judged = config.content_classifier or (config.classifier_steps and content)
    return goals(
        higher=[f"content_kept{ending}"] if judged else [],
        lower=[f"{name}{ending}" for name in _ERRORS] if _known(feed) else [],
    )


def _known(feed):
    """Whether images can be redrawn in another class, so that their figure and ground are known."""
    field, figure = feed.spec["image"], feed.reader.source.figure(0)
    return comparable(field) and figure is not None and figure.shape == field.size


class ClassMeasures:
    """Measures translations of held-out images into classes that images of these show.

    Args:
      config: a `FUNITConfig`, with the file of its classifier.
      feed: the run's data, see `data.feeds.episodes.class_pairs`.

    Attributes:
      left_out: lines about what cannot be measured.

    Raises:
      UserError: if the classifier does not fit the data, or the data cannot be read.
    """

    def __init__(self, config, feed):
        self._reader, self._rows = feed.of_classes
        self._content, self._trained = load_content_judge(config, feed), feed.split.trained
        self._groups = {
            ending: {k: self._rows[k] for k in numbers if len(self._rows[k])}
            for ending, numbers in (("", feed.split.held_out), ("_seen", self._trained))
        }
        self._known = _known(feed)
        self.left_out = ()
        if not self._groups[""]:
            self.left_out = ("unseen classes: none is held out; --held-out-classes names some",)

    def __call__(self, encode, decode, count: int) -> dict:
        """Measures the networks.

        Args:
          encode, decode: the `Bound`s of "encode_class" and "translate_with_code".
          count: number of translations into unseen classes, and into seen ones, for each number of
            images of a class; about equally many into each class.

        Returns:
          Name -> mean over translations. For 1, 5 and 20 images of a class ("_k1" and so on) as far
          as there are as many, into unseen classes, and into seen ones with "_seen" at the end:
          "figure_error" and "ground_error", the mean absolute error of the figure and of the ground
          to the same image redrawn in the class, in % of the range, where it is known;
          "content_kept", the share of translations in which a classifier sees the content of the
          input. "reference" has the errors of the input itself, those of the image redrawn in the
          nearest class that was trained on, for unseen ones, and the content of real images.
        """
        found, references, samples = {}, {}, 0
        for ending, classes in self._groups.items():
            made, others = [], []
            for number, rows in classes.items():
                chosen = self._contents(number, max(1, count // len(classes)))
                samples += len(chosen)
                images = self._reader.read(chosen)["image"]
                made.append(self._translated(encode, decode, number, rows, chosen, images))
                others.append(self._others(number, chosen, images, unseen=not ending))
            for shots in SHOTS:
                # Only what is known for every class.
                if not made or not all(shots in of_class for of_class in made):
                    continue
                at_end = f"_k{shots}{ending}"
                found |= _means([of_class[shots] for of_class in made], at_end)
                for name in others[0]:
                    values = _means([of_class[name] for of_class in others], at_end)
                    if values:
                        references[name] = references.get(name, {}) | values
        return {"samples": samples, **found} | ({"reference": references} if references else {})

    def _translated(self, encode, decode, number, rows, chosen, images):
        """Number of images of a class -> the measures of translations of the chosen rows."""
        shown, found = self._reader.read(rows[:IMAGES])["image"], {}
        codes = encode.render({"class_image": shown})["code"]
        for shots in SHOTS:
            if shots <= len(codes):
                given = {"input": images, "code": _drawn(codes, shots, len(images), number)}
                found[shots] = self._measured(chosen, number, decode.render(given)["image"])
        return found

    def _others(self, number, chosen, images, *, unseen):
        """Name of what is measured beside translations -> its measures."""
        own = as_pictures(self._reader.fields["image"], images)
        copied = self._measured(chosen, number, own)
        found = {
            "input copied": {name: copied[name] for name in _ERRORS if name in copied},
            "real": {name: copied[name] for name in copied if name not in _ERRORS},
        }
        if unseen and self._known:
            found["nearest class trained on"] = self._nearest(chosen, number)
        return found

    def _contents(self, number, count):
        """Rows of images of classes that were trained on, but not of that number."""
        others = np.concatenate([self._rows[k] for k in self._trained if k != number])
        return np.random.default_rng(number).permutation(others)[:count]

    def _measured(self, rows, number, made):
        """Name -> (n,), of translations of these rows into a class."""
        found = self._errors(rows, made, self._redrawn(rows, number)) if self._known else {}
        if self._content is not None:
            seen = predict(self._content, made)["probabilities"].argmax(1)
            found["content_kept"] = (seen == self._reader.source.contents()[rows]).astype(float)
        return found

    def _errors(self, rows, made, truth):
        figure = np.stack([self._reader.source.figure(int(row)) for row in rows])[..., None]
        made = to_uint8(made)
        values = l1(truth, made, figure), l1(truth, made, ~figure)
        return dict(zip(_ERRORS, values, strict=True))

    def _redrawn(self, rows, number):
        return np.stack([self._reader.source.redrawn(int(row), number) for row in rows])

    def _nearest(self, rows, number):
        """The errors of the true translations into the trained class that has the least."""
        truth = self._redrawn(rows, number)
        of_all = [self._errors(rows, self._redrawn(rows, k), truth) for k in self._trained]
        return min(of_all, key=lambda values: sum(v.mean() for v in values.values()))


def _means(parts, at_end):
    return {f"{name}{at_end}": value for name, value in means(parts).items()}


def _drawn(codes, shots, count, seed):
    """Means of so many codes each, drawn from those of a class: (count, code_size)."""
    rng = np.random.default_rng((seed, shots))
    return np.stack(
        [codes[rng.choice(len(codes), shots, replace=False)].mean(0) for _ in range(count)]
    )
