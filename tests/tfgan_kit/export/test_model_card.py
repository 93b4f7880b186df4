"""MODEL_CARD.md: how numbers were measured."""

import json
import shutil

from tfgan_kit.export.metadata import metadata
from tfgan_kit.export.model_card import model_card
from tfgan_kit.export.run import FinishedRun

SHARED = {"features": "net", "real": "digits, 200 images", "seed": 0}
OF_PRDC, OF_FID = {"words": "5 neighbours"} | SHARED, {"words": "Gaussians"} | SHARED


def card(single, run, protocols):
    shutil.copytree(single, run)
    entry = {"step": 4, **dict.fromkeys(protocols, 0.5), "protocols": protocols}
    (run / "evaluation.json").write_text(json.dumps([entry]))
    how = {"parity": {}, "tolerance": 1e-5, "format": "savedmodel", "version": 1, "name": "x"}
    return model_card(metadata(FinishedRun(run), **how) | {"signatures": {}})


def test_a_protocol_stands_once(single, tmp_path):
    protocols = {"precision": OF_PRDC, "recall": OF_PRDC, "fid": OF_FID, "coverage": OF_PRDC}
    text = card(single, tmp_path / "run", protocols)
    assert "* precision, recall, coverage: words 5 neighbours\n" in text
    assert "* fid: words Gaussians\n" in text
    assert "* all: features net, real digits, 200 images, seed 0\n" in text
    assert text.count("digits, 200 images") == 1


def test_numbers_of_one_protocol_are_listed_together(single, tmp_path):
    text = card(single, tmp_path / "run", {"precision": OF_PRDC, "recall": OF_PRDC})
    told = "words 5 neighbours, features net, real digits, 200 images, seed 0"
    assert f"* precision, recall: {told}\n" in text
