"""StarGAN is measured with the images and the domains that clones are measured with."""

from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.studies.few_shot.told import flat, of_told
from data.drawn.style_domains import StyleDomains
from tests.trainers.few_shot.metal_domains.small import made


class Painter:
    """Knows every image's true translations; its labels have an order of their own."""

    names = ("negative", "colour", "plain", "edge")

    def __init__(self, source, rows):
        self.use = SimpleNamespace(inputs={"label": SimpleNamespace(names=self.names)})
        self._source = source
        self._rows = {source.example(row)[0].tobytes(): row for row in rows}

    def render(self, inputs):
        painted = [
            self._source.redrawn(self._rows[image.tobytes()], StyleDomains.classes.index(name))
            for image, name in zip(
                inputs["input"], np.take(self.names, inputs["label"]), strict=True
            )
        ]
        return {"image": np.float32(painted) / 127.5 - 1}


def test_the_domain_that_is_asked_for_is_the_one_that_is_measured():
    trainer, feed = made()
    measures, domains = trainer._measures(feed), feed.split.trained
    rows = np.concatenate([measures.inputs(number, 3) for number in domains])
    found = of_told(measures, domains, 12, Painter(StyleDomains("test", 16), rows))
    assert [*found] == ["plain", "edge", "negative", "colour"]
    assert all(each == {"l1": 0.0} for each in found.values())
    wrong = Painter(StyleDomains("test", 16), rows)
    wrong.use.inputs["label"].names = StyleDomains.classes
    assert min(each["l1"] for each in of_told(measures, domains, 12, wrong).values()) > 1


def test_means_are_over_domains():
    one = {"style_reached": 1.0, "content_kept": 0.5, "l1": 10.0}
    told = flat({"plain": one, "edge": one | {"l1": 20.0}})
    assert told["l1"] == pytest.approx(15.0)
    assert (told["l1_plain"], told["l1_edge"], told["style_reached"]) == (10.0, 20.0, 1.0)
