"""Methods that generate images from a latent."""

from trainers.method import Method

METHODS = {
    "gan": Method(
        about="one generator against one discriminator, with any loss, penalty and network",
        config="trainers.generation.gan.config:GANConfig",
        trainer="trainers.generation.gan.trainer:GAN",
        uses=("generate", "score"),
    ),
    "progan": Method(
        about="generates large images: both networks grow, from 4x4 to the final resolution",
        config="trainers.generation.progan.config:ProGANConfig",
        trainer="trainers.generation.progan.trainer:ProGAN",
        uses=("generate",),
        prepare="trainers.generation.growing.data:check_data",
    ),
    "stylegan": Method(
        about="images with control by level of detail: a mapped latent sets the layers' styles",
        config="trainers.generation.stylegan.config:StyleGANConfig",
        trainer="trainers.generation.stylegan.trainer:StyleGAN",
        uses=("generate", "map", "synthesize"),
        prepare="trainers.generation.growing.data:check_data",
    ),
}
