"""Settings of methods with one generator against one discriminator."""

import dataclasses

from tfgan_kit.settings.names import NETWORKS, NORMALIZATIONS
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.core.settings.latent import LatentConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class PairConfig(LatentConfig):
    """The pair of networks, and their normalisation."""

    network: str = option(
        "dcgan", "architecture of both networks", group="networks", choices=NETWORKS
    )
    generator_norm: str | None = option(
        None,
        "normalisation in the generator; by default the network's own",
        group="networks",
        choices=NORMALIZATIONS,
    )
    discriminator_norm: str | None = option(
        None,
        "normalisation in the discriminator; by default the network's own",
        group="networks",
        choices=NORMALIZATIONS,
    )
    spectral_norm: bool | None = option(
        None,
        "divide D's weights by their largest singular value; by default as in the network",
        group="networks",
    )

    @property
    def sizes(self) -> Sizes:
        """Those of the networks."""
        from nets.registry import load

        return load(self.network).SIZES

    @property
    def generator_options(self) -> dict:
        """The arguments to build the generator with; others keep the network's defaults."""
        return _given(norm=self.generator_norm)

    @property
    def discriminator_options(self) -> dict:
        """The same for the discriminator."""
        return _given(norm=self.discriminator_norm, spectral_norm=self.spectral_norm)


def _given(**settings):
    return {name: value for name, value in settings.items() if value is not None}
