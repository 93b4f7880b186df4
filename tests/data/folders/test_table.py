"""The attributes of images from a table near them; what tables hold is in sources/test_labels."""

import numpy as np
import pytest

from data.folders.table import labels_beside
from tfgan_kit.errors import UserError

TABLE = "file,x,y\na.png,1,\nsub/b.png,0,1\nabsent.png,1,1\n"


def test_the_nearest_table_counts_and_names_files_from_its_own_folder(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "labels.csv").write_text(TABLE)
    found = labels_beside(tmp_path, ["sub/b.png", "a.png"], ("y", "z", "x"))
    np.testing.assert_array_equal(found, [[1, -1, 0], [-1, -1, 1]])
    assert labels_beside(tmp_path / "sub", ["b.png"], ("x",)).tolist() == [[0]]
    (tmp_path / "sub" / "labels.csv").write_text("file,x\nb.png,1\n")
    assert labels_beside(tmp_path / "sub", ["b.png"], ("x",)).tolist() == [[1]]


def test_what_is_not_told_is_one_line(tmp_path):
    with pytest.raises(UserError, match=r"a.png: its attributes are unknown, as no labels.csv"):
        labels_beside(tmp_path, ["a.png"], ("x",))
    (tmp_path / "labels.csv").write_text(TABLE)
    with pytest.raises(UserError, match=r"labels.csv: has no line for c.png and 1 more; add what"):
        labels_beside(tmp_path, ["a.png", "c.png", "d.png"], ("x",))
