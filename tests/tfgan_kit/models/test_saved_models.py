"""Files that are no Keras model are one line, whatever is wrong with them."""

import zipfile

import keras
import numpy as np
import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.models.saved_models import load_keras


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "good.keras"
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).save(path)
    return path


def flipped(content, part):
    """The bytes of a model whose `part` has one bit wrong."""
    at = content.index(part.encode()) + 100
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def with_config(change):
    """Makes the bytes of a sound archive with another configuration in it."""

    def damage(content, path):
        path.write_bytes(content)
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        parts["config.json"] = change(parts["config.json"])
        with zipfile.ZipFile(path, "w") as new:
            for name, part in parts.items():
                new.writestr(name, part)
        return path.read_bytes()

    return damage


DAMAGES = {
    "no such file": None,
    "no .keras file, or cut off": lambda content, path: content[: len(content) // 2],
    "no .keras file": lambda content, path: b"weights",
    "Bad CRC": lambda content, path: flipped(content, "model.weights.h5"),
    "line 1": with_config(lambda text: text[:40]),
    "Dence": with_config(lambda text: text.replace(b'"Dense"', b'"Dence"')),
    "deserialized": with_config(lambda text: text.replace(b'"units"', b'"unit5"')),
    "instance": with_config(lambda text: b"{}"),
    "cannot be loaded": with_config(lambda text: b"[]"),
}


@pytest.mark.parametrize("reason", DAMAGES)
def test_what_is_no_model_is_one_line(model, tmp_path, reason):
    path = tmp_path / "a.keras"
    if DAMAGES[reason]:
        path.write_bytes(DAMAGES[reason](model.read_bytes(), path))
    with pytest.raises(UserError, match=reason) as caught:
        load_keras(path, name="--classifier a.keras")
    assert str(caught.value).startswith("--classifier a.keras: cannot be loaded (")
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith("; name a .keras file that was saved whole")


def test_a_renamed_npz_is_no_model(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros(3))
    (tmp_path / "a.npz").rename(tmp_path / "a.keras")
    with pytest.raises(UserError, match=r"config\.json"):
        load_keras(tmp_path / "a.keras")


def test_a_model_is_loaded(model):
    assert load_keras(model).count_params() == 8


@keras.saving.register_keras_serializable(package="others")
class Foreign(keras.layers.Layer):
    """A class that whoever uses the kit has registered: a file must not bring it to life."""


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (
            keras.layers.Lambda(lambda x: 2 * x, name="twice"),
            "a Lambda layer called 'twice', whose",
        ),
        (Foreign(name="odd"), r"the foreign class .*Foreign called 'odd'"),
    ],
)
def test_code_of_others_is_not_loaded(layer, reason, tmp_path):
    keras.Sequential([keras.Input((3,)), layer]).save(tmp_path / "a.keras")
    with pytest.raises(UserError, match=f"a.keras: cannot be loaded: it has {reason}") as caught:
        load_keras(tmp_path / "a.keras")
    assert "\n" not in str(caught.value)


def squares(truth, given):
    return (truth - given) ** 2


def test_how_a_model_was_compiled_does_not_matter(tmp_path):
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    network.compile("sgd", squares)
    network.save(tmp_path / "a.keras")
    assert load_keras(tmp_path / "a.keras").count_params() == 8
