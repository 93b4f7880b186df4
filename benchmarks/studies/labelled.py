"""Images by label for `benchmarks.studies.conditional`, and what classifiers learn of them."""

import json
from pathlib import Path

import numpy as np

from benchmarks.studies.runs import finished, train
from data.feeds.label_views import choose_labelled

DRAWS = 8  # An unconditional generator draws at most so many times as many images as are wanted.
CLASSIFIER_WIDTH = 0.5
LABELS = ("all", "half", "noisy", "few", "alone")
FEW = 20  # Labelled examples of each class with "few" and "alone".
NOISE = 0.1


class Ground:
    """A data set with its true labels, and the judge that was trained on it.

    Args:
      settings: those of a run on it, of which the data's and `classifier_steps` count.

    Attributes:
      half: how many examples of each class have a label where half of all are to have one.
      few: how many with "few", and with "alone", where the others are left out.
      train, test: "image", uint8 (n, height, width, channels), and "label", int64 (n,).
      classes: names of the classes.
      measures: a `trainers.conditional.measures.LabelMeasures`.
    """

    def __init__(self, settings: dict):
        import tensorflow as tf

        from data.feeds.open_feed import open_feed
        from tfgan_kit.settings.option import make
        from trainers.conditional.cgan.config import CGANConfig
        from trainers.conditional.judge import prepare
        from trainers.conditional.measures import LabelMeasures, load_judge

        wanted = ("dataset", "data_dir", "image_size", "channels", "classifier_steps")
        own = {name: settings[name] for name in wanted if name in settings}
        feed, config = open_feed("labelled", make(CGANConfig, own))
        strategy = tf.distribute.get_strategy()
        config, missing = prepare(config, feed, open_feed, strategy)
        for part in missing:
            part.train()
        config, _ = prepare(config, feed, open_feed, strategy)
        readers = (feed.reader, *feed.held_out())
        self.train, self.test = (reader.read(np.arange(len(reader))) for reader in readers)
        self.classes = feed.spec["label"].names
        counts = np.bincount(self.train["label"], minlength=len(self.classes))
        self.half = min(len(feed.reader) // (2 * len(self.classes)), int(counts.min()))
        self.few = min(FEW, int(counts.min()))
        self.measures = LabelMeasures(load_judge(config, feed), feed)

    def known(self, labels: str, seed: int) -> dict[str, np.ndarray]:
        """The training images with the labels that are known: one of `LABELS`."""
        images, truth = self.train["image"], self.train["label"]
        rng = np.random.default_rng(seed)
        if labels == "half":
            chosen = self._some(self.half, rng)
            return {"image": images[chosen], "label": truth[chosen]}
        if labels in ("few", "alone"):
            # Those whose labels a run with this seed is shown.
            chosen = choose_labelled(truth, self.few, seed, "the training images")
            return {"image": images[chosen], "label": truth[chosen]}
        if labels == "noisy":
            other = (truth + rng.integers(1, len(self.classes), len(truth))) % len(self.classes)
            truth = np.where(rng.random(len(truth)) < NOISE, other, truth)
        return {"image": images, "label": truth}

    def real_samples(self, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Training images as if they were generated, as many of each class; see `samples`."""
        chosen = self._some(count // len(self.classes), np.random.default_rng(seed))
        return self.train["image"][chosen].astype(np.float32) / 127.5 - 1.0, self.train["label"][
            chosen
        ]

    def write_alone(self, path, seed: int) -> None:
        """Writes an .npz of the few labelled training images of a seed, without the others."""
        few = self.known("alone", seed)
        np.savez(path, images=few["image"], labels=few["label"], classes=np.array(self.classes))

    def _some(self, each, rng):
        """Places of as many training images of each class."""
        labels, order = self.train["label"], rng.permutation(len(self.train["label"]))
        return np.concatenate([order[labels[order] == c][:each] for c in range(len(self.classes))])


def samples(run: Path, count: int, seed: int, labeller=None) -> tuple[np.ndarray, np.ndarray]:
    """Images of a run by label.

    Args:
      run: its directory.
      count: how many, over all classes.
      seed: of the latents.
      labeller: for a generator without labels, the classifier that sorts its images. The first that
        it calls by a class are taken; of one that hardly occurs, those that look most like it.

    Returns:
      float32 (n, height, width, channels) in [-1, 1], and labels (n,).
    """
    from tfgan_kit.runs.saved_run import SavedRun
    from tfgan_kit.uses.draw import draw_inputs
    from trainers.conditional.measures import labelled_samples

    bound = SavedRun(run).bound("generate")
    if labeller is None:
        return labelled_samples(bound, count, seed)
    (name,) = bound.use.examples
    inputs = draw_inputs(bound.use, seed, DRAWS * count)

    def draw(turn):
        part = {key: v[turn * count : (turn + 1) * count] for key, v in inputs.items()}
        return bound.render(part)[name]

    return sort_by_class(draw, labeller, count)


def sort_by_class(draw, labeller, count: int) -> tuple[np.ndarray, np.ndarray]:
    """As many images of each class, from a stream without labels; see `samples`.

    Args:
      draw: function from 0, 1, ... to images, as many each time.
      labeller: a classifier of `nets.classifiers`.
      count: how many, over all classes.
    """
    from trainers.classification.classifier.trainer import predict

    images, chances = [], []
    classes = labeller.output["probabilities"].shape[-1]
    each = count // classes
    for turn in range(DRAWS):
        images.append(draw(turn))
        chances.append(predict(labeller, images[-1])["probabilities"])
        answers = np.concatenate(chances).argmax(1)
        if np.bincount(answers, minlength=classes).min() >= each:
            break
    images, chances = np.concatenate(images), np.concatenate(chances)
    chosen = []
    for c in range(classes):
        own = np.flatnonzero(answers == c)
        if len(own) < each:
            own = np.argsort(-chances[:, c], kind="stable")
        chosen.append(own[:each])
    return images[np.concatenate(chosen)], np.repeat(np.arange(classes), each)


def learn(run: Path, examples: dict, ground: Ground, steps: int, seed: int) -> float:
    """Trains a small classifier on labelled images, unless that is done.

    Args:
      run: its directory; the images lie beside it while it learns.
      examples: "image", uint8 or float in [-1, 1], and "label".
      ground: of whose test images it is measured on.
      steps: how many.
      seed: of the training.

    Returns:
      Its accuracy on the real test images.

    Raises:
      SystemExit: if the training fails.
    """
    from tfgan_kit.pictures.images import to_uint8

    if not finished(run):
        data = run.with_suffix(".npz")
        np.savez(
            data,
            x_train=to_uint8(examples["image"]),
            y_train=examples["label"],
            x_test=ground.test["image"],
            y_test=ground.test["label"],
            classes=np.array(ground.classes),
        )
        size = min(128, len(examples["label"]))
        flags = {"dataset": data, "steps": steps, "width": CLASSIFIER_WIDTH, "batch-size": size}
        flags |= {"image-size": ground.test["image"].shape[1], "seed": seed}
        flags |= {"checkpoint-every": steps, "sample-every": steps}
        train(run, "classifier", *(text for k, v in flags.items() for text in (f"--{k}", v)))
        data.unlink()
    return json.loads((run / "evaluation.json").read_text())[-1]["accuracy"]


def network_of(run: Path):
    """The classifier that `learn` trained."""
    from tfgan_kit.models.saved_models import load_keras

    return load_keras(run / "models" / "classifier.keras")
