"""MODEL_CARD.md: how numbers were measured."""

import json

from tfgan_kit.export.metadata import metadata
from tfgan_kit.export.model_card import model_card
from tfgan_kit.export.run import FinishedRun


def card(run, protocols):
    numbers = dict.fromkeys(protocols, 0.5)
    (run / "evaluation.json").write_text(
        json.dumps([{"step": 4, **numbers, "protocols": protocols}])
    )
    how = {"parity": {}, "tolerance": 1e-5, "format": "savedmodel", "version": 1, "name": "x"}
    return model_card(metadata(FinishedRun(run), **how) | {"signatures": {}})


def test_a_protocol_stands_once(single, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    for name in ("models", "checkpoints", "config.json"):
        (run / name).symlink_to(single / name)
    shared = {"features": "net", "real": "digits, 200 images", "seed": 0}
    of_prdc, of_fid = {"words": "5 neighbours"} | shared, {"words": "Gaussians"} | shared
    text = card(run, {"precision": of_prdc, "recall": of_prdc, "fid": of_fid, "coverage": of_prdc})
    assert "* precision, recall, coverage: words 5 neighbours\n" in text
    assert "* fid: words Gaussians\n" in text
    assert "* all: features net, real digits, 200 images, seed 0\n" in text
    assert text.count("digits, 200 images") == 1
    text = card(run, {"precision": of_prdc, "recall": of_prdc})
    assert "* precision, recall: words 5 neighbours, features net, real digits, 200 images" in text
