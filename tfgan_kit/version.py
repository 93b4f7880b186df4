"""The version of tfgan-kit. This module imports nothing, so that setup.py can read it."""

__version__ = "0.1.0"
