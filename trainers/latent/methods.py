"""Methods that find what the latent of a trained generator holds."""

from trainers.method import Method

METHODS = {
    "directions": Method(
        about="finds, without labels, directions in a latent space along which images change",
        config="trainers.latent.directions.config:DirectionsConfig",
        trainer="trainers.latent.directions.trainer:Directions",
        uses=("edit", "map"),
        feed="none",
    ),
    "gan2shape": Method(
        about="finds the shape of an image's object, from a generator that has only seen images",
        config="trainers.latent.gan2shape.config:Gan2ShapeConfig",
        trainer="trainers.latent.gan2shape.trainer:Gan2Shape",
        uses=("relight",),
        feed="none",
    ),
    "gan2shape_networks": Method(
        about="the same by networks of depth, albedo, view and light, trained on the one image",
        config="trainers.latent.gan2shape_networks.config:Gan2ShapeNetworksConfig",
        trainer="trainers.latent.gan2shape_networks.trainer:Gan2ShapeNetworks",
        uses=("relight",),
        feed="none",
    ),
}
