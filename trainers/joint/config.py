"""Settings of the methods that learn several domains together."""

import dataclasses

from tfgan_kit.errors import UserError
from tfgan_kit.settings.names import JOINT_NETWORKS, NORMALIZATIONS
from tfgan_kit.settings.option import option
from tfgan_kit.settings.size import Sizes
from trainers.core.settings.domains import DomainsConfig
from trainers.core.settings.latent import LatentConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class JointConfig(DomainsConfig, LatentConfig):
    """Settings of one generator and one discriminator per domain, with a common latent."""

    network: str = option(
        "cogan", "architecture of all networks", group="networks", choices=JOINT_NETWORKS
    )
    latent: str = option(
        "uniform", "distribution of the latent", group="networks", choices=("normal", "uniform")
    )
    latent_components: int = option(
        0,
        "components of the mixture that the generators make of the latent, at most its length; 0: "
        "none",
        group="networks",
        minimum=0,
    )
    component_distance: float | None = option(
        None,
        "distance of these from the centre; by default as far as a normal latent",
        group="networks",
        above=0,
    )
    shared_discriminator_layers: int | None = option(
        None,
        "last layers that the discriminators share; by default the method's own",
        group="networks",
        minimum=0,
    )
    discriminator_width: float | None = option(
        None,
        "factor on the discriminators' channel counts; by default --width",
        group="networks",
        above=0,
    )
    discriminator_norm: str | None = option(
        None,
        "normalisation in the discriminator; by default the network's own",
        group="networks",
        choices=NORMALIZATIONS,
    )

    def check(self) -> None:
        """See `TrainConfig.check`."""
        super().check()
        if self.latent_components == 1:
            raise UserError("--latent-components 1 is no mixture; give 2 or more, or 0 for none")
        if self.latent_components > self.latent_size:
            raise UserError(
                f"--latent-components {self.latent_components} is more than the length of the "
                f"latent; give --latent-size {self.latent_components}, or fewer components"
            )
        if self.component_distance and not self.latent_components:
            raise UserError("--component-distance is that of a mixture: give --latent-components")

    @property
    def sizes(self) -> Sizes:
        """The sizes that the networks support."""
        from nets.cogan import sizes

        return sizes(self.network)
