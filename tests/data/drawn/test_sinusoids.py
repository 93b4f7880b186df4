import numpy as np
import pytest

from data.drawn.sinusoids import POINTS, Sinusoids
from data.feeds.open_feed import open_feed
from tfgan_kit.errors import UserError
from tfgan_kit.settings.episodes import EpisodesConfig
from tfgan_kit.settings.option import make


@pytest.mark.parametrize(("split", "count"), [("train", 2000), ("test", 200)])
def test_points_lie_on_the_function_of_their_label(split, count):
    source = Sinusoids(split)
    assert (len(source), len(source.classes)) == (count * 100, count)
    labels = source.labels()
    for index in range(0, len(source), 1999):
        found = source.read(index)
        function = found["label"]
        assert function == labels[index] == index // POINTS
        expected = source.amplitudes[function] * np.sin(found["image"] - source.phases[function])
        np.testing.assert_allclose(found["target"], expected, atol=1e-5)


def test_functions_and_points_are_uniform_in_their_ranges():
    source = Sinusoids()
    points = np.concatenate([source.read(i)["image"] for i in range(0, len(source), 20)])
    drawn = (source.amplitudes, 0.1, 5.0), (source.phases, 0.0, np.pi), (points, -5.0, 5.0)
    for values, low, high in drawn:
        assert low <= values.min() < low + 0.01 * (high - low)
        assert high >= values.max() > high - 0.01 * (high - low)
        assert abs(values.mean() - (low + high) / 2) < 0.03 * (high - low)
    other = Sinusoids("test")
    assert not set(source.amplitudes) & set(other.amplitudes)


def test_tasks_are_functions_and_held_out_ones_never_occur_in_training():
    settings = {"dataset": "sinusoids", "ways": 1, "shots": 3, "queries": 2, "batch_size": 4}
    given = settings | {"held_out_classes": ("200",)}
    feed, _ = open_feed("episodes", make(EpisodesConfig, given))
    batch = next(iter(feed._stream.dataset()))
    assert set(batch["support"]) == {"image", "target", "label"}
    assert batch["support"]["target"].shape == (4, 3, 1)
    source = Sinusoids()
    held_out = feed.held_out_episodes().read(np.arange(50))
    for part, classes in ((batch, range(1800)), (held_out, range(1800, 2000))):
        functions = np.asarray(part["class"])[:, 0]
        assert set(functions) <= set(classes)
        values = source.amplitudes[functions, None] * np.sin(
            np.asarray(part["query"]["image"])[..., 0] - source.phases[functions, None]
        )
        np.testing.assert_allclose(np.asarray(part["query"]["target"])[..., 0], values, atol=1e-5)


def test_there_are_two_splits():
    with pytest.raises(UserError, match="sinusoids has no split 'validation'"):
        Sinusoids("validation")
