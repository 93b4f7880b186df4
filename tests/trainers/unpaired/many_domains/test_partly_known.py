"""Measures of translations of images of which only some labels are known."""

import cv2
import numpy as np
import pytest

from data.feeds.open_feed import open_feed
from tests.trainers.small import STILL
from tfgan_kit.fields.network import to_network
from tfgan_kit.settings.option import make
from trainers.unpaired.many_domains import measures
from trainers.unpaired.many_domains.measures import DomainMeasures
from trainers.unpaired.stargan.config import StarGANConfig

# What the table tells of four images, and what is true: an image's mean shows it.
TABLE = np.array([[1, 0, 1], [0, -1, 1], [-1, 1, 0], [1, -1, -1]])
TRUE = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 0], [1, 0, 0]])


def shade(labels):
    """A grey value that tells the labels, the numbers of which are 0 to 7."""
    return 20 + 30 * (labels @ np.array([1, 2, 4]))


def told(images):
    """The labels that grey values tell."""
    greys = (np.asarray(images).mean((1, 2, 3)) + 1) * 127.5
    number = np.rint((greys - 20) / 30).astype(int)
    return number[:, None] // np.array([1, 2, 4]) % 2


@pytest.fixture
def table(tmp_path):
    for part in ("train", "test"):
        (tmp_path / part).mkdir()
        rows = ["file,first,second,third"]
        for number, (known, true) in enumerate(zip(TABLE, TRUE, strict=True)):
            cv2.imwrite(str(tmp_path / part / f"{number}.png"), np.full((8, 8), shade(true), "u1"))
            values = ("" if v < 0 else str(v) for v in known)
            rows.append(",".join([f"{number}.png", *values]))
        (tmp_path / part / "labels.csv").write_text("\n".join(rows) + "\n")
    return f"labels:{tmp_path}"


def test_what_is_unknown_is_neither_right_nor_wrong(table, monkeypatch):
    given = {"dataset": table, "image_size": 8, "batch_size": 4, **STILL}
    given["evaluation_classifier"] = "given"
    feed, config = open_feed("labelled", make(StarGANConfig, given))
    label, field = feed.spec["label"], feed.spec["image"]

    def judge(images):
        # It is wrong about the third attribute of all images.
        found = told(images)
        found[:, 2] = 1 - found[:, 2]
        return {"probabilities": found}

    def shown(images):
        return to_network(field, images).numpy()

    monkeypatch.setattr(measures, "load_judge", lambda config, feed: "judge")
    monkeypatch.setattr(measures, "predict", lambda _, images: judge(shown(images)))

    def render(images, labels):
        # It does as it is told, and leaves what is unknown as it is.
        own = told(shown(images))
        labels = np.where(labels >= 0, labels, own)
        levels = np.float32(shade(labels) / 127.5 - 1)
        return np.tile(levels[:, None, None, None], (1, *field.shape))

    found = DomainMeasures(config, label, feed)(render, 100)
    # Of 8 known values 3 are of the third attribute, all of which are called wrong.
    assert found["reference"]["real"]["accuracy"] == pytest.approx(5 / 8)
    each = found["attributes"]
    assert [each[name]["accuracy"] for name in label.names] == [1, 1, 0]
    # Image 2 is left out of the first, 1 and 3 of the second, 3 of the third.
    assert found["samples"] == 3 + 2 + 3
    # The first is changed: the second is known of one image, the third of two and called wrong.
    assert each["first"]["others_kept"] == pytest.approx((1 + 0) / 2)
    assert each["third"]["others_kept"] == 1
