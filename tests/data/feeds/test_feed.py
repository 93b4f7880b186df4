import numpy as np
import pytest

from data.feeds.feed import Feed, open_for
from tests.data.sources.test_idx import write_set
from tfgan_kit.errors import UserError
from tfgan_kit.settings.train import TrainConfig


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch):
    monkeypatch.delenv("TFGAN_KIT_DATA", raising=False)


def feed_of(dataset, **settings):
    reader, config = open_for(TrainConfig(dataset=str(dataset), batch_size=2, **settings))
    return Feed(reader, config)


def test_what_is_held_out_is_the_other_split():
    assert len(*feed_of("glyphs").held_out()) == 10_000
    assert len(*feed_of("glyphs", split="test").held_out()) == 60_000


def test_a_set_without_another_split_has_nothing_held_out(tmp_path):
    write_set(tmp_path)
    assert feed_of("mnist", data_dir=str(tmp_path)).held_out() == (None,)
    np.savez(tmp_path / "a.npz", images=np.zeros((4, 32, 32), np.uint8))
    assert feed_of(tmp_path / "a.npz").held_out() == (None,)
    assert feed_of(f"{tmp_path / 'a.npz'}+{tmp_path / 'a.npz'}").held_out() == (None,)


def test_a_split_that_is_broken_or_not_whole_is_told(tmp_path):
    write_set(tmp_path)
    write_set(tmp_path, prefix="t10k")
    feed = feed_of("mnist", data_dir=str(tmp_path))
    labels = tmp_path / "t10k-labels-idx1-ubyte.gz"
    labels.write_bytes(labels.read_bytes()[:-9])
    with pytest.raises(UserError, match=r"t10k-labels-idx1-ubyte\.gz: cannot be read"):
        feed.held_out()
    labels.unlink()
    with pytest.raises(UserError, match=r"mnist: .* lacks t10k-labels-idx1-ubyte\.gz"):
        feed.held_out()


def test_what_does_not_fit_into_the_cache_is_not_kept(tmp_path):
    """Of a budget of 1 MiB, 512 images of 32x32 take a half, and 1025 are too many."""
    images = np.zeros((1025, 32, 32), np.uint8)
    np.savez(tmp_path / "a.npz", x_train=images[:512], x_test=images[:512])
    np.savez(tmp_path / "b.npz", x_train=images, x_test=images[:600])
    np.savez(tmp_path / "c.npz", x_train=images[:1024], x_test=images[:1])
    half, whole = 512 << 10, 1 << 20
    for name, memory in (("a", (half, half)), ("b", (0, 600 << 10)), ("c", (whole, 0))):
        feed = feed_of(tmp_path / f"{name}.npz", cache_mb=1)
        assert (feed.reader.memory, feed.held_out()[0].memory) == memory
    assert feed_of(tmp_path / "a.npz", cache_mb=0).reader.memory == 0
    mix = feed_of(f"{tmp_path / 'a.npz'}+{tmp_path / 'b.npz'}", cache_mb=1)
    assert (mix.reader.memory, mix.held_out()[0].memory) == (half, 0)


def test_held_out_examples_are_opened_once():
    feed = feed_of("glyphs")
    assert feed.held_out()[0] is feed.held_out()[0]
