import pytest

from benchmarks import streaming
from data.tools.prepare import prepare


def test_a_set_and_from_where_its_batches_come(tmp_path):
    count = streaming.write_images(tmp_path / "images", megabytes=8)
    assert count == 162
    assert 8e6 < streaming.bytes_of(tmp_path / "images") < 8.3e6
    prepare(str(tmp_path / "images"), str(tmp_path / "prepared"), shard_mb=1)
    spread = streaming.spread(tmp_path / "prepared")
    assert spread["shards"] == 9
    assert spread["shards_per_batch"] == 9
    assert 0.25 < spread["mean_distance"] < 0.42
    rows = streaming.reads(tmp_path / "images", tmp_path / "prepared", 20)
    assert len(rows) == 9
    assert all(row["reads_per_second"] > 0 for row in rows)


def test_opening_with_and_without_the_index(tmp_path):
    rows = streaming.start_up(tmp_path, 400)
    assert [row["with"] for row in rows] == ["index"] * 2 + ["no index"] * 2


def test_a_process_that_is_refused_memory_is_told_from_one_that_fails(monkeypatch):
    def ended(code, err):
        def run(command, **_):
            return streaming.subprocess.CompletedProcess(command, code, '{"mb": [1]}\n', err)

        monkeypatch.setattr(streaming.subprocess, "run", run)
        return streaming.train_apart("x", steps=1)

    assert ended(0, "") == {"mb": [1]}
    assert ended(1, "numpy._core._exceptions._ArrayMemoryError: Unable to allocate") is None
    with pytest.raises(RuntimeError, match="KeyError: 3"):
        ended(1, "KeyError: 3")
