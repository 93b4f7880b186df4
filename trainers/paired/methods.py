"""Methods that translate images, learned from pairs."""

from trainers.method import Method

METHODS = {
    "pix2pix": Method(
        about="translates images, learned from pairs: a U-Net against a patch discriminator",
        config="trainers.paired.pix2pix.config:Pix2PixConfig",
        trainer="trainers.paired.pix2pix.trainer:Pix2Pix",
        uses=("translate",),
        feed="pairs",
    ),
    "context_encoder": Method(
        about="fills holes in images from their surroundings",
        config="trainers.paired.context_encoder.config:ContextEncoderConfig",
        trainer="trainers.paired.context_encoder.trainer:ContextEncoder",
        uses=("translate",),
    ),
    "srgan": Method(
        about="enlarges images: SRResNet first, then a discriminator",
        config="trainers.paired.srgan.config:SRGANConfig",
        trainer="trainers.paired.srgan.trainer:SRGAN",
        uses=("translate", "reconstruct"),
    ),
    "esrgan": Method(
        about="enlarges images: dense blocks first, then a relativistic discriminator",
        config="trainers.paired.esrgan.config:ESRGANConfig",
        trainer="trainers.paired.esrgan.trainer:ESRGAN",
        uses=("translate", "reconstruct"),
    ),
    "colouriser": Method(
        about="paints the outline of one side of an object in the colours of the other side",
        config="trainers.paired.colouriser.config:ColouriserConfig",
        trainer="trainers.paired.colouriser.trainer:Colouriser",
        uses=("translate",),
        feed="pairs",
    ),
    "pix2pixhd": Method(
        about="draws large images from label maps, coarse to fine, judged at several resolutions",
        config="trainers.paired.pix2pixhd.config:Pix2PixHDConfig",
        trainer="trainers.paired.pix2pixhd.trainer:Pix2PixHD",
        uses=("translate", "translate_reference"),
        feed="pairs",
        prepare="trainers.paired.label_maps.judge:prepare",
    ),
    "spade": Method(
        about="draws images from label maps, which enter through each normalisation",
        config="trainers.paired.spade.config:SPADEConfig",
        trainer="trainers.paired.spade.trainer:SPADE",
        uses=("translate", "translate_reference"),
        feed="pairs",
        prepare="trainers.paired.label_maps.judge:prepare",
    ),
    "scribbler": Method(
        about="turns sketches into images, in the colours of strokes drawn into them",
        config="trainers.paired.scribbler.config:ScribblerConfig",
        trainer="trainers.paired.scribbler.trainer:Scribbler",
        uses=("translate",),
        feed="pairs",
    ),
    "texturegan": Method(
        about="turns sketches into images, filled with the texture of a patch",
        config="trainers.paired.texturegan.config:TextureGANConfig",
        trainer="trainers.paired.texturegan.trainer:TextureGAN",
        uses=("translate",),
        feed="pairs",
    ),
}
