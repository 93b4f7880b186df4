"""An exported model loads where nothing but TensorFlow is installed."""

import subprocess
import sys

import numpy as np
import pytest

from tests.tfgan_kit.export.conftest import SIZE

# Importing the kit, or Keras, fails in that process. TensorFlow asks where Keras lies, no more.
CODE = """
import importlib.abc, importlib.machinery, sys

HIDDEN = {"tfgan_kit", "nets", "trainers", "data", "main", "keras", "tf_keras"}

class Hide(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in HIDDEN:
            return importlib.machinery.ModuleSpec(name, self)

    def create_module(self, spec):
        raise ImportError(f"{spec.name} is hidden")

sys.meta_path.insert(0, Hide())
import numpy as np
import tensorflow as tf

folder, latents, output = sys.argv[1:]
model = tf.saved_model.load(folder)
serve = model.signatures["serving_default"](latent=tf.constant(np.load(latents)))
files = model.signatures["sample_png"](seed=tf.constant([1, 2], tf.int64))
np.savez(output, **serve)
assert all(len(f) == 2 for f in files.values())
found = HIDDEN & {name.split(".")[0] for name in sys.modules}
assert not found, found
"""


@pytest.mark.parametrize("name", ["single", "joint"])
def test_it_loads_with_tensorflow_alone(served, loaded, tmp_path, name):
    latents = np.random.default_rng(5).normal(size=(2, SIZE)).astype(np.float32)
    np.save(tmp_path / "latents.npy", latents)
    arguments = [served[name], tmp_path / "latents.npy", tmp_path / "given.npz"]
    # -I: neither this folder nor PYTHONPATH is searched.
    command = [sys.executable, "-I", "-c", CODE, *map(str, arguments)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    given, expected = np.load(tmp_path / "given.npz"), loaded[name](latents, training=False)
    assert given.files
    for output in given.files:
        np.testing.assert_allclose(given[output], expected[output], rtol=0, atol=1e-5)
