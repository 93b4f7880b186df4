"""The study of transfer trains what it says it trains."""

import numpy as np

from benchmarks.studies.transfer import freezed
from data.reading.open import open_source
from tfgan_kit.settings.option import make
from trainers.generation.gan.config import GANConfig


def settings(arguments):
    """What options of `main.py train gan` set."""
    from tfgan_kit.settings.arguments import Parser
    from tfgan_kit.settings.option import add_arguments

    parser = Parser()
    add_arguments(parser, GANConfig)
    return make(GANConfig, parser.parse(list(map(str, arguments))))


def test_the_three_ways_differ_in_what_they_say(tmp_path):
    ways = [settings(freezed.options(way, tmp_path, 2)) for way in freezed.WAYS]
    assert [config.init_from for config in ways] == [None, str(tmp_path), str(tmp_path)]
    assert [config.freeze_discriminator for config in ways] == [0, 0, 2]


def test_few_images_are_the_first_of_the_target(tmp_path):
    path = freezed.few_images("glyphs-street", 5, tmp_path)
    found = open_source(str(path))
    expected = open_source("glyphs-street", image_size=32).read(np.arange(5))
    assert len(found) == 5
    np.testing.assert_array_equal(found.read(np.arange(5))["image"], expected["image"])
