import subprocess
import sys

import pytest

from data.feeds.pairs import PAIRS, base_and_transform, domain_names
from data.registry import DATASETS
from data.sets.files import CYCLEGAN_SETS
from tfgan_kit.errors import UserError


def test_naming_imports_nothing_heavy():
    program = (
        "import sys, data.feeds.pairs;"
        "heavy = {'numpy', 'cv2', 'scipy', 'tensorflow', 'keras'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("pair", PAIRS)
def test_every_pair_is_of_known_sets(pair):
    description, names = PAIRS[pair]
    assert description
    assert "\n" not in description
    assert len(set(names)) == 2
    for name in names:
        assert base_and_transform(name)[0].partition(":")[0] in DATASETS
    assert domain_names(pair) == names


@pytest.mark.parametrize("name", CYCLEGAN_SETS)
def test_every_cyclegan_set_is_a_pair(name):
    assert domain_names(name) == (f"{name}:a", f"{name}:b")


def test_sets_joined_with_commas(tmp_path):
    assert domain_names("glyphs,glyphs-color") == ("glyphs", "glyphs-color")
    assert domain_names(f"celeba:!Smiling, {tmp_path}:a,x.npz") == (
        "celeba:!Smiling",
        f"{tmp_path}:a",
        "x.npz",
    )
    assert len(domain_names(",".join(["glyphs"] * 8))) == 8


@pytest.mark.parametrize("name", ["glyphs", "mnist-edge", "celeba:Smiling", "fashion-mnist", "."])
def test_one_domain_is_too_few(name):
    with pytest.raises(UserError, match=r"at least two domains, not .*; name a pair such as"):
        domain_names(name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("glyph2edg", r"no pair of domains 'glyph2edg'; did you mean 'glyph2edge'\?; name a pair"),
        ("", "no pair of domains ''"),
        ("glyphs,", "a name is missing beside a comma"),
        (",".join(["glyphs"] * 9), "9 domains are too many: 8 can"),
    ],
)
def test_wrong_names(name, message):
    with pytest.raises(UserError, match=message) as caught:
        domain_names(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mnist-edge", ("mnist", "edge")),
        ("glyphs-negative", ("glyphs", "negative")),
        ("glyphs-color-rotate", ("glyphs-color", "rotate")),
        ("glyphs-color", ("glyphs-color", None)),
        ("fashion-mnist", ("fashion_mnist", None)),
        ("fashion-mnist-edge", ("fashion_mnist", "edge")),
        ("celeba-edge:!Smiling", ("celeba:!Smiling", "edge")),
        ("celeba-attributes", ("celeba-attributes", None)),
        ("photos/x-edge", ("photos/x-edge", None)),
    ],
)
def test_base_and_transform(name, expected):
    assert base_and_transform(name) == expected
