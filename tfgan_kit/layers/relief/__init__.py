"""Reliefs: surfaces over an image, seen from somewhere in some light."""

from tfgan_kit.layers.relief.relief import Relief
from tfgan_kit.layers.relief.surface import AMBIENT, DIFFUSE, normals, seen_from, shading

__all__ = ["AMBIENT", "DIFFUSE", "Relief", "normals", "seen_from", "shading"]
