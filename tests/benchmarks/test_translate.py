"""translate and the bare loop make the same files, and memory is sampled on the way."""

import json

import numpy as np
import pytest

from benchmarks import translate
from nets.translation import unet
from tests.test_translate_command import SETTINGS
from tfgan_kit.errors import UserError
from tfgan_kit.fields import image_field, seed_field
from tfgan_kit.uses import Call, Use, write_uses

FILES = 20


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """An untrained run of pix2pix."""
    path = tmp_path_factory.mktemp("run")
    (path / "models").mkdir()
    (path / "config.json").write_text(json.dumps({"method": "pix2pix", "settings": SETTINGS}))
    network = unet.generator(1, 3, size=16, filters=4, affine=True, noise=0.5)
    network.save(path / "models" / "generator.keras")
    fields = {"input": image_field((16, 16, 1)).of_any_size(16), "seed": seed_field()}
    call = Call("generator", {name: name for name in fields}, {"image": "image"})
    made = {"image": image_field((16, 16, 3)).of_any_size(16)}
    write_uses([Use("translate", (call,), fields, made)], path / "uses.json")
    return path


def test_both_take_turns_over_the_same_files(run, tmp_path):
    rows = translate.speed(run, tmp_path, files=FILES, size=32, windows=2)
    assert [(row["name"], row["images"]) for row in rows] == [
        ("translate", FILES),
        ("bare loop", FILES),
    ]
    assert all(len(row["seconds"]) == 2 for row in rows)
    assert all(seconds > 0 for row in rows for seconds in row["seconds"])
    # That they made the same is known only if the check can tell.
    other = tmp_path / "bare loop-1"
    picture = next(other.iterdir())
    translate.write_inputs(tmp_path / "else", 1, 32)
    picture.write_bytes((tmp_path / "else" / "00000.jpg").read_bytes())
    with pytest.raises(UserError, match="made different images"):
        translate.check_same(tmp_path / "inputs", tmp_path / "translate-1", other)


def test_memory_is_sampled_every_so_many_files(run, tmp_path, monkeypatch):
    monkeypatch.setattr(translate, "EVERY", 4)
    found = translate.memory(run, tmp_path, files=FILES)
    assert len(found) == FILES // 4
    assert all(np.array(found) > 0)


def test_the_table():
    result = {
        "rows": [
            {"name": "translate", "images": 8, "seconds": [2.0, 4.0, 2.0]},
            {"name": "bare loop", "images": 8, "seconds": [1.0, 4.0, 4.0]},
        ],
        "memory_mb": [700.0, 912.0, 800.0],
    }
    assert translate.table(result).splitlines() == [
        "| | images/s | translate over it |",
        "|---|---|---|",
        "| translate | 4.00 (2.00-4.00) |  |",
        "| bare loop | 2.00 (2.00-8.00) | 1.00 (0.50-2.00) |",
        "",
        "resident memory, MB: first 700, last 800, largest 912 (3 samples, one every 100 files)",
    ]
