"""Tasks without labels: clusters of images that a classifier sees alike by their lightness.

As in the thesis, in its order: features of a classifier of unit norm, their principal components,
k-means. Here the classifier is one of this kit's, of gray images. All of it becomes one network,
which a run saves: it tells the clusters of new images as well.
"""

import dataclasses
import hashlib
import json
import os
from pathlib import Path

import keras
import numpy as np
from keras import layers
from scipy.cluster.vq import kmeans2

from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import from_network, to_network
from tfgan_kit.machine.files import make_folder, written_aside
from tfgan_kit.machine.places import cache_folder
from tfgan_kit.models.saved_models import load_keras
from tfgan_kit.pictures.lab import gray_of
from tfgan_kit.randomness import seed_of
from tfgan_kit.settings.size import Size
from tfgan_kit.uses.apply import call_network
from trainers.classification.classifier.trainer import load_classifier
from trainers.core.cached_classifier import FOR_LOSS, CachedClassifier, lost, settings

_COMPONENTS, _PER_COMPONENT = 512, 4  # At most, and images for each.
_FITTED = 10_000  # Images that the clusters are found in, at most.
_ROUNDS = 50  # Of k-means.
_JUDGED = 2_000  # By whose labels clusters are judged.
_PART = 256  # Images that are read at a time.


def prepare(config, feed, open_feed, strategy):
    """Groups the data by clusters, if these are the tasks.

    Args:
      config: a `MetalColorConfig`.
      feed: the run's data, see `data.feeds.episodes.feed`, whose tasks become the clusters.
      open_feed: see `data.feeds.open_feed.open_feed`.
      strategy: the strategy to train under.

    Returns:
      The configuration with the file of the network that tells clusters, and a list with the
      `CachedClassifier` that is still to be trained, if any. Once it is, the same call goes on.

    Raises:
      UserError: if there is no classifier, it does not fit, or all clusters are too small.
    """
    if config.tasks == "labels":
        return config, []
    path = config.cluster_network and os.path.abspath(config.cluster_network)
    if not path or lost(path):
        classifier, missing = _classifier(config, feed, open_feed, strategy)
        if missing:
            return config, missing
        path = _found(config, feed, classifier)
    network = _loaded(path, feed.reader.image_shape)
    feed.group(names_of(network), lambda reader: clusters_of(network, reader))
    return dataclasses.replace(config, cluster_network=path), []


def _loaded(path, image_shape):
    """The network that tells clusters, after checking that it does."""
    network = load_keras(path, name=f"--cluster-network {path}")
    told, shape = getattr(network, "output", None), (None, *image_shape[:2], 1)
    if not (isinstance(told, dict) and "distances" in told and network.input_shape == shape):
        raise UserError(
            f"--cluster-network {path} does not cluster gray images of "
            f"{Size(*image_shape[:2])}; leave it out, and one is made"
        )
    return network


def _classifier(config, feed, open_feed, strategy):
    """The path of the classifier, or None and what is still to be trained."""
    if config.classifier:
        return os.path.abspath(config.classifier), []
    reader = feed.reader
    if not (reader.classes and config.classifier_steps):
        why = f"{config.dataset} has no labels to train one on"
        if reader.classes:
            why = "with --classifier-steps 0 none is trained"
        raise UserError(
            f"--tasks clusters needs a classifier, whose features are clustered, and {why}: give "
            "one of gray images of this size, --classifier FILE"
        )
    wanted = settings(config, config.dataset, len(reader.source), strategy, FOR_LOSS)
    cached = CachedClassifier(dataclasses.replace(wanted, channels=1), open_feed, strategy)
    if not cached.trained:
        return None, [cached]
    print(cached.told)
    return cached.path, []


def _found(config, feed, path):
    """The file of the network that tells clusters, which is made unless it is in the cache."""
    known = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    told = [known, str(feed), feed.fingerprint(), config.clusters, config.seed, config.shots]
    digest = hashlib.sha256(json.dumps([*told, config.queries]).encode()).hexdigest()[:16]
    place = cache_folder() / "classifiers" / f"clusters-{digest}.keras"
    if not place.exists():
        height, width, _ = feed.reader.image_shape
        classifier = load_classifier(path, (height, width, 1), ())
        least = config.shots + config.queries
        network = fitted(classifier, feed.reader, config.clusters, config.seed, least)
        make_folder(place.parent)
        with written_aside(place) as aside:
            network.save(aside)
    return str(place)


def fitted(classifier, reader, count: int, seed: int, least: int) -> keras.Model:
    """Finds clusters.

    Args:
      classifier: a classifier of gray images.
      reader: images in colour.
      count: number of clusters, of which those are left out that are too small.
      seed: of the images that they are found in, and of k-means.
      least: number of images of a cluster.

    Returns:
      A Keras model: {"image": gray (n, height, width, 1) in [-1, 1]} to {"distances": (n,
      clusters), squared distances from the centroids but for a constant of the image}.

    Raises:
      UserError: if all clusters are too small.
    """
    rng = np.random.default_rng(seed_of(seed, "clusters"))
    chosen = np.sort(rng.permutation(len(reader))[:_FITTED])
    trunk = keras.Model(classifier.input, {"features": classifier.output["features"]})
    features = _unit(_told(trunk, reader, chosen)["features"])
    components = min(_COMPONENTS, len(chosen) // _PER_COMPONENT, features.shape[1])
    mean = features.mean(0)
    _, axes = np.linalg.eigh(np.cov(features - mean, rowvar=False))
    axes = axes[:, ::-1][:, :components]
    points = (features - mean) @ axes
    centroids, _ = kmeans2(points, count, iter=_ROUNDS, minit="++", seed=rng)
    network = _network(trunk, mean, axes, centroids)
    distances = _told(network, reader, np.arange(len(reader)))["distances"]
    kept = np.arange(count)
    while len(kept):
        sizes = np.bincount(distances[:, kept].argmin(1), minlength=len(kept))
        if sizes.min() >= least:
            return _network(trunk, mean, axes, centroids[kept])
        kept = np.delete(kept, sizes.argmin())  # Its images go to the next nearest.
    raise UserError(
        f"--clusters {count}: none has {least} images, --shots and --queries; lower these"
    )


def _network(trunk, mean, axes, centroids):
    """Features to squared distances |c|^2 - 2 x c from the centroids."""
    image = keras.Input(trunk.input_shape[1:], name="image")
    x = layers.UnitNormalization(name="unit")(trunk(image)["features"])
    points = layers.Dense(axes.shape[1], name="components")
    distances = layers.Dense(len(centroids), dtype="float32", name="distances")
    network = keras.Model({"image": image}, {"distances": distances(points(x))}, name="clusters")
    points.set_weights([axes, -mean @ axes])
    distances.set_weights([-2 * centroids.T, (centroids**2).sum(1)])
    network.trainable = False
    return network


def names_of(network) -> tuple[str, ...]:
    """The names of the clusters that a network tells."""
    return tuple(f"cluster-{k}" for k in range(network.output["distances"].shape[-1]))


def clusters_of(network, reader) -> np.ndarray:
    """The nearest cluster of each example of a reader, int64 (n,)."""
    return _told(network, reader, np.arange(len(reader)))["distances"].argmin(1)


def purity_of(network, reader) -> float:
    """The `purity` of the clusters of `_JUDGED` examples of a labelled reader, always the same."""
    chosen = np.random.default_rng(0).permutation(len(reader))[:_JUDGED]
    found = _told(network, reader, chosen)
    return purity(found["distances"].argmin(1), found["label"])


def _told(network, reader, indices):
    """What a network of gray images tells of the lightness of examples, and their labels."""
    field, parts = reader.fields["image"], []
    gray = field.resized(field.size, 1)
    for start in range(0, len(indices), _PART):
        batch = reader.read(indices[start : start + _PART])
        shown = from_network(gray, gray_of(to_network(field, batch["image"])))
        given = {"image": to_network(gray, shown)}
        told = call_network(network, given, training=False)
        parts.append(told | {"label": batch["label"]})
    return {name: np.concatenate([np.asarray(p[name]) for p in parts]) for name in parts[0]}


def _unit(features):
    return features / np.linalg.norm(features, axis=1, keepdims=True).clip(1e-12)


def purity(clusters: np.ndarray, labels: np.ndarray) -> float:
    """The share of examples whose label is the most frequent one of their cluster.

    Args:
      clusters, labels: of all examples, int64 (n,).
    """
    counts = np.zeros((clusters.max() + 1, labels.max() + 1), np.int64)
    np.add.at(counts, (clusters, labels), 1)
    return float(counts.max(1).sum() / len(labels))
