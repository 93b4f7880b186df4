"""Images of floats are given to networks as the data has them, and are not scaled twice."""

import cv2
import keras
import numpy as np
import pytest

from tests.trainers.small import build
from tests.trainers.unpaired.folders import write_domains
from tfgan_kit.fields.network import to_network
from trainers.unpaired import styles
from trainers.unpaired.munit import measures

TINY = {"image_size": 16, "filters": 2, "blocks": 1, "batch_size": 2, "channels": 3}


def answering(sign, *names):
    """A network that gives back its input, or its negative."""
    inputs = {"input": keras.Input((None, None, 3), name="input")}
    inputs |= {name: keras.Input((2,), name=name) for name in names}
    image = keras.layers.Rescaling(sign, name="image")(inputs["input"])
    return keras.Model(inputs, {"image": image})


@pytest.mark.parametrize("depth", ["float", "16", "8"])
def test_there_and_back_between_two_domains(depth, tmp_path):
    folder = write_domains(tmp_path, dtype="uint16")
    trainer, feed = build("cyclegan", dataset=str(folder), depth=depth, pool_size=0, **TINY)
    trainer.networks |= {name: answering(-1) for name in trainer.translators}
    real, there, back = trainer.examples(feed, 8)
    shown = np.concatenate(
        [
            to_network(fields["image"], images).numpy()
            for fields, images in zip(feed.spec, feed.shown(4), strict=True)
        ]
    )
    np.testing.assert_allclose(there, -shown, atol=1e-6)
    np.testing.assert_allclose(back, shown, atol=1e-6)
    assert np.abs(real / 127.5 - 1 - shown).max() < 1 / 127.5
    found = trainer.evaluate(feed, 8)
    # Nothing is lost but by rounding to 8 bits, and by noise.
    assert (found["cycle_l1_a"], found["cycle_l1_b"]) == (0, 0)
    assert 0 <= found["cycle_l1_rounded_a"] < 0.3 < found["cycle_l1_noisy_a"] < 1.5
    trainer.draw(0, feed, tmp_path / "0.png")


@pytest.mark.parametrize("depth", ["float", "16"])
def test_there_and_back_between_many_domains(depth, tmp_path):
    rng = np.random.default_rng(0)
    for part in ("train", "test"):
        for label in "ab":
            (tmp_path / part / label).mkdir(parents=True)
            for number in range(3):
                image = rng.integers(1 << 16, size=(16, 16, 3), dtype=np.uint16)
                cv2.imwrite(str(tmp_path / part / label / f"{number}.png"), image)
    trainer, feed = build("stargan", dataset=str(tmp_path), depth=depth, critic_steps=1, **TINY)
    trainer.networks["generator"] = trainer.generator = answering(-1, "label")
    if trainer.averages:
        trainer.averages.clear()
    found = trainer.evaluate(feed, 8)
    assert found["cycle_l1"] == 0
    assert found["cycle_l1_rounded"] < 0.3 < found["cycle_l1_noisy"] < 1.5


def test_references_are_shown_to_the_encoder_of_styles_as_they_are(tmp_path, monkeypatch):
    monkeypatch.setattr(styles, "STYLES", 2)
    folder = write_domains(tmp_path, counts=(2, 2), dtype="uint16")
    settings = {"style_units": 4, "discriminator_layers": 2}
    trainer, feed = build("munit", dataset=str(folder), depth="16", **TINY, **settings)
    given, uses = [], {use.name: use for use in trainer.uses()}

    class Watching:
        def __init__(self, name):
            self.use = uses[name]

        def render(self, inputs):
            given.append((self.use, inputs))
            return {"image": np.zeros(inputs["input"].shape, np.float32)}

    measures.StyleMeasures(trainer.config, feed)(Watching, 8)
    monkeypatch.setattr(trainer, "bound", Watching)
    trainer.draw(0, feed, tmp_path / "0.png")
    assert sum("reference" in inputs for _, inputs in given) == 4
    for use, inputs in given:
        for name, field in use.inputs.items():
            if field.kind == "image":
                assert inputs[name].dtype == field.dtype == "uint16"
