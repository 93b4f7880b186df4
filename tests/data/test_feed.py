import numpy as np
import pytest

from data.feed import Feed, open_for
from tests.data.test_idx import write_set
from tfgan_kit.errors import UserError
from tfgan_kit.train_config import TrainConfig


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch):
    monkeypatch.delenv("TFGAN_KIT_DATA", raising=False)


def feed_of(dataset, **settings):
    reader, config = open_for(TrainConfig(dataset=str(dataset), batch_size=2, **settings))
    return Feed(reader, config)


def test_what_is_held_out_is_the_other_split():
    assert len(feed_of("glyphs").held_out()) == 10_000
    assert len(feed_of("glyphs", split="test").held_out()) == 60_000


def test_a_set_without_another_split_has_nothing_held_out(tmp_path):
    write_set(tmp_path)
    assert feed_of("mnist", data_dir=str(tmp_path)).held_out() is None
    np.savez(tmp_path / "a.npz", images=np.zeros((4, 32, 32), np.uint8))
    assert feed_of(tmp_path / "a.npz").held_out() is None
    assert feed_of(f"{tmp_path / 'a.npz'}+{tmp_path / 'a.npz'}").held_out() is None


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
