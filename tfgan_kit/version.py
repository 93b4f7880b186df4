"""The version of tfgan-kit. Nothing is imported here, so that the packaging can read it."""

__version__ = "0.1.0"
