"""The Python code of docs/reuse.md runs as it stands there, on a small run."""

import re

import keras
import numpy as np
import pytest

from nets import dcgan
from tests.conftest import ROOT
from tests.tfgan_kit.export.conftest import SIZE, make_run

PAGE = (ROOT / "docs" / "reuse.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """What the page's code leaves behind, and what it prints, with fewer examples."""
    folder = tmp_path_factory.mktemp("page")
    networks = {
        "generator": dcgan.generator((32, 32, 1), SIZE, width=0.05),
        "discriminator": dcgan.discriminator((32, 32, 1), width=0.05),
    }
    make_run(folder / "runs" / "digits", networks)
    printed, given = [], {"print": lambda text: printed.append(text)}
    code = "\n".join(BLOCKS)
    for full, small in (("300, 30", "64, 2"), ("np.arange(2000)", "np.arange(64)")):
        assert code.count(full) == 1
        code = code.replace(full, small)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        exec(code, given)
    return given, printed


def test_the_generator_draws(page):
    given, _ = page
    assert given["images"].shape == (16, 32, 32, 1)
    assert given["batch"].shape == (64, 32, 32, 1)
    assert given["batch"].dtype == np.uint8


def test_the_classifiers_say_how_good_they_are(page):
    _, printed = page
    found = [re.fullmatch(r"(.*): +([01]\.\d{3})", line) for line in printed]
    assert [match[1] for match in found] == [
        "the discriminator's features, frozen",
        "the discriminator's features, trained",
        "the same network from scratch",
    ]
    assert all(0 <= float(match[2]) <= 1 for match in found)


def test_the_trunk_is_the_discriminators_and_the_other_network_is_not(page):
    given, _ = page
    kernel = given["trunk"].get_layer("conv_1").kernel
    assert kernel is given["discriminator"].get_layer("conv_1").kernel
    assert kernel is not given["scratch"].get_layer("conv_1").kernel


def test_the_outputs_in_the_table_are_those_of_the_networks(page):
    given, _ = page
    generator = given["generator"]
    assert isinstance(generator, keras.Model)
    assert set(generator.output) == {"image", "features_1", "features_2", "features_3"}
    assert set(given["discriminator"].output) == {
        "logits",
        "features_1",
        "features_2",
        "features_3",
    }
