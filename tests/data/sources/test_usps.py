import bz2
import gzip

import numpy as np
import pytest

from data.reading.open import open_source
from data.sources.usps import open
from tfgan_kit.errors import UserError

RNG = np.random.default_rng(0)
# Three decimals, as in the files, with both ends of the range in them.
VALUES = RNG.uniform(-1, 1, (5, 256)).round(3)
VALUES[:, 0], VALUES[:, 1], VALUES[:, 2] = -1, 1, 0
LABELS = [6, 0, 9, 1, 1]


def zip_lines(values=VALUES, labels=LABELS):
    rows = (
        f"{label:.4f} " + " ".join(f"{v:.4f}" for v in row) + " "
        for label, row in zip(labels, values, strict=True)
    )
    return ("\n".join(rows) + "\n").encode()


def libsvm_lines():
    """As LIBSVM writes them: labels from 1, and zeros left out."""
    rows = (
        f"{label + 1} " + " ".join(f"{i + 1}:{v:g}" for i, v in enumerate(row) if v) + " "
        for label, row in zip(LABELS, VALUES, strict=True)
    )
    return ("\n".join(rows) + "\n").encode()


FORMS = {
    "zip.train.gz": lambda: gzip.compress(zip_lines()),
    "zip.train": zip_lines,
    "usps.bz2": lambda: bz2.compress(libsvm_lines()),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("place", ["", "usps"])
def test_both_forms_hold_the_same_digits(tmp_path, form, place):
    (tmp_path / place).mkdir(exist_ok=True)
    (tmp_path / place / form).write_bytes(FORMS[form]())
    source = open("", data_dir=str(tmp_path), split="train")
    assert (source.name, len(source), source.shape) == ("usps", 5, (16, 16, 1))
    assert source.classes == tuple("0123456789")
    assert source.labels().tolist() == LABELS
    expected = np.rint((VALUES + 1) * 127.5)
    got = np.stack([source.example(i)[0] for i in range(5)]).reshape(5, 256)
    # The halves of a grey level may be rounded either way.
    assert np.abs(got - expected).max() <= 1
    assert (got[:, 0] == 0).all()
    assert (got[:, 1] == 255).all()


@pytest.mark.parametrize(
    ("train", "test"), [("zip.train.gz", "zip.test.gz"), ("usps.bz2", "usps.t.bz2")]
)
def test_splits(tmp_path, train, test):
    pack, lines = (gzip, zip_lines()) if train.endswith(".gz") else (bz2, libsvm_lines())
    (tmp_path / train).write_bytes(pack.compress(lines))
    (tmp_path / test).write_bytes(pack.compress(lines.splitlines()[0]))
    assert len(open("", data_dir=str(tmp_path), split="train")) == 5
    assert len(open_source("usps", data_dir=str(tmp_path), split="test")) == 1
    with pytest.raises(UserError, match="no split 'tset'; did you mean 'test'"):
        open("", data_dir=str(tmp_path), split="tset")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(zip_lines(), mtime=0)[:-30], "cannot be read"),
        (bz2.compress(libsvm_lines())[:-30], "cannot be read"),
        (b"BZhx", "cannot be read"),
        (b"", "no images"),
        (zip_lines() + b"3.0000 0.5 0.5\n", "line 6 is not a digit and 256 values"),
        (zip_lines(labels=[6, 0, 10, 1, 1]), "line 3 is not"),
        (zip_lines(labels=[6, 0.5, 1, 1, 1]), "line 2 is not"),
        (b"hello world\n", "line 1 is not"),
        (b"0 1:0.5\n", "line 1 is not"),
        (b"3 0:0.5\n", "line 1 is not"),
        (b"3 257:0.5\n", "line 1 is not"),
        (b"3 1:0.5 2:\n", "line 1 is not"),
        (zip_lines(2 * VALUES), r"outside \[-1, 1\]"),
        (zip_lines(np.nan * VALUES), "NaN"),
    ],
    ids=range(14),
)
def test_damaged_files_are_one_line(tmp_path, content, message):
    path = tmp_path / "zip.train.gz"
    path.write_bytes(content)
    with pytest.raises(UserError, match=message) as error:
        open("", data_dir=str(tmp_path), split="train")
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(UserError, match=r"usps: zip\.train\.gz not found in .*data get usps`"):
        open("", data_dir=str(tmp_path), split="train")
