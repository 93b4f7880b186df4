"""Makes this kit's layers known to Keras without importing Keras.

A `.keras` file names its layers, and Keras can only create layers whose classes are registered.
Registering them requires importing Keras, which takes seconds; `import tfgan_kit` must not.
"""

import importlib
import importlib.abc
import sys
from importlib.machinery import PathFinder

_LAYERS = "tfgan_kit.layers"


def register_layers() -> None:
    """Registers the layers with Keras: now if it has been imported, else as soon as it is."""
    if "keras" in sys.modules:
        importlib.import_module(_LAYERS)
    else:
        sys.meta_path.insert(0, _AtImportOfKeras())


class _AtImportOfKeras(importlib.abc.MetaPathFinder):
    """Finds Keras as the other finders do, and adds the import of the layers to it."""

    def find_spec(self, name, path=None, target=None):
        spec = PathFinder.find_spec(name, path) if name == "keras" else None
        if spec is not None:
            spec.loader = _ThenLayers(spec.loader, self)
        return spec


class _ThenLayers(importlib.abc.Loader):
    """Loads a module as `loader` does, and then imports the layers."""

    def __init__(self, loader, finder):
        self._loader, self._finder = loader, finder

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        # Code that asks a module for its loader, say to read its resources, gets the real one.
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        # `import tensorflow` may have led here and may not be complete yet: the layers use nothing
        # of it while they are imported.
        importlib.import_module(_LAYERS)
