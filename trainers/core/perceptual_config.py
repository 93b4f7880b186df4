"""Settings of the translators that compare features of a VGG network."""

import dataclasses

from trainers.core.perceptual_options import PerceptualOptions
from trainers.core.translation_config import TranslationConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class PerceptualConfig(PerceptualOptions, TranslationConfig):
    """A translator with perceptual terms."""
