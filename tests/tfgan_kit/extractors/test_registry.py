import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tfgan_kit.errors import UserError
from tfgan_kit.extractors import registry


def test_listing_names_imports_nothing_heavy():
    code = (
        "import sys; from tfgan_kit.extractors import registry; assert registry.NAMES\n"
        "sys.exit(', '.join({'tensorflow', 'keras', 'numpy'} & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"name": "inception"},
            "no features are called 'inception'; did you mean 'inception-2015'",
        ),
        ({"name": "inception-2015", "layer": "mixed"}, "inception-2015 has its own"),
        ({"name": "classifier:a.keras", "weights": "b"}, "classifier:a.keras names its own file"),
        ({"name": "a.keras", "layer": "x", "weights": "b"}, "a.keras names its own file"),
        ({"name": "classifier:a.pt"}, "a.pt: cannot be loaded"),
    ],
)
def test_bad_requests(arguments, message):
    with pytest.raises(UserError) as error:
        registry.find(**arguments)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_lpips_has_two_networks():
    with pytest.raises(
        UserError, match="LPIPS has no network 'vgg'; choose one of vgg16-lpips, al"
    ):
        registry.find_lpips("vgg")
