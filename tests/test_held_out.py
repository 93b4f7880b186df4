"""What is wrong with the split that is not trained on is told before the training."""

import pytest

from tests.trainers.small import write_mnist

SMALL = ["--width", 0.05, "--batch-size", 8, "--steps", 2, "--evaluate-every", 1]


def cut(folder):
    path = folder / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-9])


def lack(folder):
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()


HARMS = [(cut, "t10k-labels-idx1-ubyte.gz: cannot be read"), (lack, "lacks t10k-labels-idx1")]


@pytest.mark.parametrize(("harm", "message"), HARMS)
@pytest.mark.parametrize(
    "method",
    [["classifier", "--dataset", "mnist"], ["scogan", "--dataset", "mnist2edge"]],
    ids=["classifier", "scogan"],
)
def test_a_broken_split_that_will_be_needed(refused, tmp_path, method, harm, message):
    root = write_mnist(tmp_path, train=64, test=64)
    harm(root / "mnist")
    run = tmp_path / "run"
    more = ["--classifier-steps", 0] if method[0] == "scogan" else []
    told = refused("train", *method, "--data-dir", root, *SMALL, *more, "--run-dir", run)
    assert message in told
    assert not run.exists()


def test_one_that_is_not_needed_does_not_matter(command, tmp_path):
    root = write_mnist(tmp_path, train=64, test=64)
    cut(root / "mnist")
    gan = ["gan", "--dataset", "mnist", "--data-dir", root, *SMALL]
    assert command("train", *gan, "--run-dir", tmp_path / "run")[0] == 0


def test_one_that_breaks_later_is_told_when_the_run_goes_on(command, refused, tmp_path):
    root = write_mnist(tmp_path, train=64, test=64)
    run = tmp_path / "run"
    few = ["classifier", "--dataset", "mnist", "--data-dir", root, *SMALL]
    assert command("train", *few, "--run-dir", run)[0] == 0
    log = (run / "log.txt").read_text()
    lack(root / "mnist")
    assert "lacks t10k-labels" in refused("train", "--resume", run, "--steps", 4)
    assert (run / "log.txt").read_text() == log
