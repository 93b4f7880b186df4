"""`import tfgan_kit` is light, and afterwards Keras opens what this kit has saved."""

import subprocess
import sys

import keras
import pytest

from tests.conftest import ROOT
from tfgan_kit.layers import Dropout, Probabilities, SpectralConv2D, SpectralDense


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A file with every layer of this kit's own in it."""
    x = image = keras.Input((8, 8, 1))
    x = keras.layers.Flatten()(SpectralConv2D(2, 3)(x))
    x = Probabilities(dtype="float32")(SpectralDense(2)(Dropout(0.5)(x)))
    path = tmp_path_factory.mktemp("model") / "model.keras"
    keras.Model(image, x).save(path)
    return path


def run(code):
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "order",
    [
        "import keras, tfgan_kit",
        "import tfgan_kit, keras",
        # TensorFlow looks for Keras, and imports it, while it is itself being imported.
        "import tfgan_kit, tensorflow, keras",
    ],
)
def test_keras_alone_loads_what_was_saved(order, model):
    load = f"print(keras.saving.load_model({str(model)!r}, safe_mode=True).count_params())"
    loader = "print(keras.__spec__.loader is keras.__loader__, type(keras.__loader__).__module__)"
    count, *loaders = run(f"{order}; {load}; {loader}").split()
    assert int(count)
    # Nobody else is to notice that the import was watched.
    assert loaders == ["True", "_frozen_importlib_external"]


def test_without_the_kit_they_are_unknown(model):
    """Or the test above would show nothing."""
    load = f"keras.saving.load_model({str(model)!r})"
    code = f"import keras\ntry: {load}\nexcept TypeError as e: print('not locate' in str(e))"
    assert run(code).strip() == "True"


def test_importing_the_kit_imports_nothing_heavy():
    heavy = ("keras", "tensorflow", "numpy")
    assert run(f"import sys, tfgan_kit; print([m for m in {heavy} if m in sys.modules])") == "[]\n"


def test_an_unknown_name_is_an_attribute_error():
    import tfgan_kit

    with pytest.raises(AttributeError, match="'tfgan_kit' has no attribute 'feature'"):
        tfgan_kit.feature  # noqa: B018
