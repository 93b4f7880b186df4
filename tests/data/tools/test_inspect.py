import json

import cv2
import numpy as np
import pytest

from data.drawn.glyphs import Glyphs
from data.drawn.points import Points
from data.image_source import ImageSource
from data.reading.open import open_source
from data.reading.reader import Reader
from data.source import BadExample
from data.tools.inspect import inspect
from tfgan_kit.pictures.fields import PALETTE


class Small(ImageSource):
    name, shape, classes = "small", (6, 6, 3), ("cat", "dog")

    def __len__(self):
        return 10

    def example(self, index):
        if index == 4:
            raise BadExample("small/4.png: empty file")
        return np.full(self.shape, 10 + index, np.uint8), int(index < 3)


def test_images(tmp_path):
    output = str(tmp_path / "grid.png")
    lines = inspect(Reader(Glyphs(size=16)), output, count=9).splitlines()
    assert lines[0] == "glyphs: 60000 examples"
    assert lines[1].split(maxsplit=1) == ["shape", "16 x 16 x 1, uint8"]
    assert "over a sample of 1000" in lines[2]
    counts = np.bincount(Glyphs().labels())
    assert [line.split() for line in lines[4:14]] == [[str(k), str(counts[k])] for k in range(10)]
    assert "counted over all" in lines[3]
    picture = cv2.imread(output)
    assert picture.shape[0] == picture.shape[1]
    assert 3 * 16 <= picture.shape[0] < 4 * 16


def test_values_labels_and_bad_files_of_a_small_set(tmp_path):
    text = inspect(Reader(Small(), max_bad_files=1), str(tmp_path / "grid.png"))
    # Example 4 is replaced by example 5: 10 ... 13, 15, 15, ... 19.
    assert "values  10 to 19, mean 14.6 (over all)" in text
    assert "classes 2 (counted over all)\n  cat  7\n  dog  3\n" in text
    assert "unreadable files: 1 (over all)\n  small/4.png: empty file\n" in text
    assert "(10 shown)" in text


def test_a_sample_of_the_labels_says_so(tmp_path):
    source = Glyphs(size=16)
    source.labels = lambda: None
    assert "counted over a sample of 1000" in inspect(Reader(source), str(tmp_path / "x.png"))


@pytest.mark.parametrize(
    ("name", "classes"), [("ring", "classes 10"), ("swissroll", "classes none")]
)
def test_points(tmp_path, name, classes):
    output = str(tmp_path / "points.png")
    text = inspect(Reader(Points(name)), output)
    assert classes in text
    assert "shape   2, float32" in text
    assert cv2.imread(output) is not None


def test_the_seed_chooses_the_sample(tmp_path):
    path, reader = tmp_path / "x.png", Reader(Glyphs(size=16))
    pictures = []
    for seed in (0, 0, 1):
        inspect(reader, str(path), seed=seed)
        pictures.append(path.read_bytes())
    assert pictures[0] == pictures[1] != pictures[2]


def test_without_an_output_nothing_is_drawn(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = command("data", "inspect", "glyphs")
    assert (status, err) == (0, "")
    assert "--output FILE.png draws some of the examples" in out
    assert list(tmp_path.iterdir()) == []


def test_images_of_any_size_and_unreadable_files_are_listed(command, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for k, (height, width) in enumerate([(40, 60)] * 3 + [(64, 64)] * 2 + [(8, 90)]):
        cv2.imwrite(str(folder / f"{k}.png"), np.full((height, width, 3), 10 * k, np.uint8))
    (folder / "cut.png").write_bytes((folder / "0.png").read_bytes()[:60])
    (folder / "none.png").write_bytes(b"no image")
    status, out, err = command("data", "inspect", folder, "--output", tmp_path / "grid.png")
    assert (status, err) == (0, "")
    assert "sizes   3 (height x width, over all); training needs --image-size\n" in out
    for line in (
        "  40x60  3\n",
        "  64     2\n",
        "  8x90   1\n",
        "unreadable files: 2 (over all)\n",
    ):
        assert line in out
    for name in ("cut.png", "none.png"):
        assert f"  {folder / name}: " in out
    assert (tmp_path / "grid.png").exists()
    told = json.loads(command("data", "inspect", folder, "--json")[1])
    assert told["sizes"] == {"40x60": 3, "64": 2, "8x90": 1}
    assert (len(told["bad"]), told["picture"]) == (2, None)


def test_many_sizes_are_cut_short(command, tmp_path):
    for k in range(14):
        cv2.imwrite(str(tmp_path / f"{k}.png"), np.zeros((10 + k, 20, 3), np.uint8))
    _, out, _ = command("data", "inspect", tmp_path)
    assert "sizes   14 " in out
    assert out.count("x20  1\n") == 10 - ("  20     1" in out)
    assert "  and 4 other sizes\n" in out


def test_the_fields_of_a_pair_stand_beside_each_other(tmp_path):
    path, reader = tmp_path / "pairs.png", open_source("glyph_scene", image_size=32)
    lines = inspect(reader, str(path), count=6).splitlines()
    assert "field   ids: ids, 32x32 int32, 11 classes" in lines
    assert "field   instances: ids, 32x32 int32" in lines
    assert "field   target: image, 32x32x3 uint8" in lines
    assert lines[-1].endswith("(6 shown)")
    picture = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    # Each example is three images wide: two columns of them make it about square.
    assert picture.shape == (3 * (32 + 2) + 2, 2 * (96 + 2) + 2, 3)
    first = reader.read(np.random.default_rng(0).permutation(len(reader))[:1])
    cell = picture[2:34, 2:98]
    np.testing.assert_array_equal(cell[:, :32], PALETTE[first["ids"][0]])
    np.testing.assert_array_equal(cell[:, 32:64], PALETTE[first["instances"][0]])
    np.testing.assert_array_equal(cell[:, 64:], first["target"][0])
    assert "field   label: class, int64, 10 classes" in inspect(
        open_source("glyph_edge2colour", image_size=16), str(path), count=1
    )
