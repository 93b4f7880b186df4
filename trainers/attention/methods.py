"""Methods of what networks look at."""

from trainers.method import Method

METHODS = {
    "vae": Method(
        about="encodes images to latents and decodes them; its maps show defects",
        config="trainers.attention.vae.config:VAEConfig",
        trainer="trainers.attention.vae.trainer:VAE",
        uses=("generate", "encode", "reconstruct"),
    ),
    "attention_distill": Method(
        about="small StarGAN generators that learn from a large one where to work",
        config="trainers.attention.attention_distill.config:AttentionDistillConfig",
        trainer="trainers.attention.attention_distill.trainer:AttentionDistill",
        uses=("translate",),
        feed="labelled",
        prepare="trainers.unpaired.many_domains.judges:prepare",
    ),
    "pseudo_attention": Method(
        about="the same for labels unknown to the large one, through others in the same place",
        config="trainers.attention.pseudo_attention.config:PseudoAttentionConfig",
        trainer="trainers.attention.pseudo_attention.trainer:PseudoAttention",
        uses=("translate",),
        feed="labelled",
        prepare="trainers.unpaired.many_domains.judges:prepare",
    ),
    "attention_transfer": Method(
        about="a small classifier that learns to look where a larger one looks",
        config="trainers.attention.attention_transfer.config:AttentionTransferConfig",
        trainer="trainers.attention.attention_transfer.trainer:AttentionTransfer",
        uses=("classify",),
    ),
    "lwm": Method(
        about="new classes for a trained classifier, without images of the old ones",
        config="trainers.attention.lwm.config:LwMConfig",
        trainer="trainers.attention.lwm.trainer:LwM",
        uses=("classify",),
        prepare="trainers.attention.lwm.old_data:prepare",
    ),
}
