import numpy as np
import pytest

from data.drawn.glyphs import Glyphs
from data.drawn.points import Points
from data.reading.open import open_source
from data.reading.reader import Reader
from data.sources.memory import MemorySource
from data.tools.prune import prune
from tfgan_kit.engine.status import StatusLine
from tfgan_kit.errors import UserError


def reader_of(count=600, labels=True):
    """Image k is filled with k modulo 100."""
    values = (np.arange(count) % 100).astype(np.uint8)
    images = np.broadcast_to(values[:, None, None, None], (count, 8, 8, 3))
    labels = np.arange(count) % 3 if labels else None
    return Reader(
        MemorySource("numbers", images, labels, ("x", "y", "z") if labels is not None else ())
    )


def sure(images):
    """A classifier that is as sure as the image is bright: 0.4 for a 40."""
    assert images.dtype == np.uint8
    top = images[:, 0, 0, 0] / 100
    rest = (1 - top) / 9
    return np.concatenate([np.repeat(rest[:, None], 9, axis=1), top[:, None]], axis=1)


def test_examples_above_the_threshold_are_kept(tmp_path):
    output = str(tmp_path / "new" / "pruned.npz")
    line = prune(reader_of(), sure, 0.4, output)
    # 41 to 99 of each hundred: exactly 0.40 goes.
    assert line == f"kept 354 of 600 examples, dropped 246: see {output}"
    kept = open_source(output)
    assert (len(kept), kept.image_shape, kept.classes) == (354, (8, 8, 3), ("x", "y", "z"))
    got = kept.read(np.arange(354))
    wanted = np.array([k for k in range(600) if k % 100 > 40])
    np.testing.assert_array_equal(got["image"][:, 0, 0, 0], wanted % 100)
    np.testing.assert_array_equal(got["label"], wanted % 3)


def test_without_labels(tmp_path):
    output = str(tmp_path / "x.npz")
    prune(reader_of(100, labels=False), sure, 0.9, output)
    assert sorted(np.load(output).files) == ["images"]
    assert open_source(output).read(np.arange(2))["label"].tolist() == [-1, -1]


def test_it_says_where_it_is(tmp_path, monkeypatch, capsys):
    live = []
    monkeypatch.setattr(StatusLine, "update", lambda self, text: live.append(text))
    prune(reader_of(1200), sure, 0.4, str(tmp_path / "x.npz"))
    steps = ["256", "512", "768", "1,024", "1,200"]
    assert [text.split("  ")[0] for text in live] == [f"numbers: {n}/1,200 examples" for n in steps]
    assert all(text.endswith("s left") for text in live)
    assert capsys.readouterr().out == "looked at 1,200 examples of numbers\n"


def test_an_output_that_exists_is_kept(tmp_path):
    output = tmp_path / "x.npz"
    output.write_bytes(b"precious")
    with pytest.raises(UserError, match=r"x\.npz exists"):
        prune(reader_of(), sure, 0.4, str(output))
    assert output.read_bytes() == b"precious"


def test_nothing_is_left_behind_by_what_fails(tmp_path):
    def broken(images):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        prune(reader_of(), broken, 0.4, str(tmp_path / "x.npz"))
    with pytest.raises(UserError, match=r"numbers: no class probability exceeds 0\.995"):
        prune(reader_of(), sure, 0.995, str(tmp_path / "x.npz"))
    assert list(tmp_path.iterdir()) == []


class Several(Glyphs):
    label_shape = (10,)


@pytest.mark.parametrize(
    ("reader", "threshold", "output", "message"),
    [
        (reader_of(), 0.4, "x.png", r"x\.png: give the name of an \.npz file"),
        (reader_of(), 1.0, "x.npz", "--threshold must be at least 0 and below 1, not 1"),
        (reader_of(), -0.1, "x.npz", "--threshold"),
        (reader_of(), float("nan"), "x.npz", "--threshold"),
        (Reader(Points("ring")), 0.4, "x.npz", "ring holds points"),
        (Reader(Several()), 0.4, "x.npz", "glyphs holds several labels per image"),
    ],
)
def test_wrong_wishes(tmp_path, reader, threshold, output, message):
    with pytest.raises(UserError, match=message):
        prune(reader, sure, threshold, str(tmp_path / output))
